"""The demo is the same every day, and holds on any day."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import Settings as SettingsWrapper

from admin_module.models import CalendarConnection, ReservedTime, SummonsTemplate, Team
from admin_module.services import connection
from booking.models import Appointment, Citizen, CprNumber, DueDate, OnlineOffer, Origin, Summons
from booking.queries.hits import Scope, Why, hits
from booking.queries.target_group import target_group
from booking.services import comparison
from booking.states import SummonsStatus
from planner.accounts.models import Membership, Settings, User
from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.accounts.vault import digest
from planner.dfdg.simulator.store import Store
from planner.timeline.clock import ZONE
from summons.demo import build
from summons.models import RunCitizen
from summons.services import planning
from tests.dfdg.simulator import RunningSimulator, running_simulator
from tests.factories import at, make_run

pytestmark = pytest.mark.django_db
A_MONDAY = date(2026, 11, 23)


def deep(*values: object) -> list[object]:
    """The demo takes seconds to make: some days are enough each time, the others are for the deep tests."""
    return [pytest.param(value, marks=pytest.mark.deep) for value in values]


def demo(*arguments: str) -> str:
    told = io.StringIO()
    call_command("demo", *arguments, stdout=told)
    return told.getvalue()


def held(folder: Path) -> set[UUID]:
    """What DFDG holds when the simulator of that folder starts."""
    store = Store(folder / "simulator.sqlite")
    found = {one.summons_id for one in store.summonses()}
    store.close()
    return found


def picture() -> list[tuple[object, ...]]:
    """Who meets whom, counted in days from the first appointment, at every job centre."""
    rows: list[tuple[object, ...]] = []
    for pk in jobcentre_ids():
        with acting_for(pk):
            found = list(
                Summons.objects.order_by("appointment__start_at", "pk").values_list(
                    "pk", "status", "citizen__full_name", "appointment__day", "appointment__start_tick"
                )
            )
            rows += [(*row[:3], (row[3] - found[0][3]).days, row[4]) for row in found]
    return rows


@override_settings(EMBEDDED=True)
@pytest.mark.requirement("RUN-01")
def test_its_sign_ins_and_citizens_are_told_as_json_and_exist() -> None:
    told = json.loads(demo("--print-json"))
    for sign_in in told["sign_ins"]:
        user = User.objects.get(username=sign_in["username"])
        assert user.check_password(sign_in["password"])
    first = jobcentre_ids()[0]
    with acting_for(first):
        assert Membership.objects.get(user__username="karen").roles == ["caseworker"]
        digests = [digest(cpr) for cpr in told["citizens"]]
        assert CprNumber.objects.filter(digest__in=digests).count() == len(told["citizens"]) == 20


@override_settings(EMBEDDED=True)
def test_the_second_time_nothing_is_made_but_a_simulator_that_lost_its_memory_is_told_again(tmp_path: Path) -> None:
    with override_settings(DATA=tmp_path):
        demo()
        before, known = picture(), held(tmp_path)
        (tmp_path / "simulator.sqlite").unlink()
        assert "der allerede" in demo()
    assert picture() == before
    assert len(jobcentre_ids()) == 2
    assert held(tmp_path) == known != set()


@override_settings(EMBEDDED=True)
@pytest.mark.requirement("COUN-14")
def test_calendars_are_connected_where_there_are_some_and_follow_their_server(tmp_path: Path) -> None:
    with override_settings(DATA=tmp_path, DEMO_CALENDARS="http://127.0.0.1:5232"):
        told = json.loads(demo("--print-json"))["calendars"]
        assert addresses() == {one["name"]: one["url"] for one in told} != {}
    with acting_for(jobcentre_ids()[0]):
        elsewhere = CalendarConnection.objects.filter(counsellor__full_name="Lotte Berg")
        elsewhere.update(address="https://kalender.example/lotte/")
    with override_settings(DATA=tmp_path, DEMO_CALENDARS="http://127.0.0.1:5233"):
        demo()
    assert addresses() == {
        "Winnie Jensen": "http://127.0.0.1:5233/winnie/kalender/",
        "Lotte Berg": "https://kalender.example/lotte/",
        "Ulla Brandt": "http://127.0.0.1:5233/ulla/kalender/",
    }


def addresses() -> dict[str, str]:
    """Where each counsellor's own calendar is."""
    found: dict[str, str] = {}
    for pk in jobcentre_ids():
        with acting_for(pk):
            found |= dict(CalendarConnection.objects.values_list("counsellor__full_name", "address"))
    return found


@override_settings(EMBEDDED=False)
def test_it_is_refused_where_real_people_may_be() -> None:
    with pytest.raises(CommandError, match="PLANNER_EMBEDDED"):
        demo()
    assert not User.objects.exists()


@pytest.mark.deep
def test_a_week_later_it_is_the_same_a_week_later() -> None:
    pictures = []
    for weeks in (0, 1):
        with transaction.atomic():
            build.make(now=at(A_MONDAY + timedelta(weeks=weeks - 40), "09:00"))
            pictures.append(picture())
            transaction.set_rollback(True)
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize(
    "today", ["2026-12-23", "2027-03-26", "2028-02-29", *deep("2026-11-28", "2027-01-01", "2027-10-30")]
)
def test_it_can_be_made_on_any_day(today: str) -> None:
    day = date.fromisoformat(today)
    build.make(now=datetime(day.year, day.month, day.day, 23, 30, tzinfo=ZONE))
    with acting_for(jobcentre_ids()[0]):
        assert Citizen.objects.count() == 407
        assert Appointment.objects.filter(day__gt=day).count() >= 15
        assert Appointment.objects.filter(day__lt=day).count() >= 200


@pytest.mark.requirement("DIST-01", "SUM-17")
@pytest.mark.parametrize("days", [0, 5, *deep(1, 3)])
def test_its_400_can_be_called_in_with_most_within_their_deadline(days: int) -> None:
    """Whatever day of the week it is made: some are late, few have no time, many keep their counsellor."""
    now = at(A_MONDAY + timedelta(days=days), "09:00")
    build.make(now=now)
    with acting_for(jobcentre_ids()[0]):
        template = SummonsTemplate.objects.get(name="Jobsamtale, dagpenge (45 min.)")
        author = User.objects.get(username="karen")
        details = template.carried() | {"earliest_on": now.date() + timedelta(days=8)}
        run = make_run(author, Team.objects.get(name="Dagpenge"), now=now, **details)
        due = dict(DueDate.objects.order_by("-due_on").values_list("citizen_id", "due_on"))
        citizens = Citizen.objects.filter(cpr_status="active").order_by("pk")[:400]
        lines = [
            RunCitizen(jobcentre=run.jobcentre, run=run, line=line, citizen=citizen, deadline=due.get(citizen.pk))
            for line, citizen in enumerate(citizens)
        ]
        found = planning.plan(run, lines, now=now).plan
    assert found.summary.within_deadline >= 350
    assert 1 <= found.summary.after_deadline + found.summary.unplaced <= 30
    assert found.summary.preferred >= 180
    assert (date.fromordinal(found.placements[380].day) - now.date()).days <= 37


@pytest.mark.requirement("ABS-03", "CAL-09")
@pytest.mark.parametrize("days", [0, 5, *deep(2, 4)])
def test_there_is_an_absence_to_be_settled_and_time_that_is_reserved(days: int) -> None:
    now = at(A_MONDAY + timedelta(days=days), "09:00")
    build.make(now=now)
    with acting_for(jobcentre_ids()[0]):
        found = hits(Scope(), settings=Settings.objects.get(), now=now)
        assert {hit.why for hit in found} == {Why.ABSENCE}
        assert 2 <= len({hit.appointment_id for hit in found}) <= 8
        assert set(ReservedTime.objects.values_list("purpose", flat=True)) == {"summoning", "self_booking"}


@pytest.mark.requirement("OFFER-01", "OFFER-05")
@pytest.mark.parametrize("days", [0, 4])
def test_its_offers_have_a_target_group_and_are_booked_by_those_in_it(days: int) -> None:
    now = at(A_MONDAY + timedelta(days=days), "09:00")
    build.make(now=now)
    with acting_for(jobcentre_ids()[0]):
        offers = {offer.title: offer for offer in OnlineOffer.objects.all()}
        seen = {title: set(target_group(offer, today=now.date())) for title, offer in offers.items()}
        booked = {title: [one.citizen for one in offer.summonses.all()] for title, offer in offers.items()}
        assert [title for title, people in seen.items() if not people] == []
        assert [title for title, people in booked.items() if not seen[title].issuperset(people)] == []
        assert sum(map(len, booked.values())) >= 30
        stopped, ending = offers["Samtale, sygedagpenge"], offers["Jobsamtale over 50"]
        assert (stopped.is_active, ending.ends_on) == (False, now.date() + timedelta(days=4))


@pytest.fixture
def simulator(tmp_path: Path, settings: SettingsWrapper) -> Iterator[RunningSimulator]:
    """After the demo's set-up, from the file that it laid out."""
    settings.EMBEDDED, settings.DATA = True, tmp_path
    demo()
    for running in running_simulator(tmp_path / "simulator.sqlite"):
        settings.DFDG_URL = running.url
        yield running
    connection.client().close()
    connection._client.cache_clear()


@pytest.mark.requirement("KSS-02", "SYNC-08")
def test_the_simulator_holds_from_the_start_what_was_sent_and_the_comparison_finds_no_difference(
    simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "READS_A_SECOND", 1000)
    now, sent, theirs = timezone.now(), set[UUID](), set[UUID]()
    for pk in jobcentre_ids():
        with acting_for(pk):
            coming = Summons.objects.filter(status=SummonsStatus.SENT, appointment__start_at__gt=now)
            sent.update(coming.values_list("pk", flat=True))
            theirs.update(coming.filter(origin=Origin.CASE_SYSTEM).values_list("pk", flat=True))
        row = comparison.compare(pk, now=now)
        assert row is not None
        assert (row.finished_at is not None, row.found) == (True, 0)
        assert row.read > 0
    there = simulator.summonses()
    assert {one.summons_id for one in there} == sent
    assert {one.summons_id for one in there if one.message.owner_system} == theirs != set()
