"""A database given from outside: two roles, or a clear word about what to set."""

from pathlib import Path

import psycopg
import pytest

from planner.embedded.database import DatabaseNotReady, prepare, with_database, with_role
from planner.embedded.postgres import Postgres


@pytest.fixture(scope="module")
def administrator_url(postgres: Postgres) -> str:
    """A role that may create roles and databases, in a database of its own, as a hosting provider gives it."""
    with psycopg.connect(postgres.superuser_url, autocommit=True) as superuser:
        superuser.execute("CREATE ROLE hosted LOGIN PASSWORD 'hosted' CREATEROLE CREATEDB")
        superuser.execute("CREATE DATABASE hosted OWNER hosted")
    return with_database(with_role(postgres.superuser_url, "hosted", "hosted"), "hosted")


def test_an_administrator_gets_the_applications_role_made(administrator_url: str, tmp_path: Path) -> None:
    wanted = with_role(administrator_url, "hosted_app", "secret")
    assert prepare(administrator_url, keys=tmp_path, app_url=wanted) == wanted
    with psycopg.connect(administrator_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE note (words text)")
    with psycopg.connect(wanted, autocommit=True) as application:
        application.execute("INSERT INTO note VALUES ('skrevet af applikationen')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("DROP TABLE note")


def test_preparing_twice_changes_nothing(administrator_url: str, tmp_path: Path) -> None:
    wanted = with_role(administrator_url, "hosted_twice", "secret")
    assert prepare(administrator_url, keys=tmp_path, app_url=wanted) == wanted
    assert prepare(administrator_url, keys=tmp_path, app_url=wanted) == wanted


def test_a_role_that_may_create_nothing_is_told_what_to_set(
    postgres: Postgres, administrator_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(administrator_url, autocommit=True) as owner:
        owner.execute("CREATE ROLE modest LOGIN PASSWORD 'modest'")
    modest = with_role(administrator_url, "modest", "modest")
    unknown = with_role(administrator_url, "not_there", "secret")
    with pytest.raises(DatabaseNotReady, match=r"DATABASE_OWNER_URL(.|\n)*DATABASE_URL"):
        prepare(modest, keys=tmp_path, app_url=unknown)


@pytest.mark.requirement("GUARD-03")
def test_an_application_role_that_owns_the_database_is_refused(administrator_url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotReady, match="superbruger eller ejer"):
        prepare(administrator_url, keys=tmp_path, app_url=administrator_url)


@pytest.mark.requirement("GUARD-03")
def test_a_superuser_as_application_role_is_refused(postgres: Postgres, tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotReady, match="superbruger eller ejer"):
        prepare(postgres.owner_url, keys=tmp_path, app_url=postgres.superuser_url)


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotReady, match="svarer ikke") as refused:
        prepare("postgresql://owner:hemmelig@127.0.0.1:1/planner", keys=tmp_path)
    assert "hemmelig" not in str(refused.value)
