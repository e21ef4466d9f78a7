"""The demo's citizens: the population that the DFDG simulator knows, with what it says of them today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from admin_module.models import Counsellor
from booking.models import BookingDeadline, Citizen, CitizenAbsence, CprNumber, DueDate
from planner.accounts.models import Jobcentre
from planner.accounts.vault import digest, encrypt
from planner.dfdg.messages import PersonFacts
from summons.demo.book import fixed_id

CENTURY_OF_SEVENTH = "0123"


def make_citizens(
    jobcentre: Jobcentre, people: Sequence[PersonFacts], counsellors: dict[str, Counsellor], now: datetime
) -> list[Citizen]:
    """One citizen each, in the order given, with number, due dates, absences and deadlines."""
    owners = {counsellor.employee_id: counsellor for counsellor in counsellors.values()}
    made = Citizen.objects.bulk_create(
        _citizen(jobcentre, number, person, owners, now) for number, person in enumerate(people)
    )
    pairs = list(zip(made, people, strict=True))
    CprNumber.objects.bulk_create(
        CprNumber(jobcentre=jobcentre, citizen=citizen, encrypted=encrypt(person.cpr), digest=digest(person.cpr))
        for citizen, person in pairs
    )
    _make_facts(jobcentre, pairs, now)
    return made


def _citizen(
    jobcentre: Jobcentre, number: int, person: PersonFacts, owners: dict[str, Counsellor], now: datetime
) -> Citizen:
    return Citizen(
        id=fixed_id(jobcentre, "citizen", number),
        jobcentre=jobcentre,
        given_name=person.given_name,
        middle_name=person.middle_name,
        family_name=person.family_name,
        address=person.address,
        postal_code=person.postal_code,
        city=person.city,
        born_on=born_on(person.cpr),
        phone=person.phone,
        email=person.email,
        contact_group_id=person.contact_group.code if person.contact_group else None,
        person_category=person.person_category,
        person_groups=list(person.person_groups),
        unemployed_from=person.unemployed_since,
        activation_type=person.activation_type,
        cpr_status=person.cpr_status.value,
        digital_exempt=person.digital_exempt,
        case_owner=owners.get(person.case_owner),
        owner_named=person.case_owner,
        fetched_at=now,
    )


def born_on(cpr: str) -> date:
    """The date in a number of the population: born before 2000 if the seventh digit is 0-3, else after."""
    century = "19" if cpr[6] in CENTURY_OF_SEVENTH else "20"
    return date(int(century + cpr[4:6]), int(cpr[2:4]), int(cpr[:2]))


def _make_facts(jobcentre: Jobcentre, pairs: Sequence[tuple[Citizen, PersonFacts]], now: datetime) -> None:
    DueDate.objects.bulk_create(
        DueDate(jobcentre=jobcentre, citizen=citizen, kind=one.kind, due_on=one.due_on, fetched_at=now)
        for citizen, person in pairs
        for one in person.due_dates
    )
    CitizenAbsence.objects.bulk_create(
        CitizenAbsence(
            jobcentre=jobcentre,
            citizen=citizen,
            kind=one.kind.name,
            first_on=one.starts_on,
            last_on=one.ends_on,
            fetched_at=now,
        )
        for citizen, person in pairs
        for one in person.absences
    )
    BookingDeadline.objects.bulk_create(
        BookingDeadline(
            jobcentre=jobcentre,
            citizen=citizen,
            type_id=one.conversation_type,
            status=one.status,
            book_by=one.book_by,
            hold_by=one.hold_by,
            fetched_at=now,
        )
        for citizen, person in pairs
        for one in person.deadlines
    )
