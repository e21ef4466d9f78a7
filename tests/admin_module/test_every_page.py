"""What holds for every page of the administration, found by its addresses, so that no page can be forgotten."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.admin_module.organisation import NAMES, address, grow
from tests.conftest import signed_in
from tests.factories import World


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path, follow=True)
    assert answer.status_code == 200, path
    return len(asked)


@pytest.fixture
def grown(nord: World) -> World:
    """Nordby with one or two of everything."""
    grow(nord)
    return nord


@pytest.mark.requirement("SPEED-12", "SPEED-13")
def test_no_page_takes_more_statements_in_a_larger_job_centre(grown: World) -> None:
    ada = signed_in(grown.ada)
    few = {name: statements(ada, address(name, grown)) for name in NAMES}
    grow(grown, teams=7, counsellors=9, rooms=5, others=4)
    many = {name: statements(ada, address(name, grown)) for name in NAMES}
    assert [(name, few[name], many[name]) for name in NAMES if many[name] > few[name]] == []
