"""SPEED-01: planning alone, by deadline, all rules and reasons, 60 days in steps of five minutes; floor L."""

import sys
from dataclasses import dataclass
from datetime import date
from functools import partial
from random import Random

from benchmarks.figures import ROUNDS, Figure, figure, ratios, seconds
from booking.availability.facts import (
    Block,
    CitizenFacts,
    Closures,
    CounsellorFacts,
    Hours,
    RoomFacts,
    Schedule,
    Taken,
)
from planner.timeline.clock import Span
from planner.timeline.ticks import weekday_of
from summons.distribution.engine import distribute
from summons.distribution.problem import Form, Problem, Request

FIRST = date(2026, 11, 30).toordinal()
DAYS = 60
HOURS = {weekday: Hours(works=((480, 960),), breaks=((720, 750),)) for weekday in range(5)}


@dataclass(frozen=True, slots=True)
class Size:
    citizens: int
    counsellors: int
    limit: float

    def __str__(self) -> str:
        return f"{self.citizens}/{self.counsellors}"


SIZES = (Size(1_000, 50, 0.5), Size(10_000, 300, 5.0))
CASES = {"": (0.4, 40), " crowded": (0.9, 8)}
"""How much is booked already, and within how many days the deadlines lie."""


def floor() -> None:
    """L: a plain loop of 1,000,000 `a & (a >> 1)` on 288-bit integers."""
    a = (1 << 288) - 12345678901234567890
    for _ in range(1_000_000):
        a & (a >> 1)


def measure() -> list[Figure]:
    figures = []
    for size in SIZES:
        for case, (booked, days_to_deadline) in CASES.items():
            problem = make_problem(size.citizens, size.counsellors, booked, days_to_deadline)
            found = ratios(partial(distribute, problem), floor)
            figures.append(figure("SPEED-01", f"{size}{case}", found, "L", size.limit))
    figures.append(growth())
    return figures


def growth() -> Figure:
    """Twice as many citizens over the same counsellors take at most twice as long."""
    half, whole = make_problem(5_000, 300, 0.4, 40), make_problem(10_000, 300, 0.4, 40)
    found = [seconds(partial(distribute, whole)) / seconds(partial(distribute, half)) / 2 for _ in range(ROUNDS)]
    return figure("SPEED-01", "5000 to 10000 citizens", found, "x linear", 1.0)


def make_problem(citizens: int, counsellors: int, booked: float, days_to_deadline: int) -> Problem:
    """A problem in which every rule has work to do."""
    random = Random(1)  # noqa: S311
    request = Request(
        Form.INDIVIDUAL,
        duration=45,
        earliest=FIRST,
        counsellors=tuple(range(counsellors)),
        reporting_time=15,
        horizon_days=DAYS - 1,
        rooms=tuple(range(counsellors)),
    )
    return Problem(
        request,
        [_counsellor(number, booked, random) for number in range(counsellors)],
        [_citizen(number, counsellors, days_to_deadline, random) for number in range(citizens)],
        [_room(number, random) for number in range(counsellors)],
        Closures(frozenset({FIRST + 24}), frozenset({FIRST + 25})),
    )


def _counsellor(number: int, booked: float, random: Random) -> CounsellorFacts:
    taken = [
        Taken(day, start, 12, 45, automatic=random.random() < 0.5)
        for day in range(FIRST, FIRST + DAYS)
        if weekday_of(day) < 5
        for start in (96, 108, 120, 132, 150, 162, 174)
        if random.random() < booked
    ]
    absences = []
    for _ in range(3):
        begins = (FIRST + random.randrange(DAYS)) * 1440 + random.randrange(480, 900)
        absences.append(Span(begins, begins + random.choice([60, 240, 3 * 1440])))
    schedule = Schedule(HOURS, max_conversation_share=random.choice([100, 90, 75]), automatic_share=75)
    return CounsellorFacts(number, f"Counsellor {number:03}", (schedule,), absences, taken)


def _citizen(number: int, counsellors: int, days_to_deadline: int, random: Random) -> CitizenFacts:
    away = FIRST + random.randrange(DAYS)
    return CitizenFacts(
        number,
        earliest=FIRST + random.randrange(14) if random.random() < 0.3 else None,
        deadline=FIRST + random.randrange(days_to_deadline) if random.random() < 0.9 else None,
        preferred=random.randrange(counsellors) if random.random() < 0.6 else None,
        absences=[(away, away + random.randrange(10))] if random.random() < 0.3 else [],
        taken=[Block(FIRST + random.randrange(DAYS), random.randrange(96, 190), 9) for _ in range(random.randrange(3))],
    )


def _room(number: int, random: Random) -> RoomFacts:
    taken = [Block(FIRST + random.randrange(DAYS), random.randrange(96, 190), 12) for _ in range(DAYS)]
    return RoomFacts(number, f"Room {number:03}", taken=taken)


if __name__ == "__main__":
    sys.stdout.writelines(f"{found.line}\n" for found in measure())
