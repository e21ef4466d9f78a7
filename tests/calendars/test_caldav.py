"""Writing to and reading from a real CalDAV server."""

from __future__ import annotations

from datetime import UTC, timedelta
from uuid import UUID, uuid4

import pytest
from pytest_httpserver import HTTPServer

from planner.calendars.addresses import checked
from planner.calendars.caldav import CalDavCalendar
from planner.calendars.errors import NotLetIn, Refused, Silent
from planner.calendars.interface import Held, OwnEntry, Written
from planner.embedded.children import free_port
from tests.calendars.radicale import NAME, PASSWORD, CounsellorsCalendar, written_at
from tests.factories import MONDAY, at

pytestmark = pytest.mark.requirement("SYNC-19")

MARK = "@0123abcd.planner"
UID = f"{UUID(int=7)}{MARK}"
FIRST, LAST = at(MONDAY, "00:00"), at(MONDAY, "00:00") + timedelta(weeks=12)


def calendar_of(own: CounsellorsCalendar, password: str = PASSWORD) -> CalDavCalendar:
    return CalDavCalendar(address=own.address, user_name=NAME, password=password)


def entry(clock: str = "09:00", **other: str) -> OwnEntry:
    start = at(MONDAY, clock)
    said = {"title": "Jobsamtale · BN 120588", "place": "Lokale 1", "text": "Tag CV med.", "link": "https://p.dk/a/7/"}
    return OwnEntry(uid=UID, starts_at=start, ends_at=start + timedelta(minutes=45), **(said | other))


def put(own: CounsellorsCalendar, one: OwnEntry, held: Held | None = None) -> Written:
    return calendar_of(own).put(one, held=held, request_id=uuid4())


def held_of(written: Written, one: OwnEntry) -> Held:
    return Held(address=written.address, etag=written.etag, starts_at=one.starts_at, ends_at=one.ends_at)


def test_an_entry_is_private_takes_the_time_and_links_back(own: CounsellorsCalendar) -> None:
    put(own, entry())
    [event] = own.events()
    assert event["UID"] == UID
    assert event["CLASS"] == "PRIVATE"
    assert event["TRANSP"] == "OPAQUE"
    assert event["URL"] == "https://p.dk/a/7/"
    assert event["LOCATION"] == "Lokale 1"
    assert event["DTSTART"] == str(at(MONDAY, "09:00").astimezone(UTC))


def test_a_repeat_makes_no_double_even_where_the_first_answer_was_lost(own: CounsellorsCalendar) -> None:
    put(own, entry())
    again = put(own, entry())
    assert not again.was_changed
    assert len(own.events()) == 1


def test_a_move_is_written_over_what_is_there(own: CounsellorsCalendar) -> None:
    first = put(own, entry())
    moved = put(own, entry("11:00"), held_of(first, entry()))
    assert moved.etag != first.etag
    assert not moved.was_changed
    assert own.starts() == written_at("11:00")


def test_a_lost_update_is_noticed_by_its_etag(own: CounsellorsCalendar) -> None:
    first = put(own, entry())
    own.change(UID, "DTSTART:20261130T080000Z", "DTSTART:20261130T083000Z")
    written = put(own, entry("11:00"), held_of(first, entry()))
    assert written.was_changed
    assert own.starts() == written_at("11:00")


def test_one_that_was_deleted_there_is_written_again(own: CounsellorsCalendar) -> None:
    first = put(own, entry())
    own.remove(UID)
    put(own, entry(), held_of(first, entry()))
    assert len(own.events()) == 1


def test_deleting_what_is_not_there_is_done(own: CounsellorsCalendar) -> None:
    put(own, entry())
    calendar_of(own).delete(UID, held=None)
    calendar_of(own).delete(UID, held=None)
    assert own.events() == []


def test_busy_times_are_read_one_by_one_and_free_ones_are_not_busy(own: CounsellorsCalendar) -> None:
    own.write("DTSTART;TZID=Europe/Copenhagen:20261130T100000", "DURATION:PT1H", "SUMMARY:Tandlæge")
    own.write("DTSTART:20261130T120000Z", "DTEND:20261130T130000Z", "TRANSP:TRANSPARENT")
    own.write("DTSTART:20261130T130000Z", "DTEND:20261130T140000Z", "STATUS:CANCELLED")
    own.write("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202", "SUMMARY:Kursus")
    put(own, entry("14:00"))
    found = sorted(calendar_of(own).busy(FIRST, LAST, mark=MARK), key=lambda one: (one.starts_at, one.ends_at))
    assert [(one.starts_at, one.ends_at, one.is_busy, one.title) for one in found] == [
        (at(MONDAY, "10:00"), at(MONDAY, "11:00"), True, ""),
        (at(MONDAY, "13:00"), at(MONDAY, "14:00"), False, ""),
        (at(MONDAY, "14:00"), at(MONDAY, "14:45"), True, "Jobsamtale · BN 120588"),
        (at(MONDAY, "14:00"), at(MONDAY, "15:00"), False, ""),
        (at(MONDAY + timedelta(days=1), "00:00"), at(MONDAY + timedelta(days=2), "00:00"), True, ""),
    ]


def test_each_occurrence_of_what_is_repeated_is_read_by_the_clock_on_the_wall(own: CounsellorsCalendar) -> None:
    own.write(
        "DTSTART;TZID=Europe/Copenhagen:20261019T090000",
        "DTEND;TZID=Europe/Copenhagen:20261019T100000",
        "RRULE:FREQ=WEEKLY;COUNT=9",
        "EXDATE;TZID=Europe/Copenhagen:20261207T090000",
    )
    found = calendar_of(own).busy(FIRST, LAST, mark=MARK)
    weeks = [MONDAY, MONDAY + timedelta(weeks=2)]
    assert sorted(one.starts_at for one in found) == [at(day, "09:00") for day in weeks]


def test_what_is_repeated_without_end_every_second_is_not_counted_out(own: CounsellorsCalendar) -> None:
    own.write("DTSTART:20261130T080000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY")
    with pytest.raises(Refused, match="hvert minut"):
        calendar_of(own).busy(FIRST, LAST, mark=MARK)


def test_a_calendar_is_found_and_anything_else_is_not(own: CounsellorsCalendar) -> None:
    calendar_of(own).probe()
    with pytest.raises(NotLetIn, match="brugernavn, adgangskode"):
        calendar_of(own, "forkert").probe()
    home = CalDavCalendar(address=own.address.rsplit("/", 2)[0], user_name=NAME, password=PASSWORD)
    with pytest.raises(Refused, match="ikke en kalender"):
        home.probe()


def test_no_answer_is_waited_for() -> None:
    away = CalDavCalendar(address=f"http://127.0.0.1:{free_port()}/anna/k/", user_name=NAME, password=PASSWORD)
    with pytest.raises(Silent, match="ingen forbindelse"):
        away.probe()


def test_a_redirect_is_not_followed_and_never_sees_the_password(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/anna/k/").respond_with_data(
        "", status=302, headers={"Location": httpserver.url_for("/andet/")}
    )
    calendar = CalDavCalendar(address=httpserver.url_for("/anna/k/"), user_name=NAME, password=PASSWORD)
    with pytest.raises(Refused, match="viser videre"):
        calendar.probe()
    assert [request.path for request, _answer in httpserver.log] == ["/anna/k/"]


def test_the_other_side_says_how_long_to_wait(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/anna/k/").respond_with_data("", status=503, headers={"Retry-After": "90"})
    calendar = CalDavCalendar(address=httpserver.url_for("/anna/k/"), user_name=NAME, password=PASSWORD)
    with pytest.raises(Silent) as caught:
        calendar.busy(FIRST, LAST, mark=MARK)
    assert caught.value.retry_after == timedelta(seconds=90)


@pytest.mark.parametrize("body", ["", "<a", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_an_answer_that_cannot_be_read_may_pass(httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request("/anna/k/").respond_with_data(body, status=207)
    calendar = CalDavCalendar(address=httpserver.url_for("/anna/k/"), user_name=NAME, password=PASSWORD)
    with pytest.raises(Silent, match="kan ikke læses"):
        calendar.busy(FIRST, LAST, mark=MARK)


@pytest.mark.parametrize(
    "address",
    [
        "http://kalender.nordby.dk/anna/",
        "https://169.254.169.254/latest/",
        "https://kalender.nordby.dk.ond.dk/",
        "https://anna:hemmelig@kalender.nordby.dk/",
        "https://kalender.nordby.dk:99999/",
        "http://127.0.0.1:5432/",
        "ftp://kalender.nordby.dk/",
        "kalender",
        "",
    ],
)
def test_only_allowed_servers_over_https_are_called(address: str) -> None:
    with pytest.raises(Refused):
        checked(address, hosts=["kalender.nordby.dk"], plain_loopback=True)


def test_an_allowed_server_is_called() -> None:
    address = "https://kalender.nordby.dk/anna/k/"
    assert checked(address, hosts=["kalender.nordby.dk"]) == address
    assert checked("http://127.0.0.1:5232/k/", hosts=["127.0.0.1"], plain_loopback=True)
