"""The state of a list, read from the address and written back to it: filters, order, page (APP-10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from planner.ui.filters import Chip, Filter, FilterKind
from planner.ui.paging import Page, paged
from planner.ui.sorting import Column, Sort, chosen_sort


@dataclass(frozen=True, slots=True)
class ListState:
    """What a list shows. `kept` are other parts of the address that every link of the list carries on.

    `page_key`: how the address names the page; another name where two lists stand on one page.
    """

    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    sort: Sort
    standard: Sort
    number: int
    chosen: Mapping[str, tuple[str, ...]]
    kept: Mapping[str, str]
    page_key: str = "page"

    @classmethod
    def read(
        cls,
        query: QueryDict,
        *,
        columns: Sequence[Column],
        sort: str,
        filters: Sequence[Filter] = (),
        kept: Sequence[str] = (),
        page_key: str = "page",
    ) -> ListState:
        """The state that an address asks for; what it does not know is left out, so every address shows something."""
        page = query.get(page_key, "")
        accepted = {wanted.key: wanted.accepted(query.getlist(wanted.key)) for wanted in filters}
        return cls(
            columns=tuple(columns),
            filters=tuple(filters),
            sort=chosen_sort(query.get("sort", ""), columns, sort),
            standard=Sort.read(sort),
            number=int(page) if page.isdecimal() and len(page) < 8 else 1,
            chosen={key: values for key, values in accepted.items() if values},
            kept={key: query.get(key, "") for key in kept if key in query},
            page_key=page_key,
        )

    @property
    def order_by(self) -> tuple[str, ...]:
        return self.sort.order_by(self.columns)

    @property
    def values(self) -> dict[str, Any]:
        """Every filter as a keyword: str, tuple of str where several may be chosen, bool for a quick filter."""
        return {wanted.key: self._value(wanted) for wanted in self.filters}

    def value(self, key: str) -> str:
        """The one chosen value of a filter, "" where it is off."""
        return next(iter(self.chosen.get(key, ())), "")

    def all(self, key: str) -> tuple[str, ...]:
        """All chosen values of a filter."""
        return self.chosen.get(key, ())

    def page_of(self, rows: Any, *, total: int | None = None) -> Page[Any]:
        """The asked page of a query (put in order here) or of a sequence (already in order)."""
        ordered = rows.order_by(*self.order_by) if hasattr(rows, "order_by") else rows
        return paged(ordered, self.number, total=total)

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on, each with the address without it; quick filters show themselves."""
        shown = [wanted for wanted in self.filters if wanted.kind is not FilterKind.QUICK]
        return [
            Chip(wanted.title, wanted.label_of(value), self.without(wanted.key, value))
            for wanted in shown
            for value in self.all(wanted.key)
        ]

    def without(self, key: str, value: str) -> str:
        """The address with that value of a filter taken off."""
        return self._address({**self.chosen, key: tuple(kept for kept in self.all(key) if kept != value)})

    def toggled(self, key: str) -> str:
        """The address with a quick filter pressed."""
        return self._address({**self.chosen, key: () if self.value(key) else ("1",)})

    def sorted_by(self, key: str) -> str:
        """The address after a click on a column's title: back on the first page."""
        return self._address(self.chosen, sort=self.sort.pressed(key))

    def at_page(self, number: int) -> str:
        """The address of another page of the same list."""
        return self._address(self.chosen, number=number)

    @property
    def cleared(self) -> str:
        """The address without any filter."""
        return self._address({})

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What a form of filters must carry along to lose nothing: the order and what is kept."""
        order = [("sort", str(self.sort))] if self.sort != self.standard else []
        return [*self.kept.items(), *order]

    def _value(self, wanted: Filter) -> str | bool | tuple[str, ...]:
        if wanted.multiple:
            return self.all(wanted.key)
        return bool(self.value(wanted.key)) if wanted.kind is FilterKind.QUICK else self.value(wanted.key)

    def _address(self, chosen: Mapping[str, tuple[str, ...]], *, sort: Sort | None = None, number: int = 1) -> str:
        order = sort or self.sort
        parts: list[tuple[str, str]] = [*self.kept.items()]
        parts += [(key, value) for key, values in chosen.items() for value in values]
        parts += [("sort", str(order))] if order != self.standard else []
        parts += [(self.page_key, str(number))] if number > 1 else []
        return f"?{urlencode(parts)}"
