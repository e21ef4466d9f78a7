"""[Stop], [Genoptag] and [Slet] of an online offer, and what is edited also for those who have booked (OFFER-08)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from booking.models import Claim, OnlineOffer, Summons
from booking.queries.offer_booked import Subject, booked, counts
from booking.services.offer_telling import send_to_booked
from planner.accounts.models import Settings
from planner.outbox.models import Message
from tests.booking import offers as stories
from tests.factories import MONDAY, NOW, World, make_citizen, make_offer, make_room, make_summons


def page(offer: OnlineOffer, act: str) -> str:
    return f"/offers/{offer.pk}/{act}/"


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def book(offer: OnlineOffer, world: World, clock: str = "09:00") -> Summons:
    """Booked by a citizen at Jobnet."""
    return stories.book(offer, make_citizen(world.jobcentre), stories.choice(clock))


def send(offer: OnlineOffer, *subjects: Subject) -> Any:
    found = OnlineOffer.objects.select_related("room").get(pk=offer.pk)
    return send_to_booked(offer=found, subjects=subjects, settings=Settings.objects.get(), now=NOW)


# Stop, resume, delete


@pytest.mark.requirement("OFFER-03", "APP-14")
def test_it_is_stopped_and_resumed_and_each_can_be_undone(as_bo: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    for act, other, active in (("stop", "resume", False), ("resume", "stop", True)):
        answer = as_bo.post(page(offer, act), follow=True)
        offer.refresh_from_db()
        assert (offer.is_active, page(offer, other) in words(answer)) == (active, True)
    assert offer.version == 3
    assert as_bo.get(page(offer, "stop")).status_code == 405


@pytest.mark.requirement("OFFER-03")
def test_a_draft_cannot_be_resumed(as_bo: Client, nord: World) -> None:
    draft = make_offer(nord.team, nord.anna, published_at=None, is_active=False)
    refused = as_bo.post(page(draft, "resume"))
    assert (refused.status_code, "Tilbuddet er en kladde. Gør trin 2 færdigt først." in words(refused)) == (422, True)


@pytest.mark.requirement("APP-08", "APP-15")
def test_deleting_asks_first_and_retires_it(as_bo: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    text = words(as_bo.get(page(offer, "delete")))
    assert [one for one in ("Slet «Jobsamtale»", "Slet tilbuddet", "kan ikke bookes igen") if one not in text] == []
    answer = as_bo.post(page(offer, "delete"), follow=True)
    assert "Tilbuddet «Jobsamtale» er slettet." in words(answer)
    offer.refresh_from_db()
    assert (offer.retired_at is not None, offer.is_active) == (True, False)
    assert as_bo.get(page(offer, "edit")).status_code == 404


@pytest.mark.requirement("APP-15")
def test_what_has_active_bookings_cannot_be_deleted_and_says_how_many(as_bo: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    coming = timezone.localdate() + timedelta(days=20)
    summons = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, day=coming, offer=offer)
    sentence = "Tilbuddet kan ikke slettes, før aftalerne er holdt eller aflyst. Det kan stoppes."
    text = words(as_bo.get(page(offer, "delete")))
    assert (sentence in text, "1 aktiv aftale" in text, "Slet tilbuddet" in text) == (True, True, False)
    refused = as_bo.post(page(offer, "delete"))
    offer.refresh_from_db()
    assert (refused.status_code, sentence in words(refused), offer.retired_at) == (422, True, None)
    Summons.objects.filter(pk=summons.pk).update(status="cancelled", cancelled_at=timezone.now())
    assert as_bo.post(page(offer, "delete")).status_code == 302


# Also to those who have booked


@pytest.mark.requirement("OFFER-08")
def test_after_saving_one_button_leads_to_what_the_booked_have_otherwise(as_bo: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    far = timezone.localdate() + timedelta(days=30)
    for clock in ("09:00", "10:00"):
        make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, day=far, clock=clock, offer=offer)
    assert "Send også til dem" not in words(as_bo.get(page(offer, "receipt")))
    OnlineOffer.objects.filter(pk=offer.pk).update(message_to_citizen="Tag CV med.", description="Nyt.")
    assert "2 har booket" in words(as_bo.get(page(offer, "receipt")))
    text = words(as_bo.get(page(offer, "tell")))
    said = (
        "2 har booket",
        "Tid og rettigheder ændres ikke.",
        "Beskeder",
        "Titel og beskrivelse",
        "2 har fået noget andet at vide",
    )
    assert [one for one in said if one not in text] == []
    assert "Sted og kontakt" not in text
    refused = as_bo.post(page(offer, "tell"))
    assert (refused.status_code, "Vælg mindst én ting at sende." in words(refused)) == (422, True)
    answer = as_bo.post(page(offer, "tell"), {"subject": ["message", "description", "nonsense"]}, follow=True)
    assert "2, der har booket, får det at vide." in words(answer)
    meetings = [one.appointment for one in Summons.objects.filter(offer=offer).select_related("appointment")]
    assert {(one.message_to_citizen, one.description) for one in meetings} == {("Tag CV med.", "Nyt.")}


@pytest.mark.requirement("OFFER-08", "SYNC-18")
def test_only_what_is_chosen_is_sent_and_never_time_or_rights(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    summons = book(offer, nord)
    Message.objects.all().delete()
    changes = {"message_to_citizen": "Tag CV med.", "description": "Nyt.", "duration": 20, "rebooking_allowed": False}
    OnlineOffer.objects.filter(pk=offer.pk).update(**changes)
    told = send(offer, Subject.MESSAGE)
    found = Summons.objects.select_related("appointment").get(pk=summons.pk)
    meeting = found.appointment
    assert ([one.pk for one in told.summonses], list(told.refused)) == ([summons.pk], [])
    assert (meeting.message_to_citizen, meeting.description) == ("Tag CV med.", "Vi taler om din jobsøgning.")
    assert (meeting.duration, meeting.rebooking_allowed, meeting.day) == (45, True, MONDAY)
    assert (found.rebook_until, found.cancel_until) == (summons.rebook_until, summons.cancel_until)
    assert [one.subject_id for one in Message.objects.all()] == [summons.pk]
    assert list(send(offer, Subject.MESSAGE).summonses) == []


@pytest.mark.requirement("OFFER-08", "SUM-04")
def test_a_new_room_follows_with_its_address_and_its_claim_where_it_is_free(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna, nord.birk)
    free, taken = book(offer, nord, "09:00"), book(offer, nord, "10:00")
    hall = make_room(nord.team, "Torvet")
    hall.address, hall.postal_code, hall.city = "Torvet 9", "9990", "Nordby"
    hall.save()
    Claim.objects.create(
        jobcentre=nord.jobcentre,
        room=hall,
        during=(taken.appointment.start_at, taken.appointment.end_at),
        day=MONDAY,
        start_tick=120,
        ticks=9,
    )
    OnlineOffer.objects.filter(pk=offer.pk).update(room=hall, room_choice="one")
    told = send(offer, Subject.PLACE)
    assert [one.pk for one in told.summonses] == [free.pk]
    assert [(one.pk, why.sentence) for one, why in told.refused] == [
        (taken.pk, "Mødelokalet er optaget på det tidspunkt.")
    ]
    moved, stayed = (Summons.objects.select_related("appointment").get(pk=one.pk).appointment for one in (free, taken))
    assert (moved.room, moved.address, stayed.room, stayed.address) == (hall, "Torvet 9", None, "Havnegade 4")
    assert moved.claims.filter(room=hall, start_tick=108).count() == 1
    assert moved.claims.filter(counsellor__isnull=False).count() == 1
    assert moved.claims.filter(citizen=free.citizen).count() == 1


@pytest.mark.requirement("OFFER-08")
def test_what_differs_is_counted_of_those_who_come_still(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    held = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, day=MONDAY, offer=offer)
    later = NOW + timedelta(days=8)
    assert [(one.pk, one.offer) for one in booked(offer, now=NOW)] == [(held.pk, offer)]
    OnlineOffer.objects.filter(pk=offer.pk).update(contact_phone="70999999")
    offer.refresh_from_db()
    assert counts(offer, booked(offer, now=NOW)) == [(Subject.PLACE, 1)]
    assert booked(offer, now=later) == []
