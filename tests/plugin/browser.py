"""The browser of the journeys: the one that is there, else Debian's by apt as root, else Playwright's own download."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

PATIENCE = 20_000
"""Milliseconds that a page may take to show what is expected, on a machine that runs other tests beside."""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's launch arguments with the Chromium found or installed."""
    expect.set_options(timeout=PATIENCE)
    executable = _installed()
    arguments = browser_type_launch_args | {"args": FLAGS}
    return arguments | {"executable_path": executable} if executable else arguments


def _installed() -> str | None:
    """The path of a Chromium; None when Playwright has its own."""
    with (Path(tempfile.gettempdir()) / f"planner-chromium-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if found := _found():
            return found
        attempts = [_by_apt()] if os.geteuid() == 0 and shutil.which("apt-get") else []
        if found := _found():
            return found
        attempts.append(_by_playwright())
        if attempts[-1] is None:
            return None
    pytest.fail(
        "Browsertestene kræver Chromium, og den kunne ikke installeres. Installér pakken «chromium» "
        "(Debian: sudo apt-get install chromium), og kør testene igen.\n" + "\n".join(filter(None, attempts)),
        pytrace=False,
    )


def _found() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name, path=f"{os.environ['PATH']}:/usr/bin"))), None)


def _by_apt() -> str | None:
    """Debian's package; None when that worked, else what went wrong."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
        outcome = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if outcome.returncode != 0 and "install" in command:
            return outcome.stdout[-1000:] + outcome.stderr[-1000:]
    return None


def _by_playwright() -> str | None:
    """Playwright's own download; None when that worked, else what went wrong."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if outcome.returncode == 0 else outcome.stdout[-1000:] + outcome.stderr[-1000:]
