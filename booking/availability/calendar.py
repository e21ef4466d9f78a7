"""Free time of counsellors and rooms, day by day (TIME-03 to TIME-06)."""

from collections.abc import Iterable, Sequence
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
from planner.timeline.bits import WHOLE_DAY, span
from planner.timeline.clock import Span
from planner.timeline.free_time import FreeTime
from planner.timeline.intervals import Period, length, shrunk, subtract, widened
from planner.timeline.ticks import MINUTES_PER_DAY, TICKS_PER_DAY, Day, date_of, weekday_of


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


def counsellor_days(
    counsellor: CounsellorFacts,
    first: Day,
    last: Day,
    closures: Closures | None = None,
    purpose: Purpose = Purpose.SUMMONING,
) -> list[CounsellorDay]:
    """A counsellor's days from first to last, both included; the list begins with `first`."""
    closures = closures or Closures()
    calendar = _available_days(counsellor, first, last, closures)
    busy = _taken_by_day([*counsellor.busy, *reserved_blocks(counsellor, first, last, purpose)], first, last)
    taken = _taken_by_day(counsellor.taken, first, last)
    minutes = _minutes_by_day(counsellor.taken, first, last)
    for index in {*busy, *taken, *minutes}:
        day = calendar[index]
        bookable = day.available & ~busy.get(index, 0)
        conversation_minutes, automatic_minutes = minutes.get(index, (0, 0))
        calendar[index] = CounsellorDay(
            day.available,
            bookable,
            bookable & ~taken.get(index, 0),
            day.available_minutes,
            day.conversation_budget,
            day.automatic_budget,
            conversation_minutes,
            automatic_minutes,
        )
    return calendar


def room_days(room: RoomFacts, first: Day, last: Day) -> list[int]:
    """The free ticks of a room from first to last, both included."""
    free = [WHOLE_DAY] * (last - first + 1)
    for index, mask in _taken_by_day(room.taken, first, last).items():
        free[index] &= ~mask
    return free


def schedule_on(schedules: Sequence[Schedule], day: Day) -> Schedule | None:
    """The latest schedule that has begun and holds in the day's week; one for its parity before one for every week."""
    fitting = [one for one in schedules if one.valid_from <= day and one.week.value in (None, _parity(day))]
    return max(fitting, key=lambda one: (one.valid_from, one.week is not Week.EVERY), default=None)


def hours_on(schedule: Schedule | None, day: Day) -> Hours:
    return (schedule.days.get(weekday_of(day)) if schedule else None) or Hours()


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
    away = _absent_by_day(counsellor.absences, first, last)
    patterns: dict[tuple[int, int], CounsellorDay] = {}
    calendar = []
    for day in range(first, last + 1):
        if day in closures.closing_days or day in closures.holidays:
            calendar.append(CLOSED)
            continue
        schedule = _only_or_on(counsellor.schedules, day)
        removed = away.get(day, ())
        if day in closures.gaps:
            removed = (*removed, closures.gaps[day])
        if removed:
            calendar.append(_available_day(schedule, day, removed))
            continue
        pattern = (id(schedule), weekday_of(day))
        if pattern not in patterns:
            patterns[pattern] = _available_day(schedule, day, ())
        calendar.append(patterns[pattern])
    return calendar


def _only_or_on(schedules: Sequence[Schedule], day: Day) -> Schedule | None:
    if len(schedules) == 1 and schedules[0].week is Week.EVERY and schedules[0].valid_from <= day:
        return schedules[0]
    return schedule_on(schedules, day)


def _available_day(schedule: Schedule | None, day: Day, removed: Iterable[Period]) -> CounsellorDay:
    if schedule is None:
        return CLOSED
    hours = hours_on(schedule, day)
    periods = subtract(hours.works, (*hours.breaks, *removed))
    minutes = length(periods)
    mask = shrunk(periods)
    conversation_budget = int(minutes * schedule.max_conversation_share // 100)
    automatic_budget = int(conversation_budget * schedule.automatic_share // 100)
    return CounsellorDay(mask, mask, mask, minutes, conversation_budget, automatic_budget, 0, 0)


def _absent_by_day(absences: Iterable[Span], first: Day, last: Day) -> dict[Day, tuple[Period, ...]]:
    absences = tuple(absences)
    days: set[Day] = set()
    for start, end in absences:
        days.update(range(max(first, start // MINUTES_PER_DAY), min(last, (end - 1) // MINUTES_PER_DAY) + 1))
    return {day: absent_periods(absences, day) for day in days}


def _taken_by_day(blocks: Iterable[Block | Taken], first: Day, last: Day) -> dict[int, int]:
    """The ticks taken, by index of the day; a block past midnight goes on the next day."""
    masks: dict[int, int] = {}
    count = last - first + 1
    for block in blocks:
        index, mask = block[0] - first, span(block[1], block[2])
        while mask:
            if 0 <= index < count:
                masks[index] = masks.get(index, 0) | (mask & WHOLE_DAY)
            index, mask = index + 1, mask >> TICKS_PER_DAY
    return masks


def _minutes_by_day(taken: Iterable[Taken], first: Day, last: Day) -> dict[int, tuple[int, int]]:
    """The conversation minutes, and those placed automatically, by index of the day they start on."""
    minutes: dict[int, tuple[int, int]] = {}
    for block in taken:
        day, duration, automatic = block[0], block[3], len(block) > 4 and block[4]
        if first <= day <= last:
            conversation_minutes, automatic_minutes = minutes.get(day - first, (0, 0))
            minutes[day - first] = (
                conversation_minutes + duration,
                automatic_minutes + (duration if automatic else 0),
            )
    return minutes


@lru_cache(maxsize=4096)
def _parity(day: Day) -> int:
    return date_of(day).isocalendar().week % 2
