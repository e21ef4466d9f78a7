"""Nordby at half past the beginning of the week, with an offer, a citizen, and both who may call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings as ProjectSettings

from booking.models import Citizen, OnlineOffer
from tests.booking.jobnet.calling import Caller
from tests.factories import NOW, World, make_citizen, make_offer

CPR = "1205881234"
OTHER_CPR = "0103751233"


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def offer(nord: World) -> OnlineOffer:
    return make_offer(nord.team, nord.anna, nord.birk, title_en="Job conversation", description_en="We talk.")


@pytest.fixture
def peter(nord: World) -> Citizen:
    return make_citizen(nord.jobcentre, "Peter Krogh", cpr=CPR)


@pytest.fixture
def other(nord: World) -> Citizen:
    return make_citizen(nord.jobcentre, "Lone Holm", cpr=OTHER_CPR)


@pytest.fixture
def jobnet(nord: World, settings: ProjectSettings) -> Caller:
    """DFDG, by the token of a trial run."""
    settings.BORGERBOOKING_TOKEN = "a token of the trial run"
    return Caller.jobnet()


@pytest.fixture
def min_side(nord: World) -> Caller:
    return Caller.min_side()
