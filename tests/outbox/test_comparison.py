"""FAULT-11: what stands otherwise at DFDG is found at night, all of it and nothing else (SYNC-08)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone

from booking.models import Comparison, Difference, Done, Origin, Summons, What
from booking.services import comparison
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.outbox.models import Message
from planner.outbox.states import State
from tests.dfdg.simulator import Received
from tests.outbox.post import Post

pytestmark = pytest.mark.requirement("SYNC-08", "FAULT-11")
CODE = "10300"
A_DAY = timedelta(days=1)
Plan = Callable[[Post, Summons], None]
Seen = tuple[str, str, tuple[str, ...]]


@pytest.fixture(autouse=True)
def as_fast_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "READS_A_SECOND", 1000)


def held(post: Post, summons: Summons) -> Received:
    return next(row for row in post.simulator.summonses() if row.summons_id == summons.pk)


def moved(post: Post, summons: Summons, *, unseen: bool) -> None:
    there = held(post, summons).message
    assert there.ends_at is not None
    later = replace(there, starts_at=there.starts_at + A_DAY, ends_at=there.ends_at + A_DAY)
    post.simulator.plant(later, jobcentre_code=CODE, unseen=unseen)


def reworded(post: Post, summons: Summons, *, unseen: bool) -> None:
    there = replace(held(post, summons).message, title="Noget andet", description="Andre ord.")
    post.simulator.plant(there, jobcentre_code=CODE, unseen=unseen)


def gone(post: Post, summons: Summons, *, unseen: bool) -> None:
    post.simulator.unplant(summons.pk, unseen=unseen)


def come_back(post: Post, summons: Summons, *, unseen: bool) -> None:
    there = held(post, summons).message
    post.cancel(summons)
    post.drain()
    post.simulator.plant(there, jobcentre_code=CODE, unseen=unseen)


AGAIN, LISTED = Done.SENT_AGAIN, Done.LISTED
PLANTS: tuple[tuple[Plan, Seen], ...] = (
    (partial(moved, unseen=True), (What.OTHERWISE, AGAIN, ("time",))),
    (partial(reworded, unseen=True), (What.OTHERWISE, AGAIN, ("title", "description"))),
    (partial(gone, unseen=True), (What.MISSING, AGAIN, ())),
    (partial(come_back, unseen=True), (What.STILL_THERE, AGAIN, ())),
    (partial(moved, unseen=False), (What.CHANGED_THERE, LISTED, ("time",))),
    (partial(reworded, unseen=False), (What.CHANGED_THERE, LISTED, ("title", "description"))),
    (partial(gone, unseen=False), (What.DELETED_THERE, LISTED, ())),
    (partial(come_back, unseen=False), (What.CHANGED_THERE, LISTED, ())),
)
"""What is planted, and how the night shows it: what nobody changed there is put right, what somebody did is listed."""


def night(post: Post, *, now: datetime | None = None) -> Comparison:
    row = comparison.compare(post.jobcentre_id, now=now or timezone.now())
    assert row is not None
    return row


def next_night() -> datetime:
    return timezone.now() + A_DAY


def found(post: Post) -> dict[UUID, Seen]:
    """The differences that are open."""
    with post.acting():
        rows = Difference.objects.filter(settled_at=None)
        return {row.subject_id: (row.what, row.done, tuple(row.parts)) for row in rows}


@pytest.mark.parametrize(("planted", "right"), [(8, 3), pytest.param(50, 250, marks=pytest.mark.deep)])
def test_every_planted_difference_is_found_and_none_falsely(post: Post, planted: int, right: int) -> None:
    summonses = [post.summons() for _ in range(planted + right)]
    post.drain()
    expected = {}
    for number, summons in enumerate(summonses[:planted]):
        plant, seen = PLANTS[number % len(PLANTS)]
        plant(post, summons)
        expected[summons.pk] = seen
    assert night(post).finished_at
    shown = found(post)
    assert shown == expected
    post.drain()
    night(post, now=next_night())
    left = {pk: seen for pk, seen in expected.items() if seen[1] == LISTED}
    assert found(post) == left
    falsely = sum(pk not in expected for pk in shown)
    print(f"FAULT-11 {planted} planted among {planted + right}: {len(shown)} found, {falsely} falsely (limit 0) ok")


def test_what_is_put_right_stands_as_ours_and_what_somebody_changed_is_not_touched(post: Post) -> None:
    ours, theirs = post.summons(), post.summons()
    post.drain()
    moved(post, ours, unseen=True)
    moved(post, theirs, unseen=False)
    night(post)
    post.drain()
    assert post.held() == {ours.pk: post.start_of(ours), theirs.pk: post.start_of(theirs) + A_DAY}
    assert post.state(ours) == State.DONE


def test_what_is_on_its_way_or_needs_help_is_no_difference(post: Post) -> None:
    waiting, refused = post.summons(), post.summons()
    post.simulator.fail("refuse", code=4405, cpr=post.cpr(refused))
    post.drain()
    post.simulator.clear_faults()
    gone(post, waiting, unseen=True)
    post.enqueue(waiting, not_before=next_night())
    night(post)
    assert found(post) == {}


def test_one_that_was_prepared_and_stands_there_or_was_given_up_is_listed_and_not_sent(post: Post) -> None:
    pending, given_up = post.summons(), post.summons()
    post.drain()
    post.move(given_up)
    post.give_up(given_up, "Borgeren har fået et brev.")
    with post.acting():
        Summons.objects.filter(pk=pending.pk).update(status=SummonsStatus.PENDING, number=None, sent_at=None)
        Message.objects.filter(subject_id=pending.pk).delete()
    night(post)
    assert found(post) == {
        pending.pk: (What.NOT_SENT_HERE, LISTED, ()),
        given_up.pk: (What.OTHERWISE, LISTED, ("time",)),
    }
    assert post.drain() == 0


def test_of_what_jobnet_told_only_the_time_is_compared_and_it_is_never_sent(post: Post) -> None:
    same, other = post.summons(), post.summons()
    post.drain()
    reworded(post, same, unseen=True)
    moved(post, other, unseen=True)
    with post.acting():
        Summons.objects.update(origin=Origin.JOBNET)
        Message.objects.all().delete()
    night(post)
    assert found(post) == {other.pk: (What.OTHERWISE, LISTED, ("time",))}


def test_a_citizen_who_has_moved_to_another_job_centre_is_listed_with_dfdgs_reason(post: Post) -> None:
    summons = post.summons()
    post.drain()
    post.simulator.fail("refuse", code=4575, status=403, operation="read")
    night(post)
    with post.acting():
        assert [(row.what, row.text) for row in Difference.objects.filter(subject_id=summons.pk)] == [
            (What.UNREADABLE, "Der er ikke adgang til denne borger i DFDG. (4575)")
        ]


def test_with_a_silent_dfdg_it_stops_and_goes_on_where_it_was(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "AT_ONCE", 2)
    summonses = sorted((post.summons() for _ in range(5)), key=lambda summons: summons.pk)
    post.drain()
    gone(post, summonses[4], unseen=True)
    post.simulator.fail("status", status=503, operation="read", cpr=post.cpr(summonses[3]))
    broken_off = night(post)
    assert (broken_off.finished_at, broken_off.read, broken_off.reached) == (None, 3, summonses[2].pk)
    post.simulator.clear_faults()
    before = len(post.simulator.calls("read"))
    assert night(post).finished_at
    assert list(found(post)) == [summonses[4].pk]
    assert len(post.simulator.calls("read")) - before == 3
    assert comparison.compare(post.jobcentre_id, now=timezone.now()) is None


def test_a_summons_changed_while_it_was_read_is_left_for_its_own_message(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    summons = post.summons()
    post.drain()
    write_down = comparison._Pass._write_down

    def after_a_move(self: comparison._Pass, *args: object, **options: object) -> None:
        post.move(summons)
        write_down(self, *args, **options)  # type: ignore[arg-type]

    gone(post, summons, unseen=True)
    monkeypatch.setattr(comparison._Pass, "_write_down", after_a_move)
    night(post)
    assert found(post) == {}
    post.drain()
    assert post.held() == {summons.pk: post.start_of(summons)}


def test_it_asks_no_faster_than_twenty_times_a_second() -> None:
    pace, began = comparison.Pace(20), time.monotonic()
    for _ in range(5):
        pace.wait()
    assert time.monotonic() - began >= 4 / 20


def test_it_is_not_read_where_the_job_centre_has_turned_it_off(post: Post) -> None:
    post.summons()
    with post.acting():
        Settings.objects.update(compare_dfdg=False)
    assert comparison.compare(post.jobcentre_id, now=timezone.now()) is None
    assert post.simulator.calls() == []
