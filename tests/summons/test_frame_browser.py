"""Step 1 in a real browser: what follows from a change, the keyboard, and axe in every state of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from admin_module.models import StandardText, SummonsTemplate
from planner.accounts.tenancy import acting_for
from planner.ui.formatting import day_year
from tests.browsing import redrawn, violations, watched
from tests.factories import World, make_nordby
from tests.summons.step_1 import next_monday

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nordby() -> World:
    """Nordby, committed, with a standard text and a template of a joint meeting at a fixed time."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        StandardText.objects.create(
            jobcentre=world.jobcentre, type_id=7, title="Jobsamtale", description="Vi taler om din jobsøgning."
        )
        SummonsTemplate.objects.create(
            jobcentre=world.jobcentre,
            name="Infomøde",
            form="joint",
            title="Informationsmøde",
            seats_by="number",
            seats_calling=8,
            distribution="fixed_time",
        )
    return world


@pytest.fixture
def step_1(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """Step 1 as Bo sees it; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.bo, live_server.url):
        page.goto(f"{live_server.url}/summons/")
        yield page


def fixed_day(page: Page) -> None:
    with redrawn(page):
        page.get_by_label("Angiv fast tidspunkt").check()
    page.locator("[name=fixed_on]").fill(day_year(next_monday()))
    page.keyboard.press("Tab")
    expect(page.get_by_role("group", name="Klokken 8")).to_be_visible()


@pytest.mark.requirement("SUM-22", "ACCESS-01")
def test_the_right_side_follows_as_one_types_and_the_field_keeps_the_focus(step_1: Page) -> None:
    figure = step_1.locator("#frame-meaning .pl-big")
    before = figure.inner_text()
    step_1.get_by_label("Varighed").fill("90")
    expect(figure).not_to_have_text(before)
    expect(step_1.get_by_label("Varighed")).to_be_focused()
    assert violations(step_1) == []


@pytest.mark.requirement("SUM-06", "SUM-18", "ACCESS-01", "ACCESS-02")
def test_starts_of_a_fixed_date_are_ticked_by_the_keyboard_and_counted(step_1: Page) -> None:
    fixed_day(step_1)
    start = step_1.get_by_role("checkbox", name=re.compile(r"^9\.00"))
    start.focus()
    step_1.keyboard.press("Space")
    expect(step_1.locator("#frame-meaning .pl-b").first).to_contain_text("kl. 9.00")
    expect(start).to_be_checked()
    expect(start).to_be_focused()
    assert violations(step_1) == []
    step_1.get_by_text("Se ledige tider").click()
    expect(step_1.get_by_role("row", name=re.compile("Anna Agger"))).to_contain_text("8.00")
    step_1.get_by_label("Varighed").fill("120")
    expect(step_1.get_by_role("checkbox", name=re.compile(r"^14\.00"))).to_have_count(0)
    expect(start).to_be_checked()


@pytest.mark.requirement("TMPL-03", "SUM-03", "ACCESS-01")
def test_a_template_fills_the_form_at_once_with_its_joint_and_fixed_fields(step_1: Page) -> None:
    step_1.get_by_label("Besked til borgeren").fill("Mine egne ord")
    step_1.get_by_label("Skabelon").select_option(label="Infomøde")
    expect(step_1.get_by_label("Titel")).to_have_value("Informationsmøde")
    expect(step_1.get_by_role("textbox", name="Indkaldelser pr. fællesmøde")).to_have_value("8")
    expect(step_1.get_by_label("Angiv fast tidspunkt")).to_be_checked()
    expect(step_1.get_by_label("Besked til borgeren")).to_have_value("Mine egne ord")
    assert violations(step_1) == []


@pytest.mark.requirement("APP-07", "ACCESS-01")
def test_a_refused_frame_takes_the_focus_to_what_is_wrong_and_leads_to_it(step_1: Page) -> None:
    step_1.get_by_label("Mødeform").select_option("joint")
    expect(step_1.get_by_role("group", name=re.compile("Antal borgere"))).to_be_visible()
    step_1.get_by_label("Titel").fill("")
    step_1.get_by_label("Varighed").fill("47")
    step_1.get_by_role("button", name="Videre til trin 2").click()
    expect(step_1.locator("#errors")).to_be_focused()
    assert violations(step_1) == []
    step_1.get_by_role("link", name=re.compile("^Antal borgere")).click()
    expect(step_1.locator("#id_seats_by")).to_be_focused()
    expect(step_1.get_by_label("Varighed")).to_have_value("47")


@pytest.mark.requirement("ACCESS-03")
def test_it_never_scrolls_sideways(step_1: Page) -> None:
    fixed_day(step_1)
    for width in (1920, 1280, 640, 390):
        step_1.set_viewport_size({"width": width, "height": 900})
        assert step_1.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(step_1) == [], width
