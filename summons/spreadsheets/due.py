"""Due weeks and due dates as lists write them: a week means its Friday."""

from __future__ import annotations

import re
from datetime import date, timedelta

from planner.ui.parsing import read_date

_WEEK = re.compile(r"(?:uge|u\.?|w)?\s*(\d{1,2})\.?", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})\s*(?:-\s*(?:uge|u|w)?|/|,?\s*(?:uge|u|w))\s*(\d{1,2})", re.IGNORECASE)
_WEEK_FIRST = re.compile(r"(?:uge|u\.?|w)?\s*(\d{1,2})\s*(?:[-/,]\s*|\s+)(\d{4})", re.IGNORECASE)
_SERIAL = re.compile(r"[345]\d{4}")
_CLOCK_OF_A_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[ T].*")
EXCEL_DAY_ZERO = date(1899, 12, 30)


def read_due(text: str, today: date) -> date | None:
    """The due date in «uge 49», «49», «2026-49», «49/2026» (the Friday), or in a date; None if it is neither.

    Without a year the week is the one nearest to `today`, also across a week 53.
    """
    text = text.strip()
    if found := _WEEK.fullmatch(text):
        return nearest_friday(int(found[1]), today)
    if found := _YEAR_FIRST.fullmatch(text):
        return friday(int(found[1]), int(found[2]))
    if found := _WEEK_FIRST.fullmatch(text):
        return friday(int(found[2]), int(found[1]))
    if _SERIAL.fullmatch(text):
        return EXCEL_DAY_ZERO + timedelta(days=int(text))
    if found := _CLOCK_OF_A_DATE.fullmatch(text):
        text = found[1]
    return read_date(text, today)


def friday(year: int, week: int) -> date | None:
    """The Friday of an ISO week; None where the year has no such week."""
    try:
        return date.fromisocalendar(year, week, 5)
    except ValueError:
        return None


def nearest_friday(week: int, today: date) -> date | None:
    """The Friday of the week with this number that lies nearest to today."""
    around = (friday(today.year + shift, week) for shift in (-2, -1, 0, 1, 2))
    return min((found for found in around if found), key=lambda found: abs(found - today), default=None)
