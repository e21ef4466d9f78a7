"""Nothing is told by colour alone: in high contrast and on paper shape and word are left (ACCESS-05)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from planner.accounts.models import User
from planner.ui.templatetags.ui import RECEIVER_ICONS, STATUS_ICONS
from tests.browsing import watched

DRAWN = ".pl-ap, .pl-blk, .pl-free, .pl-tail, .pl-pill, .pl-rcv"


@pytest.mark.requirement("ACCESS-05")
@pytest.mark.parametrize("icons", [STATUS_ICONS, RECEIVER_ICONS])
def test_no_two_states_share_a_shape(icons: dict[str, str]) -> None:
    assert len(set(icons.values())) == len(icons) >= 4


def styles(page: Page, selector: str, name: str) -> list[str]:
    found = page.locator(selector).evaluate_all(f"all => all.map(one => getComputedStyle(one)['{name}'])")
    return [str(value) for value in found]


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("ACCESS-05", "CAL-02")
def test_in_high_contrast_every_shape_has_an_edge_and_its_word(
    with_styleguide: None, karen: User, page: Page, live_server: Any
) -> None:
    with watched(page, karen, live_server.url):
        page.emulate_media(forced_colors="active")
        for address, least in (("/ui/calendar/", 12), ("/ui/", 10)):
            page.goto(live_server.url + address)
            edges = styles(page, DRAWN, "borderTopStyle")
            assert set(edges) == {"solid"}
            assert len(edges) >= least
        page.goto(f"{live_server.url}/ui/calendar/")
        words = [text.strip() for text in page.locator(".pl-blk").all_inner_texts()]
        assert words == ["Frokost", "Optaget", "Fravær: Kursus", "Lukket: personaledag"]
        icons = page.locator(".pl-ap .ic svg")
        assert len({icon.inner_html() for icon in icons.all()}) == icons.count() == 4


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("ACCESS-05", "CAL-08")
def test_on_paper_the_work_is_left_and_the_tools_are_gone(
    with_styleguide: None, karen: User, page: Page, live_server: Any
) -> None:
    with watched(page, karen, live_server.url):
        page.goto(f"{live_server.url}/ui/")
        expect(page.locator(".pl-top")).to_be_visible()
        page.emulate_media(media="print")
        for tools in (".pl-top", ".pl-foot", ".pl-menu-box", ".pl-title .button"):
            expect(page.locator(tools).first).to_be_hidden()
        rows = page.locator("#list tbody tr")
        expect(rows.first).to_be_visible()
        expect(page.locator("#list .pl-st").first).to_be_visible()
        assert page.locator("#list .pl-st").first.inner_text().strip()
        assert styles(page, "#list thead th", "position").count("sticky") == 0
