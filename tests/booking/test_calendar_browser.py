"""The calendar, the appointment and the citizen's page in a real browser: the keyboard, focus, the tree, and axe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from booking.models import Summons
from booking.services import sending
from planner.accounts.tenancy import acting_for
from tests.booking.stories import keep, meeting
from tests.browsing import sign_in, violations, watched
from tests.factories import World, make_citizen, make_nordby, make_reserved_time
from tests.summons.step_1 import next_monday

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nordby() -> World:
    """Nordby, committed; Anna has a conversation at nine next Monday, and one that waits at eleven on Tuesday."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        jens, lis = (make_citizen(world.jobcentre, name) for name in ("Jens Hansen", "Lis Lund"))
        now, tuesday = timezone.now(), next_monday() + timedelta(days=1)
        kept = keep(
            world,
            meeting(jens, world.anna, day=next_monday(), room=world.room),
            meeting(lis, world.anna, day=tuesday, clock="11:00"),
            now=now,
        )
        sending.send(summonses=kept.summonses[:1], by=world.bo, now=now)
    return world


@pytest.fixture
def browser_page(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """A page signed in as Bo; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.bo, live_server.url):
        yield page


@pytest.fixture
def week(browser_page: Page, nordby: World, live_server: Any) -> Page:
    """Anna's week."""
    browser_page.goto(f"{live_server.url}/calendar/?view=week&counsellor={nordby.anna.pk}&on={next_monday()}")
    return browser_page


def menu(page: Page) -> Any:
    return page.locator(".pl-opening-menu")


@pytest.mark.requirement("ACCESS-01")
def test_axe_finds_nothing_on_any_of_these_pages(browser_page: Page, nordby: World, live_server: Any) -> None:
    with acting_for(nordby.jobcentre.pk, source="test"):
        summons = Summons.objects.get(citizen__given_name="Jens")
        reserved = make_reserved_time(nordby.team)
    on = next_monday()
    for address in (
        f"/calendar/?view=week&counsellor={nordby.anna.pk}&on={on}",
        f"/calendar/?view=day&team={nordby.team.pk}&on={on}",
        f"/calendar/?view=week&team={nordby.team.pk}&on={on}",
        f"/calendar/?view=week&room={nordby.room.pk}&on={on}",
        f"/appointments/{summons.appointment_id}/",
        f"/appointments/{summons.appointment_id}/move/",
        "/calendar/reserved/",
        "/calendar/reserved/new/",
        f"/calendar/reserved/{reserved.pk}/end/",
        f"/summons/one/?counsellor={nordby.anna.pk}&date={on}&start=10:00",
        f"/summons/joint/{summons.appointment_id}/add/",
        f"/summonses/{summons.pk}/cancel/",
        f"/citizens/{summons.citizen_id}/",
    ):
        browser_page.goto(live_server.url + address)
        assert (address, violations(browser_page)) == (address, [])
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= 1280, address
    browser_page.keyboard.press("/")
    browser_page.keyboard.type("n")
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("heading", name="Søgning")).to_be_visible()
    assert violations(browser_page) == []


@pytest.mark.requirement("CAL-03", "ACCESS-02", "APP-06")
def test_arrows_go_from_time_to_time_and_shift_marks_a_period_for_the_menu(week: Page, nordby: World) -> None:
    week.locator(".pl-open").first.focus()
    expect(week.locator(".pl-mark-time")).to_have_text("8.00")
    week.keyboard.press("ArrowDown")
    expect(week.locator(".pl-mark-time")).to_have_text("8.15")
    expect(week.locator("#announcer")).to_have_text("8.15")
    week.keyboard.press("Shift+ArrowDown")
    week.keyboard.press("Shift+ArrowDown")
    expect(week.locator(".pl-mark-time")).to_have_text("8.15–8.45")
    week.keyboard.press("Shift+F10")
    expect(menu(week).get_by_role("menuitem", name="Ny aftale", exact=True)).to_be_focused()
    assert violations(week) == []
    week.keyboard.press("Escape")
    expect(menu(week)).to_have_count(0)
    expect(week.locator(".pl-open").first).to_be_focused()
    week.keyboard.press("Enter")
    week.keyboard.press("a")
    week.wait_for_url("**/summons/?*")
    for part in (f"team={nordby.team.pk}", f"counsellor={nordby.anna.pk}", "start=08%3A15", "duration=30"):
        assert part in week.url
    assert f"date={next_monday()}" in week.url


@pytest.mark.requirement("ACCESS-02")
def test_arrows_reach_conversations_and_other_days_and_one_tab_leaves_the_grid(week: Page) -> None:
    week.locator(".pl-open").first.focus()
    for _ in range(4):
        week.keyboard.press("ArrowDown")
    expect(week.locator("a.pl-ap").first).to_be_focused()
    week.keyboard.press("ArrowRight")
    expect(week.locator(".pl-mark-time")).to_have_text("9.00")
    assert week.locator("#calendar .pl-cal [tabindex='0']").count() == 1
    week.keyboard.press("ArrowLeft")
    expect(week.locator("a.pl-ap").first).to_be_focused()
    week.keyboard.press("Enter")
    expect(week.locator("#dialog-heading")).to_be_focused()
    assert violations(week) == []
    week.keyboard.press("Escape")
    expect(week.locator("a.pl-ap").first).to_be_focused()


@pytest.mark.deep
@pytest.mark.requirement("CAL-03")
def test_drawing_with_the_mouse_marks_a_period_and_the_right_button_opens_the_menu(week: Page) -> None:
    column = week.locator(".pl-col").nth(2)
    box = column.bounding_box()
    assert box
    x, top = box["x"] + 40, box["y"]
    week.mouse.move(x, top + 73)
    week.mouse.down()
    week.mouse.move(x, top + 73 + 70)
    week.mouse.up()
    expect(menu(week).locator(".hd")).to_contain_text("kl. 9.00–10.00")
    week.keyboard.press("Escape")
    week.mouse.click(x, top + 73 + 72, button="right")
    expect(menu(week).locator(".hd")).to_contain_text("kl. 10.00")
    assert "duration" not in (menu(week).get_by_role("menuitem").first.get_attribute("href") or "")


@pytest.mark.deep
@pytest.mark.requirement("CAL-01", "APP-10")
def test_ticks_and_leafing_change_the_calendar_at_once_and_the_address_keeps_them(week: Page, nordby: World) -> None:
    week.get_by_role("checkbox", name="Birk Bisgaard").check()
    week.wait_for_url(f"**counsellor={nordby.birk.pk}*")
    expect(week.locator(".pl-weeks tbody tr")).to_have_count(2)
    week.get_by_role("checkbox", name="Nord 2", exact=True).check()
    week.wait_for_url(f"**team={nordby.team.pk}*")
    assert "counsellor" not in week.url
    week.get_by_role("checkbox", name="Anna Agger").uncheck()
    week.wait_for_url(f"**counsellor={nordby.birk.pk}*")
    assert "team=" not in week.url
    expect(week.get_by_role("checkbox", name="Nord 2", exact=True)).not_to_be_checked()
    week.get_by_role("link", name="Næste uge").click()
    following = next_monday() + timedelta(days=7)
    week.wait_for_url(f"**on={following}*")
    expect(week.get_by_role("link", name="Næste uge")).to_be_focused()
    week.reload()
    expect(week.get_by_role("checkbox", name="Birk Bisgaard")).to_be_checked()


@pytest.mark.deep
@pytest.mark.requirement("CAL-01")
def test_one_jumps_to_a_date_finds_a_name_and_folds_the_panel(week: Page) -> None:
    week.get_by_label("Gå til dato").first.click()
    week.get_by_role("textbox", name="Gå til dato").fill("1.3.2027")
    week.keyboard.press("Enter")
    expect(week.get_by_role("heading", level=1)).to_contain_text("1.–5. mar.")
    assert date(2027, 3, 1).isocalendar().week == 9
    week.get_by_label("Find team eller vejleder").fill("birk")
    expect(week.get_by_role("checkbox", name="Birk Bisgaard")).to_be_visible()
    expect(week.get_by_role("checkbox", name="Anna Agger")).to_be_hidden()
    week.get_by_label("Find team eller vejleder").fill("ingen af dem")
    expect(week.get_by_text("Ingen team, vejledere eller lokaler med det navn.")).to_be_visible()
    week.get_by_label("Skjul panelet").focus()
    week.keyboard.press("Space")
    week.wait_for_url("**folded=1*")
    expect(week.get_by_label("Find team eller vejleder")).to_be_hidden()
    week.reload()
    expect(week.get_by_label("Find team eller vejleder")).to_be_hidden()


@pytest.mark.requirement("CAL-05", "ACCESS-02")
def test_cancelling_by_keyboard_leads_back_to_the_calendar_with_a_receipt(week: Page) -> None:
    week.locator("a.pl-ap").first.focus()
    week.keyboard.press("Enter")
    week.locator("#dialog").get_by_role("link", name="Aflys").press("Enter")
    week.locator("#dialog").get_by_label("Begrundelse").fill("Borgeren er syg")
    week.locator("#dialog").get_by_role("button", name="Aflys samtale").press("Enter")
    expect(week.locator("#notices")).to_contain_text("Samtalen er aflyst.")
    expect(week.locator("a.pl-ap")).to_have_count(1)
    week.locator("#notices").get_by_role("button", name="Fortryd").press("Enter")
    expect(week.locator("#notices")).to_contain_text("står i kalenderen igen")
    expect(week.locator("a.pl-ap")).to_have_count(2)


@pytest.mark.requirement("ACCESS-04")
def test_without_javascript_a_free_time_is_a_link_and_the_ticks_a_form(
    nordby: World, browser: Any, live_server: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = sign_in(context.new_page(), nordby.bo, live_server.url)
    page.goto(f"{live_server.url}/calendar/?view=week&counsellor={nordby.anna.pk}&on={next_monday()}")
    page.get_by_role("checkbox", name="Birk Bisgaard").check()
    page.get_by_role("button", name="Vis", exact=True).first.click()
    expect(page.locator(".pl-weeks tbody tr")).to_have_count(2)
    page.goto(f"{live_server.url}/calendar/?view=week&counsellor={nordby.anna.pk}&on={next_monday()}")
    page.locator(".pl-open").first.click()
    assert "start=08%3A00" in page.url or "start=08:00" in page.url
    context.close()
