"""SPEED-02: a run from click to kept plan: read, plan, look again under the lock, write; floor I.

Needs a migrated database, to which it adds a job centre, and the owner's address (DATABASE_OWNER_URL) for the floor's
table and for the statistics that autovacuum gathers in daily life.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import chain
from statistics import median
from time import perf_counter

import psycopg
from django.utils import timezone

from admin_module.models import Counsellor, Team
from benchmarks.figures import ROUNDS, Figure, figure
from booking.models import PlacedBy, Summons
from booking.services.placing import Meeting, Seat, prepare
from planner.accounts.models import Jobcentre, User
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for
from planner.timeline.clock import midnight
from summons.models import Run
from summons.services import planning
from tests import factories
from tests.factories import MONDAY

CITIZENS, COUNSELLORS, DAYS = 1_000, 50, 60
ROWS = 1_000
LIMIT, VISIBLE = 25.0, 1.0
EARLIER = 6
"""Conversations a counsellor has already in each of the first three weeks' days."""

FLOOR = """
CREATE TABLE bare_claim (counsellor_id bigint, during tstzrange NOT NULL, firm boolean NOT NULL,
    EXCLUDE USING gist (counsellor_id WITH =, during WITH &&) WHERE (firm AND counsellor_id IS NOT NULL))
"""
BARE_ROW = "(%s, tstzrange(%s, %s), true)"


def measure() -> list[Figure]:
    world = _World()
    with _floor() as bare:
        planned = _beside(world.click_to_kept_plan, bare, world.take_back)
    size = f"{CITIZENS}/{COUNSELLORS}"
    return [
        figure("SPEED-02", f"{size} click to kept plan", planned, "I", LIMIT),
        figure("SPEED-02", f"{size} progress visible", world.until_visible, "s", VISIBLE),
    ]


class _World:
    """A job centre of 50 counsellors with a calendar half full, and a run of 1,000 citizens looked up today."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.first = _monday(self.now.date())
        self.until_visible: list[float] = []
        self.jobcentre: Jobcentre = factories.make_jobcentre("Jobcenter Hastig", "77702")
        self.user: User = factories.make_user(self.jobcentre, "hastig", Role.CASEWORKER)
        with self.acting():
            factories.make_types()
            self.team: Team = factories.make_team(self.jobcentre, "Team Hastig")
            self.counsellors = [self._counsellor(number) for number in range(COUNSELLORS)]
            self._book_half()
            self.run = self._run()
        _gather_statistics()

    @contextmanager
    def acting(self) -> Iterator[None]:
        with acting_for(self.jobcentre.pk, actor=self.user.pk, source="benchmark"):
            yield

    def click_to_kept_plan(self) -> None:
        begun = perf_counter()
        with self.acting():
            job = planning.start(run_id=self.run.pk, by=self.user.pk, now=self.now)
        self.until_visible.append(perf_counter() - begun)
        assert job is not None  # noqa: S101 - else nothing is measured
        planning.work(self.jobcentre.pk, self.run.pk, job, clock=lambda: self.now)

    def take_back(self) -> None:
        """As before the click; and what was measured was the whole."""
        with self.acting():
            kept = Summons.objects.filter(run_lines__run=self.run).count()
            assert kept == CITIZENS, kept  # noqa: S101 - a smaller plan is quicker
            planning.take_back(run_id=self.run.pk, now=self.now)

    def _counsellor(self, number: int) -> Counsellor:
        return factories.make_counsellor(self.team, f"Vera {chr(97 + number % 26)}{number}", automatic_share=90)

    def _book_half(self) -> None:
        days = [self.first + timedelta(days=day) for day in range(DAYS) if day % 7 < 5]
        citizens = [factories.make_citizen(self.jobcentre) for _ in range(ROWS)]
        details = factories.make_run(self.user, self.team, *self.counsellors, type_id=9, name="Tidligere")
        times = [(day, 96 + 12 * turn, one.pk) for day in days for turn in range(EARLIER) for one in self.counsellors]
        prepare(
            jobcentre_id=self.jobcentre.pk,
            details=details,
            meetings=[
                Meeting(day, tick, (counsellor,), None, (Seat(citizen.pk),))
                for citizen, (day, tick, counsellor) in zip(citizens, times, strict=False)
            ],
            placed_by=PlacedBy.STAFF,
            by=self.user,
            now=self.now,
        )

    def _run(self) -> Run:
        run = factories.make_run(
            self.user, self.team, *self.counsellors, earliest_on=self.first, name="Hastig", now=self.now
        )
        for number in range(CITIZENS):
            citizen = factories.make_citizen(self.jobcentre)
            factories.add_line(run, citizen, deadline=self.first + timedelta(days=5 + number % 30))
        return run


@contextmanager
def _floor() -> Iterator[Callable[[], float]]:
    """I: 1,000 bare rows in one transaction into a table with the same exclusion constraint (21 ms when specified)."""
    starts = [midnight(MONDAY.toordinal() + row // COUNSELLORS) for row in range(ROWS)]
    statement = f"INSERT INTO bare_claim VALUES {', '.join([BARE_ROW] * ROWS)}"  # noqa: S608 - our own words
    values = [(row % COUNSELLORS, start, start + timedelta(minutes=45)) for row, start in enumerate(starts)]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("DROP TABLE IF EXISTS bare_claim")
        owner.execute(FLOOR)

        def bare() -> float:
            owner.execute("TRUNCATE bare_claim")
            with psycopg.ClientCursor(owner) as client:
                return _seconds(lambda: client.execute(statement, list(chain.from_iterable(values))))

        yield bare
        owner.execute("DROP TABLE bare_claim")


def _beside(work: Callable[[], None], bare: Callable[[], float], undo: Callable[[], None]) -> list[float]:
    """Each round between two runs of the floor; one round first that does not count."""
    found = []
    for _ in range(ROUNDS + 1):
        before = bare()
        taken = _seconds(work)
        found.append(taken / median([before, bare()]))
        undo()
    return found[1:]


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _monday(today: date) -> date:
    """The Monday after next."""
    return today + timedelta(days=14 - today.weekday())


def _gather_statistics() -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")


if __name__ == "__main__":
    for one in measure():
        sys.stdout.write(f"{one.line}\n")
