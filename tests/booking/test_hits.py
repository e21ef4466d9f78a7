"""Which coming appointments cannot be held as things are, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from psycopg.types.range import Range
from pytest_django import DjangoAssertNumQueries

from admin_module.models import Absence, Break, ClosingDay, ClosingDayTeam, CounsellorTeam, Schedule, WorkingHours
from booking.models import Citizen, Claim, CprStatus, Origin, Summons
from booking.queries.hits import Hit, Scope, Why, gravest, hits
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from tests.booking.stories import sent
from tests.factories import MONDAY, NOW, World, at, make_appointment, make_citizen, make_skovby, make_summons, make_team


def found(scope: Scope | None = None) -> list[Hit]:
    return hits(scope or Scope(), settings=Settings.objects.get(), now=NOW)


def whys(scope: Scope | None = None) -> set[Why]:
    return {hit.why for hit in found(scope)}


def absent(world: World, first: str, last: str, day: date = MONDAY) -> Absence:
    return Absence.objects.create(
        jobcentre=world.jobcentre, counsellor=world.anna, kind="illness", start_at=at(day, first), end_at=at(day, last)
    )


def closed(world: World, *, for_nord: bool) -> ClosingDay:
    day = ClosingDay.objects.create(jobcentre=world.jobcentre, name="Kursus", first_on=MONDAY, last_on=MONDAY)
    team = world.team if for_nord else make_team(world.jobcentre, "Syd")
    ClosingDayTeam.objects.create(jobcentre=world.jobcentre, closing_day=day, team=team)
    return day


@pytest.mark.requirement("APP-04", "ABS-03")
@pytest.mark.parametrize(
    ("first", "last", "hit"),
    [("08:00", "09:00", False), ("08:00", "09:05", True), ("09:50", "12:00", True), ("10:00", "12:00", False)],
)
def test_an_absence_hits_what_it_overlaps_reporting_time_too(nord: World, first: str, last: str, hit: bool) -> None:
    sent(nord)
    absence = absent(nord, first, last)
    expected = [(Why.ABSENCE, absence.pk, nord.anna.pk)] if hit else []
    assert [(one.why, one.subject, one.counsellor_id) for one in found()] == expected


@pytest.mark.requirement("APP-04", "CLOS-02")
def test_a_closing_day_hits_the_appointments_of_its_teams_or_of_all(nord: World) -> None:
    sent(nord)
    closed(nord, for_nord=False)
    assert whys() == set()
    day = closed(nord, for_nord=True)
    assert [(one.why, one.subject) for one in found()] == [(Why.CLOSING_DAY, day.pk)]
    ClosingDayTeam.objects.filter(closing_day=day).delete()
    assert [(one.why, one.subject) for one in found()] == [(Why.CLOSING_DAY, day.pk)]


@pytest.mark.requirement("APP-04")
def test_a_public_holiday_hits_too(nord: World) -> None:
    make_appointment(nord.anna, nord.team, day=date(2026, 12, 25))
    assert Why.CLOSING_DAY in whys()


def shorter(world: World) -> None:
    WorkingHours.objects.filter(schedule__counsellor=world.anna).update(start=time(9, 30))


def longer_break(world: World) -> None:
    schedule = Schedule.objects.get(counsellor=world.anna)
    Break.objects.create(jobcentre=world.jobcentre, schedule=schedule, weekday=0, start=time(9, 30), end=time(10))


def no_hours_from_monday(world: World) -> None:
    Schedule.objects.create(jobcentre=world.jobcentre, counsellor=world.anna, valid_from=MONDAY)


@pytest.mark.requirement("APP-04", "COUN-12")
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (shorter, Why.OUTSIDE_HOURS),
        (longer_break, Why.IN_BREAK),
        (no_hours_from_monday, Why.OUTSIDE_HOURS),
    ],
)
def test_changed_hours_touch_nothing_and_hit_what_now_falls_outside(
    nord: World, change: Callable[[World], None], why: Why
) -> None:
    before = sent(nord)
    assert found() == []
    change(nord)
    assert {(hit.appointment_id, hit.why, hit.counsellor_id) for hit in found()} == {
        (before.appointment_id, why, nord.anna.pk)
    }
    after = Summons.objects.select_related("appointment").get()
    assert (after.version, after.appointment.version) == (before.version, before.appointment.version)


@pytest.mark.requirement("COUN-12", "COUN-07")
def test_hours_of_odd_weeks_hit_only_what_lies_in_odd_weeks(nord: World) -> None:
    odd, even = sent(nord), make_appointment(nord.anna, nord.team, day=MONDAY + timedelta(days=7))
    Schedule.objects.create(jobcentre=nord.jobcentre, counsellor=nord.anna, valid_from=MONDAY, cycle_week=1)
    assert MONDAY.isocalendar().week % 2 == 1
    assert {hit.appointment_id for hit in found()} == {odd.appointment_id}
    assert even.pk not in {hit.appointment_id for hit in found()}


@pytest.mark.requirement("APP-04", "TIME-09")
def test_what_was_placed_outside_the_hours_knowingly_is_not_hit(nord: World) -> None:
    summons = sent(nord)
    shorter(nord)
    Summons.objects.filter(pk=summons.pk).update(placement={"by_hand": True, "passed": ["outside_hours"]})
    assert found() == []


@pytest.mark.requirement("APP-04", "CIT-04", "COUN-11", "ROOM-05")
def test_gone_counsellors_rooms_and_citizens_hit_and_nothing_is_cancelled(nord: World) -> None:
    appointment = make_appointment(nord.anna, nord.team, room=nord.room)
    summons = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, appointment=appointment)
    nord.room.retired_at = nord.anna.retired_at = NOW
    nord.room.save()
    nord.anna.save()
    for status in (CprStatus.DEAD, CprStatus.MOVED_AWAY, CprStatus.INACTIVE, CprStatus.ELSEWHERE):
        Citizen.objects.update(cpr_status=status)
        assert whys() == {Why.COUNSELLOR_GONE, Why.ROOM_GONE, Why.CITIZEN_GONE}
    assert gravest(found()) == {appointment.pk: Why.COUNSELLOR_GONE}
    summons.refresh_from_db()
    assert (summons.status, summons.version) == ("sent", 1)


@pytest.mark.requirement("APP-04", "TIME-08")
def test_a_conversation_of_a_case_system_that_lies_over_ours_hits_ours(nord: World) -> None:
    ours = sent(nord)
    theirs = make_appointment(nord.anna, nord.team, clock="09:30", origin=Origin.CASE_SYSTEM)
    Claim.objects.create(
        jobcentre=nord.jobcentre, counsellor=nord.anna, appointment=theirs, firm=False, day=MONDAY, start_tick=114,
        ticks=9, during=Range(at(MONDAY, "09:30"), at(MONDAY, "10:15")),
    )  # fmt: skip
    assert [(hit.appointment_id, hit.why) for hit in found()] == [(ours.appointment_id, Why.COLLISION)]


@pytest.mark.requirement("APP-04")
def test_what_is_over_cancelled_or_kept_elsewhere_is_not_hit(nord: World) -> None:
    make_appointment(nord.anna, nord.team, day=NOW.date(), clock="08:00")
    make_appointment(nord.anna, nord.team, cancelled_at=NOW)
    make_appointment(nord.anna, nord.team, origin=Origin.CASE_SYSTEM)
    absent(nord, "00:00", "23:00")
    absent(nord, "00:00", "23:00", NOW.date())
    assert found() == []


@pytest.mark.requirement("APP-04")
def test_a_scope_narrows_and_counts_add_up(nord: World) -> None:
    summons = sent(nord)
    make_appointment(nord.anna, nord.team, clock="13:00", room=nord.room)
    absent(nord, "08:00", "16:00")
    assert len(found()) == 2
    assert len(found(Scope(rooms=(nord.room.pk,)))) == 1
    assert len(found(Scope(citizens=(summons.citizen_id,)))) == 1
    assert found(Scope(counsellors=(nord.birk.pk,))) == []
    assert found(Scope(first=MONDAY + timedelta(days=1))) == []


@pytest.mark.requirement("COUN-15")
def test_who_leaves_a_team_keeps_the_conversations_there(nord: World) -> None:
    sent(nord)
    CounsellorTeam.objects.filter(counsellor=nord.anna).delete()
    assert found() == []


@pytest.mark.requirement("SEC-01")
def test_nothing_of_another_job_centre_is_found(nord: World) -> None:
    sent(nord)
    absent(nord, "08:00", "16:00")
    skovby, _carla = make_skovby()
    with acting_for(skovby.pk, source="test"):
        assert found() == []


@pytest.mark.requirement("SPEED-12")
@pytest.mark.parametrize("count", [1, 5])
def test_it_is_one_statement(nord: World, count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for hour in range(count):
        make_appointment(nord.anna, nord.team, clock=f"{9 + hour:02}:00")
    absent(nord, "08:00", "16:00")
    settings = Settings.objects.get()
    with django_assert_num_queries(1):
        assert len(hits(Scope(), settings=settings, now=NOW)) == count
