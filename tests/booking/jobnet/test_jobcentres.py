"""Whose an offer, a booking, a code or a number is, asked before anybody is acted for."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction

from booking.models import Citizen, OnlineOffer
from booking.queries import jobcentres
from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import acting_for
from tests.factories import NOW, World, make_citizen, make_summons

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("SYNC-15", "SEC-01")]


def acted_for() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('planner.jobcentre', true)")
        found: str = cursor.fetchone()[0]
        return found


def test_everything_that_jobnet_names_leads_to_its_own_job_centre(nord: World, skovby: tuple[Jobcentre, User]) -> None:
    other = skovby[0]
    with acting_for(other.pk, source="test"):
        offer = OnlineOffer.objects.create(jobcentre=other, number=900, title="Jobsamtale", created_at=NOW)
    citizen = make_citizen(nord.jobcentre, cpr="1205881234")
    summons = make_summons(citizen, nord.anna, nord.team)
    assert jobcentres.of_code("10300") == nord.jobcentre.pk
    assert jobcentres.of_offer(offer.pk) == other.pk
    assert jobcentres.of_booking(summons.pk) == nord.jobcentre.pk
    assert jobcentres.of_number("1205881234") == nord.jobcentre.pk


def test_what_nobody_has_leads_nowhere(nord: World) -> None:
    assert jobcentres.of_code("99999") is None
    assert jobcentres.of_offer(uuid4()) is None
    assert jobcentres.of_booking(uuid4()) is None
    assert jobcentres.of_number("0101010101") is None


def test_who_asks_acts_for_whom_they_acted_before(nord: World, skovby: tuple[Jobcentre, User]) -> None:
    before = acted_for()
    jobcentres.of_code("99999")
    assert acted_for() == before == str(nord.jobcentre.pk)
    with transaction.atomic(), acting_for(skovby[0].pk, source="test"):
        jobcentres.of_code("10300")
        assert not Citizen.objects.exists()
