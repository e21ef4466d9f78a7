"""PURE  The demo population: the same invented people every time, their dates laid out from a given day.

Nobody here exists. A CPR number is made of a real date and a serial that *fails* the modulus 11 check, and no one is
born on 1 January: real numbers without that check were only ever given to people born on some firsts of January.
Telephone numbers begin with 10, which the Danish numbering plan gives to no subscriber; e-mail ends in `.example`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from planner.dfdg.codes import AbsenceCode, ConversationTypeCode, DeadlineStatus, EmployeeIdKind
from planner.dfdg.messages import (
    Absence,
    BookingDeadline,
    Coded,
    CprStatus,
    DueDate,
    Employee,
    GroupLevel,
    PersonFacts,
    PersonGroupRow,
)
from planner.dfdg.simulator import names

T = TypeVar("T")

FJORDBY = "10100"
SKOVBY = "10200"
SIZES = {FJORDBY: 400, SKOVBY: 60}

UNEMPLOYED = Coded(1, "Dagpengemodtager")
JOB_READY = Coded(2, "Jobparat kontanthjælpsmodtager")
ACTIVITY_READY = Coded(3, "Aktivitetsparat kontanthjælpsmodtager")
SICK = Coded(4, "Sygedagpengemodtager")
STUDENT_AID = Coded(12, "Uddannelseshjælpsmodtager")
CLARIFICATION = Coded(13, "Jobafklaring")
FLEX_BENEFIT = Coded(17, "Ledighedsydelsesmodtager")
CONTACT_GROUPS = {
    UNEMPLOYED: 60,
    JOB_READY: 17,
    ACTIVITY_READY: 5,
    SICK: 8,
    STUDENT_AID: 5,
    CLARIFICATION: 3,
    FLEX_BENEFIT: 2,
}
FIRST_TEAM_GROUPS = (UNEMPLOYED, JOB_READY)
ACTIVATIONS = {
    "Ingen aktivitet": 60,
    "Vejledning": 13,
    "Løntilskud": 8,
    "Virksomhedspraktik": 8,
    "Mentor": 7,
    "Ordinær uddannelse": 4,
}

DUE_JOB = "Falduge jobsamtale"
DUE_FIRST = "Falduge første samtale"
DUE_FOLLOW_UP = "Falduge opfølgningssamtale"
DUE_CV = "Falduge CV-samtale"
DUE_KINDS = (DUE_JOB, DUE_FIRST, DUE_FOLLOW_UP, DUE_CV)
WEEKS_UNTIL_DUE = {0: 3, 1: 18, 2: 25, 3: 22, 4: 14, 5: 11, 6: 7}
KINDS_OF_DUE_DATE = {
    UNEMPLOYED: DUE_JOB,
    JOB_READY: DUE_JOB,
    STUDENT_AID: DUE_JOB,
}

HOLIDAY = Coded(AbsenceCode.HOLIDAY, "Ferie")
ILLNESS = Coded(AbsenceCode.ILLNESS, "Sygdom")
PARENTAL_LEAVE = Coded(AbsenceCode.PARENTAL_LEAVE, "Barsel")
TEMPORARY_WORK = Coded(AbsenceCode.TEMPORARY_WORK, "Midlertidigt arbejde")


@dataclass(frozen=True, slots=True)
class DemoJobcentre:
    code: str
    name: str
    address: str
    postal_code: str
    city: str
    phone: str
    email: str


JOBCENTRES = (
    DemoJobcentre(FJORDBY, "Jobcenter Fjordby", "Havnegade 4", "5999", "Fjordby", "70101214", "job@fjordby.example"),
    DemoJobcentre(SKOVBY, "Jobcenter Skovby", "Bøgevej 1", "5998", "Skovby", "70101215", "job@skovby.example"),
)
PLACES = {jobcentre.code: jobcentre for jobcentre in JOBCENTRES}


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"planner.example/{name}")


FAST_TRACK = PersonGroupRow(group_id=_id("fast-track"), name="Tidlig opfølgning – fast track", level=GroupLevel.STATE)
BRIDGE = PersonGroupRow(
    group_id=_id("bridge"), name="Brobygning til job", level=GroupLevel.REGION, jobcentre_codes=(FJORDBY, SKOVBY)
)
YOUNG = PersonGroupRow(
    group_id=_id("young"), name="Unge med job i sigte", level=GroupLevel.JOBCENTRE, jobcentre_codes=(FJORDBY,)
)
SENIORS = PersonGroupRow(
    group_id=_id("seniors"), name="Seniornetværk", level=GroupLevel.JOBCENTRE, jobcentre_codes=(SKOVBY,)
)
PERSON_GROUPS = (FAST_TRACK, BRIDGE, YOUNG, SENIORS)


@dataclass(frozen=True, slots=True)
class Population:
    """Who the simulator knows on a day; `candidates` are the employees who are not counsellors yet."""

    today: date
    jobcentres: tuple[DemoJobcentre, ...]
    people: tuple[PersonFacts, ...]
    employees: tuple[Employee, ...]
    candidates: tuple[Employee, ...]
    person_groups: tuple[PersonGroupRow, ...]

    def of(self, jobcentre_code: str) -> tuple[PersonFacts, ...]:
        return tuple(person for person in self.people if person.jobcentre_code == jobcentre_code)

    def counsellors(self, jobcentre_code: str) -> tuple[Employee, ...]:
        return tuple(
            employee
            for employee in self.employees
            if employee.jobcentre_code == jobcentre_code and employee not in self.candidates
        )


def population(today: date) -> Population:
    """Everybody, with due dates, absences and deadlines of the weeks around `today`."""
    monday = planning_monday(today)
    candidates = tuple(_employees(FJORDBY, names.CANDIDATES_OF_FJORDBY, certified=13))
    people = (_relative_to(person, number, today, monday) for number, person in enumerate(_everybody()))
    return Population(
        today=today,
        jobcentres=JOBCENTRES,
        people=tuple(people),
        employees=(*_counsellors(FJORDBY), *candidates, *_counsellors(SKOVBY)),
        candidates=candidates,
        person_groups=PERSON_GROUPS,
    )


def planning_monday(today: date) -> date:
    """The Monday that dates are counted from: today, or else the next, so that notice can be given before the first."""
    return today + timedelta(days=-today.weekday() % 7)


# Employees


@lru_cache
def _counsellors(jobcentre_code: str) -> tuple[Employee, ...]:
    full_names = {FJORDBY: names.COUNSELLORS_OF_FJORDBY, SKOVBY: names.COUNSELLORS_OF_SKOVBY}[jobcentre_code]
    return tuple(_employees(jobcentre_code, full_names, certified=len(full_names)))


def _employees(jobcentre_code: str, full_names: Sequence[str], *, certified: int) -> Iterator[Employee]:
    """The first `certified` have an employee certificate; the others cannot become counsellors."""
    domain = f"{PLACES[jobcentre_code].city.lower()}.example"
    for place, full_name in enumerate(full_names):
        given_name, family_name = full_name.split(" ")
        has_certificate = place < certified
        yield Employee(
            identifier=f"CVR:{jobcentre_code}000-UUID:{_id(full_name)}" if has_certificate else "",
            id_kind=EmployeeIdKind.UUID,
            given_name=given_name,
            family_name=family_name,
            email=f"{_ascii(given_name)}.{_ascii(family_name)}@{domain}",
            jobcentre_code=jobcentre_code,
            has_certificate=has_certificate,
        )


LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ö": "o", "ü": "u", "ş": "s", "ç": "c", "ğ": "g"})


def _ascii(name: str) -> str:
    return name.lower().replace(" ", ".").translate(LETTERS)


# People: what does not change with the day


@lru_cache
def _everybody() -> tuple[PersonFacts, ...]:
    taken: set[str] = set()
    people = [_person(code, number, taken) for code, size in SIZES.items() for number in range(size)]
    people[0] = _peter(taken)
    return (*people, *_special(taken))


def _peter(taken: set[str]) -> PersonFacts:
    """The citizen of the guide's pictures."""
    return replace(
        _person(FJORDBY, 0, taken, born_on=date(1988, 5, 12), woman=False),
        given_name="Peter",
        middle_name="Krogh",
        family_name="Madsen",
        address="Skovvej 12",
        email="peter.krogh@mail.example",
        contact_group=UNEMPLOYED,
        case_owner=_counsellors(FJORDBY)[0].identifier,
    )


def _person(
    jobcentre_code: str, number: int, taken: set[str], *, born_on: date | None = None, woman: bool | None = None
) -> PersonFacts:
    chance = _chance(f"{jobcentre_code}/{number}")
    woman = chance.random() < 0.52 if woman is None else woman
    born_on = born_on or _birthday(chance)
    given_name, middle_name, family_name = _name(chance, woman=woman)
    group = _weighted(chance, CONTACT_GROUPS)
    digital_exempt = number % 47 == 23
    place = PLACES[jobcentre_code]
    return PersonFacts(
        cpr=_cpr(chance, born_on, taken, woman=woman),
        given_name=given_name,
        middle_name=middle_name,
        family_name=family_name,
        address=_address(chance),
        postal_code=place.postal_code,
        city=place.city,
        email=""
        if digital_exempt or number % 8 == 5
        else f"{_ascii(given_name)}.{_ascii(family_name)}{number}@mail.example",
        phone="" if number % 12 == 7 else f"10{chance.randrange(10**6):06}",
        cpr_status_name="Aktiv",
        jobcentre_code=jobcentre_code,
        contact_group=group,
        person_category=chance.choice((4, 5, 6)),
        person_groups=tuple(_groups(chance, jobcentre_code, born_on)),
        activation_type=_weighted(chance, ACTIVATIONS),
        digital_exempt=digital_exempt,
        case_owner=_case_owner(chance, jobcentre_code, group),
    )


def _chance(seed: str) -> Random:
    """The same throws every time; nothing secret hangs on them."""
    return Random(seed)  # noqa: S311


def _weighted(chance: Random, weights: dict[T, int]) -> T:
    return chance.choices(tuple(weights), tuple(weights.values()))[0]


def _birthday(chance: Random) -> date:
    """From 1960 to 2007, never 1 January."""
    return date(chance.randint(1960, 2007), 1, 2) + timedelta(days=chance.randrange(363))


def _name(chance: Random, *, woman: bool) -> tuple[str, str, str]:
    from_abroad = chance.random() < 0.16
    given = (
        (names.WOMEN_FROM_ABROAD if woman else names.MEN_FROM_ABROAD)
        if from_abroad
        else (names.WOMEN if woman else names.MEN)
    )
    family = names.FAMILY_FROM_ABROAD if from_abroad and chance.random() < 0.75 else names.FAMILY
    middle = chance.choice(names.MIDDLE) if chance.random() < 0.28 else ""
    return chance.choice(given), middle, _common_first(chance, family)


def _common_first(chance: Random, family: Sequence[str]) -> str:
    """Names stand with the most common first; those are met more often."""
    return family[int(len(family) * chance.random() ** 1.6)]


CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def _cpr(chance: Random, born_on: date, taken: set[str], *, woman: bool) -> str:
    """A free number of that day: the seventh digit tells the century, the last the sex; modulus 11 fails."""
    while True:
        seventh = chance.randint(0, 3) if born_on.year < 2000 else chance.randint(4, 9)
        last = 2 * chance.randrange(5) + (0 if woman else 1)
        cpr = f"{born_on:%d%m%y}{seventh}{chance.randrange(100):02}{last}"
        if cpr not in taken and sum(w * int(digit) for w, digit in zip(CPR_WEIGHTS, cpr, strict=True)) % 11:
            taken.add(cpr)
            return cpr


def _address(chance: Random) -> str:
    house = f"{chance.choice(names.STREETS)} {chance.randint(1, 98)}{chance.choice(('', '', '', 'A', 'B'))}"
    if chance.random() < 0.55:
        return house
    floor, door = chance.choice(("st", "1", "2", "3")), chance.choice(("tv", "th", "mf"))
    return f"{house}, {floor}. {door}"


def _groups(chance: Random, jobcentre_code: str, born_on: date) -> Iterator[UUID]:
    if chance.random() < 0.05:
        yield FAST_TRACK.group_id
    if chance.random() < 0.04:
        yield BRIDGE.group_id
    if jobcentre_code == FJORDBY and born_on.year >= 1997 and chance.random() < 0.4:
        yield YOUNG.group_id
    if jobcentre_code == SKOVBY and born_on.year < 1975 and chance.random() < 0.3:
        yield SENIORS.group_id


def _case_owner(chance: Random, jobcentre_code: str, group: Coded) -> str:
    """Seven of ten have a counsellor of their own; in Fjordby the first six take those who can work."""
    counsellors = _counsellors(jobcentre_code)
    if jobcentre_code == FJORDBY:
        counsellors = counsellors[:6] if group in FIRST_TEAM_GROUPS else counsellors[6:]
    owner = chance.choice(counsellors)
    return owner.identifier if chance.random() < 0.7 else ""


def _special(taken: set[str]) -> Iterator[PersonFacts]:
    """One of each kind that must be met with care, all of Fjordby."""
    strangers = [_person(FJORDBY, number, taken) for number in range(900, 907)]
    dead, lost, abroad, abroad_too, hidden, long_name, unknown = strangers
    yield replace(dead, cpr_status=CprStatus.DEAD, cpr_status_name="Død")
    yield replace(lost, cpr_status=CprStatus.INACTIVE, cpr_status_name="Forsvundet")
    yield replace(abroad, cpr_status=CprStatus.MOVED_AWAY, cpr_status_name="Udrejst")
    yield replace(abroad_too, cpr_status=CprStatus.MOVED_AWAY, cpr_status_name="Udrejst", digital_exempt=True, email="")
    yield replace(hidden, address_protected=True, address="", postal_code="", city="")
    yield replace(
        long_name,
        given_name="Bartholomæus-Christian",
        middle_name="Åge Aleksander von Brügge",
        family_name="Østergaard-Kjærsgaard af Rosenørn",
    )
    yield replace(
        unknown, contact_group=None, activation_type="", person_category=None, case_owner="", email="", phone=""
    )


# People: what is laid out from the day


def _relative_to(person: PersonFacts, number: int, today: date, monday: date) -> PersonFacts:
    chance = _chance(f"dates/{number}")
    weeks_unemployed = int(2 + 80 * chance.random() ** 2)
    due_dates = tuple(_due_dates(chance, person, number, monday, weeks_unemployed))
    return replace(
        person,
        unemployed_since=monday - timedelta(weeks=weeks_unemployed, days=chance.randrange(7)),
        due_dates=due_dates,
        deadlines=tuple(_deadlines(chance, person, due_dates, today)),
        absences=tuple(_absences(chance, number, monday)),
    )


def _due_dates(
    chance: Random, person: PersonFacts, number: int, monday: date, weeks_unemployed: int
) -> Iterator[DueDate]:
    """Fridays of the weeks to come; three in a hundred have none."""
    if number % 33 == 32 or person.contact_group is None or person.cpr_status is not CprStatus.ACTIVE:
        return
    kind = KINDS_OF_DUE_DATE.get(person.contact_group, DUE_FOLLOW_UP)
    is_new = kind == DUE_JOB and weeks_unemployed < 5
    yield DueDate(kind=DUE_FIRST if is_new else kind, due_on=_friday(monday, _weighted(chance, WEEKS_UNTIL_DUE)))
    if is_new:
        yield DueDate(kind=DUE_CV, due_on=_friday(monday, chance.randint(1, 3)))
    elif chance.random() < 0.12:
        other = DUE_FOLLOW_UP if kind == DUE_JOB else DUE_JOB
        yield DueDate(kind=other, due_on=_friday(monday, chance.randint(3, 9)))


def _friday(monday: date, weeks: int) -> date:
    return monday + timedelta(weeks=weeks, days=4)


def _deadlines(
    chance: Random, person: PersonFacts, due_dates: Sequence[DueDate], today: date
) -> Iterator[BookingDeadline]:
    """Half of the insured unemployed are to book by themselves, a week before the conversation is due."""
    if person.contact_group != UNEMPLOYED or not due_dates or chance.random() > 0.5:
        return
    hold_by = due_dates[0].due_on
    book_by = hold_by - timedelta(days=8)
    status = DeadlineStatus.OPEN if book_by >= today else DeadlineStatus.EXCEEDED
    yield BookingDeadline(conversation_type=ConversationTypeCode.JOB, status=status, book_by=book_by, hold_by=hold_by)


def _absences(chance: Random, number: int, monday: date) -> Iterator[Absence]:
    """One in ten is on holiday some time soon, a few are ill, on leave or in passing work."""
    lot = chance.random()
    if number == 0:
        yield _absence(HOLIDAY, monday + timedelta(weeks=4), 14)
    elif lot < 0.10:
        yield _absence(HOLIDAY, monday + timedelta(days=chance.randint(0, 40)), chance.choice((5, 7, 12, 14)))
    elif lot < 0.125:
        ends = chance.random() < 0.5
        starts_on = monday - timedelta(days=chance.randint(1, 21))
        yield _absence(ILLNESS, starts_on, 28) if ends else Absence(kind=ILLNESS, starts_on=starts_on)
    elif lot < 0.135:
        yield _absence(PARENTAL_LEAVE, monday - timedelta(weeks=chance.randint(2, 16)), 46 * 7)
    elif lot < 0.15:
        yield _absence(TEMPORARY_WORK, monday + timedelta(days=chance.randint(0, 20)), 10)


def _absence(kind: Coded, starts_on: date, days: int) -> Absence:
    return Absence(kind=kind, starts_on=starts_on, ends_on=starts_on + timedelta(days=days - 1))
