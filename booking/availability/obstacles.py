"""Whom what holds: the table of TIME-09 as data."""

from collections.abc import Iterable
from enum import Enum


class Obstacle(Enum):
    """Why a time is not offered; in the order in which a refusal names them."""

    NO_SUCH_TIME = "no_such_time"
    COUNSELLOR_TAKEN = "counsellor_taken"
    ROOM_TAKEN = "room_taken"
    CITIZEN_TAKEN = "citizen_taken"
    COUNSELLOR_ABSENT = "counsellor_absent"
    CLOSING_DAY = "closing_day"
    PUBLIC_HOLIDAY = "public_holiday"
    OUTSIDE_HOURS = "outside_hours"
    IN_BREAK = "in_break"
    BUSY = "busy"
    COLLISION = "collision"
    RESERVED = "reserved"
    CONVERSATION_BUDGET = "conversation_budget"
    AUTOMATIC_BUDGET = "automatic_budget"
    BEFORE_EARLIEST = "before_earliest"
    LEAST_NOTICE = "least_notice"
    AFTER_DEADLINE = "after_deadline"
    CITIZEN_ABSENT = "citizen_absent"
    SEATS_TAKEN = "seats_taken"
    OTHER_OFFER = "other_offer"
    """Another team, type or variant."""
    LACKS_COMPETENCE = "lacks_competence"


class Who(Enum):
    AUTOMATIC = "automatic"
    CITIZEN = "citizen"
    STAFF = "staff"
    """By hand: fixed time, drag, dialog."""


class Verdict(Enum):
    REFUSED = "refused"
    LAST_RESORT = "last_resort"
    WARNED = "warned"
    ALLOWED = "allowed"


_R, _L, _W, _A = Verdict.REFUSED, Verdict.LAST_RESORT, Verdict.WARNED, Verdict.ALLOWED

HOLDS: dict[Obstacle, dict[Who, Verdict]] = {
    obstacle: dict(zip(Who, verdicts, strict=True))
    for obstacle, verdicts in {
        Obstacle.NO_SUCH_TIME: (_R, _R, _R),
        Obstacle.COUNSELLOR_TAKEN: (_R, _R, _R),
        Obstacle.ROOM_TAKEN: (_R, _R, _R),
        Obstacle.CITIZEN_TAKEN: (_R, _R, _R),
        Obstacle.COUNSELLOR_ABSENT: (_R, _R, _R),
        Obstacle.CLOSING_DAY: (_R, _R, _R),
        Obstacle.PUBLIC_HOLIDAY: (_R, _R, _R),
        Obstacle.OUTSIDE_HOURS: (_R, _R, _W),
        Obstacle.IN_BREAK: (_R, _R, _W),
        Obstacle.BUSY: (_R, _R, _W),
        Obstacle.COLLISION: (_R, _R, _W),
        Obstacle.RESERVED: (_R, _R, _W),
        Obstacle.CONVERSATION_BUDGET: (_R, _R, _W),
        Obstacle.AUTOMATIC_BUDGET: (_R, _A, _A),
        Obstacle.BEFORE_EARLIEST: (_R, _R, _W),
        Obstacle.LEAST_NOTICE: (_R, _R, _W),
        Obstacle.AFTER_DEADLINE: (_L, _R, _W),
        Obstacle.CITIZEN_ABSENT: (_R, _A, _W),
        Obstacle.SEATS_TAKEN: (_R, _R, _W),
        Obstacle.OTHER_OFFER: (_A, _R, _A),
        Obstacle.LACKS_COMPETENCE: (_R, _R, _W),
    }.items()
}


def refusals(obstacles: Iterable[Obstacle], who: Who) -> tuple[Obstacle, ...]:
    """Those that hold `who` back."""
    return tuple(obstacle for obstacle in obstacles if HOLDS[obstacle][who] is Verdict.REFUSED)


def warnings(obstacles: Iterable[Obstacle], who: Who) -> tuple[Obstacle, ...]:
    """Those that `who` is told of and may pass."""
    return tuple(obstacle for obstacle in obstacles if HOLDS[obstacle][who] is Verdict.WARNED)
