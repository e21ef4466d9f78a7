"""Free time of counsellors and rooms, day by day (TIME-03 to TIME-06)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from booking.availability.facts import (
    Block,
    Closures,
    CounsellorFacts,
    Hours,
    Purpose,
    RoomFacts,
    Schedule,
    Taken,
    Week,
)
from planner.timeline.bits import WHOLE_DAY
from planner.timeline.clock import Span
from planner.timeline.free_time import FreeTime
from planner.timeline.intervals import Period, length, shrunk, subtract, widened
from planner.timeline.ticks import MINUTES_PER_DAY, TICKS_PER_DAY, Day, Tick, date_of, weekday_of


class CounsellorDay(NamedTuple):
    """One counsellor's day; masks of 288 ticks (planner.timeline.bits), lengths in minutes."""

    available: int
    """Available time (TIME-03)."""
    bookable: int
    """Available, and neither busy in the own calendar nor reserved for another purpose."""
    free: int
    """Free time (TIME-04)."""
    available_minutes: int
    conversation_budget: int
    automatic_budget: int
    conversation_minutes: int
    """Counted against the conversation budget so far."""
    automatic_minutes: int
    """Counted against the automatic budget so far."""

    @property
    def free_time(self) -> FreeTime:
        return FreeTime(self.free)

    def budget_left(self, *, automatic: bool) -> int:
        """Minutes that may still be booked; below 0 where more is booked already (TIME-07)."""
        left = self.conversation_budget - self.conversation_minutes
        return min(left, self.automatic_budget - self.automatic_minutes) if automatic else left


CLOSED = CounsellorDay(0, 0, 0, 0, 0, 0, 0, 0)
NO_HOURS = Hours()


@dataclass(slots=True)
class CounsellorColumns:
    """The same for many days, a list for each field: for who walks thousands of days."""

    plain: list[CounsellorDay]
    """The days as if nothing were taken, busy or reserved."""
    bookable: list[int]
    free: list[int]
    conversation_minutes: list[int]
    automatic_minutes: list[int]


def counsellor_days(
    counsellor: CounsellorFacts,
    first: Day,
    last: Day,
    closures: Closures | None = None,
    purpose: Purpose = Purpose.SUMMONING,
) -> list[CounsellorDay]:
    """A counsellor's days from first to last, both included; the list begins with `first`."""
    columns = counsellor_columns(counsellor, first, last, closures, purpose)
    return [
        CounsellorDay(day.available, bookable, free, *day[3:6], conversation_minutes, automatic_minutes)
        for day, bookable, free, conversation_minutes, automatic_minutes in zip(
            columns.plain,
            columns.bookable,
            columns.free,
            columns.conversation_minutes,
            columns.automatic_minutes,
            strict=True,
        )
    ]


def counsellor_columns(
    counsellor: CounsellorFacts,
    first: Day,
    last: Day,
    closures: Closures | None = None,
    purpose: Purpose = Purpose.SUMMONING,
) -> CounsellorColumns:
    """The days of `counsellor_days` as columns."""
    plain = _available_days(counsellor, first, last, closures or Closures())
    busy = [*counsellor.busy, *reserved_blocks(counsellor, first, last, purpose)]
    bookable = _without([day.available for day in plain], busy, first)
    free = _without(bookable, counsellor.taken, first)
    return CounsellorColumns(plain, bookable, free, *_minutes_by_day(counsellor.taken, first, len(plain)))


def room_days(room: RoomFacts, first: Day, last: Day) -> list[int]:
    """The free ticks of a room from first to last, both included."""
    return _without([WHOLE_DAY] * (last - first + 1), room.taken, first)


def schedule_on(schedules: Sequence[Schedule], day: Day) -> Schedule | None:
    """The latest schedule that has begun and holds in the day's week; one for its parity before one for every week."""
    fitting = [one for one in schedules if one.valid_from <= day and one.week.value in (None, _parity(day))]
    return max(fitting, key=lambda one: (one.valid_from, one.week is not Week.EVERY), default=None)


def hours_on(schedule: Schedule | None, day: Day) -> Hours:
    return schedule.days.get(weekday_of(day), NO_HOURS) if schedule else NO_HOURS


def absent_periods(absences: Iterable[Span], day: Day) -> tuple[Period, ...]:
    """The minutes of one day that absences take."""
    begins = day * MINUTES_PER_DAY
    return tuple(
        (max(start - begins, 0), min(end - begins, MINUTES_PER_DAY))
        for start, end in absences
        if start < begins + MINUTES_PER_DAY and end > begins and start < end
    )


def reserved_blocks(counsellor: CounsellorFacts, first: Day, last: Day, purpose: Purpose) -> list[Block]:
    """The times from first to last that are reserved, and not for this purpose (CAL-09)."""
    blocks: list[Block] = []
    for reservation in counsellor.reservations:
        if reservation.purpose is purpose:
            continue
        start, end = next(iter(FreeTime(widened([reservation.period])).stretches), (0, 0))
        begins = max(first, reservation.first)
        begins += (reservation.weekday - weekday_of(begins)) % 7
        ends = last if reservation.last is None else min(last, reservation.last)
        blocks.extend(Block(day, start, end - start) for day in range(begins, ends + 1, 7))
    return blocks


def _available_days(counsellor: CounsellorFacts, first: Day, last: Day, closures: Closures) -> list[CounsellorDay]:
    calendar = _plain_days(counsellor.schedules, first, last)
    removed = _absent_by_day(counsellor.absences, first, last)
    for day, gap in closures.gaps.items():
        if first <= day <= last:
            removed[day] = (*removed.get(day, ()), gap)
    for day, periods in removed.items():
        calendar[day - first] = _available_day(schedule_on(counsellor.schedules, day), weekday_of(day), periods)
    for day in (*closures.closing_days, *closures.holidays):
        if first <= day <= last:
            calendar[day - first] = CLOSED
    return calendar


def _plain_days(schedules: Sequence[Schedule], first: Day, last: Day) -> list[CounsellorDay]:
    """The days by their schedules alone."""
    if len(schedules) == 1 and schedules[0].week is Week.EVERY and schedules[0].valid_from <= first:
        week = [_available_day(schedules[0], weekday, ()) for weekday in range(7)]
        count, begins = last - first + 1, weekday_of(first)
        return (week * (count // 7 + 2))[begins : begins + count]
    return [_available_day(schedule_on(schedules, day), weekday_of(day), ()) for day in range(first, last + 1)]


def _available_day(schedule: Schedule | None, weekday: int, removed: tuple[Period, ...]) -> CounsellorDay:
    if schedule is None:
        return CLOSED
    hours = schedule.days.get(weekday, NO_HOURS)
    return _day_of(hours, removed, schedule.max_conversation_share, schedule.automatic_share)


@lru_cache(maxsize=16384)
def _day_of(hours: Hours, removed: tuple[Period, ...], share: int | Decimal, automatic: int | Decimal) -> CounsellorDay:
    periods = subtract(hours.works, (*hours.breaks, *removed))
    minutes = length(periods)
    mask = shrunk(periods)
    conversation_budget = int(minutes * share // 100)
    automatic_budget = int(conversation_budget * automatic // 100)
    return CounsellorDay(mask, mask, mask, minutes, conversation_budget, automatic_budget, 0, 0)


def _absent_by_day(absences: Iterable[Span], first: Day, last: Day) -> dict[Day, tuple[Period, ...]]:
    absences = tuple(absences)
    days: set[Day] = set()
    for start, end in absences:
        days.update(range(max(first, start // MINUTES_PER_DAY), min(last, (end - 1) // MINUTES_PER_DAY) + 1))
    return {day: absent_periods(absences, day) for day in days}


def _without(days: list[int], blocks: Sequence[Block | Taken], first: Day) -> list[int]:
    """The days' ticks without those that are taken; what runs past midnight goes on the next day."""
    free, count = days.copy(), len(days)
    for block in blocks:
        index, start, ticks = block[0] - first, block[1], block[2]
        if start + ticks > TICKS_PER_DAY:
            free = _without(free, _parted(start, ticks, block[0]), first)
        elif 0 <= index < count:
            free[index] &= ~(((1 << ticks) - 1) << start)
    return free


def _parted(start: Tick, ticks: int, day: Day) -> list[Block]:
    """A stretch that runs past midnight, as one block for each day."""
    parts = []
    while ticks > 0:
        parts.append(Block(day, start, min(ticks, TICKS_PER_DAY - start)))
        day, start, ticks = day + 1, 0, start + ticks - TICKS_PER_DAY
    return parts


def _minutes_by_day(taken: Iterable[Taken], first: Day, count: int) -> tuple[list[int], list[int]]:
    """The conversation minutes that start on each of `count` days, and those of them placed automatically."""
    conversation_minutes, automatic_minutes = [0] * count, [0] * count
    for block in taken:
        index = block[0] - first
        if 0 <= index < count:
            conversation_minutes[index] += block[3]
            if block[4]:
                automatic_minutes[index] += block[3]
    return conversation_minutes, automatic_minutes


@lru_cache(maxsize=4096)
def _parity(day: Day) -> int:
    return date_of(day).isocalendar().week % 2
