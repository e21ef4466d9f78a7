"""Letters in a real browser: from the front page to the PDF and back, and axe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from booking.models import Channel
from planner.accounts.tenancy import acting_for
from tests.browsing import violations, watched
from tests.factories import World, make_citizen, make_nordby, make_summons

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nordby() -> World:
    """Nordby, committed; two who are exempt are summoned to Anna in three weeks."""
    world = make_nordby()
    day = timezone.localdate() + timedelta(days=21)
    with acting_for(world.jobcentre.pk, source="test"):
        for name, clock in (("Jens Hansen", "09:00"), ("Lis Lund", "10:00")):
            citizen = make_citizen(world.jobcentre, name)
            make_summons(
                citizen,
                world.anna,
                world.team,
                by=world.bo,
                day=day,
                clock=clock,
                channel=Channel.LETTER,
                room=world.room,
            )
    return world


@pytest.fixture
def bo(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """A page signed in as Bo; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.bo, live_server.url):
        yield page


@pytest.mark.requirement("LET-01", "LET-03", "ACCESS-01")
def test_from_the_front_page_to_the_pdf_and_back_again(bo: Page, live_server: Any) -> None:
    bo.goto(live_server.url)
    bo.get_by_role("link", name="Breve, der ikke er udskrevet (2)").click()
    expect(bo.get_by_role("button", name="Udskriv breve (alle ikke udskrevne)")).to_be_visible()
    bo.get_by_role("checkbox", name="Lis Lund").check()
    bo.get_by_role("button", name="Udskriv breve (1)").click()
    expect(bo.get_by_text("1 brev er markeret som udskrevet.")).to_be_visible()
    assert violations(bo) == []
    address = bo.get_by_role("link", name="Åbn PDF og print").get_attribute("href")
    assert bo.request.get(f"{live_server.url}{address}").body().startswith(b"%PDF-")
    bo.get_by_role("button", name="Fortryd udskrivning").click()
    expect(bo.get_by_text("Brevene er igen markeret som ikke udskrevet.")).to_be_visible()
    bo.get_by_role("link", name="Udskrevne breve").click()
    expect(bo.get_by_text("Fortrudt af Bo Dam")).to_be_visible()
    assert violations(bo) == []
    bo.get_by_role("link", name="Breve, der ikke er udskrevet").click()
    expect(bo.get_by_role("heading", name="2 indkaldelser")).to_be_visible()
