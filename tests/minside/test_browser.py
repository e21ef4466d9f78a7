"""Slides 12-26 on a telephone, in a real browser: axe on every page, by keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import unharmed, violations
from tests.conftest import signed_in
from tests.minside.scene import Scene

pytestmark = [pytest.mark.journey]
WIDTH = 390


def looked_at(page: Page) -> None:
    """What holds on every page: axe finds nothing, and nothing lies outside the telephone."""
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, page.url


@pytest.fixture
def phone(page: Page, scene: Scene) -> Iterator[Page]:
    """A telephone; at the end no script failed and nothing was blocked."""
    with unharmed(page):
        page.set_default_timeout(15_000)
        page.set_viewport_size({"width": WIDTH, "height": 844})
        page.goto(f"{scene.url}/minside/")
        yield page


def sign_in(page: Page, button: str = "Log ind") -> None:
    page.get_by_role("textbox").fill("120588-1234")
    page.get_by_role("button", name=button).click()


@pytest.mark.requirement("SELF-01", "SELF-02", "SELF-03", "SELF-04", "SELF-05", "ACCESS-01", "ACCESS-03")
def test_a_citizen_books_moves_and_cancels_on_a_telephone(phone: Page, scene: Scene) -> None:
    looked_at(phone)
    sign_in(phone)
    looked_at(phone)
    phone.get_by_role("link", name="Book et møde").click()
    looked_at(phone)
    phone.get_by_role("link", name="Næste").click()
    looked_at(phone)
    phone.get_by_role("link", name="Senere tider").click()
    phone.get_by_role("button", name="Mandag 30. november kl. 9.00").click()
    looked_at(phone)
    phone.get_by_role("button", name="Book tiden").click()
    expect(phone.locator("#errors")).to_be_focused()
    looked_at(phone)
    phone.get_by_label("Jeg har læst").check()
    phone.get_by_role("button", name="Book tiden").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Din tid er booket")
    expect(phone.get_by_role("button", name="Udskriv")).to_be_visible()
    looked_at(phone)
    phone.get_by_role("link", name="OK, gå til Mine aftaler").click()
    looked_at(phone)
    phone.get_by_role("link", name="Alle oplysninger").click()
    looked_at(phone)
    phone.get_by_role("link", name="Vælg en ny tid").click()
    looked_at(phone)
    phone.locator(".pl-best").click()
    phone.get_by_role("button", name="Skift til den nye tid").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Du har fået en ny tid")
    looked_at(phone)
    phone.get_by_role("link", name="Meld afbud").click()
    looked_at(phone)
    phone.get_by_role("button", name="Meld afbud").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Du har meldt afbud")
    looked_at(phone)
    assert [one.status for one in scene.summonses(scene.jens)] == ["cancelled"]


@pytest.mark.requirement("SELF-09", "ACCESS-04", "ACCESS-03")
def test_a_citizen_books_and_moves_in_english_without_javascript(browser: Browser, scene: Scene) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": WIDTH, "height": 844})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{scene.url}/minside/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("textbox").fill("1205881234")
    page.locator("main button.button-primary").click()
    page.locator('main a[href="/minside/book/"]').click()
    expect(page.get_by_role("heading", name="Job conversation")).to_be_visible()
    page.locator("main .button-primary").click()
    page.get_by_role("button", name="Tuesday 24 November").nth(2).click()
    expect(page.get_by_text("You must come.")).to_be_visible()
    page.get_by_role("checkbox").check()
    page.locator("main .button-primary").click()
    expect(page.get_by_text("Tuesday 24 November")).to_be_visible()
    [booked] = scene.summonses(scene.jens)
    page.locator(f'a[href="/minside/appointments/{booked.pk}/times/"]').click()
    page.locator("nav a").last.click()
    page.get_by_role("button", name="Monday 30 November").first.click()
    page.locator("main .button-primary").click()
    expect(page.get_by_text("Monday 30 November")).to_be_visible()
    [moved] = scene.summonses(scene.jens)
    assert (moved.pk, moved.language, f"{moved.appointment.day}") == (booked.pk, "en", "2026-11-30")
    context.close()


def tab_to(page: Page, label: str) -> None:
    """Press Tab until what is called so has the focus, and can be seen to have it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        called = page.evaluate(
            "document.activeElement.getAttribute('aria-label')"
            " || (document.activeElement.labels?.[0] ?? document.activeElement).innerText"
        )
        if called and label in " ".join(called.split()):
            assert page.evaluate("document.activeElement.matches(':focus-visible')"), label
            return
    pytest.fail(f"«{label}» cannot be reached by Tab")


@pytest.mark.requirement("ACCESS-02", "SELF-01", "SELF-02")
def test_a_citizen_books_by_keyboard_alone(phone: Page, scene: Scene) -> None:
    tab_to(phone, "CPR-nummer")
    phone.keyboard.type("1205881234")
    for pressed, heading in (
        ("Log ind", "Mine aftaler"),
        ("Book et møde", "Hvilket møde vil du booke?"),
        ("Næste", "Hvornår passer det dig?"),
        ("Første ledige tid", "Er det rigtigt?"),
    ):
        tab_to(phone, pressed)
        phone.keyboard.press("Enter")
        expect(phone.get_by_role("heading", level=1)).to_have_text(heading)
    tab_to(phone, "Jeg har læst")
    phone.keyboard.press("Space")
    tab_to(phone, "Book tiden")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Din tid er booket")
    assert len(scene.summonses(scene.jens)) == 1


@pytest.mark.requirement("CIT-01", "ACCESS-01")
def test_staff_see_for_whom_they_book(phone: Page, scene: Scene) -> None:
    cookie = signed_in(scene.world.bo).cookies["sessionid"].value
    phone.context.add_cookies([{"name": "sessionid", "value": cookie, "url": scene.url}])
    phone.goto(f"{scene.url}/citizens/{scene.jens.pk}/")
    phone.get_by_role("button", name="Book for borgeren").click()
    expect(phone.get_by_role("region", name="Du booker for en borger")).to_contain_text("Jens Holm")
    looked_at(phone)
    phone.get_by_role("button", name="Afslut").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Jens Holm")
