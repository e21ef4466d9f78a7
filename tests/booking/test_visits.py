"""Evidence: what citizens were shown, when we were down, and when it goes (SELF-10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from admin_module.models import ContactGroup
from booking import tasks
from booking.models import Citizen, Hold, Origin, Outage, ReportedFault, Visit
from booking.queries.own_offers import offers_for
from booking.services import retention
from booking.services.visits import beat, record
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from planner.celery import app
from tests import factories
from tests.booking.offers import choice, reserve
from tests.factories import NOW, World, at, make_citizen, make_offer

pytestmark = pytest.mark.requirement("SELF-10")
MINUTE = timedelta(minutes=1)


def visit(nord: World, citizen: Citizen, **when: object) -> Visit:
    return Visit.objects.create(jobcentre=nord.jobcentre, citizen=citizen, origin=Origin.OWN, **when)


def test_a_visit_says_what_was_shown(nord: World) -> None:
    citizen = make_citizen(nord.jobcentre)
    full, empty = make_offer(nord.team, nord.anna, title="Job"), make_offer(nord.team, title="Møde", type_id=9)
    shown = offers_for(citizen, settings=Settings.objects.get(), now=NOW)
    kept = record(citizen, shown, Origin.JOBNET, NOW)
    kept.refresh_from_db()
    first = at(NOW.date() + timedelta(days=1), "09:00")
    assert (kept.free_times, kept.first_free_at) == (shown[0].free_times, first)
    assert [(one["number"], one["title"]) for one in kept.offers] == [(full.number, "Job"), (empty.number, "Møde")]
    assert [bool(one["first"]) for one in kept.offers] == [True, False]
    none = record(citizen, [], Origin.OWN, NOW)
    assert (none.offers, none.free_times, none.first_free_at) == ([], 0, None)


def test_a_silence_of_more_than_three_minutes_was_an_outage(nord: World) -> None:
    moments = [0, 1, 2, 5, 9, 10]
    outages = [beat(jobcentre_id=nord.jobcentre.pk, now=NOW + minutes * MINUTE) for minutes in moments]
    assert [len(one) for one in outages] == [0, 0, 0, 0, 1, 0]
    [outage] = Outage.objects.all()
    assert (outage.began_at, outage.ended_at) == (NOW + 5 * MINUTE, NOW + 9 * MINUTE)


def test_a_citizen_who_was_answered_is_a_sign_of_life(nord: World) -> None:
    beat(jobcentre_id=nord.jobcentre.pk, now=NOW)
    for minutes in (2, 4, 9):
        visit(nord, make_citizen(nord.jobcentre), at=NOW + minutes * MINUTE)
    [outage] = beat(jobcentre_id=nord.jobcentre.pk, now=NOW + 11 * MINUTE)
    assert (outage.began_at, outage.ended_at) == (NOW + 4 * MINUTE, NOW + 9 * MINUTE)


@pytest.mark.django_db(transaction=True)
def test_the_timer_beats_at_every_job_centre() -> None:
    world, (skovby, _carla) = factories.make_nordby(), factories.make_skovby()
    for minutes in (0, 5):
        with time_machine.travel(NOW + minutes * MINUTE, tick=False):
            tasks.beat()
    for jobcentre in (world.jobcentre, skovby):
        with acting_for(jobcentre.pk, source="test"):
            assert Outage.objects.count() == 1
    assert {"booking.tasks.beat"} <= {entry["task"] for entry in app.conf.beat_schedule.values()} & set(app.tasks)


@pytest.mark.requirement("SET-01", "GUARD-14")
def test_evidence_goes_after_its_months_and_what_ran_out_after_a_day(nord: World) -> None:
    citizen = make_citizen(nord.jobcentre)
    for months in (11, 13):
        then = NOW - timedelta(days=months * 31)
        visit(nord, citizen, at=then)
        Outage.objects.create(jobcentre=nord.jobcentre, began_at=then, ended_at=then + MINUTE)
        ReportedFault.objects.create(
            jobcentre=nord.jobcentre,
            citizen=citizen,
            kind=3,
            source=32,
            encrypted=b"x",
            happened_at=then,
            received_at=then,
        )
    reserve(make_offer(nord.team, nord.anna), make_citizen(nord.jobcentre), choice("09:00"))
    retention.forget_evidence(before=NOW - timedelta(days=365), now=NOW + timedelta(hours=23))
    assert [model.objects.count() for model in (Visit, Outage, ReportedFault, Hold)] == [1, 1, 1, 1]
    assert ReportedFault.objects.get().encrypted is None
    retention.forget_evidence(before=NOW - timedelta(days=365), now=NOW + timedelta(hours=25))
    assert not Hold.objects.exists()


@pytest.mark.requirement("GUARD-14", "CIT-02")
def test_what_jobnet_said_of_a_citizen_nobody_looked_up_goes_by_their_last_visit(nord: World) -> None:
    group = ContactGroup.objects.get_or_create(code=3, defaults={"name": "Kontanthjælp"})[0]
    old, lately = make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)
    Citizen.objects.update(fetched_at=None, contact_group=group, person_category=4)
    visit(nord, old, at=NOW - timedelta(days=91))
    visit(nord, lately, at=NOW - timedelta(days=89))
    assert retention.empty_facts(before=NOW - timedelta(days=90), today=NOW.date()) == 1
    assert Citizen.objects.get(pk=old.pk).person_category is None
    assert Citizen.objects.get(pk=lately.pk).person_category == 4
