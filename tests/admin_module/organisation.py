"""The whole administration at once: a job centre with something on every page, made larger at will, and its pages."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import count, cycle, islice

from django.db import models
from django.urls import reverse

from admin_module.models import (
    Break,
    CalendarConnection,
    ClosingDay,
    Competence,
    ConversationVariant,
    Counsellor,
    CounsellorCompetence,
    CounsellorTeam,
    Room,
    RoomTeam,
    Schedule,
    StandardText,
    SummonsTemplate,
    Team,
    VariantTeam,
    VariantType,
    WorkingHours,
)
from planner.accounts.models import Membership, User
from planner.accounts.roles import Role
from tests.architecture.doors import DOORS
from tests.factories import MONDAY, World

HOUSE = "admin_module:"
NO_PAGES = {
    "city",
    "fetch_reference",
    "jobcentre_save",
    "counsellor_enrol",
    "counsellor_add",
    "calendar_test",
    "letters_preview",
}
"""Fragments, and what is only posted to or leads elsewhere."""
NAMES = sorted(name for name in DOORS if name.startswith(HOUSE) and name.removeprefix(HOUSE) not in NO_PAGES)
BREADTH = 5
"""Teams below a team."""

_numbers = count(1)


def address(name: str, world: World) -> str:
    """The page with that name, of Nord, of Anna, of the first room, or of the first of its kind."""
    chosen: dict[type[models.Model], models.Model] = {Team: world.team, Counsellor: world.anna, Room: world.room}
    ids = {}
    for part, kind in DOORS[name].rows.items():
        found = chosen.get(kind) or kind._default_manager.order_by("pk").first()
        assert found is not None, f"the world lacks a {kind.__name__}: add one to grow()"
        ids[part] = found.pk
    return reverse(name, kwargs=ids | DOORS[name].values)


def grow(world: World, *, teams: int = 1, counsellors: int = 1, rooms: int = 1, others: int = 1) -> None:
    """So many more of each; `others`: competences, variants, templates, closing days, editions of a text, users.

    Anna's calendar is connected.
    """
    CalendarConnection.objects.get_or_create(jobcentre=world.jobcentre, counsellor=world.anna)
    below = _teams(world, teams)
    skills = _competences(world, others)
    _counsellors(world, counsellors, below, skills)
    _rooms(world, rooms, below)
    _conversations(world, others, below)
    _closing_days(world, others)
    _users(world, others)


def _many(size: int) -> list[int]:
    return list(islice(_numbers, size))


def _teams(world: World, size: int) -> list[Team]:
    """A tree below Nord, five below each."""
    made: list[Team] = []
    for place, number in enumerate(_many(size)):
        parent = made[(place - BREADTH) // BREADTH] if place >= BREADTH else world.team
        team = Team(jobcentre=world.jobcentre, parent=parent, name=f"Team {number}", position=place)
        team.address, team.postal_code, team.city = "Havnegade 4", "9990", "Nordby"
        team.save()
        made.append(team)
    return made


def _competences(world: World, size: int) -> list[Competence]:
    made = [Competence(jobcentre=world.jobcentre, name=f"Kompetence {number}") for number in _many(size)]
    return Competence.objects.bulk_create(made)


def _counsellors(world: World, size: int, teams: list[Team], skills: list[Competence]) -> None:
    """Each in a team of the tree, with hours, a break and a competence."""
    home = world.jobcentre
    for number, team, skill in zip(_many(size), cycle(teams), cycle(skills), strict=False):
        one = Counsellor.objects.create(
            jobcentre=home,
            employee_id=f"RID:{number}",
            given_name="Vejleder",
            family_name=f"Nummer{number}",
            initials="VN",
            email=f"vejleder{number}@example.dk",
        )
        CounsellorTeam.objects.create(jobcentre=home, counsellor=one, team=team)
        CounsellorCompetence.objects.create(jobcentre=home, counsellor=one, competence=skill)
        schedule = Schedule.objects.create(jobcentre=home, counsellor=one, valid_from=date(2025, 1, 1))
        for day in range(5):
            times = {"jobcentre": home, "schedule": schedule, "weekday": day}
            WorkingHours.objects.create(**times, start=time(8), end=time(16))
            Break.objects.create(**times, start=time(12), end=time(12, 30))


def _rooms(world: World, size: int, teams: list[Team]) -> None:
    for number, team in zip(_many(size), cycle(teams), strict=False):
        room = Room.objects.create(jobcentre=world.jobcentre, name=f"Lokale nr. {number}", capacity=10)
        RoomTeam.objects.create(jobcentre=world.jobcentre, room=room, team=team)
        RoomTeam.objects.create(jobcentre=world.jobcentre, room=room, team=world.team)


def _conversations(world: World, size: int, teams: list[Team]) -> None:
    """Variants of two types and teams, templates, and editions of the text of a type."""
    home, type_id = world.jobcentre, int(DOORS[f"{HOUSE}text"].values["code"])
    for number, team in zip(_many(size), cycle(teams), strict=False):
        variant = ConversationVariant.objects.create(jobcentre=home, name=f"Variant {number}")
        for code in (7, 4):
            VariantType.objects.create(jobcentre=home, variant=variant, type_id=code)
        for one in (world.team, team):
            VariantTeam.objects.create(jobcentre=home, variant=variant, team=one)
        SummonsTemplate.objects.create(jobcentre=home, name=f"Skabelon {number}", type_id=type_id, team=world.team)
        StandardText.objects.create(jobcentre=home, type_id=type_id, edition=number, title="Jobsamtale")


def _closing_days(world: World, size: int) -> None:
    for number in _many(size):
        on = MONDAY + timedelta(days=number % 28)
        ClosingDay.objects.create(jobcentre=world.jobcentre, name=f"Lukkedag {number}", first_on=on, last_on=on)


def _users(world: World, size: int) -> None:
    for number in _many(size):
        user = User.objects.create(username=f"bruger{number}", given_name="Bruger", family_name=f"Nummer{number}")
        Membership.objects.create(jobcentre=world.jobcentre, user=user, roles=[str(Role.CASEWORKER)])
