"""Tells a worker to go and look. A nudge may be lost: the sweep finds what it missed (SYNC-06)."""

from __future__ import annotations

import time

import structlog
from celery import current_app
from django.db import transaction

from planner.outbox.models import Receiver

SECONDS_WITHOUT_NUDGES = 5.0
EXPIRES = 30
log = structlog.get_logger(__name__)
_silent_until = 0.0


def nudge_after_commit(jobcentre_id: int, receiver: Receiver) -> None:
    transaction.on_commit(lambda: nudge(jobcentre_id, receiver))


def nudge(jobcentre_id: int, receiver: Receiver) -> bool:
    return ask("planner.outbox.tasks.drain", jobcentre_id, receiver.value, queue=receiver.value)


def ask(task: str, *ids: int | str, queue: str) -> bool:
    """Whether the broker took it. One that fails is left alone for a few seconds, so that nobody waits for it."""
    global _silent_until  # noqa: PLW0603 - one circuit breaker a process
    if time.monotonic() < _silent_until:
        return False
    try:
        current_app.send_task(task, args=ids, queue=queue, expires=EXPIRES, retry=False, ignore_result=True)
    except Exception as fault:  # noqa: BLE001 - whatever the broker does, the change is already safe
        _silent_until = time.monotonic() + SECONDS_WITHOUT_NUDGES
        log.warning("nudge_lost", queue=queue, fault=type(fault).__name__)
        return False
    return True
