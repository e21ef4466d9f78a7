"""«Tilføj borger» to a joint meeting that stands already (CAL-03)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from booking.models import Appointment, Summons
from booking.services import sending
from booking.states import SummonsStatus
from planner.accounts.roles import Role
from summons.models import Run
from tests import factories
from tests.booking.stories import keep, meeting
from tests.conftest import signed_in
from tests.dfdg.simulator import RunningSimulator, simulator  # noqa: F401
from tests.factories import World, make_citizen
from tests.summons.step_1 import next_monday
from tests.summons.test_look_up import KAREN, dfdg, person  # noqa: F401


def joint(world: World, seats: int = 3, coming: int = 2, **details: Any) -> Appointment:
    """A joint meeting in a fortnight, called to."""
    run = factories.make_run(
        world.bo, world.team, world.anna, form="joint", type_id=9, seats_by="number", seats_calling=seats, **details
    )
    citizens = [make_citizen(world.jobcentre) for _ in range(coming)]
    now = timezone.now()
    kept = keep(world, meeting(citizens, world.anna, day=next_monday(), room=world.rooms[1]), details=run, now=now)
    sending.send(summonses=kept.summonses, by=world.bo, now=now)
    run.delete()
    return Appointment.objects.get()


def url(appointment: Appointment) -> str:
    return reverse("summons:add_to_meeting", args=[appointment.pk])


@pytest.mark.requirement("CAL-03", "SUM-20")
def test_a_citizen_takes_a_free_seat_and_is_called(
    nord: World,
    as_bo: Client,
    dfdg: RunningSimulator,  # noqa: F811
) -> None:
    there = joint(nord)
    dfdg.add_person(person(KAREN))
    dialog = as_bo.get(reverse("booking:appointment", args=[there.pk])).content.decode()
    assert f'href="{url(there)}"' in dialog
    assert "1 ledig plads" in as_bo.get(url(there)).content.decode()
    answer = as_bo.post(url(there), {"cpr": KAREN}, follow=True)
    assert "Karen Dam Holst er indkaldt til mødet." in answer.content.decode()
    summons = Summons.objects.get(citizen__given_name="Karen")
    assert (summons.status, summons.appointment_id) == (SummonsStatus.SENT, there.pk)
    assert Appointment.objects.count() == 1
    full = as_bo.get(reverse("booking:appointment", args=[there.pk])).content.decode()
    assert f'href="{url(there)}"' not in full
    assert "Alle pladser til indkaldelse er taget." in as_bo.get(url(there)).content.decode()


@pytest.mark.requirement("CAL-03")
def test_a_full_meeting_takes_nobody_and_leaves_no_draft(nord: World, as_bo: Client) -> None:
    there = joint(nord, seats=2)
    before = Run.objects.count()
    answer = as_bo.post(url(there), {"cpr": KAREN})
    assert (answer.status_code, "Alle pladser til indkaldelse er taget." in answer.content.decode()) == (422, True)
    assert Run.objects.count() == before


@pytest.mark.requirement("CAL-03", "SUM-23")
def test_who_comes_already_is_refused_in_words_and_nothing_is_kept(
    nord: World,
    as_bo: Client,
    dfdg: RunningSimulator,  # noqa: F811
) -> None:
    there = joint(nord, seats=5)
    dfdg.add_person(person(KAREN))
    as_bo.post(url(there), {"cpr": KAREN})
    runs, summonses = Run.objects.count(), Summons.objects.count()
    answer = as_bo.post(url(there), {"cpr": KAREN})
    assert answer.status_code == 422
    assert "Borgeren har allerede en" in answer.content.decode()
    assert (Run.objects.count(), Summons.objects.count()) == (runs, summonses)


@pytest.mark.requirement("CAL-03", "APP-07")
def test_a_wrong_number_and_an_individual_conversation_say_why(nord: World, as_bo: Client) -> None:
    there = joint(nord)
    assert "Skriv et CPR-nummer." in as_bo.post(url(there), {"cpr": ""}).content.decode()
    Appointment.objects.update(form="individual")
    assert "Kun fællesmøder har plads til flere" in as_bo.get(url(there)).content.decode()


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_only_who_summons_at_the_own_job_centre_may(nord: World, as_anna: Client, as_carla: Client) -> None:
    there = joint(nord)
    assert as_anna.get(url(there)).status_code == 403
    assert as_carla.get(url(there)).status_code == 404
    auditor = factories.make_user(nord.jobcentre, "rita", Role.AUDITOR)
    assert signed_in(auditor).post(url(there), {"cpr": KAREN}).status_code == 403
