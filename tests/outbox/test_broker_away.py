"""FAULT-04: Valkey is away for minutes, and is emptied; real web, worker and timer go on with a broker of their own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest
from redis import Redis

from booking.models import OnlineOffer, Summons
from planner.embedded.valkey import Valkey
from tests.concurrency.test_jobnet import offer_of, people
from tests.outbox.front import Front
from tests.outbox.post import Post
from tests.outbox.test_killed_worker import all_are_done, wait_until

AWAY, EVERY, LIMIT = 300.0, 5.0, 10.0
AT_ONCE = 100


@dataclass
class Office:
    """Citizens who book, and a caseworker who presses [Synk], both over HTTP; how the web answered."""

    post: Post
    front: Front
    offer: OnlineOffer
    citizens: list[str]
    starts: list[str]
    summonses: list[Summons] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def work(self) -> None:
        """One booking, one summons, one [Synk] of it."""
        booked = self.front.web.book(self.citizens.pop(), self.offer, self.starts.pop())
        self.summonses.append(self.post.summons())
        began = time.monotonic()
        synk = self.front.press_synk(self.summonses[-1])
        self.seconds += [booked.seconds, time.monotonic() - began]
        self.answers += [booked.status, synk.status_code]

    def caught_up(self) -> float:
        """Seconds until everything that waits is sent."""
        began = time.monotonic()
        wait_until(lambda: all_are_done(self.post, self.summonses), seconds=120)
        return time.monotonic() - began


@pytest.fixture
def office(front: Front, post: Post) -> Office:
    offer, crowd = offer_of(post.world, 8), [cpr for _citizen, cpr in people(post.world, 200)]
    starts = [start for start in front.web.starts(crowd[0], offer) for _counsellor in range(8)]
    return Office(post, front, offer, crowd, starts)


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
