"""«Sagsbehandlingssystemer»: tokens are given, renewed and taken away by administrators (SYNC-20)."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from planner.audit.models import Change
from summons.models import CaseSystem
from tests.factories import World
from tests.summons.test_handover import ROWS, post

LIST = "/case-systems/"


def token_on(page: str) -> str:
    found = re.search(r'id="token" value="([^"]+)"', page)
    assert found
    return found[1]


def opens(token: str) -> bool:
    return bool(post({"name": "Jobsamtaler", "rows": ROWS}, token).status_code == 201)


@pytest.mark.requirement("SYNC-20", "KSS-01")
def test_an_administrator_lets_a_case_system_in_and_sees_its_token_once(nord: World, as_ada: Client) -> None:
    assert "Intet system har adgang" in as_ada.get(LIST).content.decode()
    token = token_on(as_ada.post(reverse("summons:case_system_add"), {"name": "Opera"}).content.decode())
    assert opens(token)
    page = as_ada.get(LIST).content.decode()
    assert [words for words in ("Opera", "Åben", "/api/case-system/lists", "i dag kl.") if words not in page] == []
    assert token not in page
    assert token not in str(list(Change.objects.values_list("after", flat=True)))


@pytest.mark.requirement("SYNC-20", "APP-07")
def test_the_same_name_twice_is_refused(nord: World, as_ada: Client) -> None:
    as_ada.post(reverse("summons:case_system_add"), {"name": "Opera"})
    again = as_ada.post(reverse("summons:case_system_add"), {"name": "opera"})
    assert again.status_code == 422
    assert "Navnet skal være unikt" in again.content.decode()
    assert CaseSystem.objects.count() == 1


@pytest.mark.requirement("SYNC-20", "APP-08")
def test_a_new_token_ends_the_old_one_and_a_stopped_system_can_come_back(nord: World, as_ada: Client) -> None:
    old = token_on(as_ada.post(reverse("summons:case_system_add"), {"name": "Opera"}).content.decode())
    system = CaseSystem.objects.get()
    stop, renew = (reverse(f"summons:case_system_{act}", args=[system.pk]) for act in ("stop", "renew"))
    assert "Lister, der er modtaget, kan stadig åbnes" in as_ada.get(stop).content.decode()
    assert opens(old)
    as_ada.post(stop)
    assert not opens(old)
    assert "Lukket" in as_ada.get(LIST).content.decode()
    assert "Den gamle nøgle virker ikke længere" in as_ada.get(renew).content.decode()
    fresh = token_on(as_ada.post(renew).content.decode())
    assert (opens(old), opens(fresh)) == (False, True)


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_only_administrators_change_them(nord: World, as_ada: Client, as_bo: Client, as_carla: Client) -> None:
    as_ada.post(reverse("summons:case_system_add"), {"name": "Opera"})
    stop = reverse("summons:case_system_stop", args=[CaseSystem.objects.get().pk])
    assert [as_bo.get(LIST).status_code, as_bo.post(stop).status_code] == [403, 403]
    assert as_carla.post(stop).status_code in (403, 404)
    assert CaseSystem.objects.get().stopped_at is None


@pytest.mark.requirement("SPEED-12")
def test_the_list_takes_as_many_statements_however_many_there_are(
    nord: World, as_ada: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_ada.post(reverse("summons:case_system_add"), {"name": "Opera"})
    with django_assert_max_num_queries(30) as one:
        as_ada.get(LIST)
    few = len(one)
    for name in ("Workbase", "Momentum"):
        as_ada.post(reverse("summons:case_system_add"), {"name": name})
    with django_assert_max_num_queries(few):
        as_ada.get(LIST)
