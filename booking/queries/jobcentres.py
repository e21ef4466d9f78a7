"""Which job centre a call of Jobnet concerns: found by id, code or number, before anybody is acted for.

The database's own function answers with nothing but the job centre's id (migration 0001).
"""

from __future__ import annotations

from uuid import UUID

from planner.accounts.vault import digest
from planner.prepared import rows_of

_offers: dict[UUID, int] = {}


def of_code(code: str) -> int | None:
    """By the five-digit national code."""
    return _asked("code", code)


def of_offer(offer_id: UUID) -> int | None:
    """An offer stays with the job centre that made it: asked once in a process."""
    if offer_id not in _offers and (found := _asked("offer", str(offer_id))) is not None:
        _offers[offer_id] = found
    return _offers.get(offer_id)


def of_booking(booking_id: UUID) -> int | None:
    """By the id of a summons, or of a time that somebody has chosen."""
    return _asked("booking", str(booking_id))


def of_number(cpr: str) -> int | None:
    """Where a citizen is known."""
    return _asked("number", digest(cpr).hex())


def _asked(kind: str, key: str) -> int | None:
    found: int | None = rows_of("SELECT planner_jobcentre_of(%s, %s)", [kind, key])[0][0]
    return found
