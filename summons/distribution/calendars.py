"""The calendars of a run while it is planned: what is open, and what would be open if an obstacle were lifted.

Days count from the run's earliest date, counsellors by the Danish alphabet. Because all conversations of a run are
equally long, what a placement takes is simply a stretch of starts; free time itself need not be kept.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, reduce
from math import isqrt
from operator import and_, or_
from typing import TypeAlias

from booking.availability.calendar import CounsellorColumns, counsellor_columns, room_days
from booking.availability.facts import CounsellorFacts, Id, RoomFacts
from planner.alphabet import alphabet_key
from planner.timeline.bits import span, starts
from planner.timeline.ticks import ticks_of
from summons.distribution.plan import Reason
from summons.distribution.problem import Form, Problem
from summons.distribution.waiting import Waiting

Opening: TypeAlias = tuple[int, int]
"""Day and start."""

Combine: TypeAlias = Callable[[int, int], int]


class Board:
    """The open starts of everybody on one day, and all of them combined; kept in groups, so that a change is cheap."""

    __slots__ = ("combine", "combined", "each", "groups", "size")

    def __init__(self, each: Iterable[int], combine: Combine) -> None:
        self.each = list(each)
        self.combine = combine
        self.size = isqrt(len(self.each))
        self.groups = [reduce(combine, self.each[at : at + self.size]) for at in range(0, len(self.each), self.size)]
        self.combined = reduce(combine, self.groups)

    def put(self, place: int, found: int) -> None:
        self.each[place] = found
        group = place // self.size
        combined = reduce(self.combine, self.each[group * self.size : (group + 1) * self.size])
        if combined != self.groups[group]:
            self.groups[group] = combined
            self.combined = reduce(self.combine, self.groups)

    def first_at(self, start: int) -> int:
        """The first place that has this start open."""
        bit = 1 << start
        group = 0
        while not self.groups[group] & bit:
            group += 1
        place = group * self.size
        while not self.each[place] & bit:
            place += 1
        return place


class Layer:
    """The open starts of every day, under one reading of the calendars."""

    __slots__ = ("days", "starts")

    def __init__(self, starts_by_day: list[int]) -> None:
        self.starts = starts_by_day
        self.days = _days_with(starts_by_day)

    def put(self, day: int, found: int) -> None:
        """Starts are only ever taken, so that a day without any stays so."""
        self.starts[day] = found
        if not found:
            self.days &= ~(1 << day)

    def first(self, window: int, waiting: Waiting) -> Opening | None:
        """The first opening on the days of `window` that the citizen can come to."""
        days = self.days & window & ~waiting.absent
        hindered = waiting.hindered
        while days:
            low = days & -days
            day = low.bit_length() - 1
            found = self.starts[day]
            if day in hindered:
                found &= ~hindered[day]
            if found:
                return day, (found & -found).bit_length() - 1
            days ^= low
        return None


class Calendars:
    """Counsellors and rooms of a run, as far as they are taken so far."""

    def __init__(self, problem: Problem) -> None:
        request = problem.request
        self.first_day = request.earliest
        self.duration = request.duration
        self.conversation = ticks_of(request.duration)
        self.block = ticks_of(request.duration + request.reporting_time)
        self.counsellors = chosen_counsellors(problem)
        self.rooms = chosen_rooms(problem)
        last = request.earliest + request.horizon_days
        known = _Starts(self.block)
        columns = [
            _Column(counsellor_columns(one, request.earliest, last, problem.closures), self.duration, known)
            for one in self.counsellors
        ]
        fitting = _Starts(self.conversation)
        rooms = [[fitting[free] for free in room_days(one, request.earliest, last)] for one in self.rooms]
        combine: Combine = or_ if request.form is Form.INDIVIDUAL else and_
        self.open = _boards((one.open for one in columns), combine)
        """The starts at which a block fits and both budgets allow it, by day."""
        self.fitting = _boards((one.fitting for one in columns), combine)
        """The same, whatever the budgets."""
        self.left = [one.left for one in columns]
        """Minutes left in the tighter of the budgets, by counsellor and day."""
        self.open_days = [_days_with(one.open) for one in columns]
        self.room_boards = _boards(rooms, or_)
        self.now = Layer([self._with_room(day, board.combined) for day, board in enumerate(self.open)])
        self.room_lifted = Layer([board.combined for board in self.open])
        self.budgets_lifted = Layer([self._with_room(day, board.combined) for day, board in enumerate(self.fitting)])
        self.appointments_lifted = Layer(_combined((one.bookable_in_budget for one in columns), combine))
        self.lifted = (
            (self.room_lifted, Reason.ROOM_TAKEN),
            (self.budgets_lifted, Reason.BUDGET_USED),
            (self.appointments_lifted, Reason.TIME_TAKEN),
        )
        self.all_lifted = Layer(_combined((one.bookable for one in columns), combine))

    def _with_room(self, day: int, found: int) -> int:
        return found & self.room_boards[day].combined if self.rooms else found

    def first_with(self, place: int, window: int, waiting: Waiting) -> Opening | None:
        """The first opening in one counsellor's calendar."""
        days = self.open_days[place] & self.now.days & window & ~waiting.absent
        while days:
            low = days & -days
            day = low.bit_length() - 1
            found = self._with_room(day, self.open[day].each[place]) & ~waiting.hindered.get(day, 0)
            if found:
                return day, (found & -found).bit_length() - 1
            days ^= low
        return None

    def who_is_open(self, opening: Opening, before_all: int | None = None) -> int:
        """The first counsellor by the alphabet who has this opening, or `before_all` if that one has it."""
        day, start = opening
        if before_all is not None and self.open[day].each[before_all] >> start & 1:
            return before_all
        return self.open[day].first_at(start)

    def take(self, opening: Opening, places: Iterable[int]) -> Id | None:
        """Take the counsellors, and the first room by name that is free, which is returned."""
        day, start = opening
        lost = _starts_that_meet(start, self.block)
        open_board, fitting_board = self.open[day], self.fitting[day]
        for place in places:
            left = self.left[place][day] = self.left[place][day] - self.duration
            fitting = fitting_board.each[place] & ~lost
            found = fitting if left >= self.duration else 0
            fitting_board.put(place, fitting)
            open_board.put(place, found)
            if not found:
                self.open_days[place] &= ~(1 << day)
        room = self._take_room(day, start)
        self.now.put(day, self._with_room(day, open_board.combined))
        self.room_lifted.put(day, open_board.combined)
        self.budgets_lifted.put(day, self._with_room(day, fitting_board.combined))
        return room

    def _take_room(self, day: int, start: int) -> Id | None:
        if not self.rooms:
            return None
        board = self.room_boards[day]
        place = board.first_at(start)
        board.put(place, board.each[place] & ~_starts_that_meet(start, self.conversation))
        return self.rooms[place].id

    def reason(self, window: int, waiting: Waiting) -> Reason:
        """What was in the way on the days of `window`, found by lifting one obstacle at a time (DIST-07)."""
        if self.now.days & window:
            return Reason.CITIZEN_UNAVAILABLE
        for layer, reason in self.lifted:
            if layer.first(window, waiting):
                return reason
        return Reason.SEVERAL if self.all_lifted.days & window else Reason.NO_AVAILABLE_TIME


class _Starts(dict[int, int]):
    """The starts of blocks of one length, by free time; most days of most counsellors look alike."""

    def __init__(self, ticks: int) -> None:
        super().__init__()
        self.ticks = ticks

    def __missing__(self, free: int) -> int:
        self[free] = found = starts(free, self.ticks)
        return found


class _Column:
    """One counsellor's days as starts."""

    def __init__(self, days: CounsellorColumns, duration: int, known: _Starts) -> None:
        self.fitting = [known[free] for free in days.free]
        self.bookable = [known[bookable] for bookable in days.bookable]
        self.left = [
            min(day.conversation_budget - conversation_minutes, day.automatic_budget - automatic_minutes)
            for day, conversation_minutes, automatic_minutes in zip(
                days.plain, days.conversation_minutes, days.automatic_minutes, strict=True
            )
        ]
        self.open = [found if left >= duration else 0 for found, left in zip(self.fitting, self.left, strict=True)]
        self.bookable_in_budget = [
            found if day.automatic_budget >= duration else 0
            for found, day in zip(self.bookable, days.plain, strict=True)
        ]


def chosen_counsellors(problem: Problem) -> list[CounsellorFacts]:
    """By the Danish alphabet."""
    chosen = set(problem.request.counsellors)
    counsellors = (one for one in problem.counsellors if one.id in chosen)
    return sorted(counsellors, key=lambda one: (alphabet_key(one.name), one.id))


def chosen_rooms(problem: Problem) -> list[RoomFacts]:
    """By the Danish alphabet."""
    chosen = set(problem.request.rooms)
    rooms = (one for one in problem.rooms if one.id in chosen)
    return sorted(rooms, key=lambda one: (alphabet_key(one.name), one.id))


def _boards(columns: Iterable[Sequence[int]], combine: Combine) -> list[Board]:
    return [Board(row, combine) for row in zip(*columns, strict=True)]


def _combined(columns: Iterable[Sequence[int]], combine: Combine) -> list[int]:
    return [reduce(combine, row) for row in zip(*columns, strict=True)]


def _days_with(starts_by_day: Iterable[int]) -> int:
    return sum(1 << day for day, found in enumerate(starts_by_day) if found)


@cache
def _starts_that_meet(start: int, ticks: int) -> int:
    """The starts of stretches of `ticks` that overlap the one that begins at `start`."""
    earliest = max(0, start - ticks + 1)
    return span(earliest, start + ticks - earliest)
