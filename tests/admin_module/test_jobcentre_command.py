"""A job centre is made by a command, with all that it needs before anybody signs in."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from admin_module.models import Team
from planner.accounts.models import Jobcentre, JobcentreCode, Membership, Settings, User
from planner.accounts.tenancy import acting_for, jobcentre_ids

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("APP-01", "SET-01")]


def make(*arguments: str) -> str:
    told = io.StringIO()
    call_command("jobcentre", *arguments, stdout=told)
    return told.getvalue()


def test_it_has_codes_settings_root_team_and_an_administrator_who_can_sign_in() -> None:
    told = make(
        *("Jobcenter Vestby", "10601", "10602", "--administrator", "ada", "--administrator-name", "Ada Maria Krog"),
        *("--city", "Vestby", "--word", "beskæftigelsescenter", "--phone", "70101010"),
    )
    [pk] = jobcentre_ids()
    with acting_for(pk):
        assert Jobcentre.objects.get().word == "beskæftigelsescenter"
        assert list(JobcentreCode.objects.values_list("code", "position")) == [("10601", 0), ("10602", 1)]
        assert (Settings.objects.get().contact_phone, Settings.objects.get().notice_days) == ("70101010", 8)
        root = Team.objects.get()
        assert (root.name, root.parent, root.city) == ("Jobcenter Vestby", None, "Vestby")
        assert Membership.objects.get().roles == ["administrator"]
    assert User.objects.get().full_name == "Ada Maria Krog"
    password = told.strip().rpartition(": ")[2]
    assert Client().post("/sign-in/", {"username": "ada", "password": password}).status_code == 302


def test_a_known_person_becomes_administrator_of_one_more() -> None:
    make("Jobcenter Vestby", "10601", "--administrator", "ada", "--administrator-name", "Ada Krog")
    assert "Adgangskode" not in make("Jobcenter Østby", "10700", "--administrator", "ADA")
    assert len(jobcentre_ids()) == 2
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("Jobcenter Vestby", "1060", "--administrator", "ada", "--administrator-name", "Ada Krog"), "fem cifre"),
        (("Jobcenter Vestby", "10601", "--administrator", "ada"), "--administrator-name"),
        (("Jobcenter Vestby", "10700", "--administrator", "bo"), "hører allerede til"),
    ],
)
def test_nothing_is_made_where_something_is_wrong(arguments: tuple[str, ...], reason: str) -> None:
    make("Jobcenter Østby", "10700", "--administrator", "bo", "--administrator-name", "Bo Dam")
    with pytest.raises(CommandError, match=reason):
        make(*arguments)
    assert len(jobcentre_ids()) == 1
    assert User.objects.count() == 1
