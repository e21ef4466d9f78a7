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
from summons.models import LookUp, Run, RunCitizen
from summons.services import planning
from summons.states import RunState
from tests import factories
from tests.factories import MONDAY, NOW, World, add_line, make_citizen, make_run


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
