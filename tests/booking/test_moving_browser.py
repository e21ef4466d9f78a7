"""Moving and marking in a real browser: by mouse, and by keyboard alone (CAL-03, CAL-04, APP-06)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from admin_module.models import Absence
from booking.models import Appointment, Origin
from booking.services import sending
from planner.accounts.tenancy import acting_for
from tests.booking.stories import keep, meeting
from tests.booking.test_calendar_browser import menu
from tests.browsing import violations, watched
from tests.factories import World, at, make_citizen, make_nordby
from tests.summons.step_1 import next_monday

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
HOUR = 72
"""Pixels."""


@pytest.fixture
def nordby() -> World:
    """Anna has a conversation with Jens at nine next Monday, and is away from one on Tuesday."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        jens, now = make_citizen(world.jobcentre, "Jens Hansen"), timezone.now()
        kept = keep(world, meeting(jens, world.anna, day=next_monday()), now=now)
        sending.send(summonses=kept.summonses, by=world.bo, now=now)
        tuesday = next_monday() + timedelta(days=1)
        Absence.objects.create(
            jobcentre=world.jobcentre,
            counsellor=world.anna,
            kind=Absence.Kind.COURSE,
            start_at=at(tuesday, "13:00"),
            end_at=at(tuesday, "15:00"),
        )
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


def stands(world: World) -> tuple[int, str, list[str]]:
    """How many days after Monday, when, and with whom."""
    with acting_for(world.jobcentre.pk, source="test"):
        found = Appointment.objects.get()
        clock = f"{timezone.localtime(found.start_at):%H.%M}"
        return (found.day - next_monday()).days, clock, [one.full_name for one in found.counsellors.all()]


def drag(page: Page, right: int, down: float, *, drop: bool = True) -> None:
    """The conversation so many columns to the right and hours down."""
    box, column = page.locator("a.pl-ap").first.bounding_box(), page.locator(".pl-col").first.bounding_box()
    assert box
    assert column
    x, y = box["x"] + 30, box["y"] + 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 10)
    page.mouse.move(x + right * column["width"], y + down * HOUR, steps=4)
    if drop:
        page.mouse.up()


@pytest.mark.requirement("CAL-04", "APP-14")
def test_a_drag_to_a_free_time_moves_at_once_says_so_and_is_undone(week: Page, nordby: World) -> None:
    drag(week, 1, 1.09, drop=False)
    expect(week.locator(".pl-ghost")).to_have_text("10.05–10.50")
    week.mouse.up()
    expect(week.locator("#notices")).to_contain_text("Samtalen er flyttet til")
    assert stands(nordby) == (1, "10.05", ["Anna Agger"])
    expect(week.locator(".pl-col").nth(1).locator("a.pl-ap")).to_have_count(1)
    week.locator("#notices").get_by_role("button", name="Fortryd").click()
    expect(week.locator(".pl-col").nth(0).locator("a.pl-ap")).to_have_count(1)
    assert stands(nordby) == (0, "09.00", ["Anna Agger"])


@pytest.mark.requirement("CAL-04", "TIME-09")
def test_a_drag_into_an_absence_shows_why_and_is_refused_in_words(week: Page, nordby: World) -> None:
    drag(week, 1, 4.5, drop=False)
    expect(week.locator(".pl-ghost")).to_contain_text("Fravær")
    week.mouse.up()
    expect(week.locator("#dialog")).to_contain_text("Vejlederen er fraværende på det tidspunkt.")
    assert violations(week) == []
    week.locator("#dialog").get_by_role("link", name="Annullér").click()
    expect(week.locator(".pl-ghost")).to_have_count(0)
    assert stands(nordby)[0] == 0


@pytest.mark.deep
@pytest.mark.requirement("CAL-04", "TIME-09")
def test_a_drag_past_the_working_hours_asks_first(week: Page, nordby: World) -> None:
    drag(week, 2, 6.5)
    dialog = week.locator("#dialog")
    expect(dialog).to_contain_text("uden for vejlederens arbejdstid")
    assert stands(nordby)[0] == 0
    dialog.get_by_role("button", name="Flyt alligevel").click()
    expect(week.locator("#notices")).to_contain_text("Samtalen er flyttet til")
    assert stands(nordby) == (2, "15.30", ["Anna Agger"])


@pytest.mark.deep
@pytest.mark.requirement("CAL-04", "APP-06")
def test_escape_ends_a_drag_and_a_press_without_moving_opens_the_dialog(week: Page, nordby: World) -> None:
    drag(week, 1, 2, drop=False)
    week.keyboard.press("Escape")
    expect(week.locator(".pl-ghost")).to_have_count(0)
    week.mouse.up()
    expect(week.locator("#dialog")).not_to_be_visible()
    assert stands(nordby)[0] == 0
    week.locator("a.pl-ap").first.click()
    expect(week.locator("#dialog-heading")).to_be_focused()


@pytest.mark.requirement("CAL-04")
def test_a_drag_to_another_counsellors_column_changes_the_counsellor(
    browser_page: Page, nordby: World, live_server: Any
) -> None:
    browser_page.goto(f"{live_server.url}/calendar/?view=day&team={nordby.team.pk}&on={next_monday()}")
    drag(browser_page, 1, 0)
    expect(browser_page.locator("#notices")).to_contain_text("hos Birk Bisgaard")
    assert stands(nordby) == (0, "09.00", ["Birk Bisgaard"])


@pytest.mark.deep
@pytest.mark.requirement("CAL-04")
def test_in_the_week_of_several_a_line_is_dragged_to_another_day_and_counsellor(
    browser_page: Page, nordby: World, live_server: Any
) -> None:
    browser_page.goto(f"{live_server.url}/calendar/?view=week&team={nordby.team.pk}&on={next_monday()}")
    line = browser_page.locator(".pl-weeks li a")
    there = browser_page.locator(".pl-weeks tbody tr").nth(1).locator("td").nth(3)
    line.drag_to(there)
    expect(browser_page.locator("#notices")).to_contain_text("hos Birk Bisgaard")
    assert stands(nordby) == (3, "09.00", ["Birk Bisgaard"])


@pytest.mark.requirement("CAL-04", "APP-06", "ACCESS-02")
def test_the_keyboard_alone_moves_a_conversation(week: Page, nordby: World) -> None:
    week.locator("a.pl-ap").first.focus()
    week.keyboard.press("f")
    expect(week.locator("#announcer")).to_have_text("Flyt med piletasterne. Enter flytter, Esc fortryder.")
    for key in ("ArrowRight", "PageDown", "ArrowDown", "ArrowDown"):
        week.keyboard.press(key)
    expect(week.locator("#announcer")).to_contain_text("10.10–10.55")
    week.keyboard.press("Enter")
    expect(week.locator("#notices")).to_contain_text("Samtalen er flyttet til")
    assert stands(nordby) == (1, "10.10", ["Anna Agger"])
    expect(week.locator("a.pl-ap").first).to_be_focused()
    week.keyboard.press("f")
    week.keyboard.press("ArrowUp")
    week.keyboard.press("Escape")
    expect(week.locator("a.pl-ap").first).to_be_focused()
    expect(week.locator(".pl-ghost")).to_have_count(0)


@pytest.mark.requirement("CAL-02", "CAL-04", "APP-06", "KSS-02")
def test_what_a_case_system_keeps_says_so_when_one_drags_it_or_lifts_it_by_keyboard(week: Page, nordby: World) -> None:
    with acting_for(nordby.jobcentre.pk, source="test"):
        Appointment.objects.update(origin=Origin.CASE_SYSTEM)
    week.reload()
    drag(week, 1, 1.09, drop=False)
    expect(week.locator(".pl-ghost")).to_have_text("10.05–10.50 · Ændres i sagsbehandlingssystemet")
    week.mouse.up()
    said = week.locator("#dialog").get_by_text("Samtalen er oprettet i et sagsbehandlingssystem og ændres dér.")
    expect(said).to_be_visible()
    week.keyboard.press("Escape")
    expect(week.locator(".pl-ghost")).to_have_count(0)
    week.locator("a.pl-ap").first.focus()
    week.keyboard.press("f")
    expect(said).to_be_visible()
    assert violations(week) == []
    assert stands(nordby) == (0, "09.00", ["Anna Agger"])


@pytest.mark.requirement("CAL-04", "CAL-05", "TIME-09", "ACCESS-02")
def test_the_dialog_judges_while_one_chooses_and_moves(week: Page, nordby: World) -> None:
    week.locator("a.pl-ap").first.focus()
    week.keyboard.press("Enter")
    dialog = week.locator("#dialog")
    dialog.get_by_role("link", name="Flyt").press("Enter")
    expect(dialog.get_by_role("heading", name="Flyt Jens Hansen")).to_be_visible()
    dialog.get_by_label("Klokken").fill("6")
    dialog.get_by_label("Klokken").press("Tab")
    expect(dialog).to_contain_text("uden for vejlederens arbejdstid")
    dialog.get_by_label("Klokken").fill("11.15")
    dialog.get_by_label("Klokken").press("Tab")
    expect(dialog).to_contain_text("Tiden er ledig.")
    assert violations(week) == []
    dialog.get_by_role("button", name="Flyt", exact=True).press("Enter")
    expect(week.locator("#notices")).to_contain_text("Samtalen er flyttet til")
    assert stands(nordby) == (0, "11.15", ["Anna Agger"])


@pytest.mark.requirement("CAL-03", "CAL-09", "APP-06")
def test_a_period_marked_by_keyboard_is_reserved_and_drawn(week: Page, nordby: World) -> None:
    week.locator(".pl-open").first.focus()
    week.keyboard.press("Shift+ArrowDown")
    week.keyboard.press("Shift+ArrowDown")
    week.keyboard.press("Shift+F10")
    week.keyboard.press("r")
    dialog = week.locator("#dialog")
    expect(dialog.get_by_role("heading", name="Reservér tid")).to_be_visible()
    expect(dialog.get_by_label("Fra", exact=False).first).to_have_value("8.00")
    assert violations(week) == []
    dialog.get_by_role("button", name="Reservér").press("Enter")
    expect(week.locator("#notices")).to_contain_text("Tiden er reserveret.")
    expect(week.locator(".pl-blk--res").first).to_contain_text("Kun selvbooking")


@pytest.mark.requirement("CAL-03", "APP-06", "ACCESS-01")
def test_a_marked_period_opens_the_short_dialog_for_one_citizen(week: Page) -> None:
    week.locator(".pl-open").first.focus()
    week.keyboard.press("Shift+ArrowDown")
    week.keyboard.press("Shift+ArrowDown")
    week.keyboard.press("Enter")
    week.keyboard.press("e")
    dialog = week.locator("#dialog")
    expect(dialog.get_by_role("heading", name="Ny aftale for én borger")).to_be_visible()
    expect(dialog).to_contain_text("kl. 8.00 · 30 minutter")
    expect(dialog.get_by_label("CPR-nummer")).to_be_focused()
    expect(menu(week)).to_have_count(0)
    assert violations(week) == []
    dialog.get_by_role("button", name="Indkald nu").press("Enter")
    expect(dialog).to_contain_text("Skriv et CPR-nummer.")
    dialog.get_by_role("button", name="Flere felter").press("Enter")
    week.wait_for_url("**/frame/")
    expect(week.get_by_label("Varighed", exact=False).first).to_have_value("30")


@pytest.mark.requirement("CAL-01", "APP-06")
def test_a_day_has_its_menu_and_a_change_of_somebody_else_is_told_politely(week: Page, nordby: World) -> None:
    week.get_by_label("Handlinger for").first.click()
    expect(week.locator("[data-menu][open]").get_by_role("menuitem", name="Ny aftale", exact=True)).to_be_focused()
    week.keyboard.press("Escape")
    with acting_for(nordby.jobcentre.pk, source="test"):
        Absence.objects.all().delete()
    expect(week.locator("#changed")).to_be_hidden()
    week.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(week.locator("#changed")).to_be_visible()
    expect(week.locator(".pl-blk--abs").first).to_be_attached()
    week.get_by_role("link", name="Vis", exact=True).click()
    expect(week.locator("#changed")).to_be_hidden()
    expect(week.locator(".pl-col .pl-blk--abs")).to_have_count(0)
    assert menu(week).count() == 0
