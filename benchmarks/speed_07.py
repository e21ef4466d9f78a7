"""SPEED-07: self-bookings a second through HTTP, 8 clients, beside B, a bare view with one insert; 50 at once; bursts.

Both go through the same web server. Ours is method 5 of BorgerBookingService, with all rules, audit and Systemlog.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle
from statistics import median
from threading import Barrier
from time import perf_counter
from uuid import uuid4

import psycopg
from django.db import connection

from benchmarks.bare import TABLE
from benchmarks.booked import Booked, booked, gather_statistics
from benchmarks.figures import Figure, figure
from benchmarks.served import Refused, Served, served
from booking.models import OnlineOffer
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from planner.timeline.clock import instant_at

Time = tuple[int, int, int]
"""A counsellor's id, a day and a minute of it."""
CLIENTS, ROUNDS, EACH = 8, 5, 40
AT_ONCE = 50
BURSTS, WIDE = 1_000, 8
COUNSELLORS = 50
STEPS = (0, 15, 30, 45)
DOUBLES = """
SELECT count(*) FROM booking_claim one JOIN booking_claim other ON one.id < other.id AND one.during && other.during
   AND (one.counsellor_id = other.counsellor_id OR one.citizen_id = other.citizen_id)
"""


def _hours(world: Booked) -> Iterator[Time]:
    """Times to be booked, each once."""
    days = [world.first.toordinal() + week * 7 + day for week in range(7) for day in range(5)]
    return ((one.pk, day, hour * 60) for day in days for hour in range(8, 15) for one in world.counsellors)


def measure() -> list[Figure]:
    """Bookings of times that are free, so that every one can succeed; a first round is not counted."""
    world = booked(COUNSELLORS, full=False)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(TABLE)
    with acting_for(world.jobcentre.pk, source="bench"):
        offer = world.offer(*world.counsellors)
        citizens = world.citizens(CLIENTS * EACH * (1 + ROUNDS) + AT_ONCE + WIDE)
        cprs = [decrypt(one.numbers.get().encrypted) for one in citizens]
    with served() as server:
        book = Booking(server, offer, {one.pk: one.employee_id for one in world.counsellors})
        times, people = _hours(world), iter(cprs)
        _rate(book, server, times, people)
        gather_statistics()  # of tables that hold something, as those of a job centre at work
        rates = [_rate(book, server, times, people) for _ in range(ROUNDS)]
        slowest = _at_once(book, [next(people) for _ in range(AT_ONCE)], next(times))
        faults = _bursts(book, [next(people) for _ in range(WIDE)], world)
    with acting_for(world.jobcentre.pk, source="bench"), connection.cursor() as cursor:
        cursor.execute(DOUBLES)
        doubles = cursor.fetchone()[0]
    return [
        figure("SPEED-07", f"{CLIENTS} clients, B's rate over ours", rates, "×", 2),
        Figure("SPEED-07", f"slowest of {AT_ONCE} at once over their median", slowest, "×", 10),
        Figure("SPEED-07", f"{BURSTS} bursts: neither booked nor told", faults, "", 0),
        Figure("SPEED-07", f"{BURSTS} bursts: doubles", doubles, "", 0),
    ]


@dataclass(frozen=True)
class Booking:
    """Method 5 and 8, as DFDG calls them."""

    server: Served
    offer: OnlineOffer
    employees: dict[int, str]

    def of(self, server: Served, cpr: str, time: Time) -> str:
        counsellor, day, minute = time
        body = {
            "moedetilbudId": str(self.offer.pk),
            "starttidspunkt": instant_at(day, minute).isoformat(),
            "sagsbehandlerId": self.employees[counsellor],
            "samtaleformType": 1,
        }
        booking_id = str(uuid4())
        server.jobnet("POST", f"/Booking/{booking_id}", cpr, body)
        return booking_id

    def cancel(self, server: Served, cpr: str, booking_id: str) -> None:
        server.jobnet("POST", f"/Booking/{booking_id}/action/aflys", cpr, {})


def _rate(book: Booking, server: Served, times: Iterator[Time], people: Iterator[str]) -> float:
    """How many bare bookings are made while one of ours is."""
    wanted = [(next(people), next(times)) for _ in range(CLIENTS * EACH)]
    own = _seconds(server, [partial(book.of, cpr=cpr, time=time) for cpr, time in wanted])
    bare = _seconds(server, [partial(_bare, time=time) for _cpr, time in wanted])
    return own / bare


def _bare(server: Served, time: Time) -> None:
    counsellor, day, minute = time
    body = {"counsellor": counsellor, "start": instant_at(day, minute).isoformat()}
    server.client.post("/bare/book", json=body).raise_for_status()


def _seconds(server: Served, tasks: Sequence[Callable[[Served], object]]) -> float:
    """The whole of it, by as many clients at once, each with a connection of its own."""
    clients = [server.another() for _ in range(CLIENTS)]
    parts = [tasks[place::CLIENTS] for place in range(CLIENTS)]

    def all_of(place: int) -> None:
        for task in parts[place]:
            task(clients[place])

    begun = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(all_of, range(CLIENTS)))
    return perf_counter() - begun


def _at_once(book: Booking, cprs: Sequence[str], time: Time) -> float:
    """Everybody wants the same time: all are answered, and nobody waits much longer than the others."""
    start, clients = Barrier(len(cprs)), [book.server.another() for _ in cprs]

    def ask(place: int) -> float:
        start.wait()
        begun = perf_counter()
        _outcome(lambda: book.of(clients[place], cprs[place], time))
        return perf_counter() - begun

    with ThreadPoolExecutor(len(cprs)) as threads:
        took = list(threads.map(ask, range(len(cprs))))
    return max(took) / median(took)


def _outcome(ask: Callable[[], str]) -> str:
    """The id of the booking, "" where the time was taken, "fault" for all else."""
    try:
        return ask()
    except Refused as refused:
        return "" if "4770" in str(refused) else "fault"


def _bursts(book: Booking, cprs: Sequence[str], world: Booked) -> int:
    """Some at once want equal starts, or starts over each other; whoever had one gives it back for the next burst."""
    clients, faults, numbers = [book.server.another() for _ in cprs], 0, count()
    days = cycle(day for day in (world.first.toordinal() + 49, world.first.toordinal() + 50))
    with ThreadPoolExecutor(len(cprs)) as threads:
        for number in range(BURSTS):
            day, steps = next(days), STEPS if number % 2 else (0,)
            pk = world.counsellors[next(numbers) % COUNSELLORS].pk

            def ask(place: int, day: int = day, steps: tuple[int, ...] = steps, pk: int = pk) -> str:
                time = (pk, day, 15 * 60 - 60 + steps[place % len(steps)])
                return _outcome(lambda: book.of(clients[place], cprs[place], time))

            found = list(threads.map(ask, range(len(cprs))))
            tally = Counter("fault" if one == "fault" else "booked" if one else "told" for one in found)
            faults += tally["fault"] + (tally["booked"] == 0)
            for place, booking_id in enumerate(found):
                if booking_id not in ("", "fault"):
                    book.cancel(clients[place], cprs[place], booking_id)
    return faults


if __name__ == "__main__":
    sys.stdout.writelines(f"{one.line}\n" for one in measure())
