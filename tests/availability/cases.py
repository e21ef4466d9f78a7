"""Facts for the tests of availability: Monday 30 November 2026, eight to four unless said otherwise."""

from datetime import date
from typing import Any

from booking.availability.facts import CounsellorFacts, Hours, Schedule, Taken
from planner.timeline.clock import Span
from planner.timeline.ticks import Day, Tick

MONDAY: Day = date(2026, 11, 30).toordinal()
EIGHT_TO_FOUR = Hours(works=((480, 960),), breaks=((720, 750),))


def at(hour: int, minute: int = 0) -> Tick:
    return (hour * 60 + minute) // 5


def every_day(hours: Hours, **more: Any) -> Schedule:
    return Schedule(dict.fromkeys(range(7), hours), **more)


def anna(*schedules: Schedule, **facts: Any) -> CounsellorFacts:
    return CounsellorFacts("anna", "Anna", schedules or (every_day(EIGHT_TO_FOUR),), **facts)


def conversation(day: Day, start: Tick, minutes: int = 45, reporting_time: int = 15, **more: Any) -> Taken:
    return Taken(day, start, (minutes + reporting_time) // 5, minutes, **more)


def absence(day: Day, start: int, end: int) -> Span:
    """From and to in minutes of that day."""
    return Span(day * 1440 + start, day * 1440 + end)
