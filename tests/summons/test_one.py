"""«Ny aftale for én borger» from the calendar: one dialog, and where it stops (CAL-03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import StandardText, SummonsTemplate
from booking.models import Appointment, Summons
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.roles import Role
from planner.accounts.vault import decrypt
from summons.models import Run
from tests import factories
from tests.booking.stories import keep, meeting
from tests.conftest import signed_in
from tests.dfdg.simulator import RunningSimulator, simulator  # noqa: F401
from tests.factories import World
from tests.summons.step_1 import next_monday
from tests.summons.test_look_up import KAREN, dfdg, person  # noqa: F401


@pytest.fixture
def nord(nord: World) -> World:
    """Nordby, whose standard text and contact make step 1 whole by themselves."""
    Settings.objects.update(contact_phone="70101010")
    StandardText.objects.get_or_create(
        jobcentre=nord.jobcentre, type_id=7, edition=99, defaults={"title": "Jobsamtale", "description": "Vi taler."}
    )
    return nord


def marked(world: World, **changed: Any) -> dict[str, Any]:
    on = next_monday() + timedelta(days=1)
    asked = {
        "team": world.team.pk,
        "counsellor": world.anna.pk,
        "date": on.isoformat(),
        "start": "10:15",
        "duration": 30,
    }
    return {name: value for name, value in (asked | changed).items() if value is not None}


@pytest.mark.requirement("CAL-03", "SUM-01")
def test_the_dialog_says_what_was_marked(nord: World, as_bo: Client) -> None:
    page = as_bo.get(reverse("summons:one"), marked(nord)).content.decode()
    assert "kl. 10.15" in page
    assert "30 minutter" in page
    assert "Anna Agger" in page
    assert 'name="more"' in page
    assert "Tryk «Flere felter»" not in page


@pytest.mark.requirement("CAL-03", "SEC-04")
def test_more_fields_opens_step_one_with_the_number_and_the_template_that_were_typed(
    nord: World, as_bo: Client
) -> None:
    template = SummonsTemplate.objects.create(
        jobcentre=nord.jobcentre, name="Korte samtaler", message_to_citizen="Tag CV med."
    )
    typed = marked(nord, cpr=KAREN, template=template.pk, more="1")
    answer = as_bo.post(reverse("summons:one"), typed, follow=True)
    run, page = Run.objects.get(), answer.content.decode()
    assert answer.redirect_chain == [(reverse("summons:frame", args=[run.pk]), 302)]
    assert KAREN not in page
    assert (run.template, run.message_to_citizen, run.duration, run.step) == (template, "Tag CV med.", 30, 1)
    assert [one.pk for one in run.counsellors.all()] == [nord.anna.pk]
    assert decrypt(run.lines.get().encrypted) == KAREN
    assert not Summons.objects.exists()


@pytest.mark.requirement("CAL-03", "APP-07")
def test_more_fields_asks_for_no_number_but_refuses_a_wrong_one(nord: World, as_bo: Client) -> None:
    assert as_bo.post(reverse("summons:one"), marked(nord, cpr="120588", more="1")).status_code == 422
    assert not Run.objects.exists()
    as_bo.post(reverse("summons:one"), marked(nord, more="1"))
    assert not Run.objects.get().lines.exists()


@pytest.mark.requirement("CAL-03", "SUM-20")
def test_one_press_calls_the_citizen_at_the_marked_time(
    nord: World,
    as_bo: Client,
    dfdg: RunningSimulator,  # noqa: F811
) -> None:
    dfdg.add_person(person(KAREN))
    answer = as_bo.post(
        reverse("summons:one"), marked(nord, cpr=KAREN), headers={"HX-Request": "true", "HX-Target": "dialog"}
    )
    assert "HX-Redirect" in answer
    summons = Summons.objects.select_related("appointment", "citizen").get()
    meeting_now = summons.appointment
    assert (summons.status, summons.citizen.full_name) == (SummonsStatus.SENT, "Karen Dam Holst")
    assert (meeting_now.day, meeting_now.start_tick, meeting_now.duration) == (
        next_monday() + timedelta(days=1),
        123,
        30,
    )
    assert [one.pk for one in meeting_now.counsellors.all()] == [nord.anna.pk]
    assert KAREN not in str(answer.headers)
    page = as_bo.get(reverse("booking:calendar")).content.decode()
    assert "Karen Dam Holst indkaldes til" in page
    assert "Fortryd" in page


@pytest.mark.requirement("CAL-03", "APP-07")
@pytest.mark.parametrize(("cpr", "words"), [("", "Skriv et CPR-nummer."), ("120588", "Et personnummer har ti cifre.")])
def test_a_number_that_is_none_says_so_and_nothing_is_kept(nord: World, as_bo: Client, cpr: str, words: str) -> None:
    answer = as_bo.post(reverse("summons:one"), marked(nord, cpr=cpr))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Run.objects.exists()


@pytest.mark.requirement("CAL-03")
def test_a_time_that_is_taken_meanwhile_is_said_before_anything_is_kept(nord: World, as_bo: Client) -> None:
    on = next_monday() + timedelta(days=1)
    keep(nord, meeting(factories.make_citizen(nord.jobcentre), nord.anna, day=on, clock="10:00"))
    before = Run.objects.count()
    answer = as_bo.post(reverse("summons:one"), marked(nord, cpr=KAREN))
    assert answer.status_code == 422
    assert "ikke længere ledigt" in answer.content.decode()
    assert Run.objects.count() == before


@pytest.mark.requirement("CAL-03", "SUM-23")
def test_where_it_stops_the_run_opens_and_nothing_is_sent(
    nord: World,
    as_bo: Client,
    dfdg: RunningSimulator,  # noqa: F811
) -> None:
    """The citizen has a coming conversation of the type."""
    dfdg.add_person(person(KAREN))
    as_bo.post(reverse("summons:one"), marked(nord, cpr=KAREN))
    answer = as_bo.post(reverse("summons:one"), marked(nord, cpr=KAREN, start="13:00"), follow=True)
    assert answer.redirect_chain[-1][0].endswith("/citizens/")
    assert "Borgeren er ikke indkaldt endnu." in answer.content.decode()
    assert Appointment.objects.count() == 1


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_only_who_summons_may_and_only_at_their_own_job_centre(nord: World, as_anna: Client, as_carla: Client) -> None:
    assert as_anna.get(reverse("summons:one"), marked(nord)).status_code == 403
    assert as_carla.get(reverse("summons:one"), marked(nord)).status_code == 404
    auditor = factories.make_user(nord.jobcentre, "rita", Role.AUDITOR)
    assert signed_in(auditor).get(reverse("summons:one")).status_code == 403
