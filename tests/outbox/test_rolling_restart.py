"""FAULT-09: every process is replaced under load, as docs/operations.md says; nobody notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from uuid import uuid4

import httpx2
import pytest

from booking.models import OnlineOffer, Summons
from planner.embedded.children import Child
from planner.embedded.valkey import Valkey
from tests.booking.jobnet import service
from tests.booking.jobnet.service import Service
from tests.concurrency.test_jobnet import offer_of, people
from tests.outbox.front import programs_at_work
from tests.outbox.post import Post
from tests.outbox.test_killed_worker import all_are_done, more_effects_than, wait_until

ROUNDS, CITIZENS, AT_ONCE, PATIENCE = 2, 4, 20, 60


@dataclass
class Balancer:
    """Two web servers behind one address; what is under way at the one taken out goes on to its end."""

    servers: list[Service] = field(default_factory=list)
    programs: dict[str, ExitStack] = field(default_factory=dict)
    under_way: dict[str, int] = field(default_factory=dict)
    under_way_then: int = 0
    """Requests at a server when it was told to stop."""
    lock: Lock = field(default_factory=Lock)

    def start_one(self) -> None:
        """A new server gets work when /readyz has answered."""
        program = ExitStack()
        web = program.enter_context(service.running(workers=1))
        self.programs[web.url], self.under_way[web.url] = program, 0
        self.servers.append(Service(web.url, web.token))

    def replace_one(self) -> None:
        """The oldest is taken out and asked to stop at once; a new one comes in its place."""
        with self.lock:
            old = self.servers.pop(0)
            self.under_way_then += self.under_way[old.url]
        self.programs.pop(old.url).close()
        old.client.close()
        self.start_one()

    def stop(self) -> None:
        for program in self.programs.values():
            program.close()

    def ask(self, verb: str, path: str, cpr: str, body: dict[str, object]) -> int:
        with self.lock:
            server = self.servers[0]
            self.servers.append(self.servers.pop(0))
            self.under_way[server.url] += 1
        try:
            return server.ask(verb, path, cpr, body).status
        finally:
            with self.lock:
                self.under_way[server.url] -= 1


@dataclass
class Crowd:
    """Citizens who book and cancel, each again and again, until it is enough."""

    balancer: Balancer
    offer: OnlineOffer
    answered: int = 0
    failed: list[str] = field(default_factory=list)
    enough: Event = field(default_factory=Event)

    def book_and_cancel(self, cpr: str, start: str) -> None:
        asked = {"moedetilbudId": str(self.offer.pk), "starttidspunkt": start, "samtaleformType": 1}
        while not self.enough.is_set():
            booking = f"/Booking/{uuid4()}"
            self._expect(201, booking, cpr, asked)
            self._expect(204, f"{booking}/action/aflys", cpr, {})

    def _expect(self, status: int, path: str, cpr: str, body: dict[str, object]) -> None:
        try:
            answer = self.balancer.ask("POST", path, cpr, body)
        except httpx2.TransportError as fault:
            self.failed.append(type(fault).__name__)
            return
        if answer == status:
            self.answered += 1
        else:
            self.failed.append(str(answer))


@pytest.fixture
def balancer(valkey: Valkey, post: Post) -> Iterator[Balancer]:
    found = Balancer()
    try:
        for _server in range(2):
            found.start_one()
        yield found
    finally:
        found.stop()


@pytest.fixture
def programs(valkey: Valkey, post: Post, tmp_path: Path) -> Iterator[dict[str, Child]]:
    with programs_at_work(post, tmp_path) as found:
        yield found


@pytest.mark.deep
@pytest.mark.requirement("FAULT-09")
def test_every_process_is_replaced_under_load_and_no_request_fails_and_no_job_is_lost(
    post: Post, balancer: Balancer, programs: dict[str, Child]
) -> None:
    offer, crowd = offer_of(post.world, CITIZENS), [cpr for _citizen, cpr in people(post.world, CITIZENS)]
    starts = balancer.servers[0].starts(crowd[0], offer)
    post.simulator.fail("delay", seconds=0.1, operation="write")
    citizens = Crowd(balancer, offer)
    threads = [Thread(target=citizens.book_and_cancel, args=one) for one in zip(crowd, starts, strict=False)]
    for thread in threads:
        thread.start()
    summonses: list[Summons] = []
    try:
        for _round in range(ROUNDS):
            for _server in range(2):
                balancer.replace_one()
            for program in programs.values():
                summonses += _in_the_middle_of(post, AT_ONCE)
                program.stop(PATIENCE)
                program.start()
    finally:
        citizens.enough.set()
        for thread in threads:
            thread.join()
    post.simulator.clear_faults()
    wait_until(lambda: all_are_done(post, summonses), seconds=120)
    done, wanted = Counter(post.changes(summonses)), Counter((one.pk, "created") for one in summonses)
    ok = not citizens.failed and done == wanted and balancer.under_way_then > 0
    print(
        f"FAULT-09 two web servers, worker and beat replaced {ROUNDS} times:"
        f" {len(citizens.failed)} requests failed (limit 0), {citizens.answered} did not,"
        f" {balancer.under_way_then} were under way at a server told to stop;"
        f" {len(done & wanted)} of {len(wanted)} jobs done {'ok' if ok else 'short'}"
    )
    assert citizens.failed == []
    assert done == wanted
    assert balancer.under_way_then > 0


def _in_the_middle_of(post: Post, count: int) -> list[Summons]:
    """So many to be sent, the first of which is sent already."""
    before = len(post.simulator.effects())
    made = [post.summons() for _ in range(count)]
    wait_until(lambda: more_effects_than(post, before), seconds=60)
    return made
