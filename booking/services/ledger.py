"""The calendars under the lock, with every meeting added since: what stands in the way of one more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from admin_module.models import ConversationType, Counsellor, Details, Room
from booking.availability.facts import Block, Closures, CounsellorFacts, RoomFacts, Taken
from booking.availability.obstacles import Who, refusals
from booking.availability.why_not import Wish, why_not
from booking.models import Origin, Summons
from booking.queries import facts
from booking.queries.facts import Picture
from booking.rules import has_conversation, obstacle_refusal
from booking.services.meetings import Meeting, Seat
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.timeline.clock import place_of
from planner.timeline.ticks import TICKS_PER_DAY, Day, ticks_of
from planner.ui.refusal import Refusal

B = TypeVar("B", Block, Taken)
ByDay = dict[tuple[int | UUID, Day], list[B]]

ONE_CONVERSATION = frozenset({ConversationType.JOB_CONVERSATION, ConversationType.FOLLOW_UP})
"""DFDG refuses a second coming conversation of either (`dfdg.md` 2.11)."""


class Ledger:
    """Facts bucketed by day, so that each question looks at one day only."""

    def __init__(self, picture: Picture, details: Details, who: Who, now: datetime) -> None:
        self._picture, self._details, self._who = picture, details, who
        self._now_day, self._now_minute = place_of(now)
        self._taken: ByDay[Taken] = _by_day({pk: one.taken for pk, one in picture.counsellors.items()})
        self._busy: ByDay[Block] = _by_day({pk: one.busy for pk, one in picture.counsellors.items()})
        self._rooms: ByDay[Block] = _by_day({pk: one.taken for pk, one in picture.rooms.items()})
        self._citizens: ByDay[Block] = _by_day({pk: one.taken for pk, one in picture.citizens.items()})
        self._coming, self._elsewhere = _coming_conversations(picture.citizens, details, now)
        self._counsellors = set(
            Counsellor.objects.living().filter(pk__in=picture.counsellors).values_list("pk", flat=True)
        )
        self._usable_rooms = set(Room.objects.living().filter(pk__in=picture.rooms).values_list("pk", flat=True))

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
        if not (
            self._counsellors.issuperset(meeting.counsellor_ids) and meeting.room_id in {None, *self._usable_rooms}
        ):
            return Refusal(_("Vejlederen eller mødelokalet kan ikke vælges længere."), code="gone")
        wish = self._wish(meeting)
        if (wish.day, wish.conversation[0]) <= (self._now_day, self._now_minute):
            return Refusal(_("Tidspunktet er passeret."), code="past")
        counsellors = [self._counsellor(pk, wish.day) for pk in meeting.counsellor_ids]
        room = self._room(meeting.room_id, wish.day) if meeting.room_id else None
        return obstacle_refusal(refusals(why_not(wish, counsellors, self._picture.closures, room=room), self._who))

    def why_not_seat(self, meeting: Meeting, seat: Seat, seats_left: int | None) -> Refusal | None:
        """Whether the citizen can come, and has no other coming conversation of the type."""
        citizen = self._picture.citizens.get(seat.citizen_id)
        if citizen is None:
            return Refusal(_("Borgeren findes ikke længere."), code="gone")
        if self._coming[seat.citizen_id] - {seat.replaces} or seat.replaces in self._elsewhere:
            return has_conversation()
        wish = replace(self._wish(meeting), seats_left=seats_left)
        citizen = replace(
            citizen,
            earliest=seat.earliest_on.toordinal() if seat.earliest_on else None,
            deadline=seat.deadline.toordinal() if seat.deadline else None,
            taken=tuple(self._citizens.get((seat.citizen_id, wish.day), ())),
        )
        return obstacle_refusal(refusals(why_not(wish, (), Closures(), citizens=[citizen]), self._who))

    def add(self, meeting: Meeting) -> None:
        """Counsellors and room are taken from now on."""
        wish = self._wish(meeting)
        block = ticks_of(wish.duration + wish.reporting_time)
        automatic = self._who is Who.AUTOMATIC
        for pk in meeting.counsellor_ids:
            taken = Taken(wish.day, wish.start, block, wish.duration, automatic)
            self._taken.setdefault((pk, wish.day), []).append(taken)
        if meeting.room_id:
            taken_room = Block(wish.day, wish.start, ticks_of(wish.duration))
            self._rooms.setdefault((meeting.room_id, wish.day), []).append(taken_room)

    def add_seat(self, meeting: Meeting, seat: Seat, summons_id: UUID) -> None:
        wish = self._wish(meeting)
        taken = Block(wish.day, wish.start, ticks_of(wish.duration))
        self._citizens.setdefault((seat.citizen_id, wish.day), []).append(taken)
        self._coming[seat.citizen_id].add(summons_id)

    def _wish(self, meeting: Meeting) -> Wish:
        duration = self._details.duration or 0
        return Wish(meeting.day.toordinal(), meeting.start_tick, duration, self._details.reporting_time)

    def _counsellor(self, pk: int, day: Day) -> CounsellorFacts:
        return replace(
            self._picture.counsellors[pk],
            taken=tuple(self._taken.get((pk, day), ())),
            busy=tuple(self._busy.get((pk, day), ())),
        )

    def _room(self, pk: int, day: Day) -> RoomFacts:
        return replace(self._picture.rooms[pk], taken=tuple(self._rooms.get((pk, day), ())))


def _by_day(blocks: Mapping[int, Iterable[B]] | Mapping[UUID, Iterable[B]]) -> ByDay[B]:
    """The blocks by who and day; one that runs past midnight stands under both days."""
    found: ByDay[B] = {}
    for pk, taken in blocks.items():
        for block in taken:
            last = block[0] + (block[1] + block[2] - 1) // TICKS_PER_DAY
            for day in range(block[0], last + 1):
                found.setdefault((pk, day), []).append(block)
    return found


def _coming_conversations(
    citizens: Iterable[UUID], details: Details, now: datetime
) -> tuple[defaultdict[UUID, set[UUID]], set[UUID]]:
    """The citizens' coming summonses of the same type (SUM-23), and those that only a case system can replace."""
    same = ONE_CONVERSATION if details.type_id in ONE_CONVERSATION else {details.type_id}
    coming: defaultdict[UUID, set[UUID]] = defaultdict(set)
    elsewhere: set[UUID] = set()
    for citizen, summons, origin in Summons.objects.filter(
        citizen__in=citizens,
        status__in=(SummonsStatus.PENDING, SummonsStatus.SENT),
        appointment__start_at__gt=now,
        appointment__type__in=same,
    ).values_list("citizen_id", "pk", "origin"):
        coming[citizen].add(summons)
        if origin == Origin.CASE_SYSTEM:
            elsewhere.add(summons)
    return coming, elsewhere
