"""An embedded PostgreSQL of its own for these tests, apart from the one the test run lives on."""

import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from planner.embedded.postgres import Postgres


@pytest.fixture(scope="module")
def postgres() -> Generator[Postgres]:
    """A running server in a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="planner-embedded-") as name:
        Path(name).chmod(0o711)
        server = Postgres(Path(name), durable=False)
        server.start()
        yield server
        server.stop()
