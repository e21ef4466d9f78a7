"""What a job centre has set up (offers, hours, absences, rooms, settings), kept in memory until any of it changes.

The database gives the set-up of a job centre a new edition, a random one, with every transaction that changes it. Who
answers many calls asks for the edition and uses what was read under it, in this process, by whichever call. A value is
read after its edition was, so it is never older. In a transaction that has itself changed the set-up nothing is kept.
Only between `recalling` and its end; everywhere else everything is read anew each time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import migrations

from planner.accounts.tenancy import current

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Edition:
    """A job centre's set-up as it is since its last change; filled as it is asked for."""

    jobcentre_id: int
    edition: UUID
    values: dict[Hashable, Any] = field(default_factory=dict)


_latest: dict[int, Edition] = {}
_local = threading.local()


@contextmanager
def recalling(edition: UUID | None) -> Iterator[None]:
    """Within a transaction of a job centre: what is `kept` is remembered. Nothing of it may be changed by its users.

    `edition`: as `acting_for` gives it; None where nothing can be kept.
    """
    _local.recalls = True
    look_again(edition)
    try:
        yield
    finally:
        _local.edition, _local.recalls = None, False


def look_again(edition: UUID | None) -> None:
    """The set-up is now of this edition: what is kept of an older one counts no more."""
    jobcentre_id = current().jobcentre_id
    if jobcentre_id is None or not getattr(_local, "recalls", False):
        return
    found = _latest.get(jobcentre_id)
    if edition and (found is None or found.edition != edition):
        found = _latest[jobcentre_id] = Edition(jobcentre_id, edition)
    _local.edition = found if edition else None


def kept(read: Callable[P, T]) -> Callable[P, T]:
    """Of a function that reads the set-up alone: what it found is remembered by its arguments. None is not."""

    @wraps(read)
    def recall(*args: P.args, **named: P.kwargs) -> T:
        known: Edition | None = getattr(_local, "edition", None)
        if known is None or known.jobcentre_id != current().jobcentre_id:
            return read(*args, **named)
        key = (read, args, *sorted(named.items()))
        found: T | None = known.values.get(key)
        if found is None:
            found = read(*args, **named)
            if found is not None:
                known.values[key] = found
        return found

    return recall


FUNCTIONS = """
-- Says in the transaction itself that the set-up is being changed; and gives it a new edition when it is committed, so
-- that who changes it holds the edition's row for no longer than that.
CREATE FUNCTION set_up_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('planner.set_up_changed', '1', true);
    RETURN NULL;
END $$;

CREATE FUNCTION set_up_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := coalesce(current_setting('planner.jobcentre', true), '');
    changed record := coalesce(NEW, OLD);
    centre bigint;
BEGIN
    IF TG_TABLE_NAME = 'accounts_jobcentre' THEN
        centre := changed.id;
    ELSE
        centre := changed.jobcentre_id;
    END IF;
    IF current_setting('planner.set_up_counted', true) = centre::text THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('planner.set_up_counted', centre::text, true);
    PERFORM set_config('planner.jobcentre', centre::text, true);  -- a transaction may act for several
    INSERT INTO accounts_setup (jobcentre_id, edition) VALUES (centre, gen_random_uuid())
        ON CONFLICT (jobcentre_id) DO UPDATE SET edition = gen_random_uuid();
    PERFORM set_config('planner.jobcentre', before, true);
    RETURN NULL;
END $$;
"""

EDITION = """
-- The set-up's present edition; none in a transaction that has itself changed the set-up. Volatile, so that it sees
-- what was committed while the same statement waited for a lock.
CREATE FUNCTION set_up_edition() RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF coalesce(current_setting('planner.set_up_changed', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT edition FROM accounts_setup);
END $$;
"""

TRIGGERS = """
CREATE TRIGGER set_up_changes AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION set_up_changes();
CREATE CONSTRAINT TRIGGER set_up_changed AFTER INSERT OR UPDATE OR DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION set_up_changed();
"""


def watched(*tables: str) -> migrations.RunSQL:
    """A migration step: a change of any of these tables changes the set-up."""
    return migrations.RunSQL("".join(TRIGGERS.format(table=table) for table in tables), migrations.RunSQL.noop)
