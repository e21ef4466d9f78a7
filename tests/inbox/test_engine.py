"""The engine: each message once, in order per citizen and kind, tried again after a pause, forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from planner.dfdg.codes import EntityKind
from planner.dfdg.messages import PushedMessage
from planner.inbox import readers, services
from planner.inbox.models import Latest, Received
from planner.inbox.readers import CannotUse, News
from planner.outbox.models import Exchange
from planner.ui.refusal import Refusal
from tests.factories import NOW
from tests.inbox.pushing import OTHER_CPR, Pusher, later, pushed

pytestmark = pytest.mark.requirement("SYNC-17")
KIND = 4711


class Diary:
    """A reader that writes down what it is given, and fails when told to."""

    def __init__(self) -> None:
        self.seen: list[PushedMessage] = []
        self.fault: Exception | None = None

    def __call__(self, news: News) -> bool:
        if self.fault:
            raise self.fault
        self.seen.append(news.message)
        return True


@pytest.fixture
def diary() -> Iterator[Diary]:
    diary = Diary()
    readers.register(KIND, diary)
    yield diary
    del readers._readers[KIND]


def told(minute: int, like: PushedMessage | None = None, cpr: str = "") -> PushedMessage:
    """A version of a thing, a new one or the same as another message's."""
    thing = {"external_id": like.external_id, "cpr": like.cpr} if like else {"cpr": cpr} if cpr else {}
    return pushed(entity=KIND, registered_at=later(minute), **thing)


def test_messages_are_handled_in_the_order_of_the_changes(dfdg: Pusher, diary: Diary) -> None:
    messages = [told(minute) for minute in range(4)]
    for message in reversed(messages):
        dfdg.push(message)
    assert dfdg.drain() == 4
    assert [one.version_id for one in diary.seen] == [one.version_id for one in messages]
    assert dfdg.drain() == 0


def test_an_older_version_that_comes_late_changes_nothing(dfdg: Pusher, diary: Diary) -> None:
    first = told(0)
    second = told(5, like=first)
    dfdg.take(second, first, second)
    assert [one.version_id for one in diary.seen] == [second.version_id]
    assert Exchange.objects.filter(text__contains="Der er allerede").count() == 1


def test_what_fails_is_tried_again_and_holds_up_only_its_own(dfdg: Pusher, diary: Diary) -> None:
    mine, next_of_mine, other = told(0), told(1), told(2, cpr=OTHER_CPR)
    diary.fault = Refusal("Kalenderen er optaget lige nu.")
    dfdg.push(mine)
    dfdg.push(next_of_mine)
    assert dfdg.drain() == 1
    kept = Received.objects.get(version_id=mine.version_id)
    assert (kept.attempts, kept.handled_at, kept.error_text) == (1, None, "Kalenderen er optaget lige nu.")
    diary.fault = None
    dfdg.take(other)
    assert [one.version_id for one in diary.seen] == [other.version_id]
    with time_machine.travel(NOW + timedelta(seconds=2), tick=False):
        dfdg.drain()
    assert [one.version_id for one in diary.seen[1:]] == [mine.version_id, next_of_mine.version_id]


def test_pauses_grow_as_the_outboxs_do(dfdg: Pusher, diary: Diary) -> None:
    diary.fault = RuntimeError("no CPR 120588-1234 here")
    dfdg.push(told(0))
    moment, pauses = NOW, []
    for _attempt in range(4):
        with time_machine.travel(moment, tick=False):
            assert dfdg.drain() == 1
        kept = Received.objects.get()
        pauses.append((kept.not_before - moment).total_seconds())
        moment = kept.not_before
    assert [0.8 * full <= pause <= full for pause, full in zip(pauses, (1, 3, 7, 15), strict=True)] == [True] * 4
    assert kept.error_text == "Uventet fejl i Planner. Den er noteret, og der prøves igen."


def test_what_will_never_be_of_use_is_noted_and_holds_up_nobody(dfdg: Pusher, diary: Diary) -> None:
    bad, good = told(0), told(1)
    dfdg.push(bad)
    dfdg.push(good)
    diary.fault = CannotUse("Borger 120588-1234 findes ikke.")
    assert dfdg.drain() == 2
    diary.fault = None
    kept = Received.objects.get(version_id=bad.version_id)
    assert kept.handled_at == NOW
    assert "1234" not in kept.error_text + "".join(Exchange.objects.values_list("text", flat=True))


def test_a_kind_that_planner_does_not_use_is_kept_and_passed_by(dfdg: Pusher) -> None:
    dfdg.take(pushed(entity=4712))
    assert Received.objects.get().handled_at == NOW


def test_a_masked_prefix_of_the_kind_is_read_away(dfdg: Pusher) -> None:
    dfdg.push(pushed(entity=int(f"12345{int(EntityKind.DEADLINE)}")))
    assert Received.objects.get().entity == EntityKind.DEADLINE


@pytest.mark.requirement("GUARD-14")
def test_messages_are_gone_after_thirty_days_and_old_versions_still_do_no_harm(dfdg: Pusher, diary: Diary) -> None:
    old = told(0)
    new = told(5, like=old)
    dfdg.take(new)
    services.forget(now=NOW + timedelta(days=29))
    assert Received.objects.count() == 1
    services.forget(now=NOW + timedelta(days=30, minutes=1))
    assert Received.objects.count() == 0
    dfdg.take(old)
    assert [one.version_id for one in diary.seen] == [new.version_id]
    services.forget(now=NOW + timedelta(days=367))
    assert (Received.objects.count(), Latest.objects.count()) == (0, 0)
