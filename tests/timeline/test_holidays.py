"""Public holidays are closed without being entered."""

from __future__ import annotations

from datetime import date

import pytest

from planner.timeline.holidays import public_holidays, working_days_after


@pytest.mark.requirement("CLOS-01", "SET-01")
def test_public_holidays_are_closed_and_the_first_of_may_is_open() -> None:
    also = ["24-12", "31-12", "05-06", "29-02"]
    found = public_holidays(date(2026, 12, 20), date(2027, 6, 30), also)
    days = {date.fromordinal(day): name for day, name in found.items()}
    assert days[date(2026, 12, 25)] == "Juledag"
    assert (days[date(2026, 12, 24)], days[date(2027, 6, 5)]) == ("", "")
    assert date(2027, 5, 1) not in days
    assert [day for day in days if day.month == 2] == []
    assert len([day for day in days if day.year == 2026]) == 4


@pytest.mark.requirement("SET-01")
def test_working_days_leave_out_week_ends_holidays_and_days_closed_too() -> None:
    before_christmas = date(2026, 12, 23)
    assert working_days_after(before_christmas, 1, ["24-12"]) == date(2026, 12, 28)
    assert working_days_after(before_christmas, 1, []) == date(2026, 12, 24)
    assert working_days_after(before_christmas, 0, ["24-12"]) == before_christmas
