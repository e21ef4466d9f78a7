"""What stands in the way of a meeting at another time: asked before it is moved, and while it is moved (TIME-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from admin_module.models import Competence, Counsellor, Room, SeatsBy
from booking.availability.facts import CitizenFacts
from booking.availability.obstacles import Obstacle
from booking.availability.why_not import Wish, why_not
from booking.models import Appointment, Summons
from booking.queries.facts import Picture, picture
from planner.accounts.models import Settings
from planner.timeline.clock import place_of
from planner.timeline.ticks import MINUTES_PER_TICK, Day, Tick
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Target:
    """Where a meeting is to go."""

    day: date
    start_tick: int
    counsellor_ids: tuple[int, ...]
    room_id: int | None


def obstacles_at(
    meeting: Appointment, target: Target, seats: Sequence[Summons], *, settings: Settings, now: datetime
) -> tuple[Obstacle, ...]:
    """What stands in the way there of those who come, the meeting's own present time apart."""
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
        not_before=least_notice(settings, now),
        seats_left=_seats_left(meeting, target, found, len(seats)),
        competent=_competent(meeting, target),
    )
    return why_not(
        wish,
        list(found.counsellors.values()),
        found.closures,
        room=found.rooms[target.room_id] if target.room_id else None,
        citizens=[_bounded(found.citizens[summons.citizen_id], summons) for summons in seats],
    )


def why_not_target(target: Target, now: datetime) -> Refusal | None:
    """Whether anybody can be sent there at all: a time to come, with counsellors and a room that are still there."""
    today, minute = place_of(now)
    if (target.day.toordinal(), target.start_tick * 5) <= (today, minute):
        return Refusal(_("Tidspunktet er passeret."), code="past")
    living = Counsellor.objects.living().filter(pk__in=target.counsellor_ids).count()
    room = target.room_id is None or Room.objects.living().filter(pk=target.room_id).exists()
    if not target.counsellor_ids or living != len(target.counsellor_ids) or not room:
        return Refusal(_("Vejlederen eller mødelokalet kan ikke vælges."), code="gone")
    return None


def least_notice(settings: Settings, now: datetime) -> tuple[Day, Tick]:
    """The first place on the clock that keeps «mindste varsel»."""
    day, minute = place_of(now + timedelta(days=settings.least_notice_days))
    return day, -(-minute // MINUTES_PER_TICK)


def _bounded(citizen: CitizenFacts, summons: Summons) -> CitizenFacts:
    return replace(
        citizen,
        earliest=summons.earliest_on.toordinal() if summons.earliest_on else None,
        deadline=summons.deadline.toordinal() if summons.deadline else None,
    )


def _competent(meeting: Appointment, target: Target) -> bool:
    """Whether whoever has not held it before has the competence that it requires (COMP-02)."""
    required = Competence.objects.living().filter(pk=meeting.competence_id) if meeting.competence_id else None
    able = set(required.values_list("counsellors", flat=True)) if required is not None else set()
    there = meeting.holders.values_list("counsellor_id", flat=True)
    return not able or set(target.counsellor_ids) <= {*able, *there}


def _seats_left(meeting: Appointment, target: Target, found: Picture, used: int) -> int | None:
    """A room that is too small for those who come leaves none (only where the room decides)."""
    room = found.rooms.get(target.room_id) if target.room_id else None
    if room is None or room.capacity is None or meeting.seats_by != SeatsBy.ROOM:
        return None
    return room.capacity + room.overbooking - used + 1
