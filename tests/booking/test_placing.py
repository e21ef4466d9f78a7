"""Keeping meetings: what is kept, what comes back, and why."""

from __future__ import annotations

import pytest

from booking.models import Appointment, Claim, PlacedBy, Summons
from booking.services.placing import Meeting, Seat, prepare
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_run

pytestmark = pytest.mark.django_db


def test_a_pending_meeting_holds_its_time(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    citizen = make_citizen(nord.jobcentre)
    meeting = Meeting(MONDAY, 108, (nord.anna.pk,), None, (Seat(citizen.pk),))
    kept = prepare(jobcentre_id=nord.jobcentre.pk, details=run, meetings=[meeting], placed_by=PlacedBy.AUTOMATIC, by=nord.bo, now=NOW)
    print(kept)
    a = Appointment.objects.get()
    assert a.start_at == at(MONDAY, "09:00")
    assert Claim.objects.count() == 2
