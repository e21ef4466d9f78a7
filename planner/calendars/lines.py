"""One line to each calendar: a calendar that hangs takes few threads of a worker, and soon none (SYNC-06)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from django.utils.translation import gettext as _

from planner.calendars.errors import CalendarError, NotLetIn, Silent

AT_ONCE = 2
LONGEST_TURN = 1.0
QUIET = timedelta(seconds=30)
"""So long nobody else tries a calendar that did not answer."""

T = TypeVar("T")


@dataclass(slots=True)
class _Line:
    turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))
    fault: CalendarError | None = None
    quiet_until: float = 0.0


_lines: dict[str, _Line] = {}
_lock = threading.Lock()


def over(name: str, call: Callable[[], T]) -> T:
    """Make the call where the line is free within a second, and answered when it was last tried."""
    with _lock:
        line = _lines.setdefault(name, _Line())
    if line.fault and time.monotonic() < line.quiet_until:
        raise line.fault
    if not line.turns.acquire(timeout=LONGEST_TURN):
        raise Silent(_("Kalenderen er langsom. Der prøves igen."), retry_after=timedelta(seconds=LONGEST_TURN))
    try:
        answer = call()
    except (Silent, NotLetIn) as fault:
        line.fault, line.quiet_until = fault, time.monotonic() + QUIET.total_seconds()
        raise
    finally:
        line.turns.release()
    line.fault = None
    return answer


def answers(name: str) -> None:
    """The calendar was heard otherwise: it may be tried at once."""
    with _lock:
        _lines.pop(name, None)
