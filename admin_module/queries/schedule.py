"""A counsellor's weeks: hours, breaks and shares from a date, what they come to, and how they look (COUN-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from admin_module.models import Counsellor, Schedule
from admin_module.models.hours import CycleWeek, Weekday
from planner.timeline.intervals import Period, length, subtract
from planner.ui import formatting

Times = tuple[time, time]
WORKING_WEEK = range(5)
WHOLE_WEEK = range(7)
EARLIEST, LATEST = 8, 16
SMALLEST_WITH_WORDS = 30


@dataclass(frozen=True, slots=True)
class DayTimes:
    """A weekday: from-to, or None, and its breaks."""

    hours: Times | None = None
    breaks: tuple[Times, ...] = ()

    @property
    def minutes(self) -> int:
        """Hours without breaks, in minutes."""
        return length(subtract([_minutes(self.hours)], map(_minutes, self.breaks))) if self.hours else 0


Week = Mapping[int, DayTimes]
NO_TIMES = DayTimes()


@dataclass(frozen=True, slots=True)
class Plan:
    """What holds from a date: by kind of week the times of each weekday, and the shares in percent."""

    valid_from: date
    weeks: Mapping[int, Week] = field(default_factory=dict)
    max_conversation_share: int = 100
    automatic_share: int = 100

    @property
    def is_split(self) -> bool:
        """Whether odd and even weeks differ."""
        return CycleWeek.EVERY not in self.weeks and bool(self.weeks)

    @property
    def is_empty(self) -> bool:
        return not any(day.hours or day.breaks for week in self.weeks.values() for day in week.values())


def plans(counsellor: Counsellor) -> list[Plan]:
    """All of a counsellor's plans in the order of their dates; three statements."""
    if counsellor._state.adding:
        return []
    rows = counsellor.schedules.order_by("valid_from", "cycle_week").prefetch_related("hours", "breaks")
    by_date: dict[date, list[Schedule]] = {}
    for row in rows:
        by_date.setdefault(row.valid_from, []).append(row)
    made: list[Plan] = []
    for valid_from, found in by_date.items():
        weeks = _whole({row.cycle_week: _week(row) for row in found}, made[-1].weeks if made else {})
        made.append(Plan(valid_from, weeks, found[0].max_conversation_share, found[0].automatic_share))
    return made


def _whole(weeks: Mapping[int, Week], before: Mapping[int, Week]) -> Mapping[int, Week]:
    """All weeks alike, or both odd and even: what one of them lacks is what holds in it otherwise."""
    if list(weeks) == [CycleWeek.EVERY]:
        return weeks
    otherwise = weeks if CycleWeek.EVERY in weeks else before
    return {
        cycle: weeks.get(cycle, otherwise.get(cycle, otherwise.get(CycleWeek.EVERY, {})))
        for cycle in (CycleWeek.ODD, CycleWeek.EVEN)
    }


def plan_on(found: Sequence[Plan], day: date) -> Plan | None:
    """The plan that holds on the day; before the first one that one."""
    begun = [plan for plan in found if plan.valid_from <= day]
    return begun[-1] if begun else next(iter(found), None)


def _week(row: Schedule) -> Week:
    hours = {one.weekday: (one.start, one.end) for one in row.hours.all()}
    breaks: dict[int, list[Times]] = {}
    for one in row.breaks.all():
        breaks.setdefault(one.weekday, []).append((one.start, one.end))
    return {
        weekday: DayTimes(hours.get(weekday), tuple(sorted(breaks.get(weekday, ()))))
        for weekday in sorted({*hours, *breaks})
    }


def _minutes(times: Times) -> Period:
    start, end = times
    return start.hour * 60 + start.minute, end.hour * 60 + end.minute


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the picture: where it begins, how long it is, and its words."""

    start: time
    minutes: int
    words: str


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """A column of the picture."""

    name: str | Promise
    times: DayTimes

    @property
    def short(self) -> str:
        return f"{str(self.name)[:3].lower()}."

    @property
    def free(self) -> Block | None:
        return _block(self.times.hours) if self.times.hours else None

    @property
    def breaks(self) -> list[Block]:
        return [_block(one) for one in self.times.breaks]

    @property
    def words(self) -> str:
        """«Mandag 8.30–15.30, pause 12.00–12.30»."""
        hours = formatting.clocks(*self.times.hours) if self.times.hours else _("ingen tider")
        pauses = [_("pause %s") % formatting.clocks(*one) for one in self.times.breaks]
        return ", ".join([f"{self.name} {hours}", *pauses])


@dataclass(frozen=True)
class WeekPicture:
    """«Sådan ser ugen ud», and what the shares come to in it; lengths in minutes."""

    cycle: CycleWeek
    days: Sequence[DrawnDay]
    max_share: int
    automatic_share: int

    @property
    def label(self) -> str | Promise:
        """Which weeks; "" where all are alike."""
        return self.cycle.label if self.cycle else ""

    @cached_property
    def by_day(self) -> list[int]:
        return [day.times.minutes for day in self.days]

    @property
    def minutes(self) -> int:
        return sum(self.by_day)

    @property
    def conversation_minutes(self) -> int:
        """The conversation budgets of the days (TIME-06)."""
        return sum(self._budgets)

    @property
    def automatic_minutes(self) -> int:
        return sum(budget * self.automatic_share // 100 for budget in self._budgets)

    @property
    def _budgets(self) -> list[int]:
        return [minutes * self.max_share // 100 for minutes in self.by_day]

    @property
    def first_hour(self) -> int:
        return min([EARLIEST, *(_minutes(one)[0] // 60 for one in self._all)])

    @property
    def last_hour(self) -> int:
        return max([LATEST, *(-(-_minutes(one)[1] // 60) for one in self._all)])

    @property
    def hours(self) -> list[time]:
        return [time(hour) for hour in range(self.first_hour, self.last_hour)]

    @property
    def words(self) -> str:
        return "; ".join(day.words for day in self.days)

    @property
    def _all(self) -> Iterable[Times]:
        for day in self.days:
            yield from ([day.times.hours] if day.times.hours else [])
            yield from day.times.breaks


def pictures(plan: Plan) -> list[WeekPicture]:
    """One of each kind of week; Saturday and Sunday only where something happens."""
    open_days = {weekday for week in plan.weeks.values() for weekday in week}
    shown = WHOLE_WEEK if open_days - set(WORKING_WEEK) else WORKING_WEEK
    return [
        WeekPicture(
            CycleWeek(cycle),
            [DrawnDay(Weekday(weekday).label, week.get(weekday, NO_TIMES)) for weekday in shown],
            plan.max_conversation_share,
            plan.automatic_share,
        )
        for cycle, week in sorted(plan.weeks.items())
    ]


def _block(times: Times) -> Block:
    start, end = _minutes(times)
    words = formatting.clocks(*times) if end - start >= SMALLEST_WITH_WORDS else ""
    return Block(times[0], end - start, words)
