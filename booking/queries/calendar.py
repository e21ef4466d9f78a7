"""What a calendar shows: the tree of whom to choose, and columns of blocks and meetings, ready to be drawn.

The number of statements is fixed: the tree takes three, the columns those of `booking.queries.facts.picture` and one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from admin_module.models import CounsellorTeam, RoomTeam, Team
from booking.availability.calendar import counsellor_days
from booking.availability.counting import free_times
from booking.availability.shapes import Shade, Shape, shapes
from booking.queries.facts import Picture, picture, public_holidays
from booking.queries.meetings import Meeting, Wording, meetings_of
from planner.accounts.models import Settings
from planner.timeline.intervals import Period, subtract, union
from planner.ui import formatting

DAY_BEGINS, DAY_ENDS = 8, 16
WIDEST = 8
"""Columns side by side at 1280 that still show a name."""
USUAL_LENGTH, USUAL_REPORTING = 45, 15
"""The conversation whose free times a column counts (TIME-10)."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose calendars somebody may see (SEC-02); `names` = who the citizens are, else only free and busy."""

    names: bool
    counsellors: frozenset[int] | None = None

    def sees(self, counsellor_id: int) -> bool:
        return self.counsellors is None or counsellor_id in self.counsellors


@dataclass(slots=True)
class TeamNode:
    """A team with the counsellors that may be seen, in the tree."""

    id: int
    name: str
    depth: int
    counsellors: list[tuple[int, str]] = field(default_factory=list)
    rooms: list[tuple[int, str, str]] = field(default_factory=list)


class Words(NamedTuple):
    """How a grey stretch looks and what it says; `closes` = the whole day."""

    kind: str
    word: str | Promise
    icon: str
    closes: bool = False


SHADES = {
    Shade.PUBLIC_HOLIDAY: Words("closed", _("Helligdag"), "lock", closes=True),
    Shade.CLOSING_DAY: Words("closed", _("Lukket"), "lock", closes=True),
    Shade.ABSENCE: Words("abs", _("Fravær"), "person-remove"),
    Shade.OUTSIDE_HOURS: Words("out", _("Uden for arbejdstid"), ""),
    Shade.BREAK: Words("pause", _("Pause"), ""),
    Shade.BUSY: Words("busy", _("Optaget"), "calendar-month"),
    Shade.RESERVED_FOR_SUMMONING: Words("res", _("Kun indkaldelse"), "lock"),
    Shade.RESERVED_FOR_SELF_BOOKING: Words("res", _("Kun selvbooking"), "lock"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A grey stretch, told apart by shape and word."""

    kind: str
    start: time
    minutes: int
    word: str
    icon: str


@dataclass(frozen=True, slots=True)
class White:
    """Available time."""

    start: time
    minutes: int


@dataclass(slots=True)
class CalendarColumn:
    """A day of one counsellor or room."""

    heading: str
    day: date
    today: bool = False
    counsellor_id: int | None = None
    room_id: int | None = None
    white: list[White] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    free: int = 0
    closed: str = ""

    @property
    def summary(self) -> str:
        """«4 aftaler · 1 ledig», or why there are none."""
        if self.closed and not self.meetings:
            return self.closed
        count = len(self.meetings)
        booked = ngettext("%d aftale", "%d aftaler", count) % count
        if self.counsellor_id is None:
            return booked
        return f"{booked} · {ngettext('%d ledig', '%d ledige', self.free) % self.free}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Grids of at most eight columns each, all between the same hours."""

    grids: tuple[tuple[CalendarColumn, ...], ...]
    hours: tuple[time, ...]
    from_hour: int
    to_hour: int


def team_tree(sight: Sight) -> list[TeamNode]:
    """The teams in tree order, with the counsellors that may be seen and the rooms."""
    teams = Team.objects.living().with_tree_fields()
    nodes = {team.pk: TeamNode(team.pk, team.name, team.tree_depth) for team in teams}
    members = CounsellorTeam.objects.filter(counsellor__retired_at=None).order_by(
        "counsellor__sort_key", "counsellor_id"
    )
    for team, counsellor, name in members.values_list("team_id", "counsellor_id", "counsellor__full_name"):
        if team in nodes and sight.sees(counsellor):
            nodes[team].counsellors.append((counsellor, name))
    rooms = RoomTeam.objects.filter(room__retired_at=None).order_by("room__name", "room_id")
    for team, room, name, capacity in rooms.values_list("team_id", "room_id", "room__name", "room__capacity"):
        if team in nodes:
            seats = ngettext("%d plads", "%d pladser", capacity) % capacity if capacity else ""
            nodes[team].rooms.append((room, name, seats))
    return list(nodes.values())


def week_of(day: date, days: int = 5) -> tuple[date, ...]:
    """Monday to Friday of the day's week, or all seven."""
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=offset) for offset in range(days))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which columns are asked for: each counsellor and room on each day."""

    days: tuple[date, ...]
    counsellors: tuple[tuple[int, str], ...] = ()
    rooms: tuple[tuple[int, str], ...] = ()
    team_id: int | None = None


def calendar(asked: Asked, *, settings: Settings, sight: Sight, now: datetime, today: date) -> Calendar:
    """The columns, one a day where a single calendar is asked for, else one a calendar."""
    first, last = asked.days[0], asked.days[-1]
    counsellors = [pk for pk, _name in asked.counsellors]
    facts = picture(settings=settings, team_id=asked.team_id, first=first, last=last, now=now, counsellors=counsellors)
    holidays = public_holidays(first, last, settings.also_closed)
    met = meetings_of(
        first=first,
        last=last,
        counsellors=counsellors,
        rooms=[pk for pk, _name in asked.rooms],
        wording=Wording(names=sight.names and settings.calendar_names, persons=sight.names, teams=_several(asked)),
    )
    columns = [
        *(_of_counsellor(day, pk, asked, facts, holidays) for day in asked.days for pk in counsellors),
        *(_of_room(day, pk, name, asked) for day in asked.days for pk, name in asked.rooms),
    ]
    for column in columns:
        column.today = column.day == today
        column.meetings = met[column.day, column.counsellor_id, column.room_id]
    return _grids(columns)


def _several(asked: Asked) -> bool:
    return len(asked.counsellors) + len(asked.rooms) > 1


def _of_counsellor(day: date, pk: int, asked: Asked, facts: Picture, holidays: dict[int, str]) -> CalendarColumn:
    counsellor = facts.counsellors[pk]
    column = CalendarColumn(counsellor.name if _several(asked) else formatting.long_day(day), day, counsellor_id=pk)
    ordinal = day.toordinal()
    drawn = shapes(counsellor, ordinal, facts.closures)
    for shape in drawn:
        words = SHADES[shape.shade]
        if words.closes:
            column.closed = holidays.get(ordinal) or str(words.word)
        if shape.shade is not Shade.OUTSIDE_HOURS:
            word = column.closed if words.closes else str(words.word)
            column.blocks.append(Block(words.kind, clock(shape.start), shape.end - shape.start, word, words.icon))
    column.white = [White(clock(start), end - start) for start, end in subtract([(0, 24 * 60)], _grey(drawn))]
    found = counsellor_days(counsellor, ordinal, ordinal, facts.closures)[0]
    column.free = len(free_times(found, USUAL_LENGTH, USUAL_REPORTING))
    return column


def _grey(drawn: Iterable[Shape]) -> tuple[Period, ...]:
    return union((shape.start, shape.end) for shape in drawn)


def _of_room(day: date, pk: int, name: str, asked: Asked) -> CalendarColumn:
    column = CalendarColumn(name if _several(asked) else formatting.long_day(day), day, room_id=pk)
    column.white.append(White(time(0), 24 * 60))
    return column


def _grids(columns: Sequence[CalendarColumn]) -> Calendar:
    """Rows of at most eight columns, between the first and last hour that anything happens in."""
    begins, ends = DAY_BEGINS, DAY_ENDS
    for column in columns:
        if column.counsellor_id is not None:
            for white in column.white:
                begins, ends = min(begins, white.start.hour), max(ends, _hour_after(white.start, white.minutes))
        for meeting in column.meetings:
            length = meeting.minutes + meeting.tail
            begins, ends = min(begins, meeting.start.hour), max(ends, _hour_after(meeting.start, length))
    count = -(-len(columns) // WIDEST)
    width = -(-len(columns) // count) if count else 1
    return Calendar(
        grids=tuple(tuple(columns[at : at + width]) for at in range(0, len(columns), width)),
        hours=tuple(time(hour) for hour in range(begins, ends)),
        from_hour=begins,
        to_hour=ends,
    )


def _hour_after(start: time, minutes: int) -> int:
    return min(24, -(-(start.hour * 60 + start.minute + minutes) // 60))


def clock(minute: int) -> time:
    """The wall-clock time of a minute of the day."""
    return time(minute // 60, minute % 60)
