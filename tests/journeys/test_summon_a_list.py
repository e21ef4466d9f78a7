"""The main job, as a caseworker does it: a list, three steps, everybody called."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browsing import redrawn
from tests.journeys.conftest import ROOT, RunningPlanner

EXAMPLES = ROOT / "docs" / "examples"
pytestmark = pytest.mark.journey
PATIENCE = 120_000


def begin(page: Page, planner: RunningPlanner, template: str) -> None:
    """Step 1 with a template."""
    page.goto(f"{planner.url}/summons/")
    with redrawn(page):
        page.get_by_label("Skabelon").select_option(label=template)
    expect(page.locator("#frame-meaning")).to_contain_text("fra")


def on_to_citizens(page: Page) -> None:
    page.get_by_role("button", name="Videre til trin 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vælg borgere")


def upload(page: Page, file: Path, citizens: int) -> None:
    """Step 2: the file, read and looked up."""
    page.get_by_role("link", name="Indlæs fil").click()
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Indlæs", exact=False).last.click()
    expect(page.get_by_text(re.compile(rf"{citizens} borgere")).first).to_be_visible(timeout=PATIENCE)


def on_to_plan(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Videre til trin 3")).click()
    expect(page.get_by_role("button", name=re.compile("Indkald nu"))).to_be_visible(timeout=PATIENCE)


def send(page: Page) -> int:
    """[Indkald nu]; how many it said it would send."""
    button = page.get_by_role("button", name=re.compile(r"Indkald nu \((\d+)"))
    said = re.search(r"\((\d+)", button.inner_text())
    assert said
    button.click()
    expect(page.get_by_text(re.compile("Fortryd")).first).to_be_visible()
    return int(said[1])


def wait_until_sent(planner: RunningPlanner, page: Page, count: int) -> None:
    for _second in range(90):
        if len(planner.sent()) >= count:
            break
        page.wait_for_timeout(1000)
    assert len(planner.sent()) == count


def wait_until_settled(page: Page, planner: RunningPlanner) -> None:
    """Counsellors' calendars are told beside DFDG, and may be told last."""
    for _second in range(90):
        if status_figures(page, planner) == ["0", "0"]:
            return
        page.wait_for_timeout(1000)
    assert status_figures(page, planner) == ["0", "0"]


def status_figures(page: Page, planner: RunningPlanner) -> list[str]:
    page.goto(planner.url)
    return page.locator(".pl-statl .v").all_inner_texts()


@pytest.mark.requirement("SUM-01", "SUM-09", "SUM-16", "SUM-17", "SUM-20", "APP-03", "APP-09", "APP-14", "RUN-01")
def test_four_hundred_citizens_are_called_from_an_excel_list(karen: Page, planner: RunningPlanner) -> None:
    planner.forget()
    begin(karen, planner, "Jobsamtale, dagpenge (45 min.)")
    on_to_citizens(karen)
    upload(karen, EXAMPLES / "jobsamtaler-uge.xlsx", 400)
    expect(karen.get_by_text("4 linjer kunne ikke bruges")).to_be_visible()
    on_to_plan(karen)
    sent = send(karen)
    assert sent > 300
    wait_until_sent(planner, karen, sent)
    wait_until_settled(karen, planner)
    karen.goto(f"{planner.url}/calendar/?view=day&on={first_day(planner)}")
    assert karen.locator(".pl-ap").count() >= 15


def first_day(planner: RunningPlanner) -> str:
    """The first day that something was sent for."""
    return min(str(one["body"]["moedeStarttidspunkt"]) for one in planner.sent())[:10]


@pytest.mark.deep
@pytest.mark.requirement("SUM-03", "DIST-10", "DIST-11")
def test_sixty_citizens_meet_in_a_room_for_twelve_and_two(karen: Page, planner: RunningPlanner) -> None:
    planner.forget()
    begin(karen, planner, "Informationsmøde i Salen")
    on_to_citizens(karen)
    karen.get_by_role("link", name="Indlæs fil").click()
    karen.set_input_files("input[type=file]", EXAMPLES / "informationsmoede-60.xlsx")
    karen.get_by_role("button", name="Indlæs", exact=False).last.click()
    expect(karen.get_by_role("button", name=re.compile(r"Videre til trin 3 \(\d+\)"))).to_be_enabled(timeout=PATIENCE)
    on_to_plan(karen)
    sent = send(karen)
    wait_until_sent(planner, karen, sent)
    meetings: dict[str, int] = {}
    for one in planner.sent():
        meeting = str(one["body"]["gruppemoedeId"])
        meetings[meeting] = meetings.get(meeting, 0) + 1
    assert sent > 50
    assert max(meetings.values()) == 12
    assert len(meetings) == -(-sent // 12)


def tick_start_times(page: Page, *clocks: str) -> None:
    for clock in clocks:
        page.locator(f'[name=fixed_times][value="{clock}"]').check()


@pytest.mark.deep
@pytest.mark.requirement("SUM-06", "SUM-18", "DIST-13")
def test_seven_citizens_are_called_at_fixed_times_in_rounds(karen: Page, planner: RunningPlanner) -> None:
    """Two counsellors: two start times place four citizens, two more the other three."""
    planner.forget()
    begin(karen, planner, "CV-samtale, digitalt (30 min.)")
    karen.get_by_label("Angiv fast tidspunkt").check()
    karen.locator("[name=fixed_on]").fill(f"{a_free_tuesday():%d.%m.%Y}")
    karen.locator("[name=fixed_on]").press("Tab")
    expect(karen.locator("[name=fixed_times]").first).to_be_attached()
    choose_two_counsellors(karen)
    tick_start_times(karen, "09:00", "10:00")
    on_to_citizens(karen)
    upload(karen, EXAMPLES / "fast-tidspunkt-7.csv", 7)
    on_to_plan(karen)
    expect(karen.get_by_text(re.compile("3 .*tid")).first).to_be_visible()
    karen.get_by_role("link", name="Tilbage til trin 1").first.click()
    expect(karen.get_by_role("heading", level=1)).to_have_text("Indkald borgere")
    for box in karen.locator("[name=fixed_times]:checked").all():
        box.uncheck()
    tick_start_times(karen, "11:00", "13:00")
    on_to_citizens(karen)
    expect(karen.get_by_text(re.compile("3 borgere")).first).to_be_visible()
    on_to_plan(karen)
    assert send(karen) == 7
    wait_until_sent(planner, karen, 7)
    starts = Counter(str(one["body"]["moedeStarttidspunkt"])[11:16] for one in planner.sent())
    assert (starts["09:00"], starts["10:00"]) == (2, 2)
    assert starts["11:00"] + starts["13:00"] == 3
    assert max(starts.values()) == 2


def a_free_tuesday() -> date:
    """Far enough ahead that nothing else is booked; never in the days around New Year."""
    day = timezone.localdate() + timedelta(days=60)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def choose_two_counsellors(page: Page) -> None:
    """The first two of the team, by typing in the combobox."""
    names = page.locator("[name=counsellors] option").all_inner_texts()[:2]
    for name in names:
        page.get_by_role("combobox", name="Vejledere").fill(name)
        with redrawn(page):
            page.get_by_role("option", name=name).click()


@pytest.mark.requirement("SYNC-01", "SYNC-07", "APP-03")
def test_nothing_is_lost_while_dfdg_is_away(karen: Page, planner: RunningPlanner) -> None:
    planner.forget()
    begin(karen, planner, "Informationsmøde i Salen")
    on_to_citizens(karen)
    upload(karen, EXAMPLES / "fast-tidspunkt-7.csv", 7)
    on_to_plan(karen)
    planner.switch_off()
    sent = send(karen)
    karen.wait_for_timeout(20_000)
    assert status_figures(karen, planner)[0] == str(sent)
    assert planner.sent() == []
    planner.switch_on()
    karen.locator(".pl-statl a").first.click()
    karen.get_by_role("button", name=re.compile("Synk")).last.click()
    wait_until_sent(planner, karen, sent)
    assert status_figures(karen, planner)[0] == "0"
