"""From the pending list to DFDG through the pages, with DFDG away in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from booking.models import Summons
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.outbox.states import State
from tests.conftest import signed_in
from tests.factories import make_summons
from tests.outbox.post import Post


@pytest.fixture
def bo(post: Post) -> Client:
    return signed_in(post.world.bo)


def prepared(post: Post) -> Summons:
    """On the pending list, two weeks ahead; what is sent leaves at once."""
    citizen, world = post.citizen(), post.world
    day = timezone.localdate() + timedelta(days=14)
    with post.acting():
        Settings.objects.update(sending_delay=0)
        return make_summons(citizen, world.anna, world.team, by=world.bo, day=day, status=SummonsStatus.PENDING)


def not_sent(bo: Client) -> int:
    """The number on the front page."""
    return int(bo.get("/").context["status"].not_sent)


@pytest.mark.requirement("SYNC-01", "SYNC-07", "APP-03", "PEND-01", "SUM-20")
def test_while_dfdg_is_away_the_front_page_counts_and_synk_mends(post: Post, bo: Client) -> None:
    summons = prepared(post)
    post.simulator.fail("off")
    bo.post("/summons/pending/send/", {"selected": [summons.pk]})
    post.drain()
    assert (post.state(summons), not_sent(bo)) == (State.WAITING, 1)
    (row,) = bo.get("/summons/follow-up/?opened=1&sync=unsent").context["page"].rows
    assert (row.pk, row.deliveries[0].look) == (summons.pk, "bad")
    post.simulator.clear_faults()
    post.wait_an_hour()
    assert post.drain() == 0
    bo.post(f"/summons/follow-up/{summons.pk}/sync/")
    assert post.drain() == 1
    assert (post.state(summons), not_sent(bo), list(post.held())) == (State.DONE, 0, [summons.pk])


@pytest.mark.requirement("APP-14", "PEND-01")
def test_what_has_left_can_no_longer_be_taken_back(post: Post, bo: Client) -> None:
    summons = prepared(post)
    bo.post("/summons/pending/send/", {"selected": [summons.pk]})
    post.drain()
    with post.acting():
        summons.refresh_from_db()
    assert summons.sent_at is not None
    instant = round(summons.sent_at.timestamp() * 1_000_000)
    bo.post(f"/summons/pending/undo/{instant}/")
    with post.acting():
        summons.refresh_from_db()
    assert (summons.status, list(post.held())) == (SummonsStatus.SENT, [summons.pk])
