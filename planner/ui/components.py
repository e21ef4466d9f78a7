"""The small values that components show."""

from __future__ import annotations

from dataclasses import dataclass

from planner.ui.refusal import Words


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a flow; `url` where one may go back to it."""

    label: Words
    url: str = ""
    done: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class PageTab:
    """A tab of a page: an address of its own."""

    label: Words
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A row that a combobox suggests; `hint` tells apart those of the same name."""

    value: str
    label: str
    hint: str = ""
