"""From rows to the facts of `booking.availability`: who works when, what is taken, who cannot come.

The number of statements is fixed whatever is asked for, and everything that is taken is read by one of them: one
consistent picture of the calendars (DIST-16). Fetched as plain integers, an array a counsellor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import repeat
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from admin_module.models import Absence, ClosingDay, Room
from booking.availability.facts import (
    Block,
    CitizenFacts,
    Closures,
    CounsellorFacts,
    Hours,
    Purpose,
    Reservation,
    RoomFacts,
    Schedule,
    Taken,
    Week,
)
from booking.models import Citizen, CitizenAbsence, Summons
from booking.states import HELD, SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.set_up import kept
from planner.prepared import prepared
from planner.timeline.clock import Span, away, gaps, midnight
from planner.timeline.holidays import public_holidays
from planner.timeline.intervals import Period
from planner.timeline.ticks import Day

WEEKS = {0: Week.EVERY, 1: Week.ODD, 2: Week.EVEN}


@dataclass(frozen=True, slots=True)
class Picture:
    """The calendars from `first` to `last`, both included."""

    first: Day
    last: Day
    closures: Closures
    counsellors: dict[int, CounsellorFacts]
    rooms: dict[int, RoomFacts]
    citizens: dict[UUID, CitizenFacts]


def picture(
    *,
    settings: Settings,
    team_id: int | None,
    first: date,
    last: date,
    now: datetime,
    counsellors: Iterable[int] = (),
    rooms: Iterable[int] = (),
    citizens: Iterable[UUID] = (),
    without: Iterable[UUID] = (),
) -> Picture:
    """The facts of these counsellors, rooms and citizens; the time of the appointments `without` counts as free.

    Expired holds are not there. Citizens' earliest dates and deadlines are the asker's to add.
    """
    wanted = Wanted(first, last, now, tuple(counsellors), tuple(rooms), tuple(citizens), tuple(without))
    return _picture(wanted, settings, team_id)


def picture_for(
    citizen_id: UUID,
    *,
    settings: Settings,
    team_id: int | None,
    first: date,
    last: date,
    now: datetime,
    counsellors: Iterable[int] = (),
    rooms: Iterable[int] = (),
    without: Iterable[UUID] = (),
) -> Picture:
    """The same for a citizen who books: their own holds count as free, and of themselves only what is taken is read."""
    wanted = Wanted(
        first, last, now, tuple(counsellors), tuple(rooms), (citizen_id,), tuple(without), holder=citizen_id
    )
    return _picture(wanted, settings, team_id)


def _picture(wanted: Wanted, settings: Settings, team_id: int | None) -> Picture:
    taken = _taken(wanted)
    return Picture(
        first=wanted.first.toordinal(),
        last=wanted.last.toordinal(),
        closures=closures(settings=settings, team_id=team_id, first=wanted.first, last=wanted.last),
        counsellors=_counsellors(wanted, taken),
        rooms=_rooms(wanted, taken),
        citizens=_citizens(wanted, taken, settings.hindering_absences),
    )


def counsellor_facts(
    *, first: date, last: date, now: datetime, counsellors: Iterable[int]
) -> dict[int, CounsellorFacts]:
    """The counsellors alone, for who knows the closing days already: three statements."""
    wanted = Wanted(first, last, now, tuple(counsellors), (), (), ())
    return _counsellors(wanted, _taken(wanted)) if wanted.counsellors else {}


def closures(*, settings: Settings, team_id: int | None, first: date, last: date) -> Closures:
    """The days on which the team holds no conversations: its own closing days and the job centre's, and holidays."""
    days = {
        day
        for begins, ends in _closing_days(team_id)
        for day in range(max(begins, first).toordinal(), min(ends, last).toordinal() + 1)
    }
    return Closures(
        closing_days=frozenset(days),
        holidays=frozenset(public_holidays(first, last, settings.also_closed)),
        gaps=gaps(first.toordinal(), last.toordinal()),
    )


@kept
def _closing_days(team_id: int | None) -> tuple[tuple[date, date], ...]:
    whose = Q(closingdayteam=None) | Q(closingdayteam__team_id=team_id)
    return tuple(ClosingDay.objects.filter(whose).values_list("first_on", "last_on"))


def among(ids: Iterable[UUID]) -> RawSQL:
    """For `__in`: thousands of ids as one array, which costs a fraction of as many parameters."""
    return RawSQL("SELECT unnest(%s::uuid[])", [list(ids)])


@dataclass(frozen=True, slots=True)
class Wanted:
    first: date
    last: date
    now: datetime
    counsellors: tuple[int, ...]
    rooms: tuple[int, ...]
    citizens: tuple[UUID, ...]
    without: tuple[UUID, ...]
    holder: UUID | None = None
    """Whose holds count as free."""


@dataclass(slots=True)
class TakenTime:
    """What is taken, by id; `busy` is read from a counsellor's own calendar."""

    counsellors: defaultdict[int, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    busy: defaultdict[int, list[Block]] = field(default_factory=lambda: defaultdict(list))
    rooms: defaultdict[int, list[Block]] = field(default_factory=lambda: defaultdict(list))
    citizens: defaultdict[UUID, list[Block]] = field(default_factory=lambda: defaultdict(list))


# A claim of no appointment is a hold of Planner's (firm) or a busy time (not firm). Blocks may run past midnight.
# A hold's conversation is as long as its citizen's claim; the counsellor's has the reporting time too.
TAKEN = """
SELECT claim.counsellor_id, claim.room_id, claim.citizen_id, claim.firm,
       coalesce(appointment.placed_by = 'automatic', false) AS automatic,
       appointment.id IS NULL AND NOT claim.firm AS busy,
       array_agg(claim.day - DATE '0001-01-01' + 1), array_agg(claim.start_tick), array_agg(claim.ticks),
       array_agg(coalesce(appointment.duration, (SELECT held.ticks * 5 FROM booking_claim held
                          WHERE held.hold_id = claim.hold_id AND held.citizen_id IS NOT NULL), claim.ticks * 5))
FROM booking_claim claim LEFT JOIN booking_appointment appointment ON appointment.id = claim.appointment_id
WHERE claim.day BETWEEN %(first)s - 1 AND %(last)s
  AND (claim.counsellor_id = ANY(%(counsellors)s::bigint[]) OR claim.room_id = ANY(%(rooms)s::bigint[])
       OR claim.citizen_id = ANY(%(citizens)s::uuid[]))
  AND (claim.expires_at IS NULL OR claim.expires_at > %(now)s)
  AND (claim.appointment_id IS NULL OR NOT claim.appointment_id = ANY(%(without)s::uuid[]))
  AND (claim.hold_id IS NULL OR %(holder)s::uuid IS NULL
       OR NOT EXISTS (SELECT FROM booking_hold own WHERE own.id = claim.hold_id AND own.citizen_id = %(holder)s::uuid))
GROUP BY 1, 2, 3, 4, 5, 6
"""


def _taken(wanted: Wanted) -> TakenTime:
    with prepared() if wanted.first == wanted.last else connection.cursor() as cursor:
        cursor.execute(
            TAKEN,
            {
                "first": wanted.first,
                "last": wanted.last,
                "now": wanted.now,
                "counsellors": list(wanted.counsellors),
                "rooms": list(wanted.rooms),
                "citizens": list(wanted.citizens),
                "without": list(wanted.without),
                "holder": wanted.holder,
            },
        )
        rows = cursor.fetchall()
    taken = TakenTime()
    for counsellor, room, citizen, firm, automatic, busy, days, starts, ticks, minutes in rows:
        if counsellor is not None and not busy:
            columns = zip(days, starts, ticks, minutes, repeat(automatic), repeat(firm), strict=False)
            taken.counsellors[counsellor] += map(tuple.__new__, repeat(Taken), columns)  # a third of `Taken._make`
            continue
        blocks = map(Block._make, zip(days, starts, ticks, repeat(firm), strict=False))
        if counsellor is not None:
            taken.busy[counsellor] += blocks
        elif room is not None:
            taken.rooms[room] += blocks
        else:
            taken.citizens[citizen] += blocks
    return taken


# A schedule with its hours and breaks: arrays of (weekday, first minute, last minute). Reserved times, the counsellor's
# and those of every team they are in: beside that whether for summoning, the first day and the last (0: until ended).
PEOPLE = """
SELECT counsellor.id, counsellor.full_name, schedule.valid_from, schedule.cycle_week,
       schedule.max_conversation_share, schedule.automatic_share,
       ARRAY(SELECT ARRAY[weekday, extract(epoch FROM "start")::int / 60, extract(epoch FROM "end")::int / 60]
             FROM admin_module_workinghours WHERE schedule_id = schedule.id),
       ARRAY(SELECT ARRAY[weekday, extract(epoch FROM "start")::int / 60, extract(epoch FROM "end")::int / 60]
             FROM admin_module_break WHERE schedule_id = schedule.id),
       ARRAY(SELECT ARRAY[weekday, extract(epoch FROM "start")::int / 60, extract(epoch FROM "end")::int / 60,
                          (purpose = 'summoning')::int, first_on - DATE '0001-01-01' + 1,
                          coalesce(last_on - DATE '0001-01-01' + 1, 0)]
             FROM admin_module_reservedtime reserved
             WHERE (reserved.counsellor_id = counsellor.id OR reserved.team_id IN
                       (SELECT team_id FROM admin_module_counsellorteam WHERE counsellor_id = counsellor.id))
               AND first_on <= %(last)s AND (last_on IS NULL OR last_on >= %(first)s))
FROM admin_module_counsellor counsellor
LEFT JOIN admin_module_schedule schedule
       ON schedule.counsellor_id = counsellor.id AND schedule.valid_from <= %(last)s
WHERE counsellor.id = ANY(%(counsellors)s::bigint[])
"""


def _counsellors(wanted: Wanted, taken: TakenTime) -> dict[int, CounsellorFacts]:
    first, last = _kept_span(wanted) if wanted.holder else (wanted.first, wanted.last)
    standing = _standing(wanted.counsellors, first, last) if wanted.counsellors else {}
    return {
        pk: replace(one, taken=tuple(taken.counsellors[pk]), busy=tuple(taken.busy[pk])) for pk, one in standing.items()
    }


def _kept_span(wanted: Wanted) -> tuple[date, date]:
    """The same for all citizens who book on a day: until the end of next year, or later where that is asked for."""
    today = timezone.localdate(wanted.now)
    return min(today, wanted.first), max(date(today.year + 1, 12, 31), wanted.last)


@kept
def _standing(counsellors: tuple[int, ...], first: date, last: date) -> dict[int, CounsellorFacts]:
    """What holds of them whatever is taken."""
    absences: defaultdict[int, list[Span]] = defaultdict(list)
    for counsellor, start, end in Absence.objects.filter(
        counsellor__in=counsellors,
        start_at__lt=midnight(last.toordinal() + 1),
        end_at__gt=midnight(first.toordinal()),
    ).values_list("counsellor_id", "start_at", "end_at"):
        absences[counsellor].append(away(start, end))
    names, schedules, reservations = _people(counsellors, first, last)
    return {
        pk: CounsellorFacts(
            id=pk,
            name=name,
            schedules=tuple(schedules[pk]),
            absences=tuple(absences[pk]),
            reservations=reservations[pk],
        )
        for pk, name in names.items()
    }


def _people(
    counsellors: tuple[int, ...], first: date, last: date
) -> tuple[dict[int, str], defaultdict[int, list[Schedule]], dict[int, tuple[Reservation, ...]]]:
    """Names, schedules and reserved times, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, {"first": first, "last": last, "counsellors": list(counsellors)})
        rows = cursor.fetchall()
    names: dict[int, str] = {}
    reservations: dict[int, tuple[Reservation, ...]] = {}
    schedules: defaultdict[int, list[Schedule]] = defaultdict(list)
    for pk, name, valid_from, cycle_week, max_share, automatic_share, works, breaks, reserved in rows:
        names[pk] = name
        reservations[pk] = tuple(map(_reservation, reserved))
        if valid_from is not None:
            schedule = Schedule(
                days=_hours(works, breaks),
                valid_from=valid_from.toordinal(),
                week=WEEKS[cycle_week],
                max_conversation_share=max_share,
                automatic_share=automatic_share,
            )
            schedules[pk].append(schedule)
    return names, schedules, reservations


def _reservation(row: Sequence[int]) -> Reservation:
    weekday, start, end, for_summoning, first, last = row
    purpose = Purpose.SUMMONING if for_summoning else Purpose.SELF_BOOKING
    return Reservation(weekday, (start, end), purpose, first, last or None)


def _hours(works: Iterable[Sequence[int]], breaks: Iterable[Sequence[int]]) -> dict[int, Hours]:
    """By weekday; a day without working hours is not there."""
    working: defaultdict[int, list[Period]] = defaultdict(list)
    pausing: defaultdict[int, list[Period]] = defaultdict(list)
    for periods, rows in ((working, works), (pausing, breaks)):
        for weekday, start, end in rows:
            periods[weekday].append((start, end))
    return {weekday: Hours(tuple(found), tuple(pausing[weekday])) for weekday, found in working.items()}


def _rooms(wanted: Wanted, taken: TakenTime) -> dict[int, RoomFacts]:
    found = _named_rooms(wanted.rooms) if wanted.rooms else {}
    return {pk: replace(one, taken=tuple(taken.rooms[pk])) for pk, one in found.items()}


@kept
def _named_rooms(rooms: tuple[int, ...]) -> dict[int, RoomFacts]:
    found = Room.objects.filter(pk__in=rooms).values_list("pk", "name", "capacity", "overbooking")
    return {pk: RoomFacts(pk, name, capacity, overbooking) for pk, name, capacity, overbooking in found}


def _citizens(wanted: Wanted, taken: TakenTime, hindering: Sequence[str]) -> dict[UUID, CitizenFacts]:
    if wanted.holder:
        return {wanted.holder: CitizenFacts(str(wanted.holder), taken=tuple(taken.citizens[wanted.holder]))}
    citizens = among(wanted.citizens)
    absences: defaultdict[UUID, list[tuple[Day, Day | None]]] = defaultdict(list)
    for citizen, begins, ends in (
        CitizenAbsence.objects.filter(citizen__in=citizens, kind__in=hindering, first_on__lte=wanted.last)
        .filter(Q(last_on=None) | Q(last_on__gte=wanted.first))
        .values_list("citizen_id", "first_on", "last_on")
    ):
        absences[citizen].append((begins.toordinal(), ends.toordinal() if ends else None))
    latest = _latest_counsellors(wanted)
    owners = Citizen.objects.filter(pk__in=citizens).values_list("pk", "case_owner_id")
    return {
        pk: CitizenFacts(
            id=str(pk),
            preferred=owner or latest.get(pk),
            absences=tuple(absences[pk]),
            taken=tuple(taken.citizens[pk]),
        )
        for pk, owner in owners
    }


def _latest_counsellors(wanted: Wanted) -> dict[UUID, int]:
    """Who held each citizen's latest conversation; of several the first by name."""
    return dict(
        Summons.objects.filter(
            citizen__in=among(wanted.citizens),
            status=SummonsStatus.SENT,
            attendance__in=HELD,
            appointment__end_at__lte=wanted.now,
        )
        .order_by(
            "citizen_id",
            "-appointment__start_at",
            "appointment__holders__counsellor__sort_key",
            "appointment__holders__counsellor_id",
        )
        .distinct("citizen_id")
        .values_list("citizen_id", "appointment__holders__counsellor_id")
    )
