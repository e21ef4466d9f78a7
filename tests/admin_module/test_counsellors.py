"""«Vejledere»: the list, finding the employee, and deleting one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings as ProjectSettings

from admin_module.models import Competence, Counsellor, CounsellorCompetence, SummonsTemplate, TemplateCounsellor
from admin_module.services import connection as connections
from admin_module.services import counsellors as service
from booking.models import Citizen
from planner.accounts.models import JobcentreCode
from planner.accounts.tenancy import acting_for
from planner.dfdg.messages import Employee
from planner.dfdg.simulator.population import FJORDBY
from planner.ui.refusal import Refusal
from tests.dfdg.simulator import RunningSimulator, simulator  # noqa: F401
from tests.factories import World, make_appointment, make_citizen, make_counsellor, make_jobcentre, make_team

LIST = "/administration/counsellors/"
FIND, NEW, ENROL = f"{LIST}find/", f"{LIST}new/", f"{LIST}enrol/"
HEADINGS = "fornavn;mellemnavn;efternavn;email;sagsbehandlerId;idType;jobcenterKode\n"
DORTE = Employee(identifier="RID:7", id_kind="RID", given_name="Dorte", family_name="Dahl", email="dorte@example.dk")


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def lacking(shown: str, *expected: str) -> list[str]:
    return [words for words in expected if words not in shown]


def page(counsellor: Counsellor, tab: str = "") -> str:
    return f"{LIST}{counsellor.pk}/{tab}"


def names(client: Client, query: str = "") -> list[str]:
    return [str(one) for one in client.get(f"{LIST}?{query}").context["page"].rows]


def contact(nord: World, **values: Any) -> dict[str, Any]:
    """A card as it is filled in, with a team and without hours."""
    return {
        "phone": "70101299",
        "initials": "DD",
        "can_be_summoned": "on",
        "teams": [nord.team.pk],
        "valid_from": "2026-11-30",
        "cycle": "same",
        "max_conversation_share": "100",
        "automatic_share": "100",
    } | values


@pytest.fixture
def dfdg(
    nord: World,
    simulator: RunningSimulator,  # noqa: F811
    settings: ProjectSettings,
) -> Iterator[RunningSimulator]:
    """DFDG answers, and Nordby is the organisation that the simulator calls Fjordby."""
    settings.DFDG_URL, settings.DFDG_TIMEOUT_SECONDS = simulator.url, 2.0
    JobcentreCode.objects.update(code=FJORDBY)
    yield simulator
    connections.client().close()
    connections._client.cache_clear()


def listed(*rows: str, headings: str = HEADINGS) -> dict[str, Any]:
    content = (headings + "\n".join(rows)).encode("utf-8-sig")
    return {"file": SimpleUploadedFile("medarbejdere.csv", content, "text/csv")}


@pytest.mark.requirement("COUN-01")
def test_it_lists_what_there_is_to_know_with_a_way_to_delete_at_the_right(as_ada: Client, nord: World) -> None:
    polish = Competence.objects.create(jobcentre=nord.jobcentre, name="Polsk")
    CounsellorCompetence.objects.create(jobcentre=nord.jobcentre, counsellor=nord.anna, competence=polish)
    Counsellor.objects.filter(pk=nord.anna.pk).update(phone="70101221")
    shown = text(as_ada.get(LIST))
    row = shown[shown.index("Anna Agger</a>") : shown.index("Birk Bisgaard</a>")]
    expected = ("AA", "anna@example.dk", "70101221", "Nord", "Polsk", "Ja", f'href="{page(nord.anna, "delete/")}"')
    assert [words for words in expected if words not in row] == []


@pytest.mark.requirement("COUN-01", "APP-10")
def test_it_is_searched_sorted_and_filtered(as_ada: Client, nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    polish = Competence.objects.create(jobcentre=nord.jobcentre, name="Polsk")
    cecilie = make_counsellor(east, "Cecilie Carlsen", hours=None)
    CounsellorCompetence.objects.create(jobcentre=nord.jobcentre, counsellor=cecilie, competence=polish)
    Counsellor.objects.filter(pk=nord.birk.pk).update(can_be_summoned=False)
    everybody = ["Anna Agger", "Birk Bisgaard", "Cecilie Carlsen"]
    wanted = {
        "": everybody,
        "sort=-name": everybody[::-1],
        "q=bisg": ["Birk Bisgaard"],
        "q=cecilie@example.dk": ["Cecilie Carlsen"],
        f"team={east.pk}": ["Cecilie Carlsen"],
        f"competence={polish.pk}": ["Cecilie Carlsen"],
        "use=no": ["Birk Bisgaard"],
        "no_hours=1": ["Cecilie Carlsen"],
        "q=findes": [],
    }
    assert {query: names(as_ada, query) for query in wanted} == wanted
    assert "Ingen vejledere passer til filtrene." in text(as_ada.get(f"{LIST}?q=findes"))


@pytest.mark.requirement("COUN-01", "APP-13")
def test_an_empty_list_says_what_to_do(as_ada: Client, nord: World) -> None:
    Counsellor.objects.update(retired_at=timezone.now())
    shown = text(as_ada.get(LIST))
    assert "Ingen vejledere endnu. Find en medarbejder i DFDG" in shown
    assert f'href="{FIND}"' in shown


@pytest.mark.requirement("SPEED-12", "APP-10")
def test_the_list_takes_as_many_statements_for_three_as_for_one(as_ada: Client, nord: World) -> None:
    Counsellor.objects.filter(pk=nord.birk.pk).update(retired_at=timezone.now())
    counts = []
    for extra in ((), ("Cecilie Carlsen", "Dorte Dahl")):
        for name in extra:
            make_counsellor(nord.team, name)
        with CaptureQueriesContext(connection) as asked:
            assert len(names(as_ada)) == 1 + len(extra)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("COUN-02", "SYNC-14")
@pytest.mark.parametrize(
    "asked", [{"name": "winnie"}, {"email": "Winnie.Jensen@fjordby.example"}, {"name": "jensen win"}]
)
def test_an_employee_is_found_in_dfdg_by_name_and_email(
    as_ada: Client, dfdg: RunningSimulator, asked: dict[str, str]
) -> None:
    shown = text(as_ada.post(FIND, asked))
    assert [
        words for words in ("1 medarbejder fundet", "Winnie Jensen", "Åbn medarbejderkort") if words not in shown
    ] == []


@pytest.mark.requirement("COUN-02")
def test_one_without_a_certificate_cannot_be_created_and_the_message_says_so(
    as_ada: Client, dfdg: RunningSimulator
) -> None:
    shown = text(as_ada.post(FIND, {"name": "Naja Petersen"}))
    assert "Naja Petersen er ikke registreret i DFDG med et medarbejdercertifikat og kan ikke oprettes." in shown
    assert "Åbn medarbejderkort<" not in shown
    nobody = text(as_ada.post(FIND, {"name": "Findes Ikke"}))
    assert "En vejleder skal være registreret i DFDG med et medarbejdercertifikat, før vedkommende kan opr" in nobody


@pytest.mark.requirement("COUN-02", "APP-07")
@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Skriv et navn eller en e-mail, eller vælg en liste."),
        ({"name": "120588-1234"}, "Et navn har ingen tal."),
        ({"email": "winnie"}, "e-mail"),
    ],
)
def test_what_cannot_be_searched_for_is_told(
    as_ada: Client, dfdg: RunningSimulator, asked: dict[str, str], sentence: str
) -> None:
    answer = as_ada.post(FIND, asked)
    assert (answer.status_code, sentence in text(answer)) == (422, True)


@pytest.mark.requirement("COUN-02", "FAULT-01")
def test_when_dfdg_is_silent_it_says_so_and_keeps_what_was_typed(
    as_ada: Client, nord: World, settings: ProjectSettings
) -> None:
    settings.DFDG_URL, settings.DFDG_TIMEOUT_SECONDS = "http://127.0.0.1:9", 0.5
    answer = as_ada.post(FIND, {"name": "Winnie Jensen"})
    assert (answer.status_code, 'value="Winnie Jensen"' in text(answer)) == (422, True)
    settings.DFDG_URL = ""
    answer = as_ada.post(FIND, {"name": "Winnie Jensen"})
    assert "Planner er ikke forbundet med DFDG. Vælg en liste i stedet." in text(answer)


@pytest.mark.requirement("COUN-02", "COUN-04", "COUN-06")
def test_the_employee_becomes_a_counsellor_with_the_name_and_email_of_dfdg(
    as_ada: Client, nord: World, dfdg: RunningSimulator
) -> None:
    found = as_ada.post(FIND, {"name": "Winnie Jensen"}).context["candidates"]
    token = {"employee": found[0].token}
    card = text(as_ada.post(NEW, token))
    assert [
        words for words in ("Winnie Jensen", "winnie.jensen@fjordby.example", "Gem</button>") if words not in card
    ] == []
    assert not Counsellor.objects.filter(given_name="Winnie").exists()
    refused = as_ada.post(NEW, token | contact(nord, teams=[]))
    assert (refused.status_code, "Vejlederen skal tilknyttes mindst ét team." in text(refused)) == (422, True)
    assert 'value="70101299"' in text(refused)
    answer = as_ada.post(NEW, token | contact(nord, given_name="Mallory", email="m@example.dk"), follow=True)
    assert "Winnie Jensen er gemt." in text(answer)
    assert "Uden arbejdstid er der ingen ledige tider hos Winnie Jensen." in text(answer)
    kept = Counsellor.objects.get(given_name="Winnie")
    assert (kept.full_name, kept.email, kept.phone, list(kept.teams.all()), kept.schedules.count()) == (
        "Winnie Jensen",
        "winnie.jensen@fjordby.example",
        "70101299",
        [nord.team],
        0,
    )
    assert kept.employee_id == found[0].employee.identifier


@pytest.mark.requirement("COUN-02", "GUARD-05")
@pytest.mark.parametrize("token", ["", "forfalsket", "eyJhIjoxfQ:1vabc:xyz"])
def test_an_employee_whom_nobody_found_leads_back_to_the_search(as_ada: Client, nord: World, token: str) -> None:
    before = Counsellor.objects.count()
    answer = as_ada.post(NEW, contact(nord, employee=token))
    assert (answer.status_code, answer["Location"], Counsellor.objects.count()) == (302, FIND, before)


@pytest.mark.requirement("APP-15", "COUN-02")
def test_the_same_employee_added_again_is_the_same_counsellor(as_ada: Client, nord: World) -> None:
    token = {"employee": service.signed(DORTE)}
    as_ada.post(NEW, token | contact(nord, comment="Kommer fra Syge"))
    first = Counsellor.objects.get(given_name="Dorte")
    as_ada.post(page(first, "delete/"))
    again = text(as_ada.post(NEW, token))
    assert "Kommer fra Syge" in again
    as_ada.post(NEW, token | contact(nord, phone="70101300", version=2))
    kept = Counsellor.objects.get(given_name="Dorte")
    assert (kept.pk, kept.retired_at, kept.phone) == (first.pk, None, "70101300")


@pytest.mark.requirement("COUN-02")
def test_one_who_is_a_counsellor_already_is_refused_with_the_way_to_the_card(as_ada: Client, nord: World) -> None:
    as_ada.post(NEW, {"employee": service.signed(DORTE)} | contact(nord))
    kept = Counsellor.objects.get(given_name="Dorte")
    again = as_ada.post(NEW, {"employee": service.signed(DORTE)} | contact(nord))
    assert (again.status_code, "Dorte Dahl er allerede vejleder her." in text(again)) == (422, True)
    found = text(as_ada.post(FIND, listed("Dorte;;Dahl;dorte@example.dk;RID:7;RID;")))
    assert [words for words in ("er allerede vejleder her.", f'href="{page(kept)}"') if words not in found] == []
    assert Counsellor.objects.filter(given_name="Dorte").count() == 1


@pytest.mark.requirement("COUN-02", "SYNC-14")
def test_a_list_is_the_second_source_and_several_are_made_at_once(as_ada: Client, nord: World) -> None:
    rows = (
        "Dorte;;Dahl;dorte@example.dk;RID:7;RID;",
        "Esben;Friis;Eg;esben@example.dk;RID:8;RID;10300",
        "Frida;;Fjord;frida@example.dk;RID:9;RID;99999",
        "Gerda;;Gren;;RID:10;RID;",
    )
    answer = as_ada.post(FIND, listed(*rows))
    refused = (
        "Frida Fjord hører til et andet sted i DFDG",
        "Gerda Gren mangler et gyldigt navn eller en gyldig e-mail.",
    )
    assert [words for words in ("4 medarbejdere fundet", *refused) if words not in text(answer)] == []
    tokens = [one.token for one in answer.context["candidates"]]
    answer = as_ada.post(ENROL, {"chosen": tokens, "team": nord.team.pk}, follow=True)
    assert "2 vejledere er oprettet. Udfyld arbejdstiden på medarbejderkortene." in text(answer)
    made = Counsellor.objects.filter(employee_id__in=["RID:7", "RID:8", "RID:9", "RID:10"])
    assert [(str(one), list(one.teams.all())) for one in made] == [
        ("Dorte Dahl", [nord.team]),
        ("Esben Friis Eg", [nord.team]),
    ]
    again = as_ada.post(ENROL, {"chosen": tokens, "team": nord.team.pk}, follow=True)
    assert ("0 vejledere er oprettet." in text(again), made.count()) == (True, 2)
    nothing = as_ada.post(ENROL, {"team": nord.team.pk})
    assert (nothing.status_code, "Sæt kryds ved mindst én medarbejder, og vælg et team." in text(nothing)) == (
        422,
        True,
    )


@pytest.mark.requirement("COUN-02", "APP-07")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (listed("Dorte;Dahl", headings="fornavn;efternavn\n"), "Kolonnen «sagsbehandlerId» mangler"),
        (listed("x" * (1024 * 1024 + 1)), "Filen må højst fylde 1 MB."),
    ],
)
def test_a_list_that_cannot_be_read_says_why(
    as_ada: Client, nord: World, content: dict[str, Any], sentence: str
) -> None:
    answer = as_ada.post(FIND, content)
    assert (answer.status_code, sentence in text(answer)) == (422, True)


@pytest.mark.requirement("COUN-01", "APP-08", "APP-15")
def test_deleting_asks_first_says_what_is_lost_and_retires(as_ada: Client, nord: World) -> None:
    template = SummonsTemplate.objects.create(jobcentre=nord.jobcentre, name="Jobsamtaler")
    TemplateCounsellor.objects.create(jobcentre=nord.jobcentre, template=template, counsellor=nord.anna)
    asked = text(as_ada.get(page(nord.anna, "delete/")))
    said = ("Slet Anna Agger", "Anna Agger kan ikke længere vælges.", "1 skabelon mister vejlederen", "Slet vejlederen")
    assert [words for words in said if words not in asked] == []
    answer = as_ada.post(page(nord.anna, "delete/"), follow=True)
    assert "Anna Agger er slettet." in text(answer)
    nord.anna.refresh_from_db()
    assert nord.anna.retired_at
    assert names(as_ada) == ["Birk Bisgaard"]
    assert as_ada.get(page(nord.anna)).status_code == 404


@pytest.mark.requirement("COUN-13", "APP-08")
def test_deleting_says_how_many_citizens_lose_their_case_owner(as_ada: Client, nord: World) -> None:
    assert "faste vejleder" not in text(as_ada.get(page(nord.anna, "delete/")))
    for owner in (nord.anna, nord.anna, nord.birk):
        Citizen.objects.filter(pk=make_citizen(nord.jobcentre).pk).update(case_owner=owner)
    assert "2 borgere mister deres faste vejleder." in text(as_ada.get(page(nord.anna, "delete/")))


@pytest.mark.requirement("APP-15")
def test_a_counsellor_with_active_appointments_cannot_be_deleted(as_ada: Client, nord: World) -> None:
    day = timezone.localdate() + timedelta(days=28)
    make_appointment(nord.anna, nord.team, day=day)
    asked = text(as_ada.get(page(nord.anna, "delete/")))
    assert ("Vejlederen kan ikke slettes." in asked, "1 aktiv samtale, " in asked) == (True, True)
    assert "Slet vejlederen" not in asked
    refused = as_ada.post(page(nord.anna, "delete/"))
    assert (refused.status_code, Counsellor.objects.living().filter(pk=nord.anna.pk).exists()) == (422, True)
    with pytest.raises(Refusal, match="Vejlederen kan ikke slettes"):
        service.retire(counsellor=nord.anna, now=timezone.now())


@pytest.mark.requirement("SEC-02")
def test_a_caseworker_reads_finds_no_buttons_and_changes_nothing(as_bo: Client, nord: World) -> None:
    Counsellor.objects.filter(pk=nord.anna.pk).update(comment="Kun for os", phone="70101221")
    shown, card = (text(as_bo.get(address)) for address in (LIST, page(nord.anna)))
    assert [words for words in ("Opret vejleder", "delete/") if words in shown] == []
    assert [words for words in ("70101221", "Nord", "Mandag 8.00–16.00") if words not in card] == []
    assert [words for words in ("Kun for os", "Gem</button>") if words in card] == []
    token = {"employee": service.signed(DORTE)}
    statuses = [as_bo.post(path, token | contact(nord)).status_code for path in (NEW, FIND, ENROL)]
    assert [*statuses, as_bo.post(page(nord.anna), contact(nord)).status_code] == [403, 403, 403, 405]
    assert as_bo.post(page(nord.anna, "delete/")).status_code == 403


@pytest.mark.requirement("SEC-01", "GUARD-01")
@pytest.mark.parametrize("tab", ["", "delete/", "copy/"])
def test_a_stranger_finds_no_counsellor(as_carla: Client, as_ada: Client, nord: World, tab: str) -> None:
    assert as_carla.get(page(nord.anna, tab)).status_code in {403, 404}
    other = make_jobcentre("Jobcenter Vestby", "10500")
    with acting_for(other.pk):
        foreign = make_counsellor(make_team(other, "Vest"), "Xenia Vest")
        schedule = foreign.schedules.get()
    assert (as_ada.get(page(foreign, tab)).status_code, as_ada.post(page(foreign, tab)).status_code) == (404, 404)
    assert as_ada.post(f"{LIST}times/{schedule.pk}/delete/").status_code == 404
    assert re.search("Xenia", text(as_ada.get(LIST))) is None
