"""Test databases: made and migrated once a run by the owner, cloned for each worker, used by the application's role."""

import os
from collections.abc import Generator, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql
from pytest_django import DjangoDbBlocker

from planner.embedded.database import grant_to, with_database
from planner.embedded.provision import connected_to, migrate
from tests.plugin import schema, servers


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Generator[None]:
    """This worker's database, cloned from the run's template; migrations run once, as the owner."""
    owner_url, app_url = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    template, name = f"test_planner_{servers.run_name()}", f"test_planner_{servers.run_name()}_{_worker()}"
    with django_db_blocker.unblock():
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
            if not owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
                _make_template(owner_url, template)
            owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
        os.environ["DATABASE_URL"] = with_database(app_url, name)
        os.environ["DATABASE_OWNER_URL"] = with_database(owner_url, name)
        _truncate_through(os.environ["DATABASE_OWNER_URL"])
    yield
    with django_db_blocker.unblock():
        connection.close()
    os.environ |= {"DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url}
    embedded = servers.embedded()  # only its superuser may end connections that a browser test left open
    with psycopg.connect(embedded.superuser_url if embedded else owner_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        if _worker() == "main":
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(template)))


@pytest.fixture(scope="session")
def owner_url(django_db_setup: None) -> str:
    """The address of this worker's test database as its owner."""
    return os.environ["DATABASE_OWNER_URL"]


@pytest.fixture
def owner_connection(owner_url: str) -> Generator[psycopg.Connection]:
    """A connection as the database's owner, outside the test's transaction, each statement committed at once."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        yield owner


@pytest.fixture(scope="session")
def valkey_url() -> str:
    """The address of the run's broker."""
    return os.environ["REDIS_URL"]


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def _make_template(owner_url: str, template: str) -> None:
    """A database migrated by the owner; under a draft name until it is whole."""
    draft, dump = f"{template}_draft", schema.dump_file()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(draft)))
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    with psycopg.connect(with_database(owner_url, draft), autocommit=True) as owner:
        owner.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        grant_to(owner, _role(os.environ["DATABASE_URL"]))
    if not (embedded := servers.embedded()):
        _migrate(with_database(owner_url, draft))
    elif not schema.restore(dump, with_database(embedded.superuser_url, draft), embedded.programs):
        _migrate(with_database(owner_url, draft))
        schema.keep(dump, with_database(embedded.superuser_url, draft), embedded.programs)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (draft, template))))


def _migrate(owner_url: str) -> None:
    with connected_to(owner_url):
        migrate()


def _truncate_through(owner_url: str) -> None:
    """The application's role may not TRUNCATE: the flush after a transactional test goes through the owner.

    Only tables that have had rows are emptied; asking their size is far quicker than emptying them all. It is set on
    the class: Playwright's event loop makes Django open another connection in the same thread.
    """

    def execute_sql_flush(_operations: object, sql_list: Sequence[str]) -> None:
        statements = " ".join(sql_list)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            used = owner.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                " AND pg_relation_size(oid) > 0"
            ).fetchall()
            tables = [sql.Identifier(name) for (name,) in used if f'"{name}"' in statements]
            if tables:
                owner.execute("SET lock_timeout = '20s'")
                truncate = sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE")
                owner.execute(truncate.format(sql.SQL(", ").join(tables)))

    operations: Any = type(connection.ops)
    operations.execute_sql_flush = execute_sql_flush


def _role(url: str) -> str:
    return unquote(urlsplit(url).username or "")
