"""Planning a run: rows in, pending summonses out."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from admin_module.models import Distribution, MeetingForm, SeatsBy
from booking.models import Citizen, CitizenAbsence, Claim, Summons
from booking.states import SummonsStatus
from planner.ui.refusal import Refusal
from summons import tasks
from summons.distribution.engine import distribute
from summons.distribution.scenario import read
from summons.models import LookUp, Run, RunCitizen
from summons.services import planning
from summons.services.look_up import Taken
from summons.services.scenario import scenario_of
from summons.states import RunState
from tests import factories
from tests.dfdg.simulator import RunningSimulator, simulator  # noqa: F401
from tests.factories import MONDAY, NOW, World, add_line, make_citizen, make_run
from tests.summons.test_look_up import KAREN, dfdg, person  # noqa: F401


def citizen(nord: World, name: str = "", **facts: Any) -> Citizen:
    """Looked up at NOW."""
    made = make_citizen(nord.jobcentre, name)
    Citizen.objects.filter(pk=made.pk).update(fetched_at=NOW, **facts)
    return made


def planned(run: Run, *, now: datetime = NOW) -> Run:
    job = planning.start(run_id=run.pk, by=run.author_id or 0, now=now)
    assert job is not None
    planning.work(run.jobcentre_id, run.pk, job, clock=lambda: now)
    run.refresh_from_db()
    assert run.failure == ""
    return run


def times(run: Run) -> dict[str, tuple[date, int, str]]:
    """Where each citizen of the run is to be: day, start and counsellor."""
    return {
        line.citizen.given_name: (
            line.summons.appointment.day,
            line.summons.appointment.start_tick,
            ", ".join(sorted(one.given_name for one in line.summons.appointment.counsellors.all())),
        )
        for line in run.lines.exclude(summons=None).select_related("citizen", "summons__appointment")
        if line.citizen and line.summons
    }


@pytest.mark.requirement("SUM-16", "DIST-01", "DIST-16")
def test_a_run_is_planned_and_its_times_are_held(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    for name, days in (("Sen Lund", 4), ("Tidlig Lund", 1), ("Uden Lund", None)):
        add_line(run, citizen(nord, name), deadline=MONDAY + timedelta(days=days) if days is not None else None)
    planned(run)
    assert run.state == RunState.PLANNED
    assert times(run) == {"Tidlig": (MONDAY, 96, "Anna"), "Sen": (MONDAY, 108, "Anna"), "Uden": (MONDAY, 120, "Anna")}
    assert Claim.objects.filter(counsellor=nord.anna).count() == 3
    assert set(Summons.objects.values_list("status", flat=True)) == {SummonsStatus.PENDING}


@pytest.mark.requirement("DIST-03", "DIST-04", "DIST-07")
def test_each_time_keeps_how_it_was_found(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, nord.birk)
    add_line(run, citizen(nord, "Egen Lund", case_owner=nord.birk), deadline=MONDAY)
    add_line(run, citizen(nord, "Fri Lund"), deadline=MONDAY)
    planned(run)
    kept = {
        line.citizen.given_name: line.summons.placement for line in run.lines.all() if line.citizen and line.summons
    }
    assert kept["Egen"] == {"outcome": "preferred", "preferred": nord.birk.pk, "chosen": True}
    assert kept["Fri"] == {"outcome": "earliest"}
    assert times(run) == {"Egen": (MONDAY, 96, "Birk"), "Fri": (MONDAY, 96, "Anna")}


@pytest.mark.requirement("DIST-05", "DIST-06", "SUM-13")
def test_late_ones_are_marked_and_those_without_a_time_say_why(nord: World) -> None:
    factories.make_room(nord.team, "Lokale 9")
    run = make_run(nord.bo, nord.team, factories.make_counsellor(nord.team, "Kort Kjær", hours=("09:00", "10:00")))
    first, late, away = citizen(nord, "Først Lund"), citizen(nord, "Sen Lund"), citizen(nord, "Væk Lund")
    for one in (first, late, away):
        add_line(run, one, deadline=MONDAY)
    CitizenAbsence.objects.create(
        jobcentre=nord.jobcentre, citizen=away, kind="Ferie", first_on=MONDAY, last_on=None, fetched_at=NOW
    )
    planned(run)
    lines = {line.citizen_id: line for line in run.lines.all()}
    placed = lines[late.pk].summons
    assert placed is not None
    assert placed.placement == {"outcome": "after_deadline", "because": "time_taken"}
    assert placed.appointment.day == MONDAY + timedelta(days=1)
    assert (lines[away.pk].summons, lines[away.pk].unplaced) == (None, "citizen_unavailable")


@pytest.mark.requirement("SUM-13", "SUM-15", "DIST-02")
def test_a_citizens_own_earliest_date_holds_and_the_deselected_are_left_alone(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    later = add_line(run, citizen(nord, "Senere Lund"))
    later.earliest_on = MONDAY + timedelta(days=3)
    later.save()
    add_line(run, citizen(nord, "Fravalgt Lund"), selected=False)
    planned(run)
    assert times(run) == {"Senere": (MONDAY + timedelta(days=3), 96, "Anna")}


@pytest.mark.requirement("SUM-06", "DIST-02")
def test_a_run_whose_earliest_date_has_passed_begins_tomorrow(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, earliest_on=date(2026, 11, 2))
    add_line(run, citizen(nord, "Nu Lund"))
    planned(run)
    assert times(run) == {"Nu": (date(2026, 11, 24), 96, "Anna")}


@pytest.mark.requirement("SUM-04")
def test_none_chosen_means_all_of_the_team_that_can(nord: World) -> None:
    nord.birk.can_be_summoned = False
    nord.birk.save()
    run = make_run(nord.bo, nord.team)
    for name in ("Ene Lund", "To Lund"):
        add_line(run, citizen(nord, name))
    planned(run)
    assert {counsellor for _day, _start, counsellor in times(run).values()} == {"Anna"}


@pytest.mark.requirement("DIST-09", "DIST-11", "SUM-03")
def test_a_joint_meeting_is_one_appointment_with_all_its_counsellors(nord: World) -> None:
    run = make_run(
        nord.bo, nord.team, nord.anna, nord.birk, form=MeetingForm.JOINT, seats_by=SeatsBy.NUMBER, seats_calling=2
    )
    for name in ("Ene Lund", "To Lund", "Tre Lund"):
        add_line(run, citizen(nord, name))
    planned(run)
    assert sorted(times(run).values()) == [
        (MONDAY, 96, "Anna, Birk"),
        (MONDAY, 96, "Anna, Birk"),
        (MONDAY, 108, "Anna, Birk"),
    ]
    assert len(set(Summons.objects.values_list("appointment", flat=True))) == 2


@pytest.mark.requirement("DIST-13", "SUM-18")
def test_fixed_times_are_rounds_that_leave_those_placed_alone(nord: World) -> None:
    run = make_run(
        nord.bo,
        nord.team,
        nord.anna,
        distribution=Distribution.FIXED_TIME,
        fixed_on=MONDAY,
        fixed_times=[time(9), time(10)],
        earliest_on=None,
    )
    for name in ("Ene Lund", "To Lund", "Tre Lund"):
        add_line(run, citizen(nord, name))
    planned(run)
    assert times(run) == {"Ene": (MONDAY, 108, "Anna"), "To": (MONDAY, 120, "Anna")}
    assert run.lines.get(summons=None).unplaced == "no_place_left"
    first = set(Summons.objects.values_list("pk", flat=True))
    run.fixed_times = [time(13)]
    run.save()
    planned(run)
    assert times(run)["Tre"] == (MONDAY, 156, "Anna")
    assert first < set(Summons.objects.values_list("pk", flat=True))


@pytest.mark.requirement("DIST-18")
def test_planning_again_replaces_the_unsent_plan_but_not_what_was_chosen_by_hand(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    for name in ("Ene Lund", "To Lund"):
        add_line(run, citizen(nord, name))
    planned(run)
    chosen = run.lines.get(line=3).summons
    assert chosen is not None
    Summons.objects.filter(pk=chosen.pk).update(placement={"by_hand": True})
    add_line(run, citizen(nord, "Hast Lund"), deadline=MONDAY)
    planned(run)
    assert times(run) == {"Hast": (MONDAY, 96, "Anna"), "To": (MONDAY, 108, "Anna"), "Ene": (MONDAY, 120, "Anna")}
    assert Summons.objects.filter(pk=chosen.pk).exists()
    assert Summons.objects.count() == 3


@pytest.mark.requirement("DIST-18")
def test_a_plan_is_taken_back_while_nothing_was_sent(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    add_line(run, citizen(nord, "Ene Lund"))
    planned(run)
    assert planning.take_back(run_id=run.pk, now=NOW) == 1
    run.refresh_from_db()
    assert (run.state, Summons.objects.count(), Claim.objects.count()) == (RunState.DRAFT, 0, 0)
    assert run.lines.filter(summons=None, selected=True).count() == 1


@pytest.mark.requirement("DIST-16", "SUM-19")
def test_a_time_that_was_taken_meanwhile_is_replaced_and_marked_as_changed(nord: World) -> None:
    run, other = (make_run(nord.bo, nord.team, nord.anna) for _ in range(2))
    for name in ("Ene Lund", "To Lund"):
        add_line(run, citizen(nord, name))
    proposal = planning.plan(run, list(run.lines.all()), now=NOW)
    add_line(other, citizen(nord, "Hurtig Lund"))
    planned(other)
    assert planning.keep(run, proposal, by=nord.bo, now=NOW) == 1
    assert times(other) == {"Hurtig": (MONDAY, 96, "Anna")}
    assert times(run) == {"To": (MONDAY, 108, "Anna"), "Ene": (MONDAY, 120, "Anna")}
    marked = {line.line for line in run.lines.filter(summons__placement__changed=True)}
    assert marked == {2}


@pytest.mark.requirement("SUM-23")
def test_a_coming_conversation_of_the_type_is_replaced_only_where_that_was_said(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    old = {}
    for name, replace in (("Erstat Lund", True), ("Behold Lund", False)):
        one = citizen(nord, name)
        old[name] = factories.make_summons(one, nord.birk, nord.team, by=nord.bo, day=MONDAY + timedelta(days=9))
        line = add_line(run, one)
        line.replace = replace
        line.save()
    planned(run)
    placed = run.lines.exclude(summons=None).get()
    assert placed.summons is not None
    assert placed.summons.replaces_id == old["Erstat Lund"].pk
    assert run.lines.get(summons=None).unplaced == "has_conversation"


@pytest.mark.requirement("CONC-07", "DIST-17")
def test_a_run_started_twice_is_planned_once(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    add_line(run, citizen(nord, "Ene Lund"))
    job = planning.start(run_id=run.pk, by=nord.bo.pk, now=NOW)
    assert job is not None
    assert planning.start(run_id=run.pk, by=nord.bo.pk, now=NOW) is None
    for _ in range(2):
        planning.work(run.jobcentre_id, run.pk, job, clock=lambda: NOW)
    planning.work(run.jobcentre_id, run.pk, uuid.uuid4(), clock=lambda: NOW)
    assert Summons.objects.count() == 1


@pytest.mark.requirement("APP-09", "DIST-17")
def test_the_run_of_a_dead_worker_is_found_and_planned_without_doubles(
    nord: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    add_line(run, citizen(nord, "Ene Lund"))
    job = planning.start(run_id=run.pk, by=nord.bo.pk, now=timezone.now() - timedelta(minutes=5))
    assert job is not None
    dead = uuid.uuid4()
    Run.objects.filter(pk=run.pk).update(job=dead)
    monkeypatch.setattr(tasks.plan_run, "delay", tasks.plan_run)
    tasks.take_up_plannings()
    planning._plan_and_keep(Taken(run.jobcentre_id, run.pk, dead), lambda: NOW)  # it was only slow
    run.refresh_from_db()
    assert run.state == RunState.PLANNED
    assert Summons.objects.count() == 1


@pytest.mark.requirement("DIST-17", "FAULT-04")
def test_with_the_broker_away_the_run_is_planned_at_once(nord: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise ConnectionError

    run = make_run(nord.bo, nord.team, nord.anna)
    add_line(run, citizen(nord, "Ene Lund"))
    job = planning.start(run_id=run.pk, by=nord.bo.pk, now=NOW)
    assert job is not None
    monkeypatch.setattr(tasks.plan_run, "delay", away)
    tasks.ask_for_planning(run.jobcentre_id, run.pk, job)
    run.refresh_from_db()
    assert run.state == RunState.PLANNED


@pytest.mark.requirement("DIST-16")
def test_a_planning_that_cannot_be_kept_changes_nothing_and_says_why(
    nord: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    add_line(run, citizen(nord, "Ene Lund"))
    planned(run)
    before = times(run)

    def busy(**_options: object) -> None:
        raise Refusal("Kalenderen er optaget lige nu.", code="busy")

    monkeypatch.setattr(planning, "prepare", busy)
    job = planning.start(run_id=run.pk, by=nord.bo.pk, now=NOW)
    assert job is not None
    planning.work(run.jobcentre_id, run.pk, job, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.PLANNED, "Kalenderen er optaget lige nu.")
    assert times(run) == before


@pytest.mark.requirement("CIT-03")
def test_facts_older_than_a_day_are_looked_up_again_first(
    nord: World,
    dfdg: RunningSimulator,  # noqa: F811
) -> None:
    dfdg.add_person(person(KAREN, family_name="Nygift"))
    run = make_run(nord.bo, nord.team, nord.anna)
    old, fresh = make_citizen(nord.jobcentre, "Karen Holst", KAREN), citizen(nord, "Ny Lund")
    Citizen.objects.filter(pk=old.pk).update(fetched_at=NOW - timedelta(hours=25))
    for one in (old, fresh):
        add_line(run, one)
    planned(run)
    old.refresh_from_db()
    assert (old.family_name, old.fetched_at) == ("Nygift", NOW)
    assert len(times(run)) == 2
    assert len(dfdg.calls()) == 1


@pytest.mark.requirement("SUM-11")
def test_one_whom_nobody_could_look_up_is_planned_all_the_same(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    one = make_citizen(nord.jobcentre, "Ukendt Lund")
    Citizen.objects.filter(pk=one.pk).update(fetched_at=None)
    RunCitizen.objects.filter(pk=add_line(run, one).pk).update(look_up=LookUp.FAILED)
    planned(run)
    assert len(times(run)) == 1


@pytest.mark.requirement("SUM-21")
@pytest.mark.parametrize("lacking", [{"duration": None}, {"earliest_on": None}])
def test_a_run_that_lacks_its_frame_is_not_planned(nord: World, lacking: dict[str, Any]) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, **lacking)
    add_line(run, citizen(nord, "Ene Lund"))
    with pytest.raises(Refusal, match="Trin 1"):
        planning.start(run_id=run.pk, by=nord.bo.pk, now=NOW)


@pytest.mark.requirement("DIST-20")
def test_a_run_becomes_a_scenario_that_gives_the_same_plan_and_names_nobody(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, nord.birk)
    for name, owner in (("Karen Holst", nord.birk), ("Yusuf Andersen", None)):
        add_line(run, citizen(nord, name, case_owner=owner), deadline=MONDAY)
    planned(run)
    text = scenario_of(run, now=NOW)
    assert [word for word in ("Karen", "Anna", str(nord.anna.pk) + '"', "Jobsamtale") if word in text] == []
    found = distribute(read(text))
    assert {(one.day, one.start) for one in found.placements} == {
        (day.toordinal(), start) for day, start, _counsellor in times(run).values()
    }
    assert found.summary.preferred == 1
