"""From the book to the counsellor's calendar, through the outbox and a real CalDAV server."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Difference, Done, Summons, What
from booking.services import sending
from booking.services.reporting import report_again
from planner.accounts.models import Settings as JobcentreSettings
from planner.embedded.children import free_port
from planner.outbox.states import State
from tests.calendars.desk import LATER, Desk
from tests.calendars.radicale import CounsellorsCalendar, RunningRadicale, written_at
from tests.conftest import signed_in
from tests.factories import NOW

pytestmark = pytest.mark.requirement("SYNC-19")


@pytest.mark.requirement("CAL-05")
def test_what_is_sent_stands_in_the_counsellors_calendar_with_no_more_than_is_needed(
    desk: Desk, own: CounsellorsCalendar
) -> None:
    summons = desk.sent("09:00")
    with desk.acting():
        citizen = summons.citizen
    assert desk.work() == 1
    [event] = own.events()
    assert event["SUMMARY"] == f"Jobsamtale · BN {citizen.born_on:%d%m%y}"
    assert event["LOCATION"] == "Havnegade 4, 9990 Nordby"
    assert event["CLASS"] == "PRIVATE"
    assert event["URL"] == f"https://planner.nordby.dk/appointments/{summons.appointment_id}/"
    assert event["DESCRIPTION"].startswith("Tag CV med. 120588-••••")
    assert own.starts() == written_at("09:00")
    assert "Birthe" not in str(event)


def test_a_setting_turns_initials_and_digits_off(desk: Desk, own: CounsellorsCalendar) -> None:
    with desk.acting():
        JobcentreSettings.objects.update(calendar_initials=False)
    desk.sent()
    desk.work()
    assert [event["SUMMARY"] for event in own.events()] == ["Jobsamtale"]


def test_what_is_pending_is_not_written(desk: Desk, own: CounsellorsCalendar) -> None:
    desk.pending()
    assert desk.messages() == []
    desk.work()
    assert own.events() == []


def test_a_counsellor_without_a_calendar_is_told_nothing(desk: Desk) -> None:
    desk.sent(counsellor=desk.world.birk)
    assert desk.messages() == []
    assert desk.entries() == []


def test_a_move_to_another_time_changes_the_one_entry(desk: Desk, own: CounsellorsCalendar) -> None:
    summons = desk.sent("09:00")
    desk.work()
    desk.move(summons, "11:00")
    desk.work()
    assert own.starts() == written_at("11:00")


def test_a_move_to_a_colleague_takes_it_out_here_and_puts_it_there(
    desk: Desk, own: CounsellorsCalendar, radicale: RunningRadicale
) -> None:
    birks = radicale.empty_calendar()
    desk.connect(desk.world.birk, birks.address)
    summons = desk.sent("09:00")
    desk.work()
    desk.move(summons, "10:00", desk.world.birk)
    desk.work()
    assert own.events() == []
    assert birks.starts() == written_at("10:00")


def test_a_cancelling_takes_it_out(desk: Desk, own: CounsellorsCalendar) -> None:
    summons = desk.sent()
    desk.work()
    desk.cancel(summons)
    desk.work()
    assert own.events() == []
    assert {message.state for message in desk.messages()} == {State.DONE}


def test_undoing_a_cancelling_puts_it_there_again(desk: Desk, own: CounsellorsCalendar) -> None:
    summons = desk.sent()
    desk.work()
    desk.cancel(summons)
    desk.work()
    with desk.acting():
        assert not sending.restore(summonses=[summons], now=LATER).refused
    desk.work()
    assert own.starts() == written_at("09:00")


def test_taking_back_what_the_calendar_heard_before_dfdg_takes_it_out(desk: Desk, own: CounsellorsCalendar) -> None:
    summons = desk.sent()
    desk.work()
    with desk.acting():
        assert not sending.take_back(summonses=[summons], now=NOW).refused
        assert sending.delete_pending(summonses=[summons]) == 1
    desk.work()
    assert own.events() == []


def test_said_twice_it_stands_there_once(desk: Desk, own: CounsellorsCalendar) -> None:
    summons = desk.sent()
    desk.work()
    desk.move(summons, "11:00")
    desk.move(summons, "09:00")
    desk.work()
    assert own.starts() == written_at("09:00")


def test_what_the_counsellor_changed_meanwhile_is_noticed_and_told(desk: Desk, own: CounsellorsCalendar) -> None:
    summons = desk.sent()
    desk.work()
    [event] = own.events()
    own.change(event["UID"], "DTSTART:20261130T080000Z", "DTSTART:20261130T083000Z")
    desk.move(summons, "11:00")
    desk.work()
    assert own.starts() == written_at("11:00")
    with desk.acting():
        [difference] = Difference.objects.all()
        assert (difference.what, difference.done) == (What.CHANGED_THERE, Done.PUT_BACK)
        assert difference.counsellor_id == desk.world.anna.pk


def test_a_calendar_that_is_away_holds_up_no_other_and_gets_it_later(desk: Desk, own: CounsellorsCalendar) -> None:
    desk.connect(desk.world.birk, f"http://127.0.0.1:{free_port()}/birk/k/")
    for clock in ("08:00", "09:00", "10:00", "11:00", "12:00"):
        desk.sent(clock, counsellor=desk.world.birk)
        desk.sent(clock, counsellor=desk.world.anna)
    desk.work()
    assert own.starts() == written_at("08:00", "09:00", "10:00", "11:00", "12:00")
    waiting = [message for message in desk.messages() if message.state == State.WAITING]
    assert len(waiting) == 5
    assert {message.error_text for message in waiting} == {"Der er ingen forbindelse til kalenderen."}
    with desk.acting():
        assert desk.connection().last_error == ""


def test_a_wrong_password_is_said_on_the_card_and_stops_nobody_else(desk: Desk, own: CounsellorsCalendar) -> None:
    desk.connect(desk.world.birk, own.address, "forkert")
    desk.sent(counsellor=desk.world.birk)
    desk.sent()
    desk.work()
    assert own.starts() == written_at("09:00")
    with desk.acting():
        birks = desk.world.birk.calendars.get()
    assert "lukker ikke Planner ind" in birks.last_error
    assert birks.last_contact_at is None
    assert desk.connection().last_contact_at is not None


@pytest.mark.requirement("SPEED-12")
def test_many_are_told_in_as_many_statements_as_one(desk: Desk) -> None:
    def statements(*clocks: str) -> int:
        waiting = [desk.pending(clock) for clock in clocks]
        with CaptureQueriesContext(connection) as caught:
            desk.send(*waiting)
        return len(caught)

    assert statements("08:00") == statements("09:00", "10:00", "11:00")


@pytest.mark.requirement("APP-03", "FOLL-02")
def test_the_front_page_counts_whose_counsellor_is_not_notified_and_the_list_shows_them(
    desk: Desk, own: CounsellorsCalendar
) -> None:
    waiting, bo = desk.sent("09:00"), signed_in(desk.world.bo)
    assert bo.get("/").context["status"].not_notified == 1
    listed = bo.get("/summons/follow-up/?opened=1&sync=calendar")
    assert [row.pk for row in listed.context["page"].rows] == [waiting.pk]
    desk.work()
    assert bo.get("/").context["status"].not_notified == 0
    listed = bo.get("/summons/follow-up/?opened=1")
    [row] = listed.context["page"].rows
    assert {str(card.short).partition(":")[0]: card.look for card in row.deliveries} == {
        "Jobnet": "wait",
        "Kalender": "ok",
    }


@pytest.mark.requirement("SYNC-07")
def test_synk_tries_the_calendar_too(desk: Desk, own: CounsellorsCalendar) -> None:
    summons = desk.sent()
    desk.work()
    own.remove(own.events()[0]["UID"])
    with desk.acting():
        found = Summons.objects.select_related("appointment").filter(pk=summons.pk)
        report_again(jobcentre_id=desk.jobcentre_id, summonses=found, now=LATER)
    desk.work()
    assert own.starts() == written_at("09:00")
