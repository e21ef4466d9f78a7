"""Many at once on real PostgreSQL: each task in a thread of its own, with its own connection and transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, BrokenBarrierError
from typing import TypeVar

import psycopg
from django.db import connection

from admin_module.models import Counsellor, Details
from booking.models import Citizen, PlacedBy
from booking.services.placing import Kept, Meeting, prepare
from planner.accounts.tenancy import acting_for
from planner.ui.refusal import Refusal
from tests.booking.stories import meeting
from tests.factories import MONDAY, NOW, World, make_citizen

T = TypeVar("T")
AT_ONCE = 16


def at_once(world: World, tasks: Sequence[Callable[[], T]], width: int = AT_ONCE) -> list[T | Exception]:
    """Run all, as many at a time as there are threads, and give what came of each in the order asked."""
    start = Barrier(min(width, len(tasks)))

    def run(task: Callable[[], T]) -> T | Exception:
        try:
            start.wait(timeout=1)
        except BrokenBarrierError:
            pass
        try:
            with acting_for(world.jobcentre.pk, actor=world.bo.pk, source="test"):
                return task()
        except Exception as error:  # noqa: BLE001 - what came of it is what is tested
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(width) as threads:
        return list(threads.map(run, tasks))


def crowd(world: World, count: int) -> list[Citizen]:
    with acting_for(world.jobcentre.pk, source="test"):
        return [make_citizen(world.jobcentre) for _ in range(count)]


def booking(
    world: World,
    details: Details,
    citizen: Citizen,
    *counsellors: Counsellor,
    clock: str,
    day: date = MONDAY,
    placed_by: PlacedBy = PlacedBy.CITIZEN,
) -> Callable[[], Kept]:
    return keeping(world, details, [meeting(citizen, *counsellors, clock=clock, day=day)], placed_by)


def keeping(world: World, details: Details, meetings: Sequence[Meeting], placed_by: PlacedBy) -> Callable[[], Kept]:
    return lambda: prepare(
        jobcentre_id=world.jobcentre.pk, details=details, meetings=meetings, placed_by=placed_by, by=world.bo, now=NOW
    )


def patient(task: Callable[[], T]) -> Callable[[], T]:
    """Who is told that the calendar is busy asks again, as they are asked to; three times."""

    def ask(left: int = 3) -> T:
        try:
            return task()
        except Refusal as refusal:
            if refusal.code != "busy" or not left:
                raise
            return ask(left - 1)

    return ask


def kept(outcomes: Iterable[Kept | Exception]) -> int:
    """How many summonses were kept in all."""
    return sum(len(outcome.summonses) for outcome in outcomes if isinstance(outcome, Kept))


def faults(outcomes: Iterable[object]) -> list[Exception]:
    """What went wrong: neither done nor refused."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception) and not isinstance(outcome, Refusal)]


def refused(outcomes: Iterable[object]) -> set[str]:
    """Why some were not done."""
    of_services = {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)}
    return of_services | {why.code for one in outcomes if isinstance(one, Kept) for why in one.refusals}


OVERLAPS = """
SELECT count(*) FROM booking_claim one JOIN booking_claim other ON one.id < other.id AND one.during && other.during
  AND (one.counsellor_id = other.counsellor_id OR one.room_id = other.room_id OR one.citizen_id = other.citizen_id)
"""


def overlaps(world: World) -> int:
    """How many pairs of claims lie over each other."""
    with acting_for(world.jobcentre.pk, source="test"), connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return int(cursor.fetchone()[0])


EXCLUSIONS = ("counsellor_in_one_place", "room_in_one_use", "citizen_in_one_place")


def definitions(owner: psycopg.Connection) -> dict[str, str]:
    rows = owner.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ANY(%s)", [list(EXCLUSIONS)]
    )
    return {name: definition for name, definition in rows}  # noqa: C416
