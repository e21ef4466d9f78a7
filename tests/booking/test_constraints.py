"""The database is the last judge: every constraint of the book is broken by hand, and speaks the user's words."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from booking.models import (
    BookingDeadline,
    CitizenAbsence,
    Claim,
    Comparison,
    Difference,
    DueDate,
    Mail,
    Printing,
    Summons,
)
from booking.services import sending
from booking.services.constraints import judged
from booking.services.visits import beat
from planner.ui.refusal import Refusal
from tests.booking.offers import choice, reserve
from tests.booking.stories import pending, sent
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_offer

pytestmark = pytest.mark.django_db

CLAIM = """
INSERT INTO booking_claim (jobcentre_id, {whose}, appointment_id, during, day, start_tick, ticks, firm)
SELECT jobcentre_id, {whose}, NULL, tstzrange(lower(during) + interval '5 minutes', upper(during)), day, start_tick,
       ticks, true FROM booking_claim WHERE {whose} IS NOT NULL LIMIT 1
"""

BROKEN: dict[str, tuple[str, str]] = {
    "counsellor_in_one_place": (CLAIM.format(whose="counsellor_id"), "Vejlederen er optaget på det tidspunkt."),
    "room_in_one_use": (CLAIM.format(whose="room_id"), "Mødelokalet er optaget på det tidspunkt."),
    "citizen_in_one_place": (CLAIM.format(whose="citizen_id"), "Borgeren har allerede en aftale på det tidspunkt."),
    "claim_takes_one": (
        "UPDATE booking_claim SET counsellor_id = NULL, room_id = NULL, citizen_id = NULL",
        "En optaget tid hører til netop én vejleder, ét lokale eller én borger.",
    ),
    "claim_within_the_day": (
        "UPDATE booking_claim SET ticks = 0",
        "En optaget tid skal begynde inden for dagen og vare mindst fem minutter.",
    ),
    "appointment_in_order": (
        "UPDATE booking_appointment SET end_at = start_at",
        "Samtalen skal slutte, efter at den begynder.",
    ),
    "appointment_starts_within_the_day": (
        "UPDATE booking_appointment SET start_tick = 288",
        "Samtalen skal begynde inden for dagen.",
    ),
    "counsellor_once_a_meeting": (
        "INSERT INTO booking_appointmentcounsellor (jobcentre_id, appointment_id, counsellor_id)"
        " SELECT jobcentre_id, appointment_id, counsellor_id FROM booking_appointmentcounsellor",
        "Vejlederen holder allerede mødet.",
    ),
    "citizen_once_a_meeting": (
        "INSERT INTO booking_summons (id, jobcentre_id, appointment_id, citizen_id, status, origin, channel, placement,"
        " prepared_at, cancelled_reason, attendance, attendance_reason, language, version) SELECT gen_random_uuid(),"
        " jobcentre_id, appointment_id, citizen_id, 'pending', origin, channel, placement, prepared_at, '', '', '',"
        " 'da', 1 FROM booking_summons",
        "Borgeren deltager allerede i mødet.",
    ),
    "sent_has_time_and_number": (
        "UPDATE booking_summons SET number = NULL WHERE status = 'sent'",
        "En sendt indkaldelse skal have nummer og tidspunkt.",
    ),
    "cancelled_has_a_time": (
        "UPDATE booking_summons SET status = 'cancelled' WHERE status = 'sent'",
        "En aflyst indkaldelse skal have et tidspunkt for aflysningen.",
    ),
    "attendance_of_what_was_sent": (
        "UPDATE booking_summons SET attendance = 'met', attendance_at = prepared_at WHERE status = 'pending'",
        "Fremmøde kan kun registreres for en sendt indkaldelse.",
    ),
    "summons_number_once": (
        "UPDATE booking_summons SET number = (SELECT number FROM booking_summons WHERE status = 'sent')",
        "Indkaldelses-id'et er allerede brugt.",
    ),
    "one_citizen_a_number": (
        "UPDATE booking_cprnumber SET digest = '\\x00'",
        "Personnummeret hører allerede til en anden borger.",
    ),
    "one_number_a_citizen": (
        "INSERT INTO booking_cprnumber (jobcentre_id, citizen_id, encrypted, digest)"
        " SELECT jobcentre_id, citizen_id, encrypted, '\\x00' FROM booking_cprnumber LIMIT 1",
        "Borgeren har allerede et gældende personnummer.",
    ),
    "one_due_date_a_kind": (
        "INSERT INTO booking_duedate (jobcentre_id, citizen_id, kind, due_on, source, fetched_at)"
        " SELECT jobcentre_id, citizen_id, kind, due_on, source, fetched_at FROM booking_duedate",
        "Borgeren har allerede en falddato af den slags.",
    ),
    "citizen_absence_in_order": (
        "UPDATE booking_citizenabsence SET last_on = first_on - 1",
        "Fraværet skal slutte, efter at det begynder.",
    ),
    "booking_deadline_once": (
        "INSERT INTO booking_bookingdeadline (jobcentre_id, citizen_id, external_id, type_id, book_by, hold_by, status,"
        " fetched_at) SELECT jobcentre_id, citizen_id, external_id, type_id, book_by, hold_by, status, fetched_at"
        " FROM booking_bookingdeadline",
        "Fristen er allerede kendt.",
    ),
    "offer_number_once": (
        "UPDATE booking_onlineoffer SET number = 1",
        "Tilbudsnummeret er allerede brugt.",
    ),
    "offer_dates_in_order": (
        "UPDATE booking_onlineoffer SET opens_on = '2026-12-02', ends_on = '2026-12-01'",
        "Slutdatoen skal ligge efter den første dato, tilbuddet kan bookes.",
    ),
    "offer_times_in_order": (
        "UPDATE booking_onlineoffer SET from_time = '12:00', to_time = '12:00'",
        "Tidspunktet «Senest kl.» skal ligge efter «Tidligst kl.».",
    ),
    "counsellor_once_an_offer": (
        "INSERT INTO booking_offercounsellor (jobcentre_id, offer_id, counsellor_id)"
        " SELECT jobcentre_id, offer_id, counsellor_id FROM booking_offercounsellor",
        "Vejlederen er allerede med i tilbuddet.",
    ),
    "hold_books_or_moves": (
        "UPDATE booking_hold SET offer_id = NULL",
        "En reservation hører til et tilbud eller en aftale.",
    ),
    "one_mail_an_occasion": (
        "INSERT INTO booking_mail (id, jobcentre_id, summons_id, occasion, edition, start_at, created_at)"
        " SELECT gen_random_uuid(), jobcentre_id, summons_id, occasion, edition, start_at, created_at"
        " FROM booking_mail",
        "Borgeren har allerede fået en e-mail om det.",
    ),
    "one_heartbeat_each": (
        "INSERT INTO booking_heartbeat (jobcentre_id, beat_at) SELECT jobcentre_id, beat_at FROM booking_heartbeat",
        "Livstegnet er allerede noteret.",
    ),
    "one_open_difference": (
        "INSERT INTO booking_difference (jobcentre_id, receiver, subject_id, what, done, parts, text, found_at)"
        " SELECT jobcentre_id, receiver, subject_id, what, done, parts, text, found_at FROM booking_difference",
        "Afvigelsen står der allerede.",
    ),
    "one_comparison_a_receiver": (
        "INSERT INTO booking_comparison (jobcentre_id, receiver, began_at, read, found)"
        " SELECT jobcentre_id, receiver, began_at, read, found FROM booking_comparison",
        "Sammenligningen er allerede begyndt.",
    ),
    "one_letter_a_line": (
        "INSERT INTO booking_letter (jobcentre_id, printing_id, line, summons_id, kind, start_at, address)"
        " SELECT jobcentre_id, printing_id, line, summons_id, kind, start_at, address FROM booking_letter",
        "Brevet ligger der allerede.",
    ),
}


@pytest.fixture
def full_book(nord: World) -> World:
    """A row of everything: one sent, one pending with a room, what is known of a citizen, two offers and a hold."""
    sent(nord, clock="09:00")
    waiting = pending(nord, clock="11:00")
    Claim.objects.create(
        jobcentre=nord.jobcentre,
        room=nord.room,
        during=(at(MONDAY, "09:00"), at(MONDAY, "10:00")),
        day=MONDAY,
        start_tick=108,
        ticks=12,
    )
    known = {"jobcentre": nord.jobcentre, "citizen": waiting.citizen, "fetched_at": NOW}
    DueDate.objects.create(kind="Jobsamtale", due_on=MONDAY, **known)
    CitizenAbsence.objects.create(kind="Ferie", first_on=MONDAY, last_on=MONDAY, **known)
    BookingDeadline.objects.create(external_id=waiting.pk, type_id=7, book_by=MONDAY, hold_by=MONDAY, **known)
    make_citizen(nord.jobcentre)
    make_offer(nord.team)
    reserve(make_offer(nord.team, nord.birk), make_citizen(nord.jobcentre), choice("13:00"))
    beat(jobcentre_id=nord.jobcentre.pk, now=NOW)
    Mail.objects.create(jobcentre=nord.jobcentre, summons=waiting, occasion="booked", start_at=NOW, created_at=NOW)
    other = {"jobcentre": nord.jobcentre, "receiver": "dfdg"}
    Difference.objects.create(subject_id=waiting.pk, what="missing", done="listed", found_at=NOW, **other)
    Comparison.objects.create(began_at=NOW, **other)
    printing = Printing.objects.create(jobcentre=nord.jobcentre, asked_by=nord.bo, asked_at=NOW)
    printing.letters.create(jobcentre=nord.jobcentre, line=1, summons=waiting, kind="summons", start_at=NOW)
    return nord


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.requirement("TIME-08")
@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_it_whatever_the_code_does(full_book: World, name: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        run(BROKEN[name][0])
    assert refused.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


@pytest.mark.parametrize("name", BROKEN)
def test_the_user_sees_a_sentence(full_book: World, name: str) -> None:
    with pytest.raises(Refusal) as refused, judged():
        run(BROKEN[name][0])
    assert (refused.value.code, str(refused.value)) == (name, BROKEN[name][1])
    assert Summons.objects.count() == 2


def test_every_constraint_of_the_appointment_book_is_broken_here() -> None:
    models = apps.get_app_config("booking").get_models()
    named = {constraint.name for model in models for constraint in model._meta.constraints}
    assert named == set(BROKEN)


@pytest.mark.requirement("TIME-08", "SELF-06")
def test_the_exclusion_constraint_speaks_through_a_service(full_book: World) -> None:
    going = Summons.objects.get(status="sent")
    sending.cancel(summons=going, reason="", by=full_book.bo, now=NOW)
    pending(full_book, clock="09:00")
    outcome = sending.restore(summonses=[going], now=NOW)
    assert [str(one.refusal) for one in outcome.refused] == ["Vejlederen er optaget på det tidspunkt."]


def test_what_is_no_named_rule_is_not_hidden(nord: World) -> None:
    with pytest.raises(IntegrityError), judged():
        run(f"INSERT INTO booking_cprnumber (jobcentre_id, encrypted) VALUES ({nord.jobcentre.pk}, '')")
