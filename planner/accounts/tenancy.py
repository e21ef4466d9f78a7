"""The job centre as tenant: who we act for in a transaction, and what the database itself enforces of it.

Row-level security is the filter of every query: a connection that acts for nobody sees no row of any job centre.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from django.apps.registry import Apps
from django.conf import settings
from django.db import connection, migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from planner.logs import request_id
from planner.prepared import rows_of


class Actor(NamedTuple):
    """On whose behalf the current transaction acts; what the audit writes down."""

    jobcentre_id: int | None
    user_id: int | None
    source: str


NOBODY = Actor(None, None, "")
_local = threading.local()


def current() -> Actor:
    """The actor of this thread's transaction, or NOBODY."""
    return getattr(_local, "actor", NOBODY)


def _declare(actor: Actor) -> UUID | None:
    said = [str(actor.jobcentre_id or ""), str(actor.user_id or ""), actor.source, request_id.get()]
    edition: UUID | None = rows_of(DECLARE, said)[0][-1]
    return edition


DECLARE = """
SELECT set_config('planner.jobcentre', %s, true), set_config('planner.actor', %s, true),
       set_config('planner.source', %s, true), set_config('planner.request', %s, true), set_up_edition()
"""


@contextmanager
def acting_for(jobcentre_id: int | None, *, actor: int | None = None, source: str = "web") -> Iterator[UUID | None]:
    """One transaction that sees and changes only this job centre's rows, done by `actor` (a user's id or None).

    Gives the edition of the job centre's set-up (`planner.accounts.set_up`).
    """
    before, here = current(), Actor(jobcentre_id, actor, source)
    nested = connection.in_atomic_block
    with transaction.atomic():
        edition = _declare(here)
        _local.actor = here
        try:
            yield edition
        finally:
            _local.actor = before
        if nested:  # a savepoint that ends well keeps its settings: give the outer transaction its own back
            _declare(before)


def jobcentre_ids() -> list[int]:
    """Every job centre's id, for timers that visit them one by one (the only thing visible without acting for one)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM planner_jobcentre_ids() AS id ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


class TenantModel(models.Model):
    """A row that belongs to one job centre; `protect` gives every table UNIQUE (jobcentre_id, id), index enough."""

    jobcentre = models.ForeignKey("accounts.Jobcentre", on_delete=models.PROTECT, related_name="+", db_index=False)
    jobcentre_id: int

    class Meta:
        abstract = True


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference between two rows of the same job centre.

    The database checks it as (jobcentre_id, column) -> (jobcentre_id, id), made by `protect`: a row of another job
    centre can never be referred to, whatever the code does.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("db_constraint", None)
        return name, path, args, options


TENANT = "(SELECT nullif(current_setting('planner.jobcentre', true), '')::bigint)"


def _protect_table(editor: BaseDatabaseSchemaEditor, model: type[models.Model]) -> None:
    table = model._meta.db_table
    editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    editor.execute(
        f'CREATE POLICY tenant ON "{table}" USING (jobcentre_id = {TENANT}) WITH CHECK (jobcentre_id = {TENANT})'
    )
    key = model._meta.pk.column
    editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant" UNIQUE (jobcentre_id, "{key}")')


def _protect_references(editor: BaseDatabaseSchemaEditor, model: type[models.Model]) -> None:
    table = model._meta.db_table
    for field in model._meta.local_fields:
        if isinstance(field, TenantForeignKey):
            target = field.remote_field.model._meta
            editor.execute(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field.column}_tenant"'
                f' FOREIGN KEY (jobcentre_id, "{field.column}")'
                f' REFERENCES "{target.db_table}" (jobcentre_id, "{target.pk.column}")'
                f" DEFERRABLE INITIALLY IMMEDIATE"
            )


def protect(app: str, *names: str) -> migrations.RunPython:
    """A migration step: row-level security and composite foreign keys for these models, which must be TenantModels."""

    def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        found = [apps.get_model(app, name) for name in names]
        for model in found:
            _protect_table(editor, model)
        for model in found:
            _protect_references(editor, model)

    return migrations.RunPython(forwards, migrations.RunPython.noop)


def grant_to_app_role(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Every table that the owner makes from now on may be read and written by the application's role."""
    role = editor.quote_name(settings.DATABASE_APP_ROLE)
    editor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    for kind, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT")):
        editor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {kind} TO {role}")
        editor.execute(f"GRANT {rights} ON ALL {kind} IN SCHEMA public TO {role}")
