"""`make run` as a whole: one run of the real thing, told, joined, damaged and killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from planner.embedded.children import free_port
from planner.embedded.choices import ROOT


@dataclass
class Run:
    """One running Planner."""

    folder: Path
    port: int
    program: subprocess.Popen[str]

    def ready(self) -> dict[str, Any]:
        """What ready.json says."""
        found: dict[str, Any] = json.loads((self.folder / "ready.json").read_text())
        return found

    def programs(self) -> dict[int, str]:
        """The command lines of everything that this run started."""
        found = {}
        for place in Path("/proc").iterdir():
            if place.name.isdecimal() and _works_in(place, self.folder):
                found[int(place.name)] = (place / "cmdline").read_text().replace("\0", " ")
        return found


def _works_in(place: Path, folder: Path) -> bool:
    """Whether a process of /proc holds the lock of the folder, as everything of a run does."""
    try:
        return any(file.readlink() == folder / "running.lock" for file in (place / "fd").iterdir())
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False


def _environment(folder: Path, port: int) -> dict[str, str]:
    """As in a terminal: nothing of the test run's own servers and settings."""
    ours = ("DATABASE_", "REDIS_", "PLANNER_", "DFDG_", "DJANGO_", "MAKE", "PYTEST_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return plain | {"PORT": str(port), "DATA": str(folder)}


def _start(folder: Path, port: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "planner.embedded"],
        cwd=ROOT,
        env=_environment(folder, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _read_until(program: "subprocess.Popen[str]", words: str) -> str:
    """The output up to a line with `words`; the whole of it when the program ends before."""
    assert program.stdout
    lines = []
    for line in program.stdout:
        lines.append(line)
        if words in line:
            break
    return "".join(lines)


def _eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
    return holds()


@pytest.fixture(scope="module")
def run() -> Generator[Run]:
    """A fresh data folder, started as `make run` starts it."""
    with tempfile.TemporaryDirectory(prefix="planner-run-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        port = free_port()
        running = Run(folder, port, _start(folder, port))
        try:
            told = _read_until(running.program, "Stop med Ctrl-C")
            assert "Planner er klar" in told, told
            yield running
        finally:
            running.program.terminate()
            running.program.communicate()


@pytest.mark.requirement("RUN-01")
def test_ready_json_names_address_sign_ins_and_citizens_that_work(run: Run) -> None:
    ready = run.ready()
    assert ready["url"] == f"http://127.0.0.1:{run.port}/"
    assert httpx2.get(ready["url"] + "readyz").text == "ok\n"
    assert ready["simulator_url"].startswith("http://127.0.0.1:")
    assert {"username", "password", "roles"} <= set(ready["sign_ins"][0])
    assert {role for person in ready["sign_ins"] for role in person["roles"]} >= {"administrator", "caseworker"}
    assert all(len(number) == 10 and number.isdecimal() for number in ready["citizens"])
    assert ready["citizens"]


@pytest.mark.requirement("RUN-01", "SYNC-19")
def test_the_demos_counsellors_have_calendars_that_any_calendar_program_finds(run: Run) -> None:
    calendars = run.ready()["calendars"]
    assert {one["name"] for one in calendars} == {"Winnie Jensen", "Lotte Berg", "Ulla Brandt"}
    assert all(_eventually(lambda one=one: _is_calendar(**one), seconds=60) for one in calendars)  # type: ignore[misc]


def _is_calendar(url: str, username: str, password: str, **_words: str) -> bool:
    try:
        answer = httpx2.request("PROPFIND", url, auth=(username, password), headers={"Depth": "0"}, trust_env=False)
    except httpx2.TransportError:
        return False
    return answer.status_code == 207


@pytest.mark.requirement("RUN-01")
def test_a_second_run_on_the_same_folder_says_where_the_first_one_is(run: Run) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "planner.embedded"],
        cwd=ROOT,
        env=_environment(run.folder, free_port()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 0
    assert f"Planner kører allerede:  http://127.0.0.1:{run.port}/" in second.stdout


@pytest.mark.requirement("RUN-01")
def test_a_taken_port_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        program = _start(tmp_path, port)
        with program:
            told = _read_until(program, "make run PORT=")
        assert f"Port {port} kan ikke bruges" in told
        assert program.returncode == 1


@pytest.mark.requirement("RUN-01")
def test_a_port_that_is_no_number_is_refused_in_words(tmp_path: Path) -> None:
    program = subprocess.run(
        [sys.executable, "-m", "planner.embedded"],
        cwd=ROOT,
        env=_environment(tmp_path, 0) | {"PORT": "otte"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (program.returncode, "PORT skal være et tal" in program.stderr) == (1, True)


@pytest.mark.requirement("RUN-01")
@pytest.mark.parametrize("part", ["gunicorn", "celery", "valkey-server", "postgres"])
def test_a_killed_program_comes_back(run: Run, part: str) -> None:
    victim = min(pid for pid, command in run.programs().items() if part in command.split(" -D ")[0])
    os.kill(victim, signal.SIGKILL)
    assert "stoppede (kode -9) og startes igen" in _read_until(run.program, "startes igen")

    def back() -> bool:
        try:
            ready = httpx2.get(run.ready()["url"] + "readyz").status_code == 200
        except httpx2.TransportError:
            return False
        return ready and any(part in command for pid, command in run.programs().items() if pid != victim)

    assert _eventually(back)


@pytest.mark.deep
@pytest.mark.requirement("RUN-01")
def test_killing_the_supervisor_outright_leaves_nothing_and_a_new_run_starts_quickly(run: Run) -> None:
    assert len(run.programs()) > 6
    run.program.kill()
    run.program.communicate()
    started = time.monotonic()
    run.program = _start(run.folder, run.port)
    told = _read_until(run.program, "Stop med Ctrl-C")
    assert "Planner er klar" in told, told
    assert time.monotonic() - started < 60
    run.program.send_signal(signal.SIGINT)
    run.program.communicate(timeout=30)
    assert run.program.returncode == 0
    assert not run.programs()
    assert not (run.folder / "ready.json").exists()
