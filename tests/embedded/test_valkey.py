"""The embedded broker."""

import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from planner.embedded.valkey import Valkey


@pytest.fixture
def valkey() -> Generator[Valkey]:
    """A running server that writes down what it is told."""
    with tempfile.TemporaryDirectory(prefix="planner-embedded-") as name:
        server = Valkey(Path(name))
        server.start()
        yield server
        server.stop()


def test_it_refuses_who_has_no_password(valkey: Valkey) -> None:
    with Redis(host="127.0.0.1", port=valkey.port) as stranger, pytest.raises(AuthenticationError):
        stranger.ping()


def test_it_never_throws_a_waiting_job_away(valkey: Valkey) -> None:
    with Redis.from_url(valkey.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_a_waiting_job_survives_a_stop_and_a_start(valkey: Valkey) -> None:
    with Redis.from_url(valkey.url) as client:
        client.lpush("work", "job 1")
    valkey.stop()
    valkey.start()
    with Redis.from_url(valkey.url) as client:
        assert client.lrange("work", 0, -1) == [b"job 1"]


def test_its_password_stands_in_no_command_line(valkey: Valkey) -> None:
    password = (valkey.folder / "keys" / "valkey").read_text()
    command = Path(f"/proc/{valkey.child.pid}/cmdline").read_text()
    assert "valkey" in command
    assert password not in command
    assert (valkey.folder / "valkey.conf").stat().st_mode & 0o077 == 0
