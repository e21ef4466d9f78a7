"""Thin Celery tasks of the organisation: load, call, done."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from admin_module.services import reference
from planner.dfdg.errors import DfdgError


@shared_task(  # type: ignore[untyped-decorator]
    name="admin_module.tasks.refresh_reference", bind=True, ignore_result=True, max_retries=8, default_retry_delay=900
)
def refresh_reference(task: Any) -> None:
    """Each night: conversation types, contact groups, kinds of absence and person groups; DFDG down: a little later."""
    if not settings.DFDG_URL:
        return
    try:
        reference.refresh(now=timezone.now())
    except DfdgError as fault:
        raise task.retry(exc=fault) from fault
