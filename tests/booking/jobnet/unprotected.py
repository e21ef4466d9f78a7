"""BorgerBookingService with one protection taken away, for the twins of the tests of many at once (±)."""

from __future__ import annotations

import os
from time import sleep

import pytest

from planner.wsgi import application as application  # noqa: PLC0414 - what the web server asks this module for

# isort: split
from booking.services import holding, locks, self_booking
from booking.services.holding import Picked, Wish

look = holding.pick


def think(wish: Wish) -> Picked:
    """A moment between finding a time and writing it down, so that races are real races."""
    found = look(wish)
    sleep(0.05)
    return found


take_away = pytest.MonkeyPatch().setattr
match os.environ["WITHOUT"]:
    case "locks":
        take_away(locks, "lock", lambda **_keys: None)
        take_away(holding, "pick", think)
        take_away(self_booking, "pick", think)
    case "repeats":
        take_away(self_booking, "_stands_there", lambda _summons, _choice: False)
