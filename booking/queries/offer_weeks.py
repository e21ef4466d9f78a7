"""«Mulige tider/antal booket»: of an offer, per counsellor and week (OFFER-07); the free ones counted by TIME-10."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial, reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, F
from django.utils import timezone

from admin_module.models import Counsellor
from booking.availability.calendar import CounsellorDay, counsellor_days, room_days
from booking.availability.counting import free_times
from booking.availability.facts import Purpose
from booking.models import OnlineOffer, Summons
from booking.queries.facts import Picture, picture
from booking.queries.offer_pictures import has_times, pictures
from booking.queries.offer_terms import Terms, resources_of, terms_of_offer
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.timeline.bits import WHOLE_DAY, span, starts
from planner.timeline.ticks import ticks_of, weekday_of

WEEKS = 6
Slot = tuple[int, date]
"""A counsellor and a week's Monday."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Times that are free, and conversations booked on the offer."""

    free: int
    booked: int


@dataclass(frozen=True, slots=True)
class Row:
    """A counsellor's weeks, or everybody's."""

    name: str
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True, slots=True)
class Weeks:
    """The table; the last row sums."""

    mondays: tuple[date, ...]
    rows: tuple[Row, ...]
    whole: Row
    counted_at: datetime

    @property
    def last(self) -> date:
        return self.mondays[-1]


def offer_weeks(offer: OnlineOffer, *, first: date, settings: Settings, now: datetime, weeks: int = WEEKS) -> Weeks:
    """From the week of `first` on. A fixed number of statements, whatever is booked."""
    monday = first - timedelta(days=first.weekday())
    mondays = tuple(monday + timedelta(weeks=place) for place in range(weeks))
    terms = terms_of_offer(offer, deadline=None, settings=settings, now=now)
    free = free_by_week(terms, mondays, settings=settings, now=now) if takes_bookings(offer, now=now) else Counter()
    booked = _booked(offer, mondays)
    known = {one.pk: one.full_name for one in terms.counsellors}
    gone = {counsellor for counsellor, _monday in booked} - known.keys()
    known |= dict(Counsellor.objects.filter(pk__in=gone).values_list("pk", "full_name")) if gone else {}
    rows = tuple(_row(name, [Cell(free[pk, one], booked[pk, one]) for one in mondays]) for pk, name in known.items())
    sums = [_sum([row.cells[place] for row in rows]) for place in range(weeks)]
    return Weeks(mondays, rows, _row("", sums), now)


def free_until_end(offers: Sequence[OnlineOffer], *, settings: Settings, now: datetime) -> dict[UUID, int]:
    """How many conversations can still be booked on each; a fixed number of statements, however many they are."""
    resources = resources_of(tuple(offers))
    every = {
        offer.pk: terms_of_offer(offer, deadline=None, settings=settings, now=now, resources=resources[offer.pk])
        for offer in offers
    }
    known = pictures(every, partial(picture, now=now), settings=settings)
    return {pk: sum(count_free(terms, known[pk]).values()) if pk in known else 0 for pk, terms in every.items()}


def takes_bookings(offer: OnlineOffer, *, now: datetime) -> bool:
    """Whether anybody can book on it, now or later: it is neither stopped nor over."""
    over = offer.ends_on is not None and offer.ends_on < timezone.localdate(now)
    stopped = offer.published_at is not None and not offer.is_active
    return not over and not stopped and offer.retired_at is None


def free_by_week(terms: Terms, mondays: Sequence[date], *, settings: Settings, now: datetime) -> Counter[Slot]:
    """How many conversations still fit with each counsellor in each week, one after another."""
    first, last = max(mondays[0], terms.least), min(mondays[-1] + timedelta(days=6), terms.last)
    found: Counter[Slot] = Counter()
    if first > last or not has_times(terms):
        return found
    known = picture(
        settings=settings,
        team_id=terms.team_id,
        first=first,
        last=last,
        now=now,
        counsellors=[one.pk for one in terms.counsellors],
        rooms=[one.pk for one in terms.rooms or ()],
    )
    return count_free(terms, known)


def count_free(terms: Terms, known: Picture) -> Counter[Slot]:
    """The same within what is known of the calendars."""
    allowed = list(_allowed(terms, known))
    found: Counter[Slot] = Counter()
    for one in terms.counsellors:
        days = counsellor_days(known.counsellors[one.pk], known.first, known.last, known.closures, Purpose.SELF_BOOKING)
        for place, (day, among) in enumerate(zip(days, allowed, strict=True)):
            on = date.fromordinal(known.first + place)
            found[one.pk, on - timedelta(days=on.weekday())] += _free_on(day, terms, among)
    return found


def _free_on(day: CounsellorDay, terms: Terms, among: int) -> int:
    return len(free_times(day, terms.duration, terms.reporting_time, among=among)) if among else 0


def _allowed(terms: Terms, known: Picture) -> Iterator[int]:
    """The ticks of each day at which a conversation may begin: grid, times of day, weekdays, notice and rooms."""
    length = ticks_of(terms.duration)
    rooms = [room_days(room, known.first, known.last) for room in known.rooms.values()]
    for place, day in enumerate(range(known.first, known.last + 1)):
        allowed = terms.starts if weekday_of(day) in terms.weekdays else 0
        if day == terms.not_before[0]:
            allowed &= WHOLE_DAY & ~span(0, terms.not_before[1])
        if terms.rooms is not None:
            allowed &= reduce(or_, (starts(days[place], length) for days in rooms), 0)
        yield allowed


def _booked(offer: OnlineOffer, mondays: Sequence[date]) -> Counter[Slot]:
    """By who holds it and the week in which it is held; the cancelled ones aside."""
    kept = Summons.objects.filter(
        offer=offer, appointment__day__range=(mondays[0], mondays[-1] + timedelta(days=6))
    ).exclude(status=SummonsStatus.CANCELLED)
    rows = kept.values_list(F("appointment__holders__counsellor"), "appointment__day").annotate(count=Count("pk"))
    found: Counter[Slot] = Counter()
    for counsellor, day, count in rows.order_by():
        found[counsellor, day - timedelta(days=day.weekday())] += count
    return found


def _row(name: str, cells: Sequence[Cell]) -> Row:
    return Row(name, tuple(cells), _sum(cells))


def _sum(cells: Sequence[Cell]) -> Cell:
    return Cell(sum(cell.free for cell in cells), sum(cell.booked for cell in cells))
