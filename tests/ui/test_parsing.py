"""Dates and times as people type them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.ui import formatting
from planner.ui.parsing import read_date, read_time

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "1.12",
        "1/12",
        "01.12.2026",
        "1.12.26",
        "1/12-26",
        "1-12-2026",
        "011226",
        "01122026",
        "2026-12-01",
        "1. dec.",
        "1. december 2026",
        "tir. 1. dec. 2026",
        "Tirsdag den 1. december",
        " 1.12. ",
        "1 Dec 2026",
    ],
)
def test_a_date_is_read_however_it_is_typed(text: str) -> None:
    assert read_date(text, TODAY) == date(2026, 12, 1)


@pytest.mark.parametrize(
    "text", ["", "i morgen", "31.2.2026", "1.13", "12", "1.12.202", "2026-13-01", "abc 1", "0001-01-01", "9999-12-31"]
)
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    assert read_date(text, TODAY) is None


def test_without_a_year_the_nearest_is_meant() -> None:
    assert read_date("5.2", date(2026, 12, 20)) == date(2027, 2, 5)
    assert read_date("20.12", date(2027, 1, 5)) == date(2026, 12, 20)
    assert read_date("29.2", date(2027, 6, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize("text", ["9.30", "9:30", "09.30", "930", "0930", "kl. 9.30", "Kl.9.30"])
def test_a_time_is_read_however_it_is_typed(text: str) -> None:
    assert read_time(text) == time(9, 30)


@pytest.mark.parametrize("text", ["", "24.00", "9.60", "9.3", "halv ti", "12345"])
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert read_time(text) is None


def test_a_whole_hour_needs_no_minutes() -> None:
    assert read_time("9") == time(9, 0)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_what_is_shown_can_be_read_back(day: date) -> None:
    assert read_date(formatting.day_year(day), TODAY) == day
