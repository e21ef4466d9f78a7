"""Absence as the appointment book keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from admin_module.models import Absence
from booking.services.absence import change_absence, remove_absence, report_absence
from planner.ui.refusal import Refusal
from tests.booking.stories import keep, meeting, sent
from tests.factories import MONDAY, NOW, World, at, make_citizen


def reported(world: World, first: str = "08:00", last: str = "12:00") -> Absence:
    return report_absence(
        counsellor=world.anna, kind="illness", start_at=at(MONDAY, first), end_at=at(MONDAY, last), now=NOW
    ).absence


@pytest.mark.requirement("ABS-02", "ABS-03")
def test_the_time_is_not_free_at_once_and_what_is_hit_is_named_and_stays(nord: World) -> None:
    summons = sent(nord)
    outcome = report_absence(
        counsellor=nord.anna, kind="illness", start_at=at(MONDAY, "08:00"), end_at=at(MONDAY, "12:00"), now=NOW
    )
    assert outcome.hit == {summons.appointment_id}
    kept = keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="11:00"))
    assert [refusal.code for refusal in kept.refusals] == ["counsellor_absent"]
    summons.refresh_from_db()
    assert summons.status == "sent"


@pytest.mark.requirement("ABS-04")
def test_time_given_back_is_free_at_once(nord: World) -> None:
    absence = reported(nord)
    change_absence(
        absence=absence, kind="illness", start_at=absence.start_at, end_at=at(MONDAY, "10:00"), version=1, now=NOW
    )
    assert keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="11:00")).refusals == ()
    remove_absence(absence=absence)
    assert keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="08:00")).refusals == ()


@pytest.mark.requirement("ABS-01")
@pytest.mark.parametrize("code", ["already_absent", "gone"])
def test_what_is_said_already_and_who_is_gone_are_refused(nord: World, code: str) -> None:
    if code == "gone":
        nord.anna.retired_at = NOW
        nord.anna.save()
    else:
        reported(nord)
    with pytest.raises(Refusal) as refusal:
        reported(nord, "09:00", "11:00")
    assert refusal.value.code == code


@pytest.mark.requirement("ABS-04", "APP-15")
def test_a_stale_change_and_a_second_removal_are_refused(nord: World) -> None:
    absence = reported(nord)
    later = absence.end_at + timedelta(hours=1)
    change_absence(absence=absence, kind="other", start_at=absence.start_at, end_at=later, version=1, now=NOW)
    with pytest.raises(Refusal) as stale:
        change_absence(absence=absence, kind="other", start_at=absence.start_at, end_at=later, version=1, now=NOW)
    remove_absence(absence=absence)
    with pytest.raises(Refusal) as gone:
        remove_absence(absence=absence)
    assert (stale.value.code, gone.value.code) == ("stale", "gone")
