"""Many rows in one statement: what a thousand of them need, without a thousand times the work of the ORM."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models


def insert_rows(model: type[models.Model], same: Mapping[str, Any], each: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows: `same` holds what is equal in all of them, `each` the values of a column row by row.

    A column but the first that turns out to be equal in all rows is sent once; what is not named has its default.
    """
    meta = model._meta
    fields = {field.attname: field for field in meta.local_concrete_fields if not field.generated}
    rest = fields.keys() - same.keys() - each.keys()
    equal = {name: column[0] for name, column in list(each.items())[1:] if column.count(column[0]) == len(column)}
    defaults = {name: fields[name].get_default() for name in rest if fields[name] is not meta.auto_field}
    same = {**same, **defaults, **equal}
    each = {name: column for name, column in each.items() if name not in equal}
    columns = ", ".join(connection.ops.quote_name(fields[name].column or "") for name in (*same, *each))
    constants = "".join(f"%s::{fields[name].db_type(connection)}, " for name in same)
    picked = ", ".join(f"c{place}::{fields[name].db_type(connection)}" for place, name in enumerate(each))
    arrays = ", ".join(f"%s::{_array_type(fields[name])}[]" for name in each)
    names = ", ".join(f"c{place}" for place in range(len(each)))
    statement = (
        f"INSERT INTO {meta.db_table} ({columns})"  # noqa: S608 - names of our own columns
        f" SELECT {constants}{picked} FROM unnest({arrays}) AS each_row ({names})"
    )
    values = [fields[name].get_db_prep_save(value, connection) for name, value in same.items()]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *(_plain(fields[name], column) for name, column in each.items())])


def update_rows(rows: Sequence[models.Model], *columns: str) -> None:
    """Write these columns (by attribute name) of rows of one model, found by their primary key."""
    if not rows:
        return
    meta = type(rows[0])._meta
    found = [meta.pk, *(field for field in meta.local_concrete_fields if field.attname in columns)]
    names = ", ".join(f"c{place}" for place in range(len(found)))
    arrays = ", ".join(f"%s::{_array_type(field)}[]" for field in found)
    settings = ", ".join(
        f"{connection.ops.quote_name(field.column or '')} = each_row.c{place}::{field.db_type(connection)}"
        for place, field in enumerate(found)
        if place
    )
    statement = (
        f"UPDATE {meta.db_table} SET {settings} FROM unnest({arrays}) AS each_row ({names})"  # noqa: S608
        f" WHERE {meta.db_table}.{connection.ops.quote_name(found[0].column or '')} = each_row.c0"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [_plain(field, [getattr(row, field.attname) for row in rows]) for field in found])


def _array_type(field: models.Field[Any, Any]) -> str:
    return "text" if isinstance(field, models.JSONField) else str(field.db_type(connection))


def _plain(field: models.Field[Any, Any], column: Sequence[Any]) -> list[Any]:
    return [json.dumps(value) for value in column] if isinstance(field, models.JSONField) else list(column)
