"""Tells a worker to go and look. A nudge may be lost: the sweep finds what it missed (SYNC-06)."""

from __future__ import annotations

from planner.outbox.nudges import ask

QUEUE = "inbox"


def nudge(jobcentre_id: int) -> bool:
    """Whether the broker took it."""
    return ask("planner.inbox.tasks.drain", jobcentre_id, queue=QUEUE)
