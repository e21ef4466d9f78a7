"""Dates, times and numbers as Danes write them, and in English where the person chose it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from planner.ui import formatting

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
START = datetime(2026, 12, 1, 9, 30, tzinfo=COPENHAGEN)
END = datetime(2026, 12, 1, 10, 15, tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (lambda: formatting.day(date(2026, 12, 4)), "fre. 4. dec."),
        (lambda: formatting.day(date(2026, 5, 4)), "man. 4. maj"),
        (lambda: formatting.day_year(date(2026, 6, 11)), "tor. 11. jun. 2026"),
        (lambda: formatting.long_day(date(2026, 12, 1)), "tirsdag 1. december"),
        (lambda: formatting.date_year(date(2026, 12, 1)), "1. dec. 2026"),
        (lambda: formatting.clock(time(8, 5)), "8.05"),
        (lambda: formatting.moment(START), "tir. 1. dec. kl.\u00a09.30"),
        (lambda: formatting.period(START, END), "tir. 1. dec. kl.\u00a09.30–10.15"),
        (lambda: formatting.days(date(2026, 12, 21), date(2026, 12, 31)), "21.–31. dec."),
        (lambda: formatting.days(date(2026, 11, 30), date(2026, 12, 4)), "30. nov.–4. dec."),
        (lambda: formatting.days(date(2026, 12, 21), date(2027, 1, 3)), "21. dec. 2026–3. jan. 2027"),
        (lambda: formatting.days(date(2026, 12, 1), date(2026, 12, 1)), "1. dec."),
        (lambda: formatting.week(date(2026, 12, 1)), "uge\u00a049"),
        (lambda: formatting.weeks(date(2026, 12, 1), date(2026, 12, 18)), "uge\u00a049–51"),
        (lambda: formatting.number(1250), "1.250"),
        (lambda: formatting.number(1234567), "1.234.567"),
        (lambda: formatting.hours(390), "6½ t."),
        (lambda: formatting.hours(1800), "30 t."),
        (lambda: formatting.hours(45), "45 min."),
        (lambda: formatting.hours(400), "6 t. 40 min."),
        (lambda: formatting.hours(0), "0 t."),
    ],
)
def test_danish_is_written_as_danes_write_it(written: Callable[[], str], expected: str) -> None:
    with translation.override("da"):
        assert written() == expected


@pytest.mark.requirement("APP-05")
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (lambda: formatting.day(date(2026, 12, 4)), "Fri 4 Dec"),
        (lambda: formatting.moment(START), "Tue 1 Dec at\u00a09:30"),
        (lambda: formatting.period(START, END), "Tue 1 Dec at\u00a09:30–10:15"),
        (lambda: formatting.days(date(2026, 12, 21), date(2026, 12, 31)), "21–31 Dec"),
        (lambda: formatting.week(date(2026, 12, 1)), "week\u00a049"),
        (lambda: formatting.number(1250), "1,250"),
        (lambda: formatting.hours(390), "6½ h"),
    ],
)
def test_english_is_written_in_english(written: Callable[[], str], expected: str) -> None:
    with translation.override("en"):
        assert written() == expected


def test_an_instant_is_shown_on_the_wall_clock_here() -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert formatting.moment(summer) == "tor. 2. jul. kl.\u00a00.30"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 11, 23, 7, 40, tzinfo=COPENHAGEN), "i dag kl.\u00a07.40"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=COPENHAGEN), "i går kl.\u00a023.59"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=COPENHAGEN), "i morgen kl.\u00a00.00"),
        (datetime(2026, 11, 20, 14, 6, tzinfo=COPENHAGEN), "fre. 20. nov. kl.\u00a014.06"),
        (datetime(2025, 11, 20, 14, 6, tzinfo=COPENHAGEN), "tor. 20. nov. 2025 kl.\u00a014.06"),
    ],
)
def test_what_is_near_is_told_by_its_nearness(value: datetime, expected: str) -> None:
    assert formatting.recent(value, datetime(2026, 11, 23, 9, 0, tzinfo=COPENHAGEN)) == expected


@pytest.mark.requirement("SEC-04")
@pytest.mark.parametrize("cpr", ["1205880001", "120588-0001", "120588 0001"])
def test_the_last_four_digits_are_never_shown(cpr: str) -> None:
    assert formatting.cpr_mask(cpr) == "120588-••••"


def test_initials_are_of_the_first_and_the_last_name() -> None:
    assert [formatting.initials(name) for name in ("Karen Holst", "åse maria holm", "Bo", "")] == ["KH", "ÅH", "B", ""]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ start|day }}", "tir. 1. dec."),
        ("{% period start end %}", "tir. 1. dec. kl.\u00a09.30–10.15"),
        ("{{ start|at_class }} {{ 45|for_class }}", "at-0930 for-45"),
        ("{{ 0|for_class }} {{ 47|for_class }}", "for-5 for-50"),
    ],
)
def test_templates_write_by_the_same_functions(source: str, expected: str) -> None:
    values: dict[str, Any] = {"start": START, "end": END}
    assert Template(source).render(Context(values)) == expected


def test_the_place_in_the_calendar_is_the_same_in_english() -> None:
    with translation.override("en"):
        assert Template("{{ start|at_class }}").render(Context({"start": START})) == "at-0930"
