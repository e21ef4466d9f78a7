"""The two roles of Planner's database: the owner migrates, the application's role owns nothing.

`prepare` makes both true for a database given from outside; the embedded server uses the same grants.
"""

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from planner.embedded.passwords import kept_password

APP_ROLE = "planner_app"
OWNER_ROLE = "planner_owner"

_BOTH_ADDRESSES = (
    "Sæt DATABASE_OWNER_URL til rollen, der ejer databasen (den migrerer), og DATABASE_URL til en rolle, der hverken "
    "ejer noget eller er superbruger.\n"
    "(Set DATABASE_OWNER_URL to the role that owns the database, and DATABASE_URL to a role that owns nothing.)"
)


class DatabaseNotReady(Exception):
    """The database given from outside cannot be used as it is; the text says what to set."""


def prepare(owner_url: str, *, keys: Path, app_url: str | None = None) -> str:
    """Make the application's role and its grants where allowed; the address the application is to use."""
    try:
        with psycopg.connect(owner_url, autocommit=True, connect_timeout=10) as owner:
            wanted = app_url or with_role(owner_url, APP_ROLE, kept_password(keys, APP_ROLE))
            role, password = _role_of(wanted)
            if not _exists(owner, role):
                _create_login(owner, role, password)
            _refuse_powerful(owner, role)
            owner.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            grant_to(owner, role)
        psycopg.connect(wanted, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise DatabaseNotReady(f"Databasen svarer ikke på den angivne adresse: {error}\n{_BOTH_ADDRESSES}") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseNotReady(
            f"Databasens rolle må ikke oprette det, Planner mangler: {error}\n{_BOTH_ADDRESSES}"
        ) from error
    return wanted


def grant_to(owner: psycopg.Connection, role: str) -> None:
    """Whatever the connected owner creates in `public` from now on, `role` may read and write."""
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    ):
        owner.execute(sql.SQL(statement).format(role=sql.Identifier(role)))


def with_role(url: str, role: str, password: str) -> str:
    """The same database, signed in as another role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role, safe='')}:{quote(password, safe='')}@{place}"))


def with_database(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name, safe='')}"))


def _role_of(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return unquote(parts.username or ""), unquote(parts.password or "")


def _exists(owner: psycopg.Connection, role: str) -> bool:
    return owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def _create_login(owner: psycopg.Connection, role: str, password: str) -> None:
    statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
    owner.execute(statement.format(sql.Identifier(role), sql.Literal(password)))


def _refuse_powerful(owner: psycopg.Connection, role: str) -> None:
    row = owner.execute(
        """
        SELECT rolsuper OR rolbypassrls
            OR EXISTS (SELECT 1 FROM pg_database WHERE datname = current_database()
                AND pg_has_role(r.oid, datdba, 'MEMBER'))
            OR EXISTS (SELECT 1 FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                AND pg_has_role(r.oid, relowner, 'MEMBER'))
        FROM pg_roles r WHERE rolname = %s
        """,
        [role],
    ).fetchone()
    if row is None or row[0]:
        raise DatabaseNotReady(
            f"Rollen «{role}» er superbruger eller ejer databasen, så rækkesikkerheden ikke gælder.\n{_BOTH_ADDRESSES}"
        )
