"""How people type dates and times, read generously. Nothing here reads a clock: `today` is given."""

from __future__ import annotations

import re
from datetime import date, time

from planner.ui.formatting import DANISH, ENGLISH

_MONTHS = {
    name[:letters].lower(): index
    for words in (DANISH, ENGLISH)
    for index, name in enumerate(words.months, start=1)
    for letters in range(3, len(name) + 1)
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})[./ -]\s*(\d{1,2})[./ -]?\s*(\d{4}|\d{2})?")
_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_WORDS = re.compile(r"(?:[a-zæøå]{3,}\.?\s+)?(?:den\s+)?(\d{1,2})\.?\s*([a-z]{3,})\.?\s*(\d{4}|\d{2})?")
YEARS = range(1850, 2200)
_CLOCK = re.compile(r"(?:kl\.?\s*)?(\d{1,2})(?:[.:]?(\d{2}))?")


def read_date(text: str, today: date) -> date | None:
    """The date in «1.12», «1/12-26», «011226», «2026-12-01», «tir. 1. dec. 2026», or None; with no year the nearest."""
    text = text.strip().lower()
    if found := _ISO.fullmatch(text):
        year, month, number = found.groups()
        return _date(int(year), int(month), int(number))
    if found := (_FIGURES.fullmatch(text) or _TOGETHER.fullmatch(text)):
        number, month, year = found.groups()
        return _dated(int(number), int(month), year, today)
    if (found := _WORDS.fullmatch(text)) and found[2] in _MONTHS:
        return _dated(int(found[1]), _MONTHS[found[2]], found[3], today)
    return None


def read_time(text: str) -> time | None:
    """The time in «9.30», «9:30», «930», «0930», «9», «kl. 9.30». None if it is no time."""
    found = _CLOCK.fullmatch(text.strip().lower())
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def _dated(number: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _date(int(year) if len(year) == 4 else 2000 + int(year), month, number)
    around = [_date(today.year + shift, month, number) for shift in (-1, 0, 1)]
    return min((found for found in around if found), key=lambda found: abs(found - today), default=None)


def _date(year: int, month: int, number: int) -> date | None:
    """A date of the calendar, of a year that can be counted on from; any other was mistyped."""
    try:
        return date(year, month, number) if year in YEARS else None
    except ValueError:
        return None
