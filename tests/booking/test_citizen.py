from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from booking.models import Appointment, Citizen, CitizenAbsence, DueDate
from booking.queries.openings import Opening
from booking.queries.own_offers import OfferOnShow
from booking.services import visits
from booking.states import SummonsStatus
from planner.accounts.vault import decrypt
from planner.audit.models import Access
from tests import factories
from tests.booking.offering import make_offer
from tests.factories import MONDAY, NOW, World


@pytest.fixture
def jens(nord: World) -> Citizen:
    return factories.make_citizen(nord.jobcentre, "Jens Hansen", cpr="1205880111")


def page_of(citizen: Citizen) -> str:
    return reverse("booking:citizen", args=[citizen.pk])


@pytest.mark.requirement("CIT-01", "CIT-03")
@time_machine.travel(NOW, tick=False)
def test_the_citizens_page_says_what_is_coming_due_and_in_the_way(nord: World, as_bo: Client, jens: Citizen) -> None:
    factories.make_summons(jens, nord.anna, nord.team, room=nord.room)
    DueDate.objects.create(
        jobcentre=nord.jobcentre, citizen=jens, kind="Falduge jobsamtale", due_on="2026-12-11", fetched_at=NOW
    )
    CitizenAbsence.objects.create(
        jobcentre=nord.jobcentre,
        citizen=jens,
        kind="Ferie",
        first_on="2099-12-21",
        last_on="2099-12-31",
        fetched_at=NOW,
    )
    page = as_bo.get(page_of(jens)).content.decode()
    for words in ("Jens Hansen", "120588-••••", "Anna Agger", "Lokale 1", "Falduge jobsamtale", "Ferie", "hentet"):
        assert words in page
    assert "1205880111" not in page


@pytest.mark.requirement("CIT-01")
def test_a_citizen_without_conversations_is_told_as_such(nord: World, as_bo: Client, jens: Citizen) -> None:
    page = as_bo.get(page_of(jens)).content.decode()
    assert "Ingen kommende samtaler." in page
    assert "Ingen kendte frister." in page


@pytest.mark.requirement("SEC-04", "GUARD-12")
def test_the_whole_number_is_shown_on_request_and_every_look_is_written_down(
    nord: World, as_bo: Client, jens: Citizen
) -> None:
    as_bo.get(page_of(jens))
    shown = as_bo.post(reverse("booking:reveal", args=[jens.pk])).content.decode()
    assert "120588-0111" in shown
    looks = Access.objects.filter(citizen_id=jens.pk, user=nord.bo)
    assert looks.count() == 3
    assert as_bo.get(reverse("booking:reveal", args=[jens.pk])).status_code == 405


@pytest.mark.requirement("SEC-02")
def test_a_counsellor_sees_the_citizens_of_own_conversations_and_no_others(
    nord: World, as_anna: Client, jens: Citizen
) -> None:
    assert as_anna.get(page_of(jens)).status_code == 404
    factories.make_summons(jens, nord.anna, nord.team, status=SummonsStatus.PENDING)
    assert as_anna.get(page_of(jens)).status_code == 200


@pytest.mark.requirement("SEC-01")
def test_a_citizen_of_another_job_centre_is_answered_like_one_who_is_not_there(
    nord: World, as_carla: Client, jens: Citizen
) -> None:
    assert as_carla.get(page_of(jens)).status_code == 404
    assert as_carla.post(reverse("booking:reveal", args=[jens.pk])).status_code == 404
    found = as_carla.post(reverse("booking:search"), {"q": "1205880111"}).content.decode()
    assert "Jens" not in found


@pytest.mark.requirement("SPEED-12")
@pytest.mark.parametrize("conversations", [1, 3])
def test_the_citizens_page_takes_the_same_number_of_statements_whatever_is_on_it(
    nord: World, as_bo: Client, jens: Citizen, django_assert_num_queries: DjangoAssertNumQueries, conversations: int
) -> None:
    for hour in range(conversations):
        factories.make_summons(jens, nord.anna, nord.team, clock=f"{9 + hour:02}:00")
    as_bo.get(page_of(jens))
    with django_assert_num_queries(35):
        as_bo.get(page_of(jens))


@pytest.mark.requirement("APP-10", "APP-11")
def test_a_number_leads_to_the_citizen_by_id_and_never_stands_in_an_address(
    nord: World, as_bo: Client, jens: Citizen
) -> None:
    for written in ("1205880111", "120588-0111", " 120588 0111 "):
        answer = as_bo.post(reverse("booking:search"), {"q": written})
        assert answer.status_code == 302
        assert answer["Location"] == page_of(jens)
    assert decrypt(jens.numbers.get().encrypted) == "1205880111"


@pytest.mark.requirement("APP-11")
def test_parts_of_a_name_and_the_number_of_a_summons_find_what_they_mean(
    nord: World, as_bo: Client, jens: Citizen
) -> None:
    summons = factories.make_summons(jens, nord.anna, nord.team, day=MONDAY)
    by_name = as_bo.post(reverse("booking:search"), {"q": "hans jen"}).content.decode()
    assert page_of(jens) in by_name
    by_number = as_bo.post(reverse("booking:search"), {"q": str(summons.number)}).content.decode()
    assert "Jens Hansen" in by_number
    counsellor = as_bo.post(reverse("booking:search"), {"q": "agger"}).content.decode()
    assert f"counsellor={nord.anna.pk}" in counsellor
    assert "Intet fundet" in as_bo.post(reverse("booking:search"), {"q": "Xyz"}).content.decode()


@pytest.mark.requirement("CAL-05", "SEC-02")
def test_the_appointments_dialog_names_its_participants_to_those_who_may_know(
    nord: World, as_bo: Client, as_ada: Client, as_carla: Client, jens: Citizen
) -> None:
    summons = factories.make_summons(jens, nord.anna, nord.team)
    url = reverse("booking:appointment", args=[summons.appointment_id])
    page = as_bo.get(url).content.decode()
    assert "Jens Hansen" in page
    assert str(summons.number) in page
    assert "Indkaldt" in page
    assert as_ada.get(url).status_code == 403
    assert as_carla.get(url).status_code == 404


@pytest.mark.requirement("CAL-05")
def test_the_dialog_says_what_the_citizen_reads_and_whether_they_may_rebook(
    nord: World, as_bo: Client, jens: Citizen
) -> None:
    summons = factories.make_summons(jens, nord.anna, nord.team)
    url = reverse("booking:appointment", args=[summons.appointment_id])
    Appointment.objects.update(description="Tag dit cv med.", rebooking_allowed=True, rebooking_days=2)
    page = as_bo.get(url).content.decode()
    assert "Tag dit cv med." in page
    assert "Borgeren kan ombooke til og med 2 dage før" in page
    Appointment.objects.update(rebooking_allowed=False)
    assert "Borgeren kan ikke ombooke" in as_bo.get(url).content.decode()


@pytest.mark.requirement("SELF-10", "CIT-01")
def test_what_the_citizen_was_shown_at_each_visit_is_there_for_caseworkers(
    nord: World, as_bo: Client, as_anna: Client, jens: Citizen
) -> None:
    assert "Borgeren har ikke set efter tider" in as_bo.get(page_of(jens)).content.decode()
    offer = make_offer(nord.team, nord.anna, title="Jobsamtale over 30")
    opening = Opening(MONDAY, 108, (nord.anna.pk,))
    visits.record(jens, [OfferOnShow(offer, 4, opening)], "own", NOW)
    visits.record(jens, [OfferOnShow(offer, 0, None)], "jobnet", NOW + timedelta(days=1))
    visits.record(jens, [], "jobnet", NOW + timedelta(days=2))
    visits.beat(jobcentre_id=nord.jobcentre.pk, now=NOW + timedelta(days=3))
    visits.beat(jobcentre_id=nord.jobcentre.pk, now=NOW + timedelta(days=3, minutes=12))
    text = as_bo.get(page_of(jens)).content.decode().replace("\xa0", " ")
    for words in (
        "Jobsamtale over 30",
        "man. 30. nov. 2026 kl. 9.00",
        "ingen ledige",
        "Ingen tilbud passede til borgeren",
        "man. 23. nov. 2026 kl. 9.00",
        "Planner kunne ikke vise tider",
        "tor. 26. nov. 2026 kl. 9.00 – tor. 26. nov. 2026 kl. 9.12",
    ):
        assert words in text
    factories.make_summons(jens, nord.anna, nord.team)
    assert "Book et møde" not in as_anna.get(page_of(jens)).content.decode()


@pytest.mark.requirement("APP-11")
def test_an_online_offer_is_found_by_number_and_by_words_of_its_title(nord: World, as_bo: Client) -> None:
    offer = make_offer(nord.team, nord.anna, title="Ungesamtale med mentor")
    make_offer(nord.team, nord.anna, title="Slettet mentor", retired_at=NOW)
    for text in ("mentor UNGE", str(offer.number)):
        answer = as_bo.post(reverse("booking:search"), {"q": text}).content.decode()
        assert f'<a href="/offers/{offer.pk}/">Ungesamtale med mentor</a>' in answer
        assert "Slettet mentor" not in answer
