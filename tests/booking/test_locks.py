"""Locks: what waits for what, and how long."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction

from booking.services import locks
from booking.services.locks import Kind, lock
from planner.ui.refusal import Refusal

pytestmark = pytest.mark.django_db
ANNA, BIRK = uuid4(), uuid4()


@contextmanager
def held(kind: Kind, key: int, *, shared: bool = False) -> Iterator[None]:
    """Another connection holds this lock."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute(f"SELECT {function}(%s, %s)", [kind, key])
        yield


def own() -> list[tuple[int, int, str]]:
    """The advisory locks of this connection: kind, key, mode."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT classid::int, objid::int, mode FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid = pg_backend_pid() ORDER BY classid, objid"
        )
        return [(kind, key, mode) for kind, key, mode in cursor.fetchall()]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is cut to a tenth of a second."""
    monkeypatch.setattr(locks, "WAIT", "100ms")


@pytest.mark.requirement("CONC-03")
def test_every_key_is_held_until_the_end_of_the_transaction() -> None:
    citizens = [uuid4(), uuid4()]
    with transaction.atomic():
        lock(jobcentre_id=1, citizens=citizens, counsellors=[7, 3], rooms=[9], appointments=[ANNA])
        keys = sorted(citizen.int & 0x7FFFFFFF for citizen in citizens)
        assert own() == [
            (Kind.JOBCENTRE, 1, "ShareLock"),
            *((Kind.CITIZEN, key, "ExclusiveLock") for key in keys),
            (Kind.COUNSELLOR, 3, "ExclusiveLock"),
            (Kind.COUNSELLOR, 7, "ExclusiveLock"),
            (Kind.ROOM, 9, "ExclusiveLock"),
            (Kind.APPOINTMENT, ANNA.int & 0x7FFFFFFF, "ExclusiveLock"),
        ]


def test_a_large_plan_holds_the_job_centre_alone() -> None:
    lock(jobcentre_id=1, exclusive=True, citizens=[ANNA], counsellors=[3])
    assert own() == [(Kind.JOBCENTRE, 1, "ExclusiveLock")]


@pytest.mark.requirement("CONC-03")
def test_keys_are_taken_in_one_order_whatever_order_they_are_named_in(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[tuple[Kind, int]]] = []

    def take(_jobcentre: int, _exclusive: bool, keys: list[tuple[Kind, int]]) -> tuple[bool, None]:
        asked.append(keys)
        return True, None

    monkeypatch.setattr(locks, "_take", take)
    lock(jobcentre_id=1, rooms=[2, 1], counsellors=[5, 4, 5], appointments=[ANNA], citizens=[BIRK, ANNA])
    lock(jobcentre_id=1, citizens=[ANNA, BIRK], appointments=[ANNA], counsellors=[4, 5], rooms=[1, 2])
    assert asked[0] == asked[1] == sorted(asked[0])


@pytest.mark.requirement("CONC-01")
def test_who_waits_too_long_is_told_so_after_one_more_try(short: None) -> None:
    begun = monotonic()
    with held(Kind.COUNSELLOR, 3), pytest.raises(Refusal) as refused:
        lock(jobcentre_id=1, counsellors=[3])
    assert 0.2 <= monotonic() - begun < 2
    assert (refused.value.code, str(refused.value)) == (
        "busy",
        "Kalenderen er optaget lige nu. Prøv igen om lidt.",
    )


def test_a_try_that_failed_leaves_nothing_locked_and_the_transaction_usable(short: None) -> None:
    with held(Kind.ROOM, 3), pytest.raises(Refusal):
        lock(jobcentre_id=1, counsellors=[7], rooms=[3])
    assert own() == []
    lock(jobcentre_id=1, counsellors=[7], rooms=[3])
    assert len(own()) == 3


def test_bookings_of_one_job_centre_do_not_wait_for_each_other_but_for_a_large_plan(short: None) -> None:
    with held(Kind.JOBCENTRE, 1, shared=True):
        lock(jobcentre_id=1, counsellors=[3])
    with held(Kind.JOBCENTRE, 2):
        lock(jobcentre_id=1, counsellors=[4])
    with held(Kind.JOBCENTRE, 3), pytest.raises(Refusal):
        lock(jobcentre_id=3, counsellors=[3])
