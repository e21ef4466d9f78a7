"""A Radicale for all tests of this room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.calendars.radicale import CounsellorsCalendar, RunningRadicale, running_radicale


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRadicale]:
    yield from running_radicale(tmp_path_factory.mktemp("radicale"))


@pytest.fixture
def own(radicale: RunningRadicale) -> CounsellorsCalendar:
    """Anna's calendar, empty."""
    return radicale.new_calendar()
