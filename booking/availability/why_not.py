"""Why a time is not offered: one counsellor, one start, every obstacle of TIME-09 that stands there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from booking.availability.calendar import absent_periods, counsellor_days, hours_on, reserved_blocks, schedule_on
from booking.availability.facts import Block, CitizenFacts, Closures, CounsellorFacts, Purpose, RoomFacts, Taken
from booking.availability.obstacles import Obstacle
from planner.timeline.intervals import Period, intersect, length
from planner.timeline.ticks import MINUTES_PER_DAY, MINUTES_PER_TICK, Day, Tick


@dataclass(frozen=True, slots=True)
class Wish:
    """A time that is asked about; `start` in ticks, lengths in minutes."""

    day: Day
    start: Tick
    duration: int
    reporting_time: int = 0
    purpose: Purpose = Purpose.SUMMONING
    earliest: Day | None = None
    deadline: Day | None = None
    not_before: tuple[Day, Tick] | None = None
    """The least notice, as a place on the clock."""
    seats_left: int | None = None
    """Of the kind that who asks may take; None where there is no limit."""
    same_offer: bool = True
    """Of the same team, type and variant."""
    competent: bool = True
    """Everybody has the competence that is required."""

    @property
    def conversation(self) -> Period:
        begins = self.start * MINUTES_PER_TICK
        return begins, begins + self.duration

    @property
    def block(self) -> Period:
        begins, ends = self.conversation
        return begins, ends + self.reporting_time


def why_not(
    wish: Wish,
    counsellors: Sequence[CounsellorFacts],
    closures: Closures | None = None,
    *,
    room: RoomFacts | None = None,
    citizens: Sequence[CitizenFacts] = (),
) -> tuple[Obstacle, ...]:
    """Every obstacle at the wished time, each once, in the order of Obstacle; empty where it can be offered.

    Whom each holds is said by `refusals` and `warnings`. An appointment that is being moved is not among the facts.
    """
    closures = closures or Closures()
    found = set(_of_the_day(wish, closures))
    for counsellor in counsellors:
        found.update(_of_counsellor(wish, counsellor, closures))
    if room:
        found.update(_of_taken(wish.day, wish.conversation, room.taken, Obstacle.ROOM_TAKEN))
    for citizen in citizens:
        found.update(_of_citizen(wish, citizen))
    found.update(_of_bounds(wish))
    return tuple(obstacle for obstacle in Obstacle if obstacle in found)


def _of_the_day(wish: Wish, closures: Closures) -> Iterator[Obstacle]:
    if wish.block[1] > MINUTES_PER_DAY or _touches(wish.block, [closures.gaps.get(wish.day, (0, 0))]):
        yield Obstacle.NO_SUCH_TIME
    if wish.day in closures.closing_days:
        yield Obstacle.CLOSING_DAY
    if wish.day in closures.holidays:
        yield Obstacle.PUBLIC_HOLIDAY


def _of_counsellor(wish: Wish, counsellor: CounsellorFacts, closures: Closures) -> Iterator[Obstacle]:
    hours = hours_on(schedule_on(counsellor.schedules, wish.day), wish.day)
    yield from _of_taken(wish.day, wish.block, counsellor.taken, Obstacle.COUNSELLOR_TAKEN)
    if _touches(wish.block, absent_periods(counsellor.absences, wish.day)):
        yield Obstacle.COUNSELLOR_ABSENT
    if length(intersect([wish.block], hours.works)) < length([wish.block]):
        yield Obstacle.OUTSIDE_HOURS
    if _touches(wish.block, hours.breaks):
        yield Obstacle.IN_BREAK
    if any(_overlaps(wish.day, wish.block, block) for block in counsellor.busy):
        yield Obstacle.BUSY
    reserved = reserved_blocks(counsellor, wish.day, wish.day, wish.purpose)
    if any(_overlaps(wish.day, wish.block, block) for block in reserved):
        yield Obstacle.RESERVED
    [day] = counsellor_days(counsellor, wish.day, wish.day, closures, wish.purpose)
    if wish.duration > day.budget_left(automatic=False):
        yield Obstacle.CONVERSATION_BUDGET
    if wish.duration > day.automatic_budget - day.automatic_minutes:
        yield Obstacle.AUTOMATIC_BUDGET


def _of_citizen(wish: Wish, citizen: CitizenFacts) -> Iterator[Obstacle]:
    yield from _of_taken(wish.day, wish.conversation, citizen.taken, Obstacle.CITIZEN_TAKEN)
    if any(first <= wish.day and (last is None or wish.day <= last) for first, last in citizen.absences):
        yield Obstacle.CITIZEN_ABSENT
    if citizen.earliest is not None and wish.day < citizen.earliest:
        yield Obstacle.BEFORE_EARLIEST
    if citizen.deadline is not None and wish.day > citizen.deadline:
        yield Obstacle.AFTER_DEADLINE


def _of_bounds(wish: Wish) -> Iterator[Obstacle]:
    if wish.earliest is not None and wish.day < wish.earliest:
        yield Obstacle.BEFORE_EARLIEST
    if wish.deadline is not None and wish.day > wish.deadline:
        yield Obstacle.AFTER_DEADLINE
    if wish.not_before is not None and (wish.day, wish.start) < wish.not_before:
        yield Obstacle.LEAST_NOTICE
    if wish.seats_left is not None and wish.seats_left < 1:
        yield Obstacle.SEATS_TAKEN
    if not wish.same_offer:
        yield Obstacle.OTHER_OFFER
    if not wish.competent:
        yield Obstacle.LACKS_COMPETENCE


def _of_taken(day: Day, period: Period, blocks: Iterable[Block | Taken], when_firm: Obstacle) -> Iterator[Obstacle]:
    for block in blocks:
        if _overlaps(day, period, block):
            yield when_firm if block.firm else Obstacle.COLLISION


def _overlaps(day: Day, period: Period, block: Block | Taken) -> bool:
    begins = (block.day - day) * MINUTES_PER_DAY + block.start * MINUTES_PER_TICK
    return period[0] < begins + block.ticks * MINUTES_PER_TICK and begins < period[1] and block.ticks > 0


def _touches(period: Period, others: Iterable[Period]) -> bool:
    return bool(intersect([period], others))
