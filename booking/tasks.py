"""Thin Celery tasks of the appointment book: load, call, done."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from booking.services import retention, sending, visits
from planner.accounts.tenancy import acting_for, jobcentre_ids


@shared_task(name="booking.tasks.release_overdue", ignore_result=True)  # type: ignore[untyped-decorator]
def release_overdue() -> None:
    """Each hour: pending summonses whose day of release has come lose their time (PEND-03)."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            sending.release_overdue(jobcentre_id=jobcentre_id, now=timezone.now())


@shared_task(name="booking.tasks.forget_past_its_time", ignore_result=True)  # type: ignore[untyped-decorator]
def forget_past_its_time() -> None:
    """Each night: what the settings no longer let us keep (GUARD-14)."""
    for jobcentre_id in jobcentre_ids():
        retention.forget(jobcentre_id, now=timezone.now())


@shared_task(name="booking.tasks.beat", ignore_result=True)  # type: ignore[untyped-decorator]
def beat() -> None:
    """Each minute: we are here; what was silent before that is kept as evidence (SELF-10)."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            visits.beat(jobcentre_id=jobcentre_id, now=timezone.now())
