"""Reads counsellors' own calendars: what is busy there takes the time, and what is ours stands as it should (SYNC-19).

A calendar that does not answer changes nothing: what was last read holds. The calls are made outside transactions, each
calendar in its own thread, so that none waits for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import CalendarConnection
from admin_module.services.calendars import calendar_of, line_of, note_contact
from booking.models import ENTRY, AppointmentCounsellor, CalendarEntry, Claim, Origin, Summons, What
from booking.services import locks
from booking.services.calendar_entries import id_in, mark, say_again, tell_calendars, uid_of
from booking.services.calendar_sender import note_put_back, wanted_entry, with_seats
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from planner.calendars import lines
from planner.calendars.errors import CalendarError
from planner.calendars.interface import FoundEntry
from planner.outbox.models import Message, Receiver
from planner.outbox.states import OPEN
from planner.timeline.clock import midnight, taken
from planner.ui.refusal import Refusal

AHEAD, A_DAY = timedelta(weeks=12), timedelta(days=1)
AT_ONCE = 8

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """One calendar as it was at `began_at`, from `first` to `last`; `fault`: why it did not answer.

    `ours`: how the uids of our own entries end. `whole`: as far as anything of ours stands, at night.
    """

    connection: CalendarConnection
    ours: str
    began_at: datetime
    first: datetime
    last: datetime
    whole: bool
    found: tuple[FoundEntry, ...] = ()
    fault: str = ""


def read_all(jobcentre_id: int, *, now: datetime, whole: bool = False) -> int:
    """Every calendar of the job centre, 12 weeks ahead; how many answered. Outside any transaction.

    `whole`, at night: as far as anything of ours stands, and what is not as it should be is put right wherever.
    """
    with acting_for(jobcentre_id, source="worker"):
        wanted = _wanted(mark(jobcentre_id), now, whole=whole)
        _free_disconnected([reading.connection.counsellor_id for reading in wanted])
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="calendars") as pool:
        readings = as_completed([pool.submit(_read, reading) for reading in wanted])
        return sum(_keep(reading.result()) for reading in readings)


def compare_calendars(jobcentre_id: int, *, now: datetime) -> int:
    """At night: every coming entry; missing ones are put again, unknown ones of ours removed. How many answered."""
    return read_all(jobcentre_id, now=now, whole=True)


def _wanted(ours: str, now: datetime, *, whole: bool) -> list[Reading]:
    """Every calendar, and how far it is to be read."""
    today = timezone.localdate(now).toordinal()
    first, last = midnight(today), midnight(today + AHEAD.days)
    found = CalendarConnection.objects.filter(counsellor__retired_at=None).select_related("counsellor")
    return [
        Reading(one, ours, now, first, max(last, one.latest + A_DAY) if whole and one.latest else last, whole)
        for one in found.annotate(latest=Max("entries__end_at"))
    ]


def _free_disconnected(connected: Sequence[int]) -> None:
    """What was read from a calendar that Planner no longer reads takes no time."""
    Claim.objects.filter(firm=False, appointment=None, hold=None, counsellor__isnull=False).exclude(
        counsellor__in=connected
    ).delete()


def _read(reading: Reading) -> Reading:
    """In a thread of the pool: no table is touched."""
    one = reading.connection
    try:
        found = calendar_of(one).busy(reading.first, reading.last, mark=reading.ours)
    except CalendarError as fault:
        return replace(reading, fault=fault.sentence)
    except Exception as fault:
        log.exception("calendar_fault", connection_id=one.pk, fault=type(fault).__name__)
        said = _("Uventet fejl i Planner. Den er noteret, og der prøves igen.")
        return replace(reading, fault=said)
    lines.answers(line_of(one))
    return replace(reading, found=found)


def _keep(reading: Reading) -> bool:
    """Whether it answered. A book that is busy keeps it at the next reading."""
    one = reading.connection
    try:
        with acting_for(one.jobcentre_id, source="worker"):
            if reading.fault:
                note_contact(connection_id=one.pk, fault=reading.fault, now=reading.began_at)
                return False
            unknown = _write_down(reading)
    except Refusal:
        log.info("calendar_not_kept", connection_id=one.pk)
        return True
    for entry in unknown:
        _remove(one, entry)
    return True


def _write_down(reading: Reading) -> list[FoundEntry]:
    """Claims, entries, and that it was read; which entries of ours are there that we do not know (at night)."""
    one, now = reading.connection, reading.began_at
    missing = _never_told(one, now)
    meetings = {*missing, *(entry.appointment_id for entry, _what in _drifted(reading))}
    many = len(meetings) > locks.MANY
    locks.lock(
        jobcentre_id=one.jobcentre_id,
        exclusive=many,
        counsellors=[] if many else [one.counsellor_id],
        appointments=[] if many else meetings,
    )
    fresh = CalendarConnection.objects.filter(pk=one.pk, version=one.version).first()
    if fresh is None or (fresh.busy_read_at and fresh.busy_read_at > reading.began_at):
        return []
    drifted = [(entry, what) for entry, what in _drifted(reading) if many or entry.appointment_id in meetings]
    for entry, what in drifted:
        if what:
            note_put_back(entry, what, now=now)
    woken = _waiting(one) if fresh.last_error else []
    say_again(jobcentre_id=one.jobcentre_id, entries=[*woken, *(entry.pk for entry, _what in drifted)], now=now)
    tell_calendars(missing, jobcentre_id=one.jobcentre_id, not_before=now, now=now)
    take_busy(reading)
    note_contact(connection_id=one.pk, fault="", now=now)
    CalendarConnection.objects.filter(pk=one.pk).update(busy_read_at=reading.began_at)
    return _unknown(reading) if reading.whole else []


def _unknown(reading: Reading) -> list[FoundEntry]:
    """Entries of ours that we do not know."""
    known = set(CalendarEntry.objects.filter(connection=reading.connection).values_list("pk", flat=True))
    return [entry for entry in reading.found if (pk := id_in(entry.uid, reading.ours)) and pk not in known]


class Piece(NamedTuple):
    """What a busy time takes of one local day."""

    day: date
    start_tick: int
    ticks: int
    begins: datetime
    ends: datetime


def take_busy(reading: Reading) -> None:
    """The counsellor's busy times are those found from now on; what is as it was is left alone."""
    one, theirs = reading.connection, (entry for entry in reading.found if not entry.uid.endswith(reading.ours))
    first, last = timezone.localdate(reading.first), timezone.localdate(reading.last)
    pieces = _pieces((entry.starts_at, entry.ends_at) for entry in theirs if entry.is_busy)
    wanted = {piece for piece in pieces if first <= piece.day < last}
    held = Claim.objects.filter(
        counsellor=one.counsellor_id, firm=False, appointment=None, hold=None, day__gte=first, day__lt=last
    )
    gone = []
    for claim in held:
        piece = Piece(claim.day, claim.start_tick, claim.ticks, claim.during.lower, claim.during.upper)
        if piece in wanted:
            wanted.remove(piece)
        else:
            gone.append(claim.pk)
    Claim.objects.filter(pk__in=gone).delete()
    Claim.objects.bulk_create(
        [
            Claim(
                jobcentre_id=one.jobcentre_id,
                counsellor_id=one.counsellor_id,
                during=DateTimeTZRange(piece.begins, piece.ends),
                day=piece.day,
                start_tick=piece.start_tick,
                ticks=piece.ticks,
                firm=False,
            )
            for piece in sorted(wanted)
        ],
        batch_size=1000,
    )


def _pieces(times: Iterable[tuple[datetime, datetime]]) -> Iterator[Piece]:
    """Day by day; those that touch each other are one."""
    for begins, ends in _joined(times):
        for stretch in taken(begins, ends):
            day = date.fromordinal(stretch.day)
            early, late = midnight(stretch.day), midnight(stretch.day + 1)
            yield Piece(day, stretch.start, stretch.ticks, max(begins, early), min(ends, late))


def _joined(times: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    now: tuple[datetime, datetime] | None = None
    for begins, ends in sorted(times):
        if now and begins <= now[1]:
            now = (now[0], max(now[1], ends))
            continue
        if now:
            yield now
        now = (begins, ends)
    if now:
        yield now


def _drifted(reading: Reading) -> list[tuple[CalendarEntry, What | None]]:
    """Entries that are not as we last wrote them, and how; what is being told of right now is not looked at.

    At night also those whose words differ, and those that were never written or taken away; nobody is to be told of
    these.
    """
    one, now = reading.connection, reading.began_at
    there = {entry.uid: entry for entry in reading.found}
    open_ones = Message.objects.filter(
        receiver=Receiver.CALENDAR, kind=ENTRY, subject_id=OuterRef("pk"), state__in=OPEN
    )
    settled = CalendarEntry.objects.filter(~Exists(open_ones), connection=one).select_related("connection__counsellor")
    written = settled.filter(end_at__gt=now, start_at__lt=reading.last, written_at__lt=now)
    drifted: list[tuple[CalendarEntry, What | None]] = []
    for entry in written.order_by("pk"):
        match = there.get(uid_of(entry))
        if match is None:
            drifted.append((entry, What.DELETED_THERE))
        elif _is_changed(entry, match, words=reading.whole):
            drifted.append((entry, What.CHANGED_THERE))
    if reading.whole:
        drifted += [(entry, None) for entry in settled.filter(pk__in=_otherwise(one, now))]
    return drifted


def _is_changed(entry: CalendarEntry, there: FoundEntry, *, words: bool) -> bool:
    moved = (there.starts_at, there.ends_at) != (entry.start_at, entry.end_at)
    return moved or (words and there.title != entry.title)


def _otherwise(one: CalendarConnection, now: datetime) -> list[UUID]:
    """Coming entries that say something else than the book does now, whatever happened to their messages."""
    entries = list(CalendarEntry.objects.filter(connection=one).select_related("connection"))
    meetings = {meeting.pk: meeting for meeting in with_seats({entry.appointment_id for entry in entries})}
    settings = Settings.objects.get()
    otherwise = []
    for entry in entries:
        wanted = wanted_entry(entry, meetings.get(entry.appointment_id), settings)
        should = (wanted.title, wanted.starts_at, wanted.ends_at) if wanted else ("", None, None)
        coming = [moment for moment in (entry.start_at, should[1]) if moment and moment > now]
        if coming and should != (entry.title, entry.start_at, entry.end_at):
            otherwise.append(entry.pk)
    return otherwise


def _coming(one: CalendarConnection, now: datetime) -> QuerySet[AppointmentCounsellor]:
    """What the counsellor holds from now on and somebody was called to."""
    sent = Summons.objects.filter(appointment=OuterRef("appointment"), status=SummonsStatus.SENT)
    held = AppointmentCounsellor.objects.filter(
        Exists(sent), counsellor=one.counsellor_id, appointment__start_at__gt=now, appointment__cancelled_at=None
    )
    return held.exclude(appointment__origin=Origin.CASE_SYSTEM)


def _never_told(one: CalendarConnection, now: datetime) -> list[UUID]:
    """Coming appointments from before the calendar was connected."""
    told = CalendarEntry.objects.filter(connection=one, appointment_id=OuterRef("appointment_id"))
    return list(_coming(one, now).filter(~Exists(told)).values_list("appointment_id", flat=True))


def _waiting(one: CalendarConnection) -> list[UUID]:
    """What waits for a calendar that answers again."""
    entries = CalendarEntry.objects.filter(connection=one).values("pk")
    waiting = Message.objects.filter(receiver=Receiver.CALENDAR, kind=ENTRY, subject_id__in=entries, state__in=OPEN)
    return list(waiting.values_list("subject_id", flat=True))


def _remove(connection: CalendarConnection, entry: FoundEntry) -> None:
    """An entry of ours that we know nothing of; what cannot be removed is found again the next night."""
    try:
        calendar_of(connection).delete(entry.uid, held=None)
    except CalendarError as fault:
        log.warning("unknown_entry_stays", connection_id=connection.pk, fault=type(fault).__name__)
    else:
        log.info("unknown_entry_removed", connection_id=connection.pk)
