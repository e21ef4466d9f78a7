"""Setting up, settings, closing days and users in a real browser: axe, the ticks, and all without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from admin_module.models import ClosingDay
from planner.accounts.models import Membership, Settings
from planner.accounts.tenancy import acting_for
from tests.browsing import sign_in, violations, watched
from tests.factories import MONDAY, World, make_nordby, make_team

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

START = "/administration/"


@pytest.fixture
def nordby() -> World:
    """Nordby, committed, with a team below Nord and a closing day."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        make_team(world.jobcentre, "Unge", world.team)
        ClosingDay.objects.create(jobcentre=world.jobcentre, name="Personaledag", first_on=MONDAY, last_on=MONDAY)
    return world


@pytest.fixture
def as_ada_in_browser(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """A page signed in as Ada; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.ada, live_server.url):
        yield page


@pytest.mark.deep
@pytest.mark.requirement("ACCESS-01")
def test_axe_finds_nothing_on_these_pages(as_ada_in_browser: Page, nordby: World, live_server: Any) -> None:
    page = as_ada_in_browser
    with acting_for(nordby.jobcentre.pk, source="test"):
        day, bo, ada = (
            ClosingDay.objects.get(),
            Membership.objects.get(user=nordby.bo),
            Membership.objects.get(user=nordby.ada),
        )
    closing, users = "closing-days/", "users/"
    days = (f"{closing}?year=2026", f"{closing}?year=2030", f"{closing}new/", f"{closing}{day.pk}/")
    people = (users, f"{users}new/", f"{users}{bo.pk}/", f"{users}{ada.pk}/", f"{users}{bo.pk}/remove/")
    for address in ("", "jobcentre/", *days, f"{closing}{day.pk}/delete/", *people):
        page.goto(f"{live_server.url}{START}{address}")
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, address
    page.goto(f"{live_server.url}{START}{closing}new/")
    page.get_by_role("button", name="Gem").click()
    expect(page.locator("#errors")).to_be_focused()
    assert violations(page) == []


@pytest.mark.requirement("CLOS-01")
def test_ticking_a_team_ticks_those_below_by_keyboard(as_ada_in_browser: Page, nordby: World, live_server: Any) -> None:
    page = as_ada_in_browser
    page.goto(f"{live_server.url}{START}closing-days/new/")
    root, north, young = (page.get_by_label(name, exact=True) for name in ("Jobcenter Nordby", "Nord", "Unge"))
    expect(young).to_be_checked()
    young.press("Space")
    expect(north).not_to_be_checked()
    expect(root).not_to_be_checked()
    north.press("Space")
    expect(young).to_be_checked()
    page.get_by_label("Navn", exact=False).first.fill("Mødedag")
    page.locator("#id_first_on").fill("7.12.2026")
    page.locator("#id_first_on").press("Enter")
    expect(page.get_by_text("Lukkedagen er oprettet.")).to_be_visible()
    with acting_for(nordby.jobcentre.pk, source="test"):
        closed = set(ClosingDay.objects.get(name="Mødedag").teams.values_list("name", flat=True))
    assert closed == {"Nord", "Unge"}


@pytest.mark.requirement("APP-06", "APP-08")
def test_all_of_it_works_without_javascript(browser: Browser, nordby: World, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = sign_in(context.new_page(), nordby.ada, live_server.url)
    page.goto(f"{live_server.url}{START}jobcentre/")
    page.locator("#id_notice_days").fill("12")
    page.get_by_role("button", name="Gem").click()
    expect(page.get_by_text("Indstillingerne er gemt.")).to_be_visible()
    page.goto(f"{live_server.url}{START}closing-days/?year=2026")
    page.get_by_role("link", name="Slet").click()
    page.get_by_role("button", name="Slet lukkedagen").click()
    expect(page.get_by_text("Lukkedagen er slettet.")).to_be_visible()
    page.goto(f"{live_server.url}{START}users/")
    page.get_by_role("link", name="Bo Dam", exact=True).click()
    page.get_by_label("Revisor").check()
    page.get_by_role("button", name="Gem").click()
    expect(page.get_by_text("Rollerne for Bo Dam er gemt.")).to_be_visible()
    context.close()
    with acting_for(nordby.jobcentre.pk, source="test"):
        assert Settings.objects.get().notice_days == 12
        assert not ClosingDay.objects.exists()
        assert Membership.objects.get(user=nordby.bo).roles == ["caseworker", "auditor"]
