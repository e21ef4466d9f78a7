"""A job centre whose counsellors are 60 % booked for eight weeks, with an offer of theirs: what SPEED-03 and 07 ask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
from django.utils import timezone

from admin_module.models import Counsellor
from booking.models import Appointment, AppointmentCounsellor, Citizen, OnlineOffer, PlacedBy
from booking.services import bulk
from booking.services.entries import when
from planner.accounts.models import Jobcentre, Settings
from planner.accounts.tenancy import acting_for
from planner.timeline.ticks import MINUTES_PER_TICK
from tests import factories

WEEKS, DURATION, REPORTING = 8, 45, 15
HOURS = range(8, 16)
BOOKED = 5
"""Of a day's eight hours; with the quarter each of some begins late, six tenths."""


@dataclass(frozen=True)
class Booked:
    jobcentre: Jobcentre
    counsellors: list[Counsellor]
    first: date

    @property
    def last(self) -> date:
        return self.first + timedelta(weeks=WEEKS, days=-1)

    def offer(self, *counsellors: Counsellor, **details: Any) -> OnlineOffer:
        return factories.make_offer(
            counsellors[0].teams.get(), *counsellors, now=timezone.now(), interval=15, **details
        )

    def citizens(self, count: int) -> list[Citizen]:
        return [factories.make_citizen(self.jobcentre) for _ in range(count)]


def booked(count: int, *, full: bool = True) -> Booked:
    """So many counsellors in one team; `full`: with their conversations."""
    jobcentre = factories.make_jobcentre()
    with acting_for(jobcentre.pk, source="bench"):
        factories.make_types()
        Settings.objects.update(shown_weeks=WEEKS + 1)
        team = factories.make_team(jobcentre)
        staff = [factories.make_counsellor(team, f"Vera Nummer{number:03}") for number in range(count)]
        today = timezone.localdate()
        monday = today + timedelta(days=7 - today.weekday())
        world = Booked(jobcentre, staff, monday)
        if full:
            _fill(world, Random(3))  # noqa: S311 - the same each time
    return world


def _fill(world: Booked, dice: Random) -> None:
    meetings = [one for counsellor in world.counsellors for one in _meetings(world, counsellor, dice)]
    Appointment.objects.bulk_create((meeting for meeting, _holder in meetings), batch_size=1000)
    AppointmentCounsellor.objects.bulk_create((holder for _meeting, holder in meetings), batch_size=2000)
    bulk.claim_meetings(meeting.pk for meeting, _holder in meetings)


def _meetings(
    world: Booked, counsellor: Counsellor, dice: Random
) -> Iterator[tuple[Appointment, AppointmentCounsellor]]:
    for number in range(WEEKS * 7):
        day = world.first + timedelta(days=number)
        hours = sorted(dice.sample(HOURS, BOOKED)) if day.weekday() < 5 else []
        for hour in hours:
            meeting = _meeting(world, day, hour * 60)
            yield meeting, AppointmentCounsellor(jobcentre=world.jobcentre, appointment=meeting, counsellor=counsellor)


def _meeting(world: Booked, day: date, minute: int) -> Appointment:
    now: datetime = timezone.now()
    tick = minute // MINUTES_PER_TICK
    return Appointment(
        id=uuid4(),
        jobcentre=world.jobcentre,
        type_id=7,
        title="Jobsamtale",
        day=day,
        start_tick=tick,
        duration=DURATION,
        reporting_time=REPORTING,
        placed_by=PlacedBy.AUTOMATIC,
        created_at=now,
        **when(day.toordinal(), tick, DURATION),
    )


def gather_statistics() -> None:
    """What autovacuum does in daily life."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
