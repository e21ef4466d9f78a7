"""Thin Celery tasks of the appointment book: load, call, done."""

from __future__ import annotations

from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone

from booking.services import busy_times, comparison, heard, mailing, retention, sending, visits
from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.outbox.models import Receiver

log = structlog.get_logger(__name__)


@shared_task(name="booking.tasks.release_overdue", ignore_result=True)  # type: ignore[untyped-decorator]
def release_overdue() -> None:
    """Each hour: pending summonses whose day of release has come lose their time (PEND-03)."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            sending.release_overdue(jobcentre_id=jobcentre_id, now=timezone.now())


@shared_task(name="booking.tasks.remind", ignore_result=True)  # type: ignore[untyped-decorator]
def remind() -> None:
    """Each hour of the day: those who come tomorrow are reminded, once (LET-02)."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            mailing.remind(now=timezone.now())


@shared_task(name="booking.tasks.forget_past_its_time", ignore_result=True)  # type: ignore[untyped-decorator]
def forget_past_its_time() -> None:
    """Each night: what the settings no longer let us keep (GUARD-14)."""
    for jobcentre_id in jobcentre_ids():
        retention.forget(jobcentre_id, now=timezone.now())


@shared_task(name="booking.tasks.compare", ignore_result=True)  # type: ignore[untyped-decorator]
def compare() -> None:
    """Every ten minutes of the night: each job centre's comparison with DFDG, by itself (SYNC-08)."""
    for jobcentre_id in jobcentre_ids():
        compare_one.apply_async((jobcentre_id,), expires=600)


@shared_task(name="booking.tasks.compare_one", ignore_result=True)  # type: ignore[untyped-decorator]
def compare_one(jobcentre_id: int) -> None:
    """Begun, or continued where it was; after a restore everything for DFDG waits for it."""
    comparison.compare(jobcentre_id, now=timezone.now())


@shared_task(name="booking.tasks.beat", ignore_result=True)  # type: ignore[untyped-decorator]
def beat() -> None:
    """Each minute: we are here; what was silent before that is kept as evidence (SELF-10)."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            visits.beat(jobcentre_id=jobcentre_id, now=timezone.now())


@shared_task(name="booking.tasks.look_up_newcomer", ignore_result=True)  # type: ignore[untyped-decorator]
def look_up_newcomer(jobcentre_id: int, citizen_id: str) -> None:
    """The name and address of a citizen whom Jobnet told us of."""
    heard.look_up(jobcentre_id, UUID(citizen_id), now=timezone.now())


@shared_task(name="booking.tasks.look_up_newcomers", ignore_result=True)  # type: ignore[untyped-decorator]
def look_up_newcomers() -> None:
    """Every ten minutes: those whose look-up was lost, or not answered."""
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            found = heard.newcomers(now=timezone.now())
        for citizen_id in found:
            if not heard.look_up(jobcentre_id, citizen_id, now=timezone.now()):
                break


def ask_for_newcomer(jobcentre_id: int, citizen_id: UUID) -> None:
    """Ask a worker; with the broker away the sweep finds them."""
    try:
        look_up_newcomer.delay(jobcentre_id, str(citizen_id))
    except Exception as fault:  # noqa: BLE001 - whatever the broker does, the citizen is answered
        log.warning("newcomer_not_queued", fault=type(fault).__name__)


@shared_task(name="booking.tasks.read_calendars", ignore_result=True)  # type: ignore[untyped-decorator]
def read_calendars() -> None:
    """Every five minutes: each job centre's by itself, so that one with slow calendars holds up no other (SYNC-19)."""
    for jobcentre_id in jobcentre_ids():
        read_calendars_of.apply_async((jobcentre_id,), queue=Receiver.CALENDAR.value, expires=300)


@shared_task(name="booking.tasks.read_calendars_of", ignore_result=True)  # type: ignore[untyped-decorator]
def read_calendars_of(jobcentre_id: int) -> None:
    """Busy times, and whether what is ours stands where it should."""
    busy_times.read_all(jobcentre_id, now=timezone.now())


@shared_task(name="booking.tasks.compare_calendars", ignore_result=True)  # type: ignore[untyped-decorator]
def compare_calendars() -> None:
    """Each night: all that is to come in the counsellors' calendars (SYNC-08)."""
    for jobcentre_id in jobcentre_ids():
        compare_calendars_of.apply_async((jobcentre_id,), queue=Receiver.CALENDAR.value, expires=3600)


@shared_task(name="booking.tasks.compare_calendars_of", ignore_result=True)  # type: ignore[untyped-decorator]
def compare_calendars_of(jobcentre_id: int) -> None:
    """One job centre's."""
    busy_times.compare_calendars(jobcentre_id, now=timezone.now())


def ask_for_comparison(jobcentre_id: int) -> None:
    """Ask a worker; a lost question is asked again in half a minute."""
    try:
        compare_one.delay(jobcentre_id)
    except Exception as fault:  # noqa: BLE001 - whatever the broker does, the stop stays
        log.warning("comparison_not_queued", fault=type(fault).__name__)
