"""«Tilføj borger» in the dialog of a joint meeting with a free seat (CAL-03)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import MeetingForm
from booking.models import Appointment, Summons
from booking.queries.appointment import appointment_details, free_seats
from booking.rules import why_not_move
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from planner.ui.addresses import stamp
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from planner.ui.way_back import stood_on
from summons.forms.one import SeatForm
from summons.models import Run
from summons.services import look_up, seat
from summons.services.runs import delete_run


@permitted(Permission.SUMMON, transaction=False)
def add(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The dialog; a POST looks the citizen up and calls them to the meeting."""
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        meeting = get_object_or_404(appointment_details(), pk=pk)
        form = SeatForm(request.POST if request.method == "POST" else None)
        refusal = _why_not(meeting)
        if refusal or request.method != "POST" or not form.is_valid():
            return _shown(request, meeting, form, refusal)
        run = seat.begin(meeting=meeting, cpr=form.cleaned_data["cpr"], by=request.user, now=timezone.now())
    return _called(request, meeting, run, form)


def _why_not(meeting: Appointment) -> Refusal | None:
    if meeting.form != MeetingForm.JOINT:
        return Refusal(_("Kun fællesmøder har plads til flere borgere."), code="individual")
    if refusal := why_not_move(meeting, now=timezone.now()):
        return refusal
    left = free_seats(meeting)
    return Refusal(_("Alle pladser til indkaldelse er taget."), code="seats_taken") if left == 0 else None


def _called(request: StaffRequest, meeting: Appointment, run: Run, form: SeatForm) -> HttpResponse:
    """Looked up outside any transaction; what cannot be leaves no draft behind."""
    place, user = request.jobcentre.pk, request.user.pk
    with acting_for(place, actor=user):
        job = look_up.start(run_id=run.pk, by=user, now=timezone.now())
    if job:
        look_up.work(place, run.pk, job, clock=timezone.now)
    try:
        with acting_for(place, actor=user):
            summons = seat.take(run_id=run.pk, meeting_id=meeting.pk, by=request.user, now=timezone.now())
            return _taken(request, run, summons)
    except Refusal as refused:
        with acting_for(place, actor=user):
            delete_run(run_id=run.pk)
            return _shown(request, get_object_or_404(appointment_details(), pk=meeting.pk), form, refused)


def _taken(request: StaffRequest, run: Run, summons: Summons) -> HttpResponse:
    undo = reverse("summons:plan_undo", args=[run.pk, stamp(summons.sent_at)]) if summons.sent_at else ""
    notify(request, _("%s er indkaldt til mødet.") % summons.citizen.full_name, undo_url=undo)
    return redirect(stood_on(request) or reverse("booking:appointment", args=[summons.appointment_id]))


def _shown(request: StaffRequest, meeting: Appointment, form: SeatForm, refusal: Refusal | None) -> HttpResponse:
    context = {"appointment": meeting, "form": form, "refusal": refusal, "free": free_seats(meeting)}
    context["current_tab"] = "booking:calendar"
    return render(request, "summons/seat.html", context, status=422 if request.method == "POST" else 200)
