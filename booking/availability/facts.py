"""What is known of counsellors, rooms and days before any free time is computed.

Days, ticks and minutes are plain integers (planner.timeline.ticks), so that rows from the database fit as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, TypeAlias

from planner.timeline.clock import Span
from planner.timeline.intervals import Period
from planner.timeline.ticks import Day, Tick

Id: TypeAlias = int | str


class Block(NamedTuple):
    """A stretch of whole ticks that something takes; it may run past midnight."""

    day: Day
    start: Tick
    ticks: int
    firm: bool = True
    """Made by Planner; False for what comes from outside and may collide (TIME-08)."""


class Taken(NamedTuple):
    """A counsellor's appointment: the ticks it takes with its reporting time, and what counts against the budgets."""

    day: Day
    start: Tick
    ticks: int
    minutes: int
    """`duration` alone, counted on the day it starts (TIME-06)."""
    automatic: bool = False
    """Placed by automatic distribution."""
    firm: bool = True


class Purpose(Enum):
    SUMMONING = "summoning"
    SELF_BOOKING = "self_booking"


@dataclass(frozen=True, slots=True)
class Hours:
    """One weekday of a schedule, in minutes of the clock."""

    works: tuple[Period, ...] = ()
    breaks: tuple[Period, ...] = ()


class Week(Enum):
    """The weeks in which a schedule holds, by the number of the ISO week."""

    EVERY = None
    EVEN = 0
    ODD = 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """Working hours, pauses and shares from a date on; the latest that holds in a day's week is that day's."""

    days: Mapping[int, Hours]
    """By weekday, 0 for Monday."""
    valid_from: Day = 0
    week: Week = Week.EVERY
    max_conversation_share: int | Decimal = 100
    """Percent, 0-100."""
    automatic_share: int | Decimal = 100
    """Percent, 0-100."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A weekly time kept for one purpose (CAL-09)."""

    weekday: int
    period: Period
    purpose: Purpose
    first: Day
    last: Day | None = None


@dataclass(frozen=True, slots=True)
class CounsellorFacts:
    id: Id
    name: str
    schedules: Sequence[Schedule]
    absences: Sequence[Span] = ()
    taken: Sequence[Taken] = ()
    busy: Sequence[Block] = ()
    """Read from the counsellor's own calendar."""
    reservations: Sequence[Reservation] = ()
    """Those of the counsellor and of the team."""


@dataclass(frozen=True, slots=True)
class RoomFacts:
    id: Id
    name: str = ""
    capacity: int | None = None
    overbooking: int = 0
    taken: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class CitizenFacts:
    """What bears on a citizen's time; `preferred` is the case owner, or else who held the latest conversation."""

    id: Id
    earliest: Day | None = None
    deadline: Day | None = None
    preferred: Id | None = None
    absences: Sequence[tuple[Day, Day | None]] = ()
    """Hindering ones, first and last day both included; without a last day, to the horizon."""
    taken: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Closures:
    """Days and minutes on which nobody can be booked, for the team in question."""

    closing_days: frozenset[Day] = frozenset()
    holidays: frozenset[Day] = frozenset()
    gaps: Mapping[Day, Period] = field(default_factory=dict)
    """Minutes that do not exist (planner.timeline.clock.gaps)."""
