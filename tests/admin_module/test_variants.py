"""«Samtaletypevarianter»: the list, the two tabs, the unique name, and when a variant may be deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admin_module.models import (
    ConversationType,
    ConversationVariant,
    SummonsTemplate,
    Team,
    VariantTeam,
    VariantType,
)
from planner.audit.models import Change
from tests.factories import World, make_appointment, make_team

LIST = "/administration/variants/"


def make_variant(world: World, name: str, types: tuple[int, ...] = (7,), *teams: Team) -> ConversationVariant:
    variant = ConversationVariant.objects.create(jobcentre=world.jobcentre, name=name)
    for code in types:
        VariantType.objects.create(jobcentre=world.jobcentre, variant=variant, type_id=code)
    for team in teams:
        VariantTeam.objects.create(jobcentre=world.jobcentre, variant=variant, team=team)
    return variant


def fields(world: World, **values: Any) -> dict[str, Any]:
    """A whole form that may be saved."""
    return {"name": "Over 30 år", "types": [7], "teams": [world.team.pk]} | values


def page(variant: ConversationVariant, part: str = "") -> str:
    return f"{LIST}{variant.pk}/{part}"


@pytest.mark.requirement("VARI-01")
def test_the_list_shows_the_types_and_teams_of_each(as_ada: Client, nord: World) -> None:
    variant = make_variant(nord, "Over 30 år", (7, 4), nord.team, make_team(nord.jobcentre, "Øst"))
    make_variant(nord, "Under 30 år")
    text = as_ada.get(LIST).content.decode()
    said = ("Opret ny variant", "Jobsamtale, Opfølgningssamtale", "Nord, Øst", "Slet", "Intet team: kan ikke vælges")
    assert [words for words in said if words not in text] == []
    assert f'href="{page(variant)}"' in text


@pytest.mark.requirement("VARI-01", "APP-10")
def test_the_list_is_searched_filtered_and_sorted(as_ada: Client, nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    make_variant(nord, "Over 30 år", (7,), nord.team)
    make_variant(nord, "Under 30 år", (7, 4), nord.team, east)
    make_variant(nord, "Akademikere", (4,), east)

    def names(**asked: Any) -> list[str]:
        return [variant.name for variant in as_ada.get(LIST, asked).context["page"].rows]

    assert names() == ["Akademikere", "Over 30 år", "Under 30 år"]
    assert names(sort="-name") == ["Under 30 år", "Over 30 år", "Akademikere"]
    assert names(q="30") == names(team=nord.team.pk) == ["Over 30 år", "Under 30 år"]
    assert names(type="4") == ["Akademikere", "Under 30 år"]
    assert "Ingen varianter passer til filtrene." in as_ada.get(LIST, {"q": "findes ikke"}).content.decode()


@pytest.mark.requirement("VARI-01")
def test_without_variants_the_list_says_what_they_are_for(as_ada: Client, nord: World) -> None:
    assert "Ingen varianter endnu. Opret den første" in as_ada.get(LIST).content.decode()


@pytest.mark.requirement("VARI-01", "APP-10")
def test_the_list_takes_as_many_statements_for_three_variants_as_for_one(as_ada: Client, nord: World) -> None:
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            make_variant(nord, name, (7, 4), nord.team)
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("VARI-01", "APP-07")
def test_a_variant_is_made_with_its_types_and_teams_and_a_receipt(as_ada: Client, nord: World) -> None:
    text = as_ada.get(f"{LIST}new/").content.decode()
    said = (
        "Samtaletypevariant (ny)",
        "Detaljer",
        "Tilknyttede teams",
        "Navn på samtaletypevariant",
        "Tilknyt samtaletype",
        "Tilknyt samtaletypevariant til team",
        "skal udfyldes",
    )
    assert [words for words in said if words not in text] == []
    response = as_ada.post(f"{LIST}new/", fields(nord, types=[7, 4]), follow=True)
    assert "Samtaletypevarianten «Over 30 år» er gemt." in response.content.decode()
    variant = ConversationVariant.objects.get()
    assert sorted(variant.types.values_list("pk", flat=True)) == [4, 7]
    assert list(variant.teams.all()) == [nord.team]


@pytest.mark.requirement("VARI-01")
def test_types_and_teams_are_changed_and_teams_may_come_later(as_ada: Client, nord: World) -> None:
    variant = make_variant(nord, "Over 30 år", (7,), nord.team)
    assert as_ada.post(page(variant), fields(nord, types=[4], teams=[], version=1)).status_code == 302
    assert (list(variant.types.values_list("pk", flat=True)), variant.teams.count()) == ([4], 0)


@pytest.mark.requirement("VARI-01", "SYNC-12")
def test_a_type_that_has_expired_is_offered_only_where_it_is_chosen(as_ada: Client, nord: World) -> None:
    variant = make_variant(nord, "Over 30 år", (9,))
    ConversationType.objects.filter(pk=9).update(expired_at=timezone.now())
    assert "Informationsmøde" in as_ada.get(page(variant)).content.decode()
    assert "Informationsmøde" not in as_ada.get(f"{LIST}new/").content.decode()


@pytest.mark.requirement("VARI-02", "APP-15", "APP-07")
def test_the_name_is_unique_among_the_living(as_ada: Client, nord: World) -> None:
    make_variant(nord, "Over 30 år")
    refused = as_ada.post(f"{LIST}new/", fields(nord, teams=[nord.team.pk]))
    text = refused.content.decode()
    assert (refused.status_code, refused.context["form"].errors) == (422, {"name": ["Navnet skal være unikt"]})
    assert "Navn på samtaletypevariant: Navnet skal være unikt" in text
    assert '<span class="pl-star" aria-hidden="true">*</span>Navn på samtaletypevariant' in text
    assert 'value="Over 30 år"' in text
    ConversationVariant.objects.update(retired_at=timezone.now())
    assert as_ada.post(f"{LIST}new/", fields(nord)).status_code == 302


@pytest.mark.requirement("VARI-02")
@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"name": ""}, "name", "Dette felt er påkrævet."),
        ({"types": []}, "types", "Vælg mindst én samtaletype."),
    ],
)
def test_a_name_and_at_least_one_type_are_demanded(
    as_ada: Client, nord: World, values: dict[str, Any], field: str, message: str
) -> None:
    refused = as_ada.post(f"{LIST}new/", fields(nord, **values))
    assert (refused.status_code, refused.context["form"].errors) == (422, {field: [message]})
    assert refused.context["form"].ticked == {str(nord.team.pk)}
    assert not ConversationVariant.objects.exists()


@pytest.mark.requirement("APP-15")
def test_who_saves_later_is_told_and_sees_both(as_ada: Client, nord: World) -> None:
    variant = make_variant(nord, "Over 30 år", (7,), nord.team)
    as_ada.post(page(variant), fields(nord, types=[7, 4], version=1))
    stale = as_ada.post(page(variant), fields(nord, name="Over 30", types=[9], version=1))
    assert stale.status_code == 422
    assert "Ada Krog har gemt i mellemtiden." in stale.content.decode()
    differences = [(str(one.label), one.saved, one.typed) for one in stale.context["form"].differences]
    assert differences == [
        ("Navn på samtaletypevariant", "Over 30 år", "Over 30"),
        ("Tilknyt samtaletype", "Jobsamtale, Opfølgningssamtale", "Informationsmøde"),
    ]
    variant.refresh_from_db()
    assert (variant.name, variant.types.count()) == ("Over 30 år", 2)
    again = fields(nord, name="Over 30", types=[9], version=2)
    assert as_ada.post(page(variant), again).status_code == 302


@pytest.mark.requirement("APP-08", "APP-15")
def test_deleting_asks_first_says_what_is_lost_and_retires(as_ada: Client, nord: World) -> None:
    variant = make_variant(nord, "Over 30 år")
    SummonsTemplate.objects.create(jobcentre=nord.jobcentre, name="Jobsamtaler", variant=variant)
    text = as_ada.get(page(variant, "delete/")).content.decode()
    said = ("Slet «Over 30 år»", "kan ikke længere vælges", "1 skabelon mister sin variant", "Slet varianten")
    assert [words for words in said if words not in text] == []
    response = as_ada.post(page(variant, "delete/"), follow=True)
    assert "Samtaletypevarianten «Over 30 år» er slettet." in response.content.decode()
    assert (list(response.context["page"].rows), as_ada.get(page(variant)).status_code) == ([], 404)


@pytest.mark.requirement("APP-15")
def test_a_variant_of_coming_conversations_is_not_deleted(as_ada: Client, nord: World) -> None:
    variant = make_variant(nord, "Over 30 år", (7,), nord.team)
    day = timezone.localdate() + timedelta(days=14)
    make_appointment(nord.anna, nord.team, day=day, variant=variant)
    text = as_ada.get(page(variant, "delete/")).content.decode()
    assert [
        words for words in ("Samtaletypevarianten kan ikke slettes.", "1 aktiv samtale, ") if words not in text
    ] == []
    assert "Slet varianten" not in text
    assert as_ada.post(page(variant, "delete/")).status_code == 422
    assert ConversationVariant.objects.living().exists()


@pytest.mark.requirement("VARI-03")
def test_a_variant_can_be_chosen_in_step_1_for_its_types_and_teams_only(
    as_ada: Client, as_bo: Client, nord: World
) -> None:
    as_ada.post(f"{LIST}new/", fields(nord))
    east = make_team(nord.jobcentre, "Øst")

    def offered(**chosen: Any) -> bool:
        posted = {"type": "7", "team": nord.team.pk, "changed": "type"} | chosen
        return "Over 30 år" in as_bo.post("/summons/", posted, headers={"HX-Request": "true"}).content.decode()

    assert (offered(), offered(type="4"), offered(team=east.pk)) == (True, False, False)


@pytest.mark.requirement("SEC-02", "VARI-01")
def test_a_caseworker_reads_and_changes_nothing(as_bo: Client, nord: World) -> None:
    variant = make_variant(nord, "Over 30 år", (7,), nord.team)
    shown, read = (as_bo.get(address).content.decode() for address in (LIST, page(variant)))
    assert [words for words in ("Opret ny variant", "delete/") if words in shown] == []
    assert ("Jobsamtale" in read, "Nord" in read, "Gem</button>" in read) == (True, True, False)
    before = Change.objects.count()
    statuses = [as_bo.post(address, fields(nord)).status_code for address in (page(variant), f"{LIST}new/")]
    assert (statuses, as_bo.post(page(variant, "delete/")).status_code) == ([405, 403], 403)
    assert Change.objects.count() == before


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_stranger_finds_no_variant(as_carla: Client, nord: World) -> None:
    variant = make_variant(nord, "Over 30 år")
    assert "Over 30 år" not in as_carla.get(LIST).content.decode()
    assert as_carla.get(page(variant)).status_code == 404
