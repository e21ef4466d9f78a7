"""Short ways to keep, send and look, for the stories of the appointment book."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from admin_module.models import Counsellor, Details, Room
from booking.models import Citizen, Claim, PlacedBy, Summons
from booking.services import sending
from booking.services.placing import Kept, Meeting, Seat, prepare
from planner.timeline.ticks import MINUTES_PER_TICK
from tests.factories import MONDAY, NOW, World, make_citizen, make_run


def tick(clock: str) -> int:
    hours, minutes = clock.split(":")
    return (int(hours) * 60 + int(minutes)) // MINUTES_PER_TICK


def meeting(
    citizens: Citizen | list[Citizen],
    *counsellors: Counsellor,
    clock: str = "09:00",
    day: date = MONDAY,
    room: Room | None = None,
    appointment_id: UUID | None = None,
    **seat: object,
) -> Meeting:
    everybody = citizens if isinstance(citizens, list) else [citizens]
    seats = tuple(Seat(citizen.pk, **seat) for citizen in everybody)  # type: ignore[arg-type]
    ids = tuple(counsellor.pk for counsellor in counsellors)
    return Meeting(day, tick(clock), ids, room.pk if room else None, seats, appointment_id)


def keep(
    world: World,
    *meetings: Meeting,
    details: Details | None = None,
    placed_by: PlacedBy = PlacedBy.AUTOMATIC,
    now: datetime = NOW,
) -> Kept:
    details = details or make_run(world.bo, world.team, world.anna, world.birk)
    return prepare(
        jobcentre_id=world.jobcentre.pk, details=details, meetings=meetings, placed_by=placed_by, by=world.bo, now=now
    )


def pending(world: World, *, clock: str = "09:00", details: Details | None = None, **seat: object) -> Summons:
    """A fresh citizen's pending conversation with Anna."""
    citizen = make_citizen(world.jobcentre)
    kept = keep(world, meeting(citizen, world.anna, clock=clock, **seat), details=details)  # type: ignore[arg-type]
    assert kept.refusals == ()
    return kept.summonses[0]


def sent(world: World, *, clock: str = "09:00", now: datetime = NOW, details: Details | None = None) -> Summons:
    """A fresh citizen's conversation with Anna, sent."""
    [summons] = sending.send(summonses=[pending(world, clock=clock, details=details)], by=world.bo, now=now).summonses
    return summons


def taken(summons: Summons) -> list[tuple[str, int, int]]:
    """What a summons's meeting takes: whose time, first tick, ticks."""
    claims = Claim.objects.filter(appointment=summons.appointment_id)
    found = [
        ("counsellor" if claim.counsellor_id else "room" if claim.room_id else "citizen", claim.start_tick, claim.ticks)
        for claim in claims
    ]
    return sorted(found)
