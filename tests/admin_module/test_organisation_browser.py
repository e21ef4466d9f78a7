"""Teams and rooms in a real browser: the mouse, the keyboard, tabs, the city, and axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from admin_module.models import Competence, Team
from admin_module.queries.team import team_tree
from planner.accounts.tenancy import acting_for
from tests.browsing import sign_in, violations, watched
from tests.factories import World, make_nordby, make_team

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nordby() -> World:
    """Nordby, committed, with Unge and Syge below Nord."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        for name in ("Unge", "Syge"):
            make_team(world.jobcentre, name, world.team)
        Competence.objects.create(jobcentre=world.jobcentre, name="Polsk")
    return world


@pytest.fixture
def as_ada_in_browser(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """A page signed in as Ada; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.ada, live_server.url):
        yield page


@pytest.fixture
def tree(as_ada_in_browser: Page, live_server: Any) -> Page:
    as_ada_in_browser.goto(f"{live_server.url}/administration/teams/")
    return as_ada_in_browser


def drawn(world: World) -> list[str]:
    with acting_for(world.jobcentre.pk, source="test"):
        return [f"{'  ' * row.depth}{row.name}" for row in team_tree()][1:]


@pytest.mark.deep
@pytest.mark.requirement("ACCESS-01")
def test_axe_finds_nothing_on_the_pages_of_the_organisation(
    as_ada_in_browser: Page, nordby: World, live_server: Any
) -> None:
    page = as_ada_in_browser
    team, room = f"teams/{nordby.team.pk}/", f"rooms/{nordby.room.pk}/"
    rest = ("rooms/", "rooms/new/", room, f"{room}#teams", "competences/", "competences/new/")
    for address in ("teams/", "teams/new/", team, f"{team}counsellors/", f"{team}move/", f"{team}delete/", *rest):
        page.goto(f"{live_server.url}/administration/{address}")
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, address


@pytest.mark.requirement("TEAM-01")
def test_a_team_is_dragged_into_another_and_shows_where_it_lands(tree: Page, nordby: World) -> None:
    grip = tree.get_by_role("link", name="Flyt Syge", exact=True)
    target = tree.locator("#team-" + str(_pk(nordby, "Unge")))
    box, over = grip.bounding_box(), target.bounding_box()
    assert box
    assert over
    tree.mouse.move(box["x"] + 8, box["y"] + 8)
    tree.mouse.down()
    tree.mouse.move(box["x"] + 20, box["y"] - 4, steps=4)
    tree.mouse.move(over["x"] + 40, over["y"] + over["height"] / 2 + 4, steps=12)
    landing = tree.locator("[data-landing]")
    expect(landing).to_have_attribute("data-landing", "Lander her: under Unge, som det første")
    tree.mouse.up()
    expect(tree.get_by_text("Teamet «Syge» er flyttet.")).to_be_visible()
    assert drawn(nordby) == ["  Nord", "    Unge", "      Syge"]


@pytest.mark.requirement("TEAM-01", "APP-06", "ACCESS-02")
def test_the_keyboard_lifts_moves_and_drops_a_team_and_says_where_it_lands(tree: Page, nordby: World) -> None:
    tree.get_by_role("link", name="Flyt Syge", exact=True).focus()
    tree.keyboard.press("Space")
    expect(tree.locator("#announcer")).to_contain_text("Syge er løftet.")
    tree.keyboard.press("ArrowRight")
    expect(tree.locator("#announcer")).to_have_text("Lander her: under Unge, som det første")
    tree.keyboard.press("Space")
    expect(tree.get_by_text("Teamet «Syge» er flyttet.")).to_be_visible()
    assert drawn(nordby) == ["  Nord", "    Unge", "      Syge"]
    tree.get_by_role("button", name="Fortryd").click()
    tree.wait_for_load_state()
    assert drawn(nordby) == ["  Nord", "    Unge", "    Syge"]


@pytest.mark.requirement("TEAM-01", "APP-06")
def test_escape_puts_a_lifted_team_back(tree: Page, nordby: World) -> None:
    tree.get_by_role("link", name="Flyt Syge", exact=True).focus()
    for key in ("Space", "ArrowUp", "ArrowLeft", "Escape"):
        tree.keyboard.press(key)
    expect(tree.locator("#announcer")).to_have_text("Syge står, hvor det stod.")
    names = tree.locator("[data-tree] .nm a").all_inner_texts()
    tree.get_by_role("button", name="Underteams af Nord").click()
    expect(tree.get_by_role("link", name="Unge", exact=True)).to_be_hidden()
    assert names == ["Jobcenter Nordby", "Nord", "Unge", "Syge"]


@pytest.mark.requirement("TEAM-02", "TEAM-03", "APP-06")
def test_the_right_button_opens_the_menu_and_the_new_team_lands_where_one_stands(tree: Page, nordby: World) -> None:
    tree.locator("#team-" + str(_pk(nordby, "Unge"))).click(button="right")
    for item in ("Rediger team", "Opret et nyt team", "Flyt team", "Slet team"):
        expect(tree.get_by_role("menuitem", name=item)).to_be_visible()
    assert violations(tree) == []
    tree.keyboard.press("Escape")
    expect(tree.get_by_label("Handlinger for Unge", exact=True)).to_be_focused()
    tree.locator("#team-" + str(_pk(nordby, "Jobcenter Nordby"))).click(button="right")
    expect(tree.get_by_role("menuitem", name="Opret et nyt team")).to_be_visible()
    expect(tree.get_by_role("menuitem", name="Flyt team")).to_have_count(0)
    tree.keyboard.press("Escape")
    expect(tree.get_by_label("Handlinger for Jobcenter Nordby", exact=True)).to_be_focused()
    tree.locator("#team-" + str(_pk(nordby, "Unge"))).focus()
    tree.get_by_role("link", name="Opret nyt team").click()
    expect(tree.get_by_text("Placeres under Nord, efter Unge")).to_be_visible()
    tree.get_by_label("Postnr.").fill("2100")
    expect(tree.get_by_label("By", exact=False).last).to_have_value("København Ø")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this label or these words has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText"
            " || document.activeElement.getAttribute('aria-label')"
        )
        if label and name in label:
            return
    pytest.fail(f"{name} cannot be reached by Tab")


@pytest.mark.requirement("ACCESS-02", "TEAM-02", "TEAM-05")
def test_a_team_is_set_up_by_keyboard_alone(tree: Page, nordby: World) -> None:
    tab_to(tree, "Opret nyt team")
    tree.keyboard.press("Enter")
    expect(tree.get_by_role("heading", name="Team (nyt)")).to_be_visible()
    for name, typed in (("Navn", "Dagpenge"), ("Adresse", "Havnegade 4"), ("Postnr.", "2100")):
        tab_to(tree, name)
        tree.keyboard.type(typed)
    expect(tree.locator("#id_city")).to_have_value("København Ø")
    tree.keyboard.press("Enter")
    expect(tree.get_by_text("Teamet «Dagpenge» er oprettet.")).to_be_visible()
    tab_to(tree, "Tilknyt vejledere")
    tree.keyboard.type("Anna")
    tree.keyboard.press("ArrowDown")
    tree.keyboard.press("Enter")
    tab_to(tree, "Tilknyt")
    tree.keyboard.press("Enter")
    expect(tree.get_by_text("1 er tilknyttet.")).to_be_visible()
    with acting_for(nordby.jobcentre.pk, source="test"):
        assert set(nordby.anna.teams.values_list("name", flat=True)) == {"Nord", "Dagpenge"}


@pytest.mark.requirement("TEAM-01", "APP-06")
def test_without_javascript_a_team_is_moved_by_menu_and_buttons(
    browser: Browser, nordby: World, live_server: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = sign_in(context.new_page(), nordby.ada, live_server.url)
    page.goto(f"{live_server.url}/administration/teams/")
    page.get_by_role("link", name="Handlinger for Syge").click()
    expect(page.get_by_role("heading", name="Syge", level=1)).to_be_visible()
    page.locator("summary[aria-label='Handlinger for Syge']").click()
    page.get_by_role("menuitem", name="Flyt team").click()
    page.get_by_role("button", name="Flyt op").click()
    expect(page.get_by_text("Teamet «Syge» er flyttet.")).to_be_visible()
    assert drawn(nordby) == ["  Nord", "    Syge", "    Unge"]
    context.close()


@pytest.mark.requirement("ACCESS-03")
@pytest.mark.parametrize("width", [640, 390])
def test_no_page_of_the_organisation_scrolls_sideways(
    as_ada_in_browser: Page, nordby: World, live_server: Any, width: int
) -> None:
    page = as_ada_in_browser
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("teams/", "teams/new/", f"teams/{nordby.team.pk}/rooms/", "rooms/new/"):
        page.goto(f"{live_server.url}/administration/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.requirement("TEAM-06", "APP-08")
def test_a_refused_deletion_is_shown_in_the_dialog(tree: Page, nordby: World) -> None:
    tree.get_by_label("Handlinger for Nord", exact=True).click()
    tree.get_by_role("menuitem", name="Slet team").click()
    dialog = tree.locator("dialog")
    for words in ("Teamet kan ikke slettes.", "2 underteams: Unge, Syge", "2 vejledere er tilknyttet"):
        expect(dialog.get_by_text(words)).to_be_visible()
    assert violations(tree) == []


@pytest.mark.requirement("ROOM-01", "ROOM-04", "APP-07")
def test_the_tab_with_an_error_is_opened(as_ada_in_browser: Page, nordby: World, live_server: Any) -> None:
    page = as_ada_in_browser
    page.goto(f"{live_server.url}/administration/rooms/new/")
    page.get_by_label("Navn").fill("Lokale 9")
    page.get_by_role("button", name="Gem").click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.get_by_role("group", name="Team")).to_be_visible()
    page.get_by_label("Nord", exact=True).check()
    page.get_by_role("link", name="Detaljer").click()
    expect(page.get_by_label("Navn")).to_have_value("Lokale 9")
    page.get_by_role("button", name="Gem").click()
    expect(page.get_by_text("Mødelokalet «Lokale 9» er gemt.")).to_be_visible()


def _pk(world: World, name: str) -> int:
    with acting_for(world.jobcentre.pk, source="test"):
        return int(Team.objects.get(name=name).pk)
