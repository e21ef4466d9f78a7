"""The demo's teams, rooms, counsellors with their time, closing days and absences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from admin_module.models import (
    Absence,
    Break,
    ClosingDay,
    Competence,
    Counsellor,
    CounsellorCompetence,
    CounsellorTeam,
    ReservedTime,
    Room,
    RoomTeam,
    Schedule,
    Team,
    WorkingHours,
)
from admin_module.models.hours import CycleWeek, Weekday
from planner.accounts.models import Jobcentre, User
from planner.dfdg.messages import Employee
from planner.dfdg.simulator.population import FJORDBY, SKOVBY, planning_monday
from planner.timeline.clock import ZONE

ADDRESSES = {
    "Havnegade": {"address": "Havnegade 4", "postal_code": "5999", "city": "Fjordby"},
    "Skolegade": {"address": "Skolegade 1", "postal_code": "5999", "city": "Fjordby"},
    "Torvet": {"address": "Torvet 9", "postal_code": "5999", "city": "Fjordby"},
    "Bøgevej": {"address": "Bøgevej 1", "postal_code": "5998", "city": "Skovby"},
}

TEAMS = {
    FJORDBY: (
        ("Dagpenge", "", "Havnegade"),
        ("Over 30", "Dagpenge", "Havnegade"),
        ("Under 30", "Dagpenge", "Havnegade"),
        ("Ungeindsatsen", "", "Skolegade"),
        ("Uddannelseshjælp", "Ungeindsatsen", "Skolegade"),
        ("Sygedagpenge", "", "Havnegade"),
        ("Fastholdelse", "Sygedagpenge", "Havnegade"),
        ("Integration", "", "Torvet"),
    ),
    SKOVBY: (("Job og ledighed", "", "Bøgevej"), ("Sygemeldte", "", "Bøgevej")),
}


@dataclass(frozen=True)
class RoomPlan:
    name: str
    teams: tuple[str, ...]
    capacity: int | None = 4
    overbooking: int = 0
    place: str = ""


FIRST_TEAMS = ("Dagpenge", "Over 30", "Under 30")
ROOMS = {
    FJORDBY: (
        *(RoomPlan(f"Lokale {number}", FIRST_TEAMS) for number in range(1, 7)),
        RoomPlan("Salen", (*FIRST_TEAMS, "Sygedagpenge", "Integration"), capacity=12, overbooking=2),
        RoomPlan("Samtalerum Syd", ("Sygedagpenge", "Fastholdelse")),
        RoomPlan("Værkstedet", ("Ungeindsatsen", "Uddannelseshjælp"), capacity=8, overbooking=1),
        RoomPlan("Integrationshuset", ("Integration",), capacity=6, place="Torvet"),
    ),
    SKOVBY: (RoomPlan("Bøgen", ("Job og ledighed", "Sygemeldte")), RoomPlan("Egen", ("Job og ledighed",), capacity=10)),
}

Clock = tuple[str, str]
LUNCH: Clock = ("12:00", "12:30")


@dataclass(frozen=True)
class Week:
    """Hours by weekday (Monday first; None = no hours), breaks of every working day, shares in percent."""

    hours: tuple[Clock | None, ...]
    breaks: tuple[Clock, ...] = (LUNCH,)
    max_share: int = 100
    automatic_share: int = 75
    cycle: CycleWeek = CycleWeek.EVERY


def _all_week(start: str, end: str, **rest: str) -> tuple[Clock | None, ...]:
    """The same hours Monday to Thursday, and on Friday until `friday`."""
    return (*((start, end),) * 4, (start, rest.get("friday", end)))


@dataclass(frozen=True)
class CounsellorPlan:
    """What is local about an employee of the population."""

    teams: tuple[str, ...]
    weeks: tuple[Week, ...]
    phone: str
    competences: tuple[str, ...] = field(default=())
    can_be_summoned: bool = True


COUNSELLORS = {
    "Winnie Jensen": CounsellorPlan(
        ("Dagpenge", "Over 30"), (Week(_all_week("08:00", "15:30", friday="13:30")),), "70101221", ("Ordblindhed",)
    ),
    "Louise Ketager": CounsellorPlan(
        ("Dagpenge", "Over 30"),
        (Week(_all_week("08:30", "15:30"), breaks=(("11:30", "12:00"),), max_share=90, automatic_share=80),),
        "70101222",
    ),
    "Lotte Berg": CounsellorPlan(
        ("Dagpenge", "Under 30"), (Week((*(("09:00", "15:00"),) * 4, None), automatic_share=85),), "70101223"
    ),
    "Mikkel Dahl": CounsellorPlan(
        ("Dagpenge", "Under 30"),
        (
            Week(_all_week("08:00", "16:00"), cycle=CycleWeek.ODD),
            Week(_all_week("08:00", "15:00", friday="12:00"), cycle=CycleWeek.EVEN),
        ),
        "70101224",
    ),
    "Søren Friis": CounsellorPlan(
        ("Dagpenge", "Over 30"),
        (Week(_all_week("08:00", "16:00"), breaks=(("09:45", "10:00"), LUNCH), automatic_share=70),),
        "70101225",
        ("Polsk",),
    ),
    "Åse Holm": CounsellorPlan(
        ("Dagpenge",),
        (Week((("08:00", "15:00"), ("08:00", "15:00"), None, ("10:00", "17:00"), ("08:00", "13:00"))),),
        "70101226",
        ("Tegnsprog",),
    ),
    "Mette Lund": CounsellorPlan(
        ("Ungeindsatsen", "Uddannelseshjælp"), (Week(_all_week("08:30", "15:30", friday="14:00")),), "70101227"
    ),
    "Hassan Yildiz": CounsellorPlan(
        ("Ungeindsatsen", "Integration"),
        (Week(_all_week("09:00", "16:00"), max_share=80),),
        "70101228",
        ("Tyrkisk", "Arabisk"),
    ),
    "Birgitte Nørgaard": CounsellorPlan(
        ("Sygedagpenge", "Fastholdelse"), (Week(_all_week("08:00", "15:00", friday="13:00"), max_share=75),), "70101229"
    ),
    "Jørgen Bach": CounsellorPlan(
        ("Sygedagpenge",), (Week(_all_week("08:00", "15:30"), automatic_share=50),), "70101230", can_be_summoned=False
    ),
    "Signe Ærø": CounsellorPlan(("Integration",), (Week(_all_week("08:30", "15:00")),), "70101231", ("Ukrainsk",)),
    "Thomas Vestergaard": CounsellorPlan(
        ("Sygedagpenge", "Integration"), (Week((*(("08:00", "16:00"),) * 3, None, None)),), "70101232"
    ),
    "Ulla Brandt": CounsellorPlan(("Job og ledighed",), (Week(_all_week("08:00", "15:30")),), "70101251"),
    "Per Stenberg": CounsellorPlan(("Job og ledighed",), (Week(_all_week("08:30", "15:00")),), "70101252"),
    "Zahra Rahimi": CounsellorPlan(
        ("Job og ledighed", "Sygemeldte"), (Week(_all_week("09:00", "15:30")),), "70101253", ("Farsi",)
    ),
    "Knud Ågesen": CounsellorPlan(("Sygemeldte",), (Week(_all_week("08:00", "14:00")),), "70101254"),
}


def make_teams(jobcentre: Jobcentre, code: str) -> dict[str, Team]:
    """The tree below the root, by name."""
    teams = {"": Team.objects.get(parent=None)}
    for position, (name, parent, place) in enumerate(TEAMS[code]):
        teams[name] = Team.objects.create(
            jobcentre=jobcentre, parent=teams[parent], position=position, name=name, **ADDRESSES[place]
        )
    return teams


def make_rooms(jobcentre: Jobcentre, code: str, teams: dict[str, Team]) -> dict[str, Room]:
    plans = ROOMS[code]
    rooms = Room.objects.bulk_create(
        Room(
            jobcentre=jobcentre,
            name=plan.name,
            capacity=plan.capacity,
            overbooking=plan.overbooking,
            **ADDRESSES.get(plan.place, {}),
        )
        for plan in plans
    )
    RoomTeam.objects.bulk_create(
        RoomTeam(jobcentre=jobcentre, room=room, team=teams[team])
        for room, plan in zip(rooms, plans, strict=True)
        for team in plan.teams
    )
    return {room.name: room for room in rooms}


def make_counsellors(
    jobcentre: Jobcentre, employees: Sequence[Employee], *, teams: dict[str, Team], users: dict[str, User], today: date
) -> dict[str, Counsellor]:
    """These employees as counsellors with team, competences and hours, by name."""
    made = Counsellor.objects.bulk_create(_counsellor(jobcentre, employee, users) for employee in employees)
    counsellors = {employee.full_name: one for employee, one in zip(employees, made, strict=True)}
    CounsellorTeam.objects.bulk_create(
        CounsellorTeam(jobcentre=jobcentre, counsellor=counsellor, team=teams[team])
        for name, counsellor in counsellors.items()
        for team in COUNSELLORS[name].teams
    )
    _make_competences(jobcentre, counsellors)
    _make_hours(jobcentre, counsellors, today)
    return counsellors


def _counsellor(jobcentre: Jobcentre, employee: Employee, users: dict[str, User]) -> Counsellor:
    plan = COUNSELLORS[employee.full_name]
    return Counsellor(
        jobcentre=jobcentre,
        employee_id=employee.identifier,
        user=users.get(employee.full_name),
        given_name=employee.given_name,
        middle_name=employee.middle_name,
        family_name=employee.family_name,
        email=employee.email,
        phone=plan.phone,
        initials=employee.given_name[0] + employee.family_name[0],
        can_be_summoned=plan.can_be_summoned,
    )


def _make_competences(jobcentre: Jobcentre, counsellors: dict[str, Counsellor]) -> None:
    names = sorted({name for counsellor in counsellors for name in COUNSELLORS[counsellor].competences})
    made = Competence.objects.bulk_create(Competence(jobcentre=jobcentre, name=name) for name in names)
    competences = {competence.name: competence for competence in made}
    CounsellorCompetence.objects.bulk_create(
        CounsellorCompetence(jobcentre=jobcentre, counsellor=counsellor, competence=competences[name])
        for full_name, counsellor in counsellors.items()
        for name in COUNSELLORS[full_name].competences
    )


def _make_hours(jobcentre: Jobcentre, counsellors: dict[str, Counsellor], today: date) -> None:
    valid_from = date(today.year - 1, 1, 1)
    weeks = [(counsellor, week) for name, counsellor in counsellors.items() for week in COUNSELLORS[name].weeks]
    schedules = Schedule.objects.bulk_create(
        Schedule(
            jobcentre=jobcentre,
            counsellor=counsellor,
            valid_from=valid_from,
            cycle_week=week.cycle,
            max_conversation_share=week.max_share,
            automatic_share=week.automatic_share,
        )
        for counsellor, week in weeks
    )
    hours: list[WorkingHours] = []
    breaks: list[Break] = []
    for schedule, (_counsellor, week) in zip(schedules, weeks, strict=True):
        for weekday, period in enumerate(week.hours):
            if period:
                hours.append(WorkingHours(**_period(schedule, weekday, period)))
                breaks.extend(Break(**_period(schedule, weekday, one)) for one in week.breaks if one[1] <= period[1])
    WorkingHours.objects.bulk_create(hours)
    Break.objects.bulk_create(breaks)


def _period(schedule: Schedule, weekday: int, clock: Clock) -> dict[str, object]:
    start, end = map(time.fromisoformat, clock)
    return {
        "jobcentre_id": schedule.jobcentre_id,
        "schedule": schedule,
        "weekday": weekday,
        "start": start,
        "end": end,
    }


def make_closing_day(jobcentre: Jobcentre, today: date) -> None:
    """The second Friday that dates are counted to."""
    friday = planning_monday(today) + timedelta(days=11)
    ClosingDay.objects.create(jobcentre=jobcentre, name="Personaledag", first_on=friday, last_on=friday)


def make_absences(jobcentre: Jobcentre, counsellors: dict[str, Counsellor], today: date) -> None:
    """A holiday, a course, an illness and a meeting in the weeks to come."""
    monday = planning_monday(today)
    plans: Sequence[tuple[str, Absence.Kind, datetime, datetime]] = (
        ("Åse Holm", Absence.Kind.HOLIDAY, _at(monday, 21), _at(monday, 28)),
        ("Louise Ketager", Absence.Kind.COURSE, _at(monday, 15), _at(monday, 17)),
        ("Søren Friis", Absence.Kind.MEETING, _at(monday, 9, "13:00"), _at(monday, 9, "15:00")),
        ("Hassan Yildiz", Absence.Kind.ILLNESS, _at(today, 0), _at(today, 3)),
    )
    Absence.objects.bulk_create(
        Absence(jobcentre=jobcentre, counsellor=counsellors[name], kind=kind, start_at=start, end_at=end)
        for name, kind, start, end in plans
        if name in counsellors
    )


def make_reserved_times(
    jobcentre: Jobcentre, teams: dict[str, Team], counsellors: dict[str, Counsellor], today: date
) -> None:
    """An afternoon that the young book themselves, and a morning for summoning alone (CAL-09)."""
    if team := teams.get("Ungeindsatsen"):
        _reserve(jobcentre, Weekday.WEDNESDAY, ("13:00", "15:00"), "self_booking", today, team=team)
    if winnie := counsellors.get("Winnie Jensen"):
        _reserve(jobcentre, Weekday.FRIDAY, ("08:00", "09:00"), "summoning", today, counsellor=winnie)


def _reserve(
    jobcentre: Jobcentre, weekday: Weekday, clock: Clock, purpose: str, today: date, **whose: Team | Counsellor
) -> None:
    start, end = map(time.fromisoformat, clock)
    ReservedTime.objects.create(
        jobcentre=jobcentre,
        weekday=weekday,
        start=start,
        end=end,
        purpose=ReservedTime.Purpose(purpose),
        first_on=planning_monday(today) - timedelta(weeks=4),
        **whose,
    )


def make_illness(jobcentre: Jobcentre, counsellor: Counsellor, first: date) -> None:
    """Two days on which something is booked already, so that «Ramte aftaler» has work (ABS-03)."""
    Absence.objects.create(
        jobcentre=jobcentre,
        counsellor=counsellor,
        kind=Absence.Kind.ILLNESS,
        start_at=_at(first, 0),
        end_at=_at(first, 2),
    )


def _at(monday: date, days: int, clock: str = "00:00") -> datetime:
    return datetime.combine(monday + timedelta(days=days), time.fromisoformat(clock), ZONE)
