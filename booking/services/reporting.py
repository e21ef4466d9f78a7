"""Tells DFDG of summonses: what is true of each when it is sent, whatever happened since it was written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from admin_module.models import MeetingForm
from admin_module.services.connection import caller_for, client, main_code
from booking.models import CalendarEntry, CprNumber, Origin, Summons
from booking.queries.messages import loaded, message
from booking.services.calendar_entries import say_again
from booking.services.locks import lock
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.vault import decrypt
from planner.dfdg import errors
from planner.dfdg.client import Client
from planner.dfdg.messages import Caller
from planner.dfdg.report import report, withdraw
from planner.outbox.models import Message, Receiver
from planner.outbox.senders import Again, Call, Job, LockedOut, Refused, Wait
from planner.outbox.services import Subject, retry_now

KIND = "summons"
JOB = "indkaldelser"
SELF_BOOKED = (Origin.JOBNET, Origin.OWN)
TOLD_BY_OTHERS = (Origin.JOBNET, Origin.CASE_SYSTEM)


def report_again(*, jobcentre_id: int, summonses: Iterable[Summons], now: datetime) -> int:
    """[Synk]: try now; of a joint meeting every participant is tried (FOLL-03). How many summonses that became.

    What DFDG knows from others is ours to tell once we have changed it. The counsellors' calendars are tried too.
    """
    chosen = list(summonses)
    meetings = {summons.appointment_id for summons in chosen if summons.appointment.form == MeetingForm.JOINT}
    everybody = Summons.objects.filter(Q(pk__in=[summons.pk for summons in chosen]) | Q(appointment_id__in=meetings))
    ours = Exists(Message.objects.filter(kind=KIND, subject_id=OuterRef("pk")))
    told = everybody.exclude(status=SummonsStatus.PENDING).filter(~Q(origin__in=TOLD_BY_OTHERS) | ours)
    rows = list(told.order_by("number").values_list("pk", "citizen_id", "appointment_id"))
    subjects = [Subject(pk, citizen_id) for pk, citizen_id, _meeting in rows]
    if subjects:
        held = {meeting for _pk, _citizen, meeting in rows}
        lock(jobcentre_id=jobcentre_id, citizens=[citizen for _pk, citizen, _meeting in rows], appointments=held)
        entries = CalendarEntry.objects.filter(appointment_id__in=held).values_list("pk", flat=True)
        say_again(jobcentre_id=jobcentre_id, entries=entries, now=now)
        retry_now(jobcentre_id=jobcentre_id, receiver=Receiver.DFDG, kind=KIND, subjects=subjects, now=now)
    return len(subjects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What all calls of one batch share."""

    client: Client
    settings: Settings
    code: str
    cprs: dict[UUID, str] = field(repr=False)
    now: datetime


class SummonsReporter:
    """The sender of kind «summons»: DFDG holds exactly what was sent, and nothing that was cancelled or taken back."""

    def prepare(self, jobs: Sequence[Job], *, now: datetime) -> list[Call]:
        found = loaded(Summons.objects.filter(pk__in=[job.subject_id for job in jobs])).select_related("sent_by")
        summonses = {summons.pk: summons for summons in found}
        known = Known(
            client=client(),
            settings=Settings.objects.get(),
            code=main_code(),
            cprs=_cprs([summons.citizen_id for summons in summonses.values()]),
            now=now,
        )
        return [_call(job, summonses.get(job.subject_id), known) for job in jobs]

    def probe(self, *, now: datetime) -> Call:
        caller = Caller.system(jobcentre_code=main_code(), job=JOB, registered_at=now)
        return partial(_translated, partial(client().ping, caller=caller))


def _cprs(citizen_ids: Sequence[UUID]) -> dict[UUID, str]:
    numbers = CprNumber.objects.filter(citizen_id__in=citizen_ids, valid_to=None)
    return {number.citizen_id: decrypt(number.encrypted) for number in numbers}


def _call(job: Job, summons: Summons | None, known: Known) -> Call:
    if summons is None:
        return _nothing
    cpr = known.cprs.get(summons.citizen_id)
    if cpr is None:
        return _no_number
    caller = _caller(summons, cpr, known)
    request_id = str(job.request_id)
    if summons.status == SummonsStatus.SENT:
        said = message(summons, cpr=cpr, settings=known.settings)
        there = job.known or summons.origin == Origin.JOBNET
        tell = partial(report, known.client, said, known=there, caller=caller, request_id=request_id)
    else:
        tell = partial(withdraw, known.client, summons.pk, cpr=cpr, caller=caller, request_id=request_id)
    return partial(_translated, tell)


def _caller(summons: Summons, cpr: str, known: Known) -> Caller:
    """Self-booked: the citizen stands behind it (`dfdg.md` 2.6)."""
    if summons.origin in SELF_BOOKED:
        name = summons.citizen.full_name
        return Caller.citizen(jobcentre_code=known.code, full_name=name, cpr=cpr, registered_at=known.now)
    return caller_for(summons.sent_by, code=known.code, job=JOB, now=known.now)


def _nothing() -> None:
    """The summons is gone: nothing was ever told, nothing is to be told."""


def _no_number() -> None:
    raise Refused(_("Borgerens personnummer er ikke længere i Planner."))


def _translated(tell: Callable[[], None]) -> None:
    """Make the call; a bad end in DFDG's words becomes an outcome in the outbox's."""
    try:
        tell()
    except errors.Duplicate as fault:
        raise Again(fault.sentence, code="412") from None
    except errors.Transient as fault:
        raise Wait(fault.sentence, retry_after=fault.retry_after) from None
    except errors.LockedOut as fault:
        raise LockedOut(fault.sentence) from None
    except errors.Refused as fault:
        raise Refused(fault.sentence, code=_code(fault)) from None


def _code(fault: errors.Refused) -> str:
    codes = [str(complaint.code) for complaint in fault.complaints if complaint.code is not None]
    return (codes or [str(fault.status) if fault.status else ""])[0]
