"""What is forgotten by the timer: tries to sign in that no longer count, and sessions that have ended."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from planner.accounts import services


@shared_task(name="planner.accounts.tasks.forget_old")  # type: ignore[untyped-decorator]
def forget_old() -> None:
    services.forget_old_tries(now=timezone.now())
    call_command("clearsessions")
