"""Citizens as the search sees them: days as bits from the run's first day, and what hinders them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from booking.availability.facts import CitizenFacts, Id
from planner.timeline.bits import span
from planner.timeline.ticks import TICKS_PER_DAY, ticks_of
from summons.distribution.problem import Request

NOT_HINDERED: Mapping[int, int] = MappingProxyType({})


@dataclass(slots=True)
class Waiting:
    """A citizen who waits for a time; the lowest bit of a set of days is the run's earliest date."""

    citizen: CitizenFacts
    preferred: int | None
    """Place of the preferred counsellor among the chosen."""
    days: int
    """From the earliest date to the horizon."""
    in_time: int
    """Those of `days` that are not after the deadline."""
    absent: int
    hindered: Mapping[int, int]
    """By day, the starts at which the conversation would meet another appointment of the citizen."""

    def can_come(self, day: int, start: int) -> bool:
        free_day = self.days & ~self.absent
        return bool(free_day >> day & 1) and not self.hindered.get(day, 0) >> start & 1


def in_order(citizens: Iterable[CitizenFacts]) -> list[CitizenFacts]:
    """Nearest deadline first, those without last, equal ones as they stand (DIST-01)."""
    return sorted(citizens, key=lambda citizen: (citizen.deadline is None, citizen.deadline or 0))


def waiting_list(citizens: Iterable[CitizenFacts], request: Request, places: Mapping[Id, int]) -> list[Waiting]:
    """The citizens in order; `places` numbers the chosen counsellors."""
    length = request.horizon_days + 1
    first = request.earliest
    ticks = ticks_of(request.duration)
    every_day = span(0, length)
    return [
        Waiting(
            citizen,
            places.get(citizen.preferred) if citizen.preferred is not None else None,
            days := every_day if citizen.earliest is None else _days(citizen.earliest - first, length - 1, length),
            days if citizen.deadline is None else days & _days(0, citizen.deadline - first, length),
            _absent_days(citizen, first, length) if citizen.absences else 0,
            _hindered_starts(citizen, first, length, ticks) if citizen.taken else NOT_HINDERED,
        )
        for citizen in in_order(citizens)
    ]


def _days(first: int, last: int, length: int) -> int:
    """The bits of the days from first to last, both included, as far as they lie within the horizon."""
    first = max(first, 0)
    count = min(last, length - 1) - first + 1
    return ((1 << count) - 1) << first if count > 0 else 0


def _absent_days(citizen: CitizenFacts, first: int, length: int) -> int:
    absent = 0
    for begins, ends in citizen.absences:
        absent |= _days(begins - first, length - 1 if ends is None else ends - first, length)
    return absent


def _hindered_starts(citizen: CitizenFacts, first: int, length: int, ticks: int) -> dict[int, int]:
    hindered: dict[int, int] = {}
    for block in citizen.taken:
        index, begins, ends = block.day - first, block.start, block.start + block.ticks
        while begins < ends:
            if 0 <= index < length:
                earliest = max(0, begins - ticks + 1)
                starts = span(earliest, min(ends, TICKS_PER_DAY) - earliest)
                hindered[index] = hindered.get(index, 0) | starts
            index, begins, ends = index + 1, 0, ends - TICKS_PER_DAY
    return hindered
