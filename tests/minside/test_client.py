"""The client over real HTTP: what a bad end of the service becomes."""

from __future__ import annotations

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from planner.minside.client import CitizenUnknown, NotAllowed, NotFound, Service, TimeGone, Unavailable
from tests.minside.scene import CPR, Scene

PATH = "/v1/BorgerBooking/Booking"


def service(url: str, cpr: str = CPR) -> Service:
    return Service(base_url=url.rstrip("/"), cpr=cpr, code="10300")


@pytest.mark.requirement("SYNC-18")
def test_it_hears_who_the_citizen_is(scene: Scene) -> None:
    facts = service(scene.url).bookings().citizen
    assert (facts.full_name, facts.email, facts.contact_group) == ("Jens Holm", "jens@example.dk", 1)
    with pytest.raises(CitizenUnknown):
        service(scene.url, cpr="0101901111").bookings()


@pytest.mark.requirement("SYNC-18", "SEC-04")
def test_the_number_travels_in_a_header_alone(httpserver: HTTPServer) -> None:
    httpserver.expect_request(PATH).respond_with_json({"borger": {"jobcenterKode": "10300"}})
    service(httpserver.url_for("")).bookings()
    [(request, _answer)] = httpserver.log
    assert request.headers["x-civilregistrationIdentifier"] == CPR
    assert CPR not in request.url
    assert request.get_data() == b""
    assert CPR not in repr(service(""))


@pytest.mark.requirement("SYNC-18", "SELF-06")
@pytest.mark.parametrize(
    ("status", "code", "fault"),
    [
        (409, 4770, TimeGone),
        (409, 99000, NotAllowed),
        (404, 99000, NotFound),
        (400, 8107, NotFound),
        (400, 1010, CitizenUnknown),
        (401, 1101, Unavailable),
        (500, 1011, Unavailable),
    ],
)
def test_their_codes_become_faults_with_a_sentence(
    httpserver: HTTPServer, status: int, code: int, fault: type[Exception]
) -> None:
    body = {"fejl": [{"kode": code, "tekst": "Det går ikke."}], "requestId": "1"}
    httpserver.expect_request(PATH).respond_with_json(body, status=status)
    with pytest.raises(fault) as raised:
        service(httpserver.url_for("")).bookings()
    ours = "Vi kan ikke hente dine oplysninger lige nu. Prøv igen om lidt."
    assert str(raised.value) == (ours if fault is Unavailable else "Det går ikke.")


@pytest.mark.requirement("SYNC-18")
@pytest.mark.parametrize("body", ["<html>", "[]", '{"borger": {}}'])
def test_what_cannot_be_read_is_out_of_reach(httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request(PATH).respond_with_data(body)
    with pytest.raises(Unavailable):
        service(httpserver.url_for("")).bookings()


@pytest.mark.requirement("SYNC-18")
def test_a_service_that_does_not_answer_is_a_page_that_says_so(scene: Scene, settings: Settings) -> None:
    browser = scene.browser()
    settings.BORGERBOOKING_URL = "http://127.0.0.1:9"
    answer = browser.get("/minside/appointments/")
    assert answer.status_code == 503
    assert "Prøv igen om lidt" in answer.content.decode()
