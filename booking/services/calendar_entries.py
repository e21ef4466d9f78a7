"""What stands in counsellors' own calendars: which entries there are, and that one of them is to be told (SYNC-19)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID, uuid5

from booking.models import ENTRY, CalendarEntry, Origin
from planner.accounts.vault import digest
from planner.outbox.models import Receiver
from planner.outbox.services import Subject, enqueue, retry_now
from planner.prepared import rows_of

NAMESPACE = UUID("5f0b6f5e-6a0b-4c53-9f6e-0a9d3a4f8f10")


def entry_id(appointment_id: UUID, counsellor_id: int) -> UUID:
    """The same for the same two, so that a repeat makes no double."""
    return uuid5(NAMESPACE, f"{appointment_id}:{counsellor_id}")


def mark(jobcentre_id: int) -> str:
    """How the uids of this job centre's entries end; no other installation's do."""
    return f"@{digest(f'calendar:{jobcentre_id}')[:6].hex()}.planner"


def uid_of(entry: CalendarEntry) -> str:
    return f"{entry.pk}{mark(entry.jobcentre_id)}"


def id_in(uid: str, ours: str) -> UUID | None:
    """The entry that a uid names; None where it names none of ours."""
    try:
        return UUID(uid.removesuffix(ours)) if uid.endswith(ours) else None
    except ValueError:
        return None


def tell_calendars(appointments: Iterable[UUID], *, jobcentre_id: int, not_before: datetime, now: datetime) -> None:
    """Something of these changed: those who hold them, or did, are told. The locks of the meetings are held.

    Who has no connection is told nothing. One statement where nobody has, six otherwise.
    """
    pairs = sorted(_pairs(set(appointments)), key=lambda pair: (str(pair[0]), pair[1]))
    if not pairs:
        return
    entries = [
        CalendarEntry(
            id=entry_id(appointment, counsellor),
            jobcentre_id=jobcentre_id,
            connection_id=connection,
            appointment_id=appointment,
        )
        for appointment, counsellor, connection in pairs
    ]
    CalendarEntry.objects.bulk_create(entries, ignore_conflicts=True, batch_size=1000)
    enqueue(
        jobcentre_id=jobcentre_id,
        receiver=Receiver.CALENDAR,
        kind=ENTRY,
        subjects=[Subject(entry.pk) for entry in entries],
        not_before=not_before,
        now=now,
    )


def _pairs(appointments: Collection[UUID]) -> list[tuple[UUID, int, int]]:
    """Appointment, counsellor, connection: those who hold one now, and those in whose calendars it stands."""
    if not appointments:
        return []
    return rows_of(PAIRS, {"appointments": list(appointments), "theirs": Origin.CASE_SYSTEM})


PAIRS = """
SELECT holder.appointment_id, holder.counsellor_id, calendar.id
FROM booking_appointmentcounsellor holder
JOIN admin_module_calendarconnection calendar ON calendar.counsellor_id = holder.counsellor_id
JOIN booking_appointment appointment ON appointment.id = holder.appointment_id
WHERE holder.appointment_id = ANY(%(appointments)s::uuid[]) AND appointment.origin <> %(theirs)s
UNION
SELECT entry.appointment_id, calendar.counsellor_id, calendar.id
FROM booking_calendarentry entry JOIN admin_module_calendarconnection calendar ON calendar.id = entry.connection_id
WHERE entry.appointment_id = ANY(%(appointments)s::uuid[])
"""


def say_again(*, jobcentre_id: int, entries: Iterable[UUID], now: datetime) -> None:
    """What is open of these is tried now, the rest is said again. The locks of the meetings are held."""
    subjects = [Subject(pk) for pk in sorted(set(entries), key=str)]
    if subjects:
        retry_now(jobcentre_id=jobcentre_id, receiver=Receiver.CALENDAR, kind=ENTRY, subjects=subjects, now=now)
