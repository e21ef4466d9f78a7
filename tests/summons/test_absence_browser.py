"""A counsellor falls ill: reported from the calendar, proposed, changed, done, taken back; by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from admin_module.models import Absence
from booking.models import Appointment
from booking.services import sending
from planner.accounts.tenancy import acting_for
from tests.booking.stories import keep, meeting
from tests.browsing import violations, watched
from tests.factories import World, make_citizen, make_nordby, make_run
from tests.summons.step_1 import next_monday

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nordby() -> World:
    """Nordby, committed; Anna has three conversations next Monday, and Birk one at ten."""
    world = make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        now = timezone.now()
        run = make_run(world.bo, world.team, world.anna, world.birk)
        people = [make_citizen(world.jobcentre, name) for name in ("Jens Hansen", "Lis Lund", "Ole Olsen", "Rie Riis")]
        holders = (world.anna, world.anna, world.anna, world.birk)
        clocks = ("09:00", "10:00", "11:00", "10:00")
        meetings = [
            meeting(citizen, holder, clock=clock, day=next_monday(), deadline=next_monday() + timedelta(days=4))
            for citizen, holder, clock in zip(people, holders, clocks, strict=True)
        ]
        kept = keep(world, *meetings, details=run, now=now)
        sending.send(summonses=kept.summonses, by=world.bo, now=now)
    return world


@pytest.fixture
def screen(nordby: World, page: Page, live_server: Any) -> Iterator[Page]:
    """A page signed in as Bo; at the end no script failed and nothing was blocked."""
    with watched(page, nordby.bo, live_server.url):
        page.goto(f"{live_server.url}/calendar/?view=week&counsellor={nordby.anna.pk}&on={next_monday()}")
        yield page


def holders(world: World) -> dict[str, str]:
    """Who holds whose conversation."""
    with acting_for(world.jobcentre.pk, source="test"):
        rows = Appointment.objects.exclude(cancelled_at__isnull=False)
        return {one.summonses.get().citizen.given_name: one.counsellors.get().given_name for one in rows}


@pytest.mark.requirement("ABS-01", "ABS-03", "APP-14", "ACCESS-01")
def test_a_sick_counsellor_is_reported_and_solved_and_it_can_be_undone(
    screen: Page, nordby: World, live_server: Any
) -> None:
    screen.goto(f"{live_server.url}/absences/new/?counsellor={nordby.anna.pk}&day={next_monday()}")
    expect(screen.get_by_role("heading", name="Meld vejleder fraværende")).to_be_visible()
    assert violations(screen) == []
    screen.get_by_label("Årsag").select_option("illness")
    screen.get_by_role("button", name="Meld fraværende").click()
    expect(screen.get_by_role("heading", name="Ramte aftaler")).to_be_visible()
    expect(screen.get_by_text("3 aftaler er ramt.")).to_be_visible()
    assert violations(screen) == []
    assert screen.evaluate("document.documentElement.scrollWidth") <= 1280
    jens, lis, ole = (screen.get_by_label(f"Hvad skal der ske med aftalen med {name}") for name in NAMES)
    expect(jens.locator("option:checked")).to_have_text("Samme tid: Birk Bisgaard")
    expect(lis.locator("option:checked")).to_contain_text("kl.")
    ole.select_option("cancel")
    screen.get_by_role("button", name="Gør det valgte").click()
    expect(screen.get_by_text("2 flyttet, 1 aflyst.")).to_be_visible()
    assert holders(nordby)["Jens"] == "Birk"
    assert "Ole" not in holders(nordby)
    screen.get_by_role("button", name="Fortryd").click()
    expect(screen.get_by_text("3 aftaler står igen, hvor de stod.")).to_be_visible()
    assert holders(nordby) == {"Jens": "Anna", "Lis": "Anna", "Ole": "Anna", "Rie": "Birk"}
    screen.goto(f"{live_server.url}/")
    screen.get_by_role("link", name="Håndtér").click()
    expect(screen.get_by_role("heading", name="Ramte aftaler")).to_be_visible()


NAMES = ("Jens Hansen", "Lis Lund", "Ole Olsen")


@pytest.mark.requirement("ABS-01", "ABS-03", "ABS-04", "APP-06", "ACCESS-02")
def test_the_same_by_keyboard_alone_and_the_absence_is_removed_again(screen: Page, nordby: World) -> None:
    screen.locator(".pl-open").first.focus()
    screen.keyboard.press("Shift+F10")
    screen.keyboard.press("m")
    dialog = screen.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Meld vejleder fraværende")).to_be_visible()
    dialog.get_by_label("Årsag").focus()
    screen.keyboard.press("S")
    for name in ("Klokken",):
        for field in dialog.get_by_label(name, exact=False).all():
            field.fill("")
    dialog.get_by_role("button", name="Meld fraværende").focus()
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("heading", name="Ramte aftaler")).to_be_visible()
    screen.get_by_label("Hvad skal der ske med aftalen med Jens Hansen").focus()
    screen.keyboard.press("L")
    screen.get_by_role("button", name="Gør det valgte").focus()
    screen.keyboard.press("Enter")
    expect(screen.get_by_text("2 flyttet, 1 står endnu.")).to_be_visible()
    assert holders(nordby)["Jens"] == "Anna"
    with acting_for(nordby.jobcentre.pk, source="test"):
        [kept] = Absence.objects.values_list("pk", flat=True)
    screen.goto(screen.url.split("/affected")[0] + f"/absences/?counsellor={nordby.anna.pk}")
    assert violations(screen) == []
    screen.goto(screen.url.split("/absences")[0] + f"/absences/{kept}/remove/")
    screen.get_by_role("button", name="Fjern fraværet").focus()
    screen.keyboard.press("Enter")
    expect(screen.get_by_text("Tiden er ledig igen.")).to_be_visible()
    with acting_for(nordby.jobcentre.pk, source="test"):
        assert Absence.objects.count() == 0
