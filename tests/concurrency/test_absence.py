"""Absence, hours, closing days, deletion against booking (CONC-08): refused, or on the list that is shown at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from time import sleep
from uuid import UUID

import pytest

from admin_module.models import Absence, ClosingDay, WorkingHours
from admin_module.services.asking import what_is_hit
from admin_module.services.counsellors import retire
from booking.models import Appointment, PlacedBy
from booking.queries.hits import Scope, hits
from booking.services import absence as service
from booking.services.absence import report_absence
from booking.services.placing import Kept
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from planner.timeline.clock import midnight
from planner.ui.refusal import Refusal
from tests.concurrency.crowd import at_once, booking, crowd, faults
from tests.concurrency.test_booking import run_of, sizes
from tests.factories import MONDAY, NOW, World, make_counsellor

Listed = frozenset[UUID]
CLOCKS = ("09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00")


def away(world: World, day: date) -> Listed:
    begins = midnight(day.toordinal())
    return report_absence(
        counsellor=world.anna, kind="illness", start_at=begins, end_at=begins + timedelta(days=1), now=NOW
    ).hit


def closed(world: World, day: date) -> Listed:
    closing = ClosingDay.objects.create(jobcentre=world.jobcentre, name="Kursus", first_on=day, last_on=day)
    what_is_hit([closing], now=NOW)
    found = hits(Scope(first=day, last=day), settings=Settings.objects.get(), now=NOW)
    return frozenset(hit.appointment_id for hit in found)


def without_hours(world: World, day: date) -> Listed:
    WorkingHours.objects.filter(schedule__counsellor=world.anna, weekday=day.weekday()).delete()
    what_is_hit([world.anna], now=NOW)
    found = hits(Scope(first=day, last=day), settings=Settings.objects.get(), now=NOW)
    return frozenset(hit.appointment_id for hit in found)


Change = Callable[[World, date], Listed]


def rounds(world: World, change: Change, count: int) -> list[tuple[Listed, Listed]]:
    """On a day of its own each: what the change listed at once, and what is booked there when all is over."""
    run, citizens = run_of(world), crowd(world, len(CLOCKS) * count)
    found = []
    for place in range(count):
        day = MONDAY + timedelta(days=place % 5 + 7 * (place // 5))
        people = citizens[place * len(CLOCKS) :][: len(CLOCKS)]
        tasks: list[Callable[[], Kept | Listed]] = [
            booking(world, run, citizen, world.anna, clock=clock, day=day, placed_by=PlacedBy.CITIZEN)
            for citizen, clock in zip(people, CLOCKS, strict=True)
        ]
        tasks.insert(place % len(CLOCKS), partial(change, world, day))
        outcomes = at_once(world, tasks)
        assert [fault for fault in faults(outcomes) if not isinstance(fault, Refusal)] == []
        listed = next((one for one in outcomes if isinstance(one, frozenset)), None)
        with acting_for(world.jobcentre.pk, source="test"):
            booked = frozenset(Appointment.objects.filter(day=day).values_list("pk", flat=True))
        found.append((booked if listed is None else listed, booked))
    return found


@pytest.mark.requirement("CONC-08", "ABS-02", "CLOS-02", "COUN-12")
@pytest.mark.parametrize("change", [away, closed])
@sizes(6, 450)
def test_what_is_booked_is_on_the_list_that_is_shown_at_once(world: World, change: Change, size: int) -> None:
    found = rounds(world, change, size)
    slipped = sum(1 for listed, booked in found if listed != booked)
    some = sum(1 for listed, _booked in found if listed)
    print(f"CONC-08 {change.__name__}: {size} rounds, {some} with a list, {slipped} slipped (limit 0)", end=" ")
    print("short" if slipped else "ok")
    assert [(listed, booked) for listed, booked in found if listed != booked] == []


@pytest.mark.requirement("CONC-08", "COUN-12")
def test_hours_that_are_taken_away_list_all_that_is_booked_in_them(world: World) -> None:
    found = rounds(world, without_hours, 5)
    assert [(listed, booked) for listed, booked in found if listed != booked] == []


@pytest.mark.requirement("CONC-08", "COUN-11")
@sizes(4, 100)
def test_a_counsellor_is_deleted_or_keeps_what_is_booked(world: World, size: int) -> None:
    run = run_of(world)
    for place in range(size):
        with acting_for(world.jobcentre.pk, source="test"):
            one = make_counsellor(world.team, f"Vera {chr(97 + place // 26)}{chr(97 + place % 26)}")
        [citizen] = crowd(world, 1)
        tasks: list[Callable[[], object]] = [
            booking(world, run, citizen, one, clock="09:00"),
            partial(retire, counsellor=one, now=NOW),
        ]
        assert faults(at_once(world, tasks[:: 1 if place % 2 else -1])) == []
        with acting_for(world.jobcentre.pk, source="test"):
            one.refresh_from_db()
            assert (one.retired_at is None) == Appointment.objects.filter(counsellors=one).exists()
    print(f"CONC-08 deleted: {size} rounds, 0 slipped (limit 0) ok")


@pytest.mark.requirement("CONC-08")
def test_without_the_lock_something_slips_between_the_list_and_the_booking(
    world: World, without_locks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the absence is written and listed while a booking that has not seen it is about to be written."""
    told = service._reported

    def tell_then_think(absence: Absence, now: object) -> object:
        reported = told(absence, now)  # type: ignore[arg-type]
        sleep(0.005)
        return reported

    monkeypatch.setattr(service, "_reported", tell_then_think)
    found = rounds(world, away, 12)
    assert any(booked - listed for listed, booked in found)
