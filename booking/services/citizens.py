"""Citizens and what others say of them: one row a job centre, found by number, with a dated copy of the facts.

Every write holds one lock a job centre, so that two look-ups at once make a new citizen only once.

The case owner has two sources (COUN-13): the case system names one at each look-up, and a caseworker may choose one, or
none, here. The newest word holds: what was chosen here stands until the case system names another than it named then;
the same name again is no news and overwrites nothing. `give_to` and `give_back` are the choosing by hand.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Value, When

from admin_module.models import ContactGroup, ConversationType, Counsellor
from booking.cpr import born_on
from booking.models import BookingDeadline, Citizen, CitizenAbsence, CprNumber, CprStatus, DueDate
from planner.accounts.models import User
from planner.accounts.vault import digest, encrypt
from planner.dfdg.messages import PersonFacts
from planner.prepared import rows_of

FRESH = timedelta(hours=24)
FROM_DFDG = "dfdg"
FROM_LIST = "list"
LOCK = 7201

FACTS = (
    "given_name",
    "middle_name",
    "family_name",
    "address",
    "postal_code",
    "city",
    "phone",
    "email",
    "contact_group",
    "contact_group_from",
    "contact_group_told_at",
    "person_category",
    "person_groups",
    "unemployed_from",
    "activation_type",
    "cpr_status",
    "digital_exempt",
    "case_owner",
    "owner_named",
    "owner_set_at",
    "owner_set_by",
    "source",
    "fetched_at",
)


@dataclass(frozen=True, slots=True)
class KnownAbsence:
    """A citizen's absence as a list says it; both days included."""

    kind: str
    first_on: date
    last_on: date | None = None


def citizens_by_cpr(cprs: Iterable[str]) -> dict[str, Citizen]:
    """Those of the numbers that this job centre knows, by number; also by a number they no longer have."""
    by_digest = {digest(cpr): cpr for cpr in cprs}
    rows = rows_of(BY_NUMBER, [list(by_digest)])
    return {by_digest[found]: Citizen.from_db(connection.alias, NAMES, values) for found, *values in rows}


NAMES = [field.attname for field in Citizen._meta.concrete_fields]
BY_NUMBER = """
SELECT number.digest, {names}
FROM booking_cprnumber number JOIN booking_citizen citizen ON citizen.id = number.citizen_id
WHERE number.digest = ANY(%s::bytea[]) ORDER BY number.valid_to DESC NULLS FIRST
""".format(names=", ".join(f"citizen.{name}" for name in NAMES))


def is_fresh(citizen: Citizen, *, now: datetime) -> bool:
    """Whether what is known of them is new enough to plan by."""
    here = citizen.cpr_status != CprStatus.ELSEWHERE
    return here and citizen.fetched_at is not None and now - citizen.fetched_at <= FRESH


def note_elsewhere(cprs: Iterable[str]) -> int:
    """DFDG gives these to another authority: what is known of them stays, and their coming appointments are to be
    handled (CIT-04). How many of them are known here."""
    moved = [citizen.pk for citizen in citizens_by_cpr(cprs).values()]
    return Citizen.objects.filter(pk__in=moved).update(cpr_status=CprStatus.ELSEWHERE)


def record_facts(*, jobcentre_id: int, facts: Sequence[PersonFacts], now: datetime) -> dict[str, Citizen]:
    """Keep what DFDG says of these persons, as it is now; those not yet known get a row. By number."""
    _lock(jobcentre_id)
    known = citizens_by_cpr(person.cpr for person in facts)
    _make_contact_groups(facts)
    owners = _case_owners(facts)
    citizens = {}
    for person in facts:
        citizen = known.get(person.cpr) or _citizen(jobcentre_id, person.cpr)
        if person.case_owner:
            _hear_of_owner(citizen, _fits("owner_named", person.case_owner), owners)
        _take_over(citizen, person, now)
        citizens[person.cpr] = citizen
    Citizen.objects.bulk_create(
        citizens.values(), update_conflicts=True, unique_fields=["id"], update_fields=[*FACTS, "born_on"]
    )
    _make_numbers(jobcentre_id, {cpr: citizen for cpr, citizen in citizens.items() if cpr not in known})
    _replace_absences(jobcentre_id, facts, citizens, now)
    _replace_due_dates(jobcentre_id, facts, citizens, now)
    _replace_deadlines(jobcentre_id, facts, citizens, now)
    return citizens


def make_bare(*, jobcentre_id: int, cprs: Collection[str]) -> dict[str, Citizen]:
    """Citizens whom nobody could tell anything about yet: nothing but their number and date of birth."""
    _lock(jobcentre_id)
    known = citizens_by_cpr(cprs)
    made = {cpr: _citizen(jobcentre_id, cpr) for cpr in cprs if cpr not in known}
    Citizen.objects.bulk_create(made.values())
    _make_numbers(jobcentre_id, made)
    return known | made


def remember_due_dates(
    *, jobcentre_id: int, due: Mapping[uuid.UUID, Mapping[str, date]], source: str = FROM_LIST, now: datetime
) -> None:
    """Due dates that a list brought; they hold until another list says otherwise."""
    rows = [
        DueDate(jobcentre_id=jobcentre_id, citizen_id=citizen_id, kind=kind, due_on=on, source=source, fetched_at=now)
        for citizen_id, kinds in due.items()
        for kind, on in kinds.items()
    ]
    DueDate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["citizen", "kind"],
        update_fields=["due_on", "source", "fetched_at"],
    )


def remember_absences(
    *, jobcentre_id: int, absences: Mapping[uuid.UUID, Sequence[KnownAbsence]], now: datetime
) -> None:
    """Absences that a case system handed over with its list, beside those that DFDG knows."""
    known = set(
        CitizenAbsence.objects.filter(citizen__in=absences).values_list("citizen_id", "kind", "first_on", "last_on")
    )
    CitizenAbsence.objects.bulk_create(
        CitizenAbsence(
            jobcentre_id=jobcentre_id,
            citizen_id=citizen_id,
            kind=one.kind,
            first_on=one.first_on,
            last_on=one.last_on,
            fetched_at=now,
        )
        for citizen_id, found in absences.items()
        for one in dict.fromkeys(found)
        if (citizen_id, one.kind, one.first_on, one.last_on) not in known
    )


def give_to(
    *,
    jobcentre_id: int,
    owner: Counsellor | None,
    present: int | None,
    citizens: Collection[uuid.UUID] | None,
    by: User,
    now: datetime,
) -> int:
    """Let `owner`, or nobody, be case owner of these citizens, or of all that `present` has; how many.

    Only of those whose case owner still is `present`: whom somebody else gave away meanwhile stays there.
    """
    _lock(jobcentre_id)
    theirs = Citizen.objects.filter(case_owner=present)
    chosen = theirs if citizens is None else theirs.filter(pk__in=list(citizens))
    return chosen.update(case_owner=owner, owner_set_at=now, owner_set_by=by)


def give_back(*, jobcentre_id: int, owner: Counsellor | None, by: User, at: datetime, now: datetime) -> int:
    """«Fortryd»: whom this person gave away at that instant, and nobody since, has `owner` again; how many.

    Whom the case system names as this one follows the case system again.
    """
    _lock(jobcentre_id)
    named = When(owner_named=owner.employee_id if owner else "", then=Value(None))
    given = Citizen.objects.filter(owner_set_by=by, owner_set_at=at)
    return given.update(case_owner=owner, owner_set_at=Case(named, default=Value(now)))


def _hear_of_owner(citizen: Citizen, named: str, owners: Mapping[str, Counsellor]) -> None:
    """News of the case owner counts, what was said before does not undo what a person chose."""
    if citizen.owner_set_at is None or named != citizen.owner_named:
        citizen.case_owner = owners.get(named)
        citizen.owner_set_at, citizen.owner_set_by = None, None
    citizen.owner_named = named


def _lock(jobcentre_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, jobcentre_id & 0x7FFFFFFF])


def _citizen(jobcentre_id: int, cpr: str) -> Citizen:
    born = born_on(cpr)
    if born is None:
        raise ValueError("a number without a date of birth is no citizen's")
    return Citizen(jobcentre_id=jobcentre_id, given_name="", family_name="", born_on=born)


def _make_numbers(jobcentre_id: int, citizens: Mapping[str, Citizen]) -> None:
    CprNumber.objects.bulk_create(
        CprNumber(jobcentre_id=jobcentre_id, citizen=citizen, encrypted=encrypt(cpr), digest=digest(cpr))
        for cpr, citizen in citizens.items()
    )


def _fits(field: str, text: str) -> str:
    longest: int = getattr(Citizen._meta.get_field(field), "max_length")  # noqa: B009 - every such field has one
    return text.replace("\0", "")[:longest]


def _take_over(citizen: Citizen, person: PersonFacts, now: datetime) -> None:
    texts: dict[str, Any] = {
        name: _fits(name, getattr(person, name))
        for name in ("given_name", "middle_name", "family_name", "address", "postal_code", "city", "phone", "email")
    }
    for name, text in texts.items():
        setattr(citizen, name, text)
    group = person.contact_group.code if person.contact_group else None
    if group != citizen.contact_group_id:
        citizen.contact_group_id, citizen.contact_group_from, citizen.contact_group_told_at = group, None, None
    citizen.person_category, citizen.person_groups = person.person_category, list(person.person_groups)
    citizen.unemployed_from = person.unemployed_since
    citizen.activation_type = _fits("activation_type", person.activation_type)
    citizen.cpr_status = person.cpr_status.value
    citizen.digital_exempt = person.digital_exempt
    citizen.source, citizen.fetched_at = FROM_DFDG, now


def _make_contact_groups(facts: Sequence[PersonFacts]) -> None:
    told = {person.contact_group.code: person.contact_group.name for person in facts if person.contact_group}
    missing = set(told) - set(ContactGroup.objects.filter(code__in=told).values_list("code", flat=True))
    ContactGroup.objects.bulk_create(
        (ContactGroup(code=code, name=told[code][:100]) for code in sorted(missing)), ignore_conflicts=True
    )


def _case_owners(facts: Sequence[PersonFacts]) -> dict[str, Counsellor]:
    named = {person.case_owner for person in facts if person.case_owner}
    living = Counsellor.objects.living().filter(employee_id__in=named)
    return {one.employee_id: one for one in living}


def _replace_absences(
    jobcentre_id: int, facts: Sequence[PersonFacts], citizens: Mapping[str, Citizen], now: datetime
) -> None:
    CitizenAbsence.objects.filter(citizen__in=citizens.values()).delete()
    CitizenAbsence.objects.bulk_create(
        CitizenAbsence(
            jobcentre_id=jobcentre_id,
            citizen=citizens[person.cpr],
            kind=absence.kind.name[:60],
            first_on=absence.starts_on,
            last_on=absence.ends_on,
            fetched_at=now,
        )
        for person in facts
        for absence in person.absences
        if absence.ends_on is None or absence.starts_on <= absence.ends_on
    )


def _replace_due_dates(
    jobcentre_id: int, facts: Sequence[PersonFacts], citizens: Mapping[str, Citizen], now: datetime
) -> None:
    """Those from a list stay: the list is what the caseworker brought."""
    DueDate.objects.filter(citizen__in=citizens.values(), source=FROM_DFDG).delete()
    DueDate.objects.bulk_create(
        (
            DueDate(
                jobcentre_id=jobcentre_id,
                citizen=citizens[person.cpr],
                kind=due.kind[:100],
                due_on=due.due_on,
                source=FROM_DFDG,
                fetched_at=now,
            )
            for person in facts
            for due in person.due_dates
        ),
        ignore_conflicts=True,
    )


def _replace_deadlines(
    jobcentre_id: int, facts: Sequence[PersonFacts], citizens: Mapping[str, Citizen], now: datetime
) -> None:
    """The look-up names no ids: one that a pushed message told of keeps its own."""
    types = set(ConversationType.objects.values_list("code", flat=True))
    before = BookingDeadline.objects.filter(citizen__in=citizens.values())
    ids = {
        (one.citizen_id, one.type_id, one.book_by): one.external_id for one in before.exclude(external_id__isnull=True)
    }
    before.delete()
    BookingDeadline.objects.bulk_create(
        (
            BookingDeadline(
                jobcentre_id=jobcentre_id,
                citizen=citizens[person.cpr],
                external_id=ids.get((citizens[person.cpr].pk, deadline.conversation_type, deadline.book_by)),
                type_id=deadline.conversation_type,
                book_by=deadline.book_by,
                hold_by=deadline.hold_by,
                status=deadline.status,
                fetched_at=now,
            )
            for person in facts
            for deadline in person.deadlines
            if deadline.conversation_type in types
        ),
        ignore_conflicts=True,
    )
