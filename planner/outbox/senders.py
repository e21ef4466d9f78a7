"""Who knows how to send a kind of message: houses register a sender at start, the outbox knows nothing of what is sent.

A sender reads what is true now and returns calls; a call speaks with the other system, touches no database, and ends by
returning (the receiver holds what we want) or by raising one of the outcomes below. Their texts may be shown to a user
and never hold a CPR number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable
from uuid import UUID

Call = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One message under way. `known`: the receiver has taken an earlier message about this subject."""

    message_id: int
    receiver: str
    kind: str
    subject_id: UUID
    citizen_id: UUID | None
    request_id: UUID
    attempt: int
    known: bool


class Outcome(Exception):
    """A call that did not end as wished; `text` is a sentence for the user."""

    name = "fault"

    def __init__(self, text: str, *, code: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class Wait(Outcome):
    """The receiver cannot take it now: try again later under the same request id.

    `alone`: only this subject's own server is silent, which says nothing of the receiver's others.
    """

    name = "waiting"

    def __init__(self, text: str, *, code: str = "", retry_after: timedelta | None = None, alone: bool = False) -> None:
        super().__init__(text, code=code)
        self.retry_after = retry_after
        self.alone = alone


class Again(Outcome):
    """The request id is spent: try again at once under a new one."""

    name = "again"


class Refused(Outcome):
    """The receiver will not have it as it is: a person must look."""

    name = "refused"


class LockedOut(Outcome):
    """The receiver lets nothing of ours in: stop until it answers again."""

    name = "locked_out"


class Sender(Protocol):
    """What a house registers for a kind."""

    def prepare(self, jobs: Sequence[Job], *, now: datetime) -> Sequence[Call]:
        """A call for each job, in the same order; runs inside a transaction of the job centre."""

    def probe(self, *, now: datetime) -> Call:
        """A harmless call that returns when the receiver lets us in; made inside a transaction of the job centre."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the call of a job ended: well with `outcome` None, and then with what it returned."""

    job: Job
    outcome: Outcome | None
    returned: object


@runtime_checkable
class Keeper(Protocol):
    """A sender that keeps something of how its calls ended."""

    def keep(self, endings: Sequence[Ending], *, now: datetime) -> None:
        """In the transaction that writes the endings down."""


_senders: dict[str, Sender] = {}


def register(kind: str, sender: Sender) -> None:
    """Let `sender` send the messages of this kind; called once, when the program starts."""
    _senders[kind] = sender


def sender_of(kind: str) -> Sender:
    return _senders[kind]


AfterRestore = Callable[[int], None]
_after_restore: dict[str, AfterRestore] = {}


def on_restore(receiver: str, act: AfterRestore) -> None:
    """What brings a receiver and a restored database together again: `act` is told the job centre, now and then,
    until it has ended the stop (`services.end_stop`). A receiver without one is sent to at once.
    """
    _after_restore[receiver] = act


def after_restore(receiver: str) -> AfterRestore | None:
    return _after_restore.get(receiver)
