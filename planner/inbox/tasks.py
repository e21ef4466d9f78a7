"""Thin Celery tasks of the inbox: they carry ids alone."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.inbox import engine, services
from planner.inbox.nudges import nudge


@shared_task(name="planner.inbox.tasks.drain", ignore_result=True)  # type: ignore[untyped-decorator]
def drain(jobcentre_id: int) -> None:
    """Handle what is due at one job centre."""
    engine.drain(jobcentre_id)


@shared_task(name="planner.inbox.tasks.sweep", ignore_result=True)  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Every two seconds: every job centre that has something due is looked at."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            found = engine.has_work(now=timezone.now())
        if found:
            nudge(jobcentre_id)


@shared_task(name="planner.inbox.tasks.forget", ignore_result=True)  # type: ignore[untyped-decorator]
def forget() -> None:
    """Each night: what is past its time is gone."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="retention"):
            services.forget(now=timezone.now())
