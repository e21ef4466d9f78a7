"""What a frame means before anybody is called: free times, where, with whom, which starts are free (SUM-06, SUM-22).

A `Frame` is step 1 as far as it is filled in; nothing of it is stored yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import reduce

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.models import (
    ClosingDay,
    ContactMode,
    Counsellor,
    Distribution,
    MeetingForm,
    Room,
    RoomChoice,
    SeatsBy,
    Team,
)
from booking.availability.calendar import CounsellorDay, counsellor_days, room_days
from booking.availability.counting import day_of_nth, free_times, start_times
from booking.models import Appointment
from booking.queries.facts import Picture, picture
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.timeline.bits import WHOLE_DAY
from planner.timeline.clock import place_of
from planner.timeline.ticks import MINUTES_PER_DAY, MINUTES_PER_TICK, date_of
from planner.ui import formatting
from summons.models import Run

MOST_WARNINGS = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """Step 1 as it stands: the details in an unsaved run, and whom and where it names."""

    run: Run
    counsellors: tuple[Counsellor, ...]
    rooms: tuple[Room, ...]
    chosen: bool
    citizens: int = 0

    @property
    def joint(self) -> bool:
        return self.run.form == MeetingForm.JOINT

    @property
    def length(self) -> tuple[int, int]:
        return self.run.duration or 0, self.run.reporting_time or 0


@dataclass(frozen=True, slots=True)
class Meaning:
    """«Sådan bliver det»: figures and sentences; `count` is None until a team and a length are known."""

    count: int | None = None
    counted: str = ""
    nth: str = ""
    who: str = ""
    where: str = ""
    rebooking: str = ""
    channel: str = ""
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StartTime:
    """A start that is free on the chosen date, and how many counsellors are free then."""

    clock: time
    counsellors: int


def counsellors_of(team: Team | None) -> Sequence[Counsellor]:
    """Those of the team that can be summoned, by the alphabet."""
    return list(Counsellor.objects.summonable().filter(teams=team)) if team else []


def rooms_of(team: Team | None) -> Sequence[Room]:
    """The team's rooms that can be used, by name."""
    return list(Room.objects.usable().filter(teams=team)) if team else []


def meaning(frame: Frame, *, settings: Settings, now: datetime, today: date) -> Meaning:
    """Everything the right side of step 1 says. A fixed number of statements."""
    run = frame.run
    if run.team is None or not frame.counsellors or not run.duration:
        return Meaning(warnings=_first_warnings(frame))
    first = max(run.earliest_on or today, today + timedelta(days=1))
    if run.distribution == Distribution.FIXED_TIME:
        first = run.fixed_on or first
    last = first + timedelta(weeks=settings.horizon_weeks)
    facts = _facts(frame, settings, first, last, now)
    counts = _counts(frame, facts)
    return Meaning(
        count=sum(counts),
        counted=_counted(frame, first, last),
        nth=_nth(frame, counts, first),
        who=_who(frame),
        where=_where(frame),
        rebooking=_rebooking(frame, settings),
        channel=_("Jobnet; brev til dem, der er fritaget for Digital Post"),
        warnings=_warnings(frame, facts, counts, first, now)[:MOST_WARNINGS],
    )


def start_times_on(frame: Frame, *, settings: Settings, now: datetime) -> list[StartTime]:
    """The starts at which a counsellor (joint: all of them) and the room are free on the fixed date (SUM-06)."""
    if not frame.run.fixed_on or not frame.run.duration or not frame.counsellors:
        return []
    free = free_starts(frame, settings=settings, now=now)
    found = {tick for ticks in free.values() for tick in ticks}
    counted = [(tick, sum(tick in ticks for ticks in free.values())) for tick in sorted(found)]
    wanted = len(frame.counsellors) if frame.joint else 1
    return [StartTime(_clock(tick), count) for tick, count in counted if count >= wanted]


def free_starts(frame: Frame, *, settings: Settings, now: datetime) -> dict[str, tuple[int, ...]]:
    """By counsellor, when each is free on the fixed date («Se ledige tider»), and the room where one is chosen."""
    day = frame.run.fixed_on
    if day is None:
        return {}
    facts = _facts(frame, settings, day, day, now)
    rooms = _free_rooms(frame, facts)[0]
    duration, reporting = frame.length
    first = _first_tick(day, now)
    room_starts = {tick for tick in range(288) if _room_fits(rooms, tick, duration)}
    found = {}
    for counsellor in frame.counsellors:
        there = counsellor_days(facts.counsellors[counsellor.pk], facts.first, facts.last, facts.closures)[0]
        ticks = start_times(there, duration, reporting, not_before=first)
        found[counsellor.full_name] = tuple(tick for tick in ticks if rooms is None or tick in room_starts)
    return found


@dataclass(frozen=True, slots=True)
class FreeCounsellor:
    """When a counsellor is free on the chosen date, in one line."""

    name: str
    count: int
    first: time | None
    last: time | None


def free_counsellors(frame: Frame, *, settings: Settings, now: datetime) -> list[FreeCounsellor]:
    """«Se ledige tider»: who is free when on the fixed date."""
    return [
        FreeCounsellor(name, len(ticks), _clock(ticks[0]) if ticks else None, _clock(ticks[-1]) if ticks else None)
        for name, ticks in free_starts(frame, settings=settings, now=now).items()
    ]


def _facts(frame: Frame, settings: Settings, first: date, last: date, now: datetime) -> Picture:
    return picture(
        settings=settings,
        team_id=frame.run.team_id,
        first=first,
        last=last,
        now=now,
        counsellors=[counsellor.pk for counsellor in frame.counsellors],
        rooms=[room.pk for room in frame.rooms],
    )


def _counts(frame: Frame, facts: Picture) -> list[int]:
    """Free times per day (TIME-10), no more than the chosen room or rooms hold."""
    automatic = frame.run.distribution != Distribution.FIXED_TIME
    duration, reporting = frame.length
    team = [
        counsellor_days(facts.counsellors[counsellor.pk], facts.first, facts.last, facts.closures)
        for counsellor in frame.counsellors
    ]
    rooms = _free_rooms(frame, facts)
    if frame.joint:
        days = [_together(column) for column in zip(*team, strict=True)]
        return [
            len(free_times(_in_room(day, masks), duration, reporting, automatic=automatic))
            for day, masks in zip(days, rooms, strict=True)
        ]
    counts = []
    for column, masks in zip(zip(*team, strict=True), rooms, strict=True):
        free = sum(len(free_times(day, duration, reporting, automatic=automatic)) for day in column)
        if masks is not None and free:
            free = min(free, sum(len(free_times(_room_day(mask), duration)) for mask in masks))
        counts.append(free)
    return counts


def _free_rooms(frame: Frame, facts: Picture) -> list[tuple[int, ...] | None]:
    """Per day the free ticks of each room; None where no room is needed."""
    length = facts.last - facts.first + 1
    if not frame.rooms:
        return [None] * length
    return list(zip(*(room_days(facts.rooms[room.pk], facts.first, facts.last) for room in frame.rooms), strict=True))


def _room_day(mask: int) -> CounsellorDay:
    return CounsellorDay(mask, mask, mask, MINUTES_PER_DAY, MINUTES_PER_DAY, MINUTES_PER_DAY, 0, 0)


def _together(days: Iterable[CounsellorDay]) -> CounsellorDay:
    """All of them at once: common free time, the scarcest budgets."""
    return reduce(
        lambda one, other: CounsellorDay(
            one.available & other.available,
            one.bookable & other.bookable,
            one.free & other.free,
            min(one.available_minutes, other.available_minutes),
            min(
                one.conversation_budget - one.conversation_minutes,
                other.conversation_budget - other.conversation_minutes,
            ),
            min(one.automatic_budget - one.automatic_minutes, other.automatic_budget - other.automatic_minutes),
            0,
            0,
        ),
        days,
        CounsellorDay(WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, MINUTES_PER_DAY, MINUTES_PER_DAY, MINUTES_PER_DAY, 0, 0),
    )


def _in_room(day: CounsellorDay, masks: tuple[int, ...] | None) -> CounsellorDay:
    return day if masks is None else day._replace(free=day.free & masks[0])


def _room_fits(masks: tuple[int, ...] | None, tick: int, duration: int) -> bool:
    wanted = ((1 << duration // MINUTES_PER_TICK) - 1) << tick
    return masks is None or any(mask & wanted == wanted for mask in masks)


def _first_tick(day: date, now: datetime) -> int:
    """Nothing is offered in the past."""
    today, minute = place_of(now)
    if day.toordinal() != today:
        return 0 if day.toordinal() > today else 288
    return minute // MINUTES_PER_TICK + 1


def _clock(tick: int) -> time:
    return time(tick * MINUTES_PER_TICK // 60, tick * MINUTES_PER_TICK % 60)


def _counted(frame: Frame, first: date, last: date) -> str:
    if frame.joint:
        return _("mulige møder fra %(first)s til %(last)s") % _named(first, last)
    return _("ledige tider fra %(first)s til %(last)s") % _named(first, last)


def _named(first: date, last: date) -> dict[str, str]:
    return {"first": formatting.date_year(first), "last": formatting.date_year(last)}


def _nth(frame: Frame, counts: Sequence[int], first: date) -> str:
    """When the last of the list gets a time, if the list is known."""
    if not frame.citizens:
        return ""
    meetings = -(-frame.citizens // seats) if (seats := seats_a_meeting(frame)) else 1
    found = day_of_nth(counts, first.toordinal(), meetings if frame.joint else frame.citizens)
    citizens = ngettext("Listen har %d borger.", "Listen har %d borgere.", frame.citizens) % frame.citizens
    if found is None:
        return f"{citizens} " + _("Der er ikke tider til alle inden for horisonten.")
    return f"{citizens} " + _("Den sidste tid er %s.") % formatting.long_day(date_of(found))


def seats_a_meeting(frame: Frame) -> int | None:
    """Seats for calling; None where there is no limit."""
    if not frame.joint:
        return 1
    if frame.run.seats_by == SeatsBy.NUMBER:
        return frame.run.seats_calling
    if frame.run.seats_by == SeatsBy.ROOM and frame.rooms:
        return frame.rooms[0].capacity
    return None


def _who(frame: Frame) -> str:
    count = len(frame.counsellors)
    duration, reporting = frame.length
    if count == 1:
        names = frame.counsellors[0].full_name
    elif frame.chosen:
        names = ngettext("%d vejleder", "%d vejledere", count) % count
    else:
        names = _("alle %d vejledere, der kan tilknyttes") % count
    how = _("alle ved hvert møde") if frame.joint and count > 1 else "" if frame.joint else _("én borger ad gangen")
    minutes = _("%(duration)d + %(reporting)d minutter") if reporting else _("%(duration)d minutter")
    parts = (names, how, minutes % {"duration": duration, "reporting": reporting})
    return formatting.starts_with_capital(", ".join(part for part in parts if part))


def _where(frame: Frame) -> str:
    run = frame.run
    if run.mode == ContactMode.TELEPHONE:
        return _("Der ringes til %s") % run.phone if run.phone else _("Der ringes til borgerens eget nummer")
    if run.mode == ContactMode.DIGITAL:
        return _("Digitalt møde")
    if run.room_choice == RoomChoice.ANY and frame.rooms and run.team:
        return _("%(address)s, i det første ledige af teamets lokaler") % {"address": run.team.whole_address}
    if frame.rooms and run.team:
        return f"{frame.rooms[0].whole_address or run.team.whole_address}, {frame.rooms[0].name}"
    return run.team.whole_address if run.team else ""


def _rebooking(frame: Frame, settings: Settings) -> str:
    run = frame.run
    if not run.rebooking_allowed:
        return _("Borgeren kan ikke ombooke")
    days = run.rebooking_days
    until = _("til og med dagen før") if days == 1 else _("til og med %d dage før") % days
    to = (
        _("til et andet fællesmøde med ledige pladser")
        if frame.joint
        else _("til en anden ledig tid hos de samme vejledere")
    )
    ends = ngettext(
        "Uden frist kan der ombookes i %d uge efter datoen.",
        "Uden frist kan der ombookes i %d uger efter datoen.",
        settings.rebooking_weeks,
    )
    return f"{_('Borgeren kan ombooke')} {until}, {to}. {ends % settings.rebooking_weeks}"


def _first_warnings(frame: Frame) -> list[str]:
    if frame.run.team and not frame.counsellors:
        return [_("Teamet har ingen vejledere, der kan tilknyttes indkaldelser.")]
    return []


def _warnings(frame: Frame, facts: Picture, counts: Sequence[int], first: date, now: datetime) -> list[str]:
    found = []
    if not any(counts):
        found.append(_("Der er ingen ledige tider. Prøv en senere dato, flere vejledere eller en kortere samtale."))
    without = [one.full_name for one in frame.counsellors if not facts.counsellors[one.pk].schedules]
    found += [_("%s har ingen arbejdstid og kan ikke få samtaler.") % name for name in without]
    found += _closings(frame, first)
    found += _joint_warnings(frame, now)
    return found


def _closings(frame: Frame, first: date) -> list[str]:
    soon = ClosingDay.objects.filter(last_on__gte=first, first_on__lte=first + timedelta(weeks=4))
    hit = [day for day in soon.prefetch_related("teams") if not day.teams.all() or frame.run.team in day.teams.all()]
    return [
        _("%(days)s er lokal lukkedag (%(name)s). Ingen tider dér.")
        % {"days": formatting.starts_with_capital(formatting.days(day.first_on, day.last_on)), "name": day.name}
        for day in hit[:2]
    ]


def _joint_warnings(frame: Frame, now: datetime) -> list[str]:
    if not frame.joint:
        return []
    found = []
    if frame.run.seats_by != SeatsBy.ALL and seats_a_meeting(frame) is None:
        found.append(_("Mødet har ingen grænse for antal borgere: der er ikke valgt et lokale med en kapacitet."))
    if frame.run.rebooking_allowed and not _equal_meetings(frame.run, now):
        found.append(_("Der er endnu intet andet tilsvarende fællesmøde med ledige pladser at ombooke til."))
    return found


def _equal_meetings(run: Run, now: datetime) -> bool:
    """Whether a coming joint meeting of the same team, type and variant stands in the book (VARI-04)."""
    return Appointment.objects.filter(
        team=run.team_id,
        type=run.type_id,
        variant=run.variant_id,
        form=MeetingForm.JOINT,
        start_at__gt=now,
        cancelled_at=None,
        summonses__status=SummonsStatus.SENT,
    ).exists()
