"""What counsellors' own calendars take, and what of ours is moved or deleted there; read from a real CalDAV server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from admin_module.models import CalendarConnection
from booking.models import Claim, Difference, Done, What
from booking.queries.facts import picture
from booking.queries.hits import Scope, Why, hits
from booking.services import busy_times
from booking.services.calendar_entries import mark
from planner.accounts.models import Settings
from planner.calendars import lines
from planner.outbox.states import State
from tests.calendars.desk import Desk
from tests.calendars.radicale import CounsellorsCalendar, RunningRadicale, written_at
from tests.factories import MONDAY

pytestmark = pytest.mark.requirement("SYNC-19")

MINUTES = timedelta(minutes=5)
"""What is read now is younger than what was written."""
TEN = ("DTSTART:20261130T090000Z", "DTEND:20261130T100000Z")


def read(desk: Desk) -> int:
    return busy_times.read_all(desk.jobcentre_id, now=timezone.now())


def night(desk: Desk) -> int:
    return busy_times.compare_calendars(desk.jobcentre_id, now=timezone.now())


@pytest.mark.requirement("TIME-04")
def test_busy_times_make_the_time_not_free_and_go_again(desk: Desk, own: CounsellorsCalendar) -> None:
    own.write(*TEN, "SUMMARY:Tandlæge")
    own.write("DTSTART:20261130T093000Z", "DTEND:20261130T103300Z")
    own.write("DTSTART:20261130T120000Z", "DTEND:20261130T130000Z", "TRANSP:TRANSPARENT")
    whole = own.write("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202")
    desk.sent("09:00")
    desk.work()
    assert read(desk) == 1
    assert desk.busy() == [("2026-11-30 10:00", "11:35"), ("2026-12-01 00:00", "24:00")]
    with desk.acting():
        facts = picture(
            settings=Settings.objects.get(), team_id=None, first=MONDAY, last=MONDAY, now=timezone.now(),
            counsellors=[desk.world.anna.pk],
        )  # fmt: skip
        assert len(facts.counsellors[desk.world.anna.pk].busy) == 1
        kept = set(Claim.objects.filter(firm=False).values_list("pk", flat=True))
    own.remove(whole)
    read(desk)
    with desk.acting():
        assert set(Claim.objects.filter(firm=False).values_list("pk", flat=True)) < kept
    assert desk.busy() == [("2026-11-30 10:00", "11:35")]
    assert desk.connection().busy_read_at == timezone.now()


def test_what_was_last_read_holds_while_the_calendar_is_away(desk: Desk, own: CounsellorsCalendar) -> None:
    own.write(*TEN)
    read(desk)
    before = desk.connection().busy_read_at
    with desk.acting():
        CalendarConnection.objects.update(user_name="ukendt")
    assert read(desk) == 0
    assert desk.busy() == [("2026-11-30 10:00", "11:00")]
    connection = desk.connection()
    assert connection.busy_read_at == before
    assert "lukker ikke Planner ind" in connection.last_error


@pytest.mark.requirement("TIME-08", "APP-04")
def test_a_busy_time_on_top_of_a_conversation_is_kept_and_must_be_handled(desk: Desk, own: CounsellorsCalendar) -> None:
    summons = desk.sent("09:00")
    desk.sent("11:00")
    own.write("DTSTART:20261130T081500Z", "DTEND:20261130T083000Z")
    read(desk)
    assert desk.busy() == [("2026-11-30 09:15", "09:30")]
    with desk.acting():
        found = hits(Scope(), settings=Settings.objects.get(), now=timezone.now())
    assert [(hit.appointment_id, hit.why, hit.counsellor_id) for hit in found] == [
        (summons.appointment_id, Why.BUSY, desk.world.anna.pk)
    ]


@pytest.mark.parametrize("what", [What.CHANGED_THERE, What.DELETED_THERE])
def test_an_entry_that_is_moved_or_deleted_is_put_back_and_the_counsellor_is_told(
    desk: Desk, own: CounsellorsCalendar, what: What
) -> None:
    summons = desk.sent("09:00")
    desk.sent("11:00")
    desk.work()
    [event, _other] = own.events()
    if what == What.DELETED_THERE:
        own.remove(event["UID"])
    else:
        own.change(event["UID"], "DTSTART:20261130T080000Z", "DTSTART:20261130T083000Z")
    desk.clock.shift(MINUTES)
    read(desk)
    assert desk.work() == 1
    assert own.starts() == written_at("09:00", "11:00")
    with desk.acting():
        [difference] = Difference.objects.all()
    assert difference.appointment_id == summons.appointment_id
    assert (difference.what, difference.done, difference.counsellor_id) == (what, Done.PUT_BACK, desk.world.anna.pk)
    assert desk.busy() == []
    desk.clock.shift(MINUTES)
    read(desk)
    assert desk.work() == 0


def test_what_is_under_way_is_not_put_back(desk: Desk, own: CounsellorsCalendar) -> None:
    summons = desk.sent("09:00")
    desk.work()
    desk.move(summons, "11:00")
    desk.clock.shift(MINUTES)
    read(desk)
    with desk.acting():
        assert not Difference.objects.exists()
    desk.work()
    assert own.starts() == written_at("11:00")


def test_a_calendar_that_is_connected_later_gets_what_is_to_come(desk: Desk, radicale: RunningRadicale) -> None:
    desk.sent("09:00", counsellor=desk.world.birk)
    desk.pending("11:00", counsellor=desk.world.birk)
    birks = radicale.empty_calendar()
    desk.connect(desk.world.birk, birks.address)
    assert read(desk) == 2
    desk.work()
    assert birks.starts() == written_at("09:00")


def test_a_calendar_that_answers_again_gets_at_once_what_waited(desk: Desk, own: CounsellorsCalendar) -> None:
    with desk.acting():
        CalendarConnection.objects.update(user_name="ukendt")
    desk.sent()
    desk.work()
    with desk.acting():
        CalendarConnection.objects.update(user_name="anna")
    read(desk)
    assert [message.state for message in desk.messages()] == [State.READY]
    assert desk.work() == 1
    assert own.starts() == written_at("09:00")


@pytest.mark.requirement("SYNC-08")
def test_at_night_every_entry_is_compared_and_unknown_ones_of_ours_go(desk: Desk, own: CounsellorsCalendar) -> None:
    far = desk.sent("09:00")
    desk.sent("10:00")
    desk.work()
    events = own.events()
    own.change(events[0]["UID"], "SUMMARY:Jobsamtale", "SUMMARY:Noget andet")
    own.remove(events[1]["UID"])
    unknown = own.write(*TEN, uid=f"{far.pk}{mark(desk.jobcentre_id)}")
    theirs = own.write(*TEN, uid=f"{far.pk}@0123456789ab.planner")
    desk.clock.shift(MINUTES)
    assert night(desk) == 1
    desk.work()
    assert own.starts() == written_at("09:00", "10:00", "10:00")
    uids = [event["UID"] for event in own.events()]
    assert theirs in uids
    assert unknown not in uids
    desk.clock.shift(MINUTES)
    night(desk)
    assert desk.work() == 0


def test_turning_initials_off_takes_them_out_of_the_calendars_by_night(desk: Desk, own: CounsellorsCalendar) -> None:
    desk.sent()
    desk.work()
    with desk.acting():
        Settings.objects.update(calendar_initials=False)
    desk.clock.shift(MINUTES)
    night(desk)
    desk.work()
    assert [event["SUMMARY"] for event in own.events()] == ["Jobsamtale"]


def test_an_older_reading_does_not_undo_a_newer_one(desk: Desk, own: CounsellorsCalendar) -> None:
    own.write(*TEN)
    read(desk)
    with desk.acting():
        CalendarConnection.objects.update(busy_read_at=timezone.now() + timedelta(seconds=1))
    own.write("DTSTART:20261130T120000Z", "DTEND:20261130T130000Z")
    read(desk)
    assert desk.busy() == [("2026-11-30 10:00", "11:00")]
    assert lines._lines == {}
