"""What the distribution gives back."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from booking.availability.facts import Id
from booking.availability.obstacles import Obstacle
from planner.timeline.ticks import Day, Tick


class Outcome(Enum):
    PREFERRED = "preferred"
    EARLIEST = "earliest"
    AFTER_DEADLINE = "after_deadline"


class Reason(Enum):
    """What was in the way (DIST-07, DIST-12, DIST-13)."""

    CITIZEN_UNAVAILABLE = "citizen_unavailable"
    ROOM_TAKEN = "room_taken"
    BUDGET_USED = "budget_used"
    TIME_TAKEN = "time_taken"
    SEVERAL = "several"
    NO_AVAILABLE_TIME = "no_available_time"
    NO_COMMON_TIME = "no_common_time"
    NO_PLACE_LEFT = "no_place_left"
    """Fixed times only: more citizens than places."""


class Placement(NamedTuple):
    citizen: Id
    day: Day
    start: Tick
    duration: int
    """Minutes."""
    counsellors: tuple[Id, ...]
    """In alphabetical order."""
    room: Id | None
    outcome: Outcome
    because: Reason | None = None
    """For outcome AFTER_DEADLINE, except at a fixed time."""
    warnings: tuple[Obstacle, ...] = ()
    """At a fixed time: what warns staff (TIME-09)."""


class Unplaced(NamedTuple):
    citizen: Id
    reason: Reason


@dataclass(frozen=True, slots=True)
class Summary:
    within_deadline: int
    after_deadline: int
    without_deadline: int
    unplaced: int
    preferred: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`placements` in the order made, `unplaced` in the order tried. Those at one joint meeting share day and start."""

    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    summary: Summary
