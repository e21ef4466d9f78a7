"""What a frame means before anybody is called: free times, where, with whom, and every warning (SUM-22).

A `Frame` is step 1 as far as it is filled in; nothing of it is stored yet. A fixed date is `fixed_day`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, reduce

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.models import (
    CalendarConnection,
    ClosingDay,
    Competence,
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
from booking.availability.counting import day_of_nth, free_times
from booking.models import Appointment
from booking.queries.facts import Picture, picture
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.timeline.bits import WHOLE_DAY
from planner.timeline.holidays import public_holidays
from planner.timeline.ticks import MINUTES_PER_DAY, date_of
from planner.ui import formatting
from summons.models import Run
from summons.queries.problem import first_day, last_day

MOST_WARNINGS = 6
UNREAD_FOR = timedelta(hours=1)
NEAR = timedelta(weeks=4)
"""Closing days that near the first date are worth a warning."""


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
    def fixed(self) -> bool:
        return self.run.distribution == Distribution.FIXED_TIME

    @property
    def length(self) -> tuple[int, int]:
        return self.run.duration or 0, self.run.reporting_time or 0

    @property
    def countable(self) -> bool:
        return bool(self.run.team and self.counsellors and self.run.duration)

    @property
    def seats(self) -> int | None:
        """How many are called to one meeting; None where there is no limit."""
        if not self.joint:
            return 1
        if self.run.seats_by == SeatsBy.NUMBER:
            return self.run.seats_calling
        return self.capacity if self.run.seats_by == SeatsBy.ROOM else None

    @property
    def capacity(self) -> int | None:
        return self.rooms[0].capacity if self.rooms else None

    @property
    def meetings(self) -> int:
        """How many conversations or meetings the list needs."""
        return -(-self.citizens // self.seats) if self.seats else min(self.citizens, 1)


@dataclass(frozen=True, slots=True)
class Meaning:
    """«Sådan bliver det»: figures and sentences; `count` is None until there is something to count."""

    count: int | None = None
    counted: str = ""
    nth: str = ""
    who: str = ""
    where: str = ""
    rebooking: str = ""
    channel: str = ""
    warnings: tuple[str, ...] = ()


def counsellors_of(team: Team | None, required: Competence | None = None) -> Sequence[Counsellor]:
    """Those of the team that can be summoned and have the competence, if one is required, by the alphabet."""
    found = Counsellor.objects.summonable().filter(teams=team)
    return list(found.filter(competences=required) if required else found) if team else []


def why_nobody(run: Run) -> str:
    """Why the team has nobody to summon to."""
    if run.competence:
        sentence = _("Ingen i teamet med kompetencen «%s» kan tilknyttes indkaldelser. Vælg et andet team eller krav.")
        return str(sentence % run.competence.name)
    return _("Teamet har ingen vejledere, der kan tilknyttes indkaldelser.")


def rooms_of(team: Team | None) -> Sequence[Room]:
    """The team's rooms that can be used, by name."""
    return list(Room.objects.usable().filter(teams=team)) if team else []


def facts_of(frame: Frame, *, settings: Settings, first: date, last: date, now: datetime) -> Picture:
    """The calendars of everybody and every room that the frame names."""
    return picture(
        settings=settings,
        team_id=frame.run.team_id,
        first=first,
        last=last,
        now=now,
        counsellors=[counsellor.pk for counsellor in frame.counsellors],
        rooms=[room.pk for room in frame.rooms],
    )


def automatic(frame: Frame, *, settings: Settings, now: datetime) -> Meaning:
    """What the right side says where times are found automatically. A fixed number of statements."""
    if not frame.countable:
        return unfinished(frame)
    first, last = first_day(frame.run, now), last_day(frame.run, settings, now)
    facts = facts_of(frame, settings=settings, first=first, last=last, now=now)
    counts = _counts(frame, facts)
    free, possible = _("ledige tider fra %(first)s til %(last)s"), _("mulige møder fra %(first)s til %(last)s")
    return described(
        frame,
        settings=settings,
        count=sum(counts),
        counted=(possible if frame.joint else free)
        % {"first": formatting.date_year(first), "last": formatting.date_year(last)},
        nth=_nth(frame, counts, first),
        warnings=[
            *_scarcity(frame, sum(counts)),
            *unread_calendars(frame, now),
            *without_hours(frame, facts),
            *closings(frame, first, first + NEAR),
            *joint_warnings(frame, now),
        ],
    )


def unfinished(frame: Frame) -> Meaning:
    """Nothing can be counted yet."""
    if frame.run.team and not frame.counsellors:
        return Meaning(warnings=(why_nobody(frame.run),))
    return Meaning()


def described(
    frame: Frame, *, settings: Settings, count: int, counted: str, nth: str, warnings: Sequence[str]
) -> Meaning:
    """The figures, with what the frame says of who, where, rebooking and channel."""
    return Meaning(
        count=count,
        counted=counted,
        nth=nth,
        who=_who(frame),
        where=_where(frame),
        rebooking=_rebooking(frame, settings),
        channel=_("Jobnet; brev til dem, der er fritaget for Digital Post"),
        warnings=tuple(warnings[:MOST_WARNINGS]),
    )


# How many


def _counts(frame: Frame, facts: Picture) -> list[int]:
    """Free times per day (TIME-10), no more than the chosen room or rooms hold. Equal days are counted once."""
    duration, reporting = frame.length

    @cache
    def times(day: CounsellorDay) -> int:
        return len(free_times(day, duration, reporting, automatic=True))

    @cache
    def times_in_room(mask: int) -> int:
        return len(free_times(_open(mask), duration))

    team = [
        counsellor_days(facts.counsellors[one.pk], facts.first, facts.last, facts.closures) for one in frame.counsellors
    ]
    rooms = [room_days(facts.rooms[room.pk], facts.first, facts.last) for room in frame.rooms]
    counts = []
    for index, days in enumerate(zip(*team, strict=True)):
        if frame.joint:
            counts.append(times(_together(days, [room[index] for room in rooms])))
            continue
        free = sum(map(times, days))
        counts.append(min(free, sum(times_in_room(room[index]) for room in rooms)) if rooms and free else free)
    return counts


def _open(mask: int) -> CounsellorDay:
    """A day of this free time, without budgets."""
    return CounsellorDay(mask, mask, mask, MINUTES_PER_DAY, MINUTES_PER_DAY, MINUTES_PER_DAY, 0, 0)


def _together(days: Iterable[CounsellorDay], rooms: Iterable[int]) -> CounsellorDay:
    """All of them and the room at once: common free time, the scarcest budgets (DIST-09)."""
    days = tuple(days)
    free = reduce(lambda one, other: one & other, [*(day.free for day in days), *rooms], WHOLE_DAY)
    return _open(free)._replace(
        conversation_budget=min(day.budget_left(automatic=False) for day in days),
        automatic_budget=min(day.budget_left(automatic=True) for day in days),
    )


def _nth(frame: Frame, counts: Sequence[int], first: date) -> str:
    """When the last of the list gets a time, if the list is known."""
    if not frame.citizens:
        return ""
    found = day_of_nth(counts, first.toordinal(), frame.meetings)
    if found is None:
        return f"{list_of(frame)} {_('Der er ikke tider til alle inden for horisonten.')}"
    return f"{list_of(frame)} {_('Den sidste tid er %s.') % formatting.long_day(date_of(found))}"


def list_of(frame: Frame) -> str:
    """«Listen har 400 borgere.»"""
    words = ngettext("Listen har %s borger.", "Listen har %s borgere.", frame.citizens)
    return words % formatting.number(frame.citizens)


# In words


def _who(frame: Frame) -> str:
    count = len(frame.counsellors)
    duration, reporting = frame.length
    if count == 1:
        names = frame.counsellors[0].full_name
    elif frame.chosen:
        names = ngettext("%d vejleder", "%d vejledere", count) % count
    else:
        names = _("alle %d vejledere, der kan tilknyttes") % count
    skilled = _("med kompetencen %s") % frame.run.competence.name if frame.run.competence else ""
    how = _("alle ved hvert møde") if frame.joint and count > 1 else "" if frame.joint else _("én borger ad gangen")
    minutes = _("%(duration)d + %(reporting)d minutter") if reporting else _("%(duration)d minutter")
    parts = (names, skilled, how, minutes % {"duration": duration, "reporting": reporting})
    return formatting.starts_with_capital(", ".join(part for part in parts if part))


def _where(frame: Frame) -> str:
    run = frame.run
    if run.mode == ContactMode.TELEPHONE:
        return _("Der ringes til %s") % run.phone if run.phone else _("Der ringes til borgerens eget nummer")
    if run.mode == ContactMode.DIGITAL:
        return _("Digitalt møde")
    if run.team is None or run.mode != ContactMode.IN_PERSON:
        return ""
    if run.room_choice == RoomChoice.ANY and frame.rooms:
        return _("%(address)s, i det første ledige af teamets lokaler") % {"address": run.team.whole_address}
    if frame.rooms:
        return f"{frame.rooms[0].whole_address or run.team.whole_address}, {frame.rooms[0].name}"
    offices = {one.whole_address or run.team.whole_address for one in frame.counsellors}
    return offices.pop() if len(offices) == 1 else _("På vejledernes egne kontorer")


def _rebooking(frame: Frame, settings: Settings) -> str:
    run = frame.run
    if not run.rebooking_allowed:
        return _("Borgeren kan ikke ombooke")
    ends = ngettext(
        "Uden frist kan der ombookes i %d uge efter datoen.",
        "Uden frist kan der ombookes i %d uger efter datoen.",
        settings.rebooking_weeks,
    )
    sentence = f"{_('Borgeren kan ombooke')} {_until(run.rebooking_days)}, {_rebooked_to(frame)}."
    return f"{sentence} {ends % settings.rebooking_weeks}"


def _until(days: int) -> str:
    if days == 0:
        return _("indtil samtalen begynder")
    return _("til og med dagen før") if days == 1 else _("til og med %d dage før") % days


def _rebooked_to(frame: Frame) -> str:
    if frame.joint:
        return _("til et andet fællesmøde med ledige pladser")
    if len(frame.counsellors) == 1:
        return _("til en anden ledig tid hos samme vejleder")
    return _("til en anden ledig tid hos de samme vejledere")


# Warnings


def _scarcity(frame: Frame, count: int) -> list[str]:
    if not count:
        return [_("Der er ingen ledige tider. Prøv en senere dato, flere vejledere eller en kortere samtale.")]
    if not frame.joint and frame.run.rebooking_allowed and frame.citizens >= count:
        return [_("Når listen har fået sine tider, er der ingen ledige tider at ombooke til.")]
    return []


def without_hours(frame: Frame, facts: Picture) -> list[str]:
    """Who has no working hours at all, in one sentence."""
    names = [one.full_name for one in frame.counsellors if not any(_works(facts, one.pk))]
    return [_("%s har ingen arbejdstid og kan ikke få samtaler.") % formatting.names(names)] if names else []


def unread_calendars(frame: Frame, now: datetime) -> list[str]:
    """Whose own calendars Planner has not been able to read for an hour, in one sentence (SYNC-19)."""
    connections = CalendarConnection.objects.filter(counsellor__in=[one.pk for one in frame.counsellors])
    old = connections.filter(Q(busy_read_at=None) | Q(busy_read_at__lt=now - UNREAD_FOR))
    read_at = dict(old.values_list("counsellor_id", "busy_read_at"))
    names = [one.full_name for one in frame.counsellors if one.pk in read_at]
    if not names:
        return []
    known = [at for at in read_at.values() if at]
    if len(known) < len(read_at):
        return [_("Egen kalender er endnu ikke læst for %s. Tider kan være optaget dér.") % formatting.names(names)]
    sentence = _("Egen kalender er ikke læst for %(who)s siden %(when)s. Tider kan være optaget dér.")
    return [sentence % {"who": formatting.names(names), "when": formatting.recent(min(known), now)}]


def _works(facts: Picture, counsellor: int) -> list[bool]:
    schedules = facts.counsellors[counsellor].schedules
    return [bool(hours.works) for schedule in schedules for hours in schedule.days.values()]


def closings(frame: Frame, first: date, last: date) -> list[str]:
    """The team's own closing days and the job centre's, the first two."""
    rows = ClosingDay.objects.filter(last_on__gte=first, first_on__lte=last).prefetch_related("teams")
    hit = [day for day in rows if not day.teams.all() or frame.run.team in day.teams.all()]
    return [_closing(day) for day in hit[:2]]


def _closing(day: ClosingDay) -> str:
    one = day.first_on == day.last_on
    days = formatting.long_day(day.first_on) if one else formatting.days(day.first_on, day.last_on)
    sentence = (
        _("%(days)s er lokal lukkedag (%(name)s). Ingen tider den dag.")
        if one
        else _("%(days)s er lokale lukkedage (%(name)s). Ingen tider de dage.")
    )
    return sentence % {"days": formatting.starts_with_capital(days), "name": day.name}


def holiday(on: date, settings: Settings) -> list[str]:
    """«Fredag 25. december er helligdag (Juledag).»"""
    found = public_holidays(on, on, settings.also_closed)
    if on.toordinal() not in found:
        return []
    day, name = formatting.starts_with_capital(formatting.long_day(on)), found[on.toordinal()]
    return [_("%(day)s er helligdag (%(name)s).") % {"day": day, "name": name} if name else _("%s er lukkedag.") % day]


def joint_warnings(frame: Frame, now: datetime) -> list[str]:
    """What a joint meeting needs: a limit, room enough, and another one to rebook to (SUM-03, SUM-07)."""
    if not frame.joint:
        return []
    found = []
    if frame.run.seats_by == SeatsBy.ROOM and frame.capacity is None:
        found.append(_("Mødet har ingen grænse for antal borgere: der er ikke valgt et lokale med en kapacitet."))
    called = frame.citizens if frame.run.seats_by == SeatsBy.ALL else frame.seats or 0
    if frame.capacity and called > frame.capacity:
        found.append(
            _("Der indkaldes %(called)d til hvert møde, men %(room)s har plads til %(capacity)d.")
            % {"called": called, "room": frame.rooms[0].name, "capacity": frame.capacity}
        )
    if frame.run.rebooking_allowed and frame.meetings < 2 and not _equal_meetings(frame.run, now):
        found.append(_("Der er endnu intet andet tilsvarende fællesmøde at ombooke til."))
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
