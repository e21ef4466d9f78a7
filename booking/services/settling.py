"""Many appointments settled together: each moved, cancelled or left, in one transaction under the lock (ABS-03).

What somebody took meanwhile comes back with why, and the rest is done. «Fortryd» puts all of it back while nothing
has left: where a meeting stood is remembered with its summonses, and what was deleted is kept for a day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.availability.obstacles import Obstacle
from booking.models import Appointment, AppointmentCounsellor, Summons
from booking.queries.target import Target
from booking.rules import OBSTACLES, why_not_move
from booking.services import bulk, discarding, locks, sending
from booking.services.calendar_entries import tell_calendars
from booking.services.constraints import judged
from booking.services.moving import active_seats, places_at, shift, stand
from booking.services.reporting import KIND
from booking.services.telling import tell
from booking.states import ACTIVE, SummonsStatus
from planner.accounts.models import Settings, User
from planner.bulk import update_rows
from planner.outbox.models import Message
from planner.outbox.services import withdraw_unsent
from planner.outbox.states import State
from planner.ui.addresses import stamp
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to happen to one appointment; without a target it is cancelled. `seen`: the warnings on the page."""

    appointment_id: UUID
    version: int
    target: Target | None
    seen: frozenset[Obstacle] = frozenset()


@dataclass(slots=True)
class Settled:
    """Ids of appointments; `deleted` were never sent, so that nobody is told of it."""

    moved: list[UUID] = field(default_factory=list)
    cancelled: list[UUID] = field(default_factory=list)
    deleted: list[UUID] = field(default_factory=list)
    refused: dict[UUID, Refusal] = field(default_factory=dict)


def settle(*, jobcentre_id: int, choices: Sequence[Choice], reason: str, by: User | None, now: datetime) -> Settled:
    """Do all that can be done; the reason is that of the cancellings. Those who are moved are told together."""
    locks.lock(jobcentre_id=jobcentre_id, exclusive=True)
    bulk.free_expired(now=now, everybody=True)
    meetings = Appointment.objects.in_bulk([choice.appointment_id for choice in choices])
    settings, settled, moved = Settings.objects.get(), Settled(), list[Summons]()
    for choice in choices:
        try:
            with transaction.atomic():
                meeting = meetings.get(choice.appointment_id)
                if meeting is None:
                    raise Refusal(_("Aftalen findes ikke længere."), code="gone")
                if choice.target:
                    moved += _move(meeting, choice.target, choice, settings, now)
                    settled.moved.append(meeting.pk)
                else:
                    _cancel(meeting, choice, settled, reason=reason, by=by, now=now)
        except Refusal as refusal:
            settled.refused[choice.appointment_id] = refusal
    update_rows(moved, "placement")
    tell([seat for seat in moved if seat.status == SummonsStatus.SENT], settings=settings, now=now)
    return settled


def _cancel(
    meeting: Appointment, choice: Choice, settled: Settled, *, reason: str, by: User | None, now: datetime
) -> None:
    if refusal := why_not_move(meeting, now=now) or _why_not_stale(meeting, choice.version):
        raise refusal
    discarding.keep(meeting, now=now)
    cancelled = sending.cancel_appointment(appointment=meeting, reason=reason, by=by, now=now)
    (settled.cancelled if cancelled else settled.deleted).append(meeting.pk)


def _move(meeting: Appointment, target: Target, choice: Choice, settings: Settings, now: datetime) -> list[Summons]:
    """Its seats, with where they stood before; that is written, and told, for all of them at the end."""
    before, seats = _place_of(meeting), active_seats(meeting)
    known = {
        seat.pk: {
            "placement": _without_memory(seat.placement),
            "rebook_until": seat.rebook_until,
            "to": seat.rebook_to,
            "cancel_until": seat.cancel_until,
        }
        for seat in seats
    }
    there = replace(target, counsellor_ids=tuple(sorted(set(target.counsellor_ids))))
    outcome = shift(meeting, there, seats, may_pass=choice.seen, version=choice.version, settings=settings, now=now)
    if unseen := [obstacle for obstacle in outcome.warnings if obstacle not in choice.seen]:
        raise Refusal(" ".join(str(OBSTACLES[obstacle]) for obstacle in unseen), code="warned")
    for seat in seats:
        seat.placement = seat.placement | {"before": _plain({**before, **known[seat.pk], "at": stamp(now)})}
    return seats


def _place_of(meeting: Appointment) -> dict[str, Any]:
    """Where a meeting stands, as it is remembered."""
    return {
        "day": meeting.day,
        "start_tick": meeting.start_tick,
        "counsellors": sorted(meeting.holders.values_list("counsellor_id", flat=True)),
        "room": meeting.room_id,
        "placed_by": meeting.placed_by,
        "seats": [meeting.seats_calling, meeting.seats_rebooking],
        "version": meeting.version + 1,
    }


def _plain(memory: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in memory.items()}


def _without_memory(placement: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in placement.items() if name != "before"}


def _why_not_stale(meeting: Appointment, version: int) -> Refusal | None:
    if meeting.version != version:
        return Refusal(_("Aftalen er ændret af en anden imens."), code="stale")
    return None


@dataclass(frozen=True, slots=True)
class PutBack:
    """How many appointments stand again as they stood before; `refusals`: why the others do not."""

    count: int
    refusals: tuple[Refusal, ...]


def put_back(*, jobcentre_id: int, settled_at: datetime, now: datetime, by: int | None = None) -> PutBack:
    """«Fortryd»: what was moved, cancelled and deleted at that moment is as before, while nothing of it has left.

    `by`: the user who may change only what is their own, and so puts back only what they hold.
    """
    locks.lock(jobcentre_id=jobcentre_id, exclusive=True)
    bulk.free_expired(now=now, everybody=True)
    held = AppointmentCounsellor.objects.filter(counsellor__user=by).values("appointment")
    own = Q(appointment__in=held) if by else Q()
    count, refusals = _move_back(settled_at, own, now)
    cancelled = Summons.objects.filter(own, status=SummonsStatus.CANCELLED, cancelled_at=settled_at)
    restored = sending.restore(summonses=cancelled, now=now)
    back, why_not = discarding.bring_back(discarded_at=settled_at, by=by, now=now)
    back |= {summons.appointment_id for summons in restored.summonses}
    refusals += [*(refused.refusal for refused in restored.refused), *why_not]
    return PutBack(count + len(back), tuple(refusals))


def _move_back(settled_at: datetime, own: Q, now: datetime) -> tuple[int, list[Refusal]]:
    moved = Summons.objects.filter(
        own, status__in=ACTIVE, placement__before__at=stamp(settled_at), appointment__day__gte=timezone.localdate(now)
    )
    by_meeting: defaultdict[UUID, list[Summons]] = defaultdict(list)
    for summons in moved.order_by("appointment__start_at", "pk"):
        by_meeting[summons.appointment_id].append(summons)
    meetings, settings = Appointment.objects.in_bulk(by_meeting), Settings.objects.get()
    left, refusals = _left(moved, settled_at), []
    for pk, seats in by_meeting.items():
        try:
            with judged():
                _stand_again(meetings[pk], seats, left)
                _as_before(seats, settled_at, settings, now)
        except Refusal as refusal:
            refusals.append(refusal)
    return len(by_meeting) - len(refusals), refusals


def _left(rows: Iterable[Summons], settled_at: datetime) -> Collection[UUID]:
    """Those whose new time has been told, or may have been."""
    said = Message.objects.filter(kind=KIND, subject_id__in=[row.pk for row in rows], created_at__gte=settled_at)
    return set(
        said.filter(Q(attempts__gt=0) | Q(state__in=(State.SENDING, State.DONE))).values_list("subject_id", flat=True)
    )


def _stand_again(meeting: Appointment, seats: Sequence[Summons], left: Collection[UUID]) -> None:
    before = seats[0].placement["before"]
    if meeting.cancelled_at or meeting.version != before["version"]:
        raise Refusal(_("En af aftalerne er ændret igen imens og bliver, hvor den er."), code="stale")
    if any(seat.pk in left for seat in seats):
        raise Refusal(_("Den nye tid er allerede sendt for en af aftalerne. Flyt den i stedet."), code="under_way")
    target = Target(
        date.fromisoformat(before["day"]), before["start_tick"], tuple(before["counsellors"]), before["room"]
    )
    meeting.seats_calling, meeting.seats_rebooking = before["seats"]
    meeting.placed_by = before["placed_by"]
    stand(meeting, target, places_at(meeting, target), [seat.pk for seat in seats])


def _as_before(seats: Sequence[Summons], settled_at: datetime, settings: Settings, now: datetime) -> None:
    """Rights and the words of how the time was found as they were; the message of the move never leaves."""
    for seat in seats:
        before = seat.placement["before"]
        seat.placement, seat.version = before["placement"], seat.version + 1
        seat.rebook_until, seat.rebook_to, seat.cancel_until = (
            date.fromisoformat(on) if on else None
            for on in (before["rebook_until"], before["to"], before.get("cancel_until"))
        )
    update_rows(seats, "placement", "rebook_until", "rebook_to", "cancel_until", "version")
    told = {seat.pk for seat in seats if seat.status == SummonsStatus.SENT}
    if told and withdraw_unsent(kind=KIND, subject_ids=told) != told:
        raise Refusal(_("Den nye tid er netop sendt for en af aftalerne. Flyt den i stedet."), code="under_way")
    aside = Message.objects.filter(
        kind=KIND, subject_id__in=told, state=State.SUPERSEDED, changed_at=settled_at
    ).values_list("subject_id", flat=True)
    again = set(aside)
    tell([seat for seat in seats if seat.pk in again], settings=settings, now=now)
    if told:
        meetings = {seat.appointment_id for seat in seats}
        tell_calendars(meetings, jobcentre_id=seats[0].jobcentre_id, not_before=now, now=now)
