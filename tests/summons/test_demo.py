"""The demo is the same every day, and holds on any day."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from booking.models import Appointment, Citizen, CprNumber, Summons
from planner.accounts.models import Membership, User
from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.accounts.vault import digest
from planner.timeline.clock import ZONE
from summons.demo import build
from tests.factories import at

pytestmark = pytest.mark.django_db
A_MONDAY = date(2026, 11, 23)


def demo(*arguments: str) -> str:
    told = io.StringIO()
    call_command("demo", *arguments, stdout=told)
    return told.getvalue()


def picture() -> list[tuple[object, ...]]:
    """Who meets whom, counted in days from the first appointment, at every job centre."""
    rows: list[tuple[object, ...]] = []
    for pk in jobcentre_ids():
        with acting_for(pk):
            found = list(
                Summons.objects.order_by("appointment__start_at", "pk").values_list(
                    "pk", "status", "citizen__full_name", "appointment__day", "appointment__start_tick"
                )
            )
            rows += [(*row[:3], (row[3] - found[0][3]).days, row[4]) for row in found]
    return rows


@override_settings(EMBEDDED=True)
@pytest.mark.requirement("RUN-01")
def test_its_sign_ins_and_citizens_are_told_as_json_and_exist() -> None:
    told = json.loads(demo("--print-json"))
    for sign_in in told["sign_ins"]:
        user = User.objects.get(username=sign_in["username"])
        assert user.check_password(sign_in["password"])
    first = jobcentre_ids()[0]
    with acting_for(first):
        assert Membership.objects.get(user__username="karen").roles == ["caseworker"]
        digests = [digest(cpr) for cpr in told["citizens"]]
        assert CprNumber.objects.filter(digest__in=digests).count() == len(told["citizens"]) == 20


@override_settings(EMBEDDED=True)
def test_the_second_time_nothing_is_made() -> None:
    demo()
    before = picture()
    assert "der allerede" in demo()
    assert picture() == before
    assert len(jobcentre_ids()) == 2


@override_settings(EMBEDDED=False)
def test_it_is_refused_where_real_people_may_be() -> None:
    with pytest.raises(CommandError, match="PLANNER_EMBEDDED"):
        demo()
    assert not User.objects.exists()


def test_a_week_later_it_is_the_same_a_week_later() -> None:
    pictures = []
    for weeks in (0, 1):
        with transaction.atomic():
            build.make(now=at(A_MONDAY + timedelta(weeks=weeks - 26), "09:00"))
            pictures.append(picture())
            transaction.set_rollback(True)
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("today", ["2026-11-28", "2026-12-23", "2027-01-01", "2027-03-26", "2028-02-29", "2027-10-30"])
def test_it_can_be_made_on_any_day(today: str) -> None:
    day = date.fromisoformat(today)
    build.make(now=datetime(day.year, day.month, day.day, 23, 30, tzinfo=ZONE))
    with acting_for(jobcentre_ids()[0]):
        assert Citizen.objects.count() == 407
        assert Appointment.objects.filter(day__gt=day).count() >= 15
        assert Appointment.objects.filter(day__lt=day).count() >= 200
