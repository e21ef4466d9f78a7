"""What meetings and their seats take, for as many as there are in one statement each.

A length that was chosen elsewhere may be no whole number of ticks: what is taken widens (TIME-02).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from booking.models import Claim

CLAIM = """
INSERT INTO booking_claim
    (jobcentre_id, appointment_id, counsellor_id, room_id, citizen_id, day, start_tick, during, ticks, firm)
"""
MEETINGS = """
SELECT meeting.jobcentre_id, meeting.id, holder.counsellor_id, NULL::bigint, NULL::uuid, meeting.day,
       meeting.start_tick, tstzrange(meeting.start_at, meeting.end_at + meeting.reporting_time * INTERVAL '1 minute'),
       (meeting.duration + meeting.reporting_time + 4) / 5, true
FROM booking_appointment meeting JOIN booking_appointmentcounsellor holder ON holder.appointment_id = meeting.id
WHERE meeting.id = ANY(%(ids)s::uuid[])
UNION ALL
SELECT meeting.jobcentre_id, meeting.id, NULL, meeting.room_id, NULL, meeting.day, meeting.start_tick,
       tstzrange(meeting.start_at, meeting.end_at), (meeting.duration + 4) / 5, true
FROM booking_appointment meeting
WHERE meeting.id = ANY(%(ids)s::uuid[]) AND meeting.room_id IS NOT NULL
"""

SEATS = """
SELECT meeting.jobcentre_id, meeting.id, NULL::bigint, NULL::bigint, seat.citizen_id, meeting.day, meeting.start_tick,
       tstzrange(meeting.start_at, meeting.end_at), (meeting.duration + 4) / 5, true
FROM booking_summons seat JOIN booking_appointment meeting ON meeting.id = seat.appointment_id
WHERE seat.id = ANY(%(seats)s::uuid[])
"""


FREE_SEATS = """
DELETE FROM booking_claim claim USING booking_summons seat
WHERE seat.id = ANY(%s::uuid[]) AND claim.appointment_id = seat.appointment_id AND claim.citizen_id = seat.citizen_id
"""


def free_seats(summonses: Iterable[UUID]) -> None:
    """Give back the time of their citizens."""
    with connection.cursor() as cursor:
        cursor.execute(FREE_SEATS, [list(summonses)])


def claim_meetings(appointments: Iterable[UUID]) -> None:
    """Take the time of their counsellors, reporting included, and of their rooms."""
    ids = list(appointments)
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(CLAIM + MEETINGS, {"ids": ids})


def claim_seats(summonses: Iterable[UUID]) -> None:
    """Take the time of their citizens."""
    ids = list(summonses)
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(CLAIM + SEATS, {"seats": ids})


def free_expired(
    *,
    now: datetime,
    citizens: Iterable[UUID] = (),
    counsellors: Iterable[int] = (),
    rooms: Iterable[int] = (),
    everybody: bool = False,
) -> None:
    """Delete what ran out of those whose locks are held: readers do not see it, the exclusion constraints would."""
    whose = Q(counsellor__in=set(counsellors)) | Q(room__in=set(rooms)) | Q(citizen__in=set(citizens))
    Claim.objects.filter(Q() if everybody else whose, expires_at__lte=now).delete()
