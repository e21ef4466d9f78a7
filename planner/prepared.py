"""Statements that many calls ask: the database plans each of them once a connection, the values travel beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


def prepared(kind: type[psycopg.Cursor[Any]] = psycopg.Cursor) -> CursorWrapper:
    """A cursor for statements with few variants.

    They name their columns: one that gives «*» fails on a connection that was open before a migration.
    `kind`: psycopg.RawCursor for a long statement with «$1», which the other reads anew each time.
    """
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    cursor: Any = kind(here.connection)
    return here.make_debug_cursor(cursor) if here.queries_logged else here.make_cursor(cursor)


def rows_of(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """What a prepared statement finds."""
    with prepared() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
