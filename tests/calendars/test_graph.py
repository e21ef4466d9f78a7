"""Microsoft Graph, against a server that keeps to the published contract."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from planner.calendars import graph
from planner.calendars.errors import NotLetIn, Refused, Silent
from planner.calendars.interface import Held, OwnEntry, Written
from tests.calendars.graph_server import GraphServer
from tests.factories import MONDAY, at

pytestmark = pytest.mark.requirement("SYNC-19")

MARK = "@0123abcd.planner"
UID = f"{UUID(int=7)}{MARK}"
FIRST, LAST = at(MONDAY, "00:00"), at(MONDAY, "00:00") + timedelta(weeks=12)


@pytest.fixture
def microsoft(httpserver: HTTPServer) -> GraphServer:
    graph._access.cache_clear()
    return GraphServer(httpserver)


def entry(clock: str = "09:00", uid: str = UID) -> OwnEntry:
    start = at(MONDAY, clock)
    return OwnEntry(
        uid=uid, title="Jobsamtale", starts_at=start, ends_at=start + timedelta(minutes=45), place="Lokale 1",
        text="Tag CV med.", link="https://planner.dk/a/",
    )  # fmt: skip


def held_of(written: Written, one: OwnEntry) -> Held:
    return Held(address=written.address, etag=written.etag, starts_at=one.starts_at, ends_at=one.ends_at)


def test_an_entry_is_private_and_takes_the_time(microsoft: GraphServer) -> None:
    microsoft.calendar.put(entry(), held=None, request_id=uuid4())
    [event] = microsoft.events.values()
    assert (event["subject"], event["sensitivity"], event["showAs"]) == ("Jobsamtale", "private", "busy")
    assert event["start"] == {"dateTime": "2026-11-30T08:00:00", "timeZone": "UTC"}
    assert event["body"] == {"contentType": "text", "content": "Tag CV med.\n\nhttps://planner.dk/a/"}
    assert event["location"] == {"displayName": "Lokale 1"}


def test_a_repeat_makes_no_double(microsoft: GraphServer) -> None:
    request_id = uuid4()
    first = microsoft.calendar.put(entry(), held=None, request_id=request_id)
    again = microsoft.calendar.put(entry(), held=None, request_id=request_id)
    another = microsoft.calendar.put(entry(), held=None, request_id=uuid4())
    assert first.address == again.address == another.address
    assert len(microsoft.events) == 1


def test_a_move_changes_what_is_there(microsoft: GraphServer) -> None:
    first = microsoft.calendar.put(entry(), held=None, request_id=uuid4())
    moved = microsoft.calendar.put(entry("11:00"), held=held_of(first, entry()), request_id=uuid4())
    assert not moved.was_changed
    assert [event["start"]["dateTime"] for event in microsoft.events.values()] == ["2026-11-30T10:00:00"]


def test_a_lost_update_is_noticed_by_its_etag(microsoft: GraphServer) -> None:
    first = microsoft.calendar.put(entry(), held=None, request_id=uuid4())
    microsoft.change(first.address, start={"dateTime": "2026-11-30T13:00:00.0000000", "timeZone": "UTC"})
    written = microsoft.calendar.put(entry("11:00"), held=held_of(first, entry()), request_id=uuid4())
    assert written.was_changed
    assert [event["start"]["dateTime"] for event in microsoft.events.values()] == ["2026-11-30T10:00:00"]


def test_one_that_was_deleted_there_is_written_again(microsoft: GraphServer) -> None:
    first = microsoft.calendar.put(entry(), held=None, request_id=uuid4())
    microsoft.events.clear()
    microsoft.calendar.put(entry(), held=held_of(first, entry()), request_id=uuid4())
    assert len(microsoft.events) == 1


def test_deleting_what_is_not_there_is_done(microsoft: GraphServer) -> None:
    microsoft.calendar.put(entry(), held=None, request_id=uuid4())
    microsoft.calendar.delete(UID, held=None)
    microsoft.calendar.delete(UID, held=None)
    assert microsoft.events == {}


def test_busy_tentative_and_away_take_the_time_and_free_does_not(microsoft: GraphServer) -> None:
    shown = ("free", "tentative", "busy", "oof", "workingElsewhere")
    for number, name in enumerate(shown):
        microsoft.add(at(MONDAY, f"{10 + number}:00"), at(MONDAY, f"{10 + number}:30"), showAs=name)
    microsoft.add(at(MONDAY, "16:00"), at(MONDAY, "16:30"), isCancelled=True)
    microsoft.calendar.put(entry(), held=None, request_id=uuid4())
    found = sorted(microsoft.calendar.busy(FIRST, LAST, mark=MARK), key=lambda one: one.starts_at)
    assert [one.is_busy for one in found] == [True, False, True, True, True, False, False]
    assert [one.uid for one in found if one.uid.endswith(MARK)] == [UID]
    assert [one.title for one in found] == ["Jobsamtale", *[""] * 6]


def test_a_whole_day_is_one_of_ours(microsoft: GraphServer) -> None:
    day = {"dateTime": "2026-12-01T00:00:00.0000000", "timeZone": "UTC"}
    event = microsoft.add(FIRST, LAST, isAllDay=True)
    microsoft.change(event, start=day, end=day | {"dateTime": "2026-12-02T00:00:00.0000000"})
    [found] = microsoft.calendar.busy(FIRST, LAST, mark=MARK)
    assert found.starts_at == at(MONDAY + timedelta(days=1), "00:00")
    assert found.ends_at == at(MONDAY + timedelta(days=2), "00:00")


def test_every_page_is_read_and_none_of_another_host(microsoft: GraphServer) -> None:
    for number in range(450):
        start = FIRST + timedelta(hours=number)
        microsoft.add(start, start + timedelta(minutes=30))
    assert len(microsoft.calendar.busy(FIRST, LAST, mark=MARK)) == 450
    elsewhere = '{"value": [], "@odata.nextLink": "https://ond.example/v1.0/calendarView?$skip=1"}'
    microsoft.faults.append(Response(elsewhere, 200))
    with pytest.raises(Refused, match="viser videre"):
        microsoft.calendar.busy(FIRST, LAST, mark=MARK)


def test_no_more_than_four_requests_to_a_mailbox_at_once(microsoft: GraphServer) -> None:
    uids = [f"{uuid4()}{MARK}" for _number in range(24)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda uid: microsoft.calendar.put(entry(uid=uid), held=None, request_id=uuid4()), uids))
    assert len(microsoft.events) == 24
    assert microsoft.most <= 4
    assert microsoft.tokens == 1


def test_it_waits_as_long_as_it_is_told(microsoft: GraphServer) -> None:
    microsoft.calendar.probe()
    microsoft.faults.append(Response("", 429, headers={"Retry-After": "120"}))
    with pytest.raises(Silent) as caught:
        microsoft.calendar.probe()
    assert caught.value.retry_after == timedelta(seconds=120)


def test_a_token_that_is_no_longer_good_is_asked_for_again(microsoft: GraphServer) -> None:
    microsoft.calendar.probe()
    microsoft.tokens += 1
    with pytest.raises(NotLetIn):
        microsoft.calendar.probe()
    microsoft.calendar.probe()


def test_a_wrong_secret_or_mailbox_is_said_in_words(microsoft: GraphServer) -> None:
    wrong = replace(microsoft.application, secret="forkert")
    with pytest.raises(NotLetIn, match="lukker ikke Planner ind"):
        replace(microsoft.calendar, application=wrong).probe()
    with pytest.raises(Refused, match="findes ikke"):
        replace(microsoft.calendar, mailbox="ukendt@nordby.dk").probe()
