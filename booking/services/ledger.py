"""The calendars under the lock, with every meeting added since: what stands in the way of one more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from admin_module.models import Counsellor, Details, Room
from booking.availability.calendar import CounsellorDay, counsellor_days, room_days
from booking.availability.facts import Block, Closures, CounsellorFacts, RoomFacts, Taken
from booking.availability.obstacles import Who, refusals
from booking.availability.why_not import Wish, why_not
from booking.models import Origin, Summons
from booking.queries import facts
from booking.queries.facts import Picture
from booking.rules import conversations_like, has_conversation, obstacle_refusal
from booking.services.meetings import Meeting, Seat
from booking.states import ACTIVE
from planner.accounts.models import Settings
from planner.timeline.bits import span
from planner.timeline.clock import place_of
from planner.timeline.ticks import MINUTES_PER_DAY, ticks_of
from planner.ui.refusal import Refusal


class Ledger:
    """Whether a meeting fits is answered by each day's masks and budgets; only one that does not is asked why."""

    def __init__(self, picture: Picture, details: Details, who: Who, now: datetime) -> None:
        self._picture, self._details, self._who = picture, details, who
        self._now_day, self._now_minute = place_of(now)
        first, last = picture.first, picture.last
        self._days = {
            pk: counsellor_days(one, first, last, picture.closures) for pk, one in picture.counsellors.items()
        }
        self._room_days = {pk: room_days(one, first, last) for pk, one in picture.rooms.items()}
        self._added: dict[int, list[Taken]] = defaultdict(list)
        self._added_rooms: dict[int, list[Block]] = defaultdict(list)
        self._added_citizens: dict[UUID, list[Block]] = defaultdict(list)
        self._coming, self._elsewhere = _coming_conversations(picture.citizens, details, now)
        counsellors = Counsellor.objects.living().filter(pk__in=picture.counsellors)
        self._living_counsellors = set(counsellors.values_list("pk", flat=True))
        self._living_rooms = set(Room.objects.living().filter(pk__in=picture.rooms).values_list("pk", flat=True))

    @classmethod
    def read(
        cls, settings: Settings, details: Details, meetings: Iterable[Meeting], who: Who, *, now: datetime
    ) -> Ledger:
        """What stands in the book about everybody who is named in the meetings."""
        meetings = tuple(meetings)
        days = [meeting.day for meeting in meetings]
        picture = facts.picture(
            settings=settings,
            team_id=details.team_id,
            first=min(days),
            last=max(days),
            now=now,
            counsellors={pk for meeting in meetings for pk in meeting.counsellor_ids},
            rooms={meeting.room_id for meeting in meetings if meeting.room_id},
            citizens={seat.citizen_id for meeting in meetings for seat in meeting.seats},
        )
        return cls(picture, details, who, now)

    def why_not(self, meeting: Meeting) -> Refusal | None:
        """Whether counsellors, room and day allow it."""
        if self._is_gone(meeting):
            return Refusal(_("Vejlederen eller mødelokalet kan ikke vælges længere."), code="gone")
        wish = self._wish(meeting)
        if (wish.day, wish.conversation[0]) <= (self._now_day, self._now_minute):
            return Refusal(_("Tidspunktet er passeret."), code="past")
        if self._fits(meeting, wish):
            return None
        counsellors = [self._counsellor(pk) for pk in meeting.counsellor_ids]
        room = self._room(meeting.room_id) if meeting.room_id else None
        return obstacle_refusal(refusals(why_not(wish, counsellors, self._picture.closures, room=room), self._who))

    def why_not_seat(self, meeting: Meeting, seat: Seat, seats_left: int | None) -> Refusal | None:
        """Whether the citizen can come, and has no other coming conversation of the type."""
        citizen = self._picture.citizens.get(seat.citizen_id)
        if citizen is None:
            return Refusal(_("Borgeren findes ikke længere."), code="gone")
        if self._coming[seat.citizen_id] - {seat.replaces} or seat.replaces in self._elsewhere:
            return has_conversation()
        taken = (*citizen.taken, *self._added_citizens.get(seat.citizen_id, ()))
        early = seat.earliest_on is not None and meeting.day < seat.earliest_on
        late = seat.deadline is not None and meeting.day > seat.deadline
        full = seats_left is not None and seats_left < 1
        if not (taken or citizen.absences or early or late or full):
            return None
        wish = replace(self._wish(meeting), seats_left=seats_left)
        asked = replace(
            citizen,
            earliest=seat.earliest_on.toordinal() if seat.earliest_on else None,
            deadline=seat.deadline.toordinal() if seat.deadline else None,
            taken=taken,
        )
        return obstacle_refusal(refusals(why_not(wish, (), Closures(), citizens=[asked]), self._who))

    def add(self, meeting: Meeting) -> None:
        """Counsellors and room are taken from now on."""
        wish = self._wish(meeting)
        ticks, index = _ticks(wish), wish.day - self._picture.first
        automatic = self._who is Who.AUTOMATIC
        for pk in meeting.counsellor_ids:
            self._added[pk].append(Taken(wish.day, wish.start, ticks, wish.duration, automatic))
            day = self._days[pk][index]
            self._days[pk][index] = day._replace(
                free=day.free & ~span(wish.start, ticks),
                conversation_minutes=day.conversation_minutes + wish.duration,
                automatic_minutes=day.automatic_minutes + (wish.duration if automatic else 0),
            )
        if meeting.room_id:
            taken = Block(wish.day, wish.start, ticks_of(wish.duration))
            self._added_rooms[meeting.room_id].append(taken)
            self._room_days[meeting.room_id][index] &= ~span(taken.start, taken.ticks)

    def add_seat(self, meeting: Meeting, seat: Seat, summons_id: UUID) -> None:
        wish = self._wish(meeting)
        self._added_citizens[seat.citizen_id].append(Block(wish.day, wish.start, ticks_of(wish.duration)))
        self._coming[seat.citizen_id].add(summons_id)

    def _wish(self, meeting: Meeting) -> Wish:
        duration = self._details.duration or 0
        return Wish(meeting.day.toordinal(), meeting.start_tick, duration, self._details.reporting_time)

    def _fits(self, meeting: Meeting, wish: Wish) -> bool:
        """Nothing at all stands in the way there."""
        index, block = wish.day - self._picture.first, span(wish.start, _ticks(wish))
        for pk in meeting.counsellor_ids:
            day = self._days[pk][index]
            if day.free & block != block or wish.duration > self._budget_left(day):
                return False
        conversation = span(wish.start, ticks_of(wish.duration))
        return not meeting.room_id or self._room_days[meeting.room_id][index] & conversation == conversation

    def _is_gone(self, meeting: Meeting) -> bool:
        """Retired meanwhile, or never of this job centre."""
        living = self._living_counsellors.issuperset(meeting.counsellor_ids)
        return not living or (meeting.room_id is not None and meeting.room_id not in self._living_rooms)

    def _budget_left(self, day: CounsellorDay) -> int:
        """Minutes for one more; staff are only warned (TIME-07)."""
        if self._who is Who.STAFF:
            return MINUTES_PER_DAY
        return day.budget_left(automatic=self._who is Who.AUTOMATIC)

    def _counsellor(self, pk: int) -> CounsellorFacts:
        one = self._picture.counsellors[pk]
        return replace(one, taken=(*one.taken, *self._added[pk]))

    def _room(self, pk: int) -> RoomFacts:
        one = self._picture.rooms[pk]
        return replace(one, taken=(*one.taken, *self._added_rooms[pk]))


def _ticks(wish: Wish) -> int:
    """What it takes of a counsellor: reporting time too."""
    return ticks_of(wish.duration + wish.reporting_time)


def _coming_conversations(
    citizens: Iterable[UUID], details: Details, now: datetime
) -> tuple[defaultdict[UUID, set[UUID]], set[UUID]]:
    """The citizens' coming summonses of the same type (SUM-23), and those that only a case system can replace."""
    coming: defaultdict[UUID, set[UUID]] = defaultdict(set)
    elsewhere: set[UUID] = set()
    for citizen, summons, origin in Summons.objects.filter(
        citizen__in=facts.among(citizens),
        status__in=ACTIVE,
        appointment__start_at__gt=now,
        appointment__type__in=conversations_like(details.type_id),
    ).values_list("citizen_id", "pk", "origin"):
        coming[citizen].add(summons)
        if origin == Origin.CASE_SYSTEM:
            elsewhere.add(summons)
    return coming, elsewhere
