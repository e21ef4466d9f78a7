"""Thin Celery tasks: go and look. They carry ids only, and a lost one is made good by the next sweep (SYNC-06)."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.outbox import engine
from planner.outbox.models import Receiver
from planner.outbox.nudges import nudge
from planner.outbox.queries import has_work


@shared_task(name="planner.outbox.tasks.drain", ignore_result=True)  # type: ignore[untyped-decorator]
def drain(jobcentre_id: int, receiver: str) -> None:
    """Send what is due at one job centre; runs on the receiver's own queue."""
    engine.drain(jobcentre_id, Receiver(receiver))


@shared_task(name="planner.outbox.tasks.sweep", ignore_result=True)  # type: ignore[untyped-decorator]
def sweep(receiver: str) -> None:
    """Each second: every job centre that has something due for this receiver is sent for."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            found = has_work(Receiver(receiver), now=timezone.now())
        if found:
            nudge(jobcentre_id, Receiver(receiver))
