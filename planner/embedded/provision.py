"""What Django does before the programs start: migrate as the owner, texts, static files, demo data.

A program of its own (`python -m planner.embedded.provision`), so that the supervisor never loads Django.
"""

import hashlib
import io
import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import connection

import planner.celery  # noqa: F401 - names the settings; shared tasks find their broker
from planner import translations


def provision(report: Path) -> None:
    """Make database, texts, files and demo ready; write what the supervisor tells the user into `report`."""
    django.setup()
    translations.compile_all()
    with connected_to(os.environ["DATABASE_OWNER_URL"]):
        print("Databasen bringes til nyeste version …", flush=True)
        migrate()
    collect_static()
    commands = get_commands()
    found: dict[str, Any] = {"commands": sorted(commands), "sign_ins": [], "citizens": []}
    if "demo" in commands:
        print("Demodata kontrolleres …", flush=True)
        call_command("demo", stdout=io.StringIO())
        answer = io.StringIO()
        call_command("demo", print_json=True, stdout=answer)
        found |= json.loads(answer.getvalue())
        with connected_to(os.environ["DATABASE_OWNER_URL"]), connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # thousands of rows at once are planned as if the tables were empty
    report.write_text(json.dumps(found, ensure_ascii=False))


def migrate() -> None:
    """Everything the connected owner must create."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


@contextmanager
def connected_to(url: str) -> Generator[None]:
    """Django's default connection to the same server as another role, maybe to another database."""
    usual = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD")}
    parts = urlsplit(url)
    connection.close()
    connection.settings_dict.update(
        NAME=unquote(parts.path.lstrip("/")),
        USER=unquote(parts.username or ""),
        PASSWORD=unquote(parts.password or ""),
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


def collect_static() -> None:
    """Collect the static files again only when one of them has changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            digest.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    print("Statiske filer samles …", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest())


if __name__ == "__main__":
    provision(Path(sys.argv[1]))
