"""«Revisionsspor»: auditors find who looked and who changed (LOG-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from admin_module.models import Room
from booking.models import Citizen
from planner.accounts.models import Jobcentre, Membership, User
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for
from planner.audit.models import Access
from planner.audit.purposes import Purpose
from planner.audit.queries import users
from planner.audit.services import saw
from tests.conftest import signed_in
from tests.factories import World, make_citizen, make_user

pytestmark = pytest.mark.requirement("LOG-01")


@pytest.fixture
def as_rita(nord: World) -> Client:
    """A browser in which the auditor of Nordby is signed in."""
    return signed_in(make_user(nord.jobcentre, "rita", Role.AUDITOR, name="Rita Vang"))


def page(client: Client, name: str, **query: str) -> str:
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_looks_are_listed_newest_first_with_who_why_and_from_where(nord: World, as_rita: Client) -> None:
    inger = make_citizen(nord.jobcentre, "Inger Holm")
    now = timezone.now()
    saw([inger.pk], purpose=Purpose.SEARCH, now=now - timedelta(hours=2))
    saw([inger.pk], purpose=Purpose.CITIZEN, now=now)
    shown = page(as_rita, "audit:log")
    assert shown.index("så: borgerens side") < shown.index("så: søgning")
    assert shown.count("Bo Dam") >= 2
    assert "Inger" not in shown


@pytest.mark.requirement("APP-10")
def test_looks_are_filtered_by_person_purpose_and_period(nord: World, as_rita: Client) -> None:
    inger, now = make_citizen(nord.jobcentre), timezone.now()
    saw([inger.pk], purpose=Purpose.SEARCH, now=now)
    saw([inger.pk], purpose=Purpose.CITIZEN, now=now - timedelta(days=20))
    assert "så: borgerens side" not in page(as_rita, "audit:log")
    assert "så: borgerens side" in page(as_rita, "audit:log", days="31")
    assert "så: søgning" not in page(as_rita, "audit:log", what="citizen", days="366")
    assert "så: søgning" not in page(as_rita, "audit:log", user=str(nord.ada.pk))
    assert "så: søgning" in page(as_rita, "audit:log", user=str(nord.bo.pk))


def test_changes_tell_what_was_changed(nord: World, as_rita: Client) -> None:
    Room.objects.filter(pk=nord.room.pk).update(comment="Projektor", capacity=3)
    shown = page(as_rita, "audit:changes", what="admin_module_room")
    assert "ændret: mødelokale" in shown
    assert "capacity, comment" in shown
    assert "Projektor" not in shown


@pytest.mark.requirement("SEC-04", "GUARD-12")
def test_a_number_leads_to_everything_about_its_citizen(nord: World, as_rita: Client) -> None:
    inger = make_citizen(nord.jobcentre, "Inger Holm", cpr="1205881234")
    Citizen.objects.filter(pk=inger.pk).update(phone="10203040")
    saw([inger.pk], purpose=Purpose.PLAN, now=timezone.now())
    found = as_rita.post(reverse("audit:find"), {"cpr": "120588-1234"})
    assert found["Location"] == reverse("audit:citizen", args=[inger.pk])
    shown = as_rita.get(found["Location"]).content.decode()
    for words in ("Inger Holm", "120588-••••", "så: fordeling", "ændret: borger", "phone", "oprettet: personnummer"):
        assert words in shown
    assert "1205881234" not in shown
    assert Access.objects.filter(citizen_id=inger.pk, purpose="audit").count() == 1


@pytest.mark.parametrize("number", ["", "120588-9999", "310288-1234", "x" * 60])
def test_an_unknown_number_is_answered_in_words(nord: World, as_rita: Client, number: str) -> None:
    answer = as_rita.post(reverse("audit:find"), {"cpr": number})
    assert answer.status_code == 422
    assert "Ingen borger i Planner har det personnummer." in answer.content.decode()


@pytest.mark.requirement("SEC-02")
def test_only_auditors_come_in(nord: World, as_bo: Client, as_ada: Client, as_anna: Client) -> None:
    for client in (as_bo, as_ada, as_anna):
        assert client.get(reverse("audit:log")).status_code == 403


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_is_the_same_for_one_and_three(
    nord: World, as_rita: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    saw([make_citizen(nord.jobcentre).pk], purpose=Purpose.RUN, now=timezone.now())
    with CaptureQueriesContext(connection) as one:
        page(as_rita, "audit:log")
    saw([make_citizen(nord.jobcentre).pk for _ in range(2)], purpose=Purpose.RUN, now=timezone.now())
    with django_assert_num_queries(len(one)):
        assert page(as_rita, "audit:log").count("så: liste til indkaldelse") == 3


@pytest.mark.requirement("SEC-01")
def test_an_auditor_of_two_job_centres_is_offered_once(nord: World, skovby: tuple[Jobcentre, User]) -> None:
    rita = make_user(nord.jobcentre, "rita", Role.AUDITOR, name="Rita Vang")
    with acting_for(skovby[0].pk, source="test"):
        Membership.objects.create(jobcentre=skovby[0], user=rita, roles=[Role.AUDITOR.value])
    with acting_for(nord.jobcentre.pk, actor=rita.pk, source="test"):
        assert [name for _pk, name in users()].count("Rita Vang") == 1
