"""A citizen books, rebooks and cancels: rights, idempotence, who is told (SELF-05, SELF-06, SYNC-18)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from booking.models import Hold, Origin, PlacedBy, Summons
from booking.services import self_booking
from planner.outbox.models import Message
from planner.ui.refusal import Refusal
from tests.booking.offers import FRIDAY, book, choice, clocks, rebook, reserve, times
from tests.booking.stories import taken
from tests.factories import MONDAY, NOW, World, make_citizen, make_offer


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
