"""The appointment's dialog: all details, who takes part, what happened (CAL-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from admin_module.models import MeetingForm
from booking.models import Appointment, Origin, Summons
from booking.queries.appointment import appointment_details, case_link, free_seats, participants, reaches
from booking.queries.history import history
from booking.rules import why_not_register
from booking.states import Attendance, SummonsStatus
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw


def refuse_others(request: StaffRequest, appointment: Appointment, *, own: bool = False) -> None:
    """A counsellor sees the appointments of the own teams, and changes the `own` ones only (SEC-02)."""
    if not reaches(appointment, request.user, request.permissions, own=own):
        raise PermissionDenied


@permitted(Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN)
def show(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One appointment, in the dialog or as a page."""
    appointment = get_object_or_404(appointment_details(), pk=pk)
    refuse_others(request, appointment)
    summonses = list(participants(pk))
    now = timezone.now()
    saw((one.citizen_id for one in summonses), purpose=Purpose.APPOINTMENT, now=now, request=request)
    own = reaches(appointment, request.user, request.permissions, own=True)
    context = {
        "appointment": appointment,
        "summonses": summonses,
        "participants": [(one, case_link(one, request.settings)) for one in summonses],
        "history": history({appointment.pk: "", **_names(summonses)}, people=True),
        "may_see_citizens": bool({Permission.CITIZEN_SEE, Permission.CITIZEN_SEE_OWN} & request.permissions),
        "may_cancel": own and _ahead(appointment, summonses, now),
        "may_add": appointment.form == MeetingForm.JOINT and free_seats(appointment) != 0,
        **_attendance(request, summonses, own=own, now=now),
    }
    return render(request, "booking/appointment.html", context)


def _attendance(request: StaffRequest, summonses: Sequence[Summons], *, own: bool, now: datetime) -> dict[str, object]:
    """What the dialog offers of attendance once it has begun: how many are not registered, who did not come."""
    today = [one for one in summonses if not why_not_register(one, now=now)]
    begun = [one for one in today if one.appointment.start_at <= now]
    here = own and request.settings.attendance_here
    return {
        "may_register": here and bool(begun),
        "may_check_in": here and bool(today),
        "unregistered": sum(1 for one in begun if not one.attendance),
        "no_shows": [one.pk for one in begun if one.attendance == Attendance.NO_SHOW],
        "may_summon": Permission.SUMMON in request.permissions,
    }


def _names(summonses: Sequence[Summons]) -> dict[UUID, str]:
    """Whom each line of the history is about, where there are several."""
    return {one.pk: one.citizen.full_name if len(summonses) > 1 else "" for one in summonses}


def _ahead(appointment: Appointment, summonses: Sequence[Summons], now: datetime) -> bool:
    """Whether there is still something to cancel here; what is kept in a case system is cancelled there."""
    if appointment.cancelled_at or appointment.origin == Origin.CASE_SYSTEM or appointment.start_at <= now:
        return False
    return any(summons.status != SummonsStatus.CANCELLED for summons in summonses)
