"""[Ombook]: one citizen's conversation goes to another time, chosen by a person (CIT-01, TIME-09)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from booking.availability.obstacles import Obstacle
from booking.models import Appointment, Summons
from booking.queries.target import Target
from booking.services.joining import Joined, join
from booking.services.moving import Moved, move
from summons.rules import why_not_rebook
from summons.services.by_hand import Unpassed


def rebook(
    *, summons: Summons, target: Target, seen: Collection[Obstacle], version: int | None, now: datetime
) -> Moved:
    """All of it, or nothing: Refusal where TIME-09 refuses, Unpassed where something warns that was not `seen`."""
    if refusal := why_not_rebook(summons, now=now):
        raise refusal
    with transaction.atomic():
        moved = _move(summons, target, version, now, warned=False)
        if moved.moved or not moved.warnings:
            return moved
        if not set(moved.warnings) <= set(seen):
            raise Unpassed(moved.warnings)
        return _move(summons, target, version, now, warned=True)


def rebook_into(*, summons: Summons, meeting: Appointment, seen: Collection[Obstacle], now: datetime) -> Joined:
    """The same for a seat at another joint meeting."""
    with transaction.atomic():
        joined = join(summons=summons, meeting=meeting, now=now)
        if joined.joined or not joined.warnings:
            return joined
        if not set(joined.warnings) <= set(seen):
            raise Unpassed(joined.warnings)
        return join(summons=summons, meeting=meeting, now=now, warned=True)


def _move(summons: Summons, target: Target, version: int | None, now: datetime, *, warned: bool) -> Moved:
    return move(
        appointment=summons.appointment,
        day=target.day,
        start_tick=target.start_tick,
        counsellor_ids=target.counsellor_ids,
        room_id=target.room_id,
        now=now,
        warned=warned,
        version=version,
    )
