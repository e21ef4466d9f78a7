"""«Mødelokaler»: the list, a room's fields and teams, and when it may be deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admin_module.models import Room, SummonsTemplate
from planner.audit.models import Change
from tests.factories import World, make_appointment, make_room, make_team

LIST = "/administration/rooms/"


def fields(world: World, **values: Any) -> dict[str, Any]:
    """A whole form that may be saved."""
    return {"name": "Lokale 9", "can_be_used": "on", "teams": [world.team.pk]} | values


def saved(client: Client, world: World, **values: Any) -> Any:
    return client.post(f"{LIST}new/", fields(world, **values))


def page(room: Room, part: str = "") -> str:
    return f"{LIST}{room.pk}/{part}"


@pytest.mark.requirement("ROOM-01")
def test_the_list_shows_each_room_with_what_it_holds_where_it_is_and_whose_it_is(as_ada: Client, nord: World) -> None:
    Room.objects.filter(pk=nord.room.pk).update(address="Torvet 9", postal_code="9990", city="Nordby")
    text = as_ada.get(LIST).content.decode()
    said = ("Opret nyt lokale", "Lokale 1", "Salen", "Torvet 9, 9990 Nordby", "teamets", "Nord", "2 lokaler", "Slet")
    assert [words for words in said if words not in text] == []
    assert f'href="{page(nord.room)}"' in text


@pytest.mark.requirement("ROOM-01", "APP-10")
def test_the_list_is_searched_filtered_and_sorted(as_ada: Client, nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    Room.objects.filter(pk=make_room(east, "Østsalen", capacity=40).pk).update(can_be_used=False)

    def names(**asked: Any) -> list[str]:
        return [room.name for room in as_ada.get(LIST, asked).context["page"].rows]

    assert names(q="salen") == ["Salen", "Østsalen"]
    assert names(team=east.pk) == names(use="no") == ["Østsalen"]
    assert names(use="yes") == ["Lokale 1", "Salen"]
    assert names(sort="-capacity") == ["Østsalen", "Salen", "Lokale 1"]
    assert "Ingen lokaler passer til filtrene." in as_ada.get(LIST, {"q": "findes ikke"}).content.decode()


@pytest.mark.requirement("ROOM-01")
def test_without_rooms_the_list_says_what_to_do(as_ada: Client, nord: World) -> None:
    Room.objects.update(retired_at=timezone.now())
    assert "Ingen mødelokaler endnu. Opret det første" in as_ada.get(LIST).content.decode()


@pytest.mark.requirement("ROOM-01", "APP-10")
def test_the_list_takes_as_many_statements_for_three_rooms_as_for_one(as_ada: Client, nord: World) -> None:
    Room.objects.all().update(retired_at=timezone.now())
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            make_room(nord.team, name)
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("ROOM-01", "ROOM-02", "ROOM-04", "APP-07")
def test_a_room_is_made_with_its_teams_and_a_receipt(as_ada: Client, nord: World) -> None:
    text = as_ada.get(f"{LIST}new/").content.decode()
    assert [words for words in ("Mødelokale (nyt)", "Detaljer", "Team", "skal udfyldes") if words not in text] == []
    east = make_team(nord.jobcentre, "Øst")
    values = fields(nord, capacity=4, overbooking=2, comment="PC", teams=[nord.team.pk, east.pk])
    response = as_ada.post(f"{LIST}new/", values, follow=True)
    assert "Mødelokalet «Lokale 9» er gemt." in response.content.decode()
    room = Room.objects.get(name="Lokale 9")
    assert (room.capacity, room.overbooking, room.comment, room.can_be_used) == (4, 2, "PC", True)
    assert set(room.teams.all()) == {nord.team, east}


@pytest.mark.requirement("ROOM-02", "APP-15")
def test_the_name_is_unique_among_the_living(as_ada: Client, nord: World) -> None:
    refused = saved(as_ada, nord, name="Salen")
    assert (refused.status_code, refused.context["form"].errors["name"]) == (422, ["Navnet skal være unikt"])
    Room.objects.filter(name="Salen").update(retired_at=timezone.now())
    assert saved(as_ada, nord, name="Salen").status_code == 302


@pytest.mark.requirement("ROOM-02")
@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"name": ""}, "name", "Dette felt er påkrævet."),
        ({"capacity": "0"}, "capacity", "Denne værdi skal være større end eller lig 1."),
        ({"overbooking": "2"}, "overbooking", "Overbooking kræver, at lokalet har en maks. kapacitet."),
    ],
)
def test_capacity_and_overbooking_are_looked_at(
    as_ada: Client, nord: World, values: dict[str, str], field: str, message: str
) -> None:
    refused = saved(as_ada, nord, **values)
    assert (refused.status_code, Room.objects.count()) == (422, 2)
    assert {name: list(found) for name, found in refused.context["form"].errors.items()} == {field: [message]}


@pytest.mark.requirement("ROOM-02")
def test_without_a_capacity_there_is_no_limit(as_ada: Client, nord: World) -> None:
    saved(as_ada, nord)
    room = Room.objects.get(name="Lokale 9")
    assert (room.capacity, room.overbooking) == (None, 0)
    assert "ubegrænset" in as_ada.get(LIST).content.decode()


@pytest.mark.requirement("ROOM-03")
@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"address": "Torvet 9"}, {"postal_code", "city"}),
        ({"address": "Torvet 9", "postal_code": "5999"}, {"city"}),
        ({"postal_code": "2100"}, {"address"}),
        ({"address": "Torvet 9", "city": "Nordby"}, {"postal_code"}),
    ],
)
def test_address_postal_code_and_city_are_given_all_three_or_none(
    as_ada: Client, nord: World, given: dict[str, str], missing: set[str]
) -> None:
    refused = saved(as_ada, nord, **given)
    assert refused.status_code == 422
    sentence = "Udfyld både adresse, postnr. og by, eller lad alle tre være tomme."
    assert refused.context["form"].errors == {name: [sentence] for name in missing}


@pytest.mark.requirement("ROOM-03")
def test_all_three_are_kept_and_the_city_follows_from_the_code(as_ada: Client, nord: World) -> None:
    saved(as_ada, nord, address="Torvet 9", postal_code="2100")
    assert Room.objects.get(name="Lokale 9").whole_address == "Torvet 9, 2100 København Ø"


@pytest.mark.requirement("ROOM-04")
def test_at_least_one_team_may_use_it(as_ada: Client, nord: World) -> None:
    refused = saved(as_ada, nord, teams=[])
    assert (refused.status_code, refused.context["form"].errors) == (422, {"teams": ["Sæt kryds ved mindst ét team."]})


@pytest.mark.requirement("ROOM-01", "ROOM-04")
def test_both_tabs_of_a_room_are_edited(as_ada: Client, nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    values = fields(nord, name="Lokale 1", teams=[east.pk], version=1)
    values.pop("can_be_used")
    assert as_ada.post(page(nord.room), values).status_code == 302
    nord.room.refresh_from_db()
    assert (nord.room.capacity, nord.room.can_be_used, list(nord.room.teams.all())) == (None, False, [east])


@pytest.mark.requirement("APP-15")
def test_who_saves_later_is_told_and_sees_both(as_ada: Client, nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    as_ada.post(page(nord.room), fields(nord, name="Lokale 1", capacity=8, teams=[east.pk], version=1))
    stale = as_ada.post(page(nord.room), fields(nord, name="Lokale 1", capacity=3, version=1))
    text = stale.content.decode()
    assert stale.status_code == 422
    assert "Ada Krog har gemt i mellemtiden." in text
    differences = [(str(one.label), one.saved, one.typed) for one in stale.context["form"].differences]
    assert differences == [("Maks. kapacitet", "8", "3"), ("Team", "Øst", "Nord")]
    nord.room.refresh_from_db()
    assert (nord.room.capacity, list(nord.room.teams.all())) == (8, [east])


@pytest.mark.requirement("APP-08", "APP-15")
def test_deleting_asks_first_says_what_is_lost_and_retires(as_ada: Client, nord: World) -> None:
    SummonsTemplate.objects.create(jobcentre=nord.jobcentre, name="Jobsamtaler", room=nord.room)
    text = as_ada.get(page(nord.room, "delete/")).content.decode()
    said = ("Slet «Lokale 1»", "kan ikke længere vælges", "1 skabelon mister sit mødelokale", "Slet mødelokalet")
    assert [words for words in said if words not in text] == []
    response = as_ada.post(page(nord.room, "delete/"), follow=True)
    assert "Mødelokalet «Lokale 1» er slettet." in response.content.decode()
    assert [room.name for room in response.context["page"].rows] == ["Salen"]
    assert as_ada.get(page(nord.room)).status_code == 404


@pytest.mark.requirement("ROOM-05", "APP-15")
def test_a_room_with_active_conversations_is_not_deleted(as_ada: Client, nord: World) -> None:
    day = timezone.localdate() + timedelta(days=14)
    make_appointment(nord.anna, nord.team, day=day, room=nord.room)
    text = as_ada.get(page(nord.room, "delete/")).content.decode()
    assert [words for words in ("Mødelokalet kan ikke slettes.", "1 aktiv samtale, ") if words not in text] == []
    assert "Slet mødelokalet" not in text
    assert as_ada.post(page(nord.room, "delete/")).status_code == 422
    assert Room.objects.living().filter(pk=nord.room.pk).exists()


@pytest.mark.requirement("SEC-02", "ROOM-02")
def test_a_caseworker_reads_and_changes_nothing(as_bo: Client, nord: World) -> None:
    Room.objects.filter(pk=nord.room.pk).update(comment="Kun for os")
    shown, read = (as_bo.get(address).content.decode() for address in (LIST, page(nord.room)))
    assert [words for words in ("Opret nyt lokale", "delete/") if words in shown] == []
    assert ("Lokale 1" in read, "Kun for os" in read, "Gem</button>" in read) == (True, False, False)
    before = Change.objects.count()
    statuses = [as_bo.post(address, fields(nord)).status_code for address in (page(nord.room), f"{LIST}new/")]
    assert (statuses, as_bo.post(page(nord.room, "delete/")).status_code) == ([405, 403], 403)
    assert Change.objects.count() == before


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_stranger_finds_no_room(as_carla: Client, nord: World) -> None:
    assert "Lokale 1" not in as_carla.get(LIST).content.decode()
    assert as_carla.get(page(nord.room)).status_code == 404
