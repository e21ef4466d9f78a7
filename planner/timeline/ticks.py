"""Units of local time: days, minutes of the day, and ticks of five minutes."""

from datetime import date
from typing import TypeAlias

Day: TypeAlias = int
"""A local date as ``date.toordinal()``."""

Minute: TypeAlias = int
"""A minute of a local day, 0-1440; 1440 is the midnight that ends it."""

Tick: TypeAlias = int
"""Five minutes of a local day, 0-287."""

MINUTES_PER_TICK = 5
MINUTES_PER_DAY = 1440
TICKS_PER_DAY = MINUTES_PER_DAY // MINUTES_PER_TICK


def ticks_of(minutes: Minute) -> int:
    """The ticks of a length in whole five minutes; ValueError for any other."""
    ticks, rest = divmod(minutes, MINUTES_PER_TICK)
    if rest or minutes < 0:
        raise ValueError(f"{minutes} minutes are not whole five minutes")
    return ticks


def weekday_of(day: Day) -> int:
    """0 for Monday to 6 for Sunday."""
    return (day + 6) % 7


def date_of(day: Day) -> date:
    return date.fromordinal(day)


def clock_of(tick: Tick) -> str:
    """``"08:05"`` for tick 97."""
    hour, minute = divmod(tick * MINUTES_PER_TICK, 60)
    return f"{hour:02}:{minute:02}"
