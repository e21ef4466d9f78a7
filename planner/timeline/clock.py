"""Local time and instants: the only code that knows summer time (TIME-01).

A place on the local clock is a day and a minute of that day. Where the clock goes forward some places do not exist;
where it goes back some exist twice and mean the first. Instants are aware datetimes in UTC.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from planner.timeline.intervals import Period, subtract
from planner.timeline.ticks import MINUTES_PER_DAY, MINUTES_PER_TICK, TICKS_PER_DAY, Day, Minute, Tick

ZONE = ZoneInfo("Europe/Copenhagen")


class NoSuchTime(ValueError):
    """A place on the clock that the night of the change to summer time skips."""


class Stretch(NamedTuple):
    """Whole ticks of one local day."""

    day: Day
    start: Tick
    ticks: int


class Span(NamedTuple):
    """Minutes of the local clock, half-open, counted from day 0: ``day * 1440 + minute``."""

    start: int
    end: int


def midnight(day: Day) -> datetime:
    """The instant at which a local day begins."""
    return datetime.combine(date.fromordinal(day), time(), ZONE).astimezone(UTC)


class Change(NamedTuple):
    """The clock is put from `old` to `new` (minutes of the local day) at an instant."""

    at: datetime
    old: Minute
    new: Minute


@lru_cache(maxsize=4096)
def change_on(day: Day) -> Change | None:
    """The change of the clock on that day, if there is one."""
    begins, ends = midnight(day), midnight(day + 1)
    shift = ends - begins - timedelta(days=1)
    if not shift:
        return None
    before = begins.astimezone(ZONE).utcoffset()
    low, high = 0, (ends - begins) // timedelta(minutes=1)
    while high - low > 1:
        middle = (low + high) // 2
        same = (begins + timedelta(minutes=middle)).astimezone(ZONE).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    return Change(begins + timedelta(minutes=high), high, high - shift // timedelta(minutes=1))


def gap_on(day: Day) -> Period | None:
    """The minutes that do not exist on that day, if any: (120, 180) on the night to summer time."""
    change = change_on(day)
    return (change.old, change.new) if change and change.new > change.old else None


def gaps(first: Day, last: Day) -> dict[Day, Period]:
    """`gap_on` for every day from first to last, both included, that has one."""
    return {day: gap for day in range(first, last + 1) if (gap := gap_on(day))}


def instant_at(day: Day, minute: Minute) -> datetime:
    """The instant of a place on the clock; the first where there are two; NoSuchTime where there is none."""
    gap = gap_on(day)
    if gap and gap[0] <= minute < gap[1]:
        raise NoSuchTime(f"{date.fromordinal(day)} has no minute {minute}")
    day, minute = day + minute // MINUTES_PER_DAY, minute % MINUTES_PER_DAY
    wall = datetime.combine(date.fromordinal(day), time(minute // 60, minute % 60, fold=0), ZONE)
    return wall.astimezone(UTC)


def place_of(instant: datetime) -> tuple[Day, Minute]:
    """The day and minute that a clock on the wall shows at an instant; seconds are dropped."""
    wall = instant.astimezone(ZONE)
    return wall.toordinal(), wall.hour * 60 + wall.minute


def taken(start: datetime, end: datetime) -> list[Stretch]:
    """The ticks that an outside fact touches, day by day (TIME-02: what is taken widens).

    The second pass of a doubled hour is never offered; what lies there takes the last tick of the first pass, so that
    nothing that begins in the first pass runs into it.
    """
    if end <= start:
        return []
    day, first = _tick_before(start)
    last_day, last = _tick_after(end)
    stretches = []
    while (day, first) < (last_day, last):
        until = last if day == last_day else TICKS_PER_DAY
        if first < until:
            stretches.append(Stretch(day, first, until - first))
        day, first = day + 1, 0
    return stretches


def away(start: datetime, end: datetime) -> Span:
    """An absence between two instants as minutes of the local clock; seconds widen it."""
    if end <= start:
        return Span(0, 0)
    last_day, last = _minute_before(end - timedelta(microseconds=1))
    first_day, first = _minute_before(start)
    return Span(first_day * MINUTES_PER_DAY + first, last_day * MINUTES_PER_DAY + last + 1)


def periods_between(day: Day, periods: Iterable[Period]) -> list[tuple[datetime, datetime]]:
    """A day's periods, of working hours for instance, as instants, without what does not exist."""
    gap = gap_on(day)
    existing = subtract(periods, [gap] if gap else [])
    return [(instant_at(day, start), _instant_of_end(day, end)) for start, end in existing]


def _instant_of_end(day: Day, end: Minute) -> datetime:
    gap = gap_on(day)
    return instant_at(day, gap[1] if gap and end == gap[0] else end)


def _second_pass(instant: datetime) -> Change | None:
    """The change that put the clock back, if the instant lies in the time it repeats."""
    change = change_on(instant.astimezone(ZONE).toordinal())
    if change and change.at <= instant < change.at + timedelta(minutes=change.old - change.new):
        return change
    return None


def _minute_before(instant: datetime) -> tuple[Day, Minute]:
    day, minute = place_of(instant)
    change = _second_pass(instant)
    return day, (change.old - 1 if change else minute)


def _tick_before(instant: datetime) -> tuple[Day, Tick]:
    day, minute = _minute_before(instant)
    return day, minute // MINUTES_PER_TICK


def _tick_after(instant: datetime) -> tuple[Day, Tick]:
    """The end of the tick in which the moment just before `instant` lies."""
    day, tick = _tick_before(instant - timedelta(microseconds=1))
    return day, tick + 1
