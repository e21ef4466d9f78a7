"""The server image refuses what is only good enough for a demo."""

import re
import subprocess
import sys

import psycopg
import pytest

from planner.embedded.choices import ROOT
from planner.embedded.database import with_database, with_role
from planner.embedded.postgres import Postgres
from planner.production import faults

REAL = {
    "PLANNER_SECRET_KEY": "w0Zr9m3uXyT5bQh7LkVdN1sCjE8aPfGi2RoUx4Ye",
    "PLANNER_CPR_KEY": "Hk2nVb8qLr5tYw1zXc4mJd7sGf0pQa3uEi6oTy9R",
    "PLANNER_ALLOWED_HOSTS": "planner.nordby.dk",
    "DATABASE_URL": "postgresql://planner_app:9f31c07be2a84d65@postgres:5432/planner",
    "REDIS_URL": "redis://:47ad10c9e83b562f@redis:6379/0",
}


def test_real_secrets_are_accepted() -> None:
    assert faults(REAL) == []


@pytest.mark.requirement("RUN-03")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLANNER_SECRET_KEY", ""),
        ("PLANNER_SECRET_KEY", "demo-w0Zr9m3uXyT5bQh7LkVdN1sCjE8aPfGi2RoUx4Ye"),
        ("PLANNER_SECRET_KEY", "a" * 64),
        ("PLANNER_CPR_KEY", "kort"),
        ("PLANNER_CPR_KEY", REAL["PLANNER_SECRET_KEY"]),
        ("PLANNER_EMBEDDED", "1"),
        ("MINSIDE_TEST_SIGN_IN", "1"),
        ("PLANNER_ALLOWED_HOSTS", ""),
        ("DATABASE_URL", "postgresql://planner_app@postgres:5432/planner"),
        ("DATABASE_URL", "postgresql://planner_app:planner_app@postgres:5432/planner"),
        ("REDIS_URL", "redis://redis:6379/0"),
        ("REDIS_URL", "redis://:change-me-please@redis:6379/0"),
    ],
)
def test_a_demo_secret_stops_the_start_and_is_named(name: str, value: str) -> None:
    found = faults(REAL | {name: value})
    assert len(found) >= 1
    assert any(name in line for line in found)
    assert not value or len(value) < 12 or not any(value in line for line in found)


@pytest.mark.requirement("RUN-03")
def test_the_image_ends_before_the_command_when_it_refuses() -> None:
    command = [sys.executable, "-m", "planner.production", "echo", "started"]
    outcome = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=False)
    assert (outcome.returncode, "started" in outcome.stdout) == (1, False)
    assert "PLANNER_SECRET_KEY must be" in outcome.stderr


@pytest.fixture(scope="module")
def server(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a server whose database an owner that is no superuser has prepared."""
    with psycopg.connect(postgres.superuser_url, autocommit=True) as superuser:
        superuser.execute("CREATE ROLE server_owner LOGIN PASSWORD 'f00ba4c7d9e12835' CREATEROLE")
        superuser.execute("CREATE DATABASE server OWNER server_owner")
    database = with_database(postgres.superuser_url, "server")
    environment = REAL | {
        "PLANNER_DATA": str(tmp_path_factory.mktemp("server")),
        "DATABASE_URL": with_role(database, "planner_app", postgres.app_url.split(":")[2].split("@")[0]),
        "DATABASE_OWNER_URL": with_role(database, "server_owner", "f00ba4c7d9e12835"),
    }
    prepared = _in_production(environment, "prepare")
    assert prepared.returncode == 0, prepared.stderr
    return environment


def _in_production(server: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "planner.production", *arguments]
    return subprocess.run(command, cwd=ROOT, env=server, capture_output=True, text=True, check=False)


@pytest.mark.requirement("RUN-03")
def test_a_prepared_database_serves_the_applications_role_and_the_command_runs(server: dict[str, str]) -> None:
    with psycopg.connect(server["DATABASE_URL"]) as application:
        row = application.execute("SELECT current_user, count(*) > 20 FROM django_migrations").fetchone()
    assert row == ("planner_app", True)
    assert _in_production(server, "echo", "started").stdout == "started\n"


@pytest.mark.deep
@pytest.mark.requirement("RUN-05")
def test_migrating_gives_way_to_a_long_transaction_and_tries_again(server: dict[str, str]) -> None:
    with psycopg.connect(server["DATABASE_OWNER_URL"]) as long:
        long.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        command = [sys.executable, "-m", "planner.production", "prepare"]
        migrating = subprocess.Popen(command, cwd=ROOT, env=server, stderr=subprocess.PIPE, text=True)
        with migrating:
            assert migrating.stderr
            refused = next(line for line in migrating.stderr if "lock timeout" in line)
            long.rollback()
            migrating.stderr.read()
    assert "canceling statement due to lock timeout" in refused
    assert migrating.returncode == 0


@pytest.mark.requirement("RUN-03")
def test_the_composition_takes_every_secret_from_the_environment_and_checks_health() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for secret in ("PLANNER_SECRET_KEY", "PLANNER_CPR_KEY", "PLANNER_APP_PASSWORD", "PLANNER_OWNER_PASSWORD"):
        assert re.search(rf"\${{{secret}:\?", text), secret
    services = re.split(r"\n  (?=\w+:\n)", text.partition("\nservices:\n")[2].partition("\nvolumes:")[0])
    named = {service.strip().split(":")[0]: service for service in services}
    assert set(named) == {"postgres", "redis", "migrate", "web", "jobnet", "worker", "beat"}
    assert all("healthcheck:" in named[name] for name in named if name != "migrate")
    assert "\nUSER planner\n" in (ROOT / "Dockerfile").read_text()
