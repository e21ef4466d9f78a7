"""A citizen books, rebooks and cancels: rights, idempotence, who is told (SELF-05, SELF-06, SYNC-18)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from admin_module.models import ConversationVariant, StandardText
from booking.models import Appointment, Hold, Origin, PlacedBy, Summons
from booking.rules import why_not_cancel_self
from booking.services import self_booking, sending
from booking.services.moving import move
from booking.services.self_booking import renew_rights
from planner.accounts.models import Settings
from planner.outbox.models import Message
from planner.ui.refusal import Refusal
from tests.booking.offers import FRIDAY, book, choice, clocks, rebook, reserve, times, times_to_move_to
from tests.booking.stories import keep, meeting, sent, taken
from tests.factories import (
    MONDAY,
    NOW,
    World,
    add_line,
    at,
    make_citizen,
    make_counsellor,
    make_offer,
    make_run,
)


@pytest.mark.requirement("SELF-01", "SELF-05", "SELF-06", "SYNC-18")
def test_a_citizen_books_and_the_time_is_nobody_elses(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    citizen, other = make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)
    summons = book(offer, citizen, choice("09:00"))
    assert (summons.status, summons.origin, summons.appointment.placed_by) == ("sent", Origin.JOBNET, PlacedBy.CITIZEN)
    assert (summons.rebook_until, summons.cancel_until) == (MONDAY - timedelta(days=1), MONDAY - timedelta(days=1))
    assert summons.number
    assert taken(summons) == [("citizen", 108, 9), ("counsellor", 108, 12)]
    assert "09:00" not in clocks(times(offer, other))
    with pytest.raises(Refusal) as refusal:
        book(offer, other, choice("09:00"))
    assert refusal.value.code == "taken"
    assert not Message.objects.exists()


@pytest.mark.requirement("SYNC-16", "SELF-08")
def test_a_reservation_keeps_the_time_and_becomes_the_booking(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna, nord.birk)
    citizen, other, booking_id = make_citizen(nord.jobcentre), make_citizen(nord.jobcentre), uuid4()
    hold = reserve(offer, citizen, choice("09:00"), booking_id=booking_id)
    assert hold.expires_at == NOW + timedelta(minutes=10)
    summons = book(offer, citizen, choice("09:00"), booking_id=booking_id)
    assert summons.pk == booking_id
    assert [one.counsellor_id for one in summons.appointment.holders.all()] == [hold.counsellor_id]
    assert not Hold.objects.exists()
    assert book(offer, other, choice("09:00")).appointment.holders.get().counsellor_id != hold.counsellor_id


@pytest.mark.requirement("SELF-05")
def test_a_rebooking_keeps_the_id_and_gives_the_old_time_back(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    summons = book(offer, make_citizen(nord.jobcentre), choice("09:00"), origin=Origin.OWN)
    moved = rebook(summons, choice("10:00", day=FRIDAY), origin=Origin.OWN)
    assert (moved.pk, moved.appointment.day, moved.rebook_until) == (summons.pk, FRIDAY, FRIDAY - timedelta(days=1))
    assert "09:00" in clocks(times(offer, make_citizen(nord.jobcentre)))
    assert Message.objects.filter(subject_id=summons.pk).count() == 2
    cancelled = self_booking.cancel(summons=moved, reason="Job", origin=Origin.OWN, by=None, now=NOW)
    assert cancelled.status == "cancelled"
    assert taken(moved) == []
    assert Summons.objects.get(pk=summons.pk).appointment.cancelled_at == NOW


@pytest.mark.requirement("CONC-10", "SYNC-15")
def test_a_repeated_booking_is_the_same_and_another_time_rebooks_it(nord: World) -> None:
    offer, citizen, booking_id = make_offer(nord.team, nord.anna, nord.birk), make_citizen(nord.jobcentre), uuid4()
    first = book(offer, citizen, choice("09:00"), booking_id=booking_id, origin=Origin.OWN)
    again = book(offer, citizen, choice("09:00"), booking_id=booking_id, origin=Origin.OWN)
    assert (first.pk, first.number, first.version) == (again.pk, again.number, again.version)
    assert Message.objects.count() == 1
    other = book(offer, citizen, choice("11:00"), booking_id=booking_id, origin=Origin.OWN)
    assert (other.number, other.appointment.start_tick) == (first.number, 132)
    for _twice in range(2):
        assert self_booking.cancel(summons=other, reason="", origin=Origin.OWN, by=None, now=NOW).status == "cancelled"
    assert Message.objects.filter(state="ready").count() == 1
    with pytest.raises(Refusal, match="aflyst"):
        book(offer, citizen, choice("09:00"), booking_id=booking_id)
    with pytest.raises(Refusal) as refused:
        book(offer, make_citizen(nord.jobcentre), choice("09:00"), booking_id=booking_id)
    assert refused.value.code == "not_yours"


@pytest.mark.requirement("SYNC-18", "SYNC-01")
def test_what_is_done_through_jobnet_is_not_told_and_on_min_side_it_is_told_at_once(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    summons = book(offer, make_citizen(nord.jobcentre), choice("09:00"))
    rebook(summons, choice("10:00"))
    assert not Message.objects.exists()
    rebook(summons, choice("11:00"), origin=Origin.OWN)
    assert Message.objects.get().not_before == NOW
    found = Summons.objects.get(pk=summons.pk)
    assert found.origin == Origin.JOBNET
    sending.cancel(summons=found, reason="Sygdom", by=nord.bo, now=NOW)
    assert Message.objects.filter(subject_id=summons.pk, state="ready").count() == 1


@pytest.mark.requirement("SELF-02")
def test_the_text_that_was_accepted_and_the_language_are_kept(nord: World) -> None:
    offer, citizen = make_offer(nord.team, nord.anna), make_citizen(nord.jobcentre)
    text = StandardText.objects.create(
        jobcentre=nord.jobcentre, type_id=7, title="Jobsamtale", rights_and_duties="Du har pligt til at møde."
    )
    summons = self_booking.book(
        booking_id=uuid4(),
        citizen=citizen,
        offer=offer,
        choice=choice("09:00"),
        origin=Origin.OWN,
        by=nord.bo,
        language="en",
        accepted_text=text,
        settings=Settings.objects.get(),
        now=NOW,
    )
    kept = Summons.objects.get(pk=summons.pk)
    assert (kept.accepted_text, kept.accepted_at, kept.language, kept.sent_by) == (text, NOW, "en", nord.bo)
    assert kept.placement == {"by_citizen": True, "helped_by": nord.bo.pk}
    later = self_booking.accept(summons=kept, text=None, now=NOW + timedelta(days=1))
    assert (later.accepted_text, later.accepted_at) == (text, NOW)


@pytest.mark.requirement("SELF-05", "TIME-09")
@pytest.mark.parametrize(
    ("changes", "day", "code", "sentence"),
    [
        ({"rebooking_allowed": False}, NOW, "not_allowed", "Aftalen kan ikke ombookes."),
        ({"rebooking_days": 3}, at(FRIDAY, "08:00"), "too_late", "Aftalen kunne ombookes til og med 1. dec. 2026."),
        ({}, at(FRIDAY, "09:00"), "too_late", "Aftalen er begyndt eller holdt."),
    ],
)
def test_who_may_not_rebook_is_told_which_condition_fails(
    nord: World, changes: dict[str, Any], day: datetime, code: str, sentence: str
) -> None:
    offer = make_offer(nord.team, nord.anna, **changes)
    summons = book(offer, make_citizen(nord.jobcentre), choice("09:00", day=FRIDAY))
    with pytest.raises(Refusal) as refused:
        rebook(summons, choice("10:00", day=FRIDAY + timedelta(days=3)), now=day)
    assert (refused.value.code, str(refused.value)) == (code, sentence)


@pytest.mark.requirement("SELF-05")
@pytest.mark.parametrize(
    ("changes", "day", "code"),
    [
        ({"cancellation_allowed": False}, NOW, "not_allowed"),
        ({"cancellation_days": 2}, at(FRIDAY - timedelta(days=1), "00:00"), "too_late"),
        ({"cancellation_days": 2}, at(FRIDAY - timedelta(days=2), "23:59"), None),
        ({"cancellation_days": 0}, at(FRIDAY, "08:59"), None),
        ({"cancellation_days": 0}, at(FRIDAY, "09:00"), "too_late"),
    ],
)
def test_a_citizen_cancels_until_the_end_of_the_last_day(
    nord: World, changes: dict[str, Any], day: datetime, code: str | None
) -> None:
    summons = book(
        make_offer(nord.team, nord.anna, **changes), make_citizen(nord.jobcentre), choice("09:00", day=FRIDAY)
    )
    refused = why_not_cancel_self(summons, now=day)
    assert (refused.code if refused else None) == code


@pytest.mark.requirement("SELF-05")
def test_a_summons_is_not_cancelled_by_the_citizen(nord: World) -> None:
    with pytest.raises(Refusal, match="En indkaldelse kan ikke aflyses her"):
        self_booking.cancel(summons=sent(nord), reason="", origin=Origin.OWN, by=None, now=NOW)


@pytest.mark.requirement("SELF-05")
def test_a_summoned_conversation_moves_within_its_run_with_its_length_and_the_job_centres_interval(
    nord: World,
) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, nord.birk)
    citizen = make_citizen(nord.jobcentre)
    line = add_line(run, citizen)
    [kept] = keep(nord, meeting(citizen, nord.anna, deadline=FRIDAY), details=run).summonses
    line.summons = kept
    line.save()
    [summons] = sending.send(summonses=[kept], by=nord.bo, now=NOW).summonses
    vera = make_counsellor(nord.team, "Vera Dam")
    found = times_to_move_to(summons, last=FRIDAY + timedelta(weeks=2))
    assert {pk for one in found.starts for pk in one.counsellor_ids} == {nord.anna.pk, nord.birk.pk}
    assert vera.pk not in {one.pk for one in found.counsellors}
    assert clocks(found)[:3] == ["08:00", "08:15", "08:30"]
    assert found.starts[-1].day == FRIDAY
    moved = rebook(summons, choice("10:15", day=FRIDAY))
    assert (moved.appointment.duration, moved.rebook_until) == (45, FRIDAY - timedelta(days=1))
    with pytest.raises(Refusal) as refused:
        rebook(summons, choice("10:15", day=FRIDAY + timedelta(days=3)))
    assert refused.value.code == "taken"


@pytest.mark.requirement("VARI-04", "SELF-05")
def test_a_seat_moves_to_a_joint_meeting_of_the_same_kind_and_the_old_seat_is_free(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, form="joint", seats_by="number", seats_calling=1, seats_rebooking=1)
    one, other = (
        sending.send(
            summonses=keep(nord, meeting(make_citizen(nord.jobcentre), who, clock=clock), details=run).summonses,
            by=nord.bo,
            now=NOW,
        ).summonses[0]
        for who, clock in ((nord.anna, "09:00"), (nord.birk, "11:00"))
    )
    run.variant = ConversationVariant.objects.create(jobcentre=nord.jobcentre, name="Unge")
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, clock="13:00"), details=run)
    assert [opening.appointment_id for opening in times_to_move_to(one).starts] == [other.appointment_id]
    moved = rebook(one, choice("11:00"))
    assert moved.appointment_id == other.appointment_id
    left = Appointment.objects.get(pk=one.appointment_id)
    assert (left.cancelled_at, left.claims.count()) == (NOW, 0)


@pytest.mark.requirement("OFFER-08", "SELF-05")
def test_what_is_booked_keeps_its_details_and_rights_when_the_offer_is_edited(nord: World) -> None:
    """Slide 105: the first case shows the change, the second and third do not."""
    offer = make_offer(nord.team, nord.anna)
    summons = book(offer, make_citizen(nord.jobcentre), choice("09:00", day=FRIDAY))
    offer.title, offer.duration, offer.rebooking_days, offer.cancellation_allowed = "Ny titel", 30, 4, False
    offer.save()
    fresh = book(offer, make_citizen(nord.jobcentre), choice("10:00", day=FRIDAY))
    assert (fresh.appointment.title, fresh.appointment.duration, fresh.cancel_until) == ("Ny titel", 30, None)
    assert fresh.rebook_until == FRIDAY - timedelta(days=4)
    assert renew_rights(offer, settings=Settings.objects.get(), now=NOW) == 0
    kept = Summons.objects.get(pk=summons.pk)
    assert (kept.appointment.title, kept.appointment.duration) == ("Jobsamtale", 45)
    assert (kept.rebook_until, kept.cancel_until) == (FRIDAY - timedelta(days=1), FRIDAY - timedelta(days=1))


@pytest.mark.requirement("OFFER-08", "SELF-05", "OFFER-04")
def test_a_new_end_date_moves_the_limit_of_rebooking_for_those_who_have_booked(nord: World) -> None:
    """Slide 105, the fourth case: within the new end date, and within the days before as ever."""
    next_friday = FRIDAY + timedelta(weeks=1)
    offer = make_offer(nord.team, nord.anna, ends_on=FRIDAY)
    summons = book(offer, make_citizen(nord.jobcentre), choice("09:00", day=FRIDAY))
    assert times_to_move_to(summons, last=next_friday).starts[-1].day == FRIDAY
    offer.ends_on = next_friday
    offer.save()
    assert renew_rights(offer, settings=Settings.objects.get(), now=NOW) == 1
    assert times_to_move_to(summons, last=FRIDAY + timedelta(weeks=3)).starts[-1].day == next_friday
    assert not Message.objects.exists()
    offer.ends_on = MONDAY + timedelta(days=1)
    offer.save()
    assert renew_rights(offer, settings=Settings.objects.get(), now=NOW) == 1
    kept = Summons.objects.get(pk=summons.pk)
    assert (kept.rebook_until, kept.rebook_to) == (MONDAY + timedelta(days=1), MONDAY + timedelta(days=1))
    assert Message.objects.filter(subject_id=summons.pk).count() == 1
    with pytest.raises(Refusal, match=r"var 1\. dec\. 2026"):
        rebook(summons, choice("10:00", day=FRIDAY), now=at(MONDAY + timedelta(days=2), "08:00"))


@pytest.mark.requirement("OFFER-03", "SELF-05")
def test_who_booked_on_an_offer_that_was_stopped_may_still_rebook_and_cancel(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    summons = book(offer, make_citizen(nord.jobcentre), choice("09:00"))
    offer.is_active = False
    offer.save()
    moved = rebook(summons, choice("10:00"))
    assert self_booking.cancel(summons=moved, reason="", origin=Origin.JOBNET, by=None, now=NOW).cancelled_at == NOW


@pytest.mark.requirement("SELF-05", "CAL-04")
def test_staff_move_what_a_citizen_booked_and_its_rights_count_anew(nord: World) -> None:
    summons = book(make_offer(nord.team, nord.anna), make_citizen(nord.jobcentre), choice("09:00"))
    move(
        appointment=summons.appointment,
        day=FRIDAY,
        start_tick=120,
        counsellor_ids=[nord.birk.pk],
        room_id=None,
        now=NOW,
        warned=True,
    )
    kept = Summons.objects.get(pk=summons.pk)
    assert (kept.rebook_until, kept.cancel_until) == (FRIDAY - timedelta(days=1), FRIDAY - timedelta(days=1))
    assert Message.objects.filter(subject_id=summons.pk).count() == 1
