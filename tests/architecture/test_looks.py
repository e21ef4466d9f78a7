"""No page shows a citizen without a line in the log of looks, and none shows a whole CPR number (GUARD-12, SEC-04)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from admin_module.models import Counsellor
from booking.models import Citizen
from planner.accounts.tenancy import acting_for
from planner.audit.models import Access
from planner.dfdg.simulator.population import population
from summons.demo.examples import ANY_DAY
from tests.architecture.test_doors import ADDRESSES, OWN, ROLES, STAFF, World

NUMBERS = {person.cpr for person in population(ANY_DAY).people}


@pytest.fixture(scope="module")
def peopled(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[World, dict[str, set[object]]]]:
    """The demo, and the ids of Fjordby's citizens by name, without those who are called like a counsellor."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        names: dict[str, set[object]] = {}
        with acting_for(world.fjordby):
            taken = set(Counsellor.objects.values_list("full_name", flat=True))
            for pk, name in Citizen.objects.values_list("pk", "full_name"):
                if name not in taken:
                    names.setdefault(name, set()).add(pk)
        yield world, names
        transaction.set_rollback(True)


@contextmanager
def looked_at(world: World, client: Client, path: str) -> Iterator[tuple[str, set[object]]]:
    """The page, and the citizens whom the log says were seen by it."""
    with transaction.atomic():
        page = unescape(client.get(path, follow=True).content.decode(errors="replace"))
        with acting_for(world.fjordby):
            yield page, set(Access.objects.values_list("citizen_id", flat=True))
        transaction.set_rollback(True)


def unseen(page: str, seen: set[object], names: dict[str, set[object]]) -> list[str]:
    """Citizens who stand on the page and not in the log."""
    return sorted(
        name
        for name, ids in names.items()
        if not ids & seen and name in page and re.search(rf"(?<!\w){re.escape(name)}(?! ?\w)", page)
    )


@pytest.mark.requirement("GUARD-12", "LOG-01", "SEC-04")
@pytest.mark.parametrize("name", STAFF)
def test_whoever_stands_on_a_page_stands_in_the_log(peopled: tuple[World, dict[str, set[object]]], name: str) -> None:
    world, names = peopled
    for username in ROLES:
        with looked_at(world, world.clients[username], world.path(ADDRESSES[name], OWN)) as (page, seen):
            assert unseen(page, seen, names) == [], username
            shown = re.findall(r"(?<!\d)(\d{6})-?(\d{4})(?!\d)", page)
            assert not {first + last for first, last in shown} & NUMBERS, username


@pytest.mark.requirement("GUARD-12")
def test_pages_with_citizens_were_among_them(
    peopled: tuple[World, dict[str, set[object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: without the log, the same look at a citizen's page finds a citizen nobody wrote down."""
    world, names = peopled
    path = world.path(ADDRESSES["booking:citizen"], OWN)
    with looked_at(world, world.clients["karen"], path) as (page, seen):
        assert unseen(page, seen, names) == []
        assert len(seen) == 1
    monkeypatch.setattr("booking.views.citizen.saw", lambda *_, **__: None)
    with looked_at(world, world.clients["karen"], path) as (page, seen):
        assert unseen(page, seen, names) != []
