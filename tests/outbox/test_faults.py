"""FAULT-05: every way DFDG can fail, for each thing that can happen to a summons; each ends right."""

from __future__ import annotations

import html
import time
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from booking.models import Summons
from planner.accounts.vault import decrypt
from planner.outbox.models import Stop
from planner.outbox.states import State
from tests.outbox.front import Front
from tests.outbox.post import Post
from tests.outbox.test_killed_worker import wait_until

FAULTS: dict[str, dict[str, Any]] = {
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503, "retry_after": 1},
    "404": {"kind": "status", "status": 404},
    "403": {"kind": "status", "status": 403},
    "400": {"kind": "status", "status": 400},
    "timeout before effect": {"kind": "drop_before", "seconds": 2.5},
    "timeout after effect": {"kind": "drop_after", "seconds": 2.5},
    "slow": {"kind": "delay", "seconds": 0.3},
    "broken body": {"kind": "malformed"},
    "reset": {"kind": "reset"},
    "duplicate": {"kind": "duplicate"},
}
NEEDS_HELP = {"404", "400"}
NO_FAULT = {"slow", "duplicate", "broken body"}
TIMEOUT = {"timeout before effect": {"seconds": 12}, "timeout after effect": {"seconds": 12}}
"""In real processes: longer than Planner waits for an answer."""
VISIBLE_WITHIN = 2.0


EFFECTS = {"create": ["created"], "move": ["created", "updated"], "cancel": ["created", "deleted"]}


@pytest.mark.requirement("FAULT-05", "SYNC-05", "SYNC-10")
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_dfdg_does_to_a_new_a_moved_and_a_cancelled_one_it_ends_with_what_is_true(
    post: Post, fault: str
) -> None:
    summonses = {"move": post.summons(), "cancel": post.summons()}
    post.drain()
    post.move(summonses["move"])
    post.cancel(summonses["cancel"])
    summonses["create"] = post.summons()
    for summons in summonses.values():
        post.simulator.fail(**FAULTS[fault], operation="write", cpr=post.cpr(summons), times=1)
    post.drain()
    shown = {act: seen(post, summons) for act, summons in summonses.items()}
    assert told(post, shown) == dict.fromkeys(summonses, expected(fault))
    mend(post, *summonses.values())
    assert {post.state(summons) for summons in summonses.values()} == {State.DONE}
    kept = [summonses["create"], summonses["move"]]
    assert post.held() == {summons.pk: post.start_of(summons) for summons in kept}
    changes = {act: [change for _pk, change in post.changes([summons])] for act, summons in summonses.items()}
    assert changes == EFFECTS


def seen(post: Post, summons: Summons) -> tuple[str, bool]:
    """The state a user sees at once, and whether it says why."""
    message = post.last(summons)
    return message.state, bool(message.error_text)


def told(post: Post, shown: dict[str, tuple[str, bool]]) -> dict[str, tuple[str, bool]]:
    """As shown; what was not tried, because the receiver was stopped, waits for the reason that the stop gives."""
    with post.acting():
        reason = Stop.objects.values_list("text", flat=True).first()
    stopped = (State.WAITING, bool(reason))
    return {act: stopped if reason and seen == (State.READY, False) else seen for act, seen in shown.items()}


def expected(fault: str) -> tuple[str, bool]:
    """Nothing pretends to be sent, and nothing fails without words."""
    if fault in NO_FAULT:
        return State.DONE, False
    return (State.NEEDS_HELP if fault in NEEDS_HELP else State.WAITING), True


def mend(post: Post, *summonses: Summons) -> None:
    """DFDG is well again: the pauses have passed, a stopped receiver is probed, a person presses [Synk]."""
    post.simulator.clear_faults()
    with post.acting():
        Stop.objects.update(probe_at=timezone.now())
    post.synk(*(summons for summons in summonses if post.state(summons) == State.NEEDS_HELP))
    for _ in range(3):
        post.make_due()
        post.drain()


@pytest.mark.deep
@pytest.mark.requirement("FAULT-05", "SYNC-10", "SYNC-14")
def test_each_of_33_cells_is_seen_at_once_and_ends_right(post: Post, front: Front) -> None:
    """A real worker meets each fault alone; a caseworker has the details of the summons open."""
    cells = {(fault, act): cell(post, front, fault, act) for fault in FAULTS for act in EFFECTS}
    slowest, seconds = max(cells.items(), key=lambda one: one[1])
    verdict = "ok" if seconds <= VISIBLE_WITHIN else "short"
    print(
        f"FAULT-05 {len(cells)} cells: all ended right; visible within {seconds:.2f} s"
        f" ({' × '.join(slowest)}; limit {VISIBLE_WITHIN:.0f}) {verdict}"
    )
    assert seconds <= VISIBLE_WITHIN


def cell(post: Post, front: Front, fault: str, act: str) -> float:
    """One fault of one change, and what becomes of it: the seconds from the fault's end until the page tells it."""
    citizen = post.citizen()
    with post.acting():
        cpr = decrypt(citizen.numbers.get().encrypted)
    before = None if act == "create" else post.summons(citizen)
    if before:
        wait_until(lambda: post.state(before) == State.DONE)
    wanted = FAULTS[fault] | TIMEOUT.get(fault, {})
    post.simulator.fail(**wanted, operation="write", cpr=cpr, times=1)
    summons = before or post.summons(citizen)
    if act == "move":
        post.move(summons)
    if act == "cancel":
        post.cancel(summons)
    seconds = until_seen(post, front, summons, expected(fault)[0], tries=len(EFFECTS[act]))
    until_well(post, summons)
    assert [change for _pk, change in post.changes([summons])] == EFFECTS[act], (fault, act)
    held = None if act == "cancel" else post.start_of(summons)
    assert post.held().get(summons.pk) == held, (fault, act)
    return seconds


def until_seen(post: Post, front: Front, summons: Summons, state: str, *, tries: int) -> float:
    """From the end of the try that met the fault."""
    ended, until = 0.0, time.monotonic() + 30
    while not is_told(post, front.details(summons), state):
        assert time.monotonic() < until, state
        if not ended and len(post.exchanges(summons)) >= tries:
            ended = time.monotonic()
    return time.monotonic() - ended if ended else 0.0


def is_told(post: Post, page: str, state: str) -> bool:
    words = {State.DONE: "Jobnet: sendt ", State.NEEDS_HELP: "fejl, kræver hjælp", State.WAITING: "fejl, prøver igen"}
    with post.acting():
        stop = Stop.objects.first()
    wanted = stop.reason if stop and state == State.WAITING else words[State(state)]
    return wanted in html.unescape(page)


def until_well(post: Post, summons: Summons) -> None:
    """Nobody restarts anything: a person presses [Synk], as they may at any time."""
    post.simulator.clear_faults()
    with post.acting():
        Stop.objects.update(probe_at=timezone.now())
    if post.state(summons) != State.DONE:
        post.synk(summons)
    wait_until(partial(is_done, post, summons))


def is_done(post: Post, summons: Summons) -> bool:
    with post.acting():
        return post.state(summons) == State.DONE and not Stop.objects.exists()
