"""A conversation as a calendar file (.ics, RFC 5545), for a citizen's own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event

FILE_TYPE = "text/calendar"
WARN_BEFORE = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One conversation. A later file of the same `entry_id` replaces what the calendar holds."""

    entry_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    description: str = ""
    link: str = ""
    is_cancelled: bool = False


def calendar_file(entry: Entry, *, now: datetime) -> bytes:
    """The file's bytes; times in UTC, which every calendar shows as its own."""
    calendar = Calendar()
    calendar.add("prodid", "-//Planner//Planner//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.is_cancelled else "PUBLISH")
    calendar.add_component(_event(entry, now=now))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, *, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.entry_id}@planner")
    event.add("sequence", int(now.timestamp() // 60))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    for name, value in (("location", entry.place), ("description", entry.description), ("url", entry.link)):
        if value:
            event.add(name, value)
    if not entry.is_cancelled:
        event.add_component(_alarm(entry))
    return event


def _alarm(entry: Entry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.title)
    alarm.add("trigger", -WARN_BEFORE)
    return alarm
