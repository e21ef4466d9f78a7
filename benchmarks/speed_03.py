"""SPEED-03: the times of an offer, 50 counsellors × 8 weeks, 60 % booked, beside one SQL statement that finds the same.

Q, the statement: working hours less what is taken, as multiranges, and every quarter at which the whole block lies in
what is left. It knows no budgets, rooms, absences or citizens; ours does. V, a trivial JSON view, goes through
the same web server as the call of one counsellor's week. SYNC-15's limit is no ratio: the time that 95 % of the calls
for a team's four weeks keep.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.booked import Booked, booked, gather_statistics
from benchmarks.figures import ROUNDS, Figure, figure
from benchmarks.served import Served, served
from booking.models import OnlineOffer
from booking.queries.openings import Openings, openings_of_offer
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from planner.timeline.clock import midnight

COUNSELLORS = 50
MOST_STATEMENTS = 8
CALLS = 20
TEAM_WEEKS, TEAM_CALLS = 4, 200
Q = """
WITH hours AS (
    SELECT schedule.counsellor_id, day::date AS day,
           range_agg(tstzrange((day::date + works."start") AT TIME ZONE 'Europe/Copenhagen',
                               (day::date + works."end") AT TIME ZONE 'Europe/Copenhagen')) AS works
    FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') day
    JOIN admin_module_workinghours works ON works.weekday = extract(isodow FROM day) - 1
    JOIN admin_module_schedule schedule ON schedule.id = works.schedule_id
    WHERE schedule.counsellor_id = ANY(%(counsellors)s)
    GROUP BY 1, 2
), taken AS (
    SELECT counsellor_id, day, range_agg(during) AS busy FROM booking_claim
    WHERE counsellor_id = ANY(%(counsellors)s) AND day BETWEEN %(first)s AND %(last)s GROUP BY 1, 2
), free AS (
    SELECT hours.counsellor_id, works, works - coalesce(busy, '{}'::tstzmultirange) AS free
    FROM hours LEFT JOIN taken USING (counsellor_id, day)
)
SELECT at, array_agg(counsellor_id ORDER BY counsellor_id)
FROM free, generate_series(lower(works), upper(works) - interval '1 hour', interval '15 minutes') at
WHERE free @> tstzrange(at, at + interval '1 hour')
GROUP BY at ORDER BY at
"""


def measure() -> list[Figure]:
    """Wall-clock time, for the work of Q is the database's; in turns."""
    world = booked(COUNSELLORS)
    gather_statistics()
    with acting_for(world.jobcentre.pk, source="bench"):
        [citizen] = world.citizens(1)
        everybody, one = world.offer(*world.counsellors), world.offer(world.counsellors[0])
        settings, now = Settings.objects.get(), timezone.now()
        ours = partial(
            openings_of_offer, everybody, citizen, first=world.first, last=world.last, settings=settings, now=now
        )
        floor = partial(_floor, world)
        _agree(ours(), floor())
        case = f"{COUNSELLORS} counsellors × 8 weeks"
        found = [
            figure("SPEED-03", case, _beside(ours, floor), "Q", 1),
            Figure("SPEED-03", f"statements, {COUNSELLORS}", _statements(ours), "", MOST_STATEMENTS),
        ]
        cpr = decrypt(citizen.numbers.get().encrypted)
    with served() as server:
        week = partial(_asked, server, world, one, cpr, 1)
        found.append(figure("SPEED-03", "1 counsellor × 1 week", _beside_trivial(server, week), "V", 12))
        month = sorted(
            _wall(partial(_asked, server, world, everybody, cpr, TEAM_WEEKS)) * 1000 for _ in range(TEAM_CALLS)
        )
        case = f"{COUNSELLORS} counsellors × {TEAM_WEEKS} weeks, 95 % of calls"
        found.append(Figure("SYNC-15", case, month[TEAM_CALLS * 95 // 100], "ms", 50, (month[0], month[-1])))
    return found


def _floor(world: Booked) -> list[Any]:
    counsellors = [one.pk for one in world.counsellors]
    with connection.cursor() as cursor:
        cursor.execute(Q, {"first": world.first, "last": world.last, "counsellors": counsellors})
        return list(cursor.fetchall())


def _agree(ours: Openings, floor: list[tuple[datetime, list[int]]]) -> None:
    """Both find the same; what lies on a public holiday only Q finds."""
    found = [(one.start_at, sorted(one.counsellor_ids)) for one in ours.starts]
    days = {one.day for one in ours.starts}
    if found != [(at, ids) for at, ids in floor if timezone.localdate(at) in days]:
        raise AssertionError("the statement and the openings differ")


def _beside(work: Callable[[], object], floor: Callable[[], object]) -> list[float]:
    found, before = [], _wall(floor)
    for _ in range(ROUNDS):
        taken, after = _wall(work), _wall(floor)
        found.append(taken / ((before + after) / 2))
        before = after
    return found


def _wall(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        work()
    return len(found)


def _asked(server: Served, world: Booked, offer: OnlineOffer, cpr: str, weeks: int) -> None:
    """The offer's times of so many weeks, through the web server."""
    first = world.first.toordinal()
    body = {"intervalStart": midnight(first).isoformat(), "intervalSlut": midnight(first + 7 * weeks).isoformat()}
    answer = server.jobnet("POST", f"/Moedetilbud/{offer.pk}/Moedetider", cpr, body)
    if not answer["bookingTimeslotCollection"]["bookingTimeslot"]:
        raise AssertionError("no times were shown")


def _beside_trivial(server: Served, ask: Callable[[], object]) -> list[float]:
    return _beside(partial(_repeated, ask), partial(_repeated, server.trivial))


def _repeated(call: Callable[[], object]) -> None:
    for _ in range(CALLS):
        call()


if __name__ == "__main__":
    sys.stdout.writelines(f"{one.line}\n" for one in measure())
