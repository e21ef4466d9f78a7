"""Step 1 says whose own calendars could not be read (SYNC-19)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.models import CalendarConnection, Counsellor
from tests.factories import World
from tests.summons.step_1 import filled

pytestmark = pytest.mark.requirement("SYNC-19", "SUM-22")


def read(counsellor: Counsellor, at: datetime | None) -> None:
    CalendarConnection.objects.update_or_create(
        jobcentre=counsellor.jobcentre, counsellor=counsellor, defaults={"busy_read_at": at}
    )


def warnings(nord: World, client: Client, **changed: str) -> list[str]:
    posted = filled(nord, **changed) | {"changed": "duration"}
    meaning = client.post("/summons/", posted, headers={"HX-Request": "true"}).context["meaning"]
    return [warning for warning in meaning.warnings if "Egen kalender" in warning]


def test_what_was_read_within_the_hour_is_not_mentioned(nord: World, as_bo: Client) -> None:
    assert warnings(nord, as_bo) == []
    read(nord.anna, timezone.now() - timedelta(minutes=50))
    assert warnings(nord, as_bo) == []


def test_those_whose_calendar_has_not_been_read_for_an_hour_are_named(nord: World, as_bo: Client) -> None:
    read(nord.anna, timezone.now() - timedelta(minutes=70))
    read(nord.birk, timezone.now())
    [warning] = warnings(nord, as_bo)
    assert warning.startswith("Egen kalender er ikke læst for Anna Agger siden i ")
    read(nord.birk, timezone.now() - timedelta(hours=2))
    [warning] = warnings(nord, as_bo)
    assert warning.startswith("Egen kalender er ikke læst for Anna Agger og Birk Bisgaard siden i ")


def test_one_that_was_never_read_is_named_too(nord: World, as_bo: Client) -> None:
    read(nord.anna, None)
    assert warnings(nord, as_bo) == ["Egen kalender er endnu ikke læst for Anna Agger. Tider kan være optaget dér."]
