from collections import Counter
from datetime import date, timedelta

import pytest
from stdnum.dk import cpr as number

from planner.dfdg.codes import DeadlineStatus
from planner.dfdg.messages import CprStatus
from planner.dfdg.simulator.population import DUE_KINDS, FJORDBY, SKOVBY, population

TODAY = date(2026, 11, 23)
DAYS = [
    date(2026, 11, 23),
    date(2026, 11, 27),
    date(2026, 11, 28),
    date(2027, 1, 1),
    date(2028, 2, 29),
    date(2031, 7, 6),
]


def test_two_job_centres_and_a_handful_of_special_cases() -> None:
    people = population(TODAY)
    assert len(people.of(FJORDBY)) == 400 + 7
    assert len(people.of(SKOVBY)) == 60
    statuses = Counter(person.cpr_status for person in people.people)
    assert statuses[CprStatus.DEAD] == statuses[CprStatus.INACTIVE] == 1
    assert statuses[CprStatus.MOVED_AWAY] == 2
    assert [person.full_name for person in people.people if person.address_protected] == ["Leif Nielsen"]
    assert [jobcentre.name for jobcentre in people.jobcentres] == ["Jobcenter Fjordby", "Jobcenter Skovby"]


def test_the_counsellors_of_the_pictures_and_those_who_are_not_counsellors_yet() -> None:
    people = population(TODAY)
    names = [employee.full_name for employee in people.counsellors(FJORDBY)]
    assert names[:6] == [
        "Winnie Jensen",
        "Louise Ketager",
        "Lotte Berg",
        "Mikkel Dahl",
        "Søren Friis",
        "Åse Holm",
    ]
    assert (len(names), len(people.counsellors(SKOVBY)), len(people.candidates)) == (12, 4, 15)
    assert sum(not employee.has_certificate for employee in people.candidates) == 2
    assert len({employee.email for employee in people.employees}) == len(people.employees)


def test_every_number_is_a_real_day_and_nobodys() -> None:
    people = population(TODAY).people
    assert len({person.cpr for person in people}) == len(people)
    for person in people:
        born_on = number.get_birth_date(person.cpr)
        assert number.is_valid(person.cpr)
        assert number.checksum(person.cpr) != 0
        assert (born_on.month, born_on.day) != (1, 1)
        assert 18 <= (TODAY - born_on).days // 365 <= 67


def test_nobody_can_be_written_or_rung_to() -> None:
    for person in population(TODAY).people:
        assert person.email.endswith(".example") or not person.email
        assert person.phone.startswith("10") or not person.phone


def test_the_spread_is_that_of_a_job_centre() -> None:
    people = population(TODAY).of(FJORDBY)[:400]
    groups = Counter(person.contact_group.name for person in people if person.contact_group)
    assert 0.5 < groups["Dagpengemodtager"] / 400 < 0.7
    assert 0.65 < sum(bool(person.case_owner) for person in people) / 400 < 0.77
    assert 0.8 < sum(bool(person.email) for person in people) / 400 < 0.95
    assert 0.01 <= sum(person.digital_exempt for person in people) / 400 <= 0.03
    assert 0.02 <= sum(not person.due_dates for person in people) / 400 <= 0.04
    assert {absence.kind.name for person in people for absence in person.absences} >= {"Ferie", "Sygdom", "Barsel"}
    assert any(set(person.full_name) & set("æøåÆØÅ") for person in people)


@pytest.mark.parametrize("today", DAYS)
def test_people_stay_the_same_whatever_the_day(today: date) -> None:
    def fixed(day: date) -> list[tuple[object, ...]]:
        return [
            (person.cpr, person.full_name, person.address, person.contact_group, person.case_owner)
            for person in population(day).people
        ]

    assert fixed(today) == fixed(TODAY)
    assert population(today) == population(today)


@pytest.mark.parametrize("today", DAYS)
def test_due_dates_are_fridays_of_the_weeks_to_come_whenever_the_demo_starts(today: date) -> None:
    due_dates = [due for person in population(today).people for due in person.due_dates]
    assert {due.kind for due in due_dates} == set(DUE_KINDS)
    assert all(due.due_on.weekday() == 4 for due in due_dates)
    assert all(today <= due.due_on <= today + timedelta(weeks=11) for due in due_dates)
    assert Counter(due.due_on for due in due_dates).most_common(1)[0][0] <= today + timedelta(weeks=4)


@pytest.mark.parametrize("today", DAYS)
def test_deadlines_and_absences_make_sense_whenever_the_demo_starts(today: date) -> None:
    people = population(today).people
    for person in people:
        for deadline in person.deadlines:
            assert deadline.book_by < deadline.hold_by
            assert deadline.hold_by in {due.due_on for due in person.due_dates}
            assert (deadline.status == DeadlineStatus.OPEN) == (deadline.book_by >= today)
        for absence in person.absences:
            assert absence.ends_on is None or absence.ends_on >= absence.starts_on
    coming = [absence for person in people for absence in person.absences if absence.starts_on >= today]
    assert len(coming) >= 20
