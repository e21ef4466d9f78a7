"""FAULT-01: a worker that is killed again and again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest

from booking.models import Summons
from planner.outbox import engine
from planner.outbox.models import Message
from planner.outbox.states import State
from tests.outbox.post import Post

LEASE = 1.5


@contextmanager
def worker(post: Post) -> Iterator[subprocess.Popen[str]]:
    """A process that works; killed with -9 at the end."""
    environment = os.environ | {"DFDG_URL": post.simulator.url, "LEASE_SECONDS": str(LEASE)}
    command = [sys.executable, "-m", "tests.outbox.worker", str(post.jobcentre_id)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
        try:
            yield run
        finally:
            run.send_signal(signal.SIGKILL)


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)


@pytest.mark.requirement("FAULT-01", "SYNC-03", "SYNC-04")
@pytest.mark.parametrize(("kills", "citizens"), [(3, 20), pytest.param(40, 250, marks=pytest.mark.deep)])
def test_killed_while_it_sends_each_summons_has_its_effect_once_and_in_order(
    post: Post, kills: int, citizens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.simulator.rules(single_conversation=False)
    people = [post.citizen() for _ in range(citizens)]
    summonses = [post.summons(citizen) for citizen in people for _turn in range(2)]
    post.simulator.fail("delay", seconds=0.1, operation="write")
    for kill in range(kills):
        enough = (kill + 0.5) * len(summonses) / (kills + 1)
        with worker(post):
            wait_until(partial(more_effects_than, post, enough))
    post.simulator.clear_faults()
    monkeypatch.setattr(engine, "LEASE", timedelta(seconds=LEASE))
    wait_until(lambda: post.drain() == 0 and all_are_done(post, summonses))
    effects = {summons.citizen_id: post.changes(of_citizen(summons, summonses)) for summons in summonses}
    assert effects == {
        summons.citizen_id: [(one.pk, "created") for one in of_citizen(summons, summonses)] for summons in summonses
    }
    print(f"FAULT-01 killed {kills} times: {len(summonses)} effects of {len(summonses)}, each once and in order ok")


def of_citizen(summons: Summons, summonses: list[Summons]) -> list[Summons]:
    """Everything about the same citizen, in the order it was written down."""
    return [one for one in summonses if one.citizen_id == summons.citizen_id]


def more_effects_than(post: Post, enough: float) -> bool:
    return len(post.simulator.effects()) > enough


def all_are_done(post: Post, summonses: list[Summons]) -> bool:
    with post.acting():
        return Message.objects.filter(state=State.DONE).count() == len(summonses)
