"""Half-open periods of minutes within a day, and sets of them; on five-minute ticks they become bits."""

from collections.abc import Iterable
from typing import TypeAlias

from planner.timeline.bits import span
from planner.timeline.ticks import MINUTES_PER_TICK, Minute

Period: TypeAlias = tuple[Minute, Minute]
"""From, to; ``to`` is not included, so that 9:00-9:45 and 9:45-10:30 do not touch."""


def union(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same minutes in order, without overlap; empty periods vanish and adjoining ones merge."""
    merged: list[Period] = []
    for start, end in sorted(periods):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def subtract(periods: Iterable[Period], removed: Iterable[Period]) -> tuple[Period, ...]:
    """The minutes of `periods` that lie in none of `removed`."""
    left = union(periods)
    for cut_start, cut_end in union(removed):
        parts = (part for start, end in left for part in ((start, min(end, cut_start)), (max(start, cut_end), end)))
        left = tuple(part for part in parts if part[0] < part[1])
    return left


def intersect(periods: Iterable[Period], others: Iterable[Period]) -> tuple[Period, ...]:
    """The minutes that lie in both."""
    others = union(others)
    return union((max(a, c), min(b, d)) for a, b in union(periods) for c, d in others)


def length(periods: Iterable[Period]) -> int:
    """Minutes covered."""
    return sum(end - start for start, end in union(periods))


def shrunk(periods: Iterable[Period]) -> int:
    """The ticks that lie wholly inside: for what is available (TIME-02)."""
    bits = 0
    for start, end in union(periods):
        first, last = -(-start // MINUTES_PER_TICK), end // MINUTES_PER_TICK
        if first < last:
            bits |= span(first, last - first)
    return bits


def widened(periods: Iterable[Period]) -> int:
    """The ticks that are touched: for what is taken (TIME-02)."""
    bits = 0
    for start, end in union(periods):
        first, last = start // MINUTES_PER_TICK, -(-end // MINUTES_PER_TICK)
        bits |= span(first, last - first)
    return bits
