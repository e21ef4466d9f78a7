"""The times that a citizen can choose, computed each time and never stored (OFFER-09, OFFER-10, SELF-05).

Every obstacle that TIME-09 holds a citizen back by is asked here, and only here: what shows the times and what books
them walk through the same days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial, reduce
from operator import or_
from uuid import UUID

from admin_module.models import Counsellor, MeetingForm, WithoutOwn
from booking.availability.calendar import CounsellorColumns, counsellor_columns, room_days
from booking.availability.facts import Purpose, RoomFacts
from booking.models import Citizen, OnlineOffer, Summons
from booking.queries.facts import Picture, picture_for
from booking.queries.joining import same_kind, seats_left
from booking.queries.offer_pictures import pictures
from booking.queries.offer_terms import (
    Terms,
    deadline_of,
    deadlines_of,
    resources_of,
    terms_of_move,
    terms_of_offer,
)
from booking.rules import why_not_book
from planner.accounts.models import Settings
from planner.timeline.bits import each, span, starts
from planner.timeline.clock import instant_at
from planner.timeline.ticks import MINUTES_PER_TICK, Tick, ticks_of, weekday_of


@dataclass(frozen=True, slots=True)
class Opening:
    """A free start with everybody who is free then; of a joint meeting the meeting and its seats (None: no limit)."""

    day: date
    start_tick: int
    counsellor_ids: tuple[int, ...]
    appointment_id: UUID | None = None
    seats_left: int | None = None

    @property
    def start_at(self) -> datetime:
        return instant_at(self.day.toordinal(), self.start_tick * MINUTES_PER_TICK)


@dataclass(frozen=True, slots=True)
class Openings:
    """In order of time. [least, last]: the days in which anything could be booked; `counsellors`: who gives times."""

    counsellors: tuple[Counsellor, ...]
    starts: tuple[Opening, ...]
    names_shown: bool
    least: date
    last: date


def openings_of_offer(
    offer: OnlineOffer,
    citizen: Citizen,
    *,
    first: date,
    last: date,
    counsellor_id: int | None = None,
    moves: Summons | None = None,
    settings: Settings,
    now: datetime,
) -> Openings:
    """The times of the offer from first to last, both included; with `moves` those that this booking can go to."""
    if moves:
        return openings_for_rebooking(
            moves, first=first, last=last, counsellor_id=counsellor_id, settings=settings, now=now
        )
    deadline = deadline_of(citizen.pk, offer.type_id)
    terms = terms_of_offer(offer, deadline=deadline, settings=settings, now=now)
    if why_not_book(offer, now=now):
        return Openings(terms.counsellors, (), terms.names_shown, terms.least, terms.last)
    return openings_within(
        terms, citizen, first=first, last=last, counsellor_id=counsellor_id, settings=settings, now=now
    )


def free_times_of(
    offers: Iterable[OnlineOffer], citizen: Citizen, *, settings: Settings, now: datetime
) -> list[tuple[int, Opening | None]]:
    """How many starts of each open offer the citizen can choose among, and the first of them.

    A fixed number of statements, however many offers there are.
    """
    wanted, deadlines = tuple(offers), deadlines_of(citizen.pk)
    resources = resources_of(wanted)
    every = {
        offer.pk: terms_of_offer(
            offer,
            deadline=deadlines.get(offer.type_id or 0),
            settings=settings,
            now=now,
            resources=resources[offer.pk],
        )
        for offer in wanted
    }
    known = pictures(every, partial(picture_for, citizen.pk, now=now), settings=settings)
    return [_counted(terms, citizen, known.get(pk), settings, now) for pk, terms in every.items()]


def _counted(
    terms: Terms, citizen: Citizen, known: Picture | None, settings: Settings, now: datetime
) -> tuple[int, Opening | None]:
    found = whose(terms, citizen, settings, now, known)
    walk = Walk(found, citizen, first=found.least, last=found.last, only=None, settings=settings, now=now, known=known)
    return walk.count(), next(walk.openings(), None)


def openings_for_rebooking(
    summons: Summons,
    *,
    first: date,
    last: date,
    counsellor_id: int | None = None,
    settings: Settings,
    now: datetime,
) -> Openings:
    """Where the citizen can move it to; whether they may at all is said by `why_not_rebook_self`."""
    terms = terms_of_move(summons, settings=settings, now=now)
    if summons.appointment.form == MeetingForm.JOINT:
        return _joint(summons, terms, first=first, last=last, settings=settings, now=now)
    found = openings_within(
        terms, summons.citizen, first=first, last=last, counsellor_id=counsellor_id, settings=settings, now=now
    )
    meeting = summons.appointment
    present = (meeting.day, meeting.start_tick)
    others = (opening for opening in found.starts if (opening.day, opening.start_tick) != present)
    return replace(found, starts=tuple(others))


def openings_within(
    terms: Terms,
    citizen: Citizen,
    *,
    first: date,
    last: date,
    counsellor_id: int | None = None,
    settings: Settings,
    now: datetime,
) -> Openings:
    """The free starts within these terms."""
    wanted = whose(terms, citizen, settings, now)
    walk = Walk(wanted, citizen, first=first, last=last, only=counsellor_id, settings=settings, now=now)
    return Openings(wanted.counsellors, tuple(walk.openings()), terms.names_shown, terms.least, terms.last)


def whose(terms: Terms, citizen: Citizen, settings: Settings, now: datetime, known: Picture | None = None) -> Terms:
    """«Kontrolmodellen»: the case owner alone, or what the offer says where they have no time in the whole period.

    `known`: the calendars of the whole period, where they are read already.
    """
    if not terms.only_own:
        return terms
    own = tuple(one for one in terms.counsellors if one.pk == citizen.case_owner_id)
    alone = replace(terms, counsellors=own)
    if terms.without_own != WithoutOwn.TEAM:
        return alone
    first, last = terms.least, terms.last
    whole = Walk(alone, citizen, first=first, last=last, only=None, settings=settings, now=now, known=known)
    return alone if any(True for _opening in whole.openings()) else terms


class Walk:
    """One walk through the days; every day is looked at once for all counsellors.

    `known`: the calendars of exactly these days, where they are read already.
    """

    def __init__(
        self,
        terms: Terms,
        citizen: Citizen,
        *,
        first: date,
        last: date,
        only: int | None,
        settings: Settings,
        now: datetime,
        known: Picture | None = None,
    ) -> None:
        self.terms = terms
        self.first, self.last = max(first, terms.least), min(last, terms.last)
        self.block = ticks_of(terms.duration + terms.reporting_time)
        self.length = ticks_of(terms.duration)
        self.people = [one.pk for one in terms.counsellors if only in (None, one.pk)]
        self.days: dict[int, CounsellorColumns] = {}
        self.rooms: dict[int, list[int]] = {}
        self.citizen: list[int] = []
        if self.first <= self.last and self.people and terms.starts and terms.rooms != ():
            self._see(citizen, known or self._read(citizen, settings, now))

    def _read(self, citizen: Citizen, settings: Settings, now: datetime) -> Picture:
        return picture_for(
            citizen.pk,
            settings=settings,
            team_id=self.terms.team_id,
            first=self.first,
            last=self.last,
            now=now,
            counsellors=self.people,
            rooms=[room.pk for room in self.terms.rooms or ()],
            without=[self.terms.without] if self.terms.without else [],
        )

    def _see(self, citizen: Citizen, known: Picture) -> None:
        for pk in self.people:
            one = known.counsellors[pk]
            self.days[pk] = counsellor_columns(one, known.first, known.last, known.closures, Purpose.SELF_BOOKING)
        rooms = (room.pk for room in self.terms.rooms or ())
        self.rooms = {pk: room_days(known.rooms[pk], known.first, known.last) for pk in rooms}
        taken = known.citizens[citizen.pk].taken
        self.citizen = room_days(RoomFacts("citizen", taken=taken), known.first, known.last)

    def openings(self) -> Iterator[Opening]:
        """In order of time, each start once with all who are free then."""
        for index in range(len(self.citizen)):
            day = self.first + timedelta(days=index)
            by_tick = self._free_at(index, self._allowed(index, day))
            for tick, people in by_tick.items():
                yield Opening(day, tick, tuple(people))

    def count(self) -> int:
        """How many starts there are, whoever is free then."""
        return sum(
            reduce(
                or_, self._masks(index, self._allowed(index, self.first + timedelta(days=index))).values(), 0
            ).bit_count()
            for index in range(len(self.citizen))
        )

    def room_at(self, day: date, tick: Tick) -> int | None:
        """The first room that is free then."""
        index = (day - self.first).days
        return next((pk for pk, days in self.rooms.items() if starts(days[index], self.length) >> tick & 1), None)

    def share_booked(self, counsellor_id: int, day: date) -> float:
        """How much of that day's conversation budget is booked."""
        columns, index = self.days[counsellor_id], (day - self.first).days
        return columns.conversation_minutes[index] / max(columns.plain[index].conversation_budget, 1)

    def _allowed(self, index: int, day: date) -> int:
        """The starts that the terms, the citizen and the rooms leave open on that day."""
        ordinal = day.toordinal()
        if weekday_of(ordinal) not in self.terms.weekdays:
            return 0
        allowed = self.terms.starts
        if ordinal == self.terms.not_before[0]:
            allowed &= ~span(0, self.terms.not_before[1])
        if self.rooms and allowed:
            allowed &= reduce(or_, (starts(days[index], self.length) for days in self.rooms.values()))
        return allowed & starts(self.citizen[index], self.length) if allowed else 0

    def _free_at(self, index: int, allowed: int) -> dict[Tick, list[int]]:
        """In order of time."""
        masks = self._masks(index, allowed)
        found: dict[Tick, list[int]] = {tick: [] for tick in each(reduce(or_, masks.values(), 0))}
        for pk, mask in masks.items():
            for tick in each(mask):
                found[tick].append(pk)
        return found

    def _masks(self, index: int, allowed: int) -> dict[int, int]:
        """The starts that each counsellor has left among the allowed ones."""
        if not allowed:
            return {}
        return {
            pk: starts(columns.free[index], self.block) & allowed
            for pk, columns in self.days.items()
            if columns.plain[index].conversation_budget - columns.conversation_minutes[index] >= self.terms.duration
        }


def _joint(summons: Summons, terms: Terms, *, first: date, last: date, settings: Settings, now: datetime) -> Openings:
    """The joint meetings of the same team, type and variant with a free seat, where the citizen can come."""
    first, last = max(first, terms.least), min(last, terms.last)
    meeting = summons.appointment
    meetings = same_kind(meeting, now=now, but_of=summons.citizen_id).exclude(pk=meeting.pk)
    rows = list(meetings.filter(day__range=(first, last)).prefetch_related("counsellors"))
    free: list[int] = []
    if rows:
        known = picture_for(
            summons.citizen_id,
            settings=settings,
            team_id=meeting.team_id,
            first=first,
            last=last,
            now=now,
            without=[meeting.pk],
        )
        taken = known.citizens[summons.citizen_id].taken
        free = room_days(RoomFacts("citizen", taken=taken), known.first, known.last)
    found = []
    for row in rows:
        left = seats_left(row)
        length = ticks_of(row.duration or 0)
        can_come = starts(free[(row.day - first).days], length) >> row.start_tick & 1
        noticed = (row.day.toordinal(), row.start_tick) >= terms.not_before
        if (left is None or left > 0) and can_come and noticed:
            holders = tuple(one.pk for one in row.counsellors.all())
            found.append(Opening(row.day, row.start_tick, holders, row.pk, left))
    return Openings((), tuple(found), names_shown=False, least=terms.least, last=terms.last)
