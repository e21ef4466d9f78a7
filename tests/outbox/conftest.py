"""A small world whose summonses are really sent to the simulator, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from admin_module.services import connection
from booking.models import Summons
from planner.embedded.valkey import Valkey
from tests import factories
from tests.dfdg.simulator import RunningSimulator, running_simulator
from tests.outbox.front import Front, front_of, programs_at_work
from tests.outbox.post import Post


@pytest.fixture(scope="session")
def one_simulator() -> Iterator[RunningSimulator]:
    """Started once: making its population takes longer than most stories."""
    yield from running_simulator()


@pytest.fixture
def simulator(one_simulator: RunningSimulator) -> RunningSimulator:
    """Without a memory, and in good health."""
    one_simulator.clear_faults()
    one_simulator.forget()
    one_simulator.rules(single_conversation=True)
    return one_simulator


@pytest.fixture
def post(transactional_db: None, simulator: RunningSimulator, settings: Settings) -> Iterator[Post]:
    settings.DFDG_URL = simulator.url
    settings.DFDG_TIMEOUT_SECONDS = 2.0
    yield Post(factories.make_nordby(), simulator)
    connection.client().close()
    connection._client.cache_clear()


@pytest.fixture
def summons(post: Post) -> Summons:
    """One summons that was sent by Bo and is written down to be reported."""
    return post.summons()


@pytest.fixture
def valkey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """The one of all processes that are started meanwhile."""
    server = Valkey(tmp_path, durable=False)
    server.start()
    monkeypatch.setenv("REDIS_URL", server.url)
    yield server
    server.stop()


@pytest.fixture
def front(valkey: Valkey, post: Post, tmp_path: Path) -> Iterator[Front]:
    """Real web, worker and timer."""
    with programs_at_work(post, tmp_path), front_of(post) as front:
        yield front
