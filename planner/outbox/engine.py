"""The engine of the outbox: takes what is due, calls, and writes down how it ended.

A message is taken (attempt and lease written, committed), called outside every transaction, and recorded by its token.
A worker that dies leaves a lease that runs out; a late answer of its is fenced off by the token. One drain at a time
works for a job centre and receiver; the database is touched by the draining thread alone, the calls run in a pool.

Its transactions do not wait for the disk: what a crash of the database forgets is sent again under the same request id,
which the receiver recognises. The user's own transactions, that write a message down, do wait.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from planner.accounts.tenancy import acting_for
from planner.bulk import insert_rows
from planner.outbox import restored
from planner.outbox.alone import alone
from planner.outbox.models import Exchange, Message, Receiver, Stop
from planner.outbox.retry import pause, pause_with_jitter
from planner.outbox.senders import (
    Again,
    Call,
    Ending,
    Job,
    Keeper,
    LockedOut,
    Outcome,
    Refused,
    Wait,
    sender_of,
)
from planner.outbox.states import OPEN, TRIED_BY_ITSELF, UNSENT, State

WIDTH = 8
AHEAD = 32
LEASE = timedelta(seconds=120)
RETRIES_A_SECOND = 20
SILENCE = 8
PROBE_EVERY = timedelta(seconds=30)
LONGEST_DRAIN = 30.0
LOOK_AGAIN = 0.05
LOOK_FOR_MORE = 0.25
LATE = "late"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that this drain holds the lease of; `again`: it, or what it waited behind, was tried before."""

    job: Job
    token: UUID
    call: Call
    again: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended; `outcome` None: the receiver holds what we want, and `returned` is what the call returned."""

    taken: Taken
    outcome: Outcome | None
    milliseconds: int
    returned: object = None


@dataclass
class Pace:
    """At most so many retries a second, whoever waits (FAULT-07)."""

    taken_at: deque[float] = field(default_factory=lambda: deque(maxlen=RETRIES_A_SECOND))

    def left(self) -> int:
        ago = time.monotonic() - 1
        return RETRIES_A_SECOND - sum(1 for moment in self.taken_at if moment > ago)

    def spend(self, retries: int) -> None:
        self.taken_at.extend([time.monotonic()] * retries)


def drain(jobcentre_id: int, receiver: Receiver, *, width: int = WIDTH) -> int:
    """Send everything that is due; how many calls were made. Returns at once where another drain is at work."""
    with alone(f"outbox:{jobcentre_id}:{receiver.value}") as granted:
        if not granted or not _receiver_is_open(jobcentre_id, receiver):
            return 0
        with ThreadPoolExecutor(width, thread_name_prefix=f"outbox-{receiver.value}") as pool:
            return _Drain(jobcentre_id, receiver, pool, width).run()


class _Drain:
    """One pass: keeps `width` threads at work until nothing is due, the receiver is silent, or the time is up.

    `AHEAD` times as many are held at once, so that nobody waits while the database is asked, and are taken and recorded
    many at a time; those whose turn has not come when the pass is over are given back.
    """

    def __init__(self, jobcentre_id: int, receiver: Receiver, pool: ThreadPoolExecutor, width: int) -> None:
        self.jobcentre_id, self.receiver, self.pool, self.width = jobcentre_id, receiver, pool, width
        self.under_way: dict[Future[Ended | None], Taken] = {}
        self.pace = Pace()
        self.silent = self.calls = 0
        self.locked_out = False
        self.until = time.monotonic() + LONGEST_DRAIN
        self.more_at = 0.0

    def run(self) -> int:
        while True:
            paced = self._fill()
            if not self.under_way and not paced:
                return self.calls
            if not self.under_way:
                time.sleep(LOOK_AGAIN)
            done, _rest = wait(self.under_way, timeout=LOOK_AGAIN)
            if done:
                self._write_down({self.under_way.pop(future): future.result() for future in done})

    def _is_over(self) -> bool:
        return self.locked_out or self.silent >= SILENCE or time.monotonic() > self.until

    def _fill(self) -> bool:
        """Take what there is room for, untried messages first; True where the pace holds others back."""
        room = AHEAD * self.width - len(self.under_way)
        if room < len(self.under_way) or self._is_over() or (self.under_way and time.monotonic() < self.more_at):
            return False
        own = [one.job.message_id for one in self.under_way.values()]
        left = self.pace.left()
        taken = take(self.jobcentre_id, self.receiver, limit=room, retries=left, now=timezone.now(), but_not=own)
        retries = sum(one.again for one in taken)
        self.pace.spend(retries)
        self.under_way |= {self.pool.submit(self._attempt, one): one for one in taken}
        if len(taken) < room:
            self.more_at = time.monotonic() + LOOK_FOR_MORE
        return len(taken) - retries < room and retries == left

    def _attempt(self, one: Taken) -> Ended | None:
        """In a thread of the pool; None where the pass was over before its turn came."""
        if self._is_over():
            return None
        ended = attempt(one)
        self.silent = _silence(self.silent, ended.outcome)
        self.locked_out |= isinstance(ended.outcome, LockedOut)
        return ended

    def _write_down(self, results: Mapping[Taken, Ended | None]) -> None:
        now = timezone.now()
        ended = [one for one in results.values() if one]
        if ended:
            record(self.jobcentre_id, ended, now=now)
            self.calls += len(ended)
        untried = [taken for taken, one in results.items() if one is None]
        if untried:
            give_back(self.jobcentre_id, untried, now=now)


def _silence(before: int, outcome: Outcome | None) -> int:
    """How many calls running the receiver has not answered; one server of many is not the receiver."""
    if not isinstance(outcome, Wait):
        return 0
    return before if outcome.alone else before + 1


@contextmanager
def _acting(jobcentre_id: int) -> Iterator[None]:
    """A transaction of the worker that does not wait for the disk when it commits."""
    with acting_for(jobcentre_id, source="worker"):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        yield


def take(
    jobcentre_id: int,
    receiver: Receiver,
    *,
    limit: int,
    retries: int,
    now: datetime,
    but_not: Collection[int] = (),
) -> list[Taken]:
    """Lease up to `limit` due messages, each the first of its citizen; at most `retries` of them are `again`.

    The others come first.
    """
    token = uuid4()
    with _acting(jobcentre_id):
        due = _due(receiver, now=now).exclude(pk__in=but_not)
        again = Q(attempts__gt=0) | Exists(_waited_behind(receiver))
        rows = list(due.exclude(again)[:limit])
        tried = list(due.filter(again)[: min(retries, limit - len(rows))])
        again_pks = {row["pk"] for row in tried}
        rows += tried
        if not rows:
            return []
        lease = {"lease_until": now + LEASE, "not_before": now + LEASE, "lease_token": token, "changed_at": now}
        held = Message.objects.filter(pk__in=[row["pk"] for row in rows])
        held.update(state=State.SENDING, attempts=F("attempts") + 1, **lease)
        calls = _prepared(_jobs(receiver, rows), now=now)
        return [Taken(job, token, call, job.message_id in again_pks) for job, call in calls]


def _waited_behind(receiver: Receiver) -> QuerySet[Message]:
    """What was tried more than once while a later message of the same citizen waited for it."""
    before = Message.objects.filter(receiver=receiver, citizen_id=OuterRef("citizen_id"), attempts__gt=1)
    return before.filter(sequence__lt=OuterRef("sequence"), changed_at__gt=OuterRef("created_at"))


def _due(receiver: Receiver, *, now: datetime) -> QuerySet[Message, Any]:
    """Heads: due, no earlier message of the same citizen is open, and none about the same subject is being sent."""
    earlier = Message.objects.filter(
        receiver=receiver, citizen_id=OuterRef("citizen_id"), sequence__lt=OuterRef("sequence"), state__in=OPEN
    )
    due = Message.objects.filter(receiver=receiver, state__in=TRIED_BY_ITSELF, not_before__lte=now)
    under_way = Message.objects.filter(
        receiver=receiver, kind=OuterRef("kind"), subject_id=OuterRef("subject_id"), state=State.SENDING
    ).exclude(pk=OuterRef("pk"))
    orderless = Q(citizen_id__isnull=False) | ~Exists(under_way)
    heads = due.filter(orderless, ~Exists(earlier)).order_by("not_before", "pk").select_for_update(skip_locked=True)
    return heads.values("pk", "kind", "subject_id", "citizen_id", "request_id", "attempts")


def _jobs(receiver: Receiver, rows: Sequence[Mapping[str, Any]]) -> list[Job]:
    subjects = [row["subject_id"] for row in rows]
    done = Message.objects.filter(receiver=receiver, subject_id__in=subjects, state=State.DONE)
    known = set(done.values_list("subject_id", flat=True))
    return [
        Job(
            message_id=row["pk"],
            receiver=receiver,
            kind=row["kind"],
            subject_id=row["subject_id"],
            citizen_id=row["citizen_id"],
            request_id=row["request_id"],
            attempt=row["attempts"] + 1,
            known=row["subject_id"] in known,
        )
        for row in rows
    ]


def _prepared(jobs: Sequence[Job], *, now: datetime) -> list[tuple[Job, Call]]:
    """The calls, made kind by kind; where that fails, one by one, so that only the broken one suffers."""
    prepared: list[tuple[Job, Call]] = []
    for kind in sorted({job.kind for job in jobs}):
        alike = [job for job in jobs if job.kind == kind]
        try:
            prepared += _calls(kind, alike, now=now)
        except Exception:  # noqa: BLE001 - found out one by one, and written down there
            for job in alike:
                prepared += _calls_or_fault(kind, job, now=now)
    return prepared


def _calls(kind: str, jobs: Sequence[Job], *, now: datetime) -> list[tuple[Job, Call]]:
    with transaction.atomic():
        return list(zip(jobs, sender_of(kind).prepare(jobs, now=now), strict=True))


def _calls_or_fault(kind: str, job: Job, *, now: datetime) -> list[tuple[Job, Call]]:
    try:
        return _calls(kind, [job], now=now)
    except Exception as fault:  # noqa: BLE001 - a fault of ours waits for its repair, and holds up nobody else
        outcome = _unexpected(fault, job)

        def fail() -> None:
            raise outcome

        return [(job, fail)]


def attempt(taken: Taken) -> Ended:
    """Make the call; runs in a thread of the pool, outside every transaction."""
    began = time.monotonic()
    outcome: Outcome | None = None
    returned: object = None
    try:
        returned = taken.call()
    except Outcome as ended:
        outcome = ended
    except Exception as fault:  # noqa: BLE001 - written down, and tried again
        outcome = _unexpected(fault, taken.job)
    return Ended(taken, outcome, int((time.monotonic() - began) * 1000), returned)


def _unexpected(fault: Exception, job: Job) -> Wait:
    log.error("outbox_fault", message_id=job.message_id, fault=type(fault).__name__, exc_info=fault)
    return Wait(_("Uventet fejl i Planner. Den er noteret, og der prøves igen."), code=type(fault).__name__[:20])


def record(jobcentre_id: int, ended: Sequence[Ended], *, now: datetime) -> None:
    """Write down how the calls ended; what another holder has taken over meanwhile is left as it is."""
    with _acting(jobcentre_id):
        held = _held(one.taken for one in ended)
        outcomes = {one.taken.job.message_id: one.outcome for one in ended}
        _finish([pk for pk in held if outcomes[pk] is None], now=now)
        for message in Message.objects.filter(pk__in=[pk for pk in held if outcomes[pk]]).order_by("pk"):
            if outcome := outcomes[message.pk]:
                _put_off(message, outcome, now=now)
        _note(jobcentre_id, ended, held=held, now=now)
        _keep([one for one in ended if one.taken.job.message_id in held], now=now)
        for one in ended:
            if isinstance(one.outcome, LockedOut):
                _stop(jobcentre_id, one.taken.job, one.outcome, now=now)


def _keep(ended: Sequence[Ended], *, now: datetime) -> None:
    """What the senders want to keep of it, kind by kind."""
    for kind in sorted({one.taken.job.kind for one in ended}):
        sender = sender_of(kind)
        if isinstance(sender, Keeper):
            mine = [one for one in ended if one.taken.job.kind == kind]
            sender.keep([Ending(one.taken.job, one.outcome, one.returned) for one in mine], now=now)


def give_back(jobcentre_id: int, taken: Sequence[Taken], *, now: datetime) -> None:
    """Messages that were taken and not tried are as they were before."""
    back = {
        "attempts": F("attempts") - 1,
        "lease_until": None,
        "lease_token": None,
        "not_before": now,
        "changed_at": now,
    }
    with _acting(jobcentre_id):
        held = Message.objects.filter(pk__in=_held(taken))
        newer = Message.objects.filter(
            receiver=OuterRef("receiver"), kind=OuterRef("kind"), subject_id=OuterRef("subject_id"), state__in=UNSENT
        )
        held.filter(Exists(newer)).update(state=State.SUPERSEDED, **back)
        held.filter(state=State.SENDING).update(state=State.READY, **back)


def _held(taken: Iterable[Taken]) -> set[int]:
    """The numbers of the messages of which this drain still has the lease, locked."""
    leases = {one.job.message_id: one.token for one in taken}
    sending = Message.objects.filter(pk__in=leases, state=State.SENDING).order_by("pk").select_for_update()
    return {pk for pk, token in sending.values_list("pk", "lease_token") if token == leases[pk]}


def _finish(pks: Sequence[int], *, now: datetime) -> None:
    Message.objects.filter(pk__in=pks).update(
        state=State.DONE, done_at=now, changed_at=now, lease_until=None, lease_token=None, error_code="", error_text=""
    )


def _note(jobcentre_id: int, ended: Sequence[Ended], *, held: Collection[int], now: datetime) -> None:
    """A line of Systemlog for each call."""
    jobs, outcomes = [one.taken.job for one in ended], [one.outcome for one in ended]
    insert_rows(
        Exchange,
        {"jobcentre_id": jobcentre_id, "at": now},
        {
            "message_id": [job.message_id for job in jobs],
            "receiver": [job.receiver for job in jobs],
            "kind": [job.kind for job in jobs],
            "attempt": [job.attempt for job in jobs],
            "outcome": [
                LATE if job.message_id not in held else outcome.name if outcome else State.DONE.value
                for job, outcome in zip(jobs, outcomes, strict=True)
            ],
            "code": [outcome.code if outcome else "" for outcome in outcomes],
            "text": [outcome.text if outcome else "" for outcome in outcomes],
            "milliseconds": [one.milliseconds for one in ended],
        },
    )


def _put_off(message: Message, outcome: Outcome, *, now: datetime) -> None:
    """The move out of «sending» after a call that did not end as wished."""
    message.lease_until = message.lease_token = None
    message.changed_at = now
    message.error_code, message.error_text = outcome.code, outcome.text
    if _newer(message):
        message.state = State.SUPERSEDED
    elif isinstance(outcome, Refused):
        message.state, message.not_before = State.NEEDS_HELP, now
    else:
        message.state, message.not_before = State.WAITING, now + _wait(message.attempts, outcome)
        message.request_id = uuid4() if isinstance(outcome, Again) else message.request_id
    message.save()


def _newer(message: Message) -> bool:
    about = Message.objects.filter(receiver=message.receiver, kind=message.kind, subject_id=message.subject_id)
    return about.filter(state__in=UNSENT).exists()


def _wait(attempts: int, outcome: Outcome) -> timedelta:
    if isinstance(outcome, Wait):
        return pause_with_jitter(attempts, at_least=outcome.retry_after)
    return pause(attempts - 1) if isinstance(outcome, Again) else timedelta()


def _stop(jobcentre_id: int, job: Job, outcome: LockedOut, *, now: datetime) -> None:
    """The alarm: everything for this receiver waits until a probe gets through."""
    _row, created = Stop.objects.get_or_create(
        jobcentre_id=jobcentre_id,
        receiver=job.receiver,
        defaults={"kind": job.kind, "text": outcome.text, "stopped_at": now, "probe_at": now + PROBE_EVERY},
    )
    if created:
        log.error("receiver_stopped", receiver=job.receiver, jobcentre_id=jobcentre_id)


def _receiver_is_open(jobcentre_id: int, receiver: Receiver) -> bool:
    """Not stopped, or a probe that is due gets through and ends the stop."""
    now = timezone.now()
    with acting_for(jobcentre_id, source="worker"):
        restored.watch(jobcentre_id, receiver, now=now)
        stop = Stop.objects.select_for_update().filter(receiver=receiver).first()
        if stop is None:
            return True
        if stop.probe_at > now:
            return False
        Stop.objects.filter(pk=stop.pk).update(probe_at=now + PROBE_EVERY)
        if stop.kind == Stop.RESTORED:
            return restored.brought_together(jobcentre_id, receiver)
        call = sender_of(stop.kind).probe(now=now)
    try:
        call()
    except Outcome as outcome:
        log.warning("receiver_still_stopped", receiver=receiver.value, fault=outcome.text)
        return False
    with acting_for(jobcentre_id, source="worker"):
        Stop.objects.filter(pk=stop.pk).delete()
    log.info("receiver_answers_again", receiver=receiver.value)
    return True
