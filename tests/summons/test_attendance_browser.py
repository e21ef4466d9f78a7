"""Attendance in a real browser: by mouse and by keyboard, on to a new summons, the selection's actions, and axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from admin_module.models import MeetingForm
from booking.models import Summons
from booking.states import SummonsStatus
from planner.accounts.tenancy import acting_for
from tests.browsing import sign_in, violations, watched
from tests.factories import World, make_appointment, make_citizen, make_nordby, make_summons

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MISSING = "/summons/follow-up/?opened=1&attendance=missing"


@pytest.fixture
def nordby() -> World:
    """Nordby, committed; yesterday Anna had Jens and Lis, and a joint meeting of three."""
    world = make_nordby()
    yesterday = timezone.localdate() - timedelta(days=1)
    with acting_for(world.jobcentre.pk, source="test"):
        for name, clock in (("Jens Hansen", "09:00"), ("Lis Lund", "10:00")):
            citizen = make_citizen(world.jobcentre, name)
            make_summons(citizen, world.anna, world.team, by=world.bo, day=yesterday, clock=clock)
        meeting = make_appointment(world.anna, world.team, day=yesterday, clock="13:00", form=MeetingForm.JOINT)
        for name in ("Asta Juul", "Bent Juul", "Carl Juul"):
            make_summons(make_citizen(world.jobcentre, name), world.anna, world.team, by=world.bo, appointment=meeting)
    return world


@pytest.fixture
def bo(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """A page signed in as Bo; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.bo, live_server.url):
        yield page


def found(nordby: World, name: str) -> Summons:
    with acting_for(nordby.jobcentre.pk, source="test"):
        given, family = name.split()
        return Summons.objects.select_related("appointment").get(
            citizen__given_name=given, citizen__family_name=family, status=SummonsStatus.SENT
        )


@pytest.mark.requirement("ATT-01", "ATT-03", "FOLL-05")
def test_a_no_show_is_registered_from_the_list_and_summoned_again(bo: Page, nordby: World, live_server: Any) -> None:
    bo.goto(live_server.url + MISSING)
    bo.get_by_role("link", name="Registrér fremmøde, Jens Hansen").click()
    dialog = bo.locator("dialog[open]")
    dialog.get_by_label("Udeblevet").check()
    dialog.get_by_label("Begrundelse").fill("Ringede ikke")
    assert violations(bo) == []
    dialog.get_by_role("button", name="Gem, og indkald udeblevne igen").click()
    expect(bo.get_by_role("heading", name="Indkald igen")).to_be_visible()
    assert found(nordby, "Jens Hansen").attendance == "no_show"
    bo.get_by_role("button", name="Find tid (1)").click()
    expect(bo.get_by_role("heading", name="Opret indkaldelse")).to_be_visible()
    expect(bo.get_by_role("button", name="Indkald nu (1)")).to_be_visible()
    with acting_for(nordby.jobcentre.pk, source="test"):
        assert Summons.objects.filter(status=SummonsStatus.PENDING, citizen__given_name="Jens").count() == 1


@pytest.mark.requirement("ATT-01", "ATT-03", "ACCESS-02", "APP-06")
def test_the_same_by_keyboard_alone(bo: Page, nordby: World, live_server: Any) -> None:
    bo.goto(live_server.url + MISSING)
    bo.get_by_role("link", name="Registrér fremmøde, Lis Lund").focus()
    bo.keyboard.press("Enter")
    expect(bo.locator("#dialog-heading")).to_be_focused()
    bo.locator("dialog[open] input[type=radio]:checked").focus()
    bo.keyboard.press("ArrowRight")
    bo.keyboard.press("ArrowRight")
    expect(bo.locator("dialog[open]").get_by_label("Udeblevet")).to_be_checked()
    for _ in range(10):
        bo.keyboard.press("Tab")
        if bo.evaluate("document.activeElement.name") == "again":
            break
    bo.keyboard.press("Enter")
    expect(bo.get_by_role("heading", name="Indkald igen")).to_be_visible()
    bo.get_by_role("button", name="Find tid (1)").focus()
    bo.keyboard.press("Enter")
    expect(bo.get_by_role("button", name="Indkald nu (1)")).to_be_visible()


@pytest.mark.requirement("ATT-01", "APP-14", "ACCESS-02")
def test_a_check_in_list_is_done_with_one_key_each_and_undone(bo: Page, nordby: World, live_server: Any) -> None:
    joint = found(nordby, "Asta Juul").appointment_id
    bo.goto(f"{live_server.url}/appointments/{joint}/attendance/")
    assert violations(bo) == []
    assert bo.evaluate("document.documentElement.scrollWidth") <= 1280
    bo.locator("[data-check-in] input[type=radio]:checked").first.focus()
    for key in "mum":
        bo.keyboard.press(key)
    bo.keyboard.press("Enter")
    expect(bo.get_by_text("Fremmøde er registreret for 3 borgere.")).to_be_visible()
    came = [found(nordby, f"{name} Juul").attendance for name in ("Asta", "Bent", "Carl")]
    assert came == ["met", "no_show", "met"]
    bo.get_by_role("button", name="Fortryd").click()
    expect(bo.get_by_text("Registreringen er fortrudt.")).to_be_visible()
    assert found(nordby, "Asta Juul").attendance == ""


@pytest.mark.deep
@pytest.mark.requirement("FOLL-04", "ATT-01")
def test_what_is_ticked_is_exported_registered_and_refused_to_be_cancelled(
    bo: Page, nordby: World, live_server: Any
) -> None:
    bo.goto(live_server.url + MISSING)
    for name in ("Jens Hansen", "Lis Lund"):
        bo.get_by_label(f"Vælg {name}").check()
    with bo.expect_download() as download:
        bo.get_by_role("button", name="Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    bo.wait_for_timeout(3_100)
    bo.get_by_role("button", name="Aflys", exact=True).click()
    expect(bo.get_by_text("2 af de valgte kan ikke aflyses")).to_be_visible()
    assert violations(bo) == []
    bo.get_by_role("link", name="Tilbage").click()
    for name in ("Jens Hansen", "Lis Lund"):
        bo.get_by_label(f"Vælg {name}").check()
    bo.get_by_role("button", name="Registrér fremmøde").click()
    expect(bo.get_by_role("heading", name="Registrér fremmøde")).to_be_visible()
    assert violations(bo) == []
    bo.get_by_role("button", name="Sæt resten til «Mødt», og gem").click()
    expect(bo.get_by_text("Fremmøde er registreret for 2 borgere.")).to_be_visible()
    expect(bo.get_by_role("heading", name="3 indkaldelser")).to_be_visible()


@pytest.mark.deep
@pytest.mark.requirement("ATT-02", "ACCESS-01")
def test_the_counsellors_front_page_and_the_page_of_summoning_again(nordby: World, bo: Page, live_server: Any) -> None:
    summons = found(nordby, "Jens Hansen")
    for address in (f"/summons/again/?selected={summons.pk}", f"/appointments/{summons.appointment_id}/attendance/"):
        bo.goto(live_server.url + address)
        assert (address, violations(bo)) == (address, [])
    anna = sign_in(bo, nordby.anna_user, live_server.url)
    anna.goto(live_server.url)
    assert violations(anna) == []
    jens = anna.get_by_role("link", name=re.compile("Registrér ?: Jens Hansen"))
    jens.click()
    anna.locator("dialog[open]").get_by_label("Mødt", exact=True).check()
    anna.locator("dialog[open]").get_by_role("button", name="Gem", exact=True).click()
    expect(anna.get_by_text("Fremmøde er registreret for Jens Hansen.")).to_be_visible()
    expect(jens).to_have_count(0)
