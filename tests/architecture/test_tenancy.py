"""Job centres are kept apart by the database itself (GUARD-03): asked of its catalogue, and tried on every table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from admin_module.models import Counsellor, CounsellorTeam, Room, Team
from booking.models import Citizen
from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import TenantForeignKey, TenantModel, acting_for, jobcentre_ids
from summons.demo import build
from tests.factories import NOW, World, make_citizen, make_counsellor, make_jobcentre, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("GUARD-03")]

NATIONAL = {
    "admin_module_absencetype",
    "admin_module_contactgroup",
    "admin_module_conversationtype",
    "admin_module_persongroup",
}
"""What DFDG says, the same for everybody."""

OF_PEOPLE = {"accounts_user", "accounts_signintry", "accounts_jobcentre"}
"""A person may belong to several job centres; the job centre's own row has policies of its own."""

TECHNICAL = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
}


def rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def tenant_tables() -> set[str]:
    found = rows(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attname = 'jobcentre_id'"
    )
    return {name for (name,) in found}


def tenant_models() -> list[type[TenantModel]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def test_every_table_has_a_job_centre_or_a_reason() -> None:
    found = rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
    without = {name for (name,) in found} - tenant_tables()
    assert without == NATIONAL | OF_PEOPLE | TECHNICAL


def test_every_tenant_table_is_a_tenant_model() -> None:
    assert tenant_tables() == {model._meta.db_table for model in tenant_models()}


def test_every_tenant_table_forces_row_level_security() -> None:
    found = rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity"
    )
    assert {name for (name,) in found} == tenant_tables() | {"accounts_jobcentre"}


def test_every_tenant_table_has_the_policy_for_reading_and_for_writing() -> None:
    found = rows(
        "SELECT tablename, qual, with_check FROM pg_policies WHERE policyname = 'tenant' AND cmd = 'ALL'"
        " AND permissive = 'PERMISSIVE' AND roles = '{public}' AND tablename <> 'accounts_jobcentre'"
    )
    assert {table for table, _qual, _check in found} == tenant_tables()
    assert len({(qual, check) for _table, qual, check in found}) == 1
    _table, qual, check = found[0]
    assert qual == check
    assert "jobcentre_id = " in qual
    assert "NULLIF(current_setting('planner.jobcentre'" in qual


def test_other_policies_show_people_their_own_memberships_and_the_owner_whose_a_row_is() -> None:
    found = rows(
        "SELECT tablename, policyname, cmd FROM pg_policies WHERE policyname <> 'tenant' ORDER BY tablename, policyname"
    )
    assert found == [
        ("accounts_jobcentre", "member", "SELECT"),
        ("accounts_jobcentre", "owner", "SELECT"),
        ("accounts_jobcentrecode", "owner", "SELECT"),
        ("accounts_membership", "own", "SELECT"),
        ("booking_cprnumber", "owner", "SELECT"),
        ("booking_hold", "owner", "SELECT"),
        ("booking_onlineoffer", "owner", "SELECT"),
        ("booking_summons", "owner", "SELECT"),
    ]


def test_every_tenant_table_can_be_referred_to_within_its_job_centre() -> None:
    found = rows(
        "SELECT c.conrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place)"
        " FROM pg_constraint c, unnest(c.conkey) WITH ORDINALITY AS k(number, place)"
        " JOIN pg_attribute a ON a.attnum = k.number"
        " WHERE c.contype = 'u' AND a.attrelid = c.conrelid AND c.conname LIKE '%_tenant' GROUP BY c.oid"
    )
    keys = {model._meta.db_table: ["jobcentre_id", model._meta.pk.column] for model in tenant_models()}
    assert dict(found) == keys


def references() -> Iterator[tuple[str, str, str]]:
    """Every reference from one tenant table to another, as the models say: table, column, table referred to."""
    for model in tenant_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and issubclass(field.related_model, TenantModel):
                assert isinstance(field, TenantForeignKey), f"{field} must be a TenantForeignKey"
                yield model._meta.db_table, field.column, field.related_model._meta.db_table


def test_every_reference_between_tenant_tables_holds_the_job_centre() -> None:
    found = rows(
        "SELECT c.conrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place), c.confrelid::regclass::text"
        " FROM pg_constraint c, unnest(c.conkey) WITH ORDINALITY AS k(number, place)"
        " JOIN pg_attribute a ON a.attnum = k.number WHERE c.contype = 'f' AND a.attrelid = c.conrelid GROUP BY c.oid"
    )
    between = {(table, tuple(columns), other) for table, columns, other in found if {table, other} <= tenant_tables()}
    assert between == {(table, ("jobcentre_id", column), other) for table, column, other in references()}
    assert len(between) > 30


@pytest.mark.requirement("GUARD-02")
def test_a_row_of_another_job_centre_cannot_be_referred_to(nord: World) -> None:
    other = make_jobcentre("Jobcenter Østby", "10500")
    with acting_for(other.pk):
        foreign = make_counsellor(make_team(other))
    with pytest.raises(IntegrityError, match="counsellor_id_tenant"), transaction.atomic():
        CounsellorTeam.objects.create(jobcentre=nord.jobcentre, team=nord.team, counsellor_id=foreign.pk)
    CounsellorTeam.objects.create(jobcentre=nord.jobcentre, team=Team.objects.get(parent=None), counsellor=nord.anna)


def test_a_row_cannot_be_made_for_or_given_to_another_job_centre(nord: World) -> None:
    other = make_jobcentre("Jobcenter Østby", "10500")
    for write in (
        lambda: Room.objects.create(jobcentre=other, name="Lokale 9"),
        lambda: Room.objects.filter(pk=nord.room.pk).update(jobcentre=other),
        lambda: Jobcentre.objects.create(name="Ny"),
    ):
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            write()
    assert Room.objects.get(pk=nord.room.pk).jobcentre_id == nord.jobcentre.pk


def test_the_application_neither_owns_nor_rules_the_database() -> None:
    [(role, superuser, bypasses, creates, owned, may_truncate)] = rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb OR rolcreaterole,"
        " (SELECT count(*) FROM pg_class WHERE relowner = r.oid AND relnamespace = 'public'::regnamespace),"
        " EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        "         AND has_table_privilege(r.oid, oid, 'TRUNCATE'))"
        " FROM pg_roles r WHERE rolname = current_user"
    )
    assert role == settings.DATABASE_APP_ROLE
    assert (superuser, bypasses, creates, owned, may_truncate) == (False, False, False, 0, False)


def test_each_job_centre_sees_its_own_rows_of_every_table_and_nobody_sees_any() -> None:
    """The demo fills nearly every table at both job centres."""
    build.make(now=NOW)
    fjordby, skovby = jobcentre_ids()
    filled: set[str] = set()
    for model in tenant_models():
        table = model._meta.db_table
        assert rows(f'SELECT count(*) FROM "{table}"') == [(0,)], table
        for pk in (fjordby, skovby):
            with acting_for(pk):
                owners = rows(f'SELECT DISTINCT jobcentre_id FROM "{table}"')
            assert owners in ([], [(pk,)]), table
            filled.update({table} if owners else ())
    assert rows("SELECT count(*) FROM accounts_jobcentre") == [(0,)]
    assert len(filled) >= 30


def test_the_tenant_ends_with_its_transaction(nord: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('planner.jobcentre')")
        assert cursor.fetchone() == (str(nord.jobcentre.pk),)
    other = make_jobcentre("Jobcenter Østby", "10500")
    with acting_for(other.pk):
        assert not Citizen.objects.exists()
        with pytest.raises(RuntimeError), acting_for(nord.jobcentre.pk):
            raise RuntimeError
        assert Team.objects.get().jobcentre_id == other.pk
    assert Team.objects.filter(jobcentre=nord.jobcentre).count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_policy_the_other_job_centres_rows_would_be_seen(owner_connection: psycopg.Connection) -> None:
    """The twin: the same question, asked with row-level security taken away, shows the foreign row."""
    mine, other = make_jobcentre(), make_jobcentre("Jobcenter Østby", "10500")
    with acting_for(other.pk):
        foreign = make_citizen(other, "Fremmed Borger")
    with acting_for(mine.pk):
        assert not Citizen.objects.filter(pk=foreign.pk).exists()
    owner_connection.execute("ALTER TABLE booking_citizen DISABLE ROW LEVEL SECURITY")
    try:
        with acting_for(mine.pk):
            assert Citizen.objects.filter(pk=foreign.pk).exists()
    finally:
        owner_connection.execute("ALTER TABLE booking_citizen ENABLE ROW LEVEL SECURITY")
    with acting_for(mine.pk):
        assert not Citizen.objects.filter(pk=foreign.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_bound_too(owner_connection: psycopg.Connection) -> None:
    mine = make_jobcentre()
    with acting_for(mine.pk):
        make_citizen(mine)
    assert owner_connection.execute("SELECT count(*) FROM booking_citizen").fetchone() == (0,)


def test_a_person_sees_their_own_memberships_and_nobody_elses(nord: World) -> None:
    with acting_for(None, actor=nord.bo.pk):
        assert rows("SELECT user_id FROM accounts_membership") == [(nord.bo.pk,)]
        assert Jobcentre.objects.get() == nord.jobcentre
    with acting_for(None, actor=User.objects.create(username="ny").pk):
        assert rows("SELECT count(*) FROM accounts_membership") == [(0,)]
        assert not Jobcentre.objects.exists()
    assert Counsellor.objects.count() == 2


def test_the_commands_checks_find_nothing_wrong() -> None:
    call_command("check", databases=["default"], fail_level="WARNING")
