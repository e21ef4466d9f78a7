"""What Prometheus reads."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from redis import Redis

from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import acting_for
from planner.inbox.models import Received
from planner.outbox.models import Message, Receiver, Stop
from tests.factories import World

TOKEN = "b7c1d9e3f5a24860"
AS_PROMETHEUS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    """A server where monitoring is configured."""
    settings.METRICS_TOKEN = TOKEN


def _waits(jobcentre: Jobcentre, *, minutes: int) -> None:
    now = timezone.now()
    with acting_for(jobcentre.pk, source="test"):
        Message.objects.create(
            jobcentre=jobcentre,
            receiver=Receiver.DFDG,
            kind="summons",
            subject_id=uuid.uuid4(),
            not_before=now,
            created_at=now - timedelta(minutes=minutes),
            changed_at=now,
        )


def _figures(client: Client) -> dict[str, float]:
    text = client.get("/metrics", headers=AS_PROMETHEUS).content.decode()
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _space, value in lines}


@pytest.mark.requirement("RUN-04")
@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {TOKEN}x"}])
def test_nobody_without_the_token_learns_that_there_are_figures(client: Client, given: dict[str, str]) -> None:
    assert client.get("/metrics", headers=given).status_code == 404


@pytest.mark.requirement("RUN-04")
@pytest.mark.django_db
def test_without_a_token_configured_a_server_shows_nothing(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.requirement("RUN-04")
def test_open_messages_of_all_job_centres_are_counted_with_the_oldest_ones_age(
    nord: World, skovby: tuple[Jobcentre, User], client: Client
) -> None:
    _waits(nord.jobcentre, minutes=2)
    _waits(nord.jobcentre, minutes=1)
    _waits(skovby[0], minutes=10)
    figures = _figures(client)
    assert figures['planner_outbox_messages{receiver="dfdg",state="ready"}'] == 3
    assert 600 <= figures['planner_outbox_oldest_seconds{receiver="dfdg"}'] < 660


@pytest.mark.requirement("RUN-04", "SYNC-05", "SYNC-17")
def test_stopped_receivers_and_pushed_messages_that_wait_are_counted(
    nord: World, skovby: tuple[Jobcentre, User], client: Client
) -> None:
    now = timezone.now()
    for jobcentre in (nord.jobcentre, skovby[0]):
        with acting_for(jobcentre.pk, source="test"):
            Stop.objects.create(jobcentre=jobcentre, receiver="dfdg", kind="summons", stopped_at=now, probe_at=now)
            Received.objects.create(
                jobcentre=jobcentre,
                entity=1,
                external_id=uuid.uuid4(),
                version_id=uuid.uuid4(),
                person=b"",
                registered_at=now,
                encrypted=b"",
                received_at=now - timedelta(minutes=3),
                not_before=now,
            )
    figures = _figures(client)
    assert (figures['planner_receiver_stopped{receiver="dfdg"}'], figures["planner_inbox_messages"]) == (2, 2)
    assert figures['planner_receiver_stopped{receiver="mail"}'] == 0
    assert 180 <= figures["planner_inbox_oldest_seconds"] < 240


@pytest.mark.requirement("RUN-04")
@pytest.mark.django_db
def test_jobs_that_wait_at_the_broker_are_counted_by_queue(client: Client, valkey_url: str) -> None:
    with Redis.from_url(valkey_url) as broker:
        before = _figures(client)['planner_queue_length{queue="mail"}']
        broker.rpush("mail", "job")
        try:
            assert _figures(client)['planner_queue_length{queue="mail"}'] == before + 1
        finally:
            broker.lrem("mail", 1, "job")


@pytest.mark.requirement("RUN-04", "FAULT-04")
@pytest.mark.django_db
def test_a_broker_that_is_away_leaves_the_other_figures(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client.get("/healthz")
    figures = _figures(client)
    assert not any(name.startswith("planner_queue_length") for name in figures)
    assert figures['planner_requests_total{method="GET",page="healthz",status="200"}'] >= 1


@pytest.mark.requirement("RUN-04")
@pytest.mark.django_db
def test_requests_are_counted_by_page_and_not_by_address(client: Client) -> None:
    before = _figures(client).get('planner_requests_total{method="GET",page="unknown",status="404"}', 0)
    client.get("/borger/0101904444/")
    figures = _figures(client)
    assert figures['planner_requests_total{method="GET",page="unknown",status="404"}'] == before + 1
    assert not any("0101904444" in name for name in figures)
