"""Programs that never outlive the one that started them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.embedded.children import Child, StartFailed

_PARENT = """
import sys, time
from pathlib import Path
from planner.embedded.children import Child
child = Child("Barn", [sys.executable, "-c", "import time; time.sleep(60)"], Path(sys.argv[1]))
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""
_MASTER = """
import subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(worker.pid, flush=True)
time.sleep(60)
"""


def _alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


@pytest.mark.requirement("RUN-01")
def test_a_child_ends_when_its_parent_is_killed_outright(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    with parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert _alive(child)
        parent.kill()
    assert _eventually(lambda: not _alive(child))


def test_workers_of_a_killed_master_are_killed_before_it_starts_again(tmp_path: Path) -> None:
    master = Child("Mester", [sys.executable, "-c", _MASTER], tmp_path / "log")
    master.start()
    assert _eventually(lambda: (tmp_path / "log").read_text().strip().isdecimal())
    worker = int((tmp_path / "log").read_text())
    assert master.pid
    os.kill(master.pid, signal.SIGKILL)
    assert _eventually(lambda: master.exit_code is not None)
    assert _alive(worker)
    master.kill_rest()
    assert _eventually(lambda: not _alive(worker))


def test_a_child_that_ignores_the_stop_signal_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('klar', flush=True); time.sleep(60)"
    )
    child = Child("Døv", [sys.executable, "-c", deaf], tmp_path / "log")
    child.start()
    assert _eventually(lambda: (tmp_path / "log").read_text() == "klar\n")
    child.stop(seconds=0.2)
    assert child.exit_code == -signal.SIGKILL


def test_a_child_that_ends_at_once_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    child = Child("Kortlivet", [sys.executable, "-c", "raise SystemExit('ingen plads på disken')"], tmp_path / "log")
    child.start()
    with pytest.raises(StartFailed, match=r"Kortlivet stoppede med kode 1.*\n.*ingen plads på disken"):
        child.wait_until(lambda: False, seconds=10)
