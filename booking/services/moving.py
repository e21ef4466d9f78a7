"""Moving a meeting by hand: drag, dialog, step 3 (CAL-04). TIME-09 judges the target before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import MeetingForm, SeatsBy
from booking.availability.obstacles import Obstacle, Who, refusals, warnings
from booking.models import Appointment, AppointmentCounsellor, Claim, PlacedBy, Summons
from booking.queries.target import Target, obstacles_at, why_not_target
from booking.rules import attendance_registered, cancelling_right, obstacle_refusal, rebooking_rights, why_not_move
from booking.services import bulk, locks
from booking.services.constraints import judged
from booking.services.entries import Places, holders_of, seats_of, when
from booking.services.telling import tell
from booking.states import ACTIVE, SummonsStatus
from planner.accounts.models import Settings
from planner.bulk import update_rows
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Moved:
    """`moved` False with `warnings`: nothing is written until they are passed; without: it stood there already."""

    appointment: Appointment
    warnings: tuple[Obstacle, ...]
    moved: bool


def move(
    *,
    appointment: Appointment,
    day: date,
    start_tick: int,
    counsellor_ids: Sequence[int],
    room_id: int | None,
    now: datetime,
    warned: bool = False,
    seen: Collection[Obstacle] = (),
    version: int | None = None,
) -> Moved:
    """Move it, with everybody in it; Refusal where TIME-09 refuses staff.

    `warned`: the person passes whatever warns; `seen`: only these warnings, which they have read. `version`: the one
    they saw, to refuse a stale drag.
    """
    target = Target(day, start_tick, tuple(sorted(set(counsellor_ids))), room_id)
    found = _locked(appointment, target, now)
    seats, settings = active_seats(found), Settings.objects.get()
    may_pass = list(Obstacle) if warned else seen
    outcome = shift(found, target, seats, may_pass=may_pass, version=version, settings=settings, now=now)
    if outcome.moved:
        tell([summons for summons in seats if summons.status == SummonsStatus.SENT], settings=settings, now=now)
    return outcome


def active_seats(meeting: Appointment) -> list[Summons]:
    """Who goes with it, each with the offer that gives them rights."""
    return list(meeting.summonses.filter(status__in=ACTIVE).select_related("offer"))


def shift(
    found: Appointment,
    target: Target,
    seats: Sequence[Summons],
    *,
    may_pass: Collection[Obstacle],
    version: int | None,
    settings: Settings,
    now: datetime,
) -> Moved:
    """Move what is held by the locks with its active seats; whoever calls it tells those who were told before."""
    refusal = why_not_move(found, now=now) or _why_not_stale(found, version) or why_not_target(target, now)
    if refusal:
        raise refusal
    if target == _present(found):
        return Moved(found, (), moved=False)
    if any(summons.attendance for summons in seats):
        raise attendance_registered()
    obstacles = obstacles_at(found, target, seats, settings=settings, now=now)
    if refusal := obstacle_refusal(refusals(obstacles, Who.STAFF)):
        raise refusal
    passed = warnings(obstacles, Who.STAFF)
    if not set(passed) <= set(may_pass):
        return Moved(found, passed, moved=False)
    _write(found, target, seats)
    _renew(found, seats, passed, settings, now)
    return Moved(found, passed, moved=True)


def _locked(appointment: Appointment, target: Target, now: datetime) -> Appointment:
    """The meeting as it is under the locks; moving a joint one holds the whole job centre for a moment."""
    seats = appointment.summonses.filter(status__in=ACTIVE)
    citizens = list(seats.values_list("citizen_id", flat=True))
    counsellors = {*appointment.holders.values_list("counsellor_id", flat=True), *target.counsellor_ids}
    rooms = {room for room in (appointment.room_id, target.room_id) if room}
    locks.lock(
        jobcentre_id=appointment.jobcentre_id,
        exclusive=appointment.form == MeetingForm.JOINT,
        citizens=citizens,
        counsellors=counsellors,
        rooms=rooms,
        appointments=[appointment.pk],
    )
    bulk.free_expired(now=now, citizens=citizens, counsellors=counsellors, rooms=rooms)
    return Appointment.objects.get(pk=appointment.pk)


def _present(meeting: Appointment) -> Target:
    holders = sorted(meeting.holders.values_list("counsellor_id", flat=True))
    return Target(meeting.day, meeting.start_tick, tuple(holders), meeting.room_id)


def _why_not_stale(meeting: Appointment, version: int | None) -> Refusal | None:
    if version is not None and version != meeting.version:
        return Refusal(_("Samtalen er ændret af en anden imens. Se den igen, før du flytter den."), code="stale")
    return None


def _write(meeting: Appointment, target: Target, seats: Sequence[Summons]) -> None:
    places = places_at(meeting, target)
    if meeting.seats_by == SeatsBy.ROOM:
        room = places.rooms[target.room_id] if target.room_id else None
        meeting.seats_calling, meeting.seats_rebooking = seats_of(meeting, room)
    meeting.placed_by = PlacedBy.STAFF
    with judged():
        stand(meeting, target, places, [summons.pk for summons in seats])


def places_at(meeting: Appointment, target: Target) -> Places:
    return Places(meeting.team_id, target.counsellor_ids, [target.room_id] if target.room_id else [])


def stand(meeting: Appointment, target: Target, places: Places, seats: Iterable[UUID]) -> None:
    """There from now on, with those who hold it and the summonses of those who come; all take their time anew."""
    instants = when(target.day.toordinal(), target.start_tick, meeting.duration or 0)
    for name, value in (instants | places.of(meeting.mode, target.counsellor_ids, target.room_id)).items():
        setattr(meeting, name, value)
    meeting.day, meeting.start_tick, meeting.room_id = target.day, target.start_tick, target.room_id
    meeting.version += 1
    Claim.objects.filter(appointment=meeting).delete()
    meeting.save()
    hold(meeting, target.counsellor_ids)
    bulk.claim_meetings([meeting.pk])
    bulk.claim_seats(seats)


def hold(meeting: Appointment, counsellor_ids: Collection[int]) -> None:
    """These hold it from now on, and nobody else."""
    meeting.holders.exclude(counsellor__in=counsellor_ids).delete()
    AppointmentCounsellor.objects.bulk_create(holders_of(meeting, counsellor_ids), ignore_conflicts=True)


def _renew(
    meeting: Appointment, seats: Sequence[Summons], passed: Sequence[Obstacle], settings: Settings, now: datetime
) -> None:
    """Rights count anew from the new date; what was passed is kept."""
    sent = [summons for summons in seats if summons.status == SummonsStatus.SENT]
    for summons in seats:
        summons.appointment = meeting
        summons.placement = summons.placement | {"by_hand": True, "passed": [obstacle.value for obstacle in passed]}
        summons.version += 1
    today = timezone.localdate(now)
    for summons in sent:
        summons.rebook_until, summons.rebook_to = rebooking_rights(summons, settings=settings, today=today)
        summons.cancel_until = cancelling_right(summons, today=today)
    update_rows(seats, "placement", "version", "rebook_until", "rebook_to", "cancel_until")
