"""Who knows what a kind of message means: houses register a reader at start, the inbox knows nothing of it.

A reader runs inside the transaction that marks the message as handled, so that both happen or neither; it calls no
other system. What it returns says whether anything changed by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from planner.dfdg.messages import PushedMessage

SOURCE = "pushed"
"""Who changed what a reader changes, as Revisionsspor names it."""


class CannotUse(Exception):
    """A message that will never be of use; `text` is a sentence for Systemlog, without a CPR number."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A message to one job centre: the newest version of a thing that was ever handed over.

    `registered_at`: when the sender wrote the change down, or where it does not say, when it came.
    """

    message: PushedMessage
    jobcentre_id: int
    registered_at: datetime
    now: datetime


Reader = Callable[[News], bool]
"""Whether something changed by it."""

_readers: dict[int, Reader] = {}


def register(entity: int, reader: Reader) -> None:
    """Let `reader` take the messages of this kind; called once, when the program starts."""
    _readers[int(entity)] = reader


def reader_of(entity: int) -> Reader | None:
    return _readers.get(entity)
