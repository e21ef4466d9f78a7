"""«Kompetencer»: made, renamed, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from admin_module.models import Competence, CounsellorCompetence
from tests.factories import World

LIST = "/administration/competences/"


@pytest.fixture
def polish(nord: World) -> Competence:
    """Polish, which Anna and Birk speak."""
    competence = Competence.objects.create(jobcentre=nord.jobcentre, name="Polsk")
    for counsellor in (nord.anna, nord.birk):
        CounsellorCompetence.objects.create(jobcentre=nord.jobcentre, counsellor=counsellor, competence=competence)
    return competence


def page(competence: Competence, part: str = "") -> str:
    return f"{LIST}{competence.pk}/{part}"


@pytest.mark.requirement("COMP-01")
def test_the_list_says_how_many_counsellors_have_each(as_ada: Client, nord: World, polish: Competence) -> None:
    Competence.objects.create(jobcentre=nord.jobcentre, name="Arabisk")
    response = as_ada.get(LIST)
    rows: Any = response.context["page"].rows
    assert [(row.name, row.holders) for row in rows] == [("Arabisk", 0), ("Polsk", 2)]
    assert [row.name for row in as_ada.get(LIST, {"q": "pol"}).context["page"].rows] == ["Polsk"]
    text = response.content.decode()
    assert [words for words in ("Opret ny kompetence", "Omdøb", "Slet", "2 kompetencer") if words not in text] == []


@pytest.mark.requirement("COMP-01")
def test_without_competences_the_list_says_what_to_do(as_ada: Client, nord: World) -> None:
    assert "Ingen kompetencer endnu." in as_ada.get(LIST).content.decode()


@pytest.mark.requirement("COMP-01", "APP-10")
def test_the_list_takes_as_many_statements_for_three_as_for_one(as_ada: Client, nord: World) -> None:
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            Competence.objects.create(jobcentre=nord.jobcentre, name=name)
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("COMP-01", "APP-07")
def test_one_is_made_and_renamed_with_receipts(as_ada: Client, nord: World) -> None:
    made = as_ada.post(f"{LIST}new/", {"name": "Arabisk"}, follow=True)
    assert "Kompetencen «Arabisk» er gemt." in made.content.decode()
    competence = Competence.objects.get()
    as_ada.post(page(competence), {"name": "Konsulent", "version": 1})
    competence.refresh_from_db()
    assert (competence.name, competence.version) == ("Konsulent", 2)


@pytest.mark.requirement("COMP-01", "APP-15")
def test_the_name_is_unique_among_the_living(as_ada: Client, nord: World, polish: Competence) -> None:
    refused = as_ada.post(f"{LIST}new/", {"name": "Polsk"})
    assert (refused.status_code, refused.context["form"].errors) == (422, {"name": ["Navnet skal være unikt"]})
    as_ada.post(page(polish, "delete/"))
    assert as_ada.post(f"{LIST}new/", {"name": "Polsk"}).status_code == 302


@pytest.mark.requirement("APP-15")
def test_who_renames_later_is_told_and_sees_both(as_ada: Client, nord: World, polish: Competence) -> None:
    as_ada.post(page(polish), {"name": "Tysk", "version": 1})
    stale = as_ada.post(page(polish), {"name": "Fransk", "version": 1})
    text = stale.content.decode()
    assert (stale.status_code, Competence.objects.get().name) == (422, "Tysk")
    assert [words for words in ("har gemt i mellemtiden", "Tysk", "Fransk") if words not in text] == []


@pytest.mark.requirement("COMP-01", "APP-08", "APP-15")
def test_deleting_says_from_how_many_it_goes_and_takes_it_from_them(
    as_ada: Client, nord: World, polish: Competence
) -> None:
    text = as_ada.get(page(polish, "delete/")).content.decode()
    said = ("Slet «Polsk»", "2 vejledere mister kompetencen", "Slet kompetencen")
    assert [words for words in said if words not in text] == []
    response = as_ada.post(page(polish, "delete/"), follow=True)
    assert "Kompetencen «Polsk» er slettet." in response.content.decode()
    polish.refresh_from_db()
    assert (polish.retired_at is not None, list(nord.anna.competences.all())) == (True, [])
    assert as_ada.get(page(polish)).status_code == 404


@pytest.mark.requirement("SEC-02")
def test_a_caseworker_sees_them_and_changes_none(as_bo: Client, nord: World, polish: Competence) -> None:
    text = as_bo.get(LIST).content.decode()
    assert ("Polsk" in text, "Slet" in text, "Opret" in text) == (True, False, False)
    addresses = (f"{LIST}new/", page(polish), page(polish, "delete/"))
    assert {as_bo.post(address, {"name": "X"}).status_code for address in addresses} == {403}


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_stranger_finds_none(as_carla: Client, nord: World, polish: Competence) -> None:
    assert "Polsk" not in as_carla.get(LIST).content.decode()
