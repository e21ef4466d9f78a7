"""The door of the outbox: say that something changed, take it back unsent, try now, give up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.functions import RandomUUID
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from planner.bulk import insert_together
from planner.logs import masked
from planner.outbox.models import CalledBy, Exchange, Message, Receiver, Stop
from planner.outbox.nudges import nudge_after_commit
from planner.outbox.senders import register
from planner.outbox.states import OPEN, TRIED_BY_ITSELF, UNSENT, State

__all__ = [
    "Subject",
    "end_stop",
    "enqueue",
    "forget_exchanges",
    "forget_messages",
    "give_up",
    "hold_back",
    "register",
    "retry_now",
    "try_again",
    "withdraw_unsent",
]


@dataclass(frozen=True, slots=True)
class Subject:
    """What changed, and the citizen whose messages must keep their order (None: no order)."""

    subject_id: UUID
    citizen_id: UUID | None = None


@transaction.atomic
def enqueue(
    *,
    jobcentre_id: int,
    receiver: Receiver,
    kind: str,
    subjects: Sequence[Subject],
    not_before: datetime,
    now: datetime,
) -> list[Message]:
    """Write that these subjects changed, in the order given; an unsent older message about one is superseded.

    The caller holds the lock of every citizen among them, so that sequences become visible in order.
    """
    _supersede(receiver, kind, [subject.subject_id for subject in subjects], now=now)
    last = _last_sequences(receiver, {subject.citizen_id for subject in subjects if subject.citizen_id})
    messages = []
    for subject in subjects:
        if subject.citizen_id:
            last[subject.citizen_id] += 1
        messages.append(
            Message(
                jobcentre_id=jobcentre_id,
                receiver=receiver,
                kind=kind,
                subject_id=subject.subject_id,
                citizen_id=subject.citizen_id,
                sequence=last[subject.citizen_id] if subject.citizen_id else 0,
                not_before=not_before,
                created_at=now,
                changed_at=now,
            )
        )
    Message.objects.bulk_create(messages, batch_size=1000)
    if not_before <= now:
        nudge_after_commit(jobcentre_id, receiver)
    return messages


def _supersede(receiver: Receiver, kind: str, subject_ids: Collection[UUID], *, now: datetime) -> None:
    """Also the ones being sent are locked, so that none of them comes back unsent beside the newer one."""
    about = Message.objects.filter(receiver=receiver, kind=kind, subject_id__in=subject_ids)
    older = list(about.filter(state__in=OPEN).order_by("pk").select_for_update().values_list("pk", "state"))
    unsent = [pk for pk, state in older if state != State.SENDING]
    Message.objects.filter(pk__in=unsent).update(state=State.SUPERSEDED, changed_at=now)


def _last_sequences(receiver: Receiver, citizen_ids: Collection[UUID]) -> Counter[UUID]:
    rows = (
        Message.objects.filter(receiver=receiver, citizen_id__in=citizen_ids)
        .values_list("citizen_id")
        .annotate(Max("sequence"))
    )
    return Counter(dict(rows))


@transaction.atomic
def withdraw_unsent(*, kind: str, subject_ids: Collection[UUID]) -> frozenset[UUID]:
    """Take back («Fortryd») what nobody has tried to send yet; the subjects that are wholly taken back."""
    about = Message.objects.filter(kind=kind, subject_id__in=subject_ids, state__in=OPEN)
    rows = list(about.order_by("pk").select_for_update().values_list("pk", "subject_id", "state", "attempts"))
    untried = {pk: subject_id for pk, subject_id, state, attempts in rows if state == State.READY and not attempts}
    under_way = {subject_id for pk, subject_id, _state, _attempts in rows if pk not in untried}
    Message.objects.filter(pk__in=untried).delete()
    return frozenset(untried.values()) - under_way


@transaction.atomic
def retry_now(*, jobcentre_id: int, receiver: Receiver, kind: str, subjects: Sequence[Subject], now: datetime) -> None:
    """[Synk]: what is open is tried now, what is not is said again; a refused one gets a new request id.

    The caller holds the citizens' locks, as for `enqueue`.
    """
    about = Message.objects.filter(receiver=receiver, kind=kind, state__in=OPEN)
    rows = about.filter(subject_id__in=[subject.subject_id for subject in subjects])
    opened = dict(rows.order_by("pk").select_for_update().values_list("pk", "subject_id"))
    _wake(opened, now=now)
    closed = [subject for subject in subjects if subject.subject_id not in set(opened.values())]
    if closed:
        enqueue(jobcentre_id=jobcentre_id, receiver=receiver, kind=kind, subjects=closed, not_before=now, now=now)
    Stop.objects.filter(receiver=receiver).update(probe_at=now)
    nudge_after_commit(jobcentre_id, receiver)


def _wake(message_ids: Iterable[int], *, now: datetime) -> None:
    unsent = Message.objects.filter(pk__in=message_ids, state__in=UNSENT)
    unsent.filter(state=State.NEEDS_HELP).update(request_id=RandomUUID())
    unsent.update(state=State.READY, not_before=now, changed_at=now)


@transaction.atomic
def try_again(*, jobcentre_id: int, receiver: Receiver, now: datetime) -> int:
    """[Prøv nu]: what waits for the receiver is tried now, a stopped one is probed; how many waited."""
    waiting = Message.objects.filter(receiver=receiver, state=State.WAITING).order_by("pk").select_for_update()
    woken = list(waiting.values_list("pk", flat=True))
    _wake(woken, now=now)
    Stop.objects.filter(receiver=receiver).update(probe_at=now)
    nudge_after_commit(jobcentre_id, receiver)
    return len(woken)


@transaction.atomic
def hold_back(
    *, receiver: Receiver, kind: str, text: str, now: datetime, subject_ids: Collection[UUID] | None = None
) -> int:
    """Not sent before a person has chosen: those about these subjects, or all of the kind; how many.

    Only while the receiver is stopped: what a worker seems to be sending was taken by one that is gone.
    """
    unsent = Message.objects.filter(receiver=receiver, kind=kind, state__in=TRIED_BY_ITSELF)
    unsent = unsent if subject_ids is None else unsent.filter(subject_id__in=subject_ids)
    return unsent.update(
        state=State.NEEDS_HELP, error_text=text, changed_at=now, not_before=now, lease_until=None, lease_token=None
    )


def end_stop(*, jobcentre_id: int, receiver: Receiver) -> None:
    """Send to the receiver again."""
    Stop.objects.filter(receiver=receiver).delete()
    nudge_after_commit(jobcentre_id, receiver)


@transaction.atomic
def give_up(*, message_ids: Collection[int], reason: str, by: str, now: datetime) -> int:
    """[Opgiv]: these will never be sent; who said so, and why, stands in Systemlog. How many were given up."""
    unsent = Message.objects.filter(pk__in=message_ids, state__in=UNSENT).order_by("pk").select_for_update()
    messages = list(unsent)
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(state=State.GIVEN_UP, changed_at=now)
    text = masked(_("Opgivet af %(name)s: %(reason)s") % {"name": by, "reason": reason})
    Exchange.objects.bulk_create(
        Exchange(
            jobcentre_id=message.jobcentre_id,
            message=message,
            receiver=message.receiver,
            kind=message.kind,
            at=now,
            attempt=message.attempts,
            outcome=State.GIVEN_UP,
            text=text,
        )
        for message in messages
    )
    return len(messages)


def note_call(
    *,
    jobcentre_id: int,
    by: CalledBy,
    method: str,
    outcome: str,
    code: str,
    text: str,
    milliseconds: int,
    now: datetime,
) -> None:
    """A call that came in, and how we answered; never a body, never whose."""
    call = Exchange(
        jobcentre_id=jobcentre_id,
        receiver=by,
        kind=method,
        at=now,
        outcome=outcome,
        code=code,
        text=masked(text),
        milliseconds=milliseconds,
    )
    insert_together(call)


def forget_exchanges(*, before: datetime) -> int:
    """Delete what «Systemlog» has of attempts before that; how many (GUARD-14)."""
    return Exchange.objects.filter(at__lt=before).delete()[0]


def forget_messages(*, subject_ids: Collection[UUID]) -> None:
    """Delete the messages about subjects that are gone, with their attempts."""
    Message.objects.filter(subject_id__in=subject_ids).delete()
