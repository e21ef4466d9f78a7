"""Every URL × nobody, each role, another job centre's user × own, foreign and missing ids × GET and POST (GUARD-01)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from admin_module.models import Absence, Counsellor, Team
from booking.models import Citizen, Difference, ReportedFault, Summons
from planner.accounts.models import User
from planner.accounts.permissions import permissions_of
from planner.accounts.tenancy import acting_for, jobcentre_ids
from summons.demo import build
from summons.services.handover import Handed, HandedRow, receive, register
from tests.architecture.doors import DOORS, OWN_ONLY
from tests.booking.offering import make_offer
from tests.conftest import signed_in
from tests.factories import NOW, add_line, make_reserved_time, make_run

ROLES = {"admin": "administrator", "karen": "caseworker", "winnie": "counsellor", "revisor": "auditor"}
METHODS = ("get", "post")
OWN, FOREIGN, MISSING = "own", "foreign", "missing"


@dataclass(frozen=True)
class Address:
    name: str
    pattern: URLPattern
    parts: frozenset[str]


def addresses(resolver: URLResolver, space: str = "", parts: frozenset[str] = frozenset()) -> Iterator[Address]:
    """Every URL that the resolver knows."""
    for entry in resolver.url_patterns:
        inside = parts | entry.pattern.converters.keys()
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{entry.namespace}:" if entry.namespace else space, inside)
        else:
            yield Address(f"{space}{entry.name}", entry, frozenset(inside))


ADDRESSES = {address.name: address for address in addresses(get_resolver())}
STAFF = [name for name in ADDRESSES if name in DOORS and DOORS[name].permissions]
WITH_ROWS = [name for name in STAFF if DOORS[name].rows]


class World:
    """The demo's two job centres, with a row of every kind at each."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:  # rows of this transaction have no statistics: loops of loops look cheap
            cursor.execute("SET LOCAL enable_nestloop = off")
        build.make(now=NOW)
        self.fjordby, self.skovby = jobcentre_ids()
        for pk, author in ((self.fjordby, "karen"), (self.skovby, "carla")):
            with acting_for(pk):
                self._add_rows(User.objects.get(username=author))
        self.ids: dict[tuple[type[models.Model], int], object] = {}
        self.clients = {name: signed_in(User.objects.get(username=name)) for name in (*ROLES, "carla")}

    def _add_rows(self, author: User) -> None:
        counsellor = Counsellor.objects.order_by("pk")[0]
        away = {"kind": "course", "start_at": NOW, "end_at": NOW + timedelta(days=1)}
        Absence.objects.create(jobcentre=counsellor.jobcentre, counsellor=counsellor, **away)
        run = make_run(author, Team.objects.exclude(parent=None).order_by("pk")[0])
        add_line(run, Citizen.objects.order_by("pk")[0])
        make_reserved_time(run.team)
        fault = {"kind": 3, "source": 32, "happened_at": NOW, "received_at": NOW}
        ReportedFault.objects.create(jobcentre=run.jobcentre, citizen=Citizen.objects.order_by("pk")[0], **fault)
        Difference.objects.create(
            jobcentre=run.jobcentre,
            receiver="dfdg",
            subject_id=uuid.uuid4(),
            what="otherwise",
            done="listed",
            summons=Summons.objects.order_by("pk")[0],
            found_at=NOW,
        )
        make_offer(run.team, counsellor)
        token = register(jobcentre_id=run.jobcentre_id, name="Opera", now=NOW)
        receive(token=token, handed=Handed(name="Uge 49", rows=[HandedRow(cpr="1205881234")]), now=NOW)

    def path(self, address: Address, whose: str, *, home: int | None = None) -> str:
        """The address with ids of one's own job centre, of the other, or of nobody."""
        return self.paths(address, whose, home=home)[0]

    def paths(self, address: Address, whose: str, *, home: int | None = None) -> list[str]:
        """As `path`; of several ids also each alone foreign or missing, the others one's own."""
        door, home = DOORS[address.name], home or self.fjordby
        own = {part: self._id(kind, home, OWN) for part, kind in door.rows.items()}
        other = {part: self._id(kind, self.fjordby + self.skovby - home, whose) for part, kind in door.rows.items()}
        if whose == OWN:
            return [reverse(address.name, kwargs=own | door.values)]
        mixed = [own | {part: strange} for part, strange in other.items()] if len(other) > 1 else []
        return [reverse(address.name, kwargs=ids | door.values) for ids in (other, *mixed)]

    def _id(self, kind: type[models.Model], jobcentre_id: int, whose: str) -> object:
        if whose == MISSING:
            return uuid.uuid4() if isinstance(kind._meta.pk, models.UUIDField) else 10**9
        if (kind, jobcentre_id) not in self.ids:
            self.ids[kind, jobcentre_id] = self._first(kind, jobcentre_id)
        return self.ids[kind, jobcentre_id]

    def _first(self, kind: type[models.Model], jobcentre_id: int) -> object:
        with acting_for(jobcentre_id):
            found = kind._default_manager.order_by("pk").first()
        assert found is not None, f"the world lacks a {kind.__name__}: add one to World._add_rows"
        return found.pk


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all URLs, in one transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, method: str, path: str) -> HttpResponse:
    with undone():
        return getattr(client, method)(path)  # type: ignore[no-any-return]


def said(client: Client, method: str, path: str) -> tuple[int, str]:
    """Status and page, without what differs in every answer: tokens, and the address itself."""
    answer = ask(client, method, path)
    page = answer.content.decode(errors="replace").replace(path, "")
    return answer.status_code, re.sub(r"\b[A-Za-z0-9]{64}\b", "", page)


@pytest.mark.requirement("GUARD-01", "SEC-02")
def test_every_url_is_classified_as_its_view_says() -> None:
    known = {name for name in DOORS if settings.EMBEDDED or not name.startswith("ui:")}
    assert ADDRESSES.keys() == known, "add the URL to tests/architecture/doors.py"
    for name, address in ADDRESSES.items():
        needed = frozenset(getattr(address.pattern.callback, "permissions", ()))
        assert needed == DOORS[name].permissions, name
        assert set(address.parts) == DOORS[name].rows.keys() | DOORS[name].values.keys(), name


@pytest.mark.requirement("GUARD-01", "APP-01")
@pytest.mark.parametrize("name", STAFF)
def test_nobody_is_sent_to_the_sign_in(world: World, name: str) -> None:
    for whose in (OWN, FOREIGN, MISSING):
        for method in METHODS:
            answer = ask(Client(), method, world.path(ADDRESSES[name], whose))
            assert answer.status_code == 405 or answer["Location"].startswith("/sign-in/"), (whose, method)


@pytest.mark.requirement("GUARD-01", "GUARD-05", "GUARD-10", "SEC-02")
@pytest.mark.parametrize("username", ROLES)
@pytest.mark.parametrize("name", STAFF)
def test_a_role_comes_in_where_its_table_says_and_nowhere_else(world: World, name: str, username: str) -> None:
    door, client = DOORS[name], world.clients[username]
    may = permissions_of([ROLES[username]]) & door.permissions
    for method in METHODS:
        before = written()
        own = said(client, method, world.path(ADDRESSES[name], OWN))
        assert method == "post" or written() == before, "getting a page writes nothing"
        if not may:
            assert own[0] in {403, 405}, method
            assert not door.rows or said(client, method, world.path(ADDRESSES[name], MISSING)) == own, method
        elif may <= OWN_ONLY and door.rows:
            assert own[0] < 500, method
        else:
            assert own[0] in {200, 204, 302, 303, 405, 409, 422} | ({404} if door.reason else set()), method


@pytest.mark.requirement("GUARD-01", "SEC-01")
@pytest.mark.parametrize("username", [*ROLES, "carla"])
@pytest.mark.parametrize("name", WITH_ROWS)
def test_a_foreign_id_answers_like_a_missing_one(world: World, name: str, username: str) -> None:
    role, home = ROLES.get(username, "caseworker"), world.skovby if username == "carla" else world.fjordby
    if not permissions_of([role]) & DOORS[name].permissions:
        return
    for method in METHODS:
        paths = zip(*(world.paths(ADDRESSES[name], whose, home=home) for whose in (FOREIGN, MISSING)), strict=True)
        for path, missing_path in paths:
            foreign, missing = (said(world.clients[username], method, one) for one in (path, missing_path))
            assert foreign[0] in {404, 405}, (method, path)
            assert foreign == missing, (method, path)


@pytest.mark.requirement("GUARD-01")
def test_the_walk_would_find_a_view_that_acts_for_the_wrong_job_centre(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: with the tenant of the door taken away, a foreign id is answered like one's own."""
    path = world.path(ADDRESSES["booking:citizen"], FOREIGN)
    assert ask(world.clients["karen"], "get", path).status_code == 404
    monkeypatch.setattr(
        "planner.accounts.permissions.acting_for", lambda _pk, **named: acting_for(world.skovby, **named)
    )
    assert ask(world.clients["karen"], "get", path).status_code == 200


def written() -> dict[str, tuple[int, int, int]]:
    """What this transaction has written so far, by table, without the log of looks and the session's end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE relname NOT IN ('audit_access', 'django_session') AND n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {name: (made, changed, gone) for name, made, changed, gone in cursor.fetchall()}


@pytest.mark.requirement("GUARD-10")
@pytest.mark.parametrize("name", STAFF)
def test_a_post_without_its_token_is_refused(world: World, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="karen"))
    if getattr(ADDRESSES[name].pattern.callback, "csrf_exempt", False):
        pytest.fail(f"{name}: a staff page must not be csrf_exempt")
    assert ask(client, "post", world.path(ADDRESSES[name], OWN)).status_code == 403
