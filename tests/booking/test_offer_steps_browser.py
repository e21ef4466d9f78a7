"""Creating an online offer in a real browser: by keyboard alone, with axe at every step, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from admin_module.models import StandardText
from booking.models import OnlineOffer
from planner.accounts.tenancy import acting_for
from tests.browsing import sign_in, violations, watched
from tests.factories import World, make_citizen, make_nordby

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nordby() -> World:
    """Nordby, committed, with a standard text and a citizen whom the rules find."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        StandardText.objects.create(
            jobcentre=world.jobcentre, type_id=7, title="Jobsamtale", description="Vi taler om din jobsøgning."
        )
        make_citizen(world.jobcentre, "Karen Holst")
    return world


@pytest.fixture
def step_1(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """Step 1 as Bo sees it; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.bo, live_server.url):
        page.goto(f"{live_server.url}/offers/new/")
        yield page


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus stands there."""
    for _press in range(60):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def kept(world: World) -> OnlineOffer:
    with acting_for(world.jobcentre.pk, source="test"):
        offer: OnlineOffer = OnlineOffer.objects.prefetch_related("groups__rules", "counsellors").get()
        return offer


@pytest.mark.requirement("ACCESS-01", "ACCESS-02", "OFFER-02", "OFFER-05", "OFFER-06")
def test_an_offer_is_created_by_keyboard_alone_and_every_step_is_accessible(nordby: World, step_1: Page) -> None:
    page = step_1
    assert violations(page) == []
    tab_to(page, page.get_by_role("combobox", name="Vejledere"))
    page.keyboard.type("Anna")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#offer-meaning")).to_contain_text("Anna Agger, 45 + 15 minutter")
    tab_to(page, page.get_by_role("button", name="Videre til trin 2"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Titel", exact=False).first).to_have_value("Jobsamtale")
    assert violations(page) == []
    tab_to(page, page.locator("#id_g0-r0-kind"))
    page.keyboard.type("Alder")
    page.keyboard.press("Tab")
    expect(page.locator("#id_g0-r0-criterion")).to_be_visible()
    tab_to(page, page.locator("#id_g0-r0-criterion"))
    page.keyboard.type("30")
    expect(page.locator("#offer-audience")).to_contain_text("borger, som Planner kender")
    tab_to(page, page.get_by_role("button", name="Tilføj regel", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#id_g0-r1-kind")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_g0-r1-kind")).to_have_count(0)
    tab_to(page, page.get_by_role("button", name="Opret online tilbud"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tilbuddet «Jobsamtale» er oprettet.")).to_be_visible()
    assert violations(page) == []
    rules = [(rule.kind, rule.criterion) for group in kept(nordby).groups.all() for rule in group.rules.all()]
    assert rules == [("age", "30")]


@pytest.mark.requirement("ACCESS-04", "OFFER-02", "OFFER-05")
def test_an_offer_is_created_without_javascript(nordby: World, browser: Browser, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="da-DK")
    page = sign_in(context.new_page(), nordby.bo, live_server.url)
    page.goto(f"{live_server.url}/offers/new/")
    page.locator("#id_counsellors").select_option(label="Birk Bisgaard")
    page.get_by_role("button", name="Videre til trin 2").click()
    page.get_by_label("Titel", exact=False).first.fill("Uden script")
    page.get_by_label("Regel", exact=True).select_option("age")
    page.get_by_role("button", name="Vælg", exact=True).click()
    page.get_by_label("Kriterium").fill("18")
    page.get_by_role("button", name="Tilføj regelgruppe").click()
    page.get_by_label("Regel", exact=True).nth(1).select_option("unemployed_weeks")
    page.get_by_role("button", name="Opdatér antallet").click()
    page.get_by_role("button", name="Fjern gruppe 2").click()
    expect(page.locator("#offer-audience")).to_contain_text(re.compile(r"alder ≥ 18"))
    page.get_by_role("button", name="Opret online tilbud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uden script")
    offer = kept(nordby)
    assert [(one.full_name) for one in offer.counsellors.all()] == ["Birk Bisgaard"]
    context.close()
