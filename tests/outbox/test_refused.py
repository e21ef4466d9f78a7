"""FAULT-06: what DFDG refuses about one citizen for ever holds up nobody else, and a person ends it."""

from __future__ import annotations

import pytest

from booking.models import Summons
from planner.outbox.states import State
from tests.outbox.post import Post

CITIZENS, PRESSES = 200, 3


@pytest.mark.deep
@pytest.mark.requirement("FAULT-06", "SYNC-07", "SYNC-10")
def test_one_of_many_is_refused_for_ever_all_others_are_sent_and_synk_and_opgiv_work(post: Post) -> None:
    refused, *others = (post.summons() for _ in range(CITIZENS))
    post.simulator.fail("refuse", code=90001, cpr=post.cpr(refused))
    post.drain()
    for summons in others[::2]:
        post.move(summons)
    post.drain()
    passed = sum(is_there(post, summons) for summons in others)
    for _press in range(PRESSES):
        post.synk(refused)
        post.drain()
    outcomes = post.outcomes(refused)
    post.give_up(refused, "Indkaldt pr. telefon i stedet.")
    ended = post.drain() == 0 and post.state(refused) == State.GIVEN_UP
    ok = passed == len(others) and outcomes == ["refused"] * (1 + PRESSES) and ended
    print(
        f"FAULT-06 one of {CITIZENS} refused for ever: {passed} of {len(others)} others passed, half of them twice;"
        f" [Synk] tried again {len(outcomes) - 1} times of {PRESSES}, [Opgiv] {'ended it ok' if ok else 'short'}"
    )
    assert ok


def is_there(post: Post, summons: Summons) -> bool:
    """DFDG holds it as it is now, and nothing about it waits."""
    return post.state(summons) == State.DONE and post.held().get(summons.pk) == post.start_of(summons)
