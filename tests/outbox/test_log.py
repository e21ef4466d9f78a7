from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from planner.outbox.models import Exchange, Message, Stop
from planner.outbox.states import State
from tests.factories import World

LOG = "/system-log/"


def exchange(nord: World, outcome: str = "done", **particulars: object) -> Exchange:
    values: dict[str, object] = {"receiver": "dfdg", "kind": "summons", "at": timezone.now(), "milliseconds": 42}
    return Exchange.objects.create(jobcentre=nord.jobcentre, outcome=outcome, **(values | particulars))


def texts(client: Client, query: str) -> list[str]:
    return [row.text for row in client.get(f"{LOG}?{query}").context["rows"]]


@pytest.mark.requirement("SYNC-09", "LOG-02")
def test_each_exchange_stands_with_receiver_attempt_outcome_answer_and_duration(as_ada: Client, nord: World) -> None:
    exchange(nord, "refused", attempt=3, code="4405", text="Borgeren er død. (4405)")
    text = " ".join(as_ada.get(LOG).content.decode().split())
    row = text[text.index("<tbody>") : text.index("</tbody>")]
    expected = ("Jobnet (DFDG)", ">3<", "afvist", "Borgeren er død. (4405)", "42 ms")
    assert [words for words in expected if words not in row] == []


@pytest.mark.requirement("SYNC-09", "APP-10")
def test_it_filters_by_receiver_outcome_and_period(as_ada: Client, nord: World) -> None:
    exchange(nord, text="ny")
    exchange(nord, "refused", text="afvist")
    exchange(nord, text="gammel", at=timezone.now() - timedelta(days=20))
    exchange(nord, text="mail", receiver="mail")
    wanted = {
        "": ["mail", "afvist", "ny"],
        "days=31": ["mail", "afvist", "ny", "gammel"],
        "outcome=refused": ["afvist"],
        "receiver=mail": ["mail"],
    }
    assert {query: texts(as_ada, query) for query in wanted} == wanted


@pytest.mark.requirement("LOG-02", "SEC-04")
def test_it_is_searched_by_words_code_and_the_messages_number(as_ada: Client, nord: World) -> None:
    now = timezone.now()
    message = Message.objects.create(
        jobcentre=nord.jobcentre,
        receiver="dfdg",
        kind="summons",
        subject_id=uuid4(),
        created_at=now,
        changed_at=now,
        not_before=now,
    )
    exchange(nord, "refused", code="4405", text="Borgeren er død.")
    exchange(nord, text="modtaget", message=message)
    wanted = {"q=DØD": ["Borgeren er død."], "q=4405": ["Borgeren er død."], f"q={message.pk}": ["modtaget"]}
    assert {query: texts(as_ada, query) for query in wanted} == wanted
    assert texts(as_ada, "q=ingen") == []
    assert 'name="q"' in as_ada.get(LOG).content.decode()
    assert len(texts(as_ada, "q=120588-1111")) == 2


@pytest.mark.requirement("SYNC-05")
def test_a_receiver_that_locks_us_out_is_told_of_on_top(as_ada: Client, nord: World) -> None:
    now = timezone.now()
    Stop.objects.create(
        jobcentre=nord.jobcentre, receiver="dfdg", kind="summons", text="Afvist (401).", stopped_at=now, probe_at=now
    )
    assert "Jobnet (DFDG) lukker ikke Planner ind" in as_ada.get(LOG).content.decode()


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_neither_a_stranger_nor_a_caseworker_sees_it(as_carla: Client, as_bo: Client, nord: World) -> None:
    assert [client.get(LOG).status_code for client in (as_carla, as_bo)] == [403, 403]


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_does_not_grow_with_the_rows(
    as_ada: Client, nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    exchange(nord)
    with django_assert_max_num_queries(30) as one:
        as_ada.get(LOG)
    for _ in range(2):
        exchange(nord)
    with django_assert_max_num_queries(len(one)):
        as_ada.get(LOG)


def stop(nord: World, kind: str = "summons") -> Stop:
    now = timezone.now()
    return Stop.objects.create(
        jobcentre=nord.jobcentre,
        receiver="dfdg",
        kind=kind,
        text="DFDG lukker ikke Planner ind (401).",
        stopped_at=now,
        probe_at=now + timedelta(seconds=30),
    )


@pytest.mark.requirement("SYNC-05", "APP-03")
def test_the_front_page_alarms_an_administrator_says_why_and_what_to_do(
    as_ada: Client, as_anna: Client, nord: World
) -> None:
    stop(nord)
    page = as_ada.get("/").content.decode()
    expected = ("Jobnet (DFDG) lukker ikke Planner ind", "(401)", "certifikatet er udløbet", "Prøv nu", "Åbn Systemlog")
    assert [words for words in expected if words not in page] == []
    assert "lukker ikke Planner ind" not in as_anna.get("/").content.decode()


@pytest.mark.requirement("SYNC-05", "SYNC-07")
def test_an_administrator_lets_a_stopped_receiver_be_probed_at_once_and_what_waits_be_tried(
    as_ada: Client, nord: World
) -> None:
    stopped, far = stop(nord), timezone.now() + timedelta(hours=2)
    values = {"receiver": "dfdg", "kind": "summons", "created_at": far, "changed_at": far, "not_before": far}
    for state in (State.WAITING, State.NEEDS_HELP):
        Message.objects.create(jobcentre=nord.jobcentre, subject_id=uuid4(), state=state, **values)
    assert "2 er endnu ikke sendt" in as_ada.get(LOG).content.decode()
    as_ada.post(f"{LOG}dfdg/try-now/")
    stopped.refresh_from_db()
    assert stopped.probe_at <= timezone.now()
    states = dict(Message.objects.values_list("state", "not_before"))
    assert states[State.READY] <= timezone.now()
    assert states[State.NEEDS_HELP] == far
    assert as_ada.post(f"{LOG}elsewhere/try-now/").status_code == 404
