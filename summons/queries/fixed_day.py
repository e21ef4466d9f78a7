"""A fixed date: the starts that are free on it, who is free when, and what chosen starts give (SUM-06, SUM-18)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.availability.calendar import counsellor_days, room_days
from booking.availability.counting import shared_start_times
from booking.queries.facts import Picture
from planner.accounts.models import Settings
from planner.timeline.bits import span
from planner.timeline.clock import place_of
from planner.timeline.ticks import MINUTES_PER_TICK, TICKS_PER_DAY, Day, Tick, ticks_of
from planner.ui import formatting
from summons.queries.frame import (
    Frame,
    Meaning,
    automatic,
    closings,
    described,
    facts_of,
    holiday,
    joint_warnings,
    list_of,
    unfinished,
    unread_calendars,
    without_hours,
)
from summons.queries.problem import tick_of


@dataclass(frozen=True, slots=True)
class Start:
    """A start that is free, and how many of the counsellors are free then."""

    clock: time
    counsellors: int


@dataclass(frozen=True, slots=True)
class FreeCounsellor:
    """When a counsellor is free that day, in one line."""

    name: str
    count: int
    first: time | None
    last: time | None


@dataclass(frozen=True, slots=True)
class FixedDay:
    """The calendars of one date: a mask of free ticks for each counsellor, and for each room if one is needed."""

    on: date
    frame: Frame
    facts: Picture
    counsellors: tuple[int, ...]
    rooms: tuple[int, ...]
    starts: tuple[Start, ...]
    free: tuple[FreeCounsellor, ...]

    def places(self, chosen: Iterable[time]) -> int:
        """Conversations, or joint meetings, that the chosen starts give: rounds in order of time (DIST-13)."""
        duration, reporting = self.frame.length
        counsellors, rooms, found = list(self.counsellors), list(self.rooms), 0
        for tick in sorted({tick_of(clock) for clock in chosen}):
            block, conversation = span(tick, ticks_of(duration + reporting)), span(tick, ticks_of(duration))
            able = _able(counsellors, block)
            held = int(len(able) == len(counsellors)) if self.frame.joint else len(able)
            if rooms:
                free = _able(rooms, conversation)
                held = min(held, len(free))
                _take(rooms, free[:held], conversation)
            _take(counsellors, able if self.frame.joint and held else able[:held], block)
            found += held
        return found


def fixed_day(frame: Frame, *, settings: Settings, now: datetime) -> FixedDay | None:
    """The frame's fixed date; None until date, length and counsellors are known. A fixed number of statements."""
    on = frame.run.fixed_on
    if on is None or not frame.run.duration or not frame.counsellors:
        return None
    facts = facts_of(frame, settings=settings, first=on, last=on, now=now)
    people = [
        counsellor_days(facts.counsellors[one.pk], facts.first, facts.last, facts.closures)[0]
        for one in frame.counsellors
    ]
    rooms = tuple(room_days(facts.rooms[room.pk], facts.first, facts.last)[0] for room in frame.rooms)
    earliest = _first_tick(facts.first, now)
    own = [_from(earliest, shared_start_times([person], *frame.length, rooms=rooms)) for person in people]
    shared = _from(earliest, shared_start_times(people, *frame.length, rooms=rooms, everybody=frame.joint))
    return FixedDay(
        on=on,
        frame=frame,
        facts=facts,
        counsellors=tuple(person.free for person in people),
        rooms=rooms,
        starts=tuple(Start(clock_of(tick), sum(tick in ticks for ticks in own)) for tick in shared),
        free=tuple(_line(one.full_name, ticks) for one, ticks in zip(frame.counsellors, own, strict=True)),
    )


def meaning(frame: Frame, day: FixedDay | None, *, settings: Settings, now: datetime) -> Meaning:
    """Everything the right side says; of a fixed date the free starts, or the places at those that are chosen."""
    if not frame.fixed:
        return automatic(frame, settings=settings, now=now)
    if day is None:
        return unfinished(frame)
    chosen = [clock for clock in frame.run.fixed_times if clock in {start.clock for start in day.starts}]
    count = day.places(chosen) if chosen else len(day.starts)
    return described(
        frame,
        settings=settings,
        count=count,
        counted=_counted(day, chosen, count),
        nth=_left_over(frame, count) if chosen else "",
        warnings=[
            *holiday(day.on, settings),
            *closings(frame, day.on, day.on),
            *unread_calendars(frame, now),
            *without_hours(frame, day.facts),
            *joint_warnings(frame, now),
        ],
    )


def _counted(day: FixedDay, chosen: Sequence[time], count: int) -> str:
    on = formatting.long_day(day.on)
    if not chosen:
        return ngettext("ledigt starttidspunkt %s", "ledige starttidspunkter %s", count) % on
    words = ngettext("møde %s", "møder %s", count) if day.frame.joint else ngettext("samtale %s", "samtaler %s", count)
    return f"{words % on} {_('kl.')} {_(' og ').join(formatting.clock(clock) for clock in sorted(chosen))}"


def _left_over(frame: Frame, meetings: int) -> str:
    """Who is not called in these rounds stays in the run (SUM-18)."""
    if not frame.citizens:
        return ""
    left = max(0, frame.citizens - meetings * frame.seats) if frame.seats else 0
    if not left:
        return f"{list_of(frame)} {_('Alle får en tid.')}"
    words = ngettext("%d får ikke en tid i denne omgang.", "%d får ikke en tid i denne omgang.", left)
    return f"{list_of(frame)} {words % left}"


def clock_of(tick: Tick) -> time:
    return time(tick * MINUTES_PER_TICK // 60, tick * MINUTES_PER_TICK % 60)


def _line(name: str, ticks: Sequence[Tick]) -> FreeCounsellor:
    first, last = (clock_of(ticks[0]), clock_of(ticks[-1])) if ticks else (None, None)
    return FreeCounsellor(name, len(ticks), first, last)


def _able(masks: Sequence[int], wanted: int) -> list[int]:
    return [index for index, mask in enumerate(masks) if mask & wanted == wanted]


def _take(masks: list[int], indexes: Iterable[int], taken: int) -> None:
    for index in indexes:
        masks[index] &= ~taken


def _from(earliest: Tick, ticks: Iterable[Tick]) -> tuple[Tick, ...]:
    return tuple(tick for tick in ticks if tick >= earliest)


def _first_tick(day: Day, now: datetime) -> Tick:
    """Nothing is offered in the past."""
    today, minute = place_of(now)
    if day != today:
        return 0 if day > today else TICKS_PER_DAY
    return minute // MINUTES_PER_TICK + 1
