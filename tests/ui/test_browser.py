"""The components in a real browser: accessibility, keyboard, focus, strict CSP, and all of it without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from planner.accounts.models import User
from tests.browsing import unharmed, violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(with_styleguide: None, karen: User, live_server: Any) -> dict[str, str]:
    """The cookie of Karen's session."""
    client = Client()
    client.force_login(karen)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}


@pytest.fixture
def styleguide(page: Page, session: Any, live_server: Any) -> Iterator[Page]:
    """The styleguide, open; at the end nothing was blocked by the CSP and no script failed."""
    with unharmed(page):
        page.context.add_cookies([session])
        page.set_default_timeout(10_000)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{live_server.url}/ui/")
        yield page


@pytest.mark.requirement("ACCESS-01")
@pytest.mark.parametrize(
    ("address", "width"),
    [
        ("/ui/", 1280),
        ("/ui/", 390),
        ("/ui/?counsellor=Lotte+Berg&unsent=1", 1280),
        ("/ui/calendar/", 1280),
        ("/ui/form/", 390),
        ("/ui/me/", 390),
    ],
)
def test_axe_finds_nothing(styleguide: Page, live_server: Any, address: str, width: int) -> None:
    styleguide.set_viewport_size({"width": width, "height": 900})
    styleguide.goto(live_server.url + address)
    assert violations(styleguide) == []


@pytest.mark.requirement("ACCESS-01")
def test_axe_finds_nothing_in_an_open_dialog_with_errors_menu_and_combobox(styleguide: Page) -> None:
    styleguide.get_by_role("link", name="Ny aftale").click()
    styleguide.locator("dialog").get_by_role("button", name="Gem").click()
    expect(styleguide.locator("dialog #errors")).to_be_focused()
    assert violations(styleguide) == []
    styleguide.locator("dialog").get_by_role("combobox", name="Mødelokale").click()
    assert violations(styleguide) == []
    styleguide.keyboard.press("Escape")
    styleguide.keyboard.press("Escape")
    styleguide.get_by_label("Handlinger for Dagpenge").first.click()
    assert violations(styleguide) == []


@pytest.mark.requirement("ACCESS-01")
@pytest.mark.parametrize("address", ["/sign-in/", "/nowhere/"])
def test_axe_finds_nothing_before_signing_in(with_styleguide: None, page: Page, live_server: Any, address: str) -> None:
    page.goto(live_server.url + address)
    assert violations(page) == []


@pytest.mark.requirement("ACCESS-03")
@pytest.mark.parametrize("width", [1280, 640, 390, 320])
def test_no_page_scrolls_sideways(styleguide: Page, live_server: Any, width: int) -> None:
    styleguide.set_viewport_size({"width": width, "height": 900})
    for address in ("/ui/", "/ui/form/", "/ui/confirm/", "/ui/refused/", "/ui/me/"):
        styleguide.goto(live_server.url + address)
        assert styleguide.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.requirement("APP-10")
def test_sorting_swaps_only_the_list_and_keeps_address_focus_and_the_way_back(styleguide: Page) -> None:
    styleguide.evaluate("document.querySelector('h1').dataset.kept = 'yes'")
    styleguide.locator("#sort-citizen").click()
    styleguide.wait_for_url("**/ui/?sort=citizen")
    expect(styleguide.locator("th[aria-sort=ascending]")).to_contain_text("Borger")
    expect(styleguide.locator("#sort-citizen")).to_be_focused()
    assert styleguide.evaluate("document.querySelector('h1').dataset.kept") == "yes"
    styleguide.go_back()
    expect(styleguide.locator("th[aria-sort=ascending]")).to_contain_text("Dato og tid")


@pytest.mark.requirement("APP-10", "ACCESS-02")
def test_filters_send_themselves_and_chips_take_them_off(styleguide: Page) -> None:
    styleguide.get_by_label("Filtrér Vejleder").select_option("Lotte Berg")
    styleguide.wait_for_url("**/ui/?counsellor=Lotte+Berg")
    expect(styleguide.locator("#announcer")).to_have_text("80 indkaldelser")
    styleguide.get_by_label("Filtrér Borger").fill("nadia")
    styleguide.wait_for_url("**/ui/?q=nadia&counsellor=Lotte+Berg")
    expect(styleguide.locator("#list tbody tr")).to_have_count(14)
    styleguide.get_by_role("link", name="Fjern filteret Vejleder: Lotte Berg").click()
    styleguide.wait_for_url("**/ui/?q=nadia")


def test_what_is_ticked_survives_paging(styleguide: Page) -> None:
    styleguide.get_by_label("Vælg Thomas Knudsen").first.check()
    styleguide.get_by_role("link", name="Næste side").click()
    styleguide.wait_for_url("**/ui/?page=2")
    styleguide.get_by_label("Vælg alle på siden").check()
    expect(styleguide.locator("[data-selected-count]")).to_have_text("51")
    sent = "[...new FormData(document.getElementById('chosen')).getAll('selected')].length"
    assert styleguide.evaluate(sent) == 51
    styleguide.get_by_role("link", name="Forrige side").click()
    styleguide.wait_for_url("**/ui/")
    expect(styleguide.get_by_label("Vælg Thomas Knudsen").first).to_be_checked()
    assert styleguide.evaluate(sent) == 51
    styleguide.get_by_role("button", name="Fravælg alle").click()
    expect(styleguide.locator("[data-selected-count]")).to_have_text("0")


@pytest.mark.requirement("ACCESS-02", "APP-11")
def test_the_keyboard_walks_rows_menus_and_dialogs(styleguide: Page) -> None:
    keys, focused = styleguide.keyboard, styleguide.locator(":focus")
    styleguide.locator("#list [data-open]").first.focus()
    keys.press("ArrowDown")
    expect(focused).to_have_text("Thomas Knudsen")
    keys.press("Space")
    expect(styleguide.get_by_label("Vælg Thomas Knudsen").first).to_be_checked()
    keys.press("ArrowUp")
    expect(focused).to_have_text("Marianne Poulsen")

    styleguide.get_by_label("Handlinger for Dagpenge").first.focus()
    keys.press("Enter")
    expect(focused).to_contain_text("Rediger team")
    keys.press("ArrowUp")
    expect(focused).to_contain_text("Slet team")
    keys.press("Home")
    expect(focused).to_contain_text("Rediger team")
    keys.press("Escape")
    expect(focused).to_have_attribute("aria-label", "Handlinger for Dagpenge")

    styleguide.get_by_role("link", name="Ny aftale").focus()
    keys.press("Enter")
    expect(styleguide.locator("#dialog-heading")).to_be_focused()
    keys.press("Escape")
    expect(styleguide.locator("dialog[open]")).to_have_count(0)
    expect(focused).to_have_text("Ny aftale")


@pytest.mark.requirement("APP-06")
def test_the_right_mouse_button_opens_the_same_menu_as_its_button(styleguide: Page) -> None:
    styleguide.locator("[data-context-menu]").click(button="right", position={"x": 400, "y": 10})
    expect(styleguide.get_by_role("menuitem", name="Rediger team")).to_be_focused()
    styleguide.keyboard.press("r")
    expect(styleguide.locator("dialog[open] #dialog-heading")).to_have_text("Ny aftale")


@pytest.mark.requirement("ACCESS-02")
def test_a_combobox_finds_chooses_and_drops_by_keyboard(styleguide: Page) -> None:
    box = styleguide.get_by_role("combobox", name="Vejledere")
    chosen = "[...document.querySelector('[name=counsellors]').selectedOptions].map((option) => option.text)"
    assert styleguide.evaluate(chosen) == ["Winnie Jensen", "Lotte Berg"]
    box.type("søren")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("Enter")
    assert styleguide.evaluate(chosen) == ["Winnie Jensen", "Lotte Berg", "Søren Friis"]
    box.press("Backspace")
    assert styleguide.evaluate(chosen) == ["Winnie Jensen", "Lotte Berg"]
    styleguide.get_by_role("button", name="Fjern Lotte Berg").click()
    assert styleguide.evaluate(chosen) == ["Winnie Jensen"]


def test_a_combobox_asks_the_server_where_it_has_an_address(styleguide: Page) -> None:
    box = styleguide.get_by_role("combobox", name="Borger")
    box.type("møl")
    styleguide.get_by_role("option", name="Camilla Juhl Møller").click()
    expect(box).to_have_value("Camilla Juhl Møller")
    assert styleguide.evaluate("document.querySelector('[name=citizen]').value") == "4"


@pytest.mark.requirement("APP-07", "APP-14")
def test_a_form_in_the_dialog_is_mended_saved_and_receipted(styleguide: Page) -> None:
    styleguide.get_by_role("link", name="Ny aftale").click()
    dialog = styleguide.locator("dialog")
    dialog.get_by_label("Titel").fill("Samtale")
    dialog.get_by_role("button", name="Gem").click()
    expect(dialog.locator("#errors")).to_be_focused()
    expect(dialog.get_by_label("Titel")).to_have_value("Samtale")
    dialog.get_by_label("Tidligste dato").first.fill("1.12.2026")
    dialog.get_by_label("Fordel samtaler automatisk").check()
    dialog.get_by_role("combobox", name="Mødelokale").fill("Lokale 7")
    dialog.get_by_role("combobox", name="Mødelokale").press("Enter")
    dialog.get_by_role("button", name="Gem").click()
    expect(styleguide.locator("#notices")).to_contain_text("Rammen er gemt.")
    styleguide.get_by_role("button", name="Fortryd").click()
    expect(styleguide.locator("#notices")).to_contain_text("Aftalen er aflyst.")


def test_a_long_job_shows_its_progress_by_itself(styleguide: Page) -> None:
    expect(styleguide.locator("#progress")).to_contain_text("231 af 387")
    expect(styleguide.locator("#progress")).to_contain_text("387 af 387", timeout=8000)


@pytest.mark.requirement("GUARD-06")
def test_the_browser_keeps_no_page(styleguide: Page) -> None:
    styleguide.locator("#sort-citizen").click()
    styleguide.wait_for_url("**/ui/?sort=citizen")
    kept = styleguide.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Poulsen" not in kept
    assert styleguide.evaluate("localStorage.length") == 0


@pytest.mark.requirement("ACCESS-04")
def test_everything_works_without_javascript(browser: Browser, session: Any, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([session])
    page = context.new_page()
    page.goto(f"{live_server.url}/ui/")
    page.locator("#sort-citizen").click()
    assert page.url.endswith("/ui/?sort=citizen")
    page.get_by_label("Filtrér Vejleder").select_option("Lotte Berg")
    page.locator("form.pl-filters").get_by_role("button", name="Filtrér").click()
    assert "counsellor=Lotte+Berg" in page.url
    assert "sort=citizen" in page.url
    page.get_by_label("Handlinger for Dagpenge").first.click()
    page.get_by_role("menuitem", name="Rediger team").click()
    assert page.url.endswith("/ui/form/")
    page.get_by_label("Titel").fill("Samtale")
    page.get_by_label("Vejledere").select_option(["Winnie Jensen", "Åse Holm"])
    page.get_by_role("button", name="Gem").click()
    expect(page.locator("#errors")).to_contain_text("Tidligste dato")
    expect(page.get_by_label("Titel")).to_have_value("Samtale")
    context.close()
