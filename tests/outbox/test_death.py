"""FAULT-02: whoever dies, after any commit and after any outside call, the end is the same."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.utils import timezone

from admin_module.services import connection as dfdg
from booking.models import Appointment, Comparison, Summons
from booking.services import comparison
from planner.dfdg.client import Client
from planner.outbox.models import Message
from planner.outbox.states import TRIED_BY_ITSELF, State
from tests.outbox.post import Post
from tests.outbox.test_killed_worker import wait_until

DIED, LIVED, FAILED = 9, 0, 1


@dataclass
class Story:
    """Three summonses: one is moved, one is cancelled, one is lost at DFDG and found at night."""

    post: Post
    moved: Summons
    cancelled: Summons
    lost: Summons

    def tell(self) -> None:
        self.post.drain()

    def move(self) -> None:
        self.post.move(self.moved)

    def cancel(self) -> None:
        self.post.cancel(self.cancelled)

    def compare(self) -> None:
        comparison.compare(self.post.jobcentre_id, now=timezone.now())

    @property
    def summonses(self) -> tuple[Summons, ...]:
        return self.moved, self.cancelled, self.lost


Act = Callable[[Story], None]
ACTS: tuple[tuple[str, Act], ...] = (
    ("tell", Story.tell),
    ("move", Story.move),
    ("cancel", Story.cancel),
    ("tell changes", Story.tell),
    ("compare", Story.compare),
    ("tell what was found", Story.tell),
)


def story(post: Post) -> Story:
    """The earlier ones are over: their nights are forgotten, and their conversations lie in the past."""
    with post.acting():
        Comparison.objects.all().delete()
        past = {name: F(name) - timedelta(days=60) for name in ("start_at", "end_at")}
        Appointment.objects.update(**past)
    return Story(post, post.summons(), post.summons(), post.summons())


def die_after(step: int, act: Callable[[], None]) -> int:
    """Act in a process of its own that is gone after so many steps, without a word; how it ended."""
    dfdg.client().close()
    dfdg._client.cache_clear()
    connection.close()
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    connection.connection = None  # inherited where another event loop runs in the parent: it is the parent's to close
    try:
        _count(step)
        act()
    except BaseException:  # noqa: BLE001 - the parent hears of it by the exit code
        os._exit(FAILED)
    os._exit(LIVED)


def _count(step: int) -> None:
    """In the child: from now on each commit and each answer from outside is a step, and the last one is death."""
    left, lock = step, threading.Lock()

    def stepping(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            nonlocal left
            answer = original(*args, **options)
            with lock:
                left -= 1
                if not left:
                    os._exit(DIED)
            return answer

        return call

    BaseDatabaseWrapper._commit = stepping(BaseDatabaseWrapper._commit)  # type: ignore[attr-defined]
    Client._call = stepping(Client._call)  # type: ignore[method-assign]


def lease_ends(post: Post) -> None:
    """As if the time of the dead had run out."""
    with post.acting():
        Message.objects.filter(state__in=TRIED_BY_ITSELF).update(not_before=timezone.now())


def everything_is_told(post: Post) -> bool:
    lease_ends(post)
    post.drain()
    with post.acting():
        return not Message.objects.exclude(state__in=[State.DONE, State.SUPERSEDED]).exists()


def play(post: Post, fatal: int, step: int) -> tuple[int, dict[str, object]]:
    """The whole story, with one death in one act; how that act ended, and the end of it all."""
    here, ended = story(post), LIVED
    for number, (_name, act) in enumerate(ACTS):
        if number == 4:
            wait_until(lambda: everything_is_told(post))
            post.simulator.unplant(here.lost.pk, unseen=True)
        if number == fatal:
            ended = die_after(step, lambda act=act: act(here))  # type: ignore[misc]
            wait_until(lambda: everything_is_told(post))
        else:
            act(here)
    wait_until(lambda: night_is_over(here))
    wait_until(lambda: everything_is_told(post))
    return ended, end_of(here)


def night_is_over(here: Story) -> bool:
    here.compare()
    with here.post.acting():
        return Comparison.objects.filter(finished_at__isnull=False).exists()


def end_of(here: Story) -> dict[str, object]:
    held = here.post.held()
    return {
        "held": [held.get(summons.pk) == here.post.start_of(summons) for summons in here.summonses],
        "effects": [[change for _pk, change in here.post.changes([summons])] for summons in here.summonses],
        "messages": [here.post.state(summons) for summons in here.summonses],
    }


THE_END = {
    "held": [True, False, True],
    "effects": [["created", "updated"], ["created", "deleted"], ["created", "created"]],
    "messages": [State.DONE] * 3,
}


@pytest.mark.requirement("FAULT-02", "SYNC-01", "SYNC-04", "SYNC-08")
@pytest.mark.parametrize(
    ("acts", "steps"), [((0, 4), 2), pytest.param(tuple(range(len(ACTS))), 100, marks=pytest.mark.deep)]
)
def test_whoever_dies_and_whenever_the_end_is_the_same(
    post: Post, monkeypatch: pytest.MonkeyPatch, acts: tuple[int, ...], steps: int
) -> None:
    monkeypatch.setattr(comparison, "READS_A_SECOND", 1000)
    deaths = 0
    for fatal in acts:
        for step in range(1, steps + 1):
            ended, end = play(post, fatal, step)
            assert (ended in (DIED, LIVED), end) == (True, THE_END), (ACTS[fatal][0], step, ended)
            deaths += ended == DIED
            if ended == LIVED:
                break
    print(f"FAULT-02 {deaths} deaths, after each commit and each outside call: the same end each time ok")
    assert deaths
