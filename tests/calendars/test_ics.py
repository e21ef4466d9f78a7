from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from planner.calendars.ics import Entry, calendar_file
from tests.factories import MONDAY, NOW, at

ENTRY = Entry(
    entry_id=UUID(int=7),
    title="Jobsamtale – tag CV, joblog; og bisidder med",
    starts_at=at(MONDAY, "09:00"),
    ends_at=at(MONDAY, "09:45"),
    place="Havnegade 4, 9990 Nordby, Lokale 1",
    description="Første linje\nAnden linje",
)


def event_of(calendar: Any) -> Any:
    [event] = calendar.walk("VEVENT")
    return event


@pytest.mark.requirement("LET-02")
def test_a_calendar_reads_the_conversation_back_as_it_was() -> None:
    event = event_of(Calendar.from_ical(calendar_file(ENTRY, now=NOW)))
    assert event["dtstart"].dt == ENTRY.starts_at
    assert event["dtend"].dt == ENTRY.ends_at
    assert str(event["summary"]) == ENTRY.title
    assert str(event["location"]) == ENTRY.place
    assert str(event["description"]) == ENTRY.description
    assert event["status"] == "CONFIRMED"


@pytest.mark.requirement("LET-02")
def test_a_moved_conversation_replaces_the_first_and_a_cancelled_one_takes_it_away() -> None:
    moved = replace(ENTRY, starts_at=ENTRY.starts_at + timedelta(days=1))
    gone = replace(moved, is_cancelled=True)
    written = enumerate((ENTRY, moved, gone))
    read = [Calendar.from_ical(calendar_file(entry, now=NOW + timedelta(minutes=n))) for n, entry in written]
    events = [event_of(calendar) for calendar in read]
    assert len({str(event["uid"]) for event in events}) == 1
    assert events[0]["sequence"] < events[1]["sequence"] < events[2]["sequence"]
    assert [str(calendar["method"]) for calendar in read] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert str(events[2]["status"]) == "CANCELLED"
