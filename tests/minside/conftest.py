"""Nordby with an offer and a citizen, and «Min side» that asks BorgerBookingService over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from planner.minside import client
from tests.factories import NOW
from tests.minside.scene import Scene


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    """The clock runs on from a known moment, in the server's threads too."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def scene(transactional_db: None, live_server: Any, settings: Settings) -> Iterator[Scene]:
    settings.MINSIDE_TEST_SIGN_IN = True
    settings.BORGERBOOKING_URL = live_server.url
    yield Scene(live_server.url)
    client._http(live_server.url).close()
    client._http.cache_clear()
