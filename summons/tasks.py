"""Thin Celery tasks: load, call, done. They carry ids only; what a lost one left behind, a sweep takes up."""

from __future__ import annotations

from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone

from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for, jobcentre_ids
from summons.services import handover, letters, look_up, planning, runs

log = structlog.get_logger(__name__)


@shared_task(name="summons.tasks.look_up_list", ignore_result=True)  # type: ignore[untyped-decorator]
def look_up_list(jobcentre_id: int, run_id: str, job: str) -> None:
    """Look up the citizens of a list."""
    look_up.work(jobcentre_id, UUID(run_id), UUID(job), clock=timezone.now)


@shared_task(name="summons.tasks.take_up_look_ups", ignore_result=True)  # type: ignore[untyped-decorator]
def take_up_look_ups() -> None:
    """Each minute: look-ups that nobody works at any more."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            found = look_up.forgotten(now=timezone.now())
        for run_id, job in found:
            ask_for_look_up(jobcentre_id, run_id, job)


def ask_for_look_up(jobcentre_id: int, run_id: UUID, job: UUID) -> None:
    """Ask a worker; with the broker away the sweep finds the job."""
    try:
        look_up_list.delay(jobcentre_id, str(run_id), str(job))
    except Exception as fault:  # noqa: BLE001 - whatever the broker does, the list is safe
        log.warning("look_up_not_queued", fault=type(fault).__name__)


@shared_task(name="summons.tasks.forget_handed_lists", ignore_result=True)  # type: ignore[untyped-decorator]
def forget_handed_lists() -> None:
    """Each night: lists of case systems that nobody opened within seven days."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            handover.forget_unfetched(now=timezone.now())


@shared_task(name="summons.tasks.forget_drafts", ignore_result=True)  # type: ignore[untyped-decorator]
def forget_drafts() -> None:
    """Each night: drafts nobody has touched, lists that were sent, for as long as they are kept, and printed papers."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="retention"):
            kept_days, now = Settings.objects.get().lists_days, timezone.now()
            runs.delete_forgotten(kept_days=kept_days, now=now)
            runs.forget_sent_lists(kept_days=kept_days, now=now)
            letters.forget_papers(now=now)


@shared_task(name="summons.tasks.plan_run", ignore_result=True)  # type: ignore[untyped-decorator]
def plan_run(jobcentre_id: int, run_id: str, job: str) -> None:
    """Distribute the citizens of a run."""
    planning.work(jobcentre_id, UUID(run_id), UUID(job), clock=timezone.now)


@shared_task(name="summons.tasks.take_up_plannings", ignore_result=True)  # type: ignore[untyped-decorator]
def take_up_plannings() -> None:
    """Each minute: plannings that nobody works at any more."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            found = planning.forgotten(now=timezone.now())
        for run_id, job in found:
            plan_run.delay(jobcentre_id, str(run_id), str(job))


def ask_for_planning(jobcentre_id: int, run_id: UUID, job: UUID) -> None:
    """Ask a worker; with the broker away the run is planned here and now. Outside any transaction."""
    try:
        plan_run.delay(jobcentre_id, str(run_id), str(job))
    except Exception as fault:  # noqa: BLE001 - whatever the broker does, the run is planned
        log.warning("planning_not_queued", fault=type(fault).__name__)
        planning.work(jobcentre_id, run_id, job, clock=timezone.now)


@shared_task(name="summons.tasks.make_letters", ignore_result=True)  # type: ignore[untyped-decorator]
def make_letters(jobcentre_id: int, printing_id: str) -> None:
    """Lay the letters of a printing on paper."""
    letters.work(jobcentre_id, UUID(printing_id), clock=timezone.now)


@shared_task(name="summons.tasks.take_up_letters", ignore_result=True)  # type: ignore[untyped-decorator]
def take_up_letters() -> None:
    """Each minute: letters that nobody made."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            found = letters.forgotten(now=timezone.now())
        for printing_id in found:
            make_letters.delay(jobcentre_id, str(printing_id))


def ask_for_letters(jobcentre_id: int, printing_id: UUID) -> None:
    """Ask a worker; with the broker away the letters are made here and now. Outside any transaction."""
    try:
        make_letters.delay(jobcentre_id, str(printing_id))
    except Exception as fault:  # noqa: BLE001 - whatever the broker does, the letters are made
        log.warning("letters_not_queued", fault=type(fault).__name__)
        letters.work(jobcentre_id, printing_id, clock=timezone.now)
