"""SYNC-06: Celery only says «go and look»; what it loses, the sweep finds; without it the web works on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.utils import timezone
from redis import Redis

from booking.models import Summons
from planner.outbox import nudges, tasks
from planner.outbox.models import Message, Receiver
from planner.outbox.states import State
from tests.outbox.post import Post

NOBODY_THERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def a_nudge_is_never_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudges, "_silent_until", 0.0)


@pytest.fixture
def queue(valkey_url: str) -> Iterator[Redis]:
    """DFDG's queue at the real broker, empty at first."""
    with Redis.from_url(valkey_url) as broker:
        broker.delete("dfdg")
        yield broker
        broker.delete("dfdg")


@pytest.mark.requirement("SYNC-06")
def test_a_change_that_may_leave_at_once_nudges_the_receivers_own_queue_with_ids_only(
    queue: Redis, post: Post, summons: Summons
) -> None:
    (nudge,) = queue.lrange("dfdg", 0, -1)
    assert b"planner.outbox.tasks.drain" in nudge
    assert str(summons.pk).encode() not in nudge


@pytest.mark.requirement("SYNC-06", "APP-14")
def test_a_change_that_must_wait_is_left_to_the_sweep(queue: Redis, post: Post, summons: Summons) -> None:
    queue.delete("dfdg")
    post.enqueue(summons, not_before=timezone.now() + timedelta(seconds=15))
    assert queue.llen("dfdg") == 0
    tasks.sweep("dfdg")
    assert queue.llen("dfdg") == 0
    with post.acting():
        Message.objects.update(not_before=timezone.now())
    tasks.sweep("dfdg")
    assert queue.llen("dfdg") == 1


@pytest.mark.requirement("SYNC-06", "FAULT-04")
def test_an_emptied_broker_loses_nothing(queue: Redis, post: Post, summons: Summons) -> None:
    queue.flushdb()
    tasks.sweep("dfdg")
    assert queue.llen("dfdg") == 1
    tasks.drain(post.jobcentre_id, "dfdg")
    assert post.state(summons) == State.DONE
    queue.delete("dfdg")
    tasks.sweep("dfdg")
    assert queue.llen("dfdg") == 0


@pytest.mark.requirement("SYNC-06", "FAULT-04")
def test_with_the_broker_away_a_change_is_kept_and_nobody_waits(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Celery("elsewhere", set_as_current=False)
    elsewhere.config_from_object("django.conf:settings", namespace="CELERY")
    elsewhere.conf.broker_url = NOBODY_THERE
    monkeypatch.setattr(nudges, "current_app", elsewhere)
    began = time.monotonic()
    summonses = [post.summons() for _ in range(3)]
    assert not nudges.nudge(post.jobcentre_id, Receiver.DFDG)
    assert time.monotonic() - began < 3
    assert {post.state(summons) for summons in summonses} == {State.READY}


@pytest.mark.requirement("SYNC-06")
def test_the_timer_sweeps_each_second_on_the_receivers_own_queue() -> None:
    entry: Any = settings.CELERY_BEAT_SCHEDULE["outbox-dfdg"]
    assert (entry["task"], entry["schedule"], entry["args"]) == (tasks.sweep.name, 1.0, ("dfdg",))
    assert entry["options"]["queue"] == "dfdg"
