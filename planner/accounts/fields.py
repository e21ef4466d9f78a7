"""Database expressions that more than one house uses."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Func


class FullName(Func):
    """Given, middle and family name with single spaces, computed by the database."""

    template = "replace(%(expressions)s, '  ', ' ')"
    arg_joiner = " || ' ' || "

    def __init__(self, *names: str, **extra: Any) -> None:
        super().__init__(*(F(name) for name in names), output_field=models.TextField(), **extra)


class DanishKey(Func):
    """The key of the Danish alphabet (docs/spec/distribution.md), the same as `planner.alphabet.danish_key`."""

    template = "translate(replace(lower(%(expressions)s), 'aa', 'å'), 'éüäöæøå', 'ey{|{|}')"


NAMES = ("given_name", "middle_name", "family_name")


def full_name_column() -> models.GeneratedField:
    return models.GeneratedField(expression=FullName(*NAMES), output_field=models.TextField(), db_persist=True)


def sort_key_column() -> models.GeneratedField:
    return models.GeneratedField(
        expression=DanishKey(FullName(*NAMES)), output_field=models.TextField(db_collation="C"), db_persist=True
    )
