"""The servers of one test run. xdist's workers inherit the environment and so the same servers."""

import os
import secrets
import shutil
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from planner import translations
from planner.embedded.database import prepare
from planner.embedded.postgres import Postgres
from planner.embedded.valkey import Valkey

_RUN = "PLANNER_TEST_RUN"
_SUPERUSER = "PLANNER_TEST_SUPERUSER_URL"
_PROGRAMS = "PLANNER_TEST_PROGRAMS"
_started: list[Postgres | Valkey] = []
_folders: list[Path] = []


def run_name() -> str:
    """Names this run's databases apart from those of another run on the same server."""
    return os.environ[_RUN]


@dataclass(frozen=True)
class Embedded:
    """What only our own server has: a superuser, and programs of the same version."""

    superuser_url: str
    programs: Path


def embedded() -> Embedded | None:
    """The run's embedded PostgreSQL; None where DATABASE_URL names another."""
    return Embedded(os.environ[_SUPERUSER], Path(os.environ[_PROGRAMS])) if _SUPERUSER in os.environ else None


def start() -> None:
    """Start what DATABASE_URL and REDIS_URL do not give, and set the environment; a worker of xdist finds it set."""
    if _RUN in os.environ:
        _own_queues()
        return
    os.environ[_RUN] = secrets.token_hex(3)
    translations.compile_all()
    folder = Path(tempfile.mkdtemp(prefix="planner-test-"))
    folder.chmod(0o711)
    _folders.append(folder)
    _database(folder)
    _broker(folder)
    os.environ["PLANNER_DATA"] = str(folder / "planner")
    os.environ.setdefault("PLANNER_SECRET_KEY", secrets.token_urlsafe(48))
    os.environ.setdefault("PLANNER_CPR_KEY", b64encode(secrets.token_bytes(32)).decode())
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def stop() -> None:
    """Stop what this very process started."""
    while _started:
        _started.pop().stop()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)
        for name in (_RUN, _SUPERUSER, _PROGRAMS):
            os.environ.pop(name, None)


def _database(folder: Path) -> None:
    owner_url, app_url = os.environ.get("DATABASE_OWNER_URL"), os.environ.get("DATABASE_URL")
    if app_url and owner_url:
        prepare(owner_url, keys=folder / "keys", app_url=app_url)
    elif app_url:
        owner_url, app_url = app_url, prepare(app_url, keys=folder / "keys")
    else:
        postgres = Postgres(folder, durable=False)
        postgres.start()
        _started.append(postgres)
        os.environ |= {_SUPERUSER: postgres.superuser_url, _PROGRAMS: str(postgres.programs)}
        owner_url, app_url = postgres.owner_url, postgres.app_url
    os.environ |= {"DATABASE_OWNER_URL": owner_url, "DATABASE_URL": app_url}


def _own_queues() -> None:
    """A database of the broker for each worker: another's tests put messages into the same queues."""
    address = urlsplit(os.environ["REDIS_URL"])
    number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 15
    os.environ["REDIS_URL"] = address._replace(path=f"/{number}").geturl()


def _broker(folder: Path) -> None:
    if "REDIS_URL" not in os.environ:
        valkey = Valkey(folder, durable=False)
        valkey.start()
        _started.append(valkey)
        os.environ["REDIS_URL"] = valkey.url
