"""A simulator, a client of it, a caseworker of Fjordby behind the calls."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from planner.dfdg.client import Client
from planner.dfdg.messages import Caller
from planner.dfdg.simulator.population import FJORDBY
from tests.dfdg.simulator import RunningSimulator, running_simulator


@pytest.fixture(scope="session")
def one_simulator() -> Iterator[RunningSimulator]:
    """Started once."""
    yield from running_simulator()


@pytest.fixture
def simulator(one_simulator: RunningSimulator) -> RunningSimulator:
    """Without a memory, and in good health."""
    one_simulator.recover()
    return one_simulator


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[Client]:
    with Client(simulator.config(timeout=2.0)) as client:
        yield client


@pytest.fixture
def caller() -> Caller:
    return Caller.caseworker(
        jobcentre_code=FJORDBY,
        full_name="Bo Ærøskøbing-Ågård",
        identifier="CVR:10100000-UUID:1f0e",
        email="bo@fjordby.example",
        registered_at=datetime.now(UTC),
    )
