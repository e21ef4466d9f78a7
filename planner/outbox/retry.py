"""When to try again (SYNC-05)."""

from __future__ import annotations

import random
from datetime import timedelta

LONGEST = timedelta(hours=3)
JITTER = 0.2


def pause(attempts: int) -> timedelta:
    """min(3 h, 2ⁿ − 1 s) after n attempts: 1 s, 3, 7, 15, 31 and so on."""
    return min(LONGEST, timedelta(seconds=2 ** min(attempts, 20) - 1))


def pause_with_jitter(attempts: int, *, at_least: timedelta | None = None) -> timedelta:
    """The pause, up to a fifth shorter by chance, but never shorter than the receiver asked for."""
    jittered = pause(attempts) * (1 - JITTER * random.random())  # noqa: S311 - spreads load, hides nothing
    return max(jittered, at_least or timedelta())
