"""Pages of a list: 50 rows, a number in the address, and a way back to the same place (APP-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import QuerySet

T = TypeVar("T")
SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows; `first` and `last` are the rows' numbers in the whole list, from 1 (0 where it is empty)."""

    rows: Sequence[T]
    number: int
    total: int
    size: int = SIZE

    @property
    def pages(self) -> int:
        return pages_of(self.total, self.size)

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to show: the ends and those around this one; None where some are left out."""
        around = range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)
        opening = range(1, 4) if self.number == 1 else range(1, 2)
        wanted = sorted({1, self.pages, *around, *(number for number in opening if number <= self.pages)})
        shown: list[int | None] = []
        for number in wanted:
            before = shown[-1] if shown else 0
            if before is not None and number - before == 2:
                shown.append(number - 1)
            elif before is not None and number - before > 2:
                shown.append(None)
            shown.append(number)
        return shown


def pages_of(total: int, size: int = SIZE) -> int:
    """How many pages so many rows take; an empty list is one page."""
    return max(1, -(-total // size))


def paged(rows: QuerySet[T] | Sequence[T], number: int, *, total: int | None = None, size: int = SIZE) -> Page[T]:  # type: ignore[type-var]
    """The page with this number, or the last one there is. Two statements for a query, one where `total` is given."""
    if total is None:
        total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    number = min(max(1, number), pages_of(total, size))
    start = (number - 1) * size
    return Page(list(rows[start : start + size]), number, total, size)
