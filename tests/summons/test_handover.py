"""Lists handed over by a case system (KSS-01, SYNC-20)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from summons.models import CaseSystem, HandedList, Run
from summons.queries.citizens import problems
from summons.services import handover
from summons.services.import_list import Brought
from tests import factories
from tests.factories import World

URL = "/api/case-system/lists"
ROWS: list[dict[str, Any]] = [
    {
        "cpr": "120588-1234",
        "columns": {"Projekt": "Ung i job"},
        "due_dates": {"Falduge jobsamtale": "2026-49"},
        "absences": [{"kind": "Ferie", "first_on": "2026-12-01", "last_on": "2026-12-04"}],
        "digital_exempt": True,
    },
    {"cpr": "310274-1234"},
]


@pytest.fixture(autouse=True)
def silent(settings: Any) -> None:
    settings.DFDG_URL = "http://127.0.0.1:9"


@pytest.fixture
def token(nord: World) -> str:
    return handover.register(jobcentre_id=nord.jobcentre.pk, name="Opera", now=timezone.now())


def post(body: Any, token: str = "", client: Client | None = None) -> Any:
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    caller = client or Client(enforce_csrf_checks=True)
    return caller.post(URL, content, content_type="application/json", headers=headers)


def handed(token: str, rows: list[dict[str, Any]] | None = None) -> HandedList:
    answer = post({"name": "Jobsamtaler uge 49", "rows": rows or ROWS}, token)
    assert answer.status_code == 201, answer.content
    return HandedList.objects.get(pk=answer.json()["id"])


@pytest.mark.requirement("SYNC-20", "KSS-01", "GUARD-11")
def test_a_list_is_kept_encrypted_and_answered_with_a_link(nord: World, token: str) -> None:
    answer = post({"name": "Jobsamtaler uge 49", "rows": ROWS}, token)
    kept = HandedList.objects.get()
    assert answer.status_code == 201
    assert answer.json()["link"] == f"http://testserver/summons/lists/{kept.pk}/"
    assert (answer.json()["rows"], kept.rows, kept.case_system.name) == (2, 2, "Opera")
    assert b"120588" not in bytes(kept.encrypted or b"")
    assert "120588" in decrypt(kept.encrypted or b"")


@pytest.mark.requirement("SYNC-20", "GUARD-11")
def test_the_token_is_kept_as_a_keyed_hash_only(nord: World, token: str) -> None:
    system = CaseSystem.objects.get()
    assert token.startswith(f"{nord.jobcentre.pk}.")
    assert token.encode() not in bytes(system.token_digest)


@pytest.mark.requirement("SYNC-20", "GUARD-03")
def test_only_a_valid_token_of_that_very_job_centre_opens_the_door(
    nord: World, token: str, skovby: tuple[Jobcentre, User]
) -> None:
    secret = token.partition(".")[2]
    wrong = ["", "x", token + "x", f"{skovby[0].pk}.{secret}", f"99999.{secret}", f"{'9' * 30}.{secret}", f".{secret}"]
    for one in wrong:
        answer = post({"name": "x", "rows": ROWS}, one)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), one
    CaseSystem.objects.update(stopped_at=timezone.now())
    assert post({"name": "x", "rows": ROWS}, token).status_code == 401
    assert not HandedList.objects.exists()


@pytest.mark.requirement("SYNC-20", "GUARD-15")
@pytest.mark.parametrize(
    ("body", "status", "place"),
    [
        ("{", 400, ""),
        (b"\xff\xfe", 400, ""),
        ([], 422, ""),
        ({"name": "x"}, 422, "rows"),
        ({"name": "", "rows": ROWS}, 422, "name"),
        ({"name": "x", "rows": []}, 422, "rows"),
        ({"name": "x", "rows": [{"cpr": 1205881234}]}, 422, "rows.0.cpr"),
        ({"name": "x", "rows": [{"cpr": "1", "cpr_nummer": "2"}]}, 422, "rows.0.cpr_nummer"),
        ({"name": "x", "rows": [{"cpr": "1", "columns": {"A": 1}}]}, 422, "rows.0.columns.A"),
        ({"name": "x", "rows": [{"cpr": "1", "absences": [{"kind": "Ferie", "first_on": "x"}]}]}, 422, None),
        ({"name": "x", "rows": [{"cpr": "1"}] * 10_001}, 422, "rows"),
    ],
)
def test_a_list_that_cannot_be_read_says_where_and_why_but_not_what_stood_there(
    token: str, body: Any, status: int, place: str | None
) -> None:
    answer = post(body, token)
    assert answer.status_code == status, answer.content
    errors = answer.json()["errors"]
    assert place is None or place in [one["place"] for one in errors]
    assert "1205881234" not in answer.content.decode()
    assert not HandedList.objects.exists()


def test_the_door_takes_posts_only(token: str) -> None:
    assert Client().get(URL).status_code == 405


@pytest.mark.requirement("KSS-01", "SUM-01", "GUARD-10")
def test_a_caseworker_opens_it_once_lands_in_step_1_and_finds_the_list_in_step_2(
    as_bo: Client, nord: World, token: str
) -> None:
    kept = handed(token)
    link = reverse("summons:handed_list", args=[kept.pk])
    page = as_bo.get(link).content.decode()
    assert "Jobsamtaler uge 49" in page
    assert not Run.objects.exists()
    opened = as_bo.post(link)
    run = Run.objects.get()
    assert opened["Location"] == reverse("summons:frame", args=[run.pk])
    assert (run.author, run.step, run.name) == (nord.bo, 1, "Jobsamtaler uge 49")
    assert [decrypt(line.encrypted) for line in run.lines.all()] == ["1205881234"]
    assert [(one.line, one.reason) for one in problems(run)] == [(2, "Datoen findes ikke (31. februar).")]
    brought = Brought.from_json(decrypt(run.lines.get().extra or b""))
    assert brought.due == {"Falduge jobsamtale": date(2026, 12, 4)}
    assert brought.absences == (("Ferie", date(2026, 12, 1), date(2026, 12, 4)),)
    assert (run.columns, run.due_kinds) == (["Projekt"], ["Falduge jobsamtale"])
    kept.refresh_from_db()
    assert kept.encrypted is None
    assert as_bo.post(link).status_code == 422
    assert Run.objects.count() == 1
    assert "Åbn listen" not in as_bo.get(link).content.decode()


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_list_of_another_job_centre_is_not_found(as_carla: Client, as_anna: Client, token: str) -> None:
    link = reverse("summons:handed_list", args=[handed(token).pk])
    assert as_carla.get(link).status_code == 404
    assert as_carla.post(link).status_code == 404
    assert as_anna.post(link).status_code == 403
    assert HandedList.objects.get().opened_at is None


@pytest.mark.requirement("SUM-09", "KSS-01")
def test_a_waiting_list_can_be_fetched_onto_a_run(as_bo: Client, nord: World, token: str) -> None:
    kept = handed(token)
    run = factories.make_run(nord.bo, nord.team)
    page = as_bo.get(reverse("summons:citizens", args=[run.pk]) + "?way=system").content.decode()
    assert "Jobsamtaler uge 49" in page
    fetch = reverse("summons:citizens_fetch", args=[run.pk, kept.pk])
    assert as_bo.post(fetch).status_code == 302
    assert run.lines.count() == 1
    assert as_bo.post(fetch).status_code == 422


@pytest.mark.requirement("SYNC-20", "GUARD-14")
def test_a_list_that_nobody_fetched_is_gone_after_seven_days(nord: World, token: str) -> None:
    old, fresh = handed(token), handed(token)
    HandedList.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=7, minutes=1))
    assert handover.forget_unfetched(now=timezone.now()) == 1
    assert HandedList.objects.get().pk == fresh.pk


@pytest.mark.requirement("SYNC-20")
def test_a_command_lets_a_case_system_in_and_stops_it(nord: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("case_system", "Workbase", jobcentre="10300")
    token = capsys.readouterr().out.strip()
    assert handover.is_let_in(token)
    with pytest.raises(CommandError, match="ingen adgang at lukke"):
        call_command("case_system", "Workbsae", jobcentre="10300", stop=True)
    assert handover.is_let_in(token)
    assert CaseSystem.objects.count() == 1
    call_command("case_system", "Workbase", jobcentre="10300", stop=True)
    assert not handover.is_let_in(token)


@pytest.mark.requirement("GUARD-03")
def test_nobodys_list_is_seen_by_another_job_centre(token: str, skovby: tuple[Jobcentre, User]) -> None:
    kept = handed(token)
    with acting_for(skovby[0].pk):
        assert not HandedList.objects.filter(pk=kept.pk).exists()
