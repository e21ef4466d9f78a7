"""Which appointments the demo has: who met whom in past weeks, and what is arranged for the coming ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from typing import Any

from admin_module.models import Absence, Break, ClosingDay, Counsellor, Room, SummonsTemplate, Team, WorkingHours
from booking.models import Citizen, Origin
from planner.accounts.models import Settings
from planner.dfdg.simulator.population import FJORDBY, planning_monday
from planner.timeline.clock import ZONE
from planner.timeline.holidays import public_holidays
from summons.demo.book import Meeting
from summons.demo.organisation import COUNSELLORS

CLOCKS = (
    ("09:00", "10:15", "13:00", "14:00"),
    ("08:30", "09:45", "11:00", "13:15", "14:30"),
    ("08:15", "10:00", "12:30", "13:45"),
)
WEEKS_BACK = 5
LONGEST = 60
Starts = dict[int, Iterator[tuple[date, str]]]

TEMPLATE_OF_TEAM = {
    "Ungeindsatsen": "Samtale med unge i Værkstedet (30 min.)",
    "Sygedagpenge": "Opfølgning, sygedagpenge (30 min., telefon)",
}
ROOM_OF_COUNSELLOR = {
    "Winnie Jensen": "Lokale 1",
    "Louise Ketager": "Lokale 2",
    "Lotte Berg": "Lokale 3",
    "Mikkel Dahl": "Lokale 4",
    "Søren Friis": "Lokale 5",
    "Åse Holm": "Lokale 6",
    "Ulla Brandt": "Egen",
}


@dataclass(frozen=True)
class Organisation:
    """What the demo has made before its diary, by name."""

    code: str
    teams: dict[str, Team]
    rooms: dict[str, Room]
    counsellors: dict[str, Counsellor]
    templates: dict[str, SummonsTemplate]

    def individual(self, day: date, clock: str, counsellor: Counsellor, citizen: Citizen) -> Meeting:
        """A conversation as the counsellor's first team holds them."""
        name = f"{counsellor.given_name} {counsellor.family_name}"
        team = COUNSELLORS[name].teams[0]
        template = self.templates[TEMPLATE_OF_TEAM.get(team, next(iter(self.templates)))]
        room = self.rooms.get(ROOM_OF_COUNSELLOR.get(name, ""))
        return Meeting(day, clock, counsellor, [citizen], template, self.teams[team], room)

    def joint(self, day: date, citizens: Sequence[Citizen]) -> Meeting:
        winnie, room = self.counsellors["Winnie Jensen"], self.rooms["Salen"]
        template = self.templates["Informationsmøde i Salen"]
        return Meeting(day, "12:30", winnie, citizens, template, self.teams["Dagpenge"], room)


def meetings(organisation: Organisation, citizens: Sequence[Citizen], today: date) -> list[Meeting]:
    """The whole diary of a job centre; nobody is in two places."""
    monday, everybody = planning_monday(today), list(organisation.counsellors.values())
    before = open_days(monday - timedelta(weeks=WEEKS_BACK), min(monday, today) - timedelta(days=1))
    after = open_days(today + timedelta(days=1), monday + timedelta(days=17))
    past_meeting, coming_meeting = before.pop(len(before) * 2 // 3), after.pop(len(after) // 2)
    notice = today + timedelta(days=7)
    coming = starts(everybody, [day for day in after if day <= notice])
    later = starts(everybody, [day for day in after if day > notice])
    arranged = [
        *_held(organisation, citizens, starts(everybody, before[::-1])),
        *_arranged(organisation, everybody, citizens[3::31], later),
    ]
    if organisation.code != FJORDBY:
        return arranged
    return [
        *arranged,
        *(replace(one, **CASE_SYSTEM) for one in _arranged(organisation, everybody[:6], citizens[7::79], coming)),
        *(replace(one, pending=True) for one in _arranged(organisation, everybody[1:5], citizens[11::97], later)),
        organisation.joint(past_meeting, citizens[20:32]),
        organisation.joint(coming_meeting, citizens[40:49]),
        *_this_week(organisation, everybody, _others(citizens), starts(everybody, open_days(today, today)), coming),
    ]


def first_coming(meetings: Iterable[Meeting], counsellor: Counsellor, today: date) -> date:
    """The first day after today on which the counsellor holds something that is changed in Planner."""
    ours = (one for one in meetings if one.counsellor == counsellor and one.is_sent)
    return min(one.day for one in ours if one.day > today)


def _others(citizens: Sequence[Citizen]) -> Iterator[Citizen]:
    """One in four of those who are in no other coming meeting of this diary."""
    taken = {*range(3, 500, 31), *range(7, 500, 79), *range(11, 500, 97), *range(40, 49)}
    return (citizen for number, citizen in enumerate(citizens) if number % 4 == 1 and number not in taken)


def _this_week(
    organisation: Organisation,
    counsellors: Sequence[Counsellor],
    citizens: Iterator[Citizen],
    today: Starts,
    coming: Starts,
) -> Iterator[Meeting]:
    """Digital CV conversations: three for each today, some on the next days."""
    template = organisation.templates["CV-samtale, digitalt (30 min.)"]
    for number, counsellor in enumerate(counsellors):
        starts = [*islice(today[counsellor.pk], 3), *islice(coming[counsellor.pk], 6 if number < 6 else 3)]
        for start, citizen in zip(starts, citizens, strict=False):
            yield replace(organisation.individual(*start, counsellor, citizen), template=template, room=None)


CASE_SYSTEM: dict[str, Any] = {"origin": Origin.CASE_SYSTEM, "room": None}


def open_days(first: date, last: date) -> list[date]:
    """Monday to Friday, without public holidays and the job centre's closing days."""
    closed = set(public_holidays(first, last, Settings.objects.get().also_closed))
    for closing_day in ClosingDay.objects.all():
        closed.update(range(closing_day.first_on.toordinal(), closing_day.last_on.toordinal() + 1))
    days = (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1) if day not in closed)
    return [day for day in days if day.weekday() < 5]


def _held(organisation: Organisation, citizens: Sequence[Citizen], starts: Starts) -> Iterator[Meeting]:
    """Six of ten met their case owner, or somebody, in the weeks before this."""
    by_id = {counsellor.pk: counsellor for counsellor in organisation.counsellors.values()}
    others = cycle(by_id.values())
    for number, citizen in enumerate(citizens):
        counsellor = by_id.get(citizen.case_owner_id or 0) or next(others)
        if number % 5 < 3 and (start := next(starts[counsellor.pk], None)):
            yield organisation.individual(*start, counsellor, citizen)


def _arranged(
    organisation: Organisation, counsellors: Sequence[Counsellor], citizens: Iterable[Citizen], starts: Starts
) -> Iterator[Meeting]:
    for counsellor, citizen in zip(cycle(counsellors), citizens, strict=False):
        if start := next(starts[counsellor.pk], None):
            yield organisation.individual(*start, counsellor, citizen)


def starts(counsellors: Sequence[Counsellor], days: Sequence[date]) -> Starts:
    """Each counsellor's starts on those days, within hours, outside pauses and absences."""
    hours, pauses = _periods(WorkingHours), _periods(Break)
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    for counsellor_id, start_at, end_at in Absence.objects.values_list("counsellor_id", "start_at", "end_at"):
        away.setdefault(counsellor_id, []).append((start_at, end_at))
    found: Starts = {}
    for number, one in enumerate(counsellors):
        habits = Habits(CLOCKS[number % len(CLOCKS)], hours.get(one.pk, {}), pauses.get(one.pk, {}))
        found[one.pk] = iter([start for day in days for start in habits.starts(day, away.get(one.pk, []))])
    return found


Times = dict[int, list[tuple[time, time]]]


def _periods(kind: type[WorkingHours | Break]) -> dict[int, Times]:
    """By counsellor and weekday, of all weeks."""
    found: dict[int, Times] = {}
    rows = kind.objects.values_list("schedule__counsellor_id", "weekday", "start", "end")
    for counsellor_id, weekday, start, end in rows:
        found.setdefault(counsellor_id, {}).setdefault(weekday, []).append((start, end))
    return found


@dataclass(frozen=True)
class Habits:
    """When a counsellor likes to begin, and the times of the week that bound it."""

    clocks: Sequence[str]
    hours: Times
    pauses: Times

    def starts(self, day: date, away: Sequence[tuple[datetime, datetime]]) -> Iterator[tuple[date, str]]:
        for clock in self.clocks:
            start_at = datetime.combine(day, time.fromisoformat(clock), ZONE)
            end_at = start_at + timedelta(minutes=LONGEST)
            if self._works(day.weekday(), start_at.time(), end_at.time()) and not any(
                start_at < until and since < end_at for since, until in away
            ):
                yield day, clock

    def _works(self, weekday: int, start: time, end: time) -> bool:
        """Within the hours of every week, and in no pause."""
        hours = self.hours.get(weekday, [])
        inside = bool(hours) and all(since <= start and end <= until for since, until in hours)
        return inside and not any(start < until and since < end for since, until in self.pauses.get(weekday, []))
