"""FAULT-10: after a restore DFDG is ahead of us; nothing wrong is sent, and what differs is listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from admin_module.services import connection as dfdg
from booking.models import Appointment, Difference, Done, Summons, What
from booking.services import comparison
from planner.outbox import engine, senders
from planner.outbox.models import Message, Receiver, Sending, Stop
from planner.outbox.states import State
from tests import factories, own_postgres
from tests.dfdg.simulator import RunningSimulator
from tests.outbox.post import Post
from tests.outbox.test_killed_worker import wait_until

A_SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.requirement("FAULT-10", "SYNC-08")


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The job centres for which a worker was asked to compare; here the test is the worker."""
    monkeypatch.setattr(comparison, "READS_A_SECOND", 1000)
    asked: list[int] = []
    monkeypatch.setitem(senders._after_restore, "dfdg", asked.append)
    return asked


class Backup:
    """The rows that a summons and its messages consist of, as they were; restored into another database."""

    def __init__(self, post: Post) -> None:
        self.post = post
        with post.acting():
            self.rows = [list(model._default_manager.all()) for model in (Appointment, Summons)]
            self.messages = list(Message.objects.all())

    def restore(self) -> None:
        with self.post.acting():
            Message.objects.all().delete()
            Message.objects.bulk_create(self.messages)
            for row in (row for rows in self.rows for row in rows):
                row.save()
            Sending.objects.update(database="another")


def compared(post: Post) -> dict[UUID, tuple[str, str]]:
    """What the comparison, that everything waits for, has found."""
    row = comparison.compare(post.jobcentre_id, now=timezone.now())
    assert row is not None
    assert row.finished_at
    with post.acting():
        return {one.subject_id: (one.what, one.done) for one in Difference.objects.all()}


def test_nothing_is_sent_before_both_are_compared_and_what_dfdg_has_newer_is_held_back(
    post: Post, asked: list[int]
) -> None:
    same, moved, cancelled, unsent = (post.summons() for _ in range(4))
    post.drain()
    post.move(moved)
    post.move(same)
    backup = Backup(post)
    post.drain()
    post.move(moved)
    post.cancel(cancelled)
    post.drain()
    there, effects = post.held(), len(post.simulator.effects())
    backup.restore()
    post.move(unsent)
    assert post.drain() == 0
    with post.acting():
        assert Stop.objects.get().heading == "Intet sendes til Jobnet (DFDG) endnu"
    assert asked == [post.jobcentre_id]
    expected = {moved.pk: (What.CHANGED_THERE, Done.LISTED), cancelled.pk: (What.DELETED_THERE, Done.LISTED)}
    assert compared(post) == expected
    post.drain()
    assert post.held() == there | {unsent.pk: post.start_of(unsent)}
    assert post.changes([unsent])[-1] == (unsent.pk, "updated")
    assert len(post.simulator.effects()) == effects + 1
    assert (post.state(moved), post.state(same)) == (State.NEEDS_HELP, State.DONE)


def test_a_person_may_then_let_ours_stand(post: Post) -> None:
    summons = post.summons()
    post.drain()
    post.move(summons)
    backup = Backup(post)
    post.drain()
    post.move(summons)
    post.drain()
    backup.restore()
    post.drain()
    compared(post)
    post.synk(summons)
    post.drain()
    assert post.held() == {summons.pk: post.start_of(summons)}


def test_emails_that_waited_are_not_sent_twice_unasked(post: Post) -> None:
    with post.acting():
        now = timezone.now()
        Sending.objects.create(jobcentre=post.world.jobcentre, receiver=Receiver.MAIL, database="another")
        message = Message.objects.create(
            jobcentre=post.world.jobcentre,
            receiver=Receiver.MAIL,
            kind="mail",
            subject_id=uuid4(),
            not_before=now,
            created_at=now,
            changed_at=now,
        )
    assert engine.drain(post.jobcentre_id, Receiver.MAIL) == 0
    with post.acting():
        message.refresh_from_db()
        assert (message.state, message.error_text) == (
            State.NEEDS_HELP,
            "Er måske sendt, før databasen blev genskabt.",
        )
        assert not Stop.objects.exists()


def test_the_same_database_is_no_restore(post: Post) -> None:
    post.summons()
    assert post.drain() == 1
    post.summons()
    assert post.drain() == 1


@pytest.fixture
def reachable(simulator: RunningSimulator, settings: Settings) -> Iterator[RunningSimulator]:
    """The simulator as DFDG, for as long as the test lasts."""
    settings.DFDG_URL = simulator.url
    yield simulator
    dfdg.client().close()
    dfdg._client.cache_clear()


@pytest.mark.deep
def test_restored_to_one_second_before_the_disaster_nothing_wrong_is_sent_and_what_differs_is_listed(
    transactional_db: None, reachable: RunningSimulator, asked: list[int]
) -> None:
    with own_postgres.running() as server:
        post = Post(factories.make_nordby(), reachable)
        summonses = [post.summons() for _ in range(30)]
        post.drain()
        backup = own_postgres.back_up(server)
        for one in summonses[:10]:
            post.move(one)
        moment = timezone.now() + A_SECOND
        wait_until(lambda: timezone.now() > moment + A_SECOND)
        post.drain()
        moved, cancelled = summonses[5:15], summonses[15:20]
        for one in moved:
            post.move(one)
        for one in cancelled:
            post.cancel(one)
        post.drain()
        there, effects = post.held(), len(reachable.effects())
        own_postgres.kill(server)
        with own_postgres.restored(server, backup, moment):
            assert post.drain() == 0
            assert asked == [post.jobcentre_id]
            found = compared(post)
            post.drain()
            assert found == {
                **{one.pk: (What.CHANGED_THERE, Done.LISTED) for one in moved},
                **{one.pk: (What.DELETED_THERE, Done.LISTED) for one in cancelled},
            }
            assert (post.held(), len(reachable.effects())) == (there, effects)
            assert {post.state(one) for one in summonses[:5]} == {State.DONE}
    print(f"FAULT-10 restored to a second before: 0 wrongly sent (limit 0), {len(found)} of 15 differences listed ok")
