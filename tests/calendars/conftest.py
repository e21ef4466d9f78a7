"""A Radicale for all tests of this room, and a job centre whose counsellors keep their calendars there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from planner.calendars import lines
from tests import factories
from tests.calendars.desk import LATER, Desk
from tests.calendars.radicale import CounsellorsCalendar, RunningRadicale, running_radicale


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRadicale]:
    yield from running_radicale(tmp_path_factory.mktemp("radicale"))


@pytest.fixture
def own(radicale: RunningRadicale) -> CounsellorsCalendar:
    """Anna's calendar, empty."""
    return radicale.empty_calendar()


@pytest.fixture
def desk(
    transactional_db: None, own: CounsellorsCalendar, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """Nordby, where Anna's calendar is connected; every step is committed, and a slow machine is waited for."""
    monkeypatch.setattr(lines, "LONGEST_TURN", 60.0)
    settings.CALENDAR_TIMEOUT_SECONDS = 60.0
    settings.EMBEDDED, settings.CALENDAR_HOSTS, settings.PLANNER_URL = True, ["127.0.0.1"], "https://planner.nordby.dk"
    with time_machine.travel(LATER + timedelta(minutes=1), tick=False) as clock:
        desk = Desk(factories.make_nordby(), clock)
        desk.connect(desk.world.anna, own.address)
        yield desk
    lines._lines.clear()
