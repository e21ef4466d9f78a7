"""A summons that lacks nothing, to be changed by each test."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from planner.dfdg.codes import ContactModeCode, ConversationTypeCode, MeetingFormCode
from planner.dfdg.messages import Contact, EmployeeName, Place, SummonsMessage
from planner.dfdg.wire import DANISH_TIME


def in_days(days: int, clock: str = "10:00") -> datetime:
    day = datetime.now(UTC).astimezone(DANISH_TIME).date() + timedelta(days=days)
    return datetime.combine(day, time.fromisoformat(clock), DANISH_TIME)


def complete(cpr: str, **changes: Any) -> SummonsMessage:
    starts_at = changes.get("starts_at", in_days(14))
    message = SummonsMessage(
        summons_id=uuid4(),
        cpr=cpr,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        conversation_type=ConversationTypeCode.JOB,
        meeting_form=MeetingFormCode.INDIVIDUAL,
        contact_mode=ContactModeCode.IN_PERSON,
        title="Jobsamtale på æøå",
        description="Vi taler om din jobsøgning og de næste skridt.",
        rebooking_until=(starts_at - timedelta(days=1)).date(),
        place=Place(description="Lokale 2", address="Havnegade 4, 2. tv", postal_code="5999", city="Fjordby"),
        contact=Contact(phone="70 10 12 14", email="job@fjordby.example"),
        employee=EmployeeName(given_name="Winnie", family_name="Jensen"),
    )
    return replace(message, **changes)
