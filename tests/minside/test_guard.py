"""Nobody reaches another's page, and no number comes out: not in an address, a cookie, a row or a log line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from planner.minside.session import COOKIE
from tests.factories import NOW
from tests.minside.scene import CPR, OTHER_CPR, Scene
from tests.minside.test_pages import book, hold

PATHS = ("", "calendar.ics", "cancel/", "times/")
NOBODYS = "6f1d1a52-30a4-4b0e-9b39-6c3d5b0a1f00"
CLOSED = ("appointments/", "book/", "confirm/", "receipt/", f"book/{NOBODYS}/", f"appointments/{NOBODYS}/")


@pytest.mark.requirement("SEC-01", "GUARD-01")
@pytest.mark.parametrize("path", CLOSED)
def test_without_a_session_every_page_leads_to_sign_in(scene: Scene, path: str) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(f"/minside/{path}")
        assert answer.status_code == 405 or answer["Location"] == "/minside/sign-in/", method


@pytest.mark.requirement("SEC-01", "GUARD-01")
@pytest.mark.parametrize("path", PATHS)
def test_another_citizens_appointment_answers_like_one_that_is_not_there(scene: Scene, path: str) -> None:
    summons = book(scene.browser(), scene)
    other = scene.browser(OTHER_CPR)
    for method in ("get", "post"):
        theirs, nobodys = (getattr(other, method)(f"/minside/appointments/{pk}/{path}") for pk in (summons.pk, NOBODYS))
        assert theirs.status_code == nobodys.status_code, method
        assert theirs.status_code in {404, 405}, method
    assert scene.summonses(scene.jens)[0].status == "sent"


@pytest.mark.requirement("GUARD-10")
def test_a_post_without_its_token_is_refused(scene: Scene) -> None:
    inside = scene.browser()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = inside.cookies
    for path in ("sign-in/", "sign-out/", "confirm/", f"book/{scene.offer.pk}/"):
        assert strict.post(f"/minside/{path}").status_code == 403, path


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the program logs, before anything is masked."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.requirement("GUARD-11", "SEC-04")
def test_no_number_is_in_addresses_cookies_sessions_or_logs(scene: Scene, log: StringIO) -> None:
    browser = scene.browser()
    said = [str(browser.cookies)]
    for path in ("appointments/", "book/", f"book/{scene.offer.pk}/"):
        answer = browser.get(f"/minside/{path}")
        said += [answer.content.decode(), str(answer.headers), str(answer.cookies)]
    hold(browser, scene)
    said.append(browser.get("/minside/confirm/").content.decode())
    answer = browser.post("/minside/confirm/", {"accepted": "on"})
    said += [answer["Location"], browser.get("/minside/receipt/").content.decode()]
    rows = [Session(session_data=row.session_data).get_decoded() for row in Session.objects.all()]
    said.append(json.dumps(rows))
    told = log.getvalue()
    assert "CreateBooking" in told
    for text in (*said, told):
        assert CPR not in text.replace("-", "")
    assert "Jens" not in json.dumps(rows)


@pytest.mark.requirement("GUARD-13", "GUARD-06")
def test_the_session_has_a_cookie_of_its_own_and_ends_after_half_an_hour(scene: Scene) -> None:
    browser = scene.browser()
    cookie = browser.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        "/minside/",
        True,
        "Lax",
        1800,
    )
    assert "no-store" in browser.get("/minside/appointments/")["Cache-Control"]
    with time_machine.travel(NOW + timedelta(minutes=29), tick=True):
        assert browser.get("/minside/appointments/").status_code == 200
    browser.cookies[COOKIE]["max-age"] = ""
    with time_machine.travel(NOW + timedelta(minutes=60), tick=True):
        assert browser.get("/minside/appointments/")["Location"] == "/minside/sign-in/?ended"


@pytest.mark.requirement("GUARD-13")
def test_signing_out_ends_it_for_good(scene: Scene) -> None:
    browser = scene.browser()
    key = browser.cookies[COOKIE].value
    browser.post("/minside/sign-out/")
    browser.cookies[COOKIE] = key
    assert browser.get("/minside/appointments/").status_code == 302


@pytest.mark.requirement("SYNC-18")
def test_nothing_of_the_houses_is_imported() -> None:
    """Beside the contract in pyproject.toml: not even inside a function."""
    folder = Path(__file__).resolve().parents[2] / "planner" / "minside"
    source = "\n".join(file.read_text() for file in folder.rglob("*.py"))
    for house in ("booking", "summons", "admin_module"):
        assert f"from {house}" not in source
        assert f"import {house}" not in source
