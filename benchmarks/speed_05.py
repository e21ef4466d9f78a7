"""SPEED-05: 5,000 pasted rows read and checked, floor L; step 2 with 5,000 citizens beside step 2 with 50.

Fills a migrated database of its own (`make bench`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Any

import psycopg
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import ContactGroup
from benchmarks.figures import ROUNDS, Figure, figure, ratios
from benchmarks.speed_01 import floor
from booking.models import Citizen, CitizenAbsence, CprNumber, DueDate, Summons
from booking.states import SummonsStatus
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import digest, encrypt
from summons.models import LookUp, Run, RunCitizen
from summons.queries.citizens import facets
from summons.services.import_list import Brought, Sorted
from summons.spreadsheets.table import table_of
from summons.spreadsheets.text import read_pasted
from tests import factories
from tests.factories import World

MANY, FEW = 5_000, 50
TODAY = date(2026, 11, 23)
LIMIT_OF_PAGE = 1.3
KIND = "Falduge jobsamtale"
PAGES = {
    "page": "",
    "sorted by name": "?sort=name",
    "sorted by due week": "?sort=due0",
    "sorted by absence": "?sort=-absence",
    "sorted by appointments": "?sort=-coming",
    "filtered": "?group=1&activation=Mentor",
    "absent ones": "?away=1",
    "page 2": "?page=2",
}


def pasted_text(rows: int = MANY) -> str:
    """A list as a caseworker copies it: a number, a due week and two columns of their own; some of it wrong."""
    lines = ["Personnr.\tNavn\tFalduge jobsamtale\tProjekt"]
    for row in range(rows):
        cpr = number(row) if row % 100 else "310288-1234"
        lines.append(f"{cpr[:6]}-{cpr[6:]}\tBorger {row}\tuge {49 + row % 4}\tUng i job")
    return "\n".join(lines)


def number(row: int) -> str:
    """A number of its own for each row."""
    born = date(1960, 1, 1) + timedelta(days=row % 12_000)
    return f"{born:%d%m%y}{1000 + row % 3000:04d}"


def check(text: str) -> None:
    """Read, find the columns, judge every line and make what would be stored."""
    found = Sorted(Run(jobcentre_id=1), TODAY, {})
    for line in table_of(read_pasted(text)).lines():
        found.take(line)
    assert len(found.citizens) + len(found.rejected) == MANY  # noqa: S101 - a benchmark that did nothing is none


def measure() -> list[Figure]:
    """The reading, then each page by its own ratio."""
    reading = figure("SPEED-05", f"{MANY} pasted rows", ratios(partial(check, pasted_text()), floor), "L", 10)
    ask, many, few = _two_lists()
    pages = [
        figure("SPEED-05", f"{case}, {MANY} beside {FEW}", _beside(ask, many + query, few + query), "×", LIMIT_OF_PAGE)
        for case, query in PAGES.items()
    ]
    ticks = _beside(ask, many, few, tick=True)
    return [reading, *pages, figure("SPEED-05", f"a tick, {MANY} beside {FEW}", ticks, "×", LIMIT_OF_PAGE)]


def _beside(ask: Callable[..., float], many: str, few: str, *, tick: bool = False) -> list[float]:
    """The time of the long list over that of the short one, interleaved."""
    for url in (many, few):
        ask(url, tick)
    found = []
    for _ in range(3 * ROUNDS):
        short = ask(few, tick)
        long = ask(many, tick)
        found.append(long / ((short + ask(few, tick)) / 2))
    return sorted(found)[ROUNDS : 2 * ROUNDS]


def _two_lists() -> tuple[Callable[..., float], str, str]:
    """How to ask, and the addresses of a long and of a short list."""
    world = factories.make_nordby()
    with acting_for(world.jobcentre.pk, actor=world.bo.pk, source="benchmark"):
        urls = [_list(world, size, start, every) for size, start, every in ((MANY, 0, 10), (FEW, MANY, 1))]
    _gather_statistics()
    client = Client()
    client.force_login(world.bo)
    return partial(_ask, client), urls[0], urls[1]


def _gather_statistics() -> None:
    """What the database does by itself soon after so many rows came in."""
    if owner_url := os.environ.get("DATABASE_OWNER_URL"):
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("ANALYZE")


def _ask(client: Client, url: str, tick: bool) -> float:
    began = perf_counter()
    if tick:
        where = url + "select/"
        answer: Any = client.post(
            where, {"line": _line_of(url), "selected": _line_of(url)}, headers={"HX-Request": "true"}
        )
    else:
        answer = client.get(url)
    taken = perf_counter() - began
    assert answer.status_code == 200, answer.status_code  # noqa: S101 - an error page is quick
    return taken


_lines: dict[str, int] = {}


def _line_of(url: str) -> int:
    return _lines[url]


def _list(world: World, size: int, start: int, every: int) -> str:
    """A looked-up list with two columns of its own; one in `every` citizens is absent, so that a page is full."""
    now, jobcentre = timezone.now(), world.jobcentre
    first = timezone.localdate(now) + timedelta(days=8)
    run = factories.make_run(
        world.bo, world.team, world.anna, now=now, columns=["Navn", "Projekt"], due_kinds=[KIND], earliest_on=first
    )
    group = ContactGroup.objects.get_or_create(code=1, defaults={"name": "Dagpengemodtager"})[0]
    cprs = [number(row) for row in range(start, start + size)]
    citizens = Citizen.objects.bulk_create(
        Citizen(
            jobcentre=jobcentre,
            given_name="Borger",
            family_name=f"Nummer{row % 997}",
            born_on=date(1980, 1, 1),
            contact_group=group,
            activation_type="Vejledning" if row % every else "Mentor",
            fetched_at=now,
        )
        for row in range(size)
    )
    CprNumber.objects.bulk_create(
        CprNumber(jobcentre=jobcentre, citizen=citizen, encrypted=encrypt(cpr), digest=digest(cpr))
        for citizen, cpr in zip(citizens, cprs, strict=True)
    )
    _facts(world, citizens, first, now, every)
    extra = encrypt(Brought(extra={"Navn": "Karen", "Projekt": "Ung i job"}).to_json())
    lines = RunCitizen.objects.bulk_create(
        RunCitizen(
            jobcentre=jobcentre,
            run=run,
            line=row + 2,
            encrypted=encrypt(cpr),
            digest=digest(cpr),
            born_on=citizen.born_on,
            citizen=citizen,
            look_up=LookUp.FOUND,
            deadline=first + timedelta(days=4 + 7 * (row % 4)) if row % 30 else None,
            extra=extra,
        )
        for row, (citizen, cpr) in enumerate(zip(citizens, cprs, strict=True))
    )
    run.facets = facets(run)
    run.save()
    url = reverse("summons:citizens", args=[run.pk])
    _lines[url] = lines[1].pk
    return url


def _facts(world: World, citizens: list[Citizen], first: date, now: datetime, every: int) -> None:
    jobcentre = world.jobcentre
    DueDate.objects.bulk_create(
        DueDate(
            jobcentre=jobcentre, citizen=citizen, kind=KIND, due_on=first + timedelta(days=row % 28), fetched_at=now
        )
        for row, citizen in enumerate(citizens)
    )
    CitizenAbsence.objects.bulk_create(
        CitizenAbsence(
            jobcentre=jobcentre, citizen=citizen, kind="Ferie", first_on=first, last_on=first, fetched_at=now
        )
        for citizen in citizens[::every]
    )
    meeting = factories.make_appointment(world.anna, world.team, day=first, now=now)
    Summons.objects.bulk_create(
        Summons(
            jobcentre=jobcentre,
            appointment=meeting,
            citizen=citizen,
            status=SummonsStatus.PENDING,
            prepared_at=now,
        )
        for citizen in citizens[5::20]
    )
