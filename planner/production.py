"""The door of the server image: `python -m planner.production COMMAND…` becomes the command if the secrets are real.

`COMMAND` may be `prepare`: make the application's role and grants, migrate as the owner, and end.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from planner.embedded.database import DatabaseNotReady, prepare

_LEAST_CHARACTERS = 32
_LOCK_TIMEOUT = "2s"
_TRIES = 20
_PAUSE_SECONDS = 3
_KEYS = ("PLANNER_SECRET_KEY", "PLANNER_CPR_KEY")
_ADDRESSES = ("DATABASE_URL", "REDIS_URL")
_WELL_KNOWN = ("demo", "test", "eksempel", "example", "change", "skift", "secret", "hemmelig", "password", "planner")


def faults(environment: Mapping[str, str]) -> list[str]:
    """Why this environment must not serve real citizens; empty when it may."""
    lines = []
    if environment.get("PLANNER_EMBEDDED", "0") not in {"", "0", "false"}:
        lines.append("PLANNER_EMBEDDED is for `make run` only")
    if environment.get("MINSIDE_TEST_SIGN_IN", "0") not in {"", "0", "false"}:
        lines.append("MINSIDE_TEST_SIGN_IN lets anybody in as any citizen: it is for `make run` only")
    for name in _KEYS:
        value = environment.get(name, "")
        if len(value) < _LEAST_CHARACTERS or len(set(value)) < _LEAST_CHARACTERS // 3 or _well_known(value):
            lines.append(f"{name} must be at least {_LEAST_CHARACTERS} random characters (openssl rand -base64 48)")
    if environment.get("PLANNER_SECRET_KEY") == environment.get("PLANNER_CPR_KEY"):
        lines.append("PLANNER_SECRET_KEY and PLANNER_CPR_KEY must differ")
    for name in _ADDRESSES:
        parts = urlsplit(environment.get(name, ""))
        password = unquote(parts.password or "")
        if not parts.hostname or len(password) < 12 or password == parts.username or _well_known(password):
            lines.append(f"{name} must hold a host and a password of at least 12 characters (openssl rand -hex 24)")
    if not environment.get("PLANNER_ALLOWED_HOSTS"):
        lines.append("PLANNER_ALLOWED_HOSTS must name the host that people type")
    return lines


def prepare_and_migrate(environment: Mapping[str, str]) -> None:
    """Roles and grants, then migrations as the owner."""
    owner = environment.get("DATABASE_OWNER_URL", "")
    if not owner:
        sys.exit("DATABASE_OWNER_URL must name the role that owns the database")
    try:
        prepare(owner, keys=Path(environment.get("PLANNER_DATA", "/tmp")) / "keys", app_url=environment["DATABASE_URL"])  # noqa: S108
    except DatabaseNotReady as trouble:
        sys.exit(str(trouble))
    as_owner = {**environment, "DATABASE_URL": owner, "PGOPTIONS": f"-c lock_timeout={_LOCK_TIMEOUT}"}
    for command in (["migrate", "--no-input"], ["createcachetable"]):
        _run_under_load([sys.executable, "manage.py", *command], as_owner)


def _run_under_load(command: list[str], environment: Mapping[str, str]) -> None:
    """A migration that meets a long transaction gives way, lest everybody queue behind it, and tries again (RUN-05)."""
    for _ in range(_TRIES):
        outcome = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603
        sys.stderr.write(outcome.stderr)
        if outcome.returncode == 0:
            return
        if "lock timeout" not in outcome.stderr:
            break
        time.sleep(_PAUSE_SECONDS)
    sys.exit(1)


def _well_known(secret: str) -> bool:
    return secret.lower().startswith(_WELL_KNOWN)


def main(arguments: list[str]) -> None:
    """Refuse, or become the command."""
    if lines := faults(os.environ):
        sys.exit("Planner refuses to start:\n" + "\n".join(f"- {line}" for line in lines))
    if shared := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(shared).mkdir(parents=True, exist_ok=True)
    if arguments == ["prepare"]:
        prepare_and_migrate(os.environ)
    else:
        os.execvp(arguments[0], arguments)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
