"""The rows of a meeting: the appointment with its frozen details, who holds it, its summonses, and what they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from admin_module.models import ContactMode, Counsellor, Details, MeetingForm, Room, SeatsBy, Team
from admin_module.models.address import Addressed
from booking.models import Appointment, AppointmentCounsellor, PlacedBy, Summons
from booking.queries.facts import working_days_after
from booking.services import bulk
from booking.services.meetings import Meeting, Seat
from planner.accounts.models import Settings, User
from planner.timeline.clock import instant_at
from planner.timeline.ticks import MINUTES_PER_TICK

PLACE = ("address", "postal_code", "city")
VARYING = ("id", "day", "start_tick", "start_at", "end_at", "room_id", "seats_calling", "seats_rebooking", *PLACE)
SEAT_VARYING = (
    "id", "appointment_id", "citizen_id", "deadline", "earliest_on", "channel", "placement", "replaces_id",
)  # fmt: skip


class Places:
    """Where meetings of a team are held (SUM-04): the room or the team; without a room the counsellor's own office."""

    def __init__(self, team_id: int | None, counsellors: Iterable[int], rooms: Iterable[int]) -> None:
        self.team = Team.objects.filter(pk=team_id).first() if team_id else None
        self.rooms = Room.objects.in_bulk(rooms)
        self.offices = Counsellor.objects.in_bulk(counsellors)

    def of(self, mode: str, counsellor_ids: tuple[int, ...], room_id: int | None) -> dict[str, str]:
        """The address, frozen when the meeting is made; nothing where nobody comes."""
        if mode not in (ContactMode.IN_PERSON, ContactMode.AT_WORK):
            return {"address": "", "postal_code": "", "city": ""}
        first: Addressed | None = self.rooms[room_id] if room_id else None
        if room_id is None and len(counsellor_ids) == 1:
            first = self.offices[counsellor_ids[0]]
        place = first if first and first.address else self.team
        if place is None:
            return {"address": "", "postal_code": "", "city": ""}
        return {"address": place.address, "postal_code": place.postal_code, "city": place.city}


def when(day: int, start_tick: int, duration: int) -> dict[str, datetime]:
    """The instants of a meeting."""
    start_at = instant_at(day, start_tick * MINUTES_PER_TICK)
    return {"start_at": start_at, "end_at": start_at + timedelta(minutes=duration)}


def frozen_details(details: Details, settings: Settings, team: Team | None) -> dict[str, Any]:
    """The details as the appointment keeps them, with the citizen's contact filled in (SUM-21)."""
    values = details.carried()
    if not (values["contact_phone"] or values["contact_email"]):
        own = team is not None and bool(team.contact_phone or team.contact_email)
        source = team if own and team else settings
        values |= {"contact_phone": source.contact_phone, "contact_email": source.contact_email}
    return values


def seats_of(details: Details, room: Room | None) -> tuple[int | None, int]:
    """Seats for calling (None: no limit) and those kept for rebooking (DIST-10)."""
    if details.form != MeetingForm.JOINT:
        return 1, 0
    if details.seats_by == SeatsBy.NUMBER:
        return details.seats_calling, details.seats_rebooking
    if details.seats_by == SeatsBy.ROOM and room:
        return room.capacity, room.overbooking
    return None, 0


@dataclass(slots=True)
class Entries:
    """Gathers the rows of meetings that can be kept, and writes them table by table."""

    details: Details
    settings: Settings
    places: Places
    placed_by: PlacedBy
    by: User | None
    now: datetime
    appointments: list[Appointment] = field(default_factory=list)
    holders: list[AppointmentCounsellor] = field(default_factory=list)
    summonses: list[Summons] = field(default_factory=list)
    frozen: dict[str, Any] = field(init=False)
    summons_values: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.frozen = frozen_details(self.details, self.settings, self.places.team)
        today = timezone.localdate(self.now)
        self.summons_values = {
            "jobcentre_id": self.details.jobcentre_id,
            "prepared_by": self.by,
            "prepared_at": self.now,
            "release_on": working_days_after(today, self.settings.pending_days, self.settings.also_closed),
        }

    def add(self, meeting: Meeting) -> Appointment:
        """The meeting itself, with its counsellors and room."""
        calling, rebooking = self.seats(meeting.room_id)
        appointment = Appointment(
            **self.frozen
            | when(meeting.day.toordinal(), meeting.start_tick, self.details.duration or 0)
            | self.places.of(self.details.mode, meeting.counsellor_ids, meeting.room_id)
            | {"room_id": meeting.room_id, "seats_calling": calling, "seats_rebooking": rebooking},
            day=meeting.day,
            start_tick=meeting.start_tick,
            placed_by=self.placed_by,
            created_at=self.now,
        )
        self.appointments.append(appointment)
        self.holders += holders_of(appointment, meeting.counsellor_ids)
        return appointment

    def seats(self, room_id: int | None) -> tuple[int | None, int]:
        return seats_of(self.details, self.places.rooms[room_id] if room_id else None)

    def add_seat(self, appointment: Appointment, seat: Seat) -> Summons:
        """One citizen's place at it."""
        summons = Summons(
            **self.summons_values,
            appointment=appointment,
            citizen_id=seat.citizen_id,
            deadline=seat.deadline,
            earliest_on=seat.earliest_on,
            channel=seat.channel,
            placement=dict(seat.placement),
            replaces_id=seat.replaces,
        )
        self.summonses.append(summons)
        return summons

    def write(self) -> None:
        """Table by table, a statement each, whatever the number of meetings."""
        bulk.insert(self.appointments, *VARYING)
        bulk.insert(self.holders, "appointment_id", "counsellor_id")
        bulk.insert(self.summonses, *SEAT_VARYING)
        bulk.claim_meetings(appointment.pk for appointment in self.appointments)
        bulk.claim_seats(summons.pk for summons in self.summonses)


def holders_of(appointment: Appointment, counsellor_ids: Iterable[int]) -> Iterator[AppointmentCounsellor]:
    for pk in counsellor_ids:
        yield AppointmentCounsellor(jobcentre_id=appointment.jobcentre_id, appointment=appointment, counsellor_id=pk)
