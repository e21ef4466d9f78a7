"""Columns and the order of rows: only what a list declares can be sorted by, whatever the address says (APP-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.ui.refusal import Words


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `order_by` names model fields, empty where one cannot sort by it; `filtered_by` is a filter's key."""

    key: str
    title: Words
    order_by: tuple[str, ...] = ()
    numeric: bool = False
    hidden: bool = False
    filtered_by: str = ""


@dataclass(frozen=True, slots=True)
class Sort:
    """A column's key and a direction; in the address `name` or `-name`."""

    key: str
    descending: bool = False

    @classmethod
    def read(cls, text: str) -> Sort:
        return cls(text.removeprefix("-"), text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.key}" if self.descending else self.key

    def pressed(self, key: str) -> Sort:
        """The sort after a click on that column's title: ascending first, then the other way."""
        return Sort(key, key == self.key and not self.descending)

    def order_by(self, columns: Iterable[Column]) -> tuple[str, ...]:
        """For QuerySet.order_by, always ended by the primary key so that pages do not overlap."""
        fields = next(column.order_by for column in columns if column.key == self.key)
        ordered = tuple(_turned(field) if self.descending else field for field in fields)
        return ordered if {"pk", "-pk"} & set(ordered) else (*ordered, "pk")


def chosen_sort(text: str, columns: Iterable[Column], default: str) -> Sort:
    """The sort that the address asks for, or the default where there is no such column to sort by."""
    asked = Sort.read(text)
    sortable = {column.key for column in columns if column.order_by}
    return asked if asked.key in sortable else Sort.read(default)


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
