"""What other systems did, as DFDG pushes it: conversations, deadlines and contact groups (SYNC-17, KSS-02)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from admin_module.models import ContactGroup, Counsellor, MeetingForm
from booking.models import Appointment, BookingDeadline, Citizen, Claim, Origin, PlacedBy, Summons
from booking.queries.history import history
from booking.queries.hits import Scope, Why, hits
from booking.services import bulk, heard, sending
from booking.services.citizens import record_facts
from booking.states import Attendance, SummonsStatus
from planner.accounts.models import Settings
from planner.dfdg import wire
from planner.dfdg.codes import ChangeKind, EntityKind
from planner.dfdg.messages import BookingDeadline as SaidDeadline
from planner.dfdg.messages import (
    Coded,
    ContactGroupPeriod,
    EmployeeName,
    PersonFacts,
    Place,
    PushedMessage,
    SummonsMessage,
)
from planner.inbox.models import Received
from planner.outbox.models import Exchange, Message
from tests.factories import MONDAY, NOW, World, at, make_appointment, make_citizen, make_summons
from tests.inbox.pushing import CPR, OTHER_CPR, Pusher, later, pushed

pytestmark = pytest.mark.requirement("SYNC-17")


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dfdg(nord: World, settings: Any) -> Pusher:
    settings.BORGERBOOKING_TOKEN = "a token of the trial run"
    return Pusher(nord.jobcentre.pk)


@pytest.fixture
def peter(nord: World) -> Citizen:
    return make_citizen(nord.jobcentre, "Peter Krogh", cpr=CPR)


def said(
    clock: str = "10:00", *, minutes: int = 30, by: Counsellor | None = None, **particulars: Any
) -> SummonsMessage:
    """A conversation of 30 minutes on MONDAY, as DFDG holds it."""
    start_at = at(particulars.pop("day", MONDAY), clock)
    name = EmployeeName(given_name="Anna", family_name="Agger", identifier=by.employee_id) if by else None
    values: dict[str, Any] = {
        "summons_id": uuid4(),
        "cpr": CPR,
        "starts_at": start_at,
        "ends_at": start_at + timedelta(minutes=minutes),
        "conversation_type": 12,
        "meeting_form": 1,
        "contact_mode": 1,
        "title": "Samtale om uddannelse",
        "place": Place(address="Havnegade 4", postal_code="9990", city="Nordby"),
        "employee": name,
    }
    return SummonsMessage(**(values | particulars))


def news(message: SummonsMessage, minute: int = 1, change: ChangeKind = ChangeKind.UPDATED) -> PushedMessage:
    """That change, written down by DFDG `minute` minutes after NOW."""
    body = {} if change is ChangeKind.DELETED else wire.held_summons_body(message)
    return pushed(
        external_id=message.summons_id, change=change, cpr=message.cpr, registered_at=later(minute), body=body
    )


def ours(nord: World, citizen: Citizen, clock: str = "09:00", **particulars: Any) -> Summons:
    """A summons of ours that DFDG was told of, with the time that it takes."""
    summons = make_summons(citizen, nord.anna, nord.team, by=nord.bo, clock=clock, **particulars)
    bulk.claim_meetings([summons.appointment_id])
    bulk.claim_seats([summons.pk])
    return summons


def as_said(summons: Summons, clock: str, **particulars: Any) -> SummonsMessage:
    """Our summons as the case system has it now."""
    values: dict[str, Any] = {
        "summons_id": summons.pk,
        "conversation_type": 7,
        "minutes": 45,
        "title": summons.appointment.title,
    }
    return said(clock, **(values | particulars))


def claims(meeting: Appointment) -> set[tuple[str, int, int, bool]]:
    """Who is taken, from which tick, for how many, and whether Planner made it."""
    rows = Claim.objects.filter(appointment=meeting)
    whose = {"counsellor_id": "counsellor", "citizen_id": "citizen", "room_id": "room"}
    return {
        (next(word for name, word in whose.items() if getattr(one, name)), one.start_tick, one.ticks, one.firm)
        for one in rows
    }


# Made in a case system


@pytest.mark.requirement("KSS-02", "TIME-02")
def test_a_conversation_of_a_case_system_stands_in_the_calendar_and_takes_its_time(
    dfdg: Pusher, nord: World, peter: Citizen, as_bo: Client
) -> None:
    there = said("10:02", minutes=31, by=nord.anna)
    dfdg.take(news(there))
    summons = Summons.objects.select_related("appointment").get()
    meeting = summons.appointment
    assert (summons.pk, summons.citizen_id, summons.status) == (there.summons_id, peter.pk, SummonsStatus.SENT)
    assert (meeting.origin, meeting.placed_by, summons.origin) == (
        Origin.CASE_SYSTEM,
        PlacedBy.OUTSIDE,
        Origin.CASE_SYSTEM,
    )
    assert (meeting.start_at, meeting.duration, list(meeting.counsellors.all())) == (there.starts_at, 31, [nord.anna])
    assert claims(meeting) == {("counsellor", 120, 7, False), ("citizen", 120, 7, False)}
    assert "Samtale om uddannelse" in as_bo.get(f"/appointments/{meeting.pk}/").content.decode()
    calendar = as_bo.get(f"/calendar/?counsellor={nord.anna.pk}&on={MONDAY}").content.decode()
    assert "Peter Krogh" in calendar


@pytest.mark.requirement("KSS-02", "SYNC-20")
def test_it_is_only_read_here_and_the_page_leads_to_the_case(
    dfdg: Pusher, nord: World, peter: Citizen, as_bo: Client
) -> None:
    Settings.objects.update(case_link="https://sager.nordby.dk/{summons}")
    there = said(by=nord.anna)
    dfdg.take(news(there))
    meeting = Appointment.objects.get()
    page = as_bo.get(f"/appointments/{meeting.pk}/").content.decode()
    assert "Den ændres dér, hvor den er lavet." in page
    assert f"https://sager.nordby.dk/{there.summons_id}" in page
    assert "/move/" not in page
    assert as_bo.post(f"/appointments/{meeting.pk}/cancel/", {"reason": "Sygdom"}).status_code in (409, 422)
    assert Appointment.objects.get().cancelled_at is None


@pytest.mark.requirement("KSS-02")
def test_it_follows_every_change_made_there(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    first = said("10:00", by=nord.anna)
    again = said("13:00", by=nord.birk, summons_id=first.summons_id, title="Opfølgning")
    dfdg.take(news(first), news(again, 2))
    meeting = Appointment.objects.get()
    assert (meeting.start_at, meeting.title, list(meeting.counsellors.all())) == (
        at(MONDAY, "13:00"),
        "Opfølgning",
        [nord.birk],
    )
    assert claims(meeting) == {("counsellor", 156, 6, False), ("citizen", 156, 6, False)}
    dfdg.take(news(again, 3, ChangeKind.DELETED))
    assert (Summons.objects.get().status, Claim.objects.count()) == (SummonsStatus.CANCELLED, 0)
    dfdg.take(news(again, 4))
    assert (Summons.objects.get().status, len(claims(meeting))) == (SummonsStatus.SENT, 2)


def test_a_counsellor_whom_we_do_not_know_leaves_the_citizen_taken(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    dfdg.take(news(said()))
    assert claims(Appointment.objects.get()) == {("citizen", 120, 6, False)}


@pytest.mark.requirement("CIT-02")
def test_a_citizen_whom_nobody_knew_is_made_and_looked_up_by_the_sweep(dfdg: Pusher, nord: World) -> None:
    dfdg.take(news(said(cpr=OTHER_CPR)))
    made = Citizen.objects.get()
    assert (made.source, heard.newcomers(now=NOW)) == (heard.FROM_PUSH, [made.pk])


def test_a_joint_meeting_is_one_meeting_with_everybody_in_it(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    other = make_citizen(nord.jobcentre, "Lone Holm", cpr=OTHER_CPR)
    group: dict[str, Any] = {"group_meeting_id": uuid4(), "meeting_form": 2, "by": nord.anna}
    one, two = said("10:00", **group), said("10:00", cpr=OTHER_CPR, **group)
    dfdg.take(news(one), news(two))
    meeting = Appointment.objects.get()
    assert meeting.form == MeetingForm.JOINT
    assert set(meeting.summonses.values_list("citizen", flat=True)) == {peter.pk, other.pk}
    moved = [said("14:00", summons_id=old.summons_id, cpr=old.cpr, **group) for old in (one, two)]
    dfdg.take(*(news(message, 2) for message in moved))
    held = Appointment.objects.get(cancelled_at=None)
    assert (held.start_at, held.summonses.count()) == (at(MONDAY, "14:00"), 2)
    assert claims(held) == {("counsellor", 168, 6, False), ("citizen", 168, 6, False)}


# Ours, changed elsewhere


@pytest.mark.requirement("KSS-02", "TIME-08", "APP-04")
def test_ours_is_moved_from_the_case_system_even_where_it_collides(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    mine, other = ours(nord, peter), ours(nord, make_citizen(nord.jobcentre), clock="13:00")
    dfdg.take(news(as_said(mine, "13:15", by=nord.anna)))
    meeting = Appointment.objects.get(pk=mine.appointment_id)
    assert (meeting.start_at, meeting.placed_by, meeting.origin) == (
        at(MONDAY, "13:15"),
        PlacedBy.OUTSIDE,
        Origin.PLANNER,
    )
    assert claims(meeting) == {("counsellor", 159, 12, False), ("citizen", 159, 9, False)}
    found = hits(Scope(), settings=Settings.objects.get(), now=NOW)
    assert [(hit.appointment_id, hit.why) for hit in found] == [(other.appointment_id, Why.COLLISION)]
    assert not Message.objects.exists(), "DFDG knows, and told the citizen"


@pytest.mark.requirement("KSS-02", "SYNC-17")
def test_ours_gets_the_title_it_was_given_in_the_case_system_unless_others_meet_there_too(
    dfdg: Pusher, nord: World, peter: Citizen
) -> None:
    mine = ours(nord, peter)
    joint = make_appointment(nord.anna, nord.team, clock="12:00", form=MeetingForm.JOINT, seats_calling=5)
    seat = make_summons(peter, nord.anna, nord.team, by=nord.bo, appointment=joint)
    named = "Samtale om dit praktikforløb"
    dfdg.take(
        news(as_said(mine, "09:00", by=nord.anna, title=named)),
        news(as_said(seat, "12:00", meeting_form=2, group_meeting_id=joint.pk, title=named)),
    )
    titles = dict(Appointment.objects.values_list("pk", "title"))
    assert titles == {mine.appointment_id: named, joint.pk: joint.title}
    assert claims(mine.appointment) == {("counsellor", 108, 12, True), ("citizen", 108, 9, True)}
    assert not Message.objects.exists(), "DFDG knows, and told the citizen"


@pytest.mark.requirement("KSS-02", "APP-04")
def test_the_collision_stands_on_the_front_page(dfdg: Pusher, nord: World, peter: Citizen, as_bo: Client) -> None:
    ours(nord, make_citizen(nord.jobcentre), clock="10:00")
    dfdg.take(news(said("10:15", by=nord.anna)))
    page = as_bo.get("/").content.decode()
    assert "sagsbehandlingssystem" in page
    assert "why=collision" in page


@pytest.mark.requirement("KSS-02", "LOG-01")
def test_the_history_says_that_it_was_moved_and_cancelled_elsewhere(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    mine = ours(nord, peter)
    moved = as_said(mine, "13:15", by=nord.birk)
    dfdg.take(news(moved), news(moved, 2, ChangeKind.DELETED))
    mine.refresh_from_db()
    assert (mine.status, mine.cancelled_at, Claim.objects.count()) == (SummonsStatus.CANCELLED, NOW, 0)
    assert Appointment.objects.get().cancelled_at == NOW
    lines = {(line.words, line.by) for line in history({mine.pk: "", mine.appointment_id: ""})}
    assert ("Aflyst: Sket i sagsbehandlingssystemet.", "DFDG") in lines
    moved_at = "man. 30. nov. kl.\u00a09.00 til man. 30. nov. kl.\u00a013.15"
    assert (f"Flyttet i sagsbehandlingssystemet fra {moved_at}", "DFDG") in lines


@pytest.mark.requirement("KSS-02")
def test_one_citizen_is_moved_out_of_a_joint_meeting_and_the_others_stay(
    dfdg: Pusher, nord: World, peter: Citizen
) -> None:
    meeting = make_appointment(nord.anna, nord.team, form=MeetingForm.JOINT, seats_calling=5)
    seats = [
        make_summons(one, nord.anna, nord.team, by=nord.bo, appointment=meeting)
        for one in (peter, make_citizen(nord.jobcentre))
    ]
    bulk.claim_meetings([meeting.pk])
    bulk.claim_seats(one.pk for one in seats)
    apart = as_said(seats[0], "14:00", meeting_form=2, group_meeting_id=meeting.pk)
    dfdg.take(news(apart))
    seats[0].refresh_from_db()
    assert seats[0].appointment_id != meeting.pk
    assert seats[0].appointment.start_at == at(MONDAY, "14:00")
    assert claims(meeting) == {("counsellor", 108, 12, True), ("citizen", 108, 9, True)}
    back = as_said(seats[0], "09:00", meeting_form=2, group_meeting_id=meeting.pk)
    dfdg.take(news(back, 2))
    seats[0].refresh_from_db()
    assert seats[0].appointment_id == meeting.pk
    assert Appointment.objects.filter(cancelled_at=None).get() == meeting


def test_what_was_registered_here_is_not_changed(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    mine = ours(nord, peter, attendance=Attendance.MET, attendance_at=NOW)
    dfdg.take(news(as_said(mine, "13:00"), change=ChangeKind.DELETED))
    mine.refresh_from_db()
    assert mine.status == SummonsStatus.SENT
    assert "Fremmødet er registreret" in Received.objects.get().error_text


def test_another_citizens_conversation_is_left_alone(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    mine = ours(nord, make_citizen(nord.jobcentre))
    dfdg.take(news(as_said(mine, "13:00")))
    assert Appointment.objects.get().start_at == at(MONDAY, "09:00")
    assert "en anden borger" in Received.objects.get().error_text


# Echoes


def test_an_echo_of_our_own_changes_nothing(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    mine = ours(nord, peter)
    version = mine.version
    dfdg.take(news(as_said(mine, "09:00", by=nord.anna), change=ChangeKind.CREATED))
    mine.refresh_from_db()
    assert (mine.version, mine.appointment.placed_by) == (version, PlacedBy.AUTOMATIC)
    assert Exchange.objects.filter(text="Indkaldelse: Planner vidste det allerede.").count() == 1


def test_while_ours_is_on_its_way_a_late_echo_does_not_undo_it(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    mine = ours(nord, peter)
    sending.cancel(summons=mine, reason="Sygdom", by=nord.bo, now=NOW)
    dfdg.take(news(as_said(mine, "09:00", by=nord.anna)))
    mine.refresh_from_db()
    assert mine.status == SummonsStatus.CANCELLED


def test_an_echo_older_than_what_dfdg_was_told_since_does_not_undo_it(
    dfdg: Pusher, nord: World, peter: Citizen
) -> None:
    mine = ours(nord, peter, clock="11:00")
    told_at = later(30)
    Message.objects.create(
        jobcentre=nord.jobcentre, receiver="dfdg", kind="summons", subject_id=mine.pk, state="done",
        not_before=NOW, created_at=NOW, changed_at=told_at, done_at=told_at,
    )  # fmt: skip
    dfdg.take(news(as_said(mine, "09:00"), 29))
    assert Appointment.objects.get().start_at == at(MONDAY, "11:00")
    dfdg.take(news(as_said(mine, "14:00"), 31))
    assert Appointment.objects.get().start_at == at(MONDAY, "14:00")


# Deadlines and contact groups


def deadline(hold_by: date, minute: int = 1, status: int = 1, **envelope: Any) -> PushedMessage:
    told = SaidDeadline(conversation_type=7, status=status, book_by=MONDAY, hold_by=hold_by)
    values: dict[str, Any] = {
        "entity": EntityKind.DEADLINE,
        "registered_at": later(minute),
        "body": wire.deadline_body(told),
    }
    return pushed(**(values | envelope))


def looked_up(citizen: Citizen, moment: datetime) -> None:
    Citizen.objects.filter(pk=citizen.pk).update(fetched_at=moment)


def test_a_deadline_is_kept_changed_and_shown(dfdg: Pusher, nord: World, peter: Citizen, as_bo: Client) -> None:
    first = deadline(date(2026, 12, 18))
    dfdg.take(first)
    assert "18. dec." in as_bo.get(f"/citizens/{peter.pk}/").content.decode()
    dfdg.take(deadline(date(2026, 12, 22), 2, external_id=first.external_id))
    assert BookingDeadline.objects.get().hold_by == date(2026, 12, 22)
    dfdg.take(deadline(date(2026, 12, 22), 3, status=2, external_id=first.external_id))
    assert BookingDeadline.objects.get().status == BookingDeadline.Status.FULFILLED


def test_a_deadline_that_a_look_up_told_of_is_not_there_twice(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    told = {"type_id": 7, "book_by": MONDAY, "hold_by": MONDAY, "fetched_at": NOW}
    BookingDeadline.objects.create(jobcentre=nord.jobcentre, citizen=peter, **told)
    message = deadline(date(2026, 12, 18))
    dfdg.take(message)
    assert BookingDeadline.objects.get().external_id == message.external_id
    facts = PersonFacts(
        cpr=CPR, given_name="Peter", family_name="Krogh", jobcentre_code="10300",
        deadlines=(SaidDeadline(conversation_type=7, status=1, book_by=MONDAY, hold_by=date(2026, 12, 18)),),
    )  # fmt: skip
    record_facts(jobcentre_id=nord.jobcentre.pk, facts=[facts], now=later(5))
    assert BookingDeadline.objects.get().external_id == message.external_id


def test_what_a_look_up_knew_already_is_not_told_again(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    looked_up(peter, later(10))
    dfdg.take(deadline(date(2026, 12, 18), 5))
    assert not BookingDeadline.objects.exists()


def test_deadlines_of_strangers_are_not_kept(dfdg: Pusher, nord: World) -> None:
    dfdg.take(deadline(date(2026, 12, 18), cpr=OTHER_CPR))
    assert not BookingDeadline.objects.exists()
    assert not Citizen.objects.exists()


def group(code: int, starts_on: date, minute: int) -> PushedMessage:
    told = ContactGroupPeriod(code=code, name=f"Gruppe {code}", starts_on=starts_on)
    return pushed(entity=EntityKind.CONTACT_GROUP, registered_at=later(minute), body=wire.contact_group_body(told))


def test_the_contact_group_follows_with_its_date(dfdg: Pusher, nord: World, peter: Citizen) -> None:
    dfdg.take(group(13, date(2026, 11, 20), 5))
    peter.refresh_from_db()
    assert (peter.contact_group_id, peter.contact_group_from) == (13, date(2026, 11, 20))
    assert ContactGroup.objects.get(code=13).name == "Gruppe 13"
    dfdg.take(group(2, date(2026, 11, 1), 1), group(3, date(2026, 12, 24), 9))
    peter.refresh_from_db()
    assert peter.contact_group_id == 13, "one told earlier comes late, another begins at Christmas"


def test_a_bare_code_is_read_too() -> None:
    body = {"KontaktgruppeType": 12, "Starttidspunkt": "2026-11-20T00:00:00+01:00"}
    assert wire.contact_group_from(wire.Fields(body)).code == 12
    assert wire.contact_group_from(wire.Fields({**body, "KontaktgruppeType": {"kode": 12}})).code == Coded(12, "").code
