"""The citizen's page: it answers the telephone (CIT-01)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.forms.case_owner import CaseOwnerForm
from booking.models import Citizen
from booking.queries.caseload import named_owner
from booking.queries.citizen import citizen_page, citizens_seen_by, number_of
from booking.services.citizens import give_to
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.minside.client import ServiceFault
from planner.minside.entrance import enter_for
from planner.minside.session import Staff
from planner.ui.addresses import stamp
from planner.ui.notices import notify
from planner.ui.refusal import Link, Refusal


def _citizen(request: StaffRequest, pk: UUID) -> Citizen:
    """The citizen, if this person may see them, written down before anything is shown."""
    everybody = Permission.CITIZEN_SEE in request.permissions
    seen = citizens_seen_by(request.user, all_of_them=everybody)
    citizen = get_object_or_404(seen.select_related("case_owner", "owner_set_by", "contact_group"), pk=pk)
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
        "named": named_owner(page.citizen),
        "may_see_all": Permission.CITIZEN_SEE in request.permissions,
        "may_summon": Permission.SUMMON in request.permissions,
        "may_cancel": Permission.APPOINTMENTS_CHANGE in request.permissions,
        "may_register": Permission.APPOINTMENTS_CHANGE in request.permissions and request.settings.attendance_here,
    }
    return render(request, "booking/citizen.html", context)


@permitted(Permission.SUMMON)
def case_owner(request: StaffRequest, pk: UUID) -> HttpResponse:
    """«Fast vejleder»: chosen or taken away by hand; beside it what the case system says (COUN-13)."""
    citizen, now = _citizen(request, pk), timezone.now()
    form = CaseOwnerForm(request.POST if request.method == "POST" else None, citizen=citizen)
    if form.is_bound and form.is_valid():
        if form.changes and not give_to(
            jobcentre_id=request.jobcentre.pk,
            owner=form.owner,
            present=citizen.case_owner_id,
            citizens=[pk],
            by=request.user,
            now=now,
        ):
            citizen.refresh_from_db(fields=["case_owner"])
            form.refuse_stale()
        else:
            _tell_of_owner(request, form, stamp(now))
            return redirect("booking:citizen", pk=pk)
    context = {"form": form, "citizen": citizen, "named": named_owner(citizen)}
    return render(request, "booking/case_owner.html", context, status=422 if form.is_bound else 200)


def _tell_of_owner(request: StaffRequest, form: CaseOwnerForm, instant: int) -> None:
    words = {"citizen": form.citizen.full_name, "owner": form.owner.full_name if form.owner else ""}
    if not form.changes:
        notify(request, _("Fast vejleder er den samme som før."), kind="warn")
        return
    gone = _("%(citizen)s har nu ingen fast vejleder.")
    told = _("%(owner)s er nu fast vejleder for %(citizen)s.") if form.owner else gone
    before = f"?owner={form.citizen.case_owner_id}" if form.citizen.case_owner_id else ""
    notify(request, told % words, undo_url=reverse("booking:case_owner_undo", args=[instant]) + before)


@require_POST
@permitted(Permission.CITIZEN_SEE, Permission.CITIZEN_SEE_OWN)
def reveal(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The same page with the whole CPR number (SEC-04)."""
    _citizen(request, pk)
    return show(request, pk, number=number_of(pk))


@require_POST
@permitted(Permission.APPOINTMENTS_CHANGE, transaction=False)
def book_for(request: StaffRequest, pk: UUID) -> HttpResponse:
    """[Book for borgeren]: the citizen's own pages by the citizen's own rules, opened and written down."""
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        citizen = _citizen(request, pk)
        cpr = number_of(citizen.pk)
    back = reverse("booking:citizen", args=[pk])
    response = redirect("minside:offers")
    try:
        staff = Staff(user_id=request.user.pk, jobcentre_id=request.jobcentre.pk, back=back)
        enter_for(request, response, cpr=cpr, staff=staff)
    except ServiceFault as fault:
        raise Refusal(fault.sentence, links=(Link(_("Tilbage til borgeren"), back),)) from None
    return response
