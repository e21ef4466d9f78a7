"""FAULT-05: every way DFDG can fail, for each thing that can happen to a summons; each ends right."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from booking.models import Summons
from planner.outbox.models import Stop
from planner.outbox.states import State
from tests.outbox.post import Post

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
