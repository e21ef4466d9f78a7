"""From rows to the facts of the pure engine."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from admin_module.models import Absence, Break, ClosingDay, Schedule, WorkingHours
from booking.availability.calendar import counsellor_days
from booking.availability.facts import Block, Hours, Taken, Week
from booking.models import CitizenAbsence, Claim, Origin, PlacedBy
from booking.queries import facts
from booking.queries.facts import Picture
from booking.services import sending
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.timeline.ticks import MINUTES_PER_DAY
from tests.booking.stories import keep, meeting, pending, sent
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_counsellor, make_summons, make_team

pytestmark = pytest.mark.django_db
DAY = MONDAY.toordinal()
SUNDAY = MONDAY + timedelta(days=6)


def picture(world: World, **wanted: object) -> Picture:
    usual: dict[str, object] = {
        "settings": Settings.objects.get(),
        "team_id": world.team.pk,
        "first": MONDAY,
        "last": SUNDAY,
        "now": NOW,
        "counsellors": [world.anna.pk],
    }
    return facts.picture(**(usual | wanted))  # type: ignore[arg-type]


@pytest.mark.requirement("TIME-03", "COUN-07", "COUN-08", "COUN-09")
def test_hours_breaks_and_shares_are_read_with_the_dates_they_hold_from(nord: World) -> None:
    later = Schedule.objects.create(
        jobcentre=nord.jobcentre,
        counsellor=nord.anna,
        valid_from=MONDAY + timedelta(days=2),
        cycle_week=1,
        max_conversation_share=75,
        automatic_share=50,
    )
    for row in (WorkingHours, Break):
        hours = ("09:00", "15:00") if row is WorkingHours else ("12:00", "12:30")
        row.objects.create(
            jobcentre=nord.jobcentre,
            schedule=later,
            weekday=2,
            start=time.fromisoformat(hours[0]),
            end=time.fromisoformat(hours[1]),
        )
    Schedule.objects.create(jobcentre=nord.jobcentre, counsellor=nord.anna, valid_from=SUNDAY + timedelta(days=1))
    anna = picture(nord).counsellors[nord.anna.pk]
    assert (anna.id, anna.name, len(anna.schedules)) == (nord.anna.pk, "Anna Agger", 2)
    old, new = anna.schedules
    assert (old.days[0], old.week, old.max_conversation_share) == (Hours(((480, 960),)), Week.EVERY, 100)
    assert dict(new.days) == {2: Hours(((540, 900),), ((720, 750),))}
    assert (new.valid_from, new.week, new.max_conversation_share, new.automatic_share) == (DAY + 2, Week.ODD, 75, 50)
    week = counsellor_days(anna, DAY, DAY + 6)
    assert [day.available_minutes for day in week] == [480, 480, 330, 0, 0, 0, 0]  # week 49 is odd


@pytest.mark.requirement("ABS-02", "TIME-03")
def test_absences_of_the_days_are_read_and_no_others(nord: World) -> None:
    def absent(start: str, end: str, day: date) -> None:
        Absence.objects.create(
            jobcentre=nord.jobcentre, counsellor=nord.anna, kind="course", start_at=at(day, start), end_at=at(day, end)
        )

    absent("08:00", "12:00", MONDAY)
    absent("08:00", "12:00", MONDAY - timedelta(days=1))
    absent("08:00", "12:00", SUNDAY + timedelta(days=1))
    [span] = picture(nord).counsellors[nord.anna.pk].absences
    assert span == (DAY * MINUTES_PER_DAY + 480, DAY * MINUTES_PER_DAY + 720)


@pytest.mark.requirement("TIME-03", "CLOS-01")
def test_closing_days_of_the_job_centre_and_of_the_team_hold_and_those_of_another_team_do_not(nord: World) -> None:
    def closed(day: date, *teams: object) -> None:
        row = ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Lukket", first_on=day, last_on=day)
        row.teams.set(teams, through_defaults={"jobcentre": nord.jobcentre})  # type: ignore[arg-type]

    other = make_team(nord.jobcentre, "Syd")
    closed(MONDAY)
    closed(MONDAY + timedelta(days=1), nord.team, other)
    closed(MONDAY + timedelta(days=2), other)
    assert picture(nord).closures.closing_days == {DAY, DAY + 1}
    assert picture(nord, team_id=None).closures.closing_days == {DAY}


@pytest.mark.requirement("TIME-04", "TIME-06")
def test_what_is_taken_counts_with_its_reporting_time_and_against_the_budgets(nord: World) -> None:
    pending(nord, clock="09:00")
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="07:00"), placed_by=PlacedBy.STAFF)
    assert set(picture(nord).counsellors[nord.anna.pk].taken) == {
        Taken(DAY, 108, 12, 45, automatic=True),
        Taken(DAY, 84, 12, 45, automatic=False),
    }


@pytest.mark.requirement("TIME-04", "TIME-08", "SELF-08")
def test_what_comes_from_outside_is_taken_but_not_firm_and_expired_holds_are_nothing(nord: World) -> None:
    def claim(start_tick: int, **values: object) -> None:
        Claim.objects.create(
            jobcentre=nord.jobcentre,
            counsellor=nord.anna,
            during=(at(MONDAY, "08:00") + timedelta(minutes=start_tick), at(MONDAY, "20:00")),
            day=MONDAY,
            start_tick=start_tick,
            ticks=6,
            **values,
        )

    pushed = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, origin=Origin.CASE_SYSTEM)
    claim(96, firm=False, appointment_id=pushed.appointment_id)
    claim(120, firm=False)
    claim(132, expires_at=NOW + timedelta(seconds=1))
    claim(144, firm=False, expires_at=NOW)
    anna = picture(nord).counsellors[nord.anna.pk]
    assert set(anna.taken) == {Taken(DAY, 96, 6, 45, True, firm=False), Taken(DAY, 132, 6, 30)}
    assert anna.busy == (Block(DAY, 120, 6, firm=False),)


def test_a_block_of_the_evening_before_is_seen_and_one_of_the_day_after_is_not(nord: World) -> None:
    for day in (MONDAY - timedelta(days=1), SUNDAY + timedelta(days=1)):
        Claim.objects.create(
            jobcentre=nord.jobcentre,
            counsellor=nord.anna,
            during=(at(day, "23:00"), at(day + timedelta(days=1), "02:00")),
            day=day,
            start_tick=276,
            ticks=36,
            firm=False,
        )
    assert picture(nord).counsellors[nord.anna.pk].busy == (Block(DAY - 1, 276, 36, firm=False),)


@pytest.mark.requirement("TIME-05", "SET-01")
def test_a_citizen_has_hindering_absences_appointments_and_a_preferred_counsellor(nord: World) -> None:
    held = sent(nord)
    citizen = held.citizen
    for kind, first, last in (("Ferie", DAY + 1, DAY + 2), ("Sygdom", DAY, DAY), ("Barsel", DAY + 5, None)):
        CitizenAbsence.objects.create(
            jobcentre=nord.jobcentre,
            citizen=citizen,
            kind=kind,
            first_on=date.fromordinal(first),
            last_on=date.fromordinal(last) if last else None,
            fetched_at=NOW,
        )
    found = picture(nord, citizens=[citizen.pk]).citizens[citizen.pk]
    assert (found.id, found.preferred, found.taken) == (str(citizen.pk), None, (Block(DAY, 108, 9),))
    assert found.absences == ((DAY + 1, DAY + 2), (DAY + 5, None))


@pytest.mark.requirement("DIST-03")
def test_the_preferred_counsellor_is_the_case_owner_else_who_held_the_latest_conversation(nord: World) -> None:
    citizen = make_citizen(nord.jobcentre)
    make_summons(citizen, nord.anna, nord.team, day=MONDAY - timedelta(days=30))
    latest = make_summons(citizen, nord.birk, nord.team, day=MONDAY - timedelta(days=20))
    make_summons(citizen, nord.anna, nord.team, day=MONDAY - timedelta(days=10), status=SummonsStatus.CANCELLED)
    make_summons(citizen, nord.anna, nord.team, day=MONDAY + timedelta(days=10))

    def preferred() -> object:
        return picture(nord, citizens=[citizen.pk]).citizens[citizen.pk].preferred

    assert preferred() == nord.birk.pk
    early = make_counsellor(nord.team, "Abel Abe")
    latest.appointment.holders.create(jobcentre=nord.jobcentre, counsellor=early)
    assert preferred() == early.pk
    citizen.case_owner = nord.anna
    citizen.save()
    assert preferred() == nord.anna.pk


def test_rooms_have_their_capacity_and_what_is_taken(nord: World) -> None:
    citizen = make_citizen(nord.jobcentre)
    keep(nord, meeting(citizen, nord.anna, room=nord.rooms[1]))
    hall = picture(nord, rooms=[nord.rooms[1].pk]).rooms[nord.rooms[1].pk]
    assert (hall.name, hall.capacity, hall.overbooking, hall.taken) == ("Salen", 12, 2, (Block(DAY, 108, 9),))


@pytest.mark.requirement("CAL-04")
def test_the_time_of_an_appointment_that_is_to_move_counts_as_free(nord: World) -> None:
    summons = pending(nord)
    found = picture(nord, citizens=[summons.citizen_id], without=[summons.appointment_id])
    assert (found.counsellors[nord.anna.pk].taken, found.citizens[summons.citizen_id].taken) == ((), ())


@pytest.mark.requirement("CAL-05")
def test_a_cancelled_appointment_takes_no_time(nord: World) -> None:
    sending.cancel(summons=sent(nord), reason="", by=nord.bo, now=NOW)
    assert picture(nord).counsellors[nord.anna.pk].taken == ()


@pytest.mark.requirement("SPEED-12", "DIST-16")
def test_the_number_of_statements_is_the_same_for_one_and_for_many(
    nord: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many = [make_counsellor(nord.team, f"Vera {letter}") for letter in "abcdefgh"]
    citizens = [make_citizen(nord.jobcentre) for _ in range(8)]
    keep(nord, *(meeting(citizen, one) for citizen, one in zip(citizens, many, strict=True)))
    with django_assert_num_queries(9):
        picture(nord, rooms=[nord.room.pk], citizens=[citizens[0].pk])
    with django_assert_num_queries(9):
        found = picture(
            nord,
            counsellors=[one.pk for one in many],
            rooms=[room.pk for room in nord.rooms],
            citizens=[citizen.pk for citizen in citizens],
        )
    assert sum(len(one.taken) for one in found.counsellors.values()) == 8
