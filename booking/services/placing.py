"""Keeping meetings: pending appointments, their summonses and the time they take, in one transaction (DIST-16).

Locks first and looks after; the rules are those of `booking.availability`, the last judge is the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from admin_module.models import Details
from booking.availability.obstacles import Who
from booking.models import Appointment, PlacedBy
from booking.services import bulk, locks
from booking.services.constraints import judged
from booking.services.entries import Entries, Places
from booking.services.ledger import Ledger
from booking.services.meetings import Kept, Meeting, Seat
from booking.states import SummonsStatus
from planner.accounts.models import Settings, User
from planner.ui.refusal import Refusal

__all__ = ["Kept", "Meeting", "Seat", "prepare"]

WHO = {PlacedBy.AUTOMATIC: Who.AUTOMATIC, PlacedBy.CITIZEN: Who.CITIZEN, PlacedBy.STAFF: Who.STAFF}


def prepare(
    *,
    jobcentre_id: int,
    details: Details,
    meetings: Sequence[Meeting],
    placed_by: PlacedBy,
    by: User | None,
    now: datetime,
) -> Kept:
    """Keep these meetings as pending; what was taken meanwhile comes back with why, and nothing of it is kept."""
    if not meetings:
        return Kept((), (), ())
    people = {seat.citizen_id for meeting in meetings for seat in meeting.seats}
    staff = {pk for meeting in meetings for pk in meeting.counsellor_ids}
    rooms = {meeting.room_id for meeting in meetings if meeting.room_id}
    exclusive = max(len(meetings), len(people)) > locks.MANY
    locks.lock(
        jobcentre_id=jobcentre_id,
        exclusive=exclusive,
        citizens=people,
        counsellors=staff,
        rooms=rooms,
        appointments={meeting.appointment_id for meeting in meetings if meeting.appointment_id},
    )
    if exclusive:
        bulk.free_expired(now=now, everybody=True)
    else:
        bulk.free_expired(now=now, citizens=people, counsellors=staff, rooms=rooms)
    settings = Settings.objects.get()
    who = WHO[PlacedBy(placed_by)]
    ledger = Ledger.read(settings, details, meetings, who, now=now)
    places = Places(details.team_id, staff, rooms)
    entries = Entries(details, settings, places, placed_by=placed_by, by=by, now=now)
    taken = [refused for meeting in meetings for refused in _keep(meeting, ledger, entries, who)]
    with judged():
        entries.write()
    return Kept(tuple(entries.summonses), tuple(one for one, _why in taken), tuple(why for _one, why in taken))


def _keep(meeting: Meeting, ledger: Ledger, entries: Entries, who: Who) -> Iterator[tuple[Meeting, Refusal]]:
    """Keep what can be kept of one meeting; gives back the rest with why."""
    appointment = _joined(meeting.appointment_id, meeting, entries.now) if meeting.appointment_id else None
    refusal = _why_not_join(appointment) if meeting.appointment_id else ledger.why_not(meeting)
    if refusal:
        yield meeting, refusal
        return
    seats_left = _seats_left(meeting, appointment, entries, who)
    appointment_id = meeting.appointment_id
    for seat in meeting.seats:
        if refusal := ledger.why_not_seat(meeting, seat, seats_left):
            yield replace(meeting, seats=(seat,)), refusal
            continue
        if appointment_id is None:
            appointment_id = entries.add(meeting)
            ledger.add(meeting)
        summons = entries.add_seat(appointment_id, seat)
        ledger.add_seat(meeting, seat, summons.pk)
        seats_left = seats_left if seats_left is None else seats_left - 1


def _joined(pk: UUID, meeting: Meeting, now: datetime) -> Appointment | None:
    """The meeting whose citizens these become, if it still stands where it stood."""
    return Appointment.objects.filter(
        pk=pk,
        cancelled_at=None,
        start_at__gt=now,
        day=meeting.day,
        start_tick=meeting.start_tick,
    ).first()


def _why_not_join(appointment: Appointment | None) -> Refusal | None:
    return None if appointment else Refusal(_("Mødet er aflyst, flyttet eller holdt."), code="gone")


def _seats_left(meeting: Meeting, appointment: Appointment | None, entries: Entries, who: Who) -> int | None:
    """Those for calling; a citizen takes any free one (SUM-03). None: no limit."""
    if appointment is None:
        calling, rebooking = entries.seats(meeting.room_id)
        used = 0
    else:
        calling, rebooking = appointment.seats_calling, appointment.seats_rebooking
        used = appointment.summonses.exclude(status=SummonsStatus.CANCELLED).count()
        used += appointment.holds.filter(held=True, expires_at__gt=entries.now).count()
    if calling is None:
        return None
    return calling + (rebooking if who is Who.CITIZEN else 0) - used
