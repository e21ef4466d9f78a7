"""What DFDG pushes back to us agrees with what it holds: an echo, a move and a cancelling there leave no difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings as ProjectSettings

from booking.models import Claim, Difference, Summons
from booking.services import comparison
from booking.states import SummonsStatus
from planner.dfdg.codes import ChangeKind
from planner.dfdg.messages import SummonsMessage
from planner.dfdg.wire import held_summons_body
from tests.inbox.pushing import Pusher, pushed
from tests.outbox.post import Post

pytestmark = pytest.mark.requirement("SYNC-17", "SYNC-08", "KSS-02")


@pytest.fixture
def dfdg(post: Post, settings: ProjectSettings, monkeypatch: pytest.MonkeyPatch) -> Pusher:
    monkeypatch.setattr(comparison, "READS_A_SECOND", 1000)
    settings.BORGERBOOKING_TOKEN = "a token of the trial run"
    return Pusher(post.jobcentre_id)


def there(post: Post, summons: Summons) -> SummonsMessage:
    return next(row.message for row in post.simulator.summonses() if row.summons_id == summons.pk)


def tell(dfdg: Pusher, message: SummonsMessage, change: ChangeKind = ChangeKind.UPDATED) -> None:
    """DFDG writes it down now, and pushes it."""
    news = pushed(
        external_id=message.summons_id,
        change=change,
        cpr=message.cpr,
        registered_at=timezone.now(),
        body=held_summons_body(message),
    )
    dfdg.take(news)


def test_after_changes_elsewhere_the_night_finds_nothing_to_say(post: Post, dfdg: Pusher) -> None:
    same, moved, gone = (post.summons() for _number in range(3))
    post.drain()
    for summons in (same, moved, gone):
        tell(dfdg, there(post, summons), ChangeKind.CREATED)
    held = there(post, moved)
    assert held.ends_at is not None
    later = replace(held, starts_at=held.starts_at + timedelta(days=1), ends_at=held.ends_at + timedelta(days=1))
    post.simulator.plant(later, jobcentre_code="10300")
    tell(dfdg, later)
    last = there(post, gone)
    post.simulator.unplant(gone.pk)
    tell(dfdg, last, ChangeKind.DELETED)
    assert post.drain() == 0, "nothing of it goes back to DFDG"
    assert post.start_of(moved) == later.starts_at
    comparison.compare(post.jobcentre_id, now=timezone.now())
    with post.acting():
        assert not Difference.objects.exists()
        gone.refresh_from_db()
        assert gone.status == SummonsStatus.CANCELLED
        assert not Claim.objects.filter(citizen=gone.citizen_id).exists()


def test_ours_that_left_after_theirs_was_written_down_stands(post: Post, dfdg: Pusher) -> None:
    summons = post.summons()
    post.drain()
    old = there(post, summons)
    late = pushed(
        external_id=summons.pk,
        change=ChangeKind.UPDATED,
        cpr=old.cpr,
        registered_at=timezone.now(),
        body=held_summons_body(replace(old, starts_at=old.starts_at + timedelta(days=2))),
    )
    post.move(summons)
    wanted = post.start_of(summons)
    post.drain()
    dfdg.take(late)
    assert post.start_of(summons) == wanted == post.held()[summons.pk]
