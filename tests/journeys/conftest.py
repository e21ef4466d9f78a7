"""The whole of Planner as `make run` starts it, with the demo: database, broker, web, worker, timer and simulator."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from planner.dfdg import wire
from planner.dfdg.messages import Employee, PersonFacts
from planner.embedded.database import APP_ROLE
from planner.embedded.passwords import kept_password
from planner.embedded.postgres import DATABASE

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 300
SENT_BY_TESTS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "DFDG_URL",
    "PLANNER_DATA",
    "PORT",
    "DATA",
    "MAKELEVEL",
)


@dataclass(frozen=True)
class RunningPlanner:
    """A started Planner in its data folder, and the simulator's own doors."""

    url: str
    simulator_url: str
    passwords: dict[str, str]
    folder: Path

    def place(self, program: str) -> str:
        """Where the supervisor says that it runs."""
        told = re.search(rf"{program} +(\S+)", (self.folder / "supervisor.log").read_text())
        assert told, f"the supervisor has not said where {program} is"
        return told[1]

    @property
    def booking_url(self) -> str:
        return self.place("Jobnet-service").rstrip("/")

    def manage(self, *arguments: str) -> str:
        """What `manage.py` says when the operator runs it on this Planner's database."""
        password = kept_password(self.folder / "keys", APP_ROLE)
        own = {
            "DATABASE_URL": f"postgresql://{APP_ROLE}:{password}@{self.place('PostgreSQL')}/{DATABASE}",
            "PLANNER_DATA": str(self.folder),
            "PLANNER_EMBEDDED": "1",
        }
        command = [sys.executable, "manage.py", *arguments]
        ended = subprocess.run(command, cwd=ROOT, env=_environment() | own, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def add_employee(self, employee: Employee) -> None:
        """DFDG knows one more employee."""
        self._tell("employees", wire.employee_body(employee))

    def add_person(self, person: PersonFacts) -> None:
        """DFDG knows one more citizen."""
        self._tell("people", {"cpr": person.cpr, "person": wire.person_body(person)})

    def _tell(self, what: str, body: dict[str, Any]) -> None:
        httpx2.post(f"{self.simulator_url}/sim/{what}", json=body, trust_env=False).raise_for_status()

    def sent(self) -> list[dict[str, Any]]:
        """The summonses that DFDG holds."""
        answer = httpx2.get(f"{self.simulator_url}/sim/summonses", trust_env=False)
        found: list[dict[str, Any]] = answer.json()
        return [one for one in found if not one.get("deleted")]

    def forget(self) -> None:
        httpx2.post(f"{self.simulator_url}/sim/forget", trust_env=False).raise_for_status()

    def switch_off(self) -> None:
        """DFDG answers nobody."""
        self.fail(kind="off")

    def fail(self, **fault: Any) -> None:
        """DFDG fails so (`planner.dfdg.simulator.faults`) until it is switched on."""
        self._tell("faults", fault)

    def switch_on(self) -> None:
        httpx2.delete(f"{self.simulator_url}/sim/faults", trust_env=False).raise_for_status()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="package")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlanner]:
    """Planner from nothing, stopped afterwards."""
    folder = tmp_path_factory.mktemp("planner")
    environment = _environment() | {"PORT": str(_free_port()), "DATA": str(folder), "CALENDAR_HOSTS": "127.0.0.1"}
    with (folder / "supervisor.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "planner.embedded"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield _ready(folder, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _environment() -> dict[str, str]:
    """Ours, without what the tests' own servers put there."""
    kept = {name: value for name, value in os.environ.items() if name not in SENT_BY_TESTS}
    return kept | {"DJANGO_SETTINGS_MODULE": "planner.settings"}


def _ready(folder: Path, process: subprocess.Popen[bytes]) -> RunningPlanner:
    deadline = time.monotonic() + STARTS_WITHIN
    while not (folder / "ready.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"Planner did not start:\n{(folder / 'supervisor.log').read_text()}")
        time.sleep(0.2)
    said = json.loads((folder / "ready.json").read_text())
    passwords = {one["username"]: one["password"] for one in said["sign_ins"]}
    return RunningPlanner(said["url"].rstrip("/"), said["simulator_url"].rstrip("/"), passwords, folder)


def sign_in(page: Page, planner: RunningPlanner, username: str, password: str) -> None:
    """At a screen 1280 wide."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.set_default_timeout(30_000)
    page.goto(f"{planner.url}/sign-in/")
    page.get_by_label("Brugernavn").fill(username)
    page.get_by_label("Adgangskode").fill(password)
    page.get_by_role("button", name="Log ind").click()


@pytest.fixture
def karen(planner: RunningPlanner, page: Page) -> Page:
    """The demo's caseworker, signed in."""
    sign_in(page, planner, "karen", planner.passwords["karen"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("Karen")
    return page
