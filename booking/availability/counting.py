"""The number of free times (TIME-10): conversations that still fit one after another."""

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate
from operator import and_, or_

from booking.availability.calendar import CounsellorDay
from planner.timeline.bits import WHOLE_DAY, each, on_grid, span, starts
from planner.timeline.ticks import Day, Tick, ticks_of


def free_times(
    day: CounsellorDay,
    duration: int,
    reporting_time: int = 0,
    *,
    automatic: bool = False,
    grid: int = 5,
    not_before: Tick = 0,
    among: int = WHOLE_DAY,
) -> tuple[Tick, ...]:
    """The starts of a day's conversations, greedily from the first on the grid; lengths and grid in minutes.

    `automatic` keeps both budgets, else the conversation budget alone is kept (TIME-07). `among`: the ticks at which
    one may begin.
    """
    block = ticks_of(duration + reporting_time)
    fitting = starts(day.free, block) & on_grid(ticks_of(grid)) & among
    fitting &= ~span(0, not_before)
    left = day.budget_left(automatic=automatic)
    found: list[Tick] = []
    while fitting and left >= duration:
        start = (fitting & -fitting).bit_length() - 1
        found.append(start)
        left -= duration
        fitting &= ~span(0, start + block)
    return tuple(found)


def start_times(
    day: CounsellorDay,
    duration: int,
    reporting_time: int = 0,
    *,
    automatic: bool = False,
    grid: int = 5,
    not_before: Tick = 0,
) -> tuple[Tick, ...]:
    """Every start of a day that can be offered, overlapping ones too; lengths and grid in minutes."""
    if day.budget_left(automatic=automatic) < duration:
        return ()
    return tuple(
        start
        for start in day.free_time.starts(ticks_of(duration + reporting_time), ticks_of(grid))
        if start >= not_before
    )


def shared_start_times(
    days: Sequence[CounsellorDay],
    duration: int,
    reporting_time: int = 0,
    *,
    rooms: Sequence[int] = (),
    everybody: bool = False,
    grid: int = 5,
) -> tuple[Tick, ...]:
    """The starts of one date at which one of the counsellors, or everybody, and one of the rooms, if any, is free.

    For a fixed time (SUM-06), which is by hand: budgets are not asked. `rooms` are the free ticks of each.
    """
    block, conversation = ticks_of(duration + reporting_time), ticks_of(duration)
    fitting = reduce(and_ if everybody else or_, (starts(day.free, block) for day in days))
    if rooms:
        fitting &= reduce(or_, (starts(free, conversation) for free in rooms))
    return tuple(each(fitting & on_grid(ticks_of(grid))))


def day_of_nth(counts: Sequence[int], first: Day, n: int) -> Day | None:
    """The day on which the n-th free time (from 1) lies, None where there are fewer (SUM-22)."""
    sums = accumulate(counts)
    return next((first + index for index, total in enumerate(sums) if total >= n), None)
