"""What addresses and forms name rows and instants by, read without trust: nonsense is nothing, never an error."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.http import Http404

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def read_id(text: object) -> int | None:
    """A row's number; None for what cannot be one."""
    digits = str(text)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None


def read_ids(texts: Iterable[str]) -> list[int]:
    """The numbers among these."""
    return [pk for text in texts if (pk := read_id(text)) is not None]


def read_uuids(texts: Iterable[str]) -> list[UUID]:
    """The UUIDs among these."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def stamp(instant: datetime) -> int:
    """An instant as «Fortryd» names it in its address."""
    return (instant - EPOCH) // MICROSECOND


def instant_of(stamped: int) -> datetime:
    """The instant of a stamp; 404 where there is no such."""
    try:
        return EPOCH + stamped * MICROSECOND
    except OverflowError:
        raise Http404 from None
