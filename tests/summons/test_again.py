from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import BookingDeadline, Citizen, CprStatus, DueDate, Origin, Summons
from booking.services import sending
from booking.states import SummonsStatus
from summons.models import RunCitizen
from summons.queries.again import to_summon_again
from tests import factories
from tests.booking.stories import sent
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_summons

AFTER = at(MONDAY, "15:00")
FRIDAY = MONDAY + timedelta(days=4)
LATER = MONDAY + timedelta(days=18)
AGAIN = "/summons/again/"


@pytest.fixture(autouse=True)
def in_the_afternoon() -> Iterator[None]:
    with time_machine.travel(AFTER, tick=False):
        yield


def no_show(nord: World, *, clock: str = "09:00", deadline: date | None = LATER) -> Summons:
    """Nobody came to Anna's conversation at nine."""
    with time_machine.travel(NOW, tick=False):
        summons = sent(nord, clock=clock)
    Citizen.objects.filter(pk=summons.citizen_id).update(fetched_at=AFTER)
    Summons.objects.filter(pk=summons.pk).update(attendance="no_show", attendance_at=AFTER, deadline=deadline)
    return Summons.objects.get(pk=summons.pk)


def asked(*summonses: Summons, **more: str) -> dict[str, object]:
    return {"selected": [str(one.pk) for one in summonses], "sure": "1", "earliest_on": "8.12.2026", **more}


@pytest.mark.requirement("ATT-03", "FOLL-05", "DIST-04")
def test_a_no_show_is_planned_anew_within_the_deadline_and_waits_to_be_confirmed(nord: World, as_bo: Client) -> None:
    summons = no_show(nord)
    page = as_bo.get(f"{AGAIN}?selected={summons.pk}").content.decode()
    assert "Udeblevet" in page
    assert "fre. 18. dec." in page
    answer = as_bo.post(AGAIN, asked(summons))
    line = RunCitizen.objects.select_related("summons__appointment", "run").get()
    assert answer["Location"] == reverse("summons:plan", args=[line.run_id])
    assert line.summons is not None
    assert (line.citizen_id, line.deadline, line.replace) == (summons.citizen_id, LATER, False)
    assert line.summons.status == SummonsStatus.PENDING
    assert line.summons.appointment.day == date(2026, 12, 8)
    assert (line.run.title, line.run.team_id) == (summons.appointment.title, nord.team.pk)
    assert Summons.objects.get(pk=summons.pk).status == SummonsStatus.SENT


@pytest.mark.requirement("ATT-03")
def test_the_deadline_is_ones_own_else_dfdgs_else_the_due_date_else_the_one_that_has_passed(nord: World) -> None:
    summons = no_show(nord)

    def deadline() -> tuple[date | None, bool]:
        [line] = to_summon_again([summons.pk], now=AFTER)
        return line.deadline, line.late

    def has(on: date | None) -> None:
        Summons.objects.filter(pk=summons.pk).update(deadline=on)

    assert deadline() == (LATER, False)
    has(MONDAY - timedelta(days=1))
    assert deadline() == (MONDAY - timedelta(days=1), True)
    known = {"jobcentre": nord.jobcentre, "citizen": summons.citizen, "fetched_at": AFTER}
    DueDate.objects.create(kind="Jobsamtale", due_on=FRIDAY, **known)
    assert deadline() == (FRIDAY, False)
    BookingDeadline.objects.create(external_id=uuid4(), type_id=7, book_by=MONDAY, hold_by=LATER, **known)
    assert deadline() == (LATER, False)
    DueDate.objects.all().delete()
    BookingDeadline.objects.all().delete()
    has(None)
    assert deadline() == (None, False)


@pytest.mark.requirement("FOLL-04")
def test_ombook_of_one_leads_to_its_times_and_of_several_to_a_run_that_replaces(nord: World, as_bo: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        one = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, day=FRIDAY, by=nord.bo)
        two = make_summons(make_citizen(nord.jobcentre), nord.birk, nord.team, day=FRIDAY, by=nord.bo)
    answer = as_bo.post(AGAIN, {"selected": str(one.pk), "rebook": "1"})
    assert answer["Location"] == reverse("summons:rebook", args=[one.pk])
    page = as_bo.post(AGAIN, {"selected": [str(one.pk), str(two.pk)], "rebook": "1"}).content.decode()
    assert "De 2 kommende samtaler aflyses først, når de nye tider sendes." in page
    Citizen.objects.update(fetched_at=AFTER)
    as_bo.post(AGAIN, asked(one, two))
    fresh = Summons.objects.filter(status=SummonsStatus.PENDING)
    assert {summons.replaces_id for summons in fresh} == {one.pk, two.pk}
    sending.send(summonses=fresh, by=nord.bo, now=AFTER)
    assert set(Summons.objects.filter(status=SummonsStatus.CANCELLED)) == {one, two}


@pytest.mark.requirement("ATT-03", "FOLL-04")
def test_each_refusal_in_words(nord: World, as_bo: Client) -> None:
    summons = no_show(nord)
    with time_machine.travel(NOW, tick=False):
        elsewhere = make_summons(
            make_citizen(nord.jobcentre), nord.anna, factories.make_team(nord.jobcentre, "Syd"), day=FRIDAY, by=nord.bo
        )
    past = as_bo.post(AGAIN, asked(summons, earliest_on="20.11.2026"))
    assert (past.status_code, "Datoen er passeret." in past.content.decode()) == (422, True)
    mixed = as_bo.post(AGAIN, asked(summons, elsewhere))
    assert (mixed.status_code, "samme type, team og mødeform" in mixed.content.decode()) == (422, True)
    nobody = as_bo.post(AGAIN, {})
    assert (nobody.status_code, "Vælg mindst én" in nobody.content.decode()) == (422, True)
    assert not RunCitizen.objects.exists()


@pytest.mark.requirement("SUM-11")
def test_who_has_died_is_not_planned(nord: World, as_bo: Client) -> None:
    summons, other = no_show(nord), no_show(nord, clock="10:00")
    Citizen.objects.filter(pk=summons.citizen_id).update(cpr_status=CprStatus.DEAD)
    as_bo.post(AGAIN, asked(summons, other))
    assert list(Summons.objects.filter(status=SummonsStatus.PENDING).values_list("citizen", flat=True)) == [
        other.citizen_id
    ]


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_it_is_for_the_caseworkers_of_the_job_centre(
    nord: World, as_carla: Client, as_ada: Client, as_anna: Client
) -> None:
    summons = no_show(nord)
    assert [client.post(AGAIN, asked(summons)).status_code for client in (as_carla, as_ada, as_anna)] == [422, 403, 403]
    assert not RunCitizen.objects.exists()


def test_the_page_takes_a_fixed_number_of_statements(nord: World, as_bo: Client) -> None:
    pks = [no_show(nord, clock=clock).pk for clock in ("09:00", "10:00", "11:00")]
    as_bo.get(f"{AGAIN}?selected={pks[0]}")
    with CaptureQueriesContext(connection) as one:
        as_bo.get(f"{AGAIN}?selected={pks[0]}")
    with CaptureQueriesContext(connection) as three:
        as_bo.get(AGAIN + "?" + "&".join(f"selected={pk}" for pk in pks))
    assert len(three) == len(one)


def test_what_a_case_system_keeps_is_summoned_by_us_only_where_it_says_enough(nord: World) -> None:
    summons = no_show(nord)
    Summons.objects.filter(pk=summons.pk).update(origin=Origin.CASE_SYSTEM)
    assert [line.coming for line in to_summon_again([summons.pk], now=AFTER)] == [False]
