"""Makes the checkout's environment `.venv` from the locked requirements; run by make before anything is installed.

Standard library only, and no newer syntax than an old Python can read, so that it can say that it is too old.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCKED = {"run": ROOT / "requirements-run.txt", "test": ROOT / "requirements-dev.txt"}


def bring_up_to_date(purpose: str) -> None:
    """Install what is locked for `purpose`, unless it is there; several at once wait for each other."""
    if sys.version_info < (3, 11):  # noqa: UP036 - make may have found an older one
        sys.exit(f"Planner kræver Python 3.11 eller nyere; dette er {sys.version}. Prøv fx: make PYTHON=python3.12 …")
    try:
        lock = (ROOT / ".venv.lock").open("w")
    except OSError as error:
        sys.exit(f"Mappen {ROOT} kan ikke skrives af denne bruger ({error}). Brug din egen kopi af Planner.")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current(purpose):
            _make_environment()
            _install(purpose)
        _put_checkout_on_path()


def _is_current(purpose: str) -> bool:
    """What tests need holds what a run needs."""
    purposes = ["run", "test"] if purpose == "run" else ["test"]
    return PYTHON.exists() and any(
        _stamp(one).exists() and _stamp(one).read_text() == _fingerprint(one) for one in purposes
    )


def _make_environment() -> None:
    if PYTHON.exists() and _succeeds([str(PYTHON), "-m", "pip", "--version"]):
        return
    print("Opretter miljøet .venv …", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]
    if _succeeds(command):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        print(f"Installerer {package} …", flush=True)
        _succeeds(["apt-get", "update"])
        _succeeds(["apt-get", "install", "-y", "--no-install-recommends", package])
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode != 0:
        sys.exit(
            f"Python kan ikke oprette et miljø:\n{outcome.stdout}{outcome.stderr}\n"
            "Mangler ensurepip, så installér det og prøv igen:  sudo apt-get install python3-venv"
        )


def _install(purpose: str) -> None:
    print("Installerer Planners pakker (kun første gang, og når de ændres; det kan tage et par minutter) …", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "--no-deps", "--require-hashes", "-r", str(LOCKED[purpose])]
    outcome = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if outcome.returncode != 0:
        sys.exit(
            f"{outcome.stderr}\nPakkerne kunne ikke hentes. Kontrollér netadgang og pips indstillinger, og prøv igen."
        )
    _stamp(purpose).write_text(_fingerprint(purpose))


def _put_checkout_on_path() -> None:
    """So that `.venv/bin/pytest` finds the project from any folder."""
    packages = next((ENVIRONMENT / "lib").glob("python3*/site-packages"))
    line = f"{ROOT}\n"
    path = packages / "planner.pth"
    if not path.exists() or path.read_text() != line:
        path.write_text(line)


def _stamp(purpose: str) -> Path:
    return ENVIRONMENT / f".installed-{purpose}"


def _fingerprint(purpose: str) -> str:
    return hashlib.sha256(sys.version.encode() + LOCKED[purpose].read_bytes()).hexdigest()


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    bring_up_to_date(sys.argv[1])
