"""The administration says what the course's slides say (s42-84), word for word: menu, labels, validations, refusals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from admin_module.models import Competence, Counsellor, Room, SummonsTemplate, Team
from tests.admin_module.test_variants import make_variant
from tests.factories import World, make_counsellor, make_room, make_team

HOME = "/administration/"
MENU = (
    *("Vejledere", "Kompetencer", "Teams", "Lokale lukkedage", "Mødelokaler", "Indkaldelsesskabeloner"),
    *("Samtaletyper", "Samtaletypevarianter", "Jobcenter", "Tekster og breve", "Brugere"),
)


def words(answer: Any) -> str:
    """The page as one line, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def lacking(shown: str, *expected: str) -> list[str]:
    return [one for one in expected if one not in shown]


def test_the_menu_has_the_names_of_slide_43_and_our_own(as_ada: Client, nord: World) -> None:
    page = as_ada.get(f"{HOME}teams/").content.decode()
    menu = page[page.index('<nav class="pl-side"') :]
    links = re.findall(r"<a [^>]+>([^<]+)</a>", menu[: menu.index("</nav>")])
    assert set(MENU) <= set(links)


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        pytest.param(
            "teams/new/",
            ("Team (nyt)", "Navn", "Adresse", "Postnr.", "By", "E-mail-adresse", "Telefonnr.", "Beskrivelse"),
            marks=pytest.mark.requirement("TEAM-02", "TEAM-04"),
        ),
        pytest.param(
            "counsellors/find/",
            ("Navn", "E-mail", "Hent data", "medarbejdercertifikat"),
            marks=pytest.mark.requirement("COUN-02"),
        ),
        pytest.param(
            "counsellors/{anna}/",
            (
                *("Kontaktinfo", "Team", "Kompetencer", "Arbejdstid", "Pauser", "Arbejdstelefon", "Initialer"),
                *("Kan tilknyttes indkaldelser", "Kommentar", "Kopier", "Gem"),
                "Maksimal samtaletid (andel af rådighedstid)",
                "Andel af samtaletid der kan bookes ved automatisk booking",
                *("Tilføj pause", "Vælg ugedag", "Kopier tiderne fra mandag til alle dage", "Udfør"),
                "Kopier fra vejleder",
            ),
            marks=pytest.mark.requirement("COUN-03", "COUN-05", "COUN-07", "COUN-08", "COUN-09", "COUN-10"),
        ),
        pytest.param(
            "rooms/new/",
            (
                *("Mødelokale (nyt)", "Detaljer", "Team", "Navn", "Maks. kapacitet", "Adresse", "Postnr.", "By"),
                *("Accepter overbooking (antal personer)", "Kan tilknyttes samtaler", "Kommentar"),
            ),
            marks=pytest.mark.requirement("ROOM-01", "ROOM-02", "ROOM-03"),
        ),
        pytest.param(
            "variants/new/",
            (
                *("Detaljer", "Tilknyttede teams", "Navn på samtaletypevariant", "Tilknyt samtaletype"),
                "Tilknyt samtaletypevariant til team",
            ),
            marks=pytest.mark.requirement("VARI-01"),
        ),
        pytest.param("rooms/", ("Opret nyt lokale", "Slet"), marks=pytest.mark.requirement("ROOM-01")),
        pytest.param("variants/", ("Opret ny variant",), marks=pytest.mark.requirement("VARI-01")),
        pytest.param("types/", ("system (låst)",), marks=pytest.mark.requirement("TYPE-01")),
    ],
)
def test_the_page_has_the_labels_of_the_slides(as_ada: Client, nord: World, path: str, labels: tuple[str, ...]) -> None:
    shown = words(as_ada.get(f"{HOME}{path.format(anna=nord.anna.pk)}"))
    assert lacking(shown, *labels) == []


@pytest.mark.parametrize(
    ("path", "label"),
    [
        pytest.param("rooms/new/", "Navn", marks=pytest.mark.requirement("ROOM-02")),
        pytest.param("variants/new/", "Navn på samtaletypevariant", marks=pytest.mark.requirement("VARI-02")),
        pytest.param("templates/new/", "Navn", marks=pytest.mark.requirement("TMPL-01")),
        pytest.param("competences/new/", "Navn", marks=pytest.mark.requirement("COMP-01")),
    ],
)
@pytest.mark.requirement("APP-07")
def test_a_taken_name_is_told_at_the_top_and_the_field_is_marked(
    as_ada: Client, nord: World, path: str, label: str
) -> None:
    """Slide 82: «Navnet skal være unikt», and *."""
    make_room(nord.team, "Taget")
    make_variant(nord, "Taget", (7,), nord.team)
    for model in (SummonsTemplate, Competence):
        model._default_manager.create(jobcentre=nord.jobcentre, name="Taget")
    refused = as_ada.post(f"{HOME}{path}", {"name": "taget ", "types": [7], "teams": [nord.team.pk]})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert f'<a href="#id_name">{label}: Navnet skal være unikt</a>' in page
    assert f'<span class="pl-star" aria-hidden="true">*</span>{label}' in page
    assert 'value="taget' in page


@pytest.mark.requirement("COUN-05")
def test_an_office_without_its_whole_address_is_refused_in_the_same_words(as_ada: Client, nord: World) -> None:
    """Slide 74's triple holds for every address that may be left out."""
    refused = as_ada.post(f"{HOME}counsellors/{nord.anna.pk}/", {"address": "Torvet 9", "teams": [nord.team.pk]})
    sentence = "Udfyld både adresse, postnr. og by, eller lad alle tre være tomme."
    assert words(refused).count(sentence) >= 2


@pytest.mark.requirement("TEAM-06")
@pytest.mark.parametrize("condition", ["1 underteam: Unge", "1 vejleder er tilknyttet", "1 lokale er tilknyttet"])
def test_each_condition_of_slide_50_alone_keeps_a_team(as_ada: Client, nord: World, condition: str) -> None:
    east = make_team(nord.jobcentre, "Øst")
    make: dict[str, Any] = {
        "1 underteam: Unge": lambda: make_team(nord.jobcentre, "Unge", east),
        "1 vejleder er tilknyttet": lambda: make_counsellor(east, "Cecilie Carlsen"),
        "1 lokale er tilknyttet": lambda: make_room(east, "Lokale 9"),
    }
    row = make[condition]()
    refused = as_ada.post(f"{HOME}teams/{east.pk}/delete/")
    assert (refused.status_code, lacking(words(refused), "Teamet kan ikke slettes.", condition)) == (422, [])
    assert {one for one in make if one in words(refused)} == {condition}
    type(row).objects.filter(pk=row.pk).update(retired_at="2026-11-23T09:00Z")
    assert as_ada.post(f"{HOME}teams/{east.pk}/delete/").status_code == 302
    assert not Team.objects.living().filter(pk=east.pk).exists()


@pytest.mark.parametrize(
    ("path", "model", "sentence"),
    [
        pytest.param(
            "counsellors/", Counsellor, "kan ikke længere vælges", marks=pytest.mark.requirement("COUN-01", "APP-08")
        ),
        pytest.param("rooms/", Room, "kan ikke længere vælges", marks=pytest.mark.requirement("ROOM-01", "APP-08")),
    ],
)
def test_slet_asks_in_a_warning_box_and_does_nothing_before_it_is_confirmed(
    as_ada: Client, nord: World, path: str, model: Any, sentence: str
) -> None:
    """Slides 66 and 76."""
    pk = model.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert f"{HOME}{path}{pk}/delete/" in as_ada.get(f"{HOME}{path}").content.decode()
    assert sentence in words(as_ada.get(f"{HOME}{path}{pk}/delete/"))
    assert model.objects.living().filter(pk=pk).exists()
