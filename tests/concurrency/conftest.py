"""Nordby with real commits, a pause between looking and writing, and the protections that can be taken away."""

from __future__ import annotations

from collections.abc import Iterator
from time import sleep

import psycopg
import pytest
from psycopg import sql

from booking.services import locks
from booking.services.entries import Entries
from tests import factories
from tests.concurrency.crowd import definitions
from tests.factories import World


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Nordby, committed. Everybody thinks for a moment between looking and writing, so that races are real races."""
    write = Entries.write

    def think_then_write(entries: Entries) -> None:
        sleep(0.01)
        write(entries)

    monkeypatch.setattr(Entries, "write", think_then_write)
    return factories.make_nordby()


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The protection taken away (±): nobody locks anything."""
    monkeypatch.setattr(locks, "lock", lambda **_keys: None)


@pytest.fixture
def slow_rows(owner_connection: psycopg.Connection) -> Iterator[None]:
    """Each claim takes five milliseconds to write, so that long plans overlap while they are being written."""
    owner_connection.execute(
        "CREATE FUNCTION think() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(0.005); RETURN new; END $$"
    )
    owner_connection.execute(
        "CREATE TRIGGER think BEFORE INSERT ON booking_claim FOR EACH ROW EXECUTE FUNCTION think()"
    )
    yield
    owner_connection.execute("DROP FUNCTION think() CASCADE")


@pytest.fixture
def without_constraints(owner_connection: psycopg.Connection) -> Iterator[None]:
    """The protection taken away (±): the database allows overlaps. Put back when the tables are empty again."""
    found = definitions(owner_connection)
    drop = sql.SQL("ALTER TABLE booking_claim DROP CONSTRAINT {}")
    for name in found:
        owner_connection.execute(drop.format(sql.Identifier(name)))
    yield
    owner_connection.execute("TRUNCATE booking_claim")
    for name, definition in found.items():
        add = sql.SQL("ALTER TABLE booking_claim ADD CONSTRAINT {} {}")
        owner_connection.execute(add.format(sql.Identifier(name), sql.SQL(definition)))
