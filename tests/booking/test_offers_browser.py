"""«Online tilbud» in a real browser: the list by the keyboard, and axe on every tab (OFFER-01, OFFER-07)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from planner.accounts.tenancy import acting_for
from tests.booking.offering import make_offer
from tests.browsing import violations, watched
from tests.factories import make_citizen, make_nordby, make_summons

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.requirement("OFFER-01", "OFFER-07", "OFFER-12", "APP-06", "ACCESS-01")
def test_the_offers_are_walked_by_the_keyboard_and_every_tab_passes_axe(page: Page, live_server: Any) -> None:
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        first = make_offer(world.team, world.anna, world.birk, title="Jobsamtale over 30", model="trust")
        make_offer(world.team, world.anna, title="Jobsamtale over 50", ends_on=timezone.localdate() + timedelta(days=3))
        make_offer(world.team, title="Stoppet tilbud", is_active=False)
        day = timezone.localdate() + timedelta(days=7)
        make_summons(make_citizen(world.jobcentre), world.anna, world.team, offer=first, origin="own", day=day)
        make_citizen(world.jobcentre, "Karen Holst")
    with watched(page, world.bo, live_server.url):
        page.goto(f"{live_server.url}/offers/")
        page.get_by_role("link", name="Jobsamtale over 30").focus()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("heading", name="Jobsamtale over 50")).to_be_visible()
        expect(page.get_by_role("link", name="Jobsamtale over 50")).to_have_attribute("aria-current", "true")
        page.keyboard.press("ArrowUp")
        expect(page.get_by_role("heading", name="Jobsamtale over 30")).to_be_visible()
        assert page.url.endswith(f"/offers/{first.pk}/")
        for tab in ("Overblik", "Tilmeldte borgere", "Ikke booket", "Som borgeren ser det", "Statistik", "Historik"):
            page.get_by_role("navigation", name="Tilbuddet").get_by_role("link", name=tab).click()
            expect(page.get_by_role("navigation", name="Tilbuddet").locator("[aria-current]")).to_contain_text(tab)
            assert violations(page) == [], tab
        page.goto(f"{live_server.url}/offers/statistics/")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
