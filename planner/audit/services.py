"""The log of who looked (LOG-01, GUARD-12). Who changed what is written by the database itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.http import HttpRequest

from planner.accounts.addresses import address_of
from planner.accounts.tenancy import current
from planner.audit.models import Access
from planner.audit.purposes import Purpose
from planner.logs import request_id


def saw(citizen_ids: Iterable[UUID], *, purpose: Purpose, now: datetime, request: HttpRequest | None = None) -> None:
    """Write down that the current actor sees these citizens, in the transaction that reads them.

    Called before the page is made: a log that cannot be written stops the page. Without a request (a worker's look-up
    on somebody's behalf) there is no address. Raises NobodyActs outside `acting_for`.
    """
    actor = current()
    if actor.jobcentre_id is None:
        raise NobodyActs
    address = address_of(request) if request else None
    Access.objects.bulk_create(
        Access(
            jobcentre_id=actor.jobcentre_id,
            user_id=actor.user_id,
            citizen_id=citizen_id,
            purpose=purpose,
            at=now,
            address=address,
            request_id=request_id.get(),
        )
        for citizen_id in dict.fromkeys(citizen_ids)
    )


def forget(*, now: datetime) -> int:
    """Delete what of the log is older than the job centre's setting says; how many lines (LOG-01, GUARD-14)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget(%s)", [now])
        return int(cursor.fetchone()[0])


class NobodyActs(RuntimeError):
    """A citizen's data is shown outside `acting_for`, so nobody could be written down."""
