"""A caseload in a real browser: handed over by the keyboard, a case owner chosen in the dialog, and axe (COUN-13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from booking.models import Citizen
from planner.accounts.tenancy import acting_for
from tests.browsing import violations, watched
from tests.factories import World, make_citizen, make_nordby

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.requirement("COUN-13")]


@pytest.fixture
def nordby() -> World:
    """Nordby, committed, with two citizens of Anna's."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        for name in ("Karen Holst", "Inger Holm"):
            make_citizen(world.jobcentre, name)
        Citizen.objects.update(case_owner=world.anna)
    return world


@pytest.fixture
def caseload(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """Anna's caseload as Bo sees it; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.bo, live_server.url):
        page.goto(f"{live_server.url}/counsellors/{nordby.anna.pk}/citizens/")
        yield page


def choose(page: Page, typed: str) -> None:
    """In the field for a counsellor, by keys."""
    page.get_by_role("combobox").last.focus()
    page.keyboard.type(typed)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


@pytest.mark.requirement("APP-06")
def test_a_citizen_is_handed_over_by_the_keyboard_and_taken_back(caseload: Page) -> None:
    assert violations(caseload) == []
    caseload.get_by_label("Vælg Karen Holst").focus()
    caseload.keyboard.press("Space")
    caseload.get_by_role("button", name="Overdrag valgte til").press("Enter")
    expect(caseload.get_by_role("heading", name="Overdrag 1 borger")).to_be_visible()
    assert violations(caseload) == []
    choose(caseload, "birk")
    caseload.get_by_role("button", name="Overdrag 1 borger").press("Enter")
    expect(caseload.get_by_text("1 borger er overdraget til Birk Bisgaard.")).to_be_visible()
    expect(caseload.get_by_role("link", name="Karen Holst")).to_have_count(0)
    caseload.get_by_role("button", name="Fortryd").press("Enter")
    expect(caseload.get_by_role("link", name="Karen Holst")).to_be_visible()


@pytest.mark.requirement("CIT-01")
def test_a_case_owner_is_chosen_in_the_dialog_of_the_citizens_page(caseload: Page) -> None:
    caseload.get_by_role("link", name="Inger Holm").press("Enter")
    caseload.get_by_role("link", name="Skift fast vejleder").press("Enter")
    dialog = caseload.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Fast vejleder")).to_be_visible()
    assert violations(caseload) == []
    dialog.get_by_role("combobox").fill("")
    choose(caseload, "birk")
    dialog.get_by_role("button", name="Gem").press("Enter")
    expect(caseload.get_by_text("Birk Bisgaard er nu fast vejleder for Inger Holm.")).to_be_visible()
    assert violations(caseload) == []
