"""FAULT-04: Valkey is away for minutes, and is emptied; real web, worker and timer go on with a broker of their own."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from django.conf import settings
from django.test import Client
from redis import Redis

from booking.models import OnlineOffer, Summons
from planner.embedded.children import Child
from planner.embedded.choices import ROOT
from planner.embedded.valkey import Valkey
from tests.booking.jobnet import service
from tests.booking.jobnet.service import Service
from tests.concurrency.test_jobnet import offer_of, people
from tests.conftest import signed_in
from tests.outbox.post import Post
from tests.outbox.test_killed_worker import all_are_done, wait_until

AWAY, EVERY, LIMIT = 300.0, 5.0, 10.0
AT_ONCE = 100
CELERY = [sys.executable, "-m", "celery", "-A", "planner.celery:app"]
WORKER = ["worker", "-Q", "dfdg", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]


@dataclass
class Office:
    """Citizens who book, and a caseworker who presses [Synk], both over HTTP; how the web answered."""

    post: Post
    web: Service
    offer: OnlineOffer
    citizens: list[str]
    starts: list[str]
    browser: httpx2.Client
    summonses: list[Summons] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def work(self) -> None:
        """One booking, one summons, one [Synk] of it."""
        booked = self.web.book(self.citizens.pop(), self.offer, self.starts.pop())
        self.summonses.append(self.post.summons())
        began = time.monotonic()
        synk = self.browser.post(f"{self.web.url}/summons/follow-up/{self.summonses[-1].pk}/sync/")
        self.seconds += [booked.seconds, time.monotonic() - began]
        self.answers += [booked.status, synk.status_code]

    def caught_up(self) -> float:
        """Seconds until everything that waits is sent."""
        began = time.monotonic()
        wait_until(lambda: all_are_done(self.post, self.summonses), seconds=120)
        return time.monotonic() - began


@pytest.fixture
def valkey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """The one of all processes that are started meanwhile."""
    server = Valkey(tmp_path, durable=False)
    server.start()
    monkeypatch.setenv("REDIS_URL", server.url)
    yield server
    server.stop()


@pytest.fixture
def programs(valkey: Valkey, post: Post, tmp_path: Path) -> Iterator[None]:
    """A worker and the timer, as `make run` starts them."""
    own = service.environment() | {"DFDG_URL": post.simulator.url}
    schedule = ["beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", str(tmp_path / "schedule")]
    commands = {"worker": [*WORKER, "--loglevel", "INFO"], "beat": schedule}
    children = [
        Child(name, [*CELERY, *arguments], tmp_path / f"{name}.log", environment=own, folder=ROOT)
        for name, arguments in commands.items()
    ]
    for child in children:
        child.start()
    yield
    for child in children:
        child.stop(20)


@pytest.fixture
def office(programs: None, post: Post) -> Iterator[Office]:
    offer, crowd = offer_of(post.world, 8), [cpr for _citizen, cpr in people(post.world, 200)]
    token = secrets.token_hex(16)
    with service.running(workers=2) as web, httpx2.Client(trust_env=False, timeout=60) as browser:
        browser.cookies = {**cookies_of(signed_in(post.world.bo)), "csrftoken": token}
        browser.headers["X-CSRFToken"] = token
        starts = [start for start in web.starts(crowd[0], offer) for _counsellor in range(8)]
        yield Office(post, web, offer, crowd, starts, browser)


def cookies_of(client: Client) -> dict[str, str]:
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


@pytest.mark.deep
@pytest.mark.requirement("FAULT-04", "SYNC-06")
def test_with_valkey_away_no_booking_fails_and_its_return_or_emptying_is_caught_up_with(
    office: Office, valkey: Valkey
) -> None:
    office.work()
    office.caught_up()
    valkey.stop()
    until = time.monotonic() + AWAY
    while time.monotonic() < until:
        office.work()
        time.sleep(EVERY)
    waited = len(office.summonses)
    valkey.start()
    returned = office.caught_up()
    with office.post.another_drain_at_work(), Redis.from_url(valkey.url) as broker:
        office.summonses += [office.post.summons() for _ in range(AT_ONCE)]
        broker.flushall()
    emptied = office.caught_up()
    failed = sum(status not in (201, 302) for status in office.answers)
    ok = not failed and max(returned, emptied) <= LIMIT
    print(
        f"FAULT-04 Valkey {AWAY:.0f} s away: {failed} of {len(office.answers)} bookings and [Synk] failed (limit 0),"
        f" slowest {max(office.seconds):.1f} s; {waited} sent within {returned:.1f} s of its return,"
        f" {AT_ONCE} within {emptied:.1f} s of its emptying (limit {LIMIT:.0f}) {'ok' if ok else 'short'}"
    )
    assert ok
