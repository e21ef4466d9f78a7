"""`make run`."""

import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

from planner.embedded.children import StartFailed, dies_with_parent
from planner.embedded.choices import CannotStart, Choices, choices
from planner.embedded.database import DatabaseNotReady
from planner.embedded.supervisor import Supervisor


def main() -> int:
    """Run until stopped; a second run on the same data folder only says where the first one is."""
    if len(sys.argv) > 1:
        print("Brug: make run PORT=8000 DATA=.planner (andre valg er der ikke)", file=sys.stderr)
        return 2
    if "MAKELEVEL" in os.environ:
        dies_with_parent(signal.SIGTERM, parent=os.getppid())()
    try:
        chosen = choices()
        chosen.logs.mkdir(parents=True, exist_ok=True)
        with (chosen.folder / "running.lock").open("a+") as lock:
            if not _locked(lock, chosen):
                return _tell_where(chosen)
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            Supervisor(chosen, lock=lock.fileno()).run()
    except (CannotStart, StartFailed, DatabaseNotReady) as trouble:
        print(f"\nPlanner kan ikke starte. {trouble}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nPlanner kan ikke starte. {error.strerror}: {error.filename}", file=sys.stderr)
        return 1
    return 0


def _locked(lock: IO[str], chosen: Choices) -> bool:
    """Take the folder; one whose supervisor was killed is free as soon as its last program is gone."""
    deadline = time.monotonic() + 30
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _alive((chosen.folder / "running.lock").read_text()) or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        else:
            return True


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _tell_where(chosen: Choices) -> int:
    """Another run holds the folder: wait for it to be ready, then say where."""
    deadline = time.monotonic() + 60
    while not chosen.ready_file.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    try:
        address = json.loads(Path(chosen.ready_file).read_text())["url"]
    except OSError:
        print(f"En anden «make run» er ved at starte eller stoppe i {chosen.folder}. Vent lidt, og prøv igen.")
        return 1
    print(f"Planner kører allerede:  {address}  (mappen {chosen.folder}).")
    print("En til ved siden af:  make run PORT=8001 DATA=.planner-2")
    return 0


if __name__ == "__main__":
    sys.exit(main())
