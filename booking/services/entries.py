"""The rows of a meeting: the appointment with its frozen details, who holds it, its summonses, and what they take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admin_module.models import ContactMode, Counsellor, Details, MeetingForm, Room, SeatsBy, Team
from admin_module.models.address import Addressed
from booking.models import Appointment, AppointmentCounsellor, Claim, Origin, PlacedBy, Summons
from booking.services import bulk
from booking.services.meetings import Meeting, Seat
from planner.accounts.models import Settings, User
from planner.accounts.set_up import kept
from planner.bulk import insert_rows
from planner.timeline.clock import instant_at
from planner.timeline.holidays import working_days_after
from planner.timeline.ticks import MINUTES_PER_TICK, Tick

SEAT_COLUMNS = (
    "id", "appointment_id", "citizen_id", "deadline", "earliest_on", "channel", "placement", "replaces_id",
)  # fmt: skip


class Places:
    """Where meetings of a team are held (SUM-04): the room or the team; without a room the counsellor's own office."""

    def __init__(self, team_id: int | None, counsellors: Iterable[int], rooms: Iterable[int]) -> None:
        self.team = _team(team_id) if team_id else None
        self.rooms = _rooms(tuple(sorted(rooms)))
        self.offices = _offices(tuple(sorted(counsellors)))

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


@kept
def _team(team_id: int) -> Team | None:
    found: Team | None = Team.objects.filter(pk=team_id).first()
    return found


@kept
def _rooms(ids: tuple[int, ...]) -> dict[int, Room]:
    return Room.objects.in_bulk(ids)


@kept
def _offices(ids: tuple[int, ...]) -> dict[int, Counsellor]:
    return Counsellor.objects.in_bulk(ids)


@lru_cache(maxsize=4096)
def when(day: int, start_tick: int, duration: int) -> dict[str, datetime]:
    """The instants of a meeting."""
    start_at = instant_at(day, start_tick * MINUTES_PER_TICK)
    return {"start_at": start_at, "end_at": start_at + timedelta(minutes=duration)}


def claims(
    day: date,
    start_tick: Tick,
    duration: int,
    reporting_time: int,
    *,
    counsellors: Iterable[int],
    room_id: int | None,
    citizen_id: UUID,
    **made_by: Any,
) -> list[Claim]:
    """What a meeting with one citizen takes: of its counsellors the reporting time too, of its room and citizen not."""
    start_at, end_at = when(day.toordinal(), start_tick, duration).values()
    whole = duration + reporting_time
    taken: list[tuple[int, dict[str, Any]]] = [(whole, {"counsellor_id": pk}) for pk in counsellors]
    taken += [(duration, {"room_id": room_id})] if room_id else []
    taken += [(duration, {"citizen_id": citizen_id})]
    return [
        Claim(
            day=day,
            start_tick=start_tick,
            during=DateTimeTZRange(start_at, end_at + timedelta(minutes=minutes - duration)),
            ticks=-(-minutes // MINUTES_PER_TICK),
            **whose,
            **made_by,
        )
        for minutes, whose in taken
    ]


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


class Entries:
    """Gathers the rows of meetings that can be kept, column by column, and writes them table by table."""

    def __init__(
        self,
        details: Details,
        settings: Settings,
        places: Places,
        *,
        placed_by: PlacedBy,
        by: User | None,
        now: datetime,
        origin: Origin = Origin.PLANNER,
    ) -> None:
        self.now = now
        self._details, self._places = details, places
        self._jobcentre = {"jobcentre_id": details.jobcentre_id}
        self._frozen = frozen_details(details, settings, places.team) | {
            "placed_by": placed_by,
            "origin": origin,
            "created_at": now,
        }
        self._prepared: dict[str, Any] = {
            **self._jobcentre,
            "prepared_by_id": by.pk if by else None,
            "prepared_at": now,
            "release_on": working_days_after(timezone.localdate(now), settings.pending_days, settings.also_closed),
        }
        self._appointments: defaultdict[str, list[Any]] = defaultdict(list)
        self._holders: defaultdict[str, list[Any]] = defaultdict(list)
        self.summonses: list[Summons] = []

    def seats(self, room_id: int | None) -> tuple[int | None, int]:
        return seats_of(self._details, self._places.rooms[room_id] if room_id else None)

    def add(self, meeting: Meeting) -> UUID:
        """The meeting itself, with its counsellors and room; its id."""
        pk, (calling, rebooking) = uuid4(), self.seats(meeting.room_id)
        row: dict[str, Any] = {
            "id": pk,
            "day": meeting.day,
            "start_tick": meeting.start_tick,
            "room_id": meeting.room_id,
            "seats_calling": calling,
            "seats_rebooking": rebooking,
            **when(meeting.day.toordinal(), meeting.start_tick, self._details.duration or 0),
            **self._places.of(self._details.mode, meeting.counsellor_ids, meeting.room_id),
        }
        for name, value in row.items():
            self._appointments[name].append(value)
        for counsellor in meeting.counsellor_ids:
            self._holders["appointment_id"].append(pk)
            self._holders["counsellor_id"].append(counsellor)
        return pk

    def add_seat(self, appointment_id: UUID, seat: Seat) -> Summons:
        """One citizen's place at it."""
        summons = Summons(
            **self._prepared,
            appointment_id=appointment_id,
            citizen_id=seat.citizen_id,
            deadline=seat.deadline,
            earliest_on=seat.earliest_on,
            channel=seat.channel,
            placement=dict(seat.placement),
            replaces_id=seat.replaces,
        )
        self.summonses.append(summons)
        return summons

    def meeting(self) -> Appointment:
        """The one meeting that was added, with those who hold it; nothing of it is written yet."""
        row = self._frozen | {name: column[0] for name, column in self._appointments.items()}
        meeting = Appointment(**row)
        meeting.room = self._places.rooms.get(meeting.room_id or 0)
        _as_prefetched(meeting, list(holders_of(meeting, self._holders["counsellor_id"])), self._places.offices)
        return meeting

    def _write_meetings(self) -> None:
        same = {name: value for name, value in self._frozen.items() if name not in self._appointments}
        insert_rows(Appointment, same, self._appointments)
        insert_rows(AppointmentCounsellor, self._jobcentre, self._holders)

    def write(self) -> None:
        """Table by table, a statement each, whatever the number of meetings."""
        if self._appointments:
            self._write_meetings()
        if self.summonses:
            each = {name: [getattr(summons, name) for summons in self.summonses] for name in SEAT_COLUMNS}
            insert_rows(Summons, self._prepared, each)
            for summons in self.summonses:
                summons._state.adding = False
        bulk.claim_meetings(self._appointments["id"])
        bulk.claim_seats(summons.pk for summons in self.summonses)


def _as_prefetched(
    meeting: Appointment, holders: list[AppointmentCounsellor], counsellors: Mapping[int, Counsellor]
) -> None:
    """As Django itself leaves a meeting whose holders were prefetched."""
    for holder in holders:
        holder.counsellor = counsellors[holder.counsellor_id]
    found = meeting.holders.all()
    found._result_cache, found._prefetch_done = holders, True  # type: ignore[attr-defined]
    meeting._prefetched_objects_cache = {"holders": found}  # type: ignore[attr-defined]


def holders_of(appointment: Appointment, counsellor_ids: Iterable[int]) -> Iterator[AppointmentCounsellor]:
    for pk in counsellor_ids:
        yield AppointmentCounsellor(jobcentre_id=appointment.jobcentre_id, appointment=appointment, counsellor_id=pk)
