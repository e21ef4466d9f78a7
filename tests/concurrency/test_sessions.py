"""Many job centres at once in one process: nobody is answered with another's names (GUARD-04)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from admin_module.models import Team
from planner.accounts.models import Membership, User
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for
from tests.factories import PASSWORD, make_jobcentre, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.accounts.pages"),
    pytest.mark.requirement("GUARD-04"),
]
THREADS = 8
JOBCENTRES = 12


@dataclass(frozen=True)
class Place:
    """A job centre, the one name it shows, and somebody who works there."""

    pk: int
    name: str
    user: User


def make_places() -> list[Place]:
    places = []
    for number in range(JOBCENTRES):
        name = f"Jobcenter {number:02}by"
        jobcentre = make_jobcentre(name, f"{20000 + number}")
        places.append(Place(jobcentre.pk, name, make_user(jobcentre, f"user{number}", Role.CASEWORKER)))
    return places


def at_once(work: Callable[[Place], str], places: list[Place], times: int) -> list[tuple[str, str]]:
    """What `work` answers for each place, `times` in all, in any order, by some threads that keep their connections."""
    wanted = [places[number % len(places)] for number in range(times)]
    random.Random(49).shuffle(wanted)  # noqa: S311 - an order, no secret
    last = Barrier(THREADS)

    def close(_number: int) -> None:
        connection.close()
        last.wait(timeout=60)

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(work, wanted))
        list(pool.map(close, range(THREADS)))
    return [(place.name, answer) for place, answer in zip(wanted, answers, strict=True)]


def sessions(places: list[Place], many: int) -> dict[str, list[str]]:
    """Session cookies by user; each person has several browsers."""
    found: dict[str, list[str]] = {place.user.username: [] for place in places}
    for number in range(many):
        client = Client()
        client.force_login(places[number % len(places)].user)
        found[places[number % len(places)].user.username].append(client.cookies["sessionid"].value)
    return found


def visit(cookies: dict[str, list[str]]) -> Callable[[Place], str]:
    chance = random.Random(7)  # noqa: S311 - one browser of several, no secret

    def visited(place: Place) -> str:
        client = Client()
        client.cookies["sessionid"] = chance.choice(cookies[place.user.username])
        return client.get("/teams/").content.decode()

    return visited


def sign_in_and_out(place: Place) -> str:
    client = Client()
    client.post("/sign-in/", {"username": place.user.username, "password": PASSWORD})
    answer = client.get("/teams/").content.decode()
    client.post("/sign-out/")
    return answer


def task(place: Place) -> str:
    """As a worker does it: the same process, one job centre after the other."""
    with acting_for(place.pk, source="worker"):
        names = Team.objects.values_list("name", flat=True)
        return "\n".join(names)


def foreign(answers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(own, answer) for own, answer in answers if answer != own]


def test_every_answer_holds_the_own_name_alone() -> None:
    places = make_places()
    answers = at_once(visit(sessions(places, 60)), places, 300)
    answers += at_once(sign_in_and_out, places, 12)
    assert foreign(answers) == []


def test_every_task_sees_its_own_job_centre_alone() -> None:
    places = make_places()
    assert foreign(at_once(task, places, 1000)) == []


def test_after_a_task_its_thread_acts_for_nobody() -> None:
    places = make_places()

    def seen_afterwards(place: Place) -> str:
        task(place)
        return str(list(Team.objects.values_list("name", flat=True)) + list(Membership.objects.values_list("pk")))

    assert {answer for _name, answer in at_once(seen_afterwards, places, 200)} == {"[]"}


@contextmanager
def without_policy(owner: psycopg.Connection, table: str) -> Iterator[None]:
    owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    try:
        yield
    finally:
        owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def test_without_the_policy_foreign_names_are_found(owner_connection: psycopg.Connection) -> None:
    """The twin: the same visits, row-level security taken away."""
    places = make_places()
    with without_policy(owner_connection, "admin_module_team"):
        answers = at_once(visit(sessions(places, 12)), places, 24)
    assert len(foreign(answers)) == 24


@pytest.mark.deep
def test_50000_answers_of_500_sessions_hold_no_foreign_name(capsys: pytest.CaptureFixture[str]) -> None:
    places = make_places()
    answers = at_once(visit(sessions(places, 500)), places, 50_000)
    answers += at_once(task, places, 10_000)
    with capsys.disabled():
        print(f"GUARD-04 {len(answers)} answers, {len(foreign(answers))} foreign (limit 0)")
    assert foreign(answers) == []
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
