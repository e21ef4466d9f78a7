"""Citizens and the dated copy of what others say of them (CIT-02, CIT-03)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from admin_module.models import ContactGroup
from booking.models import BookingDeadline, Citizen, CitizenAbsence, CprNumber, DueDate
from booking.services.citizens import (
    KnownAbsence,
    citizens_by_cpr,
    is_fresh,
    make_bare,
    record_facts,
    remember_absences,
    remember_due_dates,
)
from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import acting_for
from planner.audit.models import Change
from planner.dfdg import messages
from planner.dfdg.messages import Coded, PersonFacts
from tests.factories import MONDAY, NOW, World

KAREN, BENT = "1205881234", "0101702345"
FRIDAY = MONDAY + timedelta(days=4)


def person(cpr: str = KAREN, **facts: Any) -> PersonFacts:
    known: dict[str, Any] = {
        "given_name": "Karen",
        "family_name": "Holst",
        "contact_group": Coded(1, "Dagpengemodtager"),
    }
    return PersonFacts(cpr=cpr, **(known | facts))


def record(nord: World, *people: PersonFacts) -> dict[str, Citizen]:
    return record_facts(jobcentre_id=nord.jobcentre.pk, facts=people, now=NOW)


@pytest.mark.requirement("CIT-02")
def test_a_citizen_is_made_once_and_keeps_their_id(nord: World) -> None:
    first = record(nord, person())[KAREN]
    second = record(nord, person(family_name="Dam"))[KAREN]
    assert first.pk == second.pk
    assert Citizen.objects.get().full_name == "Karen Dam"
    assert CprNumber.objects.count() == 1


@pytest.mark.requirement("CIT-04", "GUARD-03")
def test_another_job_centre_makes_its_own_row(nord: World, skovby: tuple[Jobcentre, User]) -> None:
    here = record(nord, person())[KAREN]
    with acting_for(skovby[0].pk):
        assert citizens_by_cpr([KAREN]) == {}
        there = record_facts(jobcentre_id=skovby[0].pk, facts=[person()], now=NOW)[KAREN]
        assert list(Citizen.objects.values_list("pk", flat=True)) == [there.pk]
    assert list(Citizen.objects.values_list("pk", flat=True)) == [here.pk]


@pytest.mark.requirement("CIT-03")
def test_the_copy_is_replaced_as_a_whole(nord: World) -> None:
    record(
        nord,
        person(
            absences=(messages.Absence(kind=Coded(10, "Ferie"), starts_on=MONDAY, ends_on=FRIDAY),),
            due_dates=(messages.DueDate(kind="Falduge jobsamtale", due_on=FRIDAY),),
            deadlines=(messages.BookingDeadline(conversation_type=7, status=1, book_by=MONDAY, hold_by=FRIDAY),),
        ),
    )
    assert [CitizenAbsence.objects.count(), DueDate.objects.count(), BookingDeadline.objects.count()] == [1, 1, 1]
    record(nord, person(contact_group=Coded(77, "Ny gruppe")))
    assert [CitizenAbsence.objects.count(), DueDate.objects.count(), BookingDeadline.objects.count()] == [0, 0, 0]
    assert Citizen.objects.get().contact_group == ContactGroup.objects.get(code=77, name="Ny gruppe")


@pytest.mark.requirement("CIT-03")
@pytest.mark.parametrize(("hours", "fresh"), [(0, True), (24, True), (25, False)])
def test_a_copy_is_fresh_for_a_day(nord: World, hours: int, fresh: bool) -> None:
    citizen = record(nord, person())[KAREN]
    assert is_fresh(citizen, now=NOW + timedelta(hours=hours)) is fresh


@pytest.mark.requirement("CIT-03", "SUM-11")
def test_one_whom_nobody_could_tell_of_is_only_a_number_and_never_fresh(nord: World) -> None:
    made = make_bare(jobcentre_id=nord.jobcentre.pk, cprs=[KAREN, BENT])
    assert [made[KAREN].given_name, made[BENT].born_on] == [
        "",
        date(1970, 1, 1),
    ]
    assert not is_fresh(made[KAREN], now=NOW)
    assert make_bare(jobcentre_id=nord.jobcentre.pk, cprs=[KAREN])[KAREN].pk == made[KAREN].pk
    assert record(nord, person())[KAREN].pk == made[KAREN].pk


@pytest.mark.requirement("COUN-13")
def test_the_case_owner_is_the_counsellor_with_that_employee_id_and_stays_where_nobody_is_named(nord: World) -> None:
    assert record(nord, person(case_owner=nord.birk.employee_id))[KAREN].case_owner == nord.birk
    record(nord, person())
    assert Citizen.objects.get().case_owner == nord.birk
    record(nord, person(case_owner="en, der ikke er vejleder"))
    assert Citizen.objects.get().case_owner is None


@pytest.mark.requirement("SUM-14")
def test_what_a_list_said_holds_against_a_look_up_until_another_list(nord: World) -> None:
    citizen = record(nord, person())[KAREN]
    for on in (MONDAY, FRIDAY):
        remember_due_dates(jobcentre_id=nord.jobcentre.pk, due={citizen.pk: {"Falduge": on}}, now=NOW)
    record(nord, person(due_dates=(messages.DueDate(kind="Falduge", due_on=MONDAY),)))
    assert [(one.due_on, one.source) for one in DueDate.objects.all()] == [(FRIDAY, "list")]


@pytest.mark.requirement("SYNC-20")
def test_absences_of_a_list_stand_beside_the_others_once(nord: World) -> None:
    citizen = record(nord, person())[KAREN]
    holiday = KnownAbsence("Ferie", MONDAY, FRIDAY)
    for _ in range(2):
        remember_absences(jobcentre_id=nord.jobcentre.pk, absences={citizen.pk: [holiday, holiday]}, now=NOW)
    assert CitizenAbsence.objects.count() == 1


@pytest.mark.requirement("GUARD-11", "LOG-01")
def test_neither_the_table_nor_the_log_of_changes_holds_the_number(nord: World) -> None:
    record(nord, person())
    number = CprNumber.objects.get()
    assert KAREN.encode() not in bytes(number.encrypted) + bytes(number.digest)
    assert not [one for one in Change.objects.all() if KAREN in f"{one.before} {one.after}"]


def test_names_too_long_for_us_and_signs_that_cannot_be_stored_do_no_harm(nord: World) -> None:
    record(nord, person(given_name="K" * 80, family_name="Hol\0st", address="x" * 300))
    citizen = Citizen.objects.get()
    assert (len(citizen.given_name), citizen.family_name, len(citizen.address)) == (50, "Holst", 200)
