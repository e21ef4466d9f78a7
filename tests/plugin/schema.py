"""The migrated schema as a dump, kept in the environment until a migration, or what one imports, changes.

Migrating takes longer than most tests; reading the dump back takes a second. Only for the embedded server, whose
superuser may read and write past row-level security.
"""

import ast
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from django.apps import apps
from django.conf import settings

_KEPT = Path(sys.prefix) / "planner-schema"
_NEWEST = 8


def restore(dump: Path, superuser_url: str, programs: Path) -> bool:
    """Read the kept dump into the empty database; False where there is none for these migrations."""
    if not dump.exists():
        return False
    command: list[str | Path] = [
        programs / "psql",
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-o",
        os.devnull,
        "-f",
        dump,
        superuser_url,
    ]
    subprocess.run(command, check=True)
    return True


def keep(dump: Path, superuser_url: str, programs: Path) -> None:
    """Dump the migrated database for the next run, and forget the oldest dumps."""
    _KEPT.mkdir(exist_ok=True)
    draft = dump.with_suffix(f".{os.getpid()}")
    subprocess.run([programs / "pg_dump", "-f", draft, superuser_url], check=True)
    draft.rename(dump)
    for old in sorted(_KEPT.glob("*.sql"), key=lambda file: file.stat().st_mtime)[:-_NEWEST]:
        old.unlink(missing_ok=True)


def dump_file() -> Path:
    """Where the dump of the migrations as they are now lies; asked before they run, for they may change meanwhile."""
    digest = hashlib.sha256(f"{settings.DATABASES['default']['USER']} {_versions()}".encode())
    for file in sorted(_sources()):
        digest.update(str(file.relative_to(settings.ROOT)).encode() + file.read_bytes())
    return _KEPT / f"{digest.hexdigest()[:32]}.sql"


def _versions() -> str:
    return " ".join(sorted(f"{package.name} {package.version}" for package in distributions()))


def _sources() -> set[Path]:
    """The project's migrations and every module of the project that they import, directly or not."""
    found: set[Path] = {settings.ROOT / "planner" / "settings.py"}
    waiting: list[Path] = []
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.is_relative_to(settings.ROOT) and not folder.is_relative_to(sys.prefix):
            waiting += folder.glob("migrations/*.py")
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += _imported(file)
    return found


def _imported(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            stem = settings.ROOT.joinpath(*name.split("."))
            yield from (path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.exists())
