"""[Ombook]: the possible times of one citizen's conversation, and moving it to one of them (CIT-01)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import MeetingForm
from booking.forms.move import seen_in
from booking.models import Appointment, Channel, Summons
from booking.queries.appointment import reaches
from booking.queries.joining import same_kind
from booking.rules import OBSTACLES
from booking.states import SummonsStatus
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui import formatting
from planner.ui.addresses import read_id
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from summons.forms.rebook import TargetForm, WantedForm
from summons.queries.rebook import (
    NO_ROOM,
    Proposal,
    board,
    choosable,
    first_wanted,
    joint_proposal,
    other_meetings,
    proposal,
    rebookable,
    rooms_for,
)
from summons.rules import why_not_rebook
from summons.services.by_hand import Unpassed
from summons.services.rebook import rebook as move_there
from summons.services.rebook import rebook_into as join_there

MAY = (Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN)


@permitted(*MAY)
def rebook(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The free times by day, before the deadline and after it; anything else can be typed."""
    return _board(request, _found(request, pk))


@permitted(*MAY)
def rebook_to(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One time, named by the address: what it means, and a press that moves the conversation there."""
    summons = _found(request, pk)
    form = _target_form(request, summons)
    if _is_joint(summons) or why_not_rebook(summons, now=timezone.now()) or not form.is_valid():
        return _board(request, summons, form, status=422)
    offered = _choices(request, summons)["counsellors"]

    def meant() -> Proposal:
        return proposal(summons, form.target, counsellors=offered, settings=request.settings, now=timezone.now())

    return _answered(request, summons, meant, lambda: _moved(request, summons, form))


@permitted(*MAY)
def rebook_into(request: StaffRequest, pk: UUID, meeting_id: UUID) -> HttpResponse:
    """The same for a seat at another joint meeting of the same team, type and variant (VARI-04)."""
    get_object_or_404(Appointment, pk=meeting_id)
    summons = _found(request, pk)
    able = same_kind(summons.appointment, now=timezone.now()).select_related("room")
    meeting = get_object_or_404(able, pk=meeting_id)
    if not reaches(meeting, request.user, request.permissions, own=True):
        raise PermissionDenied
    if not _is_joint(summons) or why_not_rebook(summons, now=timezone.now()):
        return _board(request, summons, status=422)

    def meant() -> Proposal:
        return joint_proposal(summons, meeting, settings=request.settings, now=timezone.now())

    return _answered(request, summons, meant, lambda: _joined(request, summons, meeting))


def _answered(
    request: StaffRequest, summons: Summons, meant: Callable[[], Proposal], moved: Callable[[], HttpResponse]
) -> HttpResponse:
    """Asked first; a press moves it, or is answered with what stands in the way now."""
    if request.method != "POST":
        return _asked(request, summons, meant())
    try:
        return moved()
    except Unpassed:
        return _asked(request, summons, meant(), status=422)
    except Refusal as refusal:
        return _asked(request, summons, meant(), refusal=refusal, status=422)


def _is_joint(summons: Summons) -> bool:
    return bool(summons.appointment.form == MeetingForm.JOINT)


def _found(request: StaffRequest, pk: UUID) -> Summons:
    """The summons, if this person may move it, written down before anything is shown."""
    summons = rebookable(pk)
    if summons is None:
        raise Http404
    if not reaches(summons.appointment, request.user, request.permissions, own=True):
        raise PermissionDenied
    saw([summons.citizen_id], purpose=Purpose.APPOINTMENT, now=timezone.now(), request=request)
    return summons


def _choices(request: StaffRequest, summons: Summons) -> dict[str, Any]:
    """Who may only change what is their own moves to nobody else."""
    all_of_them = Permission.APPOINTMENTS_CHANGE in request.permissions
    counsellors = choosable(summons, only_of=None if all_of_them else request.user.pk)
    return {"summons": summons, "counsellors": counsellors, "rooms": rooms_for(summons)}


def _target_form(request: StaffRequest, summons: Summons) -> TargetForm:
    return TargetForm(request.GET, **_choices(request, summons))


def _board(
    request: StaffRequest, summons: Summons, typed: TargetForm | None = None, *, status: int = 200
) -> HttpResponse:
    now, choices = timezone.now(), _choices(request, summons)
    refusal = why_not_rebook(summons, now=now)
    context: dict[str, Any] = {"summons": summons, "appointment": summons.appointment, "refusal": refusal}
    if refusal is None and _is_joint(summons):
        own = None if Permission.APPOINTMENTS_CHANGE in request.permissions else request.user.pk
        context["meetings"] = other_meetings(summons, only_of=own, now=now)
    elif refusal is None:
        form = WantedForm(request.GET, **choices, first=first_wanted(summons, settings=request.settings, now=now))
        everybody = choices["counsellors"]
        context |= {
            "form": form,
            "board": board(summons, form.wanted, everybody=everybody, settings=request.settings, now=now),
            "other": typed or TargetForm(None, **choices),
            "many": len(everybody) > 1,
            "onward": _kept(request),
        }
    return render(request, "summons/rebook.html", context, status=status)


def _kept(request: StaffRequest) -> str:
    """The choices of the address, for the link that goes on searching."""
    return urlencode({name: request.GET[name] for name in ("counsellor", "room") if request.GET.get(name)})


def _asked(
    request: StaffRequest, summons: Summons, meant: Proposal, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """From where to where, what only warns, and what the citizen is told."""
    context = {
        "summons": summons,
        "appointment": summons.appointment,
        "proposal": meant,
        "refusal": refusal or meant.refusal,
        "warnings": [OBSTACLES[obstacle] for obstacle in meant.warnings],
        "seen": ",".join(obstacle.value for obstacle in meant.warnings),
        "told": _told(summons),
        "back": reverse("summons:rebook", args=[summons.pk]),
    }
    return render(request, "summons/rebook_to.html", context, status=status)


def _moved(request: StaffRequest, summons: Summons, form: TargetForm) -> HttpResponse:
    before = _address_of(summons)
    outcome = move_there(
        summons=summons,
        target=form.target,
        seen=seen_in(request),
        version=read_id(request.POST.get("version", "")),
        now=timezone.now(),
    )
    return _told_of(request, summons, before, done=outcome.moved)


def _joined(request: StaffRequest, summons: Summons, meeting: Appointment) -> HttpResponse:
    outcome = join_there(summons=summons, meeting=meeting, seen=seen_in(request), now=timezone.now())
    stands = Appointment.objects.filter(pk=summons.appointment_id, cancelled_at=None).exists()
    before = f"{reverse('summons:rebook_into', args=[summons.pk, summons.appointment_id])}?back=1" if stands else ""
    return _told_of(request, summons, before, done=outcome.joined)


def _told_of(request: StaffRequest, summons: Summons, before: str, *, done: bool) -> HttpResponse:
    """The receipt, with «Fortryd» leading back to where it was."""
    if done:
        notify(request, _receipt(summons), undo_url=before if _can_be_undone(request, summons) else "")
    else:
        notify(request, _("Samtalen ligger allerede på det tidspunkt."), kind="warn")
    return redirect("booking:citizen", summons.citizen_id)


def _can_be_undone(request: StaffRequest, summons: Summons) -> bool:
    """«Fortryd» is real while nothing has left (APP-14)."""
    return "back" not in request.GET and (summons.status == SummonsStatus.PENDING or request.settings.sending_delay > 0)


def _address_of(summons: Summons) -> str:
    """Where «Fortryd» leads: the time that the conversation has now."""
    meeting = summons.appointment
    place = {
        "counsellor": next(iter(holder.pk for holder in meeting.counsellors.all()), ""),
        "room": meeting.room_id or NO_ROOM,
        "on": meeting.day,
        "at": formatting.clock(meeting.start_at),
        "back": 1,
    }
    return f"{reverse('summons:rebook_to', args=[summons.pk])}?{urlencode(place)}"


def _receipt(summons: Summons) -> str:
    """Where it is now, and what the citizen is told."""
    now_there = rebookable(summons.pk) or summons
    meeting = now_there.appointment
    words = {"name": now_there.citizen.full_name, "when": formatting.moment(meeting.start_at), "who": meeting.held_by}
    moved = _("%(name)s har nu samtale %(when)s hos %(who)s.") % words
    return f"{moved} {_told(now_there)}"


def _told(summons: Summons) -> str:
    """What the citizen hears of it, by channel; one who was never told of the first time hears nothing yet."""
    if summons.status == SummonsStatus.PENDING:
        return _("Indkaldelsen er ikke sendt, så borgeren får først tiden, når den sendes.")
    if summons.channel == Channel.LETTER:
        return _("Tiden ændres på Jobnet. Borgeren er fritaget for Digital Post og skal have et nyt brev.")
    return _("Borgeren får besked om den nye tid på Jobnet.")
