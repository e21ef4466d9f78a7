"""The embedded PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from planner.embedded.database import with_database
from planner.embedded.postgres import Postgres


@pytest.fixture
def closed_folder() -> Generator[Path]:
    """A data folder that nobody but its owner can enter, as one below /root."""
    folder = Path(tempfile.mkdtemp(prefix="planner-closed-"))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.requirement("GUARD-03")
@pytest.mark.parametrize("url", ["owner_url", "app_url"])
def test_neither_role_is_superuser_or_passes_row_level_security(postgres: Postgres, url: str) -> None:
    with psycopg.connect(getattr(postgres, url)) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert rights == (False, False, False)


def test_the_application_reads_and_writes_what_the_owner_makes_but_makes_nothing(postgres: Postgres) -> None:
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE note (id bigint GENERATED ALWAYS AS IDENTITY, words text)")
    with psycopg.connect(postgres.app_url, autocommit=True) as application:
        application.execute("INSERT INTO note (words) VALUES ('husk nøglen')")
        assert application.execute("SELECT id, words FROM note").fetchall() == [(1, "husk nøglen")]
        for forbidden in (
            "CREATE TABLE other (id int)",
            "TRUNCATE note",
            "DROP TABLE note",
            "ALTER TABLE note ADD x int",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(forbidden)


def test_a_new_database_has_btree_gist_for_the_exclusion_constraints(postgres: Postgres) -> None:
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute("CREATE DATABASE another")
    with psycopg.connect(with_database(postgres.owner_url, "another"), autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE claim (who bigint, during tstzrange, EXCLUDE USING gist (who WITH =, during WITH &&))"
        )
        owner.execute("INSERT INTO claim VALUES (1, '[2026-11-23 09:00+01, 2026-11-23 10:00+01)')")
        with pytest.raises(psycopg.errors.ExclusionViolation):
            owner.execute("INSERT INTO claim VALUES (1, '[2026-11-23 09:30+01, 2026-11-23 10:30+01)')")


def test_a_wrong_password_is_refused(postgres: Postgres) -> None:
    wrong = postgres.app_url.replace("planner_app:", "planner_app:x", 1)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_what_was_written_is_there_after_a_stop_and_a_start(postgres: Postgres) -> None:
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (words text)")
        owner.execute("INSERT INTO kept VALUES ('stadig her')")
    postgres.stop()
    assert postgres.child.pid is None
    postgres.start()
    with psycopg.connect(postgres.app_url) as application:
        assert application.execute("SELECT words FROM kept").fetchone() == ("stadig her",)


def test_personal_numbers_in_failing_statements_stay_out_of_the_log(postgres: Postgres) -> None:
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE citizen (number text UNIQUE)")
        owner.execute("INSERT INTO citizen VALUES ('0101904444')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO citizen VALUES ('0101904444')")
    written = postgres.child.log.read_text()
    assert "duplicate key value" in written
    assert "0101904444" not in written


def test_a_data_folder_closed_to_others_works_for_root_too(closed_folder: Path) -> None:
    server = Postgres(closed_folder, durable=False)
    server.start()
    try:
        with psycopg.connect(server.app_url) as application:
            assert application.execute("SELECT current_user").fetchone() == ("planner_app",)
        outside = not server.cluster.is_relative_to(closed_folder)
        assert outside == (os.geteuid() == 0)
        assert Postgres(closed_folder).cluster == server.cluster
    finally:
        server.stop()
        shutil.rmtree(server.cluster)
