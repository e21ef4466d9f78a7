"""«Vejledere» and «Medarbejderkort» in a real browser: tabs, live week and shares, the keyboard, no JavaScript, axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from admin_module.models import Competence
from admin_module.queries.schedule import plans
from planner.accounts.tenancy import acting_for
from tests.browsing import sign_in, violations, watched
from tests.factories import World, make_nordby

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LIST = "/administration/counsellors/"
MONDAY = "mandags tider til tirsdag-fredag"


@pytest.fixture
def nordby() -> World:
    """Nordby, committed."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        Competence.objects.create(jobcentre=world.jobcentre, name="Polsk")
    return world


@pytest.fixture
def ada(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """A page signed in as Ada; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.ada, live_server.url):
        yield page


@pytest.mark.deep
@pytest.mark.requirement("ACCESS-01")
def test_axe_finds_nothing_on_these_pages(ada: Page, nordby: World, live_server: Any) -> None:
    card = f"{LIST}{nordby.anna.pk}/"
    tabs = [f"{card}#{tab}" for tab in ("contact", "teams", "competences", "hours", "breaks")]
    for address in (LIST, f"{LIST}find/", *tabs, f"{card}copy/", f"{card}delete/"):
        ada.goto("about:blank")
        ada.goto(live_server.url + address)
        assert violations(ada) == [], address
        assert ada.evaluate("document.documentElement.scrollWidth") <= 1280, address


@pytest.mark.requirement("COUN-07", "COUN-08", "COUN-09", "ACCESS-02")
def test_the_card_is_filled_in_by_keyboard_and_the_week_follows(ada: Page, nordby: World, live_server: Any) -> None:
    ada.goto(f"{live_server.url}{LIST}{nordby.anna.pk}/")
    ada.get_by_role("link", name="Arbejdstid", exact=True).press("Enter")
    expect(ada.get_by_label("Arbejdstelefon")).to_be_hidden()
    ada.get_by_label("Mandag, fra").press("ControlOrMeta+a")
    ada.keyboard.type("9")
    expect(ada.get_by_role("img")).to_have_attribute("aria-label", re.compile("^Mandag 9.00–16.00; Tirsdag 8.00–16.00"))
    ada.get_by_role("button", name=MONDAY).press("Enter")
    expect(ada.get_by_label("Fredag, fra")).to_have_value("9")
    ada.get_by_label("Maksimal samtaletid (andel af rådighedstid)").fill("75")
    expect(ada.locator("#share-max")).to_have_text("26¼ t. af 35 t. om ugen")
    ada.get_by_role("link", name="Pauser", exact=True).press("Enter")
    ada.get_by_role("button", name="Tilføj pause").press("Enter")
    expect(ada.get_by_label("Mandag, pause 1, fra")).to_be_focused()
    ada.keyboard.type("12")
    ada.keyboard.press("Tab")
    ada.keyboard.type("12.30")
    ada.get_by_role("button", name="kopier pauserne fra mandag til alle dage").press("Enter")
    expect(ada.get_by_label("Fredag, pause 1, til")).to_have_value("12.30")
    ada.get_by_role("button", name="Gem", exact=True).press("Enter")
    expect(ada.get_by_text("Anna Agger er gemt.")).to_be_visible()
    with acting_for(nordby.jobcentre.pk, source="test"):
        (plan,) = plans(nordby.anna)
    assert (plan.valid_from, plan.max_conversation_share) == (date(2025, 1, 1), 75)
    assert {day.hours for day in plan.weeks[0].values()} == {(time(9), time(16))}
    assert {day.breaks for day in plan.weeks[0].values()} == {((time(12), time(12, 30)),)}


@pytest.mark.requirement("APP-07", "COUN-09")
def test_what_is_wrong_opens_its_tab(ada: Page, nordby: World, live_server: Any) -> None:
    ada.goto(f"{live_server.url}{LIST}{nordby.anna.pk}/#hours")
    ada.get_by_label("Onsdag, til").fill("7")
    ada.get_by_role("link", name="Kontaktinfo", exact=True).click()
    ada.get_by_role("button", name="Gem", exact=True).click()
    expect(ada.locator("#errors")).to_be_focused()
    expect(ada.get_by_label("Onsdag, til")).to_be_visible()
    expect(ada.get_by_text("Til skal ligge efter fra.").last).to_be_visible()
    assert violations(ada) == []


@pytest.mark.requirement("APP-06", "COUN-05")
def test_enter_in_a_field_saves_and_copies_nothing(ada: Page, nordby: World, live_server: Any) -> None:
    ada.goto(f"{live_server.url}{LIST}{nordby.anna.pk}/")
    ada.get_by_role("link", name="Arbejdstid", exact=True).click()
    ada.get_by_label("Mandag, fra").fill("9")
    ada.get_by_role("link", name="Kontaktinfo", exact=True).click()
    ada.get_by_label("Arbejdstelefon").fill("70101299")
    ada.get_by_label("Arbejdstelefon").press("Enter")
    expect(ada.get_by_text("Anna Agger er gemt.")).to_be_visible()
    with acting_for(nordby.jobcentre.pk, source="test"):
        (plan,) = plans(nordby.anna)
    assert [plan.weeks[0][day].hours for day in (0, 1)] == [(time(9), time(16)), (time(8), time(16))]


@pytest.mark.requirement("COUN-07", "COUN-09", "APP-06")
def test_without_javascript_the_same_buttons_do_the_same(nordby: World, browser: Browser, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = sign_in(context.new_page(), nordby.ada, live_server.url)
    plain.goto(f"{live_server.url}{LIST}{nordby.anna.pk}/")
    plain.get_by_label("Mandag, fra").fill("9")
    plain.get_by_role("button", name=MONDAY).click()
    plain.get_by_role("button", name="Tilføj pause").click()
    plain.get_by_label("Mandag, pause 1, fra").fill("12")
    plain.get_by_label("Mandag, pause 1, til").fill("12.30")
    plain.get_by_role("button", name="Gem", exact=True).click()
    assert "Anna Agger er gemt." in plain.content()
    with acting_for(nordby.jobcentre.pk, source="test"):
        (plan,) = plans(nordby.anna)
    assert [plan.weeks[0][day].hours for day in (0, 4)] == [(time(9), time(16))] * 2
    assert plan.weeks[0][0].breaks == ((time(12), time(12, 30)),)
    context.close()
