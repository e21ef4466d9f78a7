"""A small world whose summonses are really sent to the simulator, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from booking.models import Summons
from booking.services import connection
from tests import factories
from tests.dfdg.simulator import RunningSimulator, simulator  # noqa: F401 - a fixture
from tests.outbox.post import Post


@pytest.fixture
def post(
    transactional_db: None,
    simulator: RunningSimulator,  # noqa: F811
    settings: Settings,
) -> Iterator[Post]:
    settings.DFDG_URL = simulator.url
    settings.DFDG_TIMEOUT_SECONDS = 0.8
    yield Post(factories.make_nordby(), simulator)
    connection.client().close()
    connection._client.cache_clear()


@pytest.fixture
def summons(post: Post) -> Summons:
    """One summons that was sent by Bo and is written down to be reported."""
    return post.summons()
