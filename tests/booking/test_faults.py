"""«Fejl fra Jobnet»: listed, filtered, marked as handled and back (SELF-11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from booking.models import ReportedFault
from planner.accounts.vault import encrypt
from tests.factories import NOW, World, make_citizen, make_offer, make_summons

pytestmark = pytest.mark.requirement("SELF-11")
PAGE = "/faults-from-jobnet/"


def fault(nord: World, text: str = "Jeg kan ikke se mødet.", **particulars: Any) -> ReportedFault:
    values = {"kind": 3, "source": 32, "happened_at": NOW, "received_at": NOW} | particulars
    citizen = make_citizen(nord.jobcentre)
    return ReportedFault.objects.create(jobcentre=nord.jobcentre, citizen=citizen, encrypted=encrypt(text), **values)


def texts(client: Client, query: str = "") -> list[str]:
    return [row.text for row in client.get(f"{PAGE}?{query}").context["rows"]]


def test_an_administrator_sees_the_newest_first_and_what_it_is_about(as_ada: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna, title="Samtale om job")
    summons = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team)
    fault(nord, "ældst", received_at=NOW - timedelta(days=1))
    fault(nord, "nyest", offer=offer, summons=summons, kind=2, source=30)
    page = as_ada.get(PAGE).content.decode()
    assert texts(as_ada) == ["nyest", "ældst"]
    expected = ("Valideringsfejl i DFDG", "Samtale om job", f"Indkaldelse {summons.number}", "Ikke håndteret")
    assert [words for words in expected if words not in page] == []


def test_it_filters_by_kind_source_and_what_nobody_has_dealt_with(as_ada: Client, nord: World) -> None:
    fault(nord, "fra DFDG", kind=2, source=30, received_at=NOW - timedelta(hours=1))
    fault(nord, "håndteret", handled_at=NOW, handled_by=nord.ada, received_at=NOW - timedelta(hours=2))
    fault(nord, "borgerens")
    wanted = {
        "source=30": ["fra DFDG"],
        "kind=3": ["borgerens", "håndteret"],
        "open=1": ["borgerens", "fra DFDG"],
    }
    assert {query: texts(as_ada, query) for query in wanted} == wanted


def test_marking_as_handled_can_be_taken_back_until_somebody_else_marks(as_ada: Client, nord: World) -> None:
    one = fault(nord)
    page = as_ada.post(f"{PAGE}{one.pk}/handle/", follow=True)
    one.refresh_from_db()
    assert one.handled_by == nord.ada
    [notice] = page.context["messages"]
    assert as_ada.post(notice.extra_tags).status_code == 302
    one.refresh_from_db()
    assert one.handled_at is None
    assert as_ada.post(notice.extra_tags).status_code == 422


def test_without_any_the_page_says_so(as_ada: Client, nord: World) -> None:
    assert "Hverken DFDG eller Jobnet har meldt om fejl." in as_ada.get(PAGE).content.decode()


@pytest.mark.requirement("APP-04")
def test_the_front_page_counts_them_for_those_who_see_them(as_ada: Client, as_bo: Client, nord: World) -> None:
    fault(nord)
    assert as_ada.get("/").context["faults"] == 1
    assert "fejl fra Jobnet ikke håndteret" in as_ada.get("/").content.decode()
    assert "fejl fra Jobnet ikke håndteret" not in as_bo.get("/").content.decode()


@pytest.mark.requirement("SEC-02")
def test_a_caseworker_does_not_see_it(as_bo: Client, nord: World) -> None:
    assert as_bo.get(PAGE).status_code == 403


def test_the_number_of_statements_does_not_grow_with_the_rows(
    as_ada: Client, nord: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fault(nord)
    with CaptureQueriesContext(connection) as counted:
        as_ada.get(PAGE)
    for _ in range(3):
        fault(
            nord, offer=make_offer(nord.team), summons=make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team)
        )
    with django_assert_num_queries(len(counted)):
        as_ada.get(PAGE)
