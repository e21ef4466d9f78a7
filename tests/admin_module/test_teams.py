"""«Teams»: the tree, moving in it, a team's page, and when it may be deleted."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admin_module.models import CounsellorTeam, RoomTeam, SummonsTemplate, Team
from admin_module.queries.team import team_tree
from admin_module.services import teams as service
from planner.accounts.tenancy import acting_for
from planner.audit.models import Change
from planner.ui.refusal import Refusal
from tests.factories import World, make_appointment, make_counsellor, make_jobcentre, make_room, make_team

TREE = "/administration/teams/"
FIELDS = {"name": "Dagpenge", "address": "Havnegade 4", "postal_code": "9990", "city": "Nordby"}


def drawn() -> list[str]:
    """The tree as lines, two spaces a level."""
    return [f"{'  ' * row.depth}{row.name}" for row in team_tree()]


def root() -> Team:
    return Team.objects.get(parent=None)  # type: ignore[no-any-return]


def in_a_month() -> date:
    return timezone.localdate() + timedelta(days=28)


def page(team: Team, tab: str = "") -> str:
    return f"{TREE}{team.pk}/{tab}"


def posted(client: Client, url: str, **values: Any) -> Any:
    return client.post(url, FIELDS | values, follow=True)


@pytest.fixture
def family(nord: World) -> dict[str, Team]:
    """Nord with Unge (and below it Uddannelse) and Syge; beside it Øst."""
    unge = make_team(nord.jobcentre, "Unge", nord.team)
    uddannelse = make_team(nord.jobcentre, "Uddannelse", unge)
    syge = make_team(nord.jobcentre, "Syge", nord.team)
    return {
        "Nord": nord.team,
        "Unge": unge,
        "Uddannelse": uddannelse,
        "Syge": syge,
        "Øst": make_team(nord.jobcentre, "Øst"),
    }


@pytest.mark.requirement("TEAM-01", "TEAM-07")
def test_the_tree_shows_the_job_centre_as_root_with_counts_and_addresses(
    as_ada: Client, nord: World, family: dict[str, Team]
) -> None:
    assert drawn() == ["Jobcenter Nordby", "  Nord", "    Unge", "      Uddannelse", "    Syge", "  Øst"]
    text = as_ada.get(TREE).content.decode()
    assert "2 tilknytninger af vejledere" in text
    assert [
        words for words in ("Rediger team", "Opret et nyt team", "Slet team", "Opret nyt team") if words not in text
    ] == []
    assert text.count("<ul>") == text.count("</ul>")
    nord_row = next(row for row in team_tree() if row.name == "Nord")
    assert (nord_row.counsellors, nord_row.rooms, nord_row.address) == (2, 2, "Havnegade 4")


@pytest.mark.requirement("GUARD-09", "TEAM-01")
def test_a_name_is_only_ever_text_in_the_tree(as_ada: Client, nord: World) -> None:
    team = make_team(nord.jobcentre, '<b>"@key@"</b>')
    text = as_ada.get(TREE).content.decode()
    assert "<b>" not in text
    written = f'<a href="/administration/teams/{team.pk}/" id="team-{team.pk}">&lt;b&gt;&quot;@key@&quot;&lt;/b&gt;</a>'
    assert written in text
    assert text.count("&lt;b&gt;&quot;@key@&quot;&lt;/b&gt;") >= 4


@pytest.mark.requirement("TEAM-08")
def test_two_hundred_teams_eight_deep_are_drawn_in_one_statement(nord: World) -> None:
    deepest = nord.team
    for number in range(7):
        deepest = make_team(nord.jobcentre, f"Dybde {number}", deepest)
    Team.objects.bulk_create(
        Team(jobcentre=nord.jobcentre, parent=deepest.parent, name=f"Team {number}", position=number)
        for number in range(200)
    )
    with CaptureQueriesContext(connection) as asked:
        rows = team_tree()
    assert (len(asked), len(rows), max(row.depth for row in rows)) == (1, 209, 8)


@pytest.mark.requirement("TEAM-08")
def test_the_page_takes_as_many_statements_for_three_teams_as_for_one(as_ada: Client, nord: World) -> None:
    counts = []
    for names in (("En",), ("To", "Tre")):
        for name in names:
            make_counsellor(make_team(nord.jobcentre, name))
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(TREE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("APP-10", "TEAM-01")
def test_a_search_shows_the_teams_found_and_what_they_lie_below(as_ada: Client, family: dict[str, Team]) -> None:
    assert [row.name for row in team_tree("uddan")] == ["Jobcenter Nordby", "Nord", "Unge", "Uddannelse"]
    assert "Ingen teams med det i navnet." in as_ada.get(TREE, {"q": "findes ikke"}).content.decode()


@pytest.mark.requirement("TEAM-01", "APP-06")
@pytest.mark.parametrize(
    ("name", "direction", "after"),
    [
        ("Syge", "up", ["  Nord", "    Syge", "    Unge", "      Uddannelse", "  Øst"]),
        ("Unge", "down", ["  Nord", "    Syge", "    Unge", "      Uddannelse", "  Øst"]),
        ("Syge", "in", ["  Nord", "    Unge", "      Uddannelse", "      Syge", "  Øst"]),
        ("Unge", "out", ["  Nord", "    Syge", "  Unge", "    Uddannelse", "  Øst"]),
    ],
)
def test_buttons_move_a_team_up_down_in_and_out(
    as_ada: Client, family: dict[str, Team], name: str, direction: str, after: list[str]
) -> None:
    response = as_ada.post(page(family[name], "move/"), {"step": direction}, follow=True)
    assert drawn()[1:] == after
    assert f"Teamet «{name}» er flyttet." in response.content.decode()


@pytest.mark.requirement("TEAM-01")
@pytest.mark.parametrize(("name", "direction"), [("Unge", "up"), ("Øst", "down"), ("Unge", "in"), ("Nord", "out")])
def test_a_team_that_can_go_no_further_stays_and_says_so(
    as_ada: Client, family: dict[str, Team], name: str, direction: str
) -> None:
    before = drawn()
    response = as_ada.post(page(family[name], "move/"), {"step": direction})
    assert (response.status_code, drawn()) == (422, before)
    assert "Teamet kan ikke flyttes længere den vej." in response.content.decode()


@pytest.mark.requirement("TEAM-01", "APP-14")
def test_a_drag_gets_the_tree_back_and_can_be_undone(as_ada: Client, family: dict[str, Team]) -> None:
    before = drawn()
    headers = {"HX-Request": "true", "HX-Target": "teams"}
    place = {"parent": family["Øst"].pk, "index": 0}
    text = as_ada.post(page(family["Unge"], "move/"), place, headers=headers).content.decode()
    assert drawn()[1:] == ["  Nord", "    Syge", "  Øst", "    Unge", "      Uddannelse"]
    assert (text.lstrip().startswith('<section id="teams"'), "Teamet «Unge» er flyttet." in text) == (True, True)
    undo = re.search(r'action="([^"]*move/\?parent[^"]*)"', text)
    assert undo
    as_ada.post(undo[1].replace("&amp;", "&"))
    assert drawn() == before


@pytest.mark.requirement("TEAM-01")
def test_a_team_is_moved_to_lie_last_below_another_chosen_in_a_list(as_ada: Client, family: dict[str, Team]) -> None:
    text = as_ada.get(page(family["Unge"], "move/")).content.decode()
    assert f'<option value="{family["Øst"].pk}"' in text
    assert f'<option value="{family["Uddannelse"].pk}"' not in text
    as_ada.post(page(family["Unge"], "move/"), {"parent": family["Øst"].pk})
    assert drawn()[-3:] == ["  Øst", "    Unge", "      Uddannelse"]


@pytest.mark.requirement("TEAM-08")
@pytest.mark.parametrize("target", ["Unge", "Uddannelse"])
def test_a_team_cannot_be_moved_below_itself(as_ada: Client, family: dict[str, Team], target: str) -> None:
    before = drawn()
    response = as_ada.post(page(family["Unge"], "move/"), {"parent": family[target].pk, "index": 0})
    assert (response.status_code, drawn()) == (422, before)
    assert "Et team kan ikke flyttes ind under sig selv." in response.content.decode()


@pytest.mark.requirement("TEAM-01", "TEAM-08")
def test_the_root_stays_where_it_is(as_ada: Client, family: dict[str, Team]) -> None:
    response = as_ada.post(page(root(), "move/"), {"parent": family["Øst"].pk, "index": 0})
    assert (response.status_code, root().name) == (422, "Jobcenter Nordby")
    assert "Det øverste team kan ikke flyttes." in response.content.decode()


@pytest.mark.requirement("TEAM-08", "SEC-01")
def test_a_team_cannot_be_moved_below_one_of_another_job_centre(as_ada: Client, nord: World) -> None:
    other = make_jobcentre("Jobcenter Skovby", "10400")
    with acting_for(other.pk):
        foreign = root()
    response = as_ada.post(page(nord.team, "move/"), {"parent": foreign.pk, "index": 0})
    assert response.status_code == 422
    assert "Teamet, der skulle flyttes til, findes ikke længere." in response.content.decode()


@pytest.mark.requirement("TEAM-02")
def test_a_team_is_made_where_one_stood_in_the_tree(as_ada: Client, family: dict[str, Team]) -> None:
    address = f"{TREE}new/?after={family['Unge'].pk}"
    text = as_ada.get(address).content.decode()
    assert [words for words in ("Team (nyt)", "Placeres under Nord, efter Unge") if words not in text] == []
    response = posted(as_ada, address)
    assert drawn()[2:5] == ["    Unge", "      Uddannelse", "    Dagpenge"]
    assert "Teamet «Dagpenge» er oprettet. Nu kan vejledere og mødelokaler tilknyttes." in response.content.decode()


@pytest.mark.requirement("TEAM-03")
def test_from_the_menu_of_a_team_it_is_made_as_its_child(as_ada: Client, family: dict[str, Team]) -> None:
    posted(as_ada, f"{TREE}new/?parent={family['Unge'].pk}")
    assert drawn()[2:5] == ["    Unge", "      Uddannelse", "      Dagpenge"]


@pytest.mark.requirement("TEAM-02")
def test_a_team_made_from_nowhere_lies_last_below_the_root(as_ada: Client, family: dict[str, Team]) -> None:
    posted(as_ada, f"{TREE}new/")
    assert drawn()[-1] == "  Dagpenge"


@pytest.mark.requirement("TEAM-04", "APP-07")
def test_name_and_address_must_be_given_and_nothing_typed_is_lost(as_ada: Client, nord: World) -> None:
    response = as_ada.post(f"{TREE}new/", {"description": "Sygemeldte", "postal_code": "21"})
    text = response.content.decode()
    assert (response.status_code, Team.objects.count()) == (422, 2)
    assert [
        words for words in ("Sygemeldte", 'value="21"', "Postnummeret skal have fire cifre.") if words not in text
    ] == []
    assert set(response.context["form"].errors) == {"name", "address", "postal_code", "city"}


@pytest.mark.requirement("TEAM-04")
def test_the_city_follows_from_a_known_postal_code_also_without_javascript(as_ada: Client, nord: World) -> None:
    posted(as_ada, page(nord.team), name="Nord", postal_code="2100", city="", version=1)
    nord.team.refresh_from_db()
    assert nord.team.whole_address == "Havnegade 4, 2100 København Ø"


@pytest.mark.requirement("TEAM-04")
def test_with_an_unknown_postal_code_the_city_is_typed(as_ada: Client, nord: World) -> None:
    missing = as_ada.post(page(nord.team), FIELDS | {"postal_code": "5999", "city": ""})
    assert (missing.status_code, list(missing.context["form"].errors)) == (422, ["city"])
    posted(as_ada, page(nord.team), postal_code="5999", city="Fjordby", version=1)
    nord.team.refresh_from_db()
    assert nord.team.city == "Fjordby"


@pytest.mark.requirement("TEAM-04")
@pytest.mark.parametrize(("code", "city"), [("8000", "Aarhus C"), ("0999", "København C"), ("7007", "Fredericia")])
def test_the_city_comes_while_the_code_is_typed(as_ada: Client, code: str, city: str) -> None:
    text = as_ada.get("/administration/city/", {"postal_code": code}).content.decode()
    assert f'id="id_city" name="city" value="{city}"' in text


@pytest.mark.requirement("TEAM-04")
@pytest.mark.parametrize("code", ["5999", "80", ""])
def test_an_unknown_code_leaves_the_city_as_it_is_typed(as_ada: Client, code: str) -> None:
    response = as_ada.get("/administration/city/", {"postal_code": code})
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.requirement("TEAM-04", "APP-07")
def test_a_team_is_changed_with_a_receipt_and_the_audit_knows_by_whom(as_ada: Client, nord: World) -> None:
    response = posted(as_ada, page(nord.team), contact_phone="70202020", version=1)
    assert "Teamet «Dagpenge» er gemt." in response.content.decode()
    nord.team.refresh_from_db()
    assert (nord.team.name, nord.team.contact_phone, nord.team.version) == ("Dagpenge", "70202020", 2)
    change = Change.objects.filter(table="admin_module_team", row=str(nord.team.pk)).latest("at")
    assert change.before is not None
    assert (change.actor, change.before["name"]) == (nord.ada.pk, "Nord")


@pytest.mark.requirement("APP-15")
def test_who_saves_later_is_told_sees_both_and_loses_nothing(as_ada: Client, nord: World) -> None:
    posted(as_ada, page(nord.team), name="Nord", address="Torvet 9", version=1)
    stale = as_ada.post(page(nord.team), FIELDS | {"name": "Nordligst", "version": 1})
    text = stale.content.decode()
    assert stale.status_code == 422
    assert [words for words in ("Ada Krog har gemt i mellemtiden.", "Torvet 9", "Nordligst") if words not in text] == []
    nord.team.refresh_from_db()
    assert (nord.team.name, nord.team.address) == ("Nord", "Torvet 9")
    posted(as_ada, page(nord.team), name="Nordligst", version=2)
    nord.team.refresh_from_db()
    assert (nord.team.name, nord.team.address) == ("Nordligst", "Havnegade 4")


@pytest.mark.requirement("TEAM-05")
@pytest.mark.parametrize("tab", ["counsellors", "rooms"])
def test_counsellors_and_rooms_are_attached_and_detached_on_their_tabs(as_ada: Client, nord: World, tab: str) -> None:
    east = make_team(nord.jobcentre, "Øst")
    one: Any = nord.anna if tab == "counsellors" else nord.room
    response = as_ada.post(page(east, f"{tab}/"), {"chosen": [one.pk]}, follow=True)
    assert [words for words in ("1 er tilknyttet.", str(one), "Nord") if words not in response.content.decode()] == []
    assert set(one.teams.all()) == {nord.team, east}
    response = as_ada.post(page(east, f"{tab}/"), {"remove": one.pk}, follow=True)
    assert f"{one} er fjernet fra teamet." in response.content.decode()
    assert set(one.teams.all()) == {nord.team}


@pytest.mark.requirement("COUN-06", "ROOM-04", "TEAM-05")
def test_nobody_is_left_without_a_team(as_ada: Client, nord: World) -> None:
    for tab, one, sentence in (
        ("counsellors", nord.anna, "Anna Agger har kun dette team. Tilknyt vejlederen til et andet team først."),
        ("rooms", nord.room, "Lokale 1 har kun dette team. Tilknyt lokalet til et andet team først."),
    ):
        response = as_ada.post(page(nord.team, f"{tab}/"), {"remove": one.pk})
        assert (response.status_code, sentence in response.content.decode()) == (422, True)
        (way,) = response.context["refusal"].links
        assert as_ada.get(way.url).status_code == 200
    assert (CounsellorTeam.objects.count(), RoomTeam.objects.count()) == (2, 2)


@pytest.mark.requirement("TEAM-05")
def test_membership_is_direct_a_team_does_not_show_those_below_it(as_ada: Client, nord: World) -> None:
    make_counsellor(make_team(nord.jobcentre, "Unge", nord.team), "Ulla Ung")
    shown = as_ada.get(page(nord.team, "counsellors/")).context["page"].rows
    assert [str(one) for one in shown] == ["Anna Agger", "Birk Bisgaard"]


@pytest.mark.requirement("TEAM-05", "APP-10")
def test_a_tab_takes_as_many_statements_for_three_as_for_one(as_ada: Client, nord: World) -> None:
    team, counts = make_team(nord.jobcentre, "Øst"), []
    for names in (("A A",), ("B B", "C C")):
        for name in names:
            make_counsellor(team, name)
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(page(team, "counsellors/"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("TEAM-06")
def test_a_refused_deletion_names_every_condition_that_fails_with_its_way_out(
    as_ada: Client, nord: World, family: dict[str, Team]
) -> None:
    make_appointment(nord.anna, nord.team, day=in_a_month())
    asked = as_ada.get(page(nord.team, "delete/"))
    said = (
        "Teamet kan ikke slettes.",
        "2 underteams: Unge, Syge",
        "2 vejledere er tilknyttet",
        "2 lokaler er tilknyttet",
        "1 aktiv samtale, ",
    )
    text = asked.content.decode()
    assert [words for words in said if words not in text] == []
    assert "Slet teamet" not in text
    ways = {str(link.label): link.url for link in asked.context["refusal"].links if link.url}
    assert all(as_ada.get(url).status_code == 200 for url in ways.values())
    refused = as_ada.post(page(nord.team, "delete/"))
    assert (refused.status_code, Team.objects.living().filter(pk=nord.team.pk).exists()) == (422, True)


@pytest.mark.requirement("TEAM-06")
def test_the_root_cannot_be_deleted(as_ada: Client, nord: World) -> None:
    response = as_ada.post(page(root(), "delete/"))
    assert (response.status_code, "Det øverste team kan ikke slettes." in response.content.decode()) == (422, True)


@pytest.mark.requirement("TEAM-06", "APP-08", "APP-15")
def test_deleting_asks_first_says_what_is_lost_and_retires(as_ada: Client, nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    SummonsTemplate.objects.create(jobcentre=nord.jobcentre, name="Jobsamtaler", team=east)
    text = as_ada.get(page(east, "delete/")).content.decode()
    said = ("Slet «Øst»", "Teamet «Øst» kan ikke længere vælges.", "1 skabelon mister sit team", "Slet teamet")
    assert [words for words in said if words not in text] == []
    response = as_ada.post(page(east, "delete/"), follow=True)
    assert "Teamet «Øst» er slettet." in response.content.decode()
    east.refresh_from_db()
    assert east.retired_at
    assert "  Øst" not in drawn()
    assert as_ada.get(page(east)).status_code == 404


@pytest.mark.requirement("TEAM-06", "APP-15")
def test_what_comes_in_the_way_after_asking_is_seen_in_the_moment_of_deleting(nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    assert service.why_not_delete(east, now=timezone.now()) is None
    make_room(east, "Lokale 9")
    with pytest.raises(Refusal, match=r"Teamet kan ikke slettes\."):
        service.retire(team=east, now=timezone.now())


@pytest.mark.requirement("SEC-02", "TEAM-04")
def test_a_caseworker_reads_and_finds_no_buttons_and_nothing_internal(as_bo: Client, nord: World) -> None:
    Team.objects.filter(pk=nord.team.pk).update(description="Kun for os", contact_phone="70303030")
    tree, detail = (as_bo.get(address).content.decode() for address in (TREE, page(nord.team)))
    assert [words for words in ("Opret nyt team", "Slet team", "data-base") if words in tree] == []
    assert [words for words in ("Havnegade 4", "70303030") if words not in detail] == []
    assert [words for words in ("Kun for os", "Gem</button>") if words in detail] == []
    assert "Fjern" not in as_bo.get(page(nord.team, "counsellors/")).content.decode()


@pytest.mark.requirement("SEC-02")
@pytest.mark.parametrize(
    ("tab", "status"), [("", 405), ("counsellors/", 405), ("rooms/", 405), ("move/", 403), ("delete/", 403)]
)
def test_a_caseworker_changes_nothing(as_bo: Client, nord: World, tab: str, status: int) -> None:
    before = Change.objects.count()
    assert as_bo.post(page(nord.team, tab), FIELDS | {"step": "up", "remove": nord.anna.pk}).status_code == status
    assert (as_bo.post(f"{TREE}new/", FIELDS).status_code, Change.objects.count()) == (403, before)


@pytest.mark.requirement("SEC-01", "GUARD-01")
@pytest.mark.parametrize("tab", ["", "counsellors/", "rooms/", "move/", "delete/"])
def test_a_stranger_finds_no_team(as_carla: Client, as_ada: Client, nord: World, tab: str) -> None:
    assert as_carla.get(page(nord.team, tab)).status_code in {403, 404}
    other = make_jobcentre("Jobcenter Vestby", "10500")
    with acting_for(other.pk):
        foreign = root()
    assert (as_ada.get(page(foreign, tab)).status_code, as_ada.post(page(foreign, tab)).status_code) == (404, 404)
