"""«Tekster og breve»: the standard texts of the types, in editions of which the latest holds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from admin_module.models import ConversationType, StandardText
from planner.audit.models import Change
from tests.factories import World

LIST = "/administration/texts/"
JOB = f"{LIST}7/"
WORDS = {"title": "Jobsamtale", "description": "Vi taler om din jobsøgning."}


def editions() -> list[tuple[int, str]]:
    return list(StandardText.objects.filter(type=7).order_by("edition").values_list("edition", "title"))


@pytest.mark.requirement("SET-01")
def test_the_list_shows_each_type_with_its_latest_text_or_the_lack_of_one(as_ada: Client, nord: World) -> None:
    for edition, title in ((1, "Før"), (2, "Samtale om job")):
        StandardText.objects.create(jobcentre=nord.jobcentre, type_id=7, edition=edition, title=title, title_en="A job")
    response = as_ada.get(LIST)
    rows = [(row.name, row.title, row.title_en, row.edition) for row in response.context["page"].rows]
    assert rows == [
        ("Informationsmøde", None, None, None),
        ("Jobsamtale", "Samtale om job", "A job", 2),
        ("Opfølgningssamtale", None, None, None),
    ]
    text = response.content.decode()
    assert [words for words in ("Ingen tekst endnu", f'href="{JOB}"', "3 samtaletyper") if words not in text] == []


@pytest.mark.requirement("SET-01", "APP-10")
def test_the_list_is_searched_filtered_and_sorted(as_ada: Client, nord: World) -> None:
    StandardText.objects.create(jobcentre=nord.jobcentre, type_id=7, title="Om dit arbejde")

    def names(**asked: Any) -> list[str]:
        return [row.name for row in as_ada.get(LIST, asked).context["page"].rows]

    assert names(q="arbejde") == names(q="job") == ["Jobsamtale"]
    assert names(missing="1") == ["Informationsmøde", "Opfølgningssamtale"]
    assert names(sort="-type")[0] == "Opfølgningssamtale"
    assert "Ingen tekster passer til filtrene." in as_ada.get(LIST, {"q": "findes ikke"}).content.decode()


@pytest.mark.requirement("SET-01")
def test_without_types_the_list_says_where_they_come_from(as_ada: Client, nord: World) -> None:
    ConversationType.objects.all().delete()
    assert "Teksterne skrives, når typerne er hentet fra DFDG." in as_ada.get(LIST).content.decode()


@pytest.mark.requirement("SET-01", "APP-10")
def test_the_pages_take_as_many_statements_for_three_editions_as_for_one(as_ada: Client, nord: World) -> None:
    counts = []
    for titles in (("A",), ("B", "C")):
        for title in titles:
            as_ada.post(JOB, WORDS | {"title": title, "version": StandardText.objects.count()})
        with CaptureQueriesContext(connection) as of_list:
            as_ada.get(LIST)
        with CaptureQueriesContext(connection) as of_text:
            as_ada.get(JOB)
        counts.append((len(of_list), len(of_text)))
    assert (counts[0], len(editions())) == (counts[1], 3)


@pytest.mark.requirement("SET-01", "APP-07")
def test_saving_makes_the_next_edition_and_the_one_before_can_still_be_read(as_ada: Client, nord: World) -> None:
    as_ada.post(JOB, WORDS | {"version": 0, "rights_and_duties": "Du skal møde."})
    changed = {"version": 1, "title": "Samtale om job", "title_en": "A talk about work", "description_en": "We talk."}
    response = as_ada.post(JOB, WORDS | changed, follow=True)
    assert "Teksten til «Jobsamtale» er gemt som udgave 2." in response.content.decode()
    assert editions() == [(1, "Jobsamtale"), (2, "Samtale om job")]
    text = as_ada.get(JOB).content.decode()
    said = ("udgave 2", "Tidligere udgaver", "Udgave 1: Jobsamtale", "Du skal møde.", "Ada Krog", "A talk about work")
    assert [words for words in said if words not in text] == []


@pytest.mark.requirement("SET-01")
def test_what_is_not_changed_makes_no_edition(as_ada: Client, nord: World) -> None:
    as_ada.post(JOB, WORDS | {"version": 0})
    response = as_ada.post(JOB, WORDS | {"version": 1}, follow=True)
    assert "Der var intet at gemme: teksten til «Jobsamtale» er uændret." in response.content.decode()
    assert editions() == [(1, "Jobsamtale")]


@pytest.mark.requirement("SET-01", "APP-07")
def test_a_title_is_demanded_and_what_was_typed_stays(as_ada: Client, nord: World) -> None:
    refused = as_ada.post(JOB, WORDS | {"title": "", "description_en": "We talk."})
    assert (refused.status_code, refused.context["form"].errors) == (422, {"title": ["Dette felt er påkrævet."]})
    assert "We talk." in refused.content.decode()
    assert editions() == []


@pytest.mark.requirement("APP-15", "SET-01")
@pytest.mark.parametrize("began_with", [0, 1])
def test_who_saves_later_is_told_and_sees_both(as_ada: Client, nord: World, began_with: int) -> None:
    for version in range(began_with + 1):
        as_ada.post(JOB, WORDS | {"title": f"Gemt {version + 1}", "version": version})
    stale = as_ada.post(JOB, WORDS | {"title": "Mit", "version": began_with})
    assert (stale.status_code, "Ada Krog har gemt i mellemtiden." in stale.content.decode()) == (422, True)
    latest = f"Gemt {began_with + 1}"
    differences = [(str(one.label), one.saved, one.typed) for one in stale.context["form"].differences]
    assert differences == [("Titel", latest, "Mit")]
    assert editions()[-1] == (began_with + 1, latest)
    assert as_ada.post(JOB, WORDS | {"title": "Mit", "version": began_with + 1}).status_code == 302
    assert editions()[-1] == (began_with + 2, "Mit")


@pytest.mark.requirement("SET-01", "SUM-02")
def test_step_1_shows_the_edition_that_holds(as_ada: Client, as_bo: Client, nord: World) -> None:
    for version, title in enumerate(("Før", "Samtale om job")):
        as_ada.post(JOB, WORDS | {"title": title, "version": version})
    form = as_bo.get("/summons/").context["form"]
    assert (form["title"].value(), form["description"].value()) == ("Samtale om job", "Vi taler om din jobsøgning.")


@pytest.mark.requirement("SEC-02", "SET-01")
def test_a_caseworker_reads_and_changes_nothing(as_bo: Client, nord: World) -> None:
    assert "Der er ingen standardtekst til denne samtaletype." in as_bo.get(JOB).content.decode()
    StandardText.objects.create(jobcentre=nord.jobcentre, type_id=7, **WORDS)
    read = as_bo.get(JOB).content.decode()
    assert ("Vi taler om din jobsøgning." in read, "Gem ny udgave" in read) == (True, False)
    before = Change.objects.count()
    assert (as_bo.post(JOB, WORDS).status_code, Change.objects.count()) == (405, before)


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_stranger_reads_nothing_of_it_and_an_unknown_type_is_not_found(as_carla: Client, nord: World) -> None:
    StandardText.objects.create(jobcentre=nord.jobcentre, type_id=7, **WORDS)
    for address in (LIST, JOB):
        assert "Vi taler om din jobsøgning." not in as_carla.get(address).content.decode()
    assert as_carla.get(f"{LIST}999/").status_code == 404
