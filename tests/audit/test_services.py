"""Who looked is written down before anything is shown (LOG-01, GUARD-12)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from planner.accounts.tenancy import acting_for
from planner.audit.models import Access, Change
from planner.audit.purposes import Purpose
from planner.audit.queries import report
from planner.audit.services import NobodyActs, saw
from planner.logs import request_id
from tests.factories import NOW, World, make_citizen, make_jobcentre


@pytest.mark.requirement("GUARD-12", "LOG-01")
def test_a_look_names_who_whom_when_why_and_from_where(nord: World) -> None:
    inger, jens = make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)
    request = RequestFactory().get("/", REMOTE_ADDR="10.1.2.3")
    token = request_id.set("abc")
    saw([inger.pk, jens.pk, inger.pk], purpose=Purpose.RUN, now=NOW, request=request)
    request_id.reset(token)
    rows = Access.objects.order_by("pk").values_list("citizen_id", "user_id", "purpose", "at", "address", "request_id")
    assert list(rows) == [(citizen.pk, nord.bo.pk, "run", NOW, "10.1.2.3", "abc") for citizen in (inger, jens)]


def test_a_list_of_any_length_is_one_statement(nord: World, django_assert_num_queries: object) -> None:
    citizens = [make_citizen(nord.jobcentre).pk for _ in range(3)]
    for seen in (citizens[:1], citizens):
        with django_assert_num_queries(1):  # type: ignore[operator]
            saw(seen, purpose=Purpose.CALENDAR, now=NOW)


@pytest.mark.requirement("GUARD-12")
@pytest.mark.django_db
def test_nobody_can_look_without_being_written_down() -> None:
    with pytest.raises(NobodyActs):
        saw([], purpose=Purpose.SEARCH, now=NOW)


@pytest.mark.requirement("GUARD-12", "LOG-01")
@pytest.mark.parametrize("table", ["audit_access", "audit_change"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET request_id = 'x'", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"]
)
def test_the_application_cannot_change_the_log(nord: World, table: str, statement: str) -> None:
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.requirement("GUARD-12")
def test_the_same_statements_work_on_another_table(nord: World) -> None:
    """The twin: it is the grant that holds, not the test's connection."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_citizen SET phone = 'x'")
        cursor.execute("DELETE FROM outbox_exchange")


@pytest.mark.requirement("GUARD-12")
def test_a_log_that_cannot_be_written_stops_the_page(nord: World) -> None:
    """An id that the column refuses stands for a log that cannot be written."""
    token = request_id.set("x" * 47)
    with pytest.raises(DatabaseError, match="too long"), transaction.atomic():
        saw([make_citizen(nord.jobcentre).pk], purpose=Purpose.CITIZEN, now=NOW)
    request_id.reset(token)


@pytest.mark.requirement("LOG-01")
def test_a_change_is_written_by_the_database_with_who_and_what(nord: World) -> None:
    inger = make_citizen(nord.jobcentre)
    inger.phone = "10203040"
    inger.save(update_fields=["phone"])
    change = Change.objects.filter(table="booking_citizen", row=str(inger.pk)).order_by("pk").last()
    assert change is not None
    assert (change.action, change.actor, change.source) == ("UPDATE", nord.bo.pk, "test")
    assert (change.before, change.after) == ({"phone": ""}, {"phone": "10203040"})


@pytest.mark.requirement("GUARD-11")
def test_changes_hold_no_number_in_clear_or_encrypted(nord: World) -> None:
    inger = make_citizen(nord.jobcentre, cpr="1205881234")
    change = Change.objects.get(table="booking_cprnumber")
    assert change.after is not None
    assert change.after["citizen_id"] == str(inger.pk)
    assert not {"encrypted", "digest"} & set(change.after)
    assert "1205881234" not in str(list(Change.objects.values_list("before", "after")))


@pytest.mark.requirement("GUARD-12", "LOG-01")
def test_a_citizens_report_tells_looks_and_changes_newest_first(nord: World, django_assert_num_queries: object) -> None:
    inger, other = make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)
    created = Change.objects.get(table="booking_citizen", row=str(inger.pk)).at
    saw([inger.pk, other.pk], purpose=Purpose.SEARCH, now=created.replace(year=created.year - 1))
    saw([inger.pk], purpose=Purpose.CITIZEN, now=created.replace(year=created.year + 1))
    with django_assert_num_queries(3):  # type: ignore[operator]
        entries = report(
            inger.pk,
            rows={"booking_citizen": [inger.pk]},
            first=created.replace(year=created.year - 2),
            last=created.replace(year=created.year + 2),
        )
    assert [entry.what for entry in entries] == ["så: borgerens side", "oprettet: borger", "så: søgning"]
    assert {entry.user for entry in entries} == {"Bo Dam"}


@pytest.mark.requirement("SEC-01")
def test_another_job_centres_log_is_not_seen(nord: World) -> None:
    saw([make_citizen(nord.jobcentre).pk], purpose=Purpose.SEARCH, now=NOW)
    other = make_jobcentre("Jobcenter Østby", "10500")
    with acting_for(other.pk):
        assert not Access.objects.exists()
    assert Access.objects.count() == 1
