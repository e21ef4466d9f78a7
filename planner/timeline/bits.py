"""A day as one integer of 288 bits, a bit for each five-minute tick: the arithmetic under FreeTime.

Only code that walks thousands of days uses these functions bare; everything else speaks FreeTime.
"""

from collections.abc import Iterator
from functools import cache

from planner.timeline.ticks import TICKS_PER_DAY, Tick

WHOLE_DAY = (1 << TICKS_PER_DAY) - 1


def span(start: Tick, ticks: int) -> int:
    """The bits of the half-open stretch from `start`."""
    return ((1 << ticks) - 1) << start


def starts(bits: int, ticks: int) -> int:
    """The ticks at which a stretch of `ticks` (at least 1) lies wholly inside `bits`."""
    for step in _steps(ticks):
        bits &= bits >> step
    return bits


@cache
def _steps(ticks: int) -> tuple[int, ...]:
    """Shifts that double what is known to be free until it is `ticks` long: 1 2 4 4 for 12."""
    steps = []
    covered = 1
    while covered < ticks:
        steps.append(min(covered, ticks - covered))
        covered += steps[-1]
    return tuple(steps)


def first(bits: int) -> Tick:
    """The earliest tick; ValueError where there is none."""
    if not bits:
        raise ValueError("no tick is set")
    return (bits & -bits).bit_length() - 1


def each(bits: int) -> Iterator[Tick]:
    """Every tick, in order of time."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def stretches(bits: int) -> Iterator[tuple[Tick, Tick]]:
    """Every longest unbroken stretch as (from, to), in order of time."""
    while bits:
        start = first(bits)
        ticks = first(~(bits >> start))
        yield start, start + ticks
        bits &= ~span(start, ticks)


def on_grid(ticks: int) -> int:
    """The starts that lie on every `ticks`-th tick of the clock, from midnight."""
    return sum(1 << tick for tick in range(0, TICKS_PER_DAY, ticks))
