"""A day of a calendar as shapes: why which minutes are not free (CAL-02)."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from booking.availability.calendar import absent_periods, hours_on, reserved_blocks, schedule_on
from booking.availability.facts import Block, Closures, CounsellorFacts, Purpose
from planner.timeline.intervals import Period, intersect, subtract, union
from planner.timeline.ticks import MINUTES_PER_DAY, MINUTES_PER_TICK, Day, Minute

WHOLE_DAY: Period = (0, MINUTES_PER_DAY)


class Shade(Enum):
    """What makes a stretch grey; where two apply the earlier is shown."""

    PUBLIC_HOLIDAY = "public_holiday"
    CLOSING_DAY = "closing_day"
    ABSENCE = "absence"
    OUTSIDE_HOURS = "outside_hours"
    BREAK = "break"
    BUSY = "busy"
    RESERVED_FOR_SUMMONING = "reserved_for_summoning"
    RESERVED_FOR_SELF_BOOKING = "reserved_for_self_booking"


class Shape(NamedTuple):
    shade: Shade
    start: Minute
    end: Minute


def shapes(counsellor: CounsellorFacts, day: Day, closures: Closures | None = None) -> list[Shape]:
    """The grey stretches of a day in order of time, without overlap; what is left over is white."""
    left: tuple[Period, ...] = (WHOLE_DAY,)
    drawn = []
    for shade, periods in _shades(counsellor, day, closures or Closures()):
        drawn += [Shape(shade, start, end) for start, end in intersect(left, periods)]
        left = subtract(left, periods)
    return sorted(drawn, key=lambda shape: shape.start)


def _shades(counsellor: CounsellorFacts, day: Day, closures: Closures) -> Iterator[tuple[Shade, tuple[Period, ...]]]:
    hours = hours_on(schedule_on(counsellor.schedules, day), day)
    gap = closures.gaps.get(day)
    yield Shade.PUBLIC_HOLIDAY, (WHOLE_DAY,) if day in closures.holidays else ()
    yield Shade.CLOSING_DAY, (WHOLE_DAY,) if day in closures.closing_days else ()
    yield Shade.ABSENCE, absent_periods(counsellor.absences, day)
    yield Shade.OUTSIDE_HOURS, (*subtract([WHOLE_DAY], hours.works), *([gap] if gap else []))
    yield Shade.BREAK, hours.breaks
    yield Shade.BUSY, _periods(counsellor.busy, day)
    yield Shade.RESERVED_FOR_SUMMONING, _periods(reserved_blocks(counsellor, day, day, Purpose.SELF_BOOKING), day)
    yield Shade.RESERVED_FOR_SELF_BOOKING, _periods(reserved_blocks(counsellor, day, day, Purpose.SUMMONING), day)


def _periods(blocks: Iterable[Block], day: Day) -> tuple[Period, ...]:
    periods = []
    for block in blocks:
        begins = (block.day - day) * MINUTES_PER_DAY + block.start * MINUTES_PER_TICK
        periods.append((max(begins, 0), min(begins + block.ticks * MINUTES_PER_TICK, MINUTES_PER_DAY)))
    return union(periods)
