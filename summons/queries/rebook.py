"""The times to which one citizen's conversation can be moved, by day, and what a chosen one means (CIT-01)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from admin_module.models import Counsellor, Room
from booking.availability.calendar import CounsellorDay, counsellor_days, room_days
from booking.availability.counting import start_times
from booking.availability.facts import RoomFacts
from booking.availability.obstacles import Obstacle, Who, refusals, warnings
from booking.models import Appointment, AppointmentCounsellor, Summons
from booking.queries.facts import Picture, picture
from booking.queries.joining import obstacles_at_meeting, same_kind, seats_left
from booking.queries.target import Target, least_notice, obstacles_at, why_not_target
from booking.rules import obstacle_refusal, rebooking_rights
from booking.states import ACTIVE
from planner.accounts.models import Settings
from planner.timeline.bits import span, starts
from planner.timeline.clock import ZONE, place_of
from planner.timeline.ticks import MINUTES_PER_TICK, Tick, date_of, ticks_of
from planner.ui.refusal import Refusal

DAYS_SHOWN = 10
SEARCHED = timedelta(weeks=8)
MEETINGS_READ = 200
NO_ROOM = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """With whom, the liked best first; where, the first free of these rooms, or without; and from when."""

    counsellors: tuple[Counsellor, ...]
    rooms: tuple[Room, ...]
    first: date


@dataclass(frozen=True, slots=True)
class Start:
    """A free start, with whom and where; `query` names it in an address."""

    day: date
    clock: time
    counsellor: Counsellor
    room: Room | None

    @property
    def query(self) -> str:
        room = self.room.pk if self.room else NO_ROOM
        return urlencode({"counsellor": self.counsellor.pk, "room": room, "on": self.day, "at": f"{self.clock:%H.%M}"})


@dataclass(frozen=True, slots=True)
class PossibleDay:
    """A day's free starts; `early`: before the earliest date or on too short notice; `away`: hindering absence."""

    day: date
    starts: tuple[Start, ...]
    early: bool
    away: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Board:
    """The next days with free starts; `next_on`: where the search goes on; `others_in_time`: before the deadline."""

    days: tuple[PossibleDay, ...]
    next_on: date | None
    others_in_time: bool

    @property
    def in_time(self) -> tuple[PossibleDay, ...]:
        return tuple(found for found in self.days if not found.late)

    @property
    def late(self) -> tuple[PossibleDay, ...]:
        return tuple(found for found in self.days if found.late)


@dataclass(frozen=True, slots=True)
class OtherMeeting:
    """A joint meeting of the same kind with a free seat; `left` None: no limit."""

    meeting: Appointment
    left: int | None
    late: bool


def other_meetings(summons: Summons, *, only_of: int | None = None, now: datetime) -> list[OtherMeeting]:
    """The coming ones in order of time. `only_of`: the user who may move to nobody else's."""
    found = same_kind(summons.appointment, now=now).exclude(pk=summons.appointment_id).select_related("room")
    held = AppointmentCounsellor.objects.filter(counsellor__user=only_of).values("appointment")
    mine = found.filter(pk__in=held) if only_of else found
    return [
        OtherMeeting(meeting, left, late=bool(summons.deadline and meeting.day > summons.deadline))
        for meeting in mine.prefetch_related("counsellors")[:MEETINGS_READ]
        if (left := seats_left(meeting)) is None or left > 0
    ]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a chosen time means before anything is written."""

    start_at: datetime
    end_at: datetime
    counsellors: tuple[Counsellor, ...]
    room: Room | None
    refusal: Refusal | None
    warnings: tuple[Obstacle, ...]
    rebook_until: date | None


def rebookable(pk: UUID) -> Summons | None:
    """A summons with all that the pages say of it."""
    of_meeting = ("appointment__type", "appointment__room", "appointment__team", "appointment__competence")
    found = Summons.objects.select_related("citizen", *of_meeting)
    return found.prefetch_related("appointment__counsellors").filter(pk=pk).first()


def choosable(summons: Summons, *, only_of: int | None = None) -> list[Counsellor]:
    """The counsellors of the team that can be summoned to and have the competence required, and whoever has the
    conversation now: the citizen's own first, then that one, the rest by the alphabet. `only_of`: the user who may
    move to nobody else."""
    present = [holder.pk for holder in summons.appointment.counsellors.all()]
    team, required = summons.appointment.team_id, summons.appointment.competence
    able = Q(can_be_summoned=True) & (Q(teams=team) if team else Q())
    if required and required.retired_at is None:
        able &= Q(pk__in=required.counsellors.values("pk"))
    living = Counsellor.objects.living().filter(Q(pk__in=present) | able).distinct()
    found = list(living.filter(user_id=only_of) if only_of else living)
    return sorted(found, key=lambda one: (one.pk != summons.citizen.case_owner_id, one.pk not in present))


def rooms_for(summons: Summons) -> list[Room]:
    """The team's rooms that can be used, and the one where it is held now."""
    meeting = summons.appointment
    usable = Q(pk__in=Room.objects.usable().filter(teams=meeting.team_id).values("pk"))
    return list(Room.objects.living().filter(usable | Q(pk=meeting.room_id)))


def first_wanted(summons: Summons, *, settings: Settings, now: datetime) -> date:
    """From the first day that keeps the notice and the citizen's earliest date."""
    noticed = date_of(least_notice(settings, now)[0])
    return max(noticed, summons.earliest_on) if summons.earliest_on else noticed


def board(
    summons: Summons, wanted: Wanted, *, everybody: Sequence[Counsellor], settings: Settings, now: datetime
) -> Board:
    """The next days on which one of the wanted is free, on the grid of the job centre; a fixed number of statements."""
    search = _Search(summons, wanted, everybody, settings, now)
    return search.board()


class _Search:
    """One walk through the days; every day is looked at once for all counsellors."""

    def __init__(
        self, summons: Summons, wanted: Wanted, everybody: Sequence[Counsellor], settings: Settings, now: datetime
    ) -> None:
        self.summons, self.meeting, self.wanted = summons, summons.appointment, wanted
        self.first = max(wanted.first, timezone.localdate(now))
        self.last = self.first + SEARCHED
        self.horizon = timezone.localdate(now) + timedelta(weeks=settings.horizon_weeks)
        self.everybody, self.now = everybody, now
        self.noticed = date_of(least_notice(settings, now)[0])
        self.grid = settings.jobnet_interval
        self.length = ticks_of(self.meeting.duration or 0)
        known = self._picture(settings)
        self.citizen = known.citizens[summons.citizen_id]
        self.days = {
            pk: counsellor_days(facts, known.first, known.last, known.closures)
            for pk, facts in known.counsellors.items()
        }
        self.rooms = {room: room_days(known.rooms[room.pk], known.first, known.last) for room in wanted.rooms}
        self.citizen_free = room_days(RoomFacts("citizen", taken=self.citizen.taken), known.first, known.last)

    def _picture(self, settings: Settings) -> Picture:
        return picture(
            settings=settings,
            team_id=self.meeting.team_id,
            first=self.first,
            last=self.last,
            now=self.now,
            counsellors=[one.pk for one in self.everybody],
            rooms=[room.pk for room in self.wanted.rooms],
            citizens=[self.summons.citizen_id],
            without=[self.meeting.pk],
        )

    def board(self) -> Board:
        shown: list[PossibleDay] = []
        others = False
        for index in range((self.last - self.first).days + 1):
            if found := self._day(index, self.wanted.counsellors):
                shown.append(found)
            elif not others and (other := self._day(index, self.everybody)):
                others = not other.late
            if len(shown) == DAYS_SHOWN:
                break
        next_on = self.first + timedelta(days=index + 1)
        in_time = any(not found.late for found in shown)
        return Board(tuple(shown), next_on if next_on <= self.horizon else None, others and not in_time)

    def _day(self, index: int, counsellors: Sequence[Counsellor]) -> PossibleDay | None:
        day = self.first + timedelta(days=index)
        found = tuple(self._starts(index, day, counsellors))
        if not found:
            return None
        deadline, earliest = self.summons.deadline, self.summons.earliest_on
        return PossibleDay(
            day,
            found,
            early=day < self.noticed or bool(earliest and day < earliest),
            away=self._away(day),
            late=bool(deadline and day > deadline),
        )

    def _starts(self, index: int, day: date, counsellors: Sequence[Counsellor]) -> Iterator[Start]:
        """In order of time, each once, with the first of the counsellors who is free."""
        anywhere = self._anywhere(index, day)
        by_tick: dict[Tick, Counsellor] = {}
        for counsellor in counsellors:
            for tick in self._offered(self.days[counsellor.pk][index]):
                if anywhere >> tick & 1:
                    by_tick.setdefault(tick, counsellor)
        for tick in sorted(by_tick):
            yield Start(day, _clock(tick), by_tick[tick], self._room_at(index, tick))

    def _anywhere(self, index: int, day: date) -> int:
        """The starts at which the citizen can come and a room is free; not what has passed, nor where it stands now."""
        open_ = starts(self.citizen_free[index], self.length)
        if self.rooms:
            free = 0
            for days in self.rooms.values():
                free |= starts(days[index], self.length)
            open_ &= free
        today, minute = place_of(self.now)
        if day.toordinal() == today:
            open_ &= ~span(0, minute // MINUTES_PER_TICK + 1)
        return open_ & ~(1 << self.meeting.start_tick) if day == self.meeting.day else open_

    def _offered(self, there: CounsellorDay) -> tuple[Tick, ...]:
        return start_times(there, self.meeting.duration or 0, self.meeting.reporting_time, grid=self.grid)

    def _room_at(self, index: int, tick: Tick) -> Room | None:
        free = (room for room, days in self.rooms.items() if starts(days[index], self.length) >> tick & 1)
        return next(free, None)

    def _away(self, day: date) -> bool:
        there = day.toordinal()
        return any(begins <= there and (ends is None or there <= ends) for begins, ends in self.citizen.absences)


def _clock(tick: Tick) -> time:
    return time(*divmod(tick * MINUTES_PER_TICK, 60))


def proposal(
    summons: Summons, target: Target, *, counsellors: Sequence[Counsellor], settings: Settings, now: datetime
) -> Proposal:
    """What stands in the way of this time, and what it gives the citizen."""
    meeting = summons.appointment
    seats = list(meeting.summonses.filter(status__in=ACTIVE))
    obstacles = obstacles_at(meeting, target, seats, settings=settings, now=now)
    start_at = datetime.combine(target.day, _clock(target.start_tick), ZONE)
    return Proposal(
        start_at=start_at,
        end_at=start_at + timedelta(minutes=meeting.duration or 0),
        counsellors=tuple(one for one in counsellors if one.pk in target.counsellor_ids),
        room=Room.objects.filter(pk=target.room_id).first() if target.room_id else None,
        refusal=why_not_target(target, now) or obstacle_refusal(refusals(obstacles, Who.STAFF)),
        warnings=warnings(obstacles, Who.STAFF),
        rebook_until=_rights_at(summons, target.day, settings, now),
    )


def joint_proposal(summons: Summons, meeting: Appointment, *, settings: Settings, now: datetime) -> Proposal:
    """The same of a seat at another joint meeting."""
    obstacles = obstacles_at_meeting(summons, meeting, settings=settings, now=now)
    return Proposal(
        start_at=meeting.start_at,
        end_at=meeting.end_at,
        counsellors=tuple(meeting.counsellors.all()),
        room=meeting.room,
        refusal=obstacle_refusal(refusals(obstacles, Who.STAFF)),
        warnings=warnings(obstacles, Who.STAFF),
        rebook_until=_rights_at(summons, meeting.day, settings, now),
    )


def _rights_at(summons: Summons, day: date, settings: Settings, now: datetime) -> date | None:
    """Until when the citizen may rebook from there; nothing is kept."""
    moved = Summons(deadline=summons.deadline, rebook_to=summons.rebook_to)
    moved.appointment = Appointment(
        day=day,
        rebooking_allowed=summons.appointment.rebooking_allowed,
        rebooking_days=summons.appointment.rebooking_days,
    )
    return rebooking_rights(moved, settings=settings, today=timezone.localdate(now))[0]
