"""`manage.py distribute`, as it is called."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.distribution.cases import citizen, counsellor, scenario

ROOT = Path(__file__).parents[2]
NO_DATABASE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}


def distribute(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "distribute", *map(str, files)],
        cwd=ROOT,
        env={**os.environ, **NO_DATABASE},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.json"
    file.write_text(json.dumps(scenario([counsellor("c1")], [citizen("b1")])), encoding="utf-8")
    return file


@pytest.mark.requirement("DIST-20")
def test_each_file_gives_one_line_of_json_without_a_database(good: Path, tmp_path: Path) -> None:
    with_mark = tmp_path / "mark.json"
    with_mark.write_text(good.read_text(encoding="utf-8").replace("b1", "åse"), encoding="utf-8-sig")
    done = distribute(good, with_mark)
    assert (done.returncode, done.stderr) == (0, "")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["placements"][0]["citizen"] for one in results] == ["b1", "åse"]


@pytest.mark.requirement("DIST-20")
def test_an_invalid_file_ends_the_command_after_the_results_of_earlier_ones(good: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"request": {"form": "individual", "counsellors": ["c1"]}, "counsellors": [{"id": "c1"}]}')
    done = distribute(good, bad, good)
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert f"{bad}: request.earliest_date: is missing" in done.stderr


@pytest.mark.requirement("DIST-20")
@pytest.mark.parametrize("name", ["missing.json", "latin.json", "optimal.json"])
def test_what_cannot_be_read_or_planned_ends_the_command(name: str, good: Path, tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b'{"request": "\xe5"}')
    optimal = scenario([counsellor("c1")], [citizen("b1")], method="optimal")
    (tmp_path / "optimal.json").write_text(json.dumps(optimal))
    done = distribute(tmp_path / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert name in done.stderr
    assert "Traceback" not in done.stderr
