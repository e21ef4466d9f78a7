"""A value of a scenario file that knows its place, so that an error can name it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NoReturn, TypeVar

from planner.timeline.ticks import MINUTES_PER_DAY, Day, Minute

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"(\d{2}):(\d{2})(?::00)?")

Choice = TypeVar("Choice", bound=Enum)


class ScenarioError(ValueError):
    """What is wrong, and where in the file."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Node:
    """One value; `null` and what is left out are the same."""

    value: object
    place: str

    def fail(self, reason: str) -> NoReturn:
        raise ScenarioError(self.place or "the file", reason)

    @property
    def given(self) -> bool:
        return self.value is not None

    def needed(self) -> "Node":
        if not self.given:
            self.fail("is missing")
        return self

    def __getitem__(self, key: str) -> "Node":
        """A field of an object; one of nothing is nothing."""
        if self.value is not None and not isinstance(self.value, dict):
            self.fail("must be an object")
        found = self.value.get(key) if self.value else None
        return Node(found, f"{self.place}.{key}" if self.place else key)

    def __iter__(self) -> Iterator["Node"]:
        """The entries of a list; none of nothing."""
        if self.value is not None and not isinstance(self.value, list):
            self.fail("must be a list")
        for index, entry in enumerate(self.value or ()):
            yield Node(entry, f"{self.place}[{index}]")

    def names(self) -> list[str]:
        """The fields of an object."""
        if self.value is not None and not isinstance(self.value, dict):
            self.fail("must be an object")
        return list(self.value or ())

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.fail("must be a text")
        return self.value

    def name(self) -> str:
        """An id: a text that is not empty."""
        return self.needed().text() or self.fail("must not be empty")

    def yes(self) -> bool:
        if not isinstance(self.value, bool | None):
            self.fail("must be true or false")
        return bool(self.value)

    def number(self) -> int | Decimal:
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            self.fail("must be a number")
        return int(self.value) if self.value == int(self.value) else self.value

    def whole(self, least: int) -> int:
        number = self.number()
        if not isinstance(number, int):
            self.fail("must be a whole number")
        if number < least:
            self.fail(f"must not be below {least}")
        return number

    def choice(self, kind: type[Choice]) -> Choice:
        known = {member.value: member for member in kind}
        text = self.needed().text()
        return known[text] if text in known else self.fail(f"must be one of {', '.join(known)}, not {text!r}")

    def day(self) -> Day:
        text = self.text()
        if not DATE.fullmatch(text):
            self.fail(f"must be a date like 2026-11-30, not {text!r}")
        try:
            return date.fromisoformat(text).toordinal()
        except ValueError:
            self.fail(f"{text!r} is no date")

    def minute(self) -> Minute:
        """A time of the clock; 24:00 is the end of the day."""
        text = self.text()
        match = TIME.fullmatch(text)
        minute = int(match[1]) * 60 + int(match[2]) if match else -1
        if not match or int(match[2]) > 59 or minute > MINUTES_PER_DAY:
            self.fail(f"must be a time like 08:00, not {text!r}")
        return minute

    def moment(self) -> int:
        """A date with a time, as minutes of the local clock from day 0."""
        day, separator, clock = self.text().partition("T")
        if not separator:
            self.fail(f"must be a date with a time like 2026-11-30T08:00, not {self.value!r}")
        return Node(day, self.place).day() * MINUTES_PER_DAY + Node(clock, self.place).minute()

    def pair(self) -> tuple["Node", "Node"]:
        entries = list(self)
        if len(entries) != 2:
            self.fail("must have a start and an end")
        return entries[0].needed(), entries[1].needed()

    def ordered(self, start: int, end: int) -> tuple[int, int]:
        if end < start:
            self.fail("ends before it starts")
        return start, end
