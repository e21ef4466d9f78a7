"""«Kalender» on a counsellor's card: connect, test, remove."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from admin_module.models import CalendarConnection
from planner.accounts.models import Jobcentre, User
from planner.accounts.vault import decrypt
from planner.audit.models import Change
from tests.factories import World

pytestmark = pytest.mark.requirement("COUN-14")

ADDRESS = "https://kalender.nordby.dk/anna/k/"
POSTED = {"system": "caldav", "address": ADDRESS, "user_name": "anna", "password": "Hemmelig-2026"}
CALENDAR = """<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>
<D:href>/anna/k/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype></D:prop>
<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"""


@pytest.fixture(autouse=True)
def allowed(settings: Settings) -> None:
    settings.EMBEDDED, settings.CALENDAR_HOSTS = True, ["kalender.nordby.dk", "localhost"]


def page(nord: World, name: str = "counsellor_calendar") -> str:
    return reverse(f"admin_module:{name}", args=[nord.anna.pk])


def connected(nord: World, client: Client, **other: str) -> CalendarConnection:
    assert client.post(page(nord), POSTED | other).status_code == 302
    return CalendarConnection.objects.get()


def test_the_card_leads_to_the_calendar(nord: World, as_ada: Client) -> None:
    card = as_ada.get(reverse("admin_module:counsellor", args=[nord.anna.pk]))
    assert page(nord) in card.content.decode()
    shown = as_ada.get(page(nord)).content.decode()
    assert "ikke forbundet" in shown


def test_the_password_is_kept_encrypted_and_never_shown_again(nord: World, as_ada: Client) -> None:
    connection = connected(nord, as_ada)
    assert connection.secret is not None
    assert decrypt(connection.secret) == POSTED["password"]
    shown = as_ada.get(page(nord)).content.decode()
    assert ADDRESS in shown
    assert POSTED["password"] not in shown
    [change] = Change.objects.filter(table="admin_module_calendarconnection")
    assert "address" in (change.after or {})
    assert "secret" not in (change.after or {})


def test_an_empty_password_keeps_it_but_never_sends_it_elsewhere(nord: World, as_ada: Client) -> None:
    connected(nord, as_ada)
    kept = connected(nord, as_ada, password="", version="1")
    assert kept.secret is not None
    assert decrypt(kept.secret) == POSTED["password"]
    other = as_ada.post(page(nord), POSTED | {"password": "", "user_name": "birk", "version": "2"})
    assert other.status_code == 422
    assert "Skriv adgangskoden" in other.content.decode()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://169.254.169.254/latest/", "CALENDAR_HOSTS"),
        ("http://kalender.nordby.dk/anna/", "https://"),
        ("https://anna:x@kalender.nordby.dk/", "brugernavn, adgangskode"),
    ],
)
def test_only_the_organisations_servers_can_be_named(nord: World, as_ada: Client, address: str, said: str) -> None:
    answer = as_ada.post(page(nord), POSTED | {"address": address})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CalendarConnection.objects.exists()


def test_microsoft_365_needs_a_mailbox_and_planners_registration(
    nord: World, as_ada: Client, settings: Settings
) -> None:
    graph = {"system": "graph", "address": "anna@nordby.dk", "user_name": "", "password": ""}
    assert "ikke registreret" in as_ada.post(page(nord), graph).content.decode()
    settings.GRAPH_TENANT, settings.GRAPH_CLIENT_ID, settings.GRAPH_CLIENT_SECRET = "nordby", "planner", "hemmelig"
    assert "e-mailadresse" in as_ada.post(page(nord), graph | {"address": "anna"}).content.decode()
    assert connected(nord, as_ada, **graph).secret is None


def test_another_calendar_begins_afresh(nord: World, as_ada: Client) -> None:
    first = connected(nord, as_ada)
    second = connected(nord, as_ada, address=f"{ADDRESS}andet/", version="1")
    assert second.pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_the_test_says_in_words_how_it_goes(nord: World, as_ada: Client, httpserver: HTTPServer) -> None:
    connected(nord, as_ada, address=httpserver.url_for("/anna/k/"))
    httpserver.expect_ordered_request("/anna/k/", method="PROPFIND").respond_with_data("", status=401)
    bad = as_ada.post(page(nord, "calendar_test"), follow=True).content.decode()
    assert "Kalenderen lukker ikke Planner ind. Kontrollér brugernavn, adgangskode og rettigheder." in bad
    assert CalendarConnection.objects.get().last_contact_at is None
    httpserver.expect_ordered_request("/anna/k/", method="PROPFIND").respond_with_data(CALENDAR, status=207)
    good = as_ada.post(page(nord, "calendar_test"), follow=True).content.decode()
    assert "svarer og lukker Planner ind" in good
    connection = CalendarConnection.objects.get()
    assert connection.last_contact_at is not None
    assert connection.last_error == ""


@pytest.mark.requirement("APP-08")
def test_it_is_removed_after_a_warning(nord: World, as_ada: Client) -> None:
    connected(nord, as_ada)
    asked = as_ada.get(page(nord, "calendar_remove")).content.decode()
    assert "bliver stående i kalenderen" in asked
    assert as_ada.post(page(nord, "calendar_remove")).status_code == 302
    assert not CalendarConnection.objects.exists()


def test_only_an_administrator_of_the_same_place_may(
    nord: World, as_bo: Client, as_carla: Client, skovby: tuple[Jobcentre, User]
) -> None:
    assert as_bo.get(page(nord)).status_code == 403
    assert page(nord) not in as_bo.get(reverse("admin_module:counsellor", args=[nord.anna.pk])).content.decode()
    assert as_carla.get(page(nord)).status_code in (403, 404)
