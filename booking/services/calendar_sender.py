"""The sender of kind «entry»: a counsellor's calendar holds what they hold, as it is now, and nothing else of ours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings as program
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from admin_module.models import ContactMode, MeetingForm
from admin_module.services.calendars import calendar_of, line_of, note_contact
from booking.models import Appointment, CalendarEntry, Done, Origin, Summons, What
from booking.services.calendar_entries import uid_of
from booking.services.differences import record_difference
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.calendars import lines
from planner.calendars.errors import CalendarError, NotLetIn, Refused, Silent
from planner.calendars.interface import ExternalCalendar, Held, OwnEntry, Written
from planner.logs import masked
from planner.outbox.models import Receiver
from planner.outbox.senders import Call, Ending, Job, Outcome, Wait
from planner.outbox.senders import Refused as NotTaken
from planner.ui.formatting import number


@dataclass(frozen=True, slots=True)
class Put:
    """What a call wrote, and where."""

    entry: OwnEntry
    written: Written


class EntrySender:
    """Reads what is true, writes or deletes, and keeps where it lies."""

    def prepare(self, jobs: Sequence[Job], *, now: datetime) -> list[Call]:  # noqa: ARG002 - what is true needs no time
        found = CalendarEntry.objects.filter(pk__in=[job.subject_id for job in jobs]).select_related("connection")
        entries = {entry.pk: entry for entry in found}
        meetings = {one.pk: one for one in with_seats({entry.appointment_id for entry in entries.values()})}
        settings = Settings.objects.get()
        return [_call(job, entries.get(job.subject_id), meetings, settings) for job in jobs]

    def probe(self, *, now: datetime) -> Call:  # noqa: ARG002 - one calendar never stops the others
        return _nothing

    def keep(self, endings: Sequence[Ending], *, now: datetime) -> None:
        """Where each entry lies, and how it goes with each calendar."""
        found = CalendarEntry.objects.filter(pk__in=[ending.job.subject_id for ending in endings])
        entries = {entry.pk: entry for entry in found.select_related("connection__counsellor")}
        latest: dict[int, Outcome | None] = {}
        for ending in endings:
            entry = entries.get(ending.job.subject_id)
            if entry is None:
                continue
            latest[entry.connection_id] = ending.outcome
            if ending.outcome is None:
                _keep(entry, ending.returned, now=now)
        for connection_id, fault in latest.items():
            note_contact(connection_id=connection_id, fault=fault.text if fault else "", now=now)


def _nothing() -> None:
    """The counsellor has no calendar any more."""


def with_seats(appointments: Collection[UUID]) -> QuerySet[Appointment]:
    """The meetings with all that an entry says of them."""
    return (
        Appointment.objects.filter(pk__in=appointments)
        .select_related("type", "room")
        .prefetch_related("holders", "summonses__citizen")
    )


def _call(job: Job, entry: CalendarEntry | None, meetings: dict[UUID, Appointment], settings: Settings) -> Call:
    if entry is None:
        return _nothing
    wanted = wanted_entry(entry, meetings.get(entry.appointment_id), settings)
    return partial(_tell, entry, wanted, job.request_id)


def wanted_entry(entry: CalendarEntry, meeting: Appointment | None, settings: Settings) -> OwnEntry | None:
    """What the calendar is to hold: what the counsellor holds, and somebody was called to. None: nothing."""
    if meeting is None or meeting.cancelled_at or meeting.origin == Origin.CASE_SYSTEM:
        return None
    sent = [summons for summons in meeting.summonses.all() if summons.status == SummonsStatus.SENT]
    holds = any(holder.counsellor_id == entry.connection.counsellor_id for holder in meeting.holders.all())
    return entry_of(entry, meeting, sent, settings) if holds and sent else None


def _tell(entry: CalendarEntry, wanted: OwnEntry | None, request_id: UUID) -> Put | None:
    """In a thread of the pool, by what was read before."""
    try:
        calendar = calendar_of(entry.connection)
        return lines.over(line_of(entry.connection), partial(_say, calendar, entry, wanted, request_id))
    except CalendarError as fault:
        raise _outcome(fault) from None


def _say(calendar: ExternalCalendar, entry: CalendarEntry, wanted: OwnEntry | None, request_id: UUID) -> Put | None:
    if wanted is None:
        calendar.delete(uid_of(entry), held=held_of(entry))
        return None
    return Put(wanted, calendar.put(wanted, held=held_of(entry), request_id=request_id))


def _outcome(fault: CalendarError) -> Outcome:
    """A bad end in the calendar's words, in the outbox's. One calendar is not all."""
    if isinstance(fault, Refused):
        return NotTaken(fault.sentence, code=str(fault.status or ""))
    if isinstance(fault, NotLetIn):
        return Wait(fault.sentence, code="401", alone=True)
    return Wait(fault.sentence, retry_after=fault.retry_after if isinstance(fault, Silent) else None, alone=True)


def held_of(entry: CalendarEntry) -> Held | None:
    """The entry as we last wrote it; None where we know of none."""
    if not entry.address:
        return None
    return Held(address=entry.address, etag=entry.etag, starts_at=entry.start_at, ends_at=entry.end_at)


def entry_of(entry: CalendarEntry, meeting: Appointment, sent: Sequence[Summons], settings: Settings) -> OwnEntry:
    """Type, place, message, and of the citizens their initials and six digits at most (a setting turns those off)."""
    name = meeting.type.name if meeting.type else meeting.title
    who = [_short(summons) for summons in sent] if settings.calendar_initials else []
    joint = meeting.form == MeetingForm.JOINT
    seats = ngettext("%(count)s deltager", "%(count)s deltagere", len(sent)) % {"count": number(len(sent))}
    about = [seats] if joint else who
    texts = [meeting.message_to_counsellor, "\n".join(who) if joint else ""]
    return OwnEntry(
        uid=uid_of(entry),
        title=" · ".join([name, *about])[:300],
        starts_at=meeting.start_at,
        ends_at=meeting.end_at,
        place=_place(meeting),
        text=masked("\n\n".join(text for text in texts if text)),
        link=_link(meeting),
    )


def _short(summons: Summons) -> str:
    """«BN 120588»."""
    citizen = summons.citizen
    return f"{citizen.given_name[:1]}{citizen.family_name[:1]} {citizen.born_on:%d%m%y}".upper()


def _place(meeting: Appointment) -> str:
    if meeting.mode in (ContactMode.TELEPHONE, ContactMode.DIGITAL, ContactMode.LETTER):
        return str(ContactMode(meeting.mode).label)
    room = meeting.room.name if meeting.room else ""
    return ", ".join(filter(None, (room, meeting.whole_address)))


def _link(meeting: Appointment) -> str:
    """Back to the appointment, where Planner knows its own address."""
    path = reverse("booking:appointment", args=[meeting.pk])
    return f"{program.PLANNER_URL.rstrip('/')}{path}" if program.PLANNER_URL else ""


def _keep(entry: CalendarEntry, returned: object, *, now: datetime) -> None:
    if isinstance(returned, Put):
        said, written = returned.entry, returned.written
        entry.address, entry.etag, entry.title = written.address, written.etag, said.title
        entry.start_at, entry.end_at, entry.written_at = said.starts_at, said.ends_at, now
        if written.was_changed:
            note_put_back(entry, What.CHANGED_THERE, now=now)
    else:
        entry.address = entry.etag = entry.title = ""
        entry.start_at = entry.end_at = entry.written_at = None
    entry.save()


def note_put_back(entry: CalendarEntry, what: What, *, now: datetime) -> None:
    """The counsellor sees on their front page that it stands again as it stood."""
    record_difference(
        jobcentre_id=entry.jobcentre_id,
        receiver=Receiver.CALENDAR,
        subject_id=entry.pk,
        what=what,
        done=Done.PUT_BACK,
        appointment=Appointment.objects.filter(pk=entry.appointment_id).first(),
        counsellor=entry.connection.counsellor,
        now=now,
    )
