"""A new job centre: made by a command, never in the application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from admin_module.models import Team
from planner.accounts.models import Jobcentre, JobcentreCode, Membership, Settings, User
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for


@transaction.atomic
def found(
    *,
    name: str,
    codes: Sequence[str],
    address: str = "",
    postal_code: str = "",
    city: str = "",
    word: str = "jobcenter",
    administrator: User | None = None,
    **settings: Any,
) -> Jobcentre:
    """The job centre with its codes (the first is the main one), settings, root team and first administrator."""
    jobcentre = Jobcentre(pk=_next_id(), name=name, word=word)
    with acting_for(jobcentre.pk, source="command"):
        jobcentre.save(force_insert=True)
        JobcentreCode.objects.bulk_create(
            JobcentreCode(jobcentre=jobcentre, code=code, position=position) for position, code in enumerate(codes)
        )
        Settings.objects.create(jobcentre=jobcentre, **settings)
        Team.objects.create(jobcentre=jobcentre, name=name, address=address, postal_code=postal_code, city=city)
        if administrator:
            Membership.objects.create(jobcentre=jobcentre, user=administrator, roles=[Role.ADMINISTRATOR.value])
    return jobcentre


def _next_id() -> int:
    """Known before the row is made: row-level security lets only those in who act for the job centre."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_jobcentre', 'id'))")
        return int(cursor.fetchone()[0])
