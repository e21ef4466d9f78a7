"""The ground of all tests: they run as the application's role on a migrated database, and leave it empty."""

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.utils import ProgrammingError
from django.utils import timezone
from redis import Redis


@pytest.mark.django_db
def test_tests_run_as_the_applications_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("planner_app",)
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute("CREATE TABLE forbidden (id int)")


@pytest.mark.django_db
def test_the_owner_is_another_role_on_the_same_database(owner_connection: psycopg.Connection) -> None:
    name, role = owner_connection.execute("SELECT current_database(), current_user").fetchone() or ("", "")
    assert name == connection.settings_dict["NAME"]
    assert role != connection.settings_dict["USER"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_committing_test_wrote_is_gone_in_the_next(time: str) -> None:
    assert not Session.objects.exists()
    Session.objects.create(session_key=time, session_data="", expire_date=timezone.now())


@pytest.mark.django_db
def test_content_types_are_there_after_the_emptying() -> None:
    assert ContentType.objects.filter(app_label="accounts").exists()


def test_the_broker_answers(valkey_url: str) -> None:
    with Redis.from_url(valkey_url) as client:
        assert client.ping()
