"""Filters of a list: what the address may say, and the chips that take them off. Never a CPR number (APP-10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from planner.ui.refusal import Words

LONGEST = 100
NOT_A_CPR = r"(?!.*\d{6}[\- ]?\d{4}).*"
"""What a field whose words end in an address may hold, for its `pattern`: the browser refuses a CPR number there."""
_CPR = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")


class FilterKind(Enum):
    """How a filter is shown: a list to choose from, words to search for, or a button that is in or out."""

    CHOICE = "choice"
    TEXT = "text"
    QUICK = "quick"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. `choices` are (value, label); `count` stands on a quick filter's button."""

    key: str
    title: Words
    choices: Sequence[tuple[str, Words]] = ()
    kind: FilterKind = FilterKind.CHOICE
    multiple: bool = False
    count: int | None = None

    def accepted(self, raw: Sequence[str]) -> tuple[str, ...]:
        """What of the address is meant and allowed; unknown choices and anything like a CPR number are left out."""
        if self.kind is FilterKind.QUICK:
            return ("1",) if "1" in raw else ()
        if self.kind is FilterKind.TEXT:
            words = raw[-1].replace("\0", "").strip()[:LONGEST] if raw else ""
            return (words,) if words and not _CPR.search(words) else ()
        known = {value for value, _label in self.choices}
        found = tuple(dict.fromkeys(value for value in raw if value and value in known))
        return found if self.multiple else found[-1:]

    def label_of(self, value: str) -> Words:
        """The words for a chosen value."""
        return next((label for known, label in self.choices if known == value), value)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    title: Words
    label: Words
    url: str
