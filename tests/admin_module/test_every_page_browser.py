"""What holds for every page of the administration in a real browser: axe and the keyboard, no script that fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from admin_module.queries.schedule import plans
from planner.accounts.tenancy import acting_for
from tests.admin_module.organisation import NAMES, address, grow
from tests.browsing import violations, watched
from tests.factories import World, make_nordby

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nordby() -> World:
    """Nordby, committed, with one or two of everything."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        grow(world, teams=6, counsellors=2)
    return world


@pytest.fixture
def ada(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """A page signed in as Ada; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.ada, live_server.url):
        yield page


@pytest.mark.deep
@pytest.mark.requirement("ACCESS-01")
def test_axe_finds_nothing_on_any_page_of_the_administration(ada: Page, nordby: World, live_server: Any) -> None:
    with acting_for(nordby.jobcentre.pk, source="test"):
        addresses = {name: address(name, nordby) for name in NAMES}
    found = {}
    for name, path in addresses.items():
        ada.goto(f"{live_server.url}{path}")
        assert ada.evaluate("document.documentElement.scrollWidth") <= 1280, name
        found[name] = violations(ada)
    assert {name: faults for name, faults in found.items() if faults} == {}


def tab_to(page: Page, label: str) -> None:
    """Press Tab until what is called so has the focus, and can be seen to have it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        called = page.evaluate(
            "document.activeElement.getAttribute('aria-label')"
            " || (document.activeElement.labels?.[0] ?? document.activeElement).innerText"
        )
        if called and label in " ".join(called.split()):
            assert page.evaluate("document.activeElement.matches(':focus-visible')"), label
            return
    pytest.fail(f"«{label}» cannot be reached by Tab")


@pytest.mark.requirement("ACCESS-02", "COUN-03", "COUN-06", "COUN-07", "COUN-09", "COUN-10")
def test_the_whole_card_is_filled_in_by_keyboard_alone(ada: Page, nordby: World, live_server: Any) -> None:
    """From the list to the receipt: each tab of the card, [Kopier], [Tilføj pause] and [Udfør]."""
    ada.goto(f"{live_server.url}/administration/counsellors/")
    tab_to(ada, "Birk Bisgaard")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("heading", name="Birk Bisgaard")).to_be_visible()
    tab_to(ada, "Initialer")
    ada.keyboard.press("ControlOrMeta+a")
    ada.keyboard.type("BIB")
    open_tab(ada, "Team")
    tab_to(ada, "Jobcenter Nordby")
    ada.keyboard.press("Space")
    open_tab(ada, "Arbejdstid")
    tab_to(ada, "Mandag, fra")
    ada.keyboard.press("ControlOrMeta+a")
    ada.keyboard.type("9")
    tab_to(ada, "mandags tider til tirsdag-fredag")
    ada.keyboard.press("Enter")
    expect(ada.get_by_label("Fredag, fra")).to_have_value("9")
    open_tab(ada, "Pauser")
    tab_to(ada, "Tilføj pause")
    ada.keyboard.press("Enter")
    expect(ada.get_by_label("Mandag, pause 1, fra")).to_be_focused()
    ada.keyboard.type("12")
    ada.keyboard.press("Tab")
    ada.keyboard.type("12.30")
    tab_to(ada, "kopier pauserne fra mandag til alle dage")
    ada.keyboard.press("Enter")
    expect(ada.get_by_label("Fredag, pause 1, til")).to_have_value("12.30")
    tab_to(ada, "Gem")
    ada.keyboard.press("Enter")
    expect(ada.get_by_text("Birk Bisgaard er gemt.")).to_be_visible()
    with acting_for(nordby.jobcentre.pk, source="test"):
        nordby.birk.refresh_from_db()
        (plan,) = plans(nordby.birk)
        assert nordby.birk.initials == "BIB"
        assert set(nordby.birk.teams.values_list("name", flat=True)) == {"Jobcenter Nordby", "Nord"}
    assert {day.hours[0].hour for day in plan.weeks[0].values() if day.hours} == {9}
    assert [len(day.breaks) for day in plan.weeks[0].values()] == [1] * 5


def open_tab(page: Page, name: str) -> None:
    """Back to the row of tabs, and into one."""
    for _ in range(80):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.closest('[data-tabs]') && document.activeElement.innerText") == name:
            page.keyboard.press("Enter")
            expect(page.locator("section[data-tab]:not([hidden])")).to_have_attribute("aria-label", name)
            return
    pytest.fail(f"the tab «{name}» cannot be reached by Shift+Tab")
