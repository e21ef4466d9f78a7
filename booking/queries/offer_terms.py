"""What bounds the times that a citizen is shown: of an offer, or of a summons that they move (OFFER-03, SELF-05)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import F, Min, Q
from django.utils import timezone

from admin_module.models import Competence, Counsellor, Details, OfferModel, Room, RoomChoice
from booking.models import BookingDeadline, OfferCounsellor, OnlineOffer, Summons
from booking.queries.run_counsellors import counsellors_of_run
from booking.rules import last_to_rebook_to
from planner.accounts.models import Settings
from planner.accounts.set_up import kept
from planner.timeline.bits import WHOLE_DAY, on_grid, span, starts
from planner.timeline.clock import place_of
from planner.timeline.ticks import MINUTES_PER_TICK, Day, Tick, date_of, ticks_of

EVERY_DAY = tuple(range(7))


@dataclass(frozen=True, slots=True)
class Terms:
    """`counsellors` in the order of the Danish alphabet. `rooms`: the first free is taken; None: none is needed.

    `starts`: the ticks at which a conversation may begin. [least, last]: the days in which anything could be booked.
    `only_own`: «Kontrolmodellen», and `without_own` what it shows who has no own. `without`: the appointment that is
    moved, whose time counts as free.
    """

    team_id: int | None
    duration: int
    reporting_time: int
    counsellors: tuple[Counsellor, ...]
    rooms: tuple[Room, ...] | None
    starts: int
    weekdays: frozenset[int]
    not_before: tuple[Day, Tick]
    least: date
    last: date
    names_shown: bool = False
    only_own: bool = False
    without_own: str = ""
    without: UUID | None = None
    deadline: date | None = None


Resources = tuple[tuple[Counsellor, ...], tuple[Room, ...] | None]
"""Who gives an offer's times, and where they may be held."""


def terms_of_offer(
    offer: OnlineOffer,
    *,
    deadline: date | None,
    settings: Settings,
    now: datetime,
    resources: Resources | None = None,
) -> Terms:
    """For a new booking; `resources` where they are known already."""
    counsellors, rooms = resources or (counsellors_of_offer(offer), rooms_for(offer))
    today = timezone.localdate(now)
    not_before = _notice(offer.least_notice_days, settings, now)
    weeks = settings.shown_weeks if offer.shown_weeks is None else offer.shown_weeks
    return Terms(
        team_id=offer.team_id,
        duration=offer.duration or 0,
        reporting_time=offer.reporting_time,
        counsellors=counsellors,
        rooms=rooms,
        starts=_starts(offer.duration or 0, offer.interval or settings.jobnet_interval, offer.from_time, offer.to_time),
        weekdays=frozenset(offer.weekdays or EVERY_DAY),
        not_before=not_before,
        least=_latest(date_of(not_before[0]), offer.earliest_meeting_on),
        last=_earliest(today + timedelta(weeks=weeks), offer.ends_on, deadline),
        names_shown=offer.model == OfferModel.TRUST or bool(offer.shows_counsellor),
        only_own=offer.model == OfferModel.CONTROL,
        without_own=offer.without_own,
        deadline=deadline,
    )


def terms_of_move(summons: Summons, *, settings: Settings, now: datetime) -> Terms:
    """To move what is booked: on an offer, to the offer's times with the details booked; else within its run."""
    meeting, bounds = summons.appointment, (summons.deadline, last_to_rebook_to(summons))
    if summons.offer:
        found = terms_of_offer(summons.offer, deadline=_earliest(date.max, *bounds), settings=settings, now=now)
        window, interval = (summons.offer.from_time, summons.offer.to_time), summons.offer.interval
    else:
        found = _terms_of_run(summons, settings=settings, now=now)
        window, interval = (None, None), None
    return replace(
        found,
        duration=meeting.duration or 0,
        reporting_time=meeting.reporting_time,
        rooms=rooms_for(meeting),
        starts=_starts(meeting.duration or 0, interval or settings.jobnet_interval, *window),
        least=_latest(found.least, summons.earliest_on),
        last=_earliest(found.last, *bounds),
        without=meeting.pk,
    )


def _terms_of_run(summons: Summons, *, settings: Settings, now: datetime) -> Terms:
    not_before = _notice(None, settings, now)
    return Terms(
        team_id=summons.appointment.team_id,
        duration=0,
        reporting_time=0,
        counsellors=tuple(counsellors_of_run(summons)),
        rooms=None,
        starts=0,
        weekdays=frozenset(EVERY_DAY),
        not_before=not_before,
        least=date_of(not_before[0]),
        last=timezone.localdate(now) + timedelta(weeks=settings.shown_weeks),
    )


@kept
def counsellors_of_offer(offer: OnlineOffer) -> tuple[Counsellor, ...]:
    """Those who give times: of the offer, still of its team (COUN-15), with the competence that is asked for."""
    able = Counsellor.objects.living().filter(leaving_at=None, offers=offer, teams=offer.team_id)
    if offer.competence_id:
        gone = Competence.objects.filter(pk=offer.competence_id, retired_at__isnull=False).exists()
        able = able if gone else able.filter(competences=offer.competence_id)
    return tuple(able)


@kept
def resources_of(wanted: tuple[OnlineOffer, ...]) -> dict[UUID, Resources]:
    """The same of several offers at once; three statements."""
    able = Q(offer__competence=None) | Q(offer__competence__retired_at__isnull=False)
    rows = OfferCounsellor.objects.filter(
        able | Q(counsellor__competences=F("offer__competence")),
        offer__in=wanted,
        counsellor__retired_at=None,
        counsellor__leaving_at=None,
        counsellor__teams=F("offer__team"),
    )
    people = list(rows.select_related("counsellor").distinct().order_by("counsellor__sort_key", "counsellor_id"))
    places = list(Room.objects.usable().prefetch_related("teams"))
    return {
        offer.pk: (tuple(one.counsellor for one in people if one.offer_id == offer.pk), _among(places, offer))
        for offer in wanted
    }


def _among(places: Iterable[Room], offer: OnlineOffer) -> tuple[Room, ...] | None:
    if offer.room_choice == RoomChoice.ANY:
        return tuple(room for room in places if any(team.pk == offer.team_id for team in room.teams.all()))
    return tuple(room for room in places if room.pk == offer.room_id) if offer.room_id else None


def who_gives_times(offer: OnlineOffer | None, moves: Summons | None) -> Sequence[Counsellor]:
    """Everybody whose times a booking on the offer, or a move of the summons, could take."""
    if offer:
        return counsellors_of_offer(offer)
    return counsellors_of_run(moves) if moves else ()


def deadline_of(citizen_id: UUID, type_id: int | None) -> date | None:
    """The last day to hold a conversation of the type, as DFDG's active «frist» has it."""
    active = BookingDeadline.objects.filter(
        citizen=citizen_id, type=type_id, status=BookingDeadline.Status.ACTIVE
    ).aggregate(first=Min("hold_by"))
    found: date | None = active["first"]
    return found


def deadlines_of(citizen_id: UUID) -> dict[int, date]:
    """The same of every type that has one."""
    active = BookingDeadline.objects.filter(citizen=citizen_id, status=BookingDeadline.Status.ACTIVE)
    return dict(active.order_by().values_list("type_id").annotate(first=Min("hold_by")))


def rooms_for(details: Details) -> tuple[Room, ...] | None:
    """The rooms that will do, the first by name first; of one that is booked already, that one."""
    if details.room_choice == RoomChoice.ANY:
        return _rooms_of(details.team_id)
    return _usable(details.room_id) if details.room_id else None


@kept
def _rooms_of(team_id: int | None) -> tuple[Room, ...]:
    return tuple(Room.objects.usable().filter(teams=team_id))


@kept
def _usable(room_id: int) -> tuple[Room, ...]:
    return tuple(Room.objects.usable().filter(pk=room_id))


def _starts(duration: int, interval: int, from_time: time | None, to_time: time | None) -> int:
    """The grid on the clock, where the whole conversation lies within the offer's times of day."""
    first = -(-_minute(from_time, 0) // MINUTES_PER_TICK)
    last = _minute(to_time, 1440) // MINUTES_PER_TICK
    window = span(first, max(last - first, 0)) & WHOLE_DAY
    return starts(window, ticks_of(duration)) & on_grid(ticks_of(interval)) if duration else 0


def _minute(clock: time | None, otherwise: int) -> int:
    return otherwise if clock is None else clock.hour * 60 + clock.minute


def _notice(days: int | None, settings: Settings, now: datetime) -> tuple[Day, Tick]:
    """The first place on the clock that keeps the least notice; without any, the first to come."""
    wanted = settings.least_notice_days if days is None else days
    day, minute = place_of(now + timedelta(days=wanted))
    return day, -(-minute // MINUTES_PER_TICK) if wanted else minute // MINUTES_PER_TICK + 1


def _latest(day: date, *others: date | None) -> date:
    return max([day, *(one for one in others if one)])


def _earliest(day: date, *others: date | None) -> date:
    return min([day, *(one for one in others if one)])
