"""What a balancer asks."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker


@pytest.mark.requirement("RUN-04")
def test_healthz_answers_without_touching_the_database(client: Client, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.block():
        assert client.get("/healthz").status_code == 200


@pytest.mark.requirement("RUN-04")
@pytest.mark.django_db
def test_readyz_is_ready_when_every_migration_is_there(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.mark.requirement("RUN-04", "RUN-05")
@pytest.mark.django_db
def test_readyz_is_not_ready_before_its_migrations_and_ready_after_newer_ones(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('booking', '9999_newer', now())")
        assert client.get("/readyz").status_code == 200
        cursor.execute("DELETE FROM django_migrations WHERE app = 'booking' AND name LIKE '0001%'")
    assert client.get("/readyz").status_code == 503
