"""Moving a meeting by hand: drag, dialog, step 3 (CAL-04). TIME-09 judges the target before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import Counsellor, MeetingForm, Room, SeatsBy
from booking.availability.facts import CitizenFacts
from booking.availability.obstacles import Obstacle, Who, refusals, warnings
from booking.availability.why_not import Wish, why_not
from booking.models import Appointment, AppointmentCounsellor, Claim, PlacedBy, Summons
from booking.queries.facts import Picture, picture
from booking.rules import obstacle_refusal, rebooking_rights, why_not_move
from booking.services import bulk, locks
from booking.services.constraints import judged
from booking.services.entries import Places, holders_of, seats_of, when
from booking.services.telling import tell
from booking.states import ACTIVE, SummonsStatus
from planner.accounts.models import Settings
from planner.timeline.clock import place_of
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Target:
    """Where a meeting is to go."""

    day: date
    start_tick: int
    counsellor_ids: tuple[int, ...]
    room_id: int | None


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
    version: int | None = None,
) -> Moved:
    """Move it, with everybody in it; Refusal where TIME-09 refuses staff. `warned`: the person has seen the warnings.

    `version`: the one the person saw, to refuse a stale drag.
    """
    target = Target(day, start_tick, tuple(sorted(set(counsellor_ids))), room_id)
    found = _locked(appointment, target)
    refusal = why_not_move(found, now=now) or _why_not_stale(found, version) or _why_not_target(target, now)
    if refusal:
        raise refusal
    if target == _present(found):
        return Moved(found, (), moved=False)
    settings = Settings.objects.get()
    seats = list(found.summonses.filter(status__in=ACTIVE).select_related("appointment"))
    obstacles = _obstacles(found, target, seats, settings, now)
    if refusal := obstacle_refusal(refusals(obstacles, Who.STAFF)):
        raise refusal
    passed = warnings(obstacles, Who.STAFF)
    if passed and not warned:
        return Moved(found, passed, moved=False)
    _write(found, target, seats)
    _renew(found, seats, passed, settings, now)
    return Moved(found, passed, moved=True)


def _locked(appointment: Appointment, target: Target) -> Appointment:
    """The meeting as it is under the locks; moving a joint one holds the whole job centre for a moment."""
    seats = appointment.summonses.filter(status__in=ACTIVE)
    rooms = {appointment.room_id, target.room_id}
    locks.lock(
        jobcentre_id=appointment.jobcentre_id,
        exclusive=appointment.form == MeetingForm.JOINT,
        citizens=list(seats.values_list("citizen_id", flat=True)),
        counsellors={*appointment.holders.values_list("counsellor_id", flat=True), *target.counsellor_ids},
        rooms={room for room in rooms if room},
        appointments=[appointment.pk],
    )
    return Appointment.objects.get(pk=appointment.pk)


def _present(meeting: Appointment) -> Target:
    holders = sorted(meeting.holders.values_list("counsellor_id", flat=True))
    return Target(meeting.day, meeting.start_tick, tuple(holders), meeting.room_id)


def _why_not_stale(meeting: Appointment, version: int | None) -> Refusal | None:
    if version is not None and version != meeting.version:
        return Refusal(_("Samtalen er ændret af en anden imens. Se den igen, før du flytter den."), code="stale")
    return None


def _why_not_target(target: Target, now: datetime) -> Refusal | None:
    today, minute = place_of(now)
    if (target.day.toordinal(), target.start_tick * 5) <= (today, minute):
        return Refusal(_("Tidspunktet er passeret."), code="past")
    living = Counsellor.objects.living().filter(pk__in=target.counsellor_ids).count()
    room = target.room_id is None or Room.objects.living().filter(pk=target.room_id).exists()
    if not target.counsellor_ids or living != len(target.counsellor_ids) or not room:
        return Refusal(_("Vejlederen eller mødelokalet kan ikke vælges."), code="gone")
    return None


def _obstacles(
    meeting: Appointment, target: Target, seats: Sequence[Summons], settings: Settings, now: datetime
) -> tuple[Obstacle, ...]:
    """What stands in the way there, its own present time apart."""
    found = picture(
        settings=settings,
        team_id=meeting.team_id,
        first=target.day,
        last=target.day,
        now=now,
        counsellors=target.counsellor_ids,
        rooms=[target.room_id] if target.room_id else [],
        citizens=[summons.citizen_id for summons in seats],
        without=[meeting.pk],
    )
    wish = Wish(
        target.day.toordinal(),
        target.start_tick,
        meeting.duration or 0,
        meeting.reporting_time,
        seats_left=_seats_left(meeting, target, found, len(seats)),
    )
    return why_not(
        wish,
        list(found.counsellors.values()),
        found.closures,
        room=found.rooms[target.room_id] if target.room_id else None,
        citizens=[_bounded(found.citizens[summons.citizen_id], summons) for summons in seats],
    )


def _bounded(citizen: CitizenFacts, summons: Summons) -> CitizenFacts:
    return replace(
        citizen,
        earliest=summons.earliest_on.toordinal() if summons.earliest_on else None,
        deadline=summons.deadline.toordinal() if summons.deadline else None,
    )


def _seats_left(meeting: Appointment, target: Target, found: Picture, used: int) -> int | None:
    """A room that is too small for those who come leaves none (only where the room decides)."""
    room = found.rooms.get(target.room_id) if target.room_id else None
    if room is None or room.capacity is None or meeting.seats_by != SeatsBy.ROOM:
        return None
    return room.capacity + room.overbooking - used + 1


def _write(meeting: Appointment, target: Target, seats: Sequence[Summons]) -> None:
    places = Places(meeting.team_id, target.counsellor_ids, [target.room_id] if target.room_id else [])
    changes = when(target.day.toordinal(), target.start_tick, meeting.duration or 0) | places.of(
        meeting.mode, target.counsellor_ids, target.room_id
    )
    for name, value in changes.items():
        setattr(meeting, name, value)
    meeting.day, meeting.start_tick, meeting.room_id = target.day, target.start_tick, target.room_id
    if meeting.seats_by == SeatsBy.ROOM:
        room = places.rooms[target.room_id] if target.room_id else None
        meeting.seats_calling, meeting.seats_rebooking = seats_of(meeting, room)
    meeting.placed_by, meeting.version = PlacedBy.STAFF, meeting.version + 1
    with judged():
        Claim.objects.filter(appointment=meeting).delete()
        meeting.save()
        meeting.holders.exclude(counsellor__in=target.counsellor_ids).delete()
        AppointmentCounsellor.objects.bulk_create(holders_of(meeting, target.counsellor_ids), ignore_conflicts=True)
        bulk.claim_meetings([meeting.pk])
        bulk.claim_seats(summons.pk for summons in seats)


def _renew(
    meeting: Appointment, seats: Sequence[Summons], passed: Sequence[Obstacle], settings: Settings, now: datetime
) -> None:
    """Rights count anew from the new date; what was passed is kept; those who were told are told again."""
    sent = [summons for summons in seats if summons.status == SummonsStatus.SENT]
    for summons in seats:
        summons.appointment = meeting
        summons.placement = summons.placement | {"by_hand": True, "passed": [obstacle.value for obstacle in passed]}
        summons.version += 1
    for summons in sent:
        today = timezone.localdate(now)
        summons.rebook_until, summons.rebook_to = rebooking_rights(summons, settings=settings, today=today)
    bulk.update(seats, "placement", "version", "rebook_until", "rebook_to")
    tell(sent, settings=settings, now=now)
