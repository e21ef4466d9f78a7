"""The demo's appointments: held ones of past weeks, coming ones that were sent, some that a case system made."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count

from django.db import connection
from django.db.models import Max

from admin_module.models import ContactMode, Counsellor, Room, RoomChoice, SummonsTemplate, Team
from booking.models import (
    Appointment,
    AppointmentCounsellor,
    Channel,
    Citizen,
    Claim,
    OnlineOffer,
    Origin,
    PlacedBy,
    Summons,
)
from booking.states import Attendance, SummonsStatus
from planner.accounts.models import Jobcentre, User
from planner.outbox.models import Message, Receiver
from planner.outbox.states import State
from planner.timeline.clock import ZONE
from planner.timeline.holidays import working_days_after
from planner.timeline.ticks import MINUTES_PER_TICK

ATTENDANCE = (*[Attendance.MET] * 9, Attendance.NO_SHOW, *[Attendance.MET] * 6, Attendance.CANCELLED_IN_TIME)
"""How past conversations went, in turn; those of the last days nobody has registered yet."""
UNREGISTERED_DAYS = 1
PLACED_BY = {
    Origin.CASE_SYSTEM: PlacedBy.OUTSIDE,
    Origin.JOBNET: PlacedBy.CITIZEN,
    Origin.OWN: PlacedBy.CITIZEN,
}


@dataclass(frozen=True)
class Meeting:
    """One appointment to be made."""

    day: date
    clock: str
    counsellor: Counsellor
    citizens: Sequence[Citizen]
    template: SummonsTemplate | OnlineOffer
    team: Team
    room: Room | None = None
    origin: Origin = Origin.PLANNER
    pending: bool = False

    @property
    def is_sent(self) -> bool:
        return self.origin != Origin.CASE_SYSTEM and not self.pending

    @property
    def minutes(self) -> int:
        return self.template.duration or 0

    @property
    def address(self) -> dict[str, str]:
        """Where one meets in person: at the room's own address, or the team's."""
        if self.template.mode != ContactMode.IN_PERSON:
            return {}
        place = self.room if self.room and self.room.address else self.team
        return {"address": place.address, "postal_code": place.postal_code, "city": place.city}

    @property
    def start_at(self) -> datetime:
        return datetime.combine(self.day, time.fromisoformat(self.clock), ZONE)

    @property
    def start_tick(self) -> int:
        start = time.fromisoformat(self.clock)
        return (start.hour * 60 + start.minute) // MINUTES_PER_TICK

    @property
    def deadline(self) -> date:
        return self.day + timedelta(days=4 - self.day.weekday() + 7)


def make_appointments(
    jobcentre: Jobcentre, meetings: Sequence[Meeting], *, by: User, now: datetime, first: int = 0
) -> list[Summons]:
    """Appointments with holder, claims and sent summonses, all in bulk; numbered from `first`."""
    appointments = Appointment.objects.bulk_create(
        _appointment(jobcentre, number, one, now) for number, one in enumerate(meetings, first)
    )
    pairs = list(zip(appointments, meetings, strict=True))
    AppointmentCounsellor.objects.bulk_create(
        AppointmentCounsellor(jobcentre=jobcentre, appointment=appointment, counsellor=meeting.counsellor)
        for appointment, meeting in pairs
    )
    Claim.objects.bulk_create(claim for pair in pairs for claim in _claims(jobcentre, *pair))
    found = iter(numbers(sum(len(one.citizens) for one in meetings if one.is_sent)))
    summonses = Summons.objects.bulk_create(
        _summons(appointment, meeting, citizen, numbers=found, by=by, now=now)
        for appointment, meeting in pairs
        for citizen in meeting.citizens
    )
    _make_messages(jobcentre, [one for one in summonses if one.number and one.origin != Origin.JOBNET], now)
    return summonses


def _appointment(jobcentre: Jobcentre, number: int, meeting: Meeting, now: datetime) -> Appointment:
    details = meeting.template.carried() | {
        "jobcentre_id": jobcentre.pk,
        "team_id": meeting.team.pk,
        "room_id": meeting.room.pk if meeting.room else None,
        "room_choice": RoomChoice.ONE if meeting.room else RoomChoice.NONE,
    }
    if meeting.room and len(meeting.citizens) > 1:
        details |= {"seats_calling": meeting.room.capacity, "seats_rebooking": meeting.room.overbooking}
    return Appointment(
        id=fixed_id(jobcentre, "appointment", number),
        start_at=meeting.start_at,
        end_at=meeting.start_at + timedelta(minutes=meeting.minutes),
        day=meeting.day,
        start_tick=meeting.start_tick,
        placed_by=PLACED_BY.get(meeting.origin, PlacedBy.AUTOMATIC),
        origin=meeting.origin,
        created_at=min(now, meeting.start_at) - timedelta(days=12),
        **details,
        **meeting.address,
    )


def fixed_id(jobcentre: Jobcentre, kind: str, number: int) -> uuid.UUID:
    """The same id each time the demo is made."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"planner.example/{jobcentre.name}/{kind}/{number}")


def _claims(jobcentre: Jobcentre, appointment: Appointment, meeting: Meeting) -> Iterator[Claim]:
    """The counsellor's with reporting time, the room's and the citizens' without."""
    minutes = meeting.minutes
    yield _claim(jobcentre, appointment, minutes + appointment.reporting_time, counsellor=meeting.counsellor)
    if meeting.room:
        yield _claim(jobcentre, appointment, minutes, room=meeting.room)
    for citizen in meeting.citizens:
        yield _claim(jobcentre, appointment, minutes, citizen=citizen)


def _claim(jobcentre: Jobcentre, appointment: Appointment, minutes: int, **taken: object) -> Claim:
    end_at = appointment.start_at + timedelta(minutes=minutes)
    return Claim(
        jobcentre=jobcentre,
        appointment=appointment,
        during=(appointment.start_at, end_at),
        day=appointment.day,
        start_tick=appointment.start_tick,
        ticks=minutes // MINUTES_PER_TICK,
        firm=appointment.origin != Origin.CASE_SYSTEM,
        **taken,
    )


def numbers(many: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('planner_number') FROM generate_series(1, %s)", [many])
        return [row[0] for row in cursor.fetchall()]


def _summons(
    appointment: Appointment,
    meeting: Meeting,
    citizen: Citizen,
    *,
    numbers: Iterator[int],
    by: User,
    now: datetime,
) -> Summons:
    sent_at = min(now - timedelta(days=3), appointment.start_at - timedelta(days=11))
    summons = Summons(
        id=uuid.uuid5(appointment.pk, str(citizen.pk)),
        jobcentre_id=appointment.jobcentre_id,
        appointment=appointment,
        citizen=citizen,
        status=SummonsStatus.PENDING if meeting.pending else SummonsStatus.SENT,
        origin=meeting.origin,
        channel=Channel.LETTER if citizen.digital_exempt else Channel.JOBNET,
        prepared_at=sent_at - timedelta(minutes=20),
    )
    if meeting.origin == Origin.CASE_SYSTEM:
        return summons
    summons.deadline = meeting.deadline
    summons.prepared_by = by
    summons.placement = {"outcome": "preferred" if citizen.case_owner_id == meeting.counsellor.pk else "earliest"}
    if meeting.pending:
        summons.prepared_at = now - timedelta(hours=20)
        summons.release_on = working_days_after(now.date(), 5, ())
        return summons
    summons.number, summons.sent_at, summons.sent_by = next(numbers), sent_at, by
    if appointment.rebooking_allowed:
        summons.rebook_until = appointment.day - timedelta(days=appointment.rebooking_days)
    if appointment.day < now.date() - timedelta(days=UNREGISTERED_DAYS):
        summons.attendance = ATTENDANCE[summons.id.int % len(ATTENDANCE)]
        summons.attendance_at, summons.attendance_by = appointment.end_at, by
    return summons


def _make_messages(jobcentre: Jobcentre, summonses: Sequence[Summons], now: datetime) -> None:
    """What was told to DFDG: done long ago."""
    sequences: dict[uuid.UUID, Iterator[int]] = {
        citizen: count(last + 1)
        for citizen, last in Message.objects.values_list("citizen_id").annotate(Max("sequence")).order_by()
        if citizen
    }
    messages = []
    for summons in summonses:
        done_at = summons.sent_at + timedelta(seconds=16) if summons.sent_at else now
        messages.append(
            Message(
                jobcentre=jobcentre,
                receiver=Receiver.DFDG,
                kind="summons",
                subject_id=summons.pk,
                citizen_id=summons.citizen_id,
                sequence=next(sequences.setdefault(summons.citizen_id, count(1))),
                state=State.DONE,
                not_before=done_at,
                attempts=1,
                created_at=summons.sent_at or now,
                changed_at=done_at,
                done_at=done_at,
            )
        )
    Message.objects.bulk_create(messages)
