"""Meetings of many citizens with all chosen counsellors (DIST-09 to DIST-12)."""

from collections.abc import Sequence

from planner.timeline.bits import each, first, span, stretches
from planner.timeline.ticks import TICKS_PER_DAY
from summons.distribution.calendars import Calendars, Opening
from summons.distribution.plan import Outcome, Placement, Reason, Unplaced
from summons.distribution.problem import Problem, SeatsBy
from summons.distribution.waiting import Waiting


def seats_for_calling(problem: Problem) -> int | None:
    """How many may be called to one meeting; None where there is no limit (DIST-10)."""
    seats = problem.request.seats
    if seats is None or seats.by is SeatsBy.ALL:
        return None
    if seats.by is SeatsBy.NUMBER:
        return seats.number
    return next((room.capacity for room in problem.rooms if room.id in problem.request.rooms), None)


class Meetings:
    """The meetings of a run as they are filled."""

    def __init__(self, calendars: Calendars, queue: Sequence[Waiting]) -> None:
        self.calendars = calendars
        self.queue = queue
        self.placements: list[Placement] = []
        self.unplaced: list[Unplaced] = []

    def fill(self, seats: int | None) -> None:
        """Meeting after meeting, each for the first who waits and those who can join (DIST-11)."""
        attendance = _attendance(self.queue, len(self.calendars.open))
        left = (1 << len(self.queue)) - 1
        while left:
            leader = self.queue[first(left)]
            opening = self.calendars.now.first(leader.days, leader)
            if opening is None:
                self.unplaced.append(Unplaced(leader.citizen.id, self.calendars.reason(leader.days, leader)))
                left &= left - 1
                continue
            taken = 0
            for index in each(left & attendance[opening[0]]):
                waiting = self.queue[index]
                if waiting is leader or self._may_join(waiting, opening):
                    taken |= 1 << index
                    if taken.bit_count() == seats:
                        break
            self._hold(opening, [self.queue[index] for index in each(taken)])
            left ^= taken

    def _may_join(self, waiting: Waiting, opening: Opening) -> bool:
        """Whether they can come, and are not drawn past a deadline that they can still meet."""
        if not waiting.can_come(*opening):
            return False
        return bool(waiting.in_time >> opening[0] & 1) or not self.calendars.now.first(waiting.in_time, waiting)

    def hold_one_for_all(self) -> None:
        """One meeting to which everybody can come, or none (DIST-12)."""
        length = len(self.calendars.open)
        hindered = [_all_hindered_starts(waiting, length) for waiting in self.queue]
        once = twice = 0
        for starts in hindered:
            twice |= once & starts
            once |= starts
        open_starts = sum(found << day * TICKS_PER_DAY for day, found in enumerate(self.calendars.now.starts))
        if common := open_starts & ~once:
            day, start = divmod(first(common), TICKS_PER_DAY)
            self._hold((day, start), self.queue)
            return
        for waiting, starts in zip(self.queue, hindered, strict=True):
            alone = open_starts & starts & ~twice
            reason = Reason.CITIZEN_UNAVAILABLE if alone else Reason.NO_COMMON_TIME
            self.unplaced.append(Unplaced(waiting.citizen.id, reason))

    def _hold(self, opening: Opening, group: Sequence[Waiting]) -> None:
        calendars = self.calendars
        reasons = [
            None if waiting.in_time >> opening[0] & 1 else calendars.reason(waiting.in_time, waiting)
            for waiting in group
        ]
        counsellors = tuple(counsellor.id for counsellor in calendars.counsellors)
        room = calendars.take(opening, range(len(counsellors)))
        day, start = calendars.first_day + opening[0], opening[1]
        for waiting, because in zip(group, reasons, strict=True):
            outcome = Outcome.AFTER_DEADLINE if because else Outcome.EARLIEST
            citizen = waiting.citizen.id
            self.placements.append(
                Placement(citizen, day, start, calendars.duration, counsellors, room, outcome, because)
            )


def _attendance(queue: Sequence[Waiting], length: int) -> list[int]:
    """By day, the places in the queue of those who are neither too early nor absent."""
    changes = [0] * (length + 1)
    for index, waiting in enumerate(queue):
        present = waiting.days & ~waiting.absent
        for day in each(present ^ present << 1):
            changes[day] ^= 1 << index
    attendance = []
    present = 0
    for day in range(length):
        present ^= changes[day]
        attendance.append(present)
    return attendance


def _all_hindered_starts(waiting: Waiting, length: int) -> int:
    """All starts of all days in one number, those set to which the citizen cannot come."""
    whole_days = (1 << length) - 1 & ~(waiting.days & ~waiting.absent)
    starts = 0
    for begins, ends in stretches(whole_days):
        starts |= span(begins * TICKS_PER_DAY, (ends - begins) * TICKS_PER_DAY)
    for day, hindered in waiting.hindered.items():
        starts |= hindered << day * TICKS_PER_DAY
    return starts
