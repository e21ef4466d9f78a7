"""The distribution once more, written from docs/spec/distribution.md with plain sets of minutes and without haste.

It reads a scenario as plain JSON values, supposes that it is valid, and shares no code with the program.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

DAY = 1440
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LETTERS = " abcdefghijklmnopqrstuvwxyzæøå"
ALIKE = {"é": "e", "ü": "y", "ä": "æ", "ö": "ø"}
OBSTACLES = [
    ("citizen", "citizen_unavailable"),
    ("room", "room_taken"),
    ("budgets", "budget_used"),
    ("appointments", "time_taken"),
]


def danish(name: str, own_id: str) -> tuple[list[int], str]:
    letters = name.lower().replace("aa", "å")
    return [LETTERS.index(ALIKE.get(letter, letter)) for letter in letters], own_id


def day_number(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def clock(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def moment(text: str) -> int:
    return day_number(text[:10]) * DAY + clock(text[11:])


def minutes_of(start: int, end: int) -> set[int]:
    return set(range(start, end))


def fives_around(start: int, end: int) -> set[int]:
    """Widened to whole five minutes."""
    return {minute - minute % 5 + offset for minute in range(start, end) for offset in range(5)}


class Counsellor:
    def __init__(self, given: dict[str, Any], scenario: dict[str, Any]) -> None:
        self.id = given["id"]
        self.order = danish(given.get("name") or "", self.id)
        self.given = given
        self.closed = {*(scenario.get("holidays") or []), *(scenario.get("closing_days") or [])}
        self.appointments: list[tuple[int, set[int], int, bool]] = []
        for one in given.get("appointments") or []:
            start, duration = moment(one["start"]), one["duration"]
            end = start + duration + (one.get("reporting_time") or 0)
            self.appointments.append((start, fives_around(start, end), duration, bool(one.get("automatic"))))
        self.available_on: dict[int, set[int]] = {}

    def available(self, day: int) -> set[int]:
        if day not in self.available_on:
            self.available_on[day] = self._available(day)
        return self.available_on[day]

    def _available(self, day: int) -> set[int]:
        today = date.fromordinal(day)
        hours = (self.given.get("working_hours") or {}).get(WEEKDAYS[today.weekday()])
        if not hours or today.isoformat() in self.closed:
            return set()
        at = day * DAY
        found = minutes_of(at + clock(hours[0]), at + clock(hours[1]))
        for start, end in (self.given.get("breaks") or {}).get(WEEKDAYS[today.weekday()]) or []:
            found -= minutes_of(at + clock(start), at + clock(end))
        for start, end in self.given.get("absences") or []:
            found -= minutes_of(moment(start), moment(end))
        return found

    def fits_at(self, start: int, block: int, lifted: set[str]) -> bool:
        wanted = minutes_of(start, start + block)
        if not wanted <= self.available(start // DAY):
            return False
        if "appointments" in lifted:
            return True
        return all(wanted.isdisjoint(taken) for _, taken, _, _ in self.appointments)

    def within_budgets(self, day: int, duration: int, lifted: set[str]) -> bool:
        if "budgets" in lifted:
            return True
        conversations = Fraction(len(self.available(day)) * self.share("max_conversation_share"), 100) // 1
        automatic = Fraction(conversations * self.share("automatic_share"), 100) // 1
        counted = [] if "appointments" in lifted else [one for one in self.appointments if one[0] // DAY == day]
        return (
            sum(one[2] for one in counted) + duration <= conversations
            and sum(one[2] for one in counted if one[3]) + duration <= automatic
        )

    def share(self, name: str) -> int:
        share = self.given.get(name)
        return 100 if share is None else int(share)


class Room:
    def __init__(self, given: dict[str, Any]) -> None:
        self.id = given["id"]
        self.order = danish(given.get("name") or "", self.id)
        self.capacity = given.get("capacity")
        self.taken = [fives_around(moment(start), moment(end)) for start, end in given.get("appointments") or []]

    def free(self, start: int, duration: int) -> bool:
        return all(taken.isdisjoint(range(start, start + duration)) for taken in self.taken)


class Citizen:
    def __init__(self, given: dict[str, Any]) -> None:
        self.id = given["id"]
        self.preferred = given.get("preferred_counsellor")
        self.earliest = day_number(given["earliest_date"]) if given.get("earliest_date") else 0
        self.deadline = day_number(given["deadline"]) if given.get("deadline") else None
        self.absences = [(day_number(first), day_number(last)) for first, last in given.get("absences") or []]
        self.taken = [fives_around(moment(start), moment(end)) for start, end in given.get("appointments") or []]

    def free(self, start: int, duration: int) -> bool:
        day = start // DAY
        if any(first <= day <= last for first, last in self.absences):
            return False
        return all(taken.isdisjoint(range(start, start + duration)) for taken in self.taken)

    def can_come(self, start: int, duration: int) -> bool:
        return start // DAY >= self.earliest and self.free(start, duration)

    def in_time(self, day: int) -> bool:
        return self.deadline is None or day <= self.deadline


class Opinion:
    def __init__(self, scenario: dict[str, Any]) -> None:
        request = scenario["request"]
        self.request = request
        self.duration = request["duration"]
        self.block = self.duration + (request.get("reporting_time") or 0)
        self.joint = request["form"] == "joint"
        self.first = day_number(request["earliest_date"])
        horizon = request.get("horizon_days")
        self.last = self.first + (182 if horizon is None else horizon)
        chosen = [one for one in scenario["counsellors"] if one["id"] in request["counsellors"]]
        self.counsellors = sorted((Counsellor(one, scenario) for one in chosen), key=lambda one: one.order)
        wanted = [request["room"]] if request.get("room") else request.get("rooms") or []
        rooms = [Room(one) for one in scenario.get("rooms") or [] if one["id"] in wanted]
        self.rooms = sorted(rooms, key=lambda one: one.order)
        citizens = [Citizen(one) for one in scenario.get("citizens") or []]
        with_deadline = [one for one in citizens if one.deadline is not None]
        self.citizens = sorted(with_deadline, key=lambda one: one.deadline or 0)
        self.citizens += [one for one in citizens if one.deadline is None]
        self.starts_on: dict[int, list[int]] = {}
        self.placements: list[dict[str, Any]] = []
        self.unplaced: list[dict[str, Any]] = []

    # What fits

    def days(self, citizen: Citizen, *, late: bool | None = None) -> list[int]:
        """All days of a citizen, those up to the deadline, or those after it."""
        days = range(max(self.first, citizen.earliest), self.last + 1)
        return [day for day in days if late is None or citizen.in_time(day) != late]

    def starts(self, day: int) -> list[int]:
        if day not in self.starts_on:
            available = set().union(*(one.available(day) for one in self.counsellors))
            every = range(day * DAY, (day + 1) * DAY - self.block + 1, 5)
            self.starts_on[day] = [start for start in every if start in available]
        return self.starts_on[day]

    def room_at(self, start: int) -> Room | None:
        return next((room for room in self.rooms if room.free(start, self.duration)), None)

    def who_at(self, start: int, lifted: set[str]) -> list[Counsellor]:
        """The counsellors with whom a conversation fits, apart from the citizen."""
        if self.rooms and not {"room", "appointments"} & lifted and not self.room_at(start):
            return []
        day = start // DAY
        return [
            one
            for one in self.counsellors
            if one.fits_at(start, self.block, lifted) and one.within_budgets(day, self.duration, lifted)
        ]

    def fitting(
        self, citizen: Citizen, days: list[int], lifted: set[str], wanted: Callable[[list[Counsellor]], bool]
    ) -> int | None:
        for day in days:
            for start in self.starts(day):
                if ("citizen" in lifted or citizen.free(start, self.duration)) and wanted(self.who_at(start, lifted)):
                    return start
        return None

    def enough(self, who: list[Counsellor]) -> bool:
        return len(who) == len(self.counsellors) if self.joint else bool(who)

    def reason(self, citizen: Citizen, days: list[int]) -> str:
        for obstacle, code in OBSTACLES:
            if self.fitting(citizen, days, {obstacle}, self.enough) is not None:
                return code
        everything = {obstacle for obstacle, _ in OBSTACLES}
        return "several" if self.fitting(citizen, days, everything, self.enough) is not None else "no_available_time"

    # Individual

    def individually(self) -> None:
        for citizen in self.citizens:
            self.place(citizen)

    def place(self, citizen: Citizen) -> None:
        in_time, late = self.days(citizen, late=False), self.days(citizen, late=True)
        start = self.fitting(citizen, in_time, set(), lambda who: citizen.preferred in [one.id for one in who])
        if start is not None:
            who = next(one for one in self.counsellors if one.id == citizen.preferred)
            self.hold(start, [who], [(citizen, "preferred", None)])
            return
        start = self.fitting(citizen, in_time, set(), self.enough)
        if start is not None:
            self.hold(start, self.who_at(start, set())[:1], [(citizen, "earliest", None)])
            return
        start = self.fitting(citizen, late, set(), self.enough)
        if start is None:
            self.unplaced.append({"citizen": citizen.id, "reason": self.reason(citizen, self.days(citizen))})
            return
        who_can = self.who_at(start, set())
        kept = [one for one in who_can if one.id == citizen.preferred]
        self.hold(start, (kept or who_can)[:1], [(citizen, "after_deadline", self.reason(citizen, in_time))])

    # Joint

    def seats(self) -> int:
        by = self.request["seats"]["by"]
        limit = self.request["seats"]["number"] if by == "number" else self.rooms[0].capacity
        return limit or len(self.citizens)

    def jointly(self) -> None:
        waiting = list(self.citizens)
        while waiting:
            leader = waiting[0]
            start = self.fitting(leader, self.days(leader), set(), self.enough)
            if start is None:
                self.unplaced.append({"citizen": leader.id, "reason": self.reason(leader, self.days(leader))})
                waiting.remove(leader)
                continue
            group = [leader]
            for citizen in waiting[1:]:
                if len(group) < self.seats() and citizen.can_come(start, self.duration) and self.drawn(citizen, start):
                    group.append(citizen)
            self.hold(start, self.counsellors, [self.line(citizen, start) for citizen in group])
            waiting = [citizen for citizen in waiting if citizen not in group]

    def drawn(self, citizen: Citizen, start: int) -> bool:
        if citizen.in_time(start // DAY):
            return True
        return self.fitting(citizen, self.days(citizen, late=False), set(), self.enough) is None

    def line(self, citizen: Citizen, start: int) -> tuple[Citizen, str, str | None]:
        if citizen.in_time(start // DAY):
            return citizen, "earliest", None
        return citizen, "after_deadline", self.reason(citizen, self.days(citizen, late=False))

    def all_at_once(self) -> None:
        start = self.common(self.citizens)
        if start is not None:
            self.hold(start, self.counsellors, [self.line(citizen, start) for citizen in self.citizens])
            return
        for citizen in self.citizens:
            others = [one for one in self.citizens if one is not citizen]
            reason = "no_common_time" if self.common(others) is None else "citizen_unavailable"
            self.unplaced.append({"citizen": citizen.id, "reason": reason})

    def common(self, citizens: list[Citizen]) -> int | None:
        for day in range(self.first, self.last + 1):
            for start in self.starts(day):
                if all(one.can_come(start, self.duration) for one in citizens) and self.enough(
                    self.who_at(start, set())
                ):
                    return start
        return None

    # Results

    def hold(self, start: int, who: list[Counsellor], lines: list[tuple[Citizen, str, str | None]]) -> None:
        room = self.room_at(start)
        for citizen, outcome, because in lines:
            line = {
                "citizen": citizen.id,
                "start": self.written(start),
                "end": self.written(start + self.duration),
                "counsellors": [one.id for one in who],
                "room": room.id if room else None,
                "outcome": outcome,
            }
            self.placements.append({**line, "because": because} if because else line)
        for one in who:
            one.appointments.append((start, minutes_of(start, start + self.block), self.duration, True))
        if room:
            room.taken.append(minutes_of(start, start + self.duration))

    def written(self, minute: int) -> str:
        day, rest = divmod(minute, DAY)
        at = datetime.combine(date.fromordinal(day), datetime.min.time()) + timedelta(minutes=rest)
        return at.strftime("%Y-%m-%dT%H:%M")

    def result(self) -> dict[str, Any]:
        if not self.joint:
            self.individually()
        elif self.request["seats"]["by"] == "all":
            self.all_at_once()
        else:
            self.jointly()
        citizens = {one.id: one for one in self.citizens}
        placed = [(citizens[line["citizen"]], line) for line in self.placements]
        deadlines = [(one, day_number(line["start"][:10])) for one, line in placed if one.deadline is not None]
        return {
            "placements": self.placements,
            "unplaced": self.unplaced,
            "summary": {
                "within_deadline": sum(one.in_time(day) for one, day in deadlines),
                "after_deadline": sum(not one.in_time(day) for one, day in deadlines),
                "without_deadline": len(placed) - len(deadlines),
                "unplaced": len(self.unplaced),
                "preferred": sum(one.preferred in line["counsellors"] for one, line in placed),
            },
        }


def second_opinion(scenario: dict[str, Any]) -> dict[str, Any]:
    return Opinion(scenario).result()
