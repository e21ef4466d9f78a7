"""[Flyt]: a meeting to another time, counsellor or room, by dialog or by drag; both post here (CAL-04)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.forms.move import NO_ROOM, MoveForm, seen_in
from booking.models import Appointment, Channel, Summons
from booking.queries.appointment import appointment_details, participants
from booking.queries.moving import Verdict, choosable, present, rooms_for, verdict
from booking.rules import OBSTACLES, why_not_move
from booking.services import moving
from booking.states import SummonsStatus
from booking.views.appointment import refuse_others
from booking.views.cancel import in_calendar
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui import formatting
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from planner.ui.way_back import came_from, stood_on


@permitted(Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN)
def move(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The dialog, judged by TIME-09 as one chooses; a POST moves, or says what must be passed first."""
    now = timezone.now()
    appointment = get_object_or_404(appointment_details(), pk=pk)
    refuse_others(request, appointment, own=True)
    coming = [one for one in participants(pk) if one.status != SummonsStatus.CANCELLED]
    saw((one.citizen_id for one in coming), purpose=Purpose.APPOINTMENT, now=now, request=request)
    form = _form(request, appointment)
    if refusal := why_not_move(appointment, now=now):
        return _shown(request, appointment, coming, form, Verdict(refusal), final=True)
    if request.method == "POST" and form.is_valid():
        try:
            return _moved(request, appointment, coming, form)
        except Refusal as refused:
            form.see(appointment)
            return _shown(request, appointment, coming, form, Verdict(refused))
    found = Verdict()
    if form.is_valid():
        found = verdict(appointment, form.target, coming, settings=request.settings, now=now)
    return _shown(request, appointment, coming, form, found)


def _form(request: StaffRequest, appointment: Appointment) -> MoveForm:
    """What is typed, dragged or named by the address; who may only change what is their own moves to nobody else."""
    given = request.POST if request.method == "POST" and "back" not in request.GET else request.GET
    everybody = Permission.APPOINTMENTS_CHANGE in request.permissions
    return MoveForm(
        given,
        appointment=appointment,
        counsellors=choosable(appointment, only_of=None if everybody else request.user.pk),
        rooms=rooms_for(appointment),
        today=timezone.localdate(),
    )


def _moved(request: StaffRequest, appointment: Appointment, coming: Sequence[Summons], form: MoveForm) -> HttpResponse:
    target, going_back = form.target, "back" in request.GET
    outcome = moving.move(
        appointment=appointment,
        day=target.day,
        start_tick=target.start_tick,
        counsellor_ids=target.counsellor_ids,
        room_id=target.room_id,
        seen=seen_in(request),
        version=None if going_back else form.cleaned_data["version"],
        now=timezone.now(),
    )
    if outcome.warnings and not outcome.moved:
        return _shown(request, appointment, coming, form, Verdict(warnings=outcome.warnings))
    if outcome.moved:
        notify(request, _receipt(pk=appointment.pk, coming=coming), undo_url="" if going_back else _undo(appointment))
    else:
        notify(request, _("Samtalen ligger allerede på det tidspunkt."), kind="warn")
    return redirect(_after(request, appointment))


def _after(request: StaffRequest, appointment: Appointment) -> str:
    """The calendar one dragged in; else where the meeting now is."""
    page = stood_on(request) or (came_from(request) if "back" in request.GET else "")
    return page or in_calendar(get_object_or_404(appointment_details(), pk=appointment.pk))


def _undo(appointment: Appointment) -> str:
    """Where «Fortryd» leads: the time that the meeting had."""
    place = [
        ("on", appointment.day.isoformat()),
        ("at", formatting.clock(appointment.start_at)),
        ("room", appointment.room_id or NO_ROOM),
        *(("counsellor", holder.pk) for holder in appointment.counsellors.all()),
        ("back", 1),
    ]
    return f"{reverse('booking:move', args=[appointment.pk])}?{urlencode(place)}"


def _receipt(*, pk: UUID, coming: Sequence[Summons]) -> str:
    """Where it is now, and what the citizens hear."""
    there = appointment_details().get(pk=pk)
    words = {"when": formatting.moment(there.start_at), "who": there.held_by}
    return f"{_('Samtalen er flyttet til %(when)s hos %(who)s.') % words} {_told(coming)}"


def _told(coming: Sequence[Summons]) -> str:
    """By channel; those who were never told of the first time hear nothing yet."""
    sent = [one for one in coming if one.status == SummonsStatus.SENT]
    if not sent:
        return _("Indkaldelsen er ikke sendt, så borgeren får først tiden, når den sendes.")
    if all(one.channel == Channel.LETTER for one in sent):
        return _("Tiden ændres på Jobnet. Borgeren er fritaget for Digital Post og skal have et nyt brev.")
    words = ngettext(
        "Borgeren får besked om den nye tid på Jobnet.",
        "%(count)s borgere får besked om den nye tid på Jobnet.",
        len(sent),
    )
    return words % {"count": formatting.number(len(sent))}


def _shown(
    request: StaffRequest,
    appointment: Appointment,
    coming: Sequence[Summons],
    form: MoveForm,
    found: Verdict,
    *,
    final: bool = False,
) -> HttpResponse:
    """`final`: it cannot be moved at all, wherever to."""
    context: dict[str, Any] = {
        "appointment": appointment,
        "coming": coming,
        "form": form,
        "refusal": found.refusal,
        "final": final,
        "warnings": [OBSTACLES[obstacle] for obstacle in found.warnings],
        "seen": ",".join(obstacle.value for obstacle in found.warnings),
        "free": form.is_valid() and form.target != present(appointment),
        "told": _told(coming),
        "back": reverse("booking:appointment", args=[appointment.pk]),
    }
    choosing = request.htmx and request.htmx.target == "verdict"
    template = "booking/move.html#verdict" if choosing else "booking/move.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)
