"""Public holidays, and the working days between them. Knows nothing of a job centre's own closing days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays

from planner.timeline.ticks import Day


def public_holidays(first: date, last: date, also_closed: Iterable[str]) -> dict[Day, str]:
    """Public holidays by day, with their names; days that are closed too («24-12») have none. 1 May is open."""
    also = frozenset(also_closed)
    found: dict[Day, str] = {}
    for year in range(first.year, last.year + 1):
        found |= _holidays_of(year, also)
    return {day: name for day, name in found.items() if first.toordinal() <= day <= last.toordinal()}


def working_days_after(day: date, days: int, also_closed: Iterable[str]) -> date:
    """The date that many working days after `day`: Monday to Friday but holidays and days that are closed too."""
    closed = public_holidays(day, day + timedelta(days=days * 2 + 30), also_closed)
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5 and day.toordinal() not in closed:
            days -= 1
    return day


@lru_cache(maxsize=64)
def _holidays_of(year: int, also_closed: frozenset[str]) -> dict[Day, str]:
    named = holidays.country_holidays("DK", language="da", years=year)
    days = {day.toordinal(): str(name) for day, name in named.items()}
    for written in also_closed:
        day_of_month, month = map(int, written.split("-"))
        try:
            days.setdefault(date(year, month, day_of_month).toordinal(), "")
        except ValueError:  # 29 February
            continue
    return days
