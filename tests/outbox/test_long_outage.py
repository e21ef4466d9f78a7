"""FAULT-07: DFDG is away for a working day while thousands of messages wait; the clock is turned, not waited for."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db.models import Exists, OuterRef
from django.utils import timezone
from pytest_django import Settings

from admin_module.services import connection
from booking.models import Summons
from planner.embedded.children import free_port
from planner.outbox import engine
from planner.outbox.models import Exchange, Message, Receiver
from planner.outbox.states import OPEN, TRIED_BY_ITSELF, State
from tests.outbox.post import Post

CITIZENS, EACH = 2500, 2
AWAY = timedelta(hours=8)
CLOSELY = timedelta(minutes=10)
"""So long the timer comes each second, while the pauses are short; then each half minute until DFDG is back."""
SECOND, SELDOM = timedelta(seconds=1), timedelta(seconds=30)


class Clock:
    """The engine's: its seconds pass when it sleeps, and when the test turns it."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self.turn = traveller.shift
        self.monotonic = time.time

    def sleep(self, seconds: float) -> None:
        self.turn(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        turned = Clock(traveller)
        monkeypatch.setattr(engine, "time", turned)
        yield turned


@pytest.mark.deep
@pytest.mark.requirement("FAULT-07", "SYNC-05")
def test_after_hours_of_silence_everything_drains_in_order_and_never_in_a_storm(
    post: Post, clock: Clock, settings: Settings
) -> None:
    post.simulator.rules(single_conversation=False)
    people = [post.citizen() for _ in range(CITIZENS)]
    summonses = [post.summons(citizen) for citizen in people for _turn in range(EACH)]
    began = timezone.now()
    reach(settings, f"http://127.0.0.1:{free_port()}")
    while timezone.now() < began + AWAY:
        post.drain()
        clock.turn(SECOND if timezone.now() < began + CLOSELY else SELDOM)
    assert waiting(post) == len(summonses)
    back = timezone.now()
    reach(settings, post.simulator.url)
    while waiting(post):
        post.drain()
        clock.turn(max(SECOND, next_due(post) - timezone.now()))
    silent, heard = calls_a_second(post, until=back), calls_a_second(post, since=back)
    out_of_order = len(disorder(post, summonses))
    limit = engine.RETRIES_A_SECOND
    ok = max(silent.values()) <= limit and max(heard.values()) <= limit and not out_of_order
    print(
        f"FAULT-07 {len(summonses)} rows, {AWAY} away: at most {max(silent.values())} calls a second into the silence,"
        f" {silent.total()} in all; then at most {max(heard.values())} a second (limit {limit}),"
        f" {out_of_order} out of order (limit 0) {'ok' if ok else 'short'}"
    )
    assert ok


def reach(settings: Settings, url: str) -> None:
    connection.client().close()
    connection._client.cache_clear()
    settings.DFDG_URL = url


def waiting(post: Post) -> int:
    with post.acting():
        return Message.objects.exclude(state=State.DONE).count()


def next_due(post: Post) -> datetime:
    """When the next message may leave that waits for no other of its citizen."""
    earlier = Message.objects.filter(citizen_id=OuterRef("citizen_id"), sequence__lt=OuterRef("sequence"))
    first = Message.objects.filter(~Exists(earlier.filter(state__in=OPEN)), state__in=TRIED_BY_ITSELF)
    with post.acting():
        following = first.filter(receiver=Receiver.DFDG).order_by("not_before").first()
    return following.not_before if following else timezone.now()


def calls_a_second(post: Post, *, since: datetime | None = None, until: datetime | None = None) -> Counter[datetime]:
    with post.acting():
        moments = Exchange.objects.values_list("at", flat=True)
        moments = moments.filter(at__gte=since) if since else moments.filter(at__lt=until)
        return Counter(at.replace(microsecond=0) for at in moments)


def disorder(post: Post, summonses: list[Summons]) -> list[tuple[Summons, Summons]]:
    """Neighbours of one citizen that came to DFDG the wrong way round, twice, or not at all."""
    arrived = [pk for pk, _change in post.changes(summonses)]
    place = {pk: number for number, pk in enumerate(arrived)}
    once = len(arrived) == len(place) == len(summonses)
    pairs = [(one, other) for one, other in pairwise(summonses) if one.citizen_id == other.citizen_id]
    return [(one, other) for one, other in pairs if not once or place[one.pk] > place[other.pk]]
