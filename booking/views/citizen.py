"""The citizen's page: it answers the telephone (CIT-01)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from booking.models import Citizen
from booking.queries.citizen import citizen_page, citizens_seen_by, number_of
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw


def _citizen(request: StaffRequest, pk: UUID) -> Citizen:
    """The citizen, if this person may see them, written down before anything is shown."""
    everybody = Permission.CITIZEN_SEE in request.permissions
    seen = citizens_seen_by(request.user, all_of_them=everybody).select_related("case_owner", "contact_group")
    citizen = get_object_or_404(seen, pk=pk)
    saw([pk], purpose=Purpose.CITIZEN, now=timezone.now(), request=request)
    return citizen


@permitted(Permission.CITIZEN_SEE, Permission.CITIZEN_SEE_OWN)
def show(request: StaffRequest, pk: UUID, number: str = "") -> HttpResponse:
    """What is coming, large; beside it deadlines, absences and facts; below, the past."""
    now = timezone.now()
    everything = "all" in request.GET
    page = citizen_page(_citizen(request, pk), today=timezone.localdate(now), now=now, everything=everything)
    context = {
        "page": page,
        "citizen": page.citizen,
        "number": number,
        "now": now,
        "everything": everything,
        "may_summon": Permission.SUMMON in request.permissions,
        "may_cancel": Permission.APPOINTMENTS_CHANGE in request.permissions,
        "may_register": Permission.APPOINTMENTS_CHANGE in request.permissions and request.settings.attendance_here,
    }
    return render(request, "booking/citizen.html", context)


@require_POST
@permitted(Permission.CITIZEN_SEE, Permission.CITIZEN_SEE_OWN)
def reveal(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The same page with the whole CPR number (SEC-04)."""
    _citizen(request, pk)
    return show(request, pk, number=number_of(pk))
