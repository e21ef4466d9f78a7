"""What must hold before Planner serves people, asked by `manage.py check --deploy --database default`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name for it
from django.db import connections
from django.db.backends.utils import CursorWrapper

POWERS = """
    SELECT rolname, rolsuper OR rolbypassrls, EXISTS (
        SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND pg_has_role(pg_roles.oid, relowner, 'MEMBER'))
    FROM pg_roles WHERE rolname = current_user
"""


@register(Tags.database, deploy=True)
def the_role_is_ruled(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Row-level security holds only for a role that is neither superuser nor owner (GUARD-03)."""
    faults = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            faults += role_faults(cursor)
    return faults


def role_faults(cursor: CursorWrapper) -> list[CheckMessage]:
    cursor.execute(POWERS)
    role, superuser, owner = cursor.fetchone() or ("", False, False)
    hint = "Let DATABASE_URL name a role that owns nothing, and DATABASE_OWNER_URL the one that migrates."
    if superuser:
        return [Error(f"«{role}» passes row-level security by.", hint=hint, id="planner.E001")]
    if owner:
        return [Error(f"«{role}» owns tables and could take row-level security away.", hint=hint, id="planner.E002")]
    return []


@register(Tags.security, deploy=True)
def keys_are_given(**_options: Any) -> list[CheckMessage]:
    """A key file serves one machine; several must share the keys, or one cannot read the other's numbers."""
    missing = [name for name in ("PLANNER_SECRET_KEY", "PLANNER_CPR_KEY") if not os.environ.get(name)]
    if settings.EMBEDDED or not missing:
        return []
    return [
        Warning(
            f"{' and '.join(missing)} not set: the key files in {settings.DATA} are used.",
            hint="Back them up: without cpr.key no CPR number can be read again. Several machines need the same keys.",
            id="planner.W001",
        )
    ]


@register(Tags.database, deploy=True)
def nobody_has_the_demos_password(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """The demo's users have a password that everybody knows."""
    if settings.EMBEDDED or not databases:
        return []
    with connections[databases[0]].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_user WHERE email LIKE '%@planner.example' AND is_active")
        [many] = cursor.fetchone() or (0,)
    if not many:
        return []
    hint = "Delete them, or make an empty database: the demo is not for people's real data."
    return [Error(f"{many} users of the demo can sign in.", hint=hint, id="planner.E003")]
