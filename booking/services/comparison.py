"""Each night our own coming summonses are read at DFDG one by one, and what differs is put right (SYNC-08).

What lacks there, or stands there as we did not write it, is sent again through the outbox. What somebody changed there
after we last told it is never overwritten: it is listed, and a person chooses. That also holds after a restore, when
DFDG is ahead of us (FAULT-10).

Nothing is read inside a transaction, no faster than DFDG may be asked, and each batch is written down when it is read:
a pass that died or met a silent DFDG goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.services.connection import client, main_code
from booking.models import Comparison, CprNumber, Done, Origin, Summons, What
from booking.queries.messages import loaded, message
from booking.services.differences import record_difference, settle_right
from booking.services.locks import lock
from booking.services.reporting import KIND
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from planner.dfdg import errors
from planner.dfdg.codes import ErrorCode
from planner.dfdg.messages import Caller, HistoryRow, SummonsMessage
from planner.dfdg.particulars import Particular
from planner.dfdg.report import differing
from planner.outbox.alone import alone
from planner.outbox.models import Message, Receiver, Stop
from planner.outbox.services import Subject, end_stop, enqueue, hold_back
from planner.outbox.states import OPEN, State

READS_A_SECOND = 20
AT_ONCE = 100
TRIES = 4
ONE_NIGHT = timedelta(hours=12)
JOB = "natkontrol"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """One summons as it shall stand at DFDG: `wanted` None = not at all.

    `told_at`: when DFDG last took what we said of it; None where it never did. `told_by_others`: DFDG has it from
    Jobnet and not from us. `given_up`: a person decided that it is not sent. `on_its_way`: it waits to be told.
    """

    summons: Summons
    cpr: str = field(repr=False)
    wanted: SummonsMessage | None = field(repr=False)
    told_at: datetime | None
    told_by_others: bool
    given_up: bool
    on_its_way: bool


@dataclass(frozen=True, slots=True)
class Found:
    """How DFDG's differs; `put_right`: it is ours to send again."""

    ours: Ours
    what: What
    put_right: bool = False
    parts: tuple[Particular, ...] = ()
    text: str = ""


Looked = tuple[Ours, Found | None]
Answer = TypeVar("Answer")


class Pace:
    """No more than so many calls a second, evenly."""

    def __init__(self, a_second: int) -> None:
        self._apart = 1 / a_second
        self._next = time.monotonic()

    def wait(self) -> None:
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = max(self._next, time.monotonic()) + self._apart


def compare(jobcentre_id: int, *, now: datetime) -> Comparison | None:
    """Tonight's comparison, begun or continued; None where it is done, turned off, or somebody else is at it.

    Outside any transaction. With a silent DFDG it stops, and the next call goes on.
    """
    with alone(f"compare:{jobcentre_id}") as granted:
        if not granted:
            return None
        with acting_for(jobcentre_id, source="worker"):
            row = _begun(jobcentre_id, now=now)
        if row is None:
            return None
        return _Pass(jobcentre_id, row, now).run()


def _begun(jobcentre_id: int, *, now: datetime) -> Comparison | None:
    """The night's row: a new one once a night and after a restore, the same where it was not finished."""
    row, stop = Comparison.objects.filter(receiver=Receiver.DFDG).first(), _restored()
    since = stop.stopped_at if stop else now - ONE_NIGHT
    if stop is None and not Settings.objects.get().compare_dfdg:
        return None
    if row and row.began_at >= since:
        return None if row.finished_at else row
    values = {"began_at": now, "reached": None, "read": 0, "found": 0, "finished_at": None}
    begun, _made = Comparison.objects.update_or_create(
        receiver=Receiver.DFDG, defaults=values, create_defaults={"jobcentre_id": jobcentre_id, **values}
    )
    return begun


def _restored() -> Stop | None:
    """The stop that waits for this comparison: then what waits to be sent is looked at too."""
    return Stop.objects.filter(receiver=Receiver.DFDG, kind=Stop.RESTORED).first()


class _Pass:
    """Reads batch after batch until nothing is left or DFDG does not answer."""

    def __init__(self, jobcentre_id: int, row: Comparison, now: datetime) -> None:
        self.jobcentre_id, self.row, self.now = jobcentre_id, row, now
        self.client, self.pace = client(), Pace(READS_A_SECOND)

    def run(self) -> Comparison:
        while self.row.finished_at is None:
            began = timezone.now()
            with acting_for(self.jobcentre_id, source="worker"):
                page = list(_coming(after=self.row.reached, now=self.now)[:AT_ONCE])
                batch = _batch(page, also_on_its_way=_restored() is not None)
                caller = Caller.system(jobcentre_code=main_code(), job=JOB, registered_at=began)
            looked = self._look_at(batch, caller)
            silent = len(looked) < len(batch)
            passed = [ours.summons for ours, _found in looked] if silent else page
            reached = passed[-1].pk if passed else None
            self._write_down(looked, reached=reached, began=began, last=not silent and len(page) < AT_ONCE)
            if silent:
                break
        return self.row

    def _look_at(self, batch: Sequence[Ours], caller: Caller) -> list[Looked]:
        """Each with what differs, in order, up to the first that DFDG does not answer."""
        looked: list[Looked] = []
        for ours in batch:
            try:
                looked.append((ours, self._look(ours, caller)))
            except (errors.Transient, errors.LockedOut) as fault:
                log.warning("comparison_interrupted", jobcentre_id=self.jobcentre_id, fault=fault.sentence)
                break
        return looked

    def _look(self, ours: Ours, caller: Caller) -> Found | None:
        ask = partial(self._asked, ours=ours, caller=caller)
        try:
            held = ask(self.client.read)
            parts = _parts(ours, held)
            if parts is None:
                return None
            return _found(ours, held, parts, ask(self.client.history) or ())
        except errors.Refused as fault:
            return Found(ours, What.UNREADABLE, text=fault.sentence)

    def _asked(self, call: Callable[..., Answer], *, ours: Ours, caller: Caller) -> Answer | None:
        """The answer, at its time and tried a few times; None where DFDG has never heard of the summons."""
        for left in reversed(range(TRIES)):
            self.pace.wait()
            try:
                return call(ours.summons.pk, cpr=ours.cpr, caller=caller)
            except errors.Transient:
                if not left:
                    raise
            except errors.Refused as fault:
                if fault.has_code(ErrorCode.SUMMONS_UNKNOWN):
                    return None
                raise
        return None

    def _write_down(self, looked: Sequence[Looked], *, reached: UUID | None, began: datetime, last: bool) -> None:
        """What was found, what is right again, and how far we are: in one transaction."""
        now = timezone.now()
        found = [one for _ours, one in looked if one]
        with acting_for(self.jobcentre_id, source="worker"):
            lock(jobcentre_id=self.jobcentre_id, citizens=[one.ours.summons.citizen_id for one in found])
            unchanged = _unchanged(found, since=began)
            found = [one for one in found if one.ours.summons.pk in unchanged and not _heals_itself(one)]
            for one in found:
                _record(one, jobcentre_id=self.jobcentre_id, now=now)
            _send_again([one for one in found if one.put_right], jobcentre_id=self.jobcentre_id, now=now)
            _hold_back([one for one in found if one.ours.on_its_way], now=now)
            right = [ours.summons.pk for ours, one in looked if one is None]
            settle_right(receiver=Receiver.DFDG, subject_ids=right, now=now)
            self.row.read += len(looked)
            self.row.found += len(found)
            self.row.reached = reached or self.row.reached
            self.row.finished_at = now if last else None
            self.row.save()
            if last and _restored():
                end_stop(jobcentre_id=self.jobcentre_id, receiver=Receiver.DFDG)


def _coming(*, after: UUID | None, now: datetime) -> QuerySet[Summons]:
    """Our own summonses to what is still to come, by their ids; those that a case system made are its own to tell."""
    told = Exists(Message.objects.filter(kind=KIND, receiver=Receiver.DFDG, subject_id=OuterRef("pk")))
    coming = loaded(Summons.objects.filter(~Q(origin=Origin.CASE_SYSTEM) | told, appointment__start_at__gt=now))
    return (coming.filter(pk__gt=after) if after else coming).order_by("pk")


def _batch(summonses: Sequence[Summons], *, also_on_its_way: bool) -> list[Ours]:
    """Those that are not on their way to DFDG just now, each as it shall stand there."""
    settings = Settings.objects.get()
    told = _told([summons.pk for summons in summonses])
    numbers = CprNumber.objects.filter(citizen_id__in=[summons.citizen_id for summons in summonses], valid_to=None)
    cprs = {number.citizen_id: decrypt(number.encrypted) for number in numbers}
    batch = []
    for summons in summonses:
        known, cpr = told.get(summons.pk, NEVER), cprs.get(summons.citizen_id)
        if cpr is None or (known.is_open and not also_on_its_way):
            continue
        sent = summons.status == SummonsStatus.SENT
        batch.append(
            Ours(
                summons=summons,
                cpr=cpr,
                wanted=message(summons, cpr=cpr, settings=settings) if sent else None,
                told_at=known.done_at,
                told_by_others=summons.origin == Origin.JOBNET and known is NEVER,
                given_up=known.given_up,
                on_its_way=known.is_open,
            )
        )
    return batch


@dataclass(frozen=True, slots=True)
class Told:
    """What the outbox knows of one summons."""

    is_open: bool = False
    done_at: datetime | None = None
    given_up: bool = False


NEVER = Told()


def _told(pks: Sequence[UUID]) -> dict[UUID, Told]:
    """One statement; who has no message has no entry."""
    rows = Message.objects.filter(kind=KIND, receiver=Receiver.DFDG, subject_id__in=pks).order_by("pk")
    told: dict[UUID, Told] = {}
    for pk, state, done_at in rows.values_list("subject_id", "state", "done_at"):
        before = told.get(pk, NEVER)
        given_up = before.given_up if state == State.SUPERSEDED else state == State.GIVEN_UP
        latest = max(filter(None, (before.done_at, done_at)), default=None)
        told[pk] = Told(before.is_open or state in OPEN, latest, given_up)
    return told


def _parts(ours: Ours, held: SummonsMessage | None) -> tuple[Particular, ...] | None:
    """What differs; None where DFDG's is right. Of what Jobnet told, the time alone is compared."""
    if ours.wanted is None or held is None:
        return None if ours.wanted is held is None else ()
    if ours.told_by_others:
        same = (ours.wanted.starts_at, ours.wanted.ends_at) == (held.starts_at, held.ends_at)
        return None if same else (Particular.TIME,)
    return differing(ours.wanted, held) or None


def _found(
    ours: Ours, held: SummonsMessage | None, parts: tuple[Particular, ...], versions: Sequence[HistoryRow]
) -> Found:
    """Ours to put right, unless it is newer than what we told, others told it, or a person gave it up."""
    newer = _is_newer(max(versions, key=attrgetter("registered_at"), default=None), ours)
    put_right = not (newer or ours.told_by_others or ours.given_up)
    if held is None:
        return Found(ours, What.DELETED_THERE if newer else What.MISSING, put_right)
    if ours.summons.status == SummonsStatus.PENDING:
        return Found(ours, What.NOT_SENT_HERE)
    if newer and not ours.told_by_others:
        return Found(ours, What.CHANGED_THERE, parts=parts)
    return Found(ours, What.OTHERWISE if ours.wanted else What.STILL_THERE, put_right, parts)


def _is_newer(newest: HistoryRow | None, ours: Ours) -> bool:
    """Whether somebody changed it there since we told it; our own telling, seen by a clock that is ahead, is none."""
    if newest is None or (ours.told_at is not None and newest.registered_at <= ours.told_at):
        return False
    if newest.deleted or ours.wanted is None:
        return not (newest.deleted and ours.wanted is None)
    return bool(differing(ours.wanted, newest.summons))


def _unchanged(found: Sequence[Found], *, since: datetime) -> set[UUID]:
    """Those that nobody has touched since they were read; seen under the citizens' locks."""
    versions = {one.ours.summons.pk: one.ours.summons.version for one in found}
    on_its_way = {one.ours.summons.pk for one in found if one.ours.on_its_way}
    touched = Q(created_at__gte=since) | (Q(state__in=OPEN) & ~Q(subject_id__in=on_its_way))
    told = Message.objects.filter(touched, kind=KIND, receiver=Receiver.DFDG, subject_id__in=versions)
    rows = Summons.objects.filter(pk__in=versions).exclude(pk__in=told.values("subject_id"))
    return {pk for pk, version in rows.values_list("pk", "version") if version == versions[pk]}


def _record(one: Found, *, jobcentre_id: int, now: datetime) -> None:
    record_difference(
        jobcentre_id=jobcentre_id,
        receiver=Receiver.DFDG,
        subject_id=one.ours.summons.pk,
        what=one.what,
        done=Done.SENT_AGAIN if one.put_right else Done.LISTED,
        parts=[part.value for part in one.parts],
        text=one.text,
        summons=one.ours.summons,
        now=now,
    )


def _heals_itself(one: Found) -> bool:
    """What waits to be sent puts it right, and overwrites nothing newer."""
    return one.ours.on_its_way and one.put_right


def _hold_back(found: Sequence[Found], *, now: datetime) -> None:
    """What waits to be sent would overwrite something newer: a person chooses."""
    hold_back(
        receiver=Receiver.DFDG,
        kind=KIND,
        subject_ids=[one.ours.summons.pk for one in found],
        text=_("Jobnet (DFDG) har en nyere udgave. Se den under Afvigelser, før der sendes."),
        now=now,
    )


def _send_again(found: Sequence[Found], *, jobcentre_id: int, now: datetime) -> None:
    subjects = [Subject(one.ours.summons.pk, one.ours.summons.citizen_id) for one in found]
    if subjects:
        enqueue(
            jobcentre_id=jobcentre_id, receiver=Receiver.DFDG, kind=KIND, subjects=subjects, not_before=now, now=now
        )
