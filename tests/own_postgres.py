"""A PostgreSQL of a test's own, that writes to disk, may be killed, and is restored to a moment."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from django.db import connection

from planner.embedded.postgres import Postgres
from planner.embedded.provision import migrate


@contextmanager
def running() -> Iterator[Postgres]:
    """Started, migrated and stopped; Django and every process started meanwhile use it."""
    folder = Path(tempfile.mkdtemp(prefix="planner-own-"))
    folder.chmod(0o711)
    server = Postgres(folder, durable=True)
    try:
        server.start()
        with used(server.owner_url):
            migrate()
        with used(server.app_url):
            yield server
    finally:
        server.stop()
        shutil.rmtree(server.cluster, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def used(url: str) -> Iterator[None]:
    """Django's connection and the environment's go there."""
    parts, before = urlsplit(url), os.environ["DATABASE_URL"]
    keys = ("HOST", "PORT", "NAME", "USER", "PASSWORD")
    usual = {key: connection.settings_dict[key] for key in keys}
    values = (parts.hostname, str(parts.port), parts.path.lstrip("/"), parts.username, parts.password)
    connection.close()
    connection.settings_dict.update({key: unquote(value or "") for key, value in zip(keys, values, strict=True)})
    os.environ["DATABASE_URL"] = url
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)
        os.environ["DATABASE_URL"] = before


def kill(server: Postgres) -> None:
    """As when the power goes: no process of it says good-bye."""
    server.child.kill_rest()
    server.child.wait_gone(20)


def back_up(server: Postgres) -> Path:
    """A base backup of the running server; what is written afterwards is in its log."""
    copy = server.cluster.with_name(f"{server.cluster.name}-backup")
    copy.mkdir(mode=0o700)
    if server._run_as:
        shutil.chown(copy, server._run_as, server._run_as)
    command: list[str | Path] = [
        server.programs / "pg_basebackup",
        "-d",
        server.superuser_url,
        "-D",
        copy,
        "-X",
        "none",
        "-c",
        "fast",
    ]
    _run(server, command)
    return copy


@contextmanager
def restored(dead: Postgres, backup: Path, moment: datetime) -> Iterator[Postgres]:
    """Another server from the backup, with everything that the dead one had written down until the moment."""
    folder = Path(tempfile.mkdtemp(prefix="planner-restored-"))
    folder.chmod(0o711)
    shutil.copytree(dead.folder / "keys", folder / "keys")
    server = Postgres(folder, durable=True)
    backup = backup.rename(server.cluster)
    (backup / "recovery.signal").touch()
    recovery = f"restore_command = 'cp {dead.cluster}/pg_wal/%f %p'\nrecovery_target_time = '{moment.isoformat()}'\n"
    with (backup / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"{recovery}recovery_target_action = 'promote'\n")
    if server._run_as:
        shutil.chown(backup / "recovery.signal", server._run_as, server._run_as)
    try:
        server.child.start()
        server.child.wait_until(lambda: _is_open(server), seconds=60)
        with used(server.app_url):
            yield server
    finally:
        server.stop()
        shutil.rmtree(backup, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _is_open(server: Postgres) -> bool:
    """Whether it has reached the moment and takes changes."""
    try:
        with psycopg.connect(server.superuser_url, connect_timeout=2) as there:
            row = there.execute("SELECT NOT pg_is_in_recovery()").fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


def _run(server: Postgres, command: list[str | Path]) -> None:
    run_as = server._run_as
    subprocess.run(
        command,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        user=run_as,
        group=run_as,
        extra_groups=[] if run_as else None,
        check=True,
        capture_output=True,
    )
