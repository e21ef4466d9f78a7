"""The environment that make brings up to date before anything runs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from planner.embedded import environment


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that needs no package at all, so that nothing is fetched."""
    place = tmp_path / "planner" / "embedded"
    place.mkdir(parents=True)
    shutil.copy(environment.__file__, place)
    for locked in environment.LOCKED.values():
        (tmp_path / locked.name).touch()
    return tmp_path


def _start(checkout: Path, purpose: str) -> "subprocess.Popen[str]":
    command = [sys.executable, str(checkout / "planner" / "embedded" / "environment.py"), purpose]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.deep
@pytest.mark.requirement("RUN-02")
def test_two_at_once_make_the_environment_once_and_a_later_one_does_nothing(checkout: Path) -> None:
    both = [_start(checkout, "test"), _start(checkout, "test")]
    told = [started.communicate()[0] for started in both]
    assert [started.returncode for started in both] == [0, 0], told
    assert sum("Opretter miljøet" in text for text in told) == 1
    assert [text for text in told if not text] == [""]
    later = _start(checkout, "run")
    assert later.communicate()[0] == ""
    found = next(checkout.glob(".venv/lib/python3*/site-packages/planner.pth")).read_text()
    assert found == f"{checkout}\n"
