"""Many rows in one statement: what a thousand of them need, without a thousand times the work of the ORM."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from planner.prepared import prepared


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


def insert_together(*rows: models.Model, drawn: tuple[str, str] | None = None) -> None:
    """Insert rows of one or several tables in one statement, which is prepared; what numbers its rows gives them one.

    The rows do not hear their numbers, but for `drawn`: a column of the last row, and the sequence that it is drawn
    from. Constraints between the rows are looked at when all are there.
    """
    here = connections[DEFAULT_DB_ALIAS]
    named, values = [], []
    for row in rows:
        fields = [one for one in _written(type(row)) if getattr(row, one.attname) is not None]
        named.append((type(row), tuple(one.column or "" for one in fields)))
        values += [one.get_db_prep_save(one.pre_save(row, add=True), here) for one in fields]
    with prepared(psycopg.RawCursor) as cursor:
        cursor.execute(_insert_of(tuple(named), drawn), values)
        if drawn:
            setattr(rows[-1], drawn[0], cursor.fetchone()[0])
    for row in rows:
        row._state.adding, row._state.db = False, here.alias


@lru_cache
def _insert_of(named: Sequence[tuple[type[models.Model], Sequence[str]]], drawn: tuple[str, str] | None) -> str:
    places = count(1)
    *others, (model, columns) = named
    before = ", ".join(f"row{place} AS ({_insert(*one, places)})" for place, one in enumerate(others))
    last = _insert(model, columns, places, drawn)
    return f"WITH {before} {last}" if before else last


def _insert(
    model: type[models.Model], columns: Sequence[str], places: Iterator[int], drawn: tuple[str, str] | None = None
) -> str:
    names, values, heard = [*columns], [f"${next(places)}" for _column in columns], ""
    if drawn:
        names.append(drawn[0])
        values.append(f"nextval('{drawn[1]}')")
        heard = f" RETURNING {drawn[0]}"
    quoted = ", ".join(map(connection.ops.quote_name, names))
    return f"INSERT INTO {model._meta.db_table} ({quoted}) VALUES ({', '.join(values)}){heard}"  # noqa: S608


@lru_cache
def _written(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """All but what the database makes itself."""
    meta = model._meta
    return tuple(one for one in meta.local_concrete_fields if not one.generated and one is not meta.auto_field)


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
