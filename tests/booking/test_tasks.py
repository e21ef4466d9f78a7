"""What the timer does in the appointment book."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from booking import tasks
from booking.models import Summons
from planner.accounts.tenancy import acting_for
from planner.celery import app
from tests import factories
from tests.booking.stories import pending
from tests.factories import NOW


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("PEND-03")
def test_the_timer_releases_what_is_overdue_at_every_job_centre() -> None:
    world = factories.make_nordby()
    factories.make_skovby()
    with acting_for(world.jobcentre.pk, actor=world.bo.pk, source="test"):
        pending(world)
    for day, left in ((6, 1), (7, 0)):
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            tasks.release_overdue()
        with acting_for(world.jobcentre.pk, source="test"):
            assert Summons.objects.count() == left


def test_the_timer_knows_the_task() -> None:
    assert "booking.tasks.release_overdue" in {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "booking.tasks.release_overdue" in app.tasks
