"""`POST /dfdg/webhook/`: who may push, what is kept of it, and what is answered."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings as ProjectSettings

from booking.models import Citizen
from planner.accounts.models import Jobcentre, JobcentreCode, User
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from planner.dfdg.wire import pushed_body
from planner.inbox.models import Received
from planner.outbox.models import CalledBy, Exchange
from tests.conftest import signed_in
from tests.factories import World
from tests.inbox.pushing import CPR, OTHER_CPR, Pusher, organisation, pushed

pytestmark = pytest.mark.requirement("SYNC-17")
THUMBPRINT = "ab" * 32
HEADER = "X-Client-Certificate-SHA256"


@pytest.mark.requirement("GUARD-15")
def test_nobody_pushes_without_certificate_or_token(dfdg: Pusher, settings: ProjectSettings) -> None:
    message = pushed()
    own = f"Bearer {settings.BORGERBOOKING_OWN_TOKEN}"
    answers = [dfdg.push(message, Authorization=one) for one in ("", "Bearer ", "Bearer wrong", own)]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert not Received.objects.exists()


def test_dfdgs_certificate_lets_it_in(dfdg: Pusher, settings: ProjectSettings) -> None:
    settings.BEHIND_PROXY, settings.BORGERBOOKING_CERTIFICATES = True, frozenset({THUMBPRINT})
    answers = [dfdg.push(pushed(), Authorization="", **{HEADER: one}) for one in (THUMBPRINT, "cd" * 32)]
    assert [answer.status_code for answer in answers] == [200, 401]


def test_only_post_is_heard(dfdg: Pusher) -> None:
    assert Client().get("/dfdg/webhook/").status_code == 405


@pytest.mark.requirement("GUARD-11")
def test_a_message_is_kept_encrypted_under_no_readable_number(dfdg: Pusher) -> None:
    message = pushed()
    assert dfdg.push(message).status_code == 200
    kept = Received.objects.get()
    assert json.loads(decrypt(kept.encrypted)) == pushed_body(message)
    with connection.cursor() as cursor:
        cursor.execute("SELECT received::text FROM inbox_received received")
        assert CPR not in cursor.fetchone()[0]


def test_the_same_version_again_is_answered_and_kept_once(dfdg: Pusher) -> None:
    message = pushed()
    answers = [dfdg.push(message).status_code for _time in range(3)]
    assert (answers, Received.objects.count()) == ([200] * 3, 1)
    lines = Exchange.objects.filter(receiver=CalledBy.PUSHED).order_by("pk").values_list("outcome", flat=True)
    assert list(lines) == ["answered", "unchanged", "unchanged"]


def test_names_are_read_in_any_case(dfdg: Pusher) -> None:
    shouted = {name.upper(): value for name, value in pushed_body(pushed()).items()}
    assert dfdg.push(shouted).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"entitetId": 90000}',
        b"\xff\xfe",
        json.dumps(pushed_body(pushed()) | {"aendringstype": 9}).encode(),
        json.dumps(pushed_body(pushed()) | {"identifikation": "1234"}).encode(),
        json.dumps(pushed_body(pushed()) | {"eksternIdentifier": "no id"}).encode(),
        json.dumps(pushed_body(pushed()) | {"registreringDatoTid": "yesterday"}).encode(),
    ],
)
def test_what_cannot_be_read_stays_with_dfdg(dfdg: Pusher, body: bytes) -> None:
    assert dfdg.push(body).status_code == 400
    assert not Received.objects.exists()


def test_what_is_too_large_is_refused(dfdg: Pusher) -> None:
    large = pushed_body(pushed()) | {"indkaldelseshaendelse": {"moedebeskrivelse": "a" * 300_000}}
    assert dfdg.push(large).status_code == 413


def test_an_unknown_job_centre_is_told_of(dfdg: Pusher) -> None:
    assert dfdg.push(pushed(), x_activeOrganisation=organisation("99999")).status_code == 404
    assert dfdg.push(pushed(cpr=OTHER_CPR), x_activeOrganisation="").status_code == 404
    assert dfdg.push(pushed(), x_activeOrganisation="{").status_code == 400


def test_without_a_code_the_citizen_says_whose_it_is(dfdg: Pusher, peter: Citizen) -> None:
    assert dfdg.push(pushed(), x_activeOrganisation="").status_code == 200
    assert Received.objects.get().jobcentre_id == peter.jobcentre_id


@pytest.mark.requirement("SEC-01")
def test_another_job_centres_message_lies_with_it(dfdg: Pusher, skovby: tuple[Jobcentre, User]) -> None:
    with acting_for(skovby[0].pk):
        code = JobcentreCode.objects.get().code
    assert dfdg.push(pushed(), x_activeOrganisation=organisation(code)).status_code == 200
    assert not Received.objects.exists()
    with acting_for(skovby[0].pk):
        assert Received.objects.count() == 1


@pytest.mark.requirement("SYNC-09", "LOG-02")
def test_systemlog_names_no_citizen(dfdg: Pusher, nord: World) -> None:
    dfdg.push(pushed())
    page = signed_in(nord.ada).get("/system-log/", {"receiver": "pushed"}).content.decode()
    assert "DFDG melder en ændring" in page
    assert "Indkaldelse" in page
    assert CPR not in page
