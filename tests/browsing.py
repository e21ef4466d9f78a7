"""A browser that looks after itself: signed in, and nothing may fail or be blocked while it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from planner.accounts.models import User
from tests.conftest import signed_in


def sign_in(page: Page, user: User, url: str) -> Page:
    """The page as this user, 1280 wide."""
    cookie = signed_in(user).cookies["sessionid"].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
    page.set_default_timeout(15_000)
    page.set_viewport_size({"width": 1280, "height": 900})
    return page


@contextmanager
def watched(page: Page, user: User, url: str) -> Iterator[Page]:
    """The page as this user; at the end no script failed and nothing was blocked."""
    with unharmed(page):
        yield sign_in(page, user, url)


@contextmanager
def unharmed(page: Page) -> Iterator[None]:
    """At the end no script failed and nothing was blocked."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield
    assert faults == []


@contextmanager
def redrawn(page: Page) -> Iterator[None]:
    """What is done within asks the server; afterwards its answer is drawn, and no old field is met."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        yield
    expect(page.locator(".htmx-request")).to_have_count(0)


def violations(page: Page) -> list[str]:
    """What axe finds, a line for each place."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['target']} {node['html'][:120]}" for fault in found for node in fault["nodes"]]
