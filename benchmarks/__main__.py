"""`make bench`: every measurement in a process and a migrated database of its own; prints and keeps the figures.

`python -m benchmarks [NAME…]` (speed_01 …); with `--here` in this process, on the database of the environment.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import psycopg
from psycopg import sql

import planner.celery  # noqa: F401 - names the settings; shared tasks find their broker
from planner.embedded.children import dies_with_parent
from planner.embedded.database import APP_ROLE, grant_to, with_database
from planner.embedded.postgres import Postgres
from planner.embedded.provision import collect_static, connected_to, migrate
from planner.embedded.valkey import Valkey

FOLDER = Path(__file__).resolve().parent
REPORT = FOLDER.parent / "reports" / "figures.json"
PREFIXES = ("speed", "conc")


def measure_here(name: str, rows: Path) -> None:
    """Run one measurement, print its lines, leave its rows in a file."""
    django.setup()
    with connected_to(os.environ["DATABASE_OWNER_URL"]):
        migrate()
    collect_static()
    figures = import_module(f"benchmarks.{name}").measure()
    for one in figures:
        sys.stdout.write(f"{one.line}\n")
    rows.write_text(json.dumps([asdict(one) | {"ok": one.ok} for one in figures]))


def measure_all(names: list[str]) -> bool:
    """Run the measurements one after another; whether all ran and all figures keep their limits."""
    kept_limits = True
    with tempfile.TemporaryDirectory(prefix="planner-bench-") as place, _servers(Path(place)) as postgres:
        for name in names:
            rows = Path(place) / f"{name}.json"
            command = [sys.executable, "-m", "benchmarks", "--here", name, str(rows)]
            subprocess.run(  # noqa: S603
                command,
                env=_database(postgres, name),
                preexec_fn=dies_with_parent(signal.SIGTERM),
                check=False,
            )
            found = json.loads(rows.read_text()) if rows.exists() else []
            _report(found)
            kept_limits &= bool(found) and all(row["ok"] for row in found)
    return kept_limits


def _report(found: list[dict[str, Any]]) -> None:
    """Put the rows into the report in place of those measured before."""
    REPORT.parent.mkdir(exist_ok=True)
    earlier = json.loads(REPORT.read_text()) if REPORT.exists() else []
    measured = {(row["id"], row["case"]) for row in found}
    others = [row for row in earlier if (row["id"], row["case"]) not in measured]
    REPORT.write_text(json.dumps(others + found, ensure_ascii=False, indent=1))


@contextmanager
def _servers(folder: Path) -> Iterator[Postgres]:
    """PostgreSQL and Valkey for the measurements alone, as durable as in `make run`."""
    folder.chmod(0o711)
    postgres, valkey = Postgres(folder), Valkey(folder)
    try:
        postgres.start()
        valkey.start()
        os.environ |= {"REDIS_URL": valkey.url, "PLANNER_DATA": str(folder), "PLANNER_EMBEDDED": "1"}
        os.environ["PLANNER_ALLOWED_HOSTS"] = "127.0.0.1,testserver"
        yield postgres
    finally:
        valkey.stop()
        postgres.stop()


def _database(postgres: Postgres, name: str) -> dict[str, str]:
    """An empty database for one measurement, and the environment that names it."""
    owner_url = with_database(postgres.owner_url, name)
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with psycopg.connect(owner_url, autocommit=True) as owner:
        grant_to(owner, APP_ROLE)
    app_url = with_database(postgres.app_url, name)
    return os.environ | {"DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url}


def _names() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.py") if file.stem.startswith(PREFIXES))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--here", chosen, path]:
            measure_here(chosen, Path(path))
        case chosen:
            sys.exit(0 if measure_all(chosen or _names()) else 1)
