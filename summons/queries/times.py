"""The times to which one citizen of a run can be put by hand, each with what only warns (TIME-09)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from booking.availability.obstacles import Obstacle, Who, refusals, warnings
from booking.availability.why_not import Wish, why_not
from booking.queries.facts import picture
from planner.accounts.models import Settings
from planner.timeline.clock import place_of
from summons.models import Run, RunCitizen

EARLIEST, LATEST = 6 * 12, 20 * 12
"""Starts from six in the morning until eight in the evening are worth showing."""


@dataclass(frozen=True, slots=True)
class PossibleTime:
    """A start that TIME-09 does not refuse staff."""

    start_tick: int
    warnings: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where and with whom."""

    day: date
    counsellor_ids: tuple[int, ...]
    room_id: int | None


def possible_times(
    run: Run, line: RunCitizen, place: Place, *, deadline: date | None, settings: Settings, now: datetime
) -> list[PossibleTime]:
    """In order of time; the meeting that the citizen has now does not stand in its own way."""
    meeting = line.summons.appointment if line.summons else None
    known = picture(
        settings=settings,
        team_id=run.team_id,
        first=place.day,
        last=place.day,
        now=now,
        counsellors=place.counsellor_ids,
        rooms=[place.room_id] if place.room_id else [],
        citizens=[line.citizen_id] if line.citizen_id else [],
        without=[meeting.pk] if meeting else [],
    )
    earliest = line.earliest_on.toordinal() if line.earliest_on else None
    until = deadline.toordinal() if deadline else None
    citizens = [replace(one, earliest=earliest, deadline=until) for one in known.citizens.values()]
    details = meeting or run
    today, minute = place_of(now)
    found = []
    for tick in range(EARLIEST, LATEST):
        if (place.day.toordinal(), tick * 5) <= (today, minute):
            continue
        wish = Wish(place.day.toordinal(), tick, details.duration or 0, details.reporting_time)
        obstacles = why_not(
            wish,
            list(known.counsellors.values()),
            known.closures,
            room=known.rooms.get(place.room_id) if place.room_id else None,
            citizens=citizens,
        )
        if not refusals(obstacles, Who.STAFF):
            found.append(PossibleTime(tick, warnings(obstacles, Who.STAFF)))
    return found
