"""What a calendar shows: columns or rows of stretches and meetings, ready to be drawn.

Five statements, whatever is asked for: three for the counsellors' facts, one for closing days, one for the meetings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from admin_module.models import ClosingDay
from booking.availability.calendar import counsellor_days
from booking.availability.counting import free_times
from booking.availability.facts import Closures, CounsellorFacts
from booking.availability.shapes import Shade, Shape, shapes
from booking.queries.calendar_tree import Sight
from booking.queries.facts import counsellor_facts
from booking.queries.meetings import Meeting, Wording, meetings_of
from planner.accounts.models import Settings
from planner.timeline.clock import gaps
from planner.timeline.holidays import public_holidays
from planner.timeline.intervals import Period, intersect, subtract, union
from planner.timeline.ticks import MINUTES_PER_DAY, MINUTES_PER_TICK
from planner.ui import formatting

DAY_BEGINS, DAY_ENDS = 8, 16
WIDEST = 8
"""Columns side by side at 1280 that still show a name."""
USUAL_LENGTH, USUAL_REPORTING = 45, 15
"""The conversation whose free times a column counts (TIME-10)."""
LEAST_OPENING = 15
"""Minutes: nothing shorter is offered for a conversation."""


class Words(NamedTuple):
    """How a grey stretch looks and what it says; `closes` = the whole day."""

    kind: str
    word: str | Promise
    icon: str
    closes: bool = False


SHADES = {
    Shade.PUBLIC_HOLIDAY: Words("closed", gettext_lazy("Helligdag"), "lock", closes=True),
    Shade.CLOSING_DAY: Words("closed", gettext_lazy("Lukket"), "lock", closes=True),
    Shade.ABSENCE: Words("abs", gettext_lazy("Fravær"), "person-remove"),
    Shade.OUTSIDE_HOURS: Words("out", gettext_lazy("Uden for arbejdstid"), ""),
    Shade.BREAK: Words("pause", gettext_lazy("Pause"), ""),
    Shade.BUSY: Words("busy", gettext_lazy("Optaget"), "calendar-month"),
    Shade.RESERVED_FOR_SUMMONING: Words("res", gettext_lazy("Kun indkaldelse"), "lock"),
    Shade.RESERVED_FOR_SELF_BOOKING: Words("res", gettext_lazy("Kun selvbooking"), "lock"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A grey stretch, told apart by shape and word."""

    kind: str
    start: time
    minutes: int
    word: str
    icon: str

    @property
    def hours(self) -> str:
        """«9.00–12.00»; nothing where it is the whole day."""
        ends = self.start.hour * 60 + self.start.minute + self.minutes
        return formatting.clocks(self.start, clock(ends % MINUTES_PER_DAY)) if self.minutes < MINUTES_PER_DAY else ""

    @property
    def tells(self) -> bool:
        """Whether a line of text has room for it: what one must know of a day beside its conversations."""
        return self.kind in {"abs", "busy", "res"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time with nothing in it: available (white), or an opening in which a conversation may be begun."""

    begins: int
    minutes: int

    @property
    def start(self) -> time:
        return clock(self.begins)

    @property
    def ends(self) -> int:
        return self.begins + self.minutes

    @property
    def end(self) -> time:
        return clock(self.ends % MINUTES_PER_DAY)


@dataclass(slots=True)
class CalendarColumn:
    """A day of one counsellor or room."""

    heading: str
    day: date
    today: bool = False
    over: bool = False
    counsellor_id: int | None = None
    room_id: int | None = None
    white: list[Stretch] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    openings: list[Stretch] = field(default_factory=list)
    free: int = 0
    closed: str = ""

    @property
    def day_heading(self) -> str:
        return day_heading(self.day)

    @property
    def booked_words(self) -> str:
        count = len(self.meetings)
        return ngettext("%d aftale", "%d aftaler", count) % count

    @property
    def free_words(self) -> str:
        return ngettext("%d ledig", "%d ledige", self.free) % self.free

    @property
    def summary(self) -> str:
        """«4 aftaler · 1 ledig», or why there are none."""
        if self.closed and not self.meetings:
            return self.closed
        if not self.white and not self.meetings:
            return _("Fravær") if any(block.kind == "abs" for block in self.blocks) else _("Ingen arbejdstid")
        if self.over or self.counsellor_id is None:
            return self.booked_words
        return f"{self.booked_words} · {self.free_words}"


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A counsellor's or room's days in a row, each a column's facts as lines of text."""

    name: str
    counsellor_id: int | None
    room_id: int | None
    days: tuple[CalendarColumn, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Grids of at most eight columns each, all between the same hours; or rows, a calendar each."""

    days: tuple[date, ...]
    grids: tuple[tuple[CalendarColumn, ...], ...] = ()
    rows: tuple[CalendarRow, ...] = ()
    hours: tuple[time, ...] = ()
    from_hour: int = DAY_BEGINS
    to_hour: int = DAY_ENDS

    def columns(self) -> Iterator[CalendarColumn]:
        yield from chain.from_iterable(self.grids)
        yield from chain.from_iterable(row.days for row in self.rows)

    def citizens(self) -> set[UUID]:
        """Those whose names stand in it."""
        return {one.citizen_id for column in self.columns() for one in column.meetings if one.citizen_id}

    def tag(self) -> str:
        """Changes when what is drawn changes; what only the hour changes (where one may still begin) is left out."""
        drawn = [
            (one.counsellor_id, one.room_id, one.day, one.white, one.blocks, one.meetings) for one in self.columns()
        ]
        return blake2b(repr(drawn).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which calendars on which days; `teams`: those through which each counsellor is looked at."""

    days: tuple[date, ...]
    counsellors: Mapping[int, str] = field(default_factory=dict)
    rooms: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, frozenset[int]] = field(default_factory=dict)
    team_id: int | None = None

    @property
    def several(self) -> bool:
        return len(self.counsellors) + len(self.rooms) > 1


def week_of(day: date, days: int = 5) -> tuple[date, ...]:
    """Monday to Friday of the day's week; all seven where the day is in a weekend."""
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=offset) for offset in range(max(days, 7 if day.weekday() > 4 else 0)))


def calendar(asked: Asked, *, settings: Settings, sight: Sight, now: datetime) -> Calendar:
    """A grid of one calendar's days or of several on one day; rows where several are asked for on several days."""
    drawing = _drawing(asked, settings, sight, now)
    if asked.several and len(asked.days) > 1:
        return Calendar(days=asked.days, rows=tuple(drawing.rows()))
    return _grids(asked.days, [column for row in drawing.rows() for column in row.days])


@dataclass(frozen=True, slots=True)
class Closings:
    """Why a day is closed: the job centre's closing days and holidays, and those of single teams."""

    everywhere: dict[int, str]
    holidays: dict[int, str]
    teams: dict[int, dict[int, str]]

    def of(self, teams: Iterable[int]) -> dict[int, str]:
        """The closing days of whoever is looked at through these teams: those that all of them keep."""
        first, *rest = [self.teams.get(team, {}) for team in teams] or [{}]
        shared = {day: name for day, name in first.items() if all(day in kept for kept in rest)}
        return shared | self.everywhere


def closings(first: date, last: date, settings: Settings) -> Closings:
    """All that is closed in a period: one statement."""
    everywhere: dict[int, str] = {}
    teams: dict[int, dict[int, str]] = {}
    rows = ClosingDay.objects.filter(first_on__lte=last, last_on__gte=first).values_list(
        "first_on", "last_on", "name", "closingdayteam__team_id"
    )
    for begins, ends, name, team in rows:
        days = range(max(begins, first).toordinal(), min(ends, last).toordinal() + 1)
        found = teams.setdefault(team, {}) if team else everywhere
        found.update(dict.fromkeys(days, name))
    return Closings(everywhere, public_holidays(first, last, settings.also_closed), teams)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that was read, from which the columns are drawn."""

    asked: Asked
    facts: dict[int, CounsellorFacts]
    closings: Closings
    gaps: Mapping[int, Period]
    meetings: Mapping[tuple[date, int | None, int | None], list[Meeting]]
    now: datetime

    def rows(self) -> Iterator[CalendarRow]:
        for pk, name in self.asked.counsellors.items():
            yield CalendarRow(name, pk, None, tuple(self._of_counsellor(pk, name)))
        for pk, name in self.asked.rooms.items():
            yield CalendarRow(name, None, pk, tuple(self._of_room(pk, name, day) for day in self.asked.days))

    def _of_counsellor(self, pk: int, name: str) -> Iterator[CalendarColumn]:
        closed = self.closings.of(self.asked.teams.get(pk, ()))
        closures = Closures(frozenset(closed), frozenset(self.closings.holidays), self.gaps)
        first, last = self.asked.days[0].toordinal(), self.asked.days[-1].toordinal()
        found = counsellor_days(self.facts[pk], first, last, closures)
        for day in self.asked.days:
            ordinal = day.toordinal()
            column = self._column(name, day, counsellor_id=pk)
            drawn = shapes(self.facts[pk], ordinal, closures)
            column.closed = self._why_closed(ordinal, closed)
            column.blocks = [_block(shape, column.closed) for shape in drawn if shape.shade is not Shade.OUTSIDE_HOURS]
            column.blocks += self._missing(ordinal, drawn)
            column.white = _stretches(subtract([(0, MINUTES_PER_DAY)], _grey(drawn)))
            coming = -(-self._since(column) // MINUTES_PER_TICK)
            column.free = len(free_times(found[ordinal - first], USUAL_LENGTH, USUAL_REPORTING, not_before=coming))
            column.openings = self._openings(column, _bookable(drawn))
            yield column

    def _of_room(self, pk: int, name: str, day: date) -> CalendarColumn:
        column = self._column(name, day, room_id=pk)
        column.closed = self._why_closed(day.toordinal(), self.closings.everywhere)
        if column.closed:
            column.blocks.append(_block(Shape(Shade.CLOSING_DAY, 0, MINUTES_PER_DAY), column.closed))
        else:
            column.white.append(Stretch(0, MINUTES_PER_DAY))
            column.openings = self._openings(column, ((DAY_BEGINS * 60, DAY_ENDS * 60),))
        return column

    def _missing(self, ordinal: int, drawn: Sequence[Shape]) -> list[Block]:
        """The hour that the clock jumps over on one night of the year, where nothing else is said of it."""
        gap = self.gaps.get(ordinal)
        plain = [shape for shape in drawn if shape.shade is Shade.OUTSIDE_HOURS]
        if gap is None or not any(shape.start <= gap[0] and gap[1] <= shape.end for shape in plain):
            return []
        return [Block("out", clock(gap[0]), gap[1] - gap[0], _("Findes ikke: uret stilles frem"), "")]

    def _column(
        self, name: str, day: date, counsellor_id: int | None = None, room_id: int | None = None
    ) -> CalendarColumn:
        return CalendarColumn(
            heading=name if self.asked.several else day_heading(day),
            day=day,
            today=day == timezone.localdate(self.now),
            over=day < timezone.localdate(self.now),
            counsellor_id=counsellor_id,
            room_id=room_id,
            meetings=self.meetings.get((day, counsellor_id, room_id), []),
        )

    def _why_closed(self, ordinal: int, closed: Mapping[int, str]) -> str:
        if ordinal in self.closings.holidays:
            return self.closings.holidays[ordinal] or _("Lukket")
        return _("Lukket: %s") % closed[ordinal] if ordinal in closed else ""

    def _since(self, column: CalendarColumn) -> int:
        """The minute of the day from which it is still to come."""
        if column.over:
            return MINUTES_PER_DAY
        here = timezone.localtime(self.now)
        return here.hour * 60 + here.minute if column.today else 0

    def _openings(self, column: CalendarColumn, bookable: Sequence[Period]) -> list[Stretch]:
        """Where a conversation may begin: bookable, not taken and still to come."""
        since = -(-self._since(column) // LEAST_OPENING) * LEAST_OPENING
        left = subtract(intersect(bookable, [(since, MINUTES_PER_DAY)]), union(one.taken for one in column.meetings))
        return _stretches(period for period in left if period[1] - period[0] >= LEAST_OPENING)


def _drawing(asked: Asked, settings: Settings, sight: Sight, now: datetime) -> Drawing:
    first, last = asked.days[0], asked.days[-1]
    wording = Wording(names=sight.names and settings.calendar_names, persons=sight.names, teams=asked.several)
    return Drawing(
        asked=asked,
        facts=counsellor_facts(first=first, last=last, now=now, counsellors=asked.counsellors),
        closings=closings(first, last, settings),
        gaps=gaps(first.toordinal(), last.toordinal()),
        meetings=meetings_of(
            first=first,
            last=last,
            counsellors=list(asked.counsellors),
            rooms=list(asked.rooms),
            wording=wording,
            settings=settings,
            now=now,
        ),
        now=now,
    )


def _block(shape: Shape, closed: str) -> Block:
    words = SHADES[shape.shade]
    word = closed if words.closes else str(words.word)
    return Block(words.kind, clock(shape.start), shape.end - shape.start, word, words.icon)


def _stretches(periods: Iterable[Period]) -> list[Stretch]:
    return [Stretch(start, end - start) for start, end in periods]


def _grey(drawn: Iterable[Shape]) -> tuple[Period, ...]:
    return union((shape.start, shape.end) for shape in drawn)


def _bookable(drawn: Iterable[Shape]) -> tuple[Period, ...]:
    """White, and what is kept for summoning."""
    grey = _grey(shape for shape in drawn if shape.shade is not Shade.RESERVED_FOR_SUMMONING)
    return subtract([(0, MINUTES_PER_DAY)], grey)


def _grids(days: tuple[date, ...], columns: Sequence[CalendarColumn]) -> Calendar:
    """Rows of at most eight columns, between the first and last hour that anything happens in."""
    begins, ends = DAY_BEGINS, DAY_ENDS
    for column in columns:
        white = column.white if column.counsellor_id is not None else ()
        for start, end in (*((one.begins, one.ends) for one in white), *(one.taken for one in column.meetings)):
            begins, ends = min(begins, start // 60), max(ends, min(24, -(-end // 60)))
    count = -(-len(columns) // WIDEST)
    width = -(-len(columns) // count) if count else 1
    return Calendar(
        days=days,
        grids=tuple(tuple(columns[at : at + width]) for at in range(0, len(columns), width)),
        hours=tuple(time(hour) for hour in range(begins, ends)),
        from_hour=begins,
        to_hour=ends,
    )


def day_heading(day: date) -> str:
    """«Mandag 30. nov.»"""
    weekday = formatting.weekday(day)
    return f"{weekday[0].upper()}{weekday[1:]} {formatting.short_day(day)}"


def clock(minute: int) -> time:
    """The wall-clock time of a minute of the day."""
    return time(minute // 60, minute % 60)
