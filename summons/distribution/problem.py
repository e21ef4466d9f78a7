"""What is given to the distribution."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from booking.availability.facts import CitizenFacts, Closures, CounsellorFacts, Id, RoomFacts
from planner.timeline.ticks import Day, Tick

DEFAULT_HORIZON = 26 * 7


class Form(Enum):
    INDIVIDUAL = "individual"
    JOINT = "joint"


class Method(Enum):
    DEADLINE = "deadline"
    OPTIMAL = "optimal"


class SeatsBy(Enum):
    ROOM = "room"
    NUMBER = "number"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats of a joint meeting (DIST-10); those for rebooking are never filled here."""

    by: SeatsBy
    number: int | None = None
    rebooking: int | None = None


class FixedTime(NamedTuple):
    """A start that a person has chosen (DIST-13)."""

    day: Day
    start: Tick


@dataclass(frozen=True, slots=True)
class Request:
    """The frame of a run; lengths in minutes, whole fives."""

    form: Form
    duration: int
    earliest: Day
    counsellors: tuple[Id, ...]
    reporting_time: int = 0
    horizon_days: int = DEFAULT_HORIZON
    rooms: tuple[Id, ...] = ()
    """None, the one, or (individual only) those of which the first free by name is taken."""
    method: Method = Method.DEADLINE
    seats: Seats | None = None
    """For joint meetings only."""
    fixed_times: tuple[FixedTime, ...] = ()
    """When given, rounds in order of time instead of a search."""
    pass_warnings: bool = False
    """At a fixed time, whether what only warns staff (TIME-09) is passed over."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a plan depends on; the same problem gives the same plan (DIST-08)."""

    request: Request
    counsellors: Sequence[CounsellorFacts]
    citizens: Sequence[CitizenFacts]
    rooms: Sequence[RoomFacts] = ()
    closures: Closures = field(default_factory=Closures)
