"""The cast of the tests and plain functions that make rows. Everything else a test says itself.

Anna is a counsellor in team Nord, Bo a caseworker there; Carla works at another job centre and must see nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from admin_module.models import (
    ContactGroup,
    ConversationType,
    Counsellor,
    CounsellorTeam,
    ReservedTime,
    Room,
    RoomTeam,
    Schedule,
    Team,
    WorkingHours,
)
from booking.models import (
    Appointment,
    AppointmentCounsellor,
    Citizen,
    Condition,
    CprNumber,
    OfferCounsellor,
    OfferRule,
    OnlineOffer,
    PlacedBy,
    RuleGroup,
    RuleKind,
    Summons,
)
from booking.states import SummonsStatus
from planner.accounts.models import Jobcentre, JobcentreCode, Membership, Settings, User
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import digest, encrypt
from summons.models import LookUp, Run, RunCitizen, RunCounsellor

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=COPENHAGEN)
PASSWORD = "Fjordby-2026"

_numbers = itertools.count(1)


def at(day: date, clock: str) -> datetime:
    """The instant of a wall-clock time in Copenhagen: at(MONDAY, "09:00")."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=COPENHAGEN)


def make_jobcentre(name: str = "Jobcenter Nordby", code: str = "10300") -> Jobcentre:
    """A job centre with its code, settings and root team. Afterwards nobody is acted for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accounts_jobcentre_id_seq')")
        pk = cursor.fetchone()[0]
    with acting_for(pk, source="test"):
        jobcentre = Jobcentre.objects.create(pk=pk, name=name)
        JobcentreCode.objects.create(jobcentre=jobcentre, code=code)
        Settings.objects.create(jobcentre=jobcentre, contact_phone="70101010", contact_email="kontakt@nordby.dk")
        Team.objects.create(
            jobcentre=jobcentre, name=name, address="Rådhuspladsen 1", postal_code="9990", city="Nordby"
        )
    return jobcentre


@cache
def _hashed(password: str) -> str:
    """Hashing takes a tenth of a second: once a run is enough."""
    return make_password(password)


def make_user(jobcentre: Jobcentre, username: str, *roles: Role, name: str = "") -> User:
    given, family = (name or f"{username.title()} Holm").split(" ", 1)
    user = User(username=username, given_name=given, family_name=family, email=f"{username}@example.dk")
    user.password = _hashed(PASSWORD)
    user.save()
    with acting_for(jobcentre.pk, source="test"):
        Membership.objects.create(jobcentre=jobcentre, user=user, roles=[str(role) for role in roles])
    return user


def make_team(jobcentre: Jobcentre, name: str = "Nord", parent: Team | None = None) -> Team:
    parent = parent or Team.objects.get(parent=None)
    team = Team(jobcentre=jobcentre, parent=parent, name=name, address="Havnegade 4", postal_code="9990", city="Nordby")
    team.save()
    return team


def make_counsellor(
    team: Team,
    name: str = "Anna Agger",
    *,
    hours: tuple[str, str] | None = ("08:00", "16:00"),
    max_share: int = 100,
    automatic_share: int = 100,
    user: User | None = None,
) -> Counsellor:
    """A counsellor of the team with the same hours Monday to Friday, from a year back; hours=None gives none."""
    given, family = name.rsplit(" ", 1)
    counsellor = Counsellor.objects.create(
        jobcentre=team.jobcentre,
        employee_id=f"CVR:12345678-UUID:{next(_numbers):012d}",
        given_name=given,
        family_name=family,
        initials=given[0] + family[0],
        email=f"{given.split()[0].lower()}@example.dk",
        user=user,
    )
    CounsellorTeam.objects.create(jobcentre=team.jobcentre, counsellor=counsellor, team=team)
    if hours:
        schedule = Schedule.objects.create(
            jobcentre=team.jobcentre,
            counsellor=counsellor,
            valid_from=date(2025, 1, 1),
            max_conversation_share=max_share,
            automatic_share=automatic_share,
        )
        WorkingHours.objects.bulk_create(
            WorkingHours(
                jobcentre=team.jobcentre,
                schedule=schedule,
                weekday=weekday,
                start=time.fromisoformat(hours[0]),
                end=time.fromisoformat(hours[1]),
            )
            for weekday in range(5)
        )
    return counsellor


def make_reserved_time(
    owner: Team | Counsellor | None,
    start: str = "10:00",
    end: str = "11:00",
    purpose: str = ReservedTime.Purpose.SELF_BOOKING,
    *,
    first_on: date = date(2026, 1, 1),
    last_on: date | None = None,
    weekday: int = 0,
) -> ReservedTime:
    """A Monday's hour kept for one purpose."""
    assert owner is not None
    whose = {"team" if isinstance(owner, Team) else "counsellor": owner}
    return ReservedTime.objects.create(
        jobcentre_id=owner.jobcentre_id,
        weekday=weekday,
        start=start,
        end=end,
        purpose=purpose,
        first_on=first_on,
        last_on=last_on,
        **whose,
    )


def make_room(team: Team, name: str = "Lokale 1", capacity: int | None = 2, overbooking: int = 0) -> Room:
    room = Room.objects.create(jobcentre=team.jobcentre, name=name, capacity=capacity, overbooking=overbooking)
    RoomTeam.objects.create(jobcentre=team.jobcentre, room=room, team=team)
    return room


def make_cpr(number: int, born_on: date = date(1988, 5, 12)) -> str:
    """A fictitious CPR number, valid by its date: the same for the same `number` (0-8999)."""
    return f"{born_on:%d%m%y}{1000 + number % 3000:04d}"


def make_citizen(jobcentre: Jobcentre, name: str = "", cpr: str = "") -> Citizen:
    """An active citizen with a CPR number, looked up just now."""
    number = next(_numbers)
    cpr = cpr or make_cpr(number, date(1960, 1, 1) + timedelta(days=number // 3000 + number % 12000))
    given, family = (name or f"Borger Nummer{number}").rsplit(" ", 1)
    citizen = Citizen.objects.create(
        jobcentre=jobcentre,
        given_name=given,
        family_name=family,
        born_on=datetime.strptime(cpr[:4] + "19" + cpr[4:6], "%d%m%Y").date(),  # noqa: DTZ007
        address="Strandvej 7",
        postal_code="9990",
        city="Nordby",
        contact_group=ContactGroup.objects.get_or_create(code=1, defaults={"name": "Dagpengemodtager"})[0],
        fetched_at=timezone.now(),
    )
    CprNumber.objects.create(jobcentre=jobcentre, citizen=citizen, encrypted=encrypt(cpr), digest=digest(cpr))
    return citizen


def make_run(author: User, team: Team, *counsellors: Counsellor, now: datetime = NOW, **details: object) -> Run:
    """A run past step 1: individual job conversations in person, 45 + 15 minutes, from MONDAY."""
    values: dict[str, object] = {
        "type_id": ConversationType.JOB_CONVERSATION,
        "title": "Jobsamtale",
        "description": "Vi taler om din jobsøgning.",
        "duration": 45,
        "reporting_time": 15,
        "contact_phone": "70101010",
        "rebooking_allowed": True,
        "rebooking_days": 1,
        "earliest_on": MONDAY,
        "name": "Jobsamtaler, uge 49",
        "step": 2,
    }
    run = Run.objects.create(
        jobcentre=team.jobcentre,
        author=author,
        saved_by=author,
        team=team,
        created_at=now,
        saved_at=now,
        **(values | details),
    )
    RunCounsellor.objects.bulk_create(
        RunCounsellor(jobcentre=team.jobcentre, run=run, counsellor=counsellor) for counsellor in counsellors
    )
    return run


def add_line(run: Run, citizen: Citizen, *, deadline: date | None = None, selected: bool = True) -> RunCitizen:
    """A looked-up citizen on the run's list."""
    number = citizen.numbers.get(valid_to=None)
    return RunCitizen.objects.create(
        jobcentre=run.jobcentre,
        run=run,
        line=run.lines.count() + 2,
        encrypted=number.encrypted,
        digest=number.digest,
        born_on=citizen.born_on,
        citizen=citizen,
        look_up=LookUp.FOUND,
        deadline=deadline,
        selected=selected,
    )


def make_summons(
    citizen: Citizen,
    counsellor: Counsellor,
    team: Team,
    *,
    by: User | None = None,
    day: date = MONDAY,
    clock: str = "09:00",
    now: datetime = NOW,
    status: SummonsStatus = SummonsStatus.SENT,
    room: Room | None = None,
    appointment: Appointment | None = None,
    **particulars: object,
) -> Summons:
    """A summons to a job conversation of 45 minutes (or to `appointment`); nothing is claimed, nothing reported."""
    appointment = appointment or make_appointment(counsellor, team, day=day, clock=clock, now=now, room=room)
    values: dict[str, object] = {"prepared_by": by, "prepared_at": now, "rebook_until": day - timedelta(days=1)}
    if status != SummonsStatus.PENDING:
        values |= {"number": 48000 + next(_numbers), "sent_at": now, "sent_by": by}
    if status == SummonsStatus.CANCELLED:
        values |= {"cancelled_at": now}
    return Summons.objects.create(
        jobcentre=team.jobcentre, appointment=appointment, citizen=citizen, status=status, **(values | particulars)
    )


def make_appointment(
    counsellor: Counsellor,
    team: Team,
    *,
    day: date = MONDAY,
    clock: str = "09:00",
    now: datetime = NOW,
    room: Room | None = None,
    **details: object,
) -> Appointment:
    """An individual job conversation in person, 45 + 15 minutes; nothing is claimed."""
    start = at(day, clock)
    values: dict[str, object] = {
        "type_id": ConversationType.JOB_CONVERSATION,
        "title": "Jobsamtale",
        "description": "Vi taler om din jobsøgning.",
        "duration": 45,
        "reporting_time": 15,
        "rebooking_allowed": True,
        "address": team.address,
        "postal_code": team.postal_code,
        "city": team.city,
        "end_at": start + timedelta(minutes=45),
        "start_tick": (start.hour * 60 + start.minute) // 5,
        "placed_by": PlacedBy.AUTOMATIC,
    }
    appointment = Appointment.objects.create(
        jobcentre=team.jobcentre, team=team, room=room, day=day, start_at=start, created_at=now, **(values | details)
    )
    AppointmentCounsellor.objects.create(jobcentre=team.jobcentre, appointment=appointment, counsellor=counsellor)
    return appointment


ADULTS = ((RuleKind.AGE, Condition.AT_LEAST, "18"),)


def make_offer(
    team: Team,
    *counsellors: Counsellor,
    now: datetime = NOW,
    rules: Sequence[tuple[str, str, str]] = ADULTS,
    **details: object,
) -> OnlineOffer:
    """A published offer of job conversations of 45 + 15 minutes, for all of 18 years and more, on the full hours."""
    values: dict[str, object] = {
        "number": 20000 + next(_numbers),
        "type_id": ConversationType.JOB_CONVERSATION,
        "title": "Jobsamtale",
        "description": "Vi taler om din jobsøgning.",
        "duration": 45,
        "reporting_time": 15,
        "interval": 60,
        "rebooking_allowed": True,
        "cancellation_allowed": True,
        "is_active": True,
        "created_at": now,
        "published_at": now,
    }
    offer = OnlineOffer.objects.create(jobcentre=team.jobcentre, team=team, **(values | details))
    OfferCounsellor.objects.bulk_create(
        OfferCounsellor(jobcentre=team.jobcentre, offer=offer, counsellor=one) for one in counsellors
    )
    for kind, condition, criterion in rules:
        add_rule(offer, kind, condition, criterion)
    return offer


def add_rule(offer: OnlineOffer, kind: str, condition: str, criterion: object) -> OfferRule:
    """One more rule in the offer's first group."""
    group, _made = RuleGroup.objects.get_or_create(jobcentre=offer.jobcentre, offer=offer, position=0)
    return OfferRule.objects.create(
        jobcentre=offer.jobcentre, group=group, kind=kind, condition=condition, criterion=str(criterion)
    )


@dataclass
class World:
    """Nordby: team Nord with counsellors Anna and Birk and two rooms, caseworker Bo, administrator Ada."""

    jobcentre: Jobcentre
    team: Team
    anna: Counsellor
    birk: Counsellor
    room: Room
    bo: User
    ada: User
    anna_user: User
    rooms: list[Room] = field(default_factory=list)


def make_nordby() -> World:
    """Nordby as above; the caller decides whom to act for afterwards."""
    jobcentre = make_jobcentre()
    bo = make_user(jobcentre, "bo", Role.CASEWORKER, name="Bo Dam")
    ada = make_user(jobcentre, "ada", Role.ADMINISTRATOR, name="Ada Krog")
    anna_user = make_user(jobcentre, "anna", Role.COUNSELLOR, name="Anna Agger")
    with acting_for(jobcentre.pk, source="test"):
        make_types()
        team = make_team(jobcentre)
        anna = make_counsellor(team, "Anna Agger", user=anna_user)
        birk = make_counsellor(team, "Birk Bisgaard")
        rooms = [make_room(team, "Lokale 1"), make_room(team, "Salen", capacity=12, overbooking=2)]
    return World(jobcentre, team, anna, birk, rooms[0], bo, ada, anna_user, rooms)


def make_types() -> None:
    """The two national types that the tests use most."""
    for code, name in ((7, "Jobsamtale"), (4, "Opfølgningssamtale"), (9, "Informationsmøde")):
        ConversationType.objects.get_or_create(code=code, defaults={"name": name})


def make_skovby() -> tuple[Jobcentre, User]:
    """Another job centre with caseworker Carla, who must see nothing of Nordby."""
    jobcentre = make_jobcentre("Jobcenter Skovby", "10400")
    return jobcentre, make_user(jobcentre, "carla", Role.CASEWORKER, name="Carla Juhl")
