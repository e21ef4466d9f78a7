"""Variants, templates and texts in a real browser: what follows from a change, the tabs, the way to step 1, axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from admin_module.models import StandardText, SummonsTemplate
from planner.accounts.tenancy import acting_for
from tests.admin_module.test_variants import make_variant
from tests.browsing import sign_in, violations, watched
from tests.factories import World, make_nordby

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nordby() -> World:
    """Nordby, committed, with a variant, a template of a joint meeting and a text in two editions."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        make_variant(world, "Over 30 år", (7,), world.team)
        SummonsTemplate.objects.create(
            jobcentre=world.jobcentre, name="Infomøde", team=world.team, form="joint", seats_by="number"
        )
        for edition in (1, 2):
            StandardText.objects.create(jobcentre=world.jobcentre, type_id=7, edition=edition, title="Jobsamtale")
    return world


@pytest.fixture
def as_ada_in_browser(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """A page signed in as Ada; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.ada, live_server.url):
        yield page


@pytest.mark.deep
@pytest.mark.requirement("ACCESS-01", "TYPE-01", "VARI-01", "TMPL-01", "SET-01")
def test_axe_finds_nothing_on_the_pages_of_conversations(
    as_ada_in_browser: Page, nordby: World, live_server: Any
) -> None:
    page = as_ada_in_browser
    with acting_for(nordby.jobcentre.pk, source="test"):
        template, variant = SummonsTemplate.objects.get(), make_variant(nordby, "Nyledige")
    lists = ("types/", "variants/", "templates/", "texts/", "variants/?q=findes+ikke")
    forms = ("variants/new/", f"variants/{variant.pk}/#attached", "templates/new/", "texts/7/")
    for address in (*lists, *forms, f"templates/{template.pk}/", f"templates/{template.pk}/delete/"):
        page.goto(f"{live_server.url}/administration/{address}")
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, address


@pytest.mark.requirement("TMPL-01", "TMPL-03", "VARI-03", "ACCESS-02")
def test_a_template_is_made_step_by_step_and_used_in_step_1_at_once(
    as_ada_in_browser: Page, nordby: World, live_server: Any
) -> None:
    page = as_ada_in_browser
    page.goto(f"{live_server.url}/administration/templates/")
    page.get_by_role("link", name="Opret ny skabelon").click()
    page.locator("#id_name").fill("Jobsamtaler, over 30")
    page.get_by_label("Samtaletype", exact=True).select_option("Jobsamtale")
    page.get_by_label("Team").select_option(str(nordby.team.pk))
    page.get_by_label("Samtaletypevariant").select_option("Over 30 år")
    page.get_by_label("Mødelokale").select_option("Et ledigt af teamets lokaler")
    page.get_by_role("combobox", name="Vejledere").fill("Birk")
    page.get_by_role("option", name="Birk Bisgaard").click()
    page.get_by_label("Afholdelsesform").select_option("Telefonisk")
    page.get_by_label("Nummer, der ringes til").fill("70101010")
    expect(page.get_by_label("Samtaletypevariant").locator("option:checked")).to_have_text("Over 30 år")
    page.get_by_label("Varighed").fill("35")
    assert violations(page) == []
    page.get_by_role("button", name="Gem").click()
    expect(page.get_by_text("Skabelonen «Jobsamtaler, over 30» er gemt.")).to_be_visible()
    sign_in(page, nordby.bo, live_server.url)
    page.goto(f"{live_server.url}/summons/")
    page.get_by_label("Skabelon").select_option("Jobsamtaler, over 30")
    expect(page.get_by_label("Varighed")).to_have_value("35")
    expect(page.get_by_label("Samtaletypevariant").locator("option:checked")).to_have_text("Over 30 år")
    expect(page.get_by_label("Mødelokale").locator("option:checked")).to_have_text("Et ledigt af teamets lokaler")
    expect(page.get_by_label("Nummer, der ringes til")).to_have_value("70101010")
    expect(page.get_by_role("button", name="Fjern Birk Bisgaard")).to_be_visible()
    expect(page.get_by_label("Titel")).to_have_value("Jobsamtale")


@pytest.mark.requirement("VARI-01", "VARI-02", "APP-07", "ACCESS-02")
def test_a_variant_is_made_on_two_tabs_and_a_taken_name_leads_back_to_its_field(
    as_ada_in_browser: Page, nordby: World, live_server: Any
) -> None:
    page = as_ada_in_browser
    page.goto(f"{live_server.url}/administration/variants/new/")
    page.get_by_label("Navn på samtaletypevariant").fill("Over 30 år")
    page.get_by_label("Opfølgningssamtale").check()
    page.get_by_role("link", name="Tilknyttede teams").click()
    expect(page.get_by_label("Navn på samtaletypevariant")).to_be_hidden()
    page.get_by_label("Nord", exact=True).check()
    page.get_by_role("button", name="Gem").click()
    expect(page.locator("#errors")).to_be_focused()
    assert violations(page) == []
    page.get_by_role("link", name="Navn på samtaletypevariant: Navnet skal være unikt").click()
    expect(page.get_by_label("Navn på samtaletypevariant")).to_be_focused()
    page.get_by_label("Navn på samtaletypevariant").fill("Nyledige")
    page.keyboard.press("Enter")
    row = page.get_by_role("row", name="Nyledige")
    expect(row).to_contain_text("Opfølgningssamtale")
    expect(row).to_contain_text("Nord")
    row.get_by_role("link", name="Slet").click()
    expect(page.locator("dialog").get_by_text("kan ikke længere vælges")).to_be_visible()
    page.locator("dialog").get_by_role("button", name="Slet varianten").click()
    expect(page.get_by_text("Samtaletypevarianten «Nyledige» er slettet.")).to_be_visible()
