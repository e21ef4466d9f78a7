"""From a problem to a scenario file without personal data (DIST-20), and from a plan to its result."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from booking.availability.calendar import reserved_blocks
from booking.availability.facts import (
    Block,
    CitizenFacts,
    CounsellorFacts,
    Id,
    Purpose,
    RoomFacts,
    Schedule,
    Taken,
    Week,
)
from planner.timeline.intervals import Period
from planner.timeline.ticks import MINUTES_PER_DAY, MINUTES_PER_TICK, TICKS_PER_DAY, Day, date_of
from summons.distribution.calendars import chosen_counsellors, chosen_rooms
from summons.distribution.plan import Placement, Plan
from summons.distribution.problem import Problem
from summons.distribution.scenario.reader import WEEKDAYS, WEEKS

Json: TypeAlias = dict[str, Any]
Stretch = TypeVar("Stretch", Block, Taken)


def result(plan: Plan) -> Json:
    """What the command prints."""
    summary = plan.summary
    return {
        "placements": [_placement(placement) for placement in plan.placements],
        "unplaced": [{"citizen": one.citizen, "reason": one.reason.value} for one in plan.unplaced],
        "summary": {
            "within_deadline": summary.within_deadline,
            "after_deadline": summary.after_deadline,
            "without_deadline": summary.without_deadline,
            "unplaced": summary.unplaced,
            "preferred": summary.preferred,
        },
    }


def _placement(placement: Placement) -> Json:
    start = placement.day * MINUTES_PER_DAY + placement.start * MINUTES_PER_TICK
    line: Json = {
        "citizen": placement.citizen,
        "start": _moment(start),
        "end": _moment(start + placement.duration),
        "counsellors": list(placement.counsellors),
        "room": placement.room,
        "outcome": placement.outcome.value,
    }
    if placement.because:
        line["because"] = placement.because.value
    return line


def write(problem: Problem) -> str:
    """A scenario file that gives the same plan; names are left out and ids replaced in the order that they stand for.

    Counsellors and rooms that are not chosen, and what lies outside the horizon, are left out.
    """
    counsellors = _numbered("c", [one.id for one in chosen_counsellors(problem)])
    rooms = _numbered("r", [one.id for one in chosen_rooms(problem)])
    citizens = _numbered("b", [one.id for one in problem.citizens])
    scenario = {
        "holidays": _dates(problem.closures.holidays),
        "closing_days": _dates(problem.closures.closing_days),
        "gaps": {_date(day): _period(gap) for day, gap in problem.closures.gaps.items()},
        "request": _request(problem, list(counsellors.values()), list(rooms.values())),
        "counsellors": [_counsellor(one, counsellors[one.id], problem) for one in chosen_counsellors(problem)],
        "rooms": [_room(one, rooms[one.id], problem) for one in chosen_rooms(problem)],
        "citizens": [_citizen(one, citizens[one.id], counsellors, problem) for one in problem.citizens],
    }
    return json.dumps(_without_nothing(scenario), indent=1)


def _numbered(letter: str, ids: Sequence[Id]) -> dict[Id, str]:
    """Names of equal length, so that they sort as they stand."""
    digits = len(str(len(ids)))
    return {one: f"{letter}{number:0{digits}}" for number, one in enumerate(ids, start=1)}


def _without_nothing(fields: Mapping[str, object]) -> Json:
    return {name: field for name, field in fields.items() if field not in (None, [], {})}


def _request(problem: Problem, counsellors: list[str], rooms: list[str]) -> Json:
    request = problem.request
    seats = request.seats
    return _without_nothing(
        {
            "form": request.form.value,
            "duration": request.duration,
            "reporting_time": request.reporting_time,
            "earliest_date": _date(request.earliest),
            "horizon_days": request.horizon_days,
            "room": rooms[0] if len(rooms) == 1 else None,
            "rooms": rooms if len(rooms) > 1 else None,
            "counsellors": counsellors,
            "method": request.method.value,
            "seats": _without_nothing({"by": seats.by.value, "number": seats.number, "rebooking": seats.rebooking})
            if seats
            else None,
            "fixed_times": [_start(time.day, time.start) for time in request.fixed_times],
            "pass_warnings": request.pass_warnings or None,
        }
    )


def _counsellor(counsellor: CounsellorFacts, name: str, problem: Problem) -> Json:
    first, last = _horizon(problem)
    reserved = reserved_blocks(counsellor, first, last, Purpose.SUMMONING)
    absences = [
        [_moment(span.start), _moment(span.end)]
        for span in counsellor.absences
        if span.end > first * MINUTES_PER_DAY and span.start < (last + 1) * MINUTES_PER_DAY
    ]
    return _without_nothing(
        {
            "id": name,
            "schedules": [_schedule(one) for one in counsellor.schedules],
            "absences": absences,
            "appointments": [_appointment(one) for one in _near(counsellor.taken, problem)],
            "busy": [_stretch(one) for one in _near([*counsellor.busy, *reserved], problem)],
        }
    )


def _schedule(schedule: Schedule) -> Json:
    weeks = {week: name for name, week in WEEKS.items()}
    hours = [(WEEKDAYS[weekday], hours) for weekday, hours in sorted(schedule.days.items())]
    return _without_nothing(
        {
            "valid_from": _date(schedule.valid_from) if schedule.valid_from else None,
            "week": weeks[schedule.week] if schedule.week is not Week.EVERY else None,
            "working_hours": {weekday: _periods(one.works) for weekday, one in hours if one.works},
            "breaks": {weekday: _periods(one.breaks) for weekday, one in hours if one.breaks},
            "max_conversation_share": _number(schedule.max_conversation_share),
            "automatic_share": _number(schedule.automatic_share),
        }
    )


def _appointment(taken: Taken) -> Json:
    fields: Json = {
        "start": _start(taken.day, taken.start),
        "duration": taken.minutes,
        "reporting_time": max(0, taken.ticks * MINUTES_PER_TICK - taken.minutes),
        "automatic": taken.automatic,
    }
    return fields if taken.firm else {**fields, "firm": False}


def _room(room: RoomFacts, name: str, problem: Problem) -> Json:
    return _without_nothing(
        {
            "id": name,
            "capacity": room.capacity,
            "overbooking": room.overbooking or None,
            "appointments": [_stretch(one) for one in _near(room.taken, problem)],
        }
    )


def _citizen(citizen: CitizenFacts, name: str, counsellors: Mapping[Id, str], problem: Problem) -> Json:
    return _without_nothing(
        {
            "id": name,
            "earliest_date": _date(citizen.earliest),
            "deadline": _date(citizen.deadline),
            "preferred_counsellor": counsellors.get(citizen.preferred) if citizen.preferred is not None else None,
            "absences": [[_date(first), _date(last)] for first, last in citizen.absences],
            "appointments": [_stretch(one) for one in _near(citizen.taken, problem)],
        }
    )


def _near(blocks: Iterable[Stretch], problem: Problem) -> list[Stretch]:
    """Those that reach into the horizon."""
    first, last = _horizon(problem)
    return [
        block
        for block in blocks
        if block.day <= last and block.day + (block.start + block.ticks) // TICKS_PER_DAY >= first
    ]


def _horizon(problem: Problem) -> tuple[Day, Day]:
    return problem.request.earliest, problem.request.earliest + problem.request.horizon_days


def _stretch(block: Block) -> list[str]:
    start = block.day * MINUTES_PER_DAY + block.start * MINUTES_PER_TICK
    return [_moment(start), _moment(start + block.ticks * MINUTES_PER_TICK)]


def _start(day: Day, start: int) -> str:
    return _moment(day * MINUTES_PER_DAY + start * MINUTES_PER_TICK)


def _moment(minutes: int) -> str:
    day, minute = divmod(minutes, MINUTES_PER_DAY)
    return f"{date_of(day)}T{minute // 60:02}:{minute % 60:02}"


def _date(day: Day | None) -> str | None:
    return None if day is None else date_of(day).isoformat()


def _dates(days: Iterable[Day]) -> list[str]:
    return [date_of(day).isoformat() for day in sorted(days)]


def _periods(periods: Iterable[Period]) -> list[list[str]]:
    return [_period(period) for period in periods]


def _period(period: Period) -> list[str]:
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in period]


def _number(share: int | Decimal) -> int | float:
    return share if isinstance(share, int) else float(share)
