"""A wrong environment stops the start and says what to do; a deployment that is not safe is told so."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as planner_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from planner import checks, settings
from planner.accounts.models import User


def complaint(name: str, value: str) -> str:
    """What a start with this one variable says."""
    outcome = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "planner.settings", name: value},
        cwd=planner_settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1, outcome.stdout
    return outcome.stderr.strip().splitlines()[-1]


@pytest.mark.requirement("RUN-03")
@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("PLANNER_EMBEDDED", "yes", "must be 1 or 0"),
        ("DATABASE_URL", "mysql://planner", "postgresql://planner_app:password@host:5432/planner"),
        ("DATABASE_URL", "postgresql://planner_app@host:port/planner", "postgresql://planner_app:password@host:5432"),
        ("REDIS_URL", "localhost:6379", "redis://host:port/"),
        ("DFDG_URL", "dfdg.example", "https://host:port/"),
        ("DFDG_CERTIFICATE", "/nowhere/certificate.pem", "a file that Planner may read"),
        ("PLANNER_TRUSTED_ORIGINS", "planner.example", "https://planner.example"),
        ("PLANNER_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING"),
        ("PLANNER_SECRET_KEY", "short", "at least 32 characters"),
        ("PLANNER_CPR_KEY", "demo-demo-demo-demo-demo-demo-demo-demo", "secrets.token_urlsafe"),
    ],
)
def test_a_wrong_variable_stops_the_start_and_says_what_to_do(name: str, value: str, advice: str) -> None:
    said = complaint(name, value)
    assert name in said
    assert advice in said


@pytest.mark.requirement("GUARD-11")
def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path / "new")
    monkeypatch.delenv("PLANNER_CPR_KEY", raising=False)
    first = settings.key("PLANNER_CPR_KEY", "cpr.key")
    assert settings.key("PLANNER_CPR_KEY", "cpr.key") == first
    assert len(first) >= settings.SHORTEST_KEY
    [made] = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_the_embedded_demo_may_have_any_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_SECRET_KEY", "short")
    monkeypatch.setattr(settings, "EMBEDDED", True)
    assert settings.key("PLANNER_SECRET_KEY", "secret.key") == "short"
    monkeypatch.setattr(settings, "EMBEDDED", False)
    with pytest.raises(ImproperlyConfigured, match="PLANNER_SECRET_KEY"):
        settings.key("PLANNER_SECRET_KEY", "secret.key")


@pytest.mark.django_db
@pytest.mark.requirement("GUARD-03", "RUN-03")
def test_the_applications_role_passes_and_the_owners_does_not(owner_connection: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        assert checks.role_faults(cursor) == []
    with owner_connection.cursor() as owner:
        assert [fault.id for fault in checks.role_faults(owner)] == ["planner.E002"]  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.requirement("RUN-03")
def test_the_demos_users_stop_a_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)
    call_command("check", deploy=True, databases=["default"], fail_level="ERROR")
    User.objects.create(username="karen", email="karen@planner.example")
    with pytest.raises(SystemCheckError, match=r"planner\.E003"):
        call_command("check", deploy=True, databases=["default"], fail_level="ERROR")
