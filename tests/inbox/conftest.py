"""Nordby on a Monday morning, and DFDG that pushes to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings as ProjectSettings

from booking.models import Citizen
from tests.factories import NOW, World, make_citizen
from tests.inbox.pushing import CPR, Pusher


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dfdg(nord: World, settings: ProjectSettings) -> Pusher:
    settings.BORGERBOOKING_TOKEN = "a token of the trial run"
    return Pusher(nord.jobcentre.pk)


@pytest.fixture
def peter(nord: World) -> Citizen:
    return make_citizen(nord.jobcentre, "Peter Krogh", cpr=CPR)
