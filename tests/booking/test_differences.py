"""«Afvigelser»: found once, shown to those who can do something, settled by a press or by itself (SYNC-08)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from booking.models import Difference, Done, Summons, What
from booking.services.differences import record_difference, settle_right
from booking.services.retention import forget_evidence
from planner.outbox.models import Message, Receiver
from summons.queries.front import Kind
from tests.factories import NOW, World, make_citizen, make_summons

pytestmark = pytest.mark.requirement("SYNC-08")
PAGE = "/differences/"


def summoned(nord: World) -> Summons:
    return make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, by=nord.bo)


def difference(nord: World, summons: Summons | None = None, now: datetime = NOW, **particulars: Any) -> Difference:
    summons = summons or summoned(nord)
    values = {"what": What.CHANGED_THERE, "done": Done.LISTED, "parts": ["time"]} | particulars
    return record_difference(
        jobcentre_id=nord.jobcentre.pk,
        receiver=Receiver.DFDG,
        subject_id=summons.pk,
        summons=summons,
        now=now,
        **values,
    )


def in_calendar(nord: World) -> Difference:
    summons = summoned(nord)
    return record_difference(
        jobcentre_id=nord.jobcentre.pk,
        receiver=Receiver.CALENDAR,
        subject_id=uuid4(),
        what=What.DELETED_THERE,
        done=Done.PUT_BACK,
        appointment=summons.appointment,
        counsellor=nord.anna,
        now=NOW,
    )


def shown(client: Client, query: str = "") -> list[int]:
    return [row.pk for row in client.get(f"{PAGE}?{query}").context["rows"]]


def tasks(client: Client) -> list[str]:
    return [task.about for task in client.get("/").context["tasks"] if task.kind == Kind.DIFFERENCES]


def test_found_again_it_is_the_same_and_says_what_is_so_now(nord: World) -> None:
    summons = summoned(nord)
    first = difference(nord, summons)
    again = difference(nord, summons, now=NOW + timedelta(days=1), what=What.MISSING, done=Done.SENT_AGAIN, parts=())
    assert (again.pk, again.what, again.found_at) == (first.pk, What.MISSING, NOW)


def test_right_again_it_is_settled_by_itself_and_a_later_one_is_another(nord: World) -> None:
    summons = summoned(nord)
    first = difference(nord, summons)
    assert settle_right(receiver=Receiver.DFDG, subject_ids=[summons.pk], now=NOW) == 1
    assert difference(nord, summons).pk != first.pk


def test_a_caseworker_sees_what_when_and_of_which_summons_and_no_citizen(as_bo: Client, nord: World) -> None:
    summons = summoned(nord)
    difference(nord, summons)
    page = as_bo.get(PAGE).content.decode()
    expected = (
        f"Indkaldelse {summons.number}",
        "Er ændret der, efter at Planner sidst sendte den: dato, start- og sluttidspunkt",
        "Send vores igen",
        "Ikke set",
    )
    assert [words for words in expected if words not in page] == []
    assert summons.citizen.family_name not in page


def test_without_any_the_page_says_what_is_compared_and_the_front_page_says_nothing(as_bo: Client) -> None:
    assert "Ingen afvigelser. Hver nat sammenligner Planner" in as_bo.get(PAGE).content.decode()
    assert tasks(as_bo) == []


def test_the_front_page_counts_what_nobody_has_seen_and_set_takes_it_away_until_undone(
    as_bo: Client, nord: World
) -> None:
    one = difference(nord)
    other = difference(nord, what=What.MISSING, done=Done.SENT_AGAIN, parts=())
    assert tasks(as_bo) == ["1 skal I se på. Planner har selv rettet resten."]
    answer = as_bo.post(f"{PAGE}settle/", {"difference": [one.pk, other.pk]}, follow=True)
    assert tasks(as_bo) == []
    assert shown(as_bo, "open=1") == []
    [notice] = answer.context["messages"]
    as_bo.post(notice.extra_tags)
    assert shown(as_bo, "open=1") == [other.pk, one.pk]


def test_send_ours_again_tells_dfdg_what_stands_here(as_bo: Client, nord: World) -> None:
    summons = summoned(nord)
    one = difference(nord, summons)
    as_bo.post(f"{PAGE}{one.pk}/send/")
    assert list(Message.objects.values_list("subject_id", flat=True)) == [summons.pk]
    one.refresh_from_db()
    assert one.done == Done.SENT_AGAIN


@pytest.mark.requirement("SYNC-19")
def test_a_counsellor_sees_and_settles_what_was_put_back_in_their_own_calendar(
    nord: World, as_bo: Client, as_anna: Client
) -> None:
    one, theirs = in_calendar(nord), difference(nord)
    assert [row.pk for row in as_anna.get("/").context["own_differences"].shown] == [one.pk]
    assert tasks(as_bo) == ["1 skal I se på."]
    as_bo.post(f"{PAGE}settle/", {"difference": one.pk})
    as_anna.post(f"{PAGE}settle/", {"difference": [one.pk, theirs.pk]})
    assert list(Difference.objects.filter(settled_at=None)) == [theirs]
    assert as_anna.get("/").context["own_differences"].pks == []
    one.refresh_from_db()
    assert one.settled_by == nord.anna_user


@pytest.mark.requirement("SYNC-19")
def test_of_many_put_back_the_newest_are_shown_and_all_are_settled_at_once(nord: World, as_anna: Client) -> None:
    pks = [in_calendar(nord).pk for _ in range(7)]
    page = as_anna.get("/")
    assert len(page.context["own_differences"].shown) == 5
    assert "Markér alle 7 som set" in page.content.decode()
    as_anna.post(f"{PAGE}settle/", {"difference": page.context["own_differences"].pks})
    assert not Difference.objects.filter(pk__in=pks, settled_at=None).exists()


@pytest.mark.requirement("SPEED-12")
def test_ten_lines_need_no_more_statements_than_one(
    as_bo: Client, nord: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    difference(nord)
    with CaptureQueriesContext(connection) as one:
        as_bo.get(PAGE)
    for _ in range(9):
        difference(nord)
    with django_assert_num_queries(len(one)):
        as_bo.get(PAGE)


@pytest.mark.requirement("GUARD-14")
def test_what_was_settled_long_ago_is_forgotten_and_what_is_open_never(nord: World) -> None:
    summons, still_open = summoned(nord), difference(nord)
    difference(nord, summons)
    settle_right(receiver=Receiver.DFDG, subject_ids=[summons.pk], now=NOW - timedelta(days=400))
    forget_evidence(before=NOW - timedelta(days=365), now=NOW)
    assert list(Difference.objects.all()) == [still_open]
