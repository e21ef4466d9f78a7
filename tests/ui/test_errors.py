"""Errors are told in Danish, say what to do, and keep the security headers (GUARD-06, FAULT-09)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from planner.accounts import middleware as accounts_middleware
from planner.logs import Formatter
from planner.ui.urls import styleguide_pages


def gone(_request: HttpRequest) -> HttpResponse:
    raise OperationalError("the connection is closed")


def broken(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


class Faulty:
    """A roof with pages that fail."""

    handler500 = "planner.ui.views.server_error"
    urlpatterns = [path("gone/", gone), path("broken/", broken), path("", include((styleguide_pages, "ui")))]


@pytest.fixture
def visitor(settings: Any) -> Client:
    settings.ROOT_URLCONF = Faulty
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.django_db
@pytest.mark.requirement("GUARD-06")
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/gone/", 503, "Planner er ikke klar lige nu"),
        ("/broken/", 500, "Der er en fejl i Planner"),
        ("/nowhere/", 404, "Siden findes ikke"),
    ],
)
def test_an_error_is_a_danish_page_with_strict_headers(visitor: Client, address: str, status: int, words: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.requirement("FAULT-09")
def test_without_the_database_one_is_told_when_to_come_back(visitor: Client) -> None:
    assert visitor.get("/gone/")["Retry-After"] == "10"


@pytest.mark.django_db
@pytest.mark.requirement("FAULT-09")
def test_a_database_lost_outside_the_view_is_no_fault_of_planner(
    visitor: Client, karen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: Any, **_options: Any) -> None:
        raise OperationalError("the connection is closed")

    visitor.force_login(karen)
    monkeypatch.setattr(accounts_middleware, "memberships_of", lost)
    answer = visitor.get("/ui/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"


@pytest.mark.django_db
def test_a_form_without_its_token_is_told_to_load_the_page_again(visitor: Client) -> None:
    answer = visitor.post("/broken/")
    assert answer.status_code == 403
    assert "Siden har været åben for længe" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.requirement("RUN-04")
def test_every_answer_carries_the_id_of_its_request(visitor: Client) -> None:
    own = visitor.get("/nowhere/")["X-Request-Id"]
    assert len(own) == 16
    assert visitor.get("/nowhere/", headers={"X-Request-Id": "balancer-12345"})["X-Request-Id"] == "balancer-12345"
    assert visitor.get("/nowhere/", headers={"X-Request-Id": "bad\tid"})["X-Request-Id"] != "bad\tid"


@pytest.mark.requirement("RUN-04", "SEC-02")
def test_a_page_that_is_not_permitted_is_one_line_of_the_log(as_ada: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert as_ada.get("/summons/pending/").status_code == 403
    [record] = [record for record in caplog.records if record.name == "django.request"]
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert "\n" not in Formatter().format(record)


def test_what_breaks_keeps_its_traceback(visitor: Client, caplog: pytest.LogCaptureFixture) -> None:
    visitor.get("/broken/")
    [record] = [record for record in caplog.records if record.name == "django.request"]
    assert record.exc_info is not None
