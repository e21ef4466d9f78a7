"""«Fejl fra Jobnet» as frozen lines: what was reported, of what, and whether somebody has dealt with it (SELF-11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from booking.models import OnlineOffer, ReportedFault
from planner.accounts.vault import decrypt


@dataclass(frozen=True, slots=True)
class Line:
    """`number` and `appointment_id` are those of the booking that it concerns."""

    pk: int
    received_at: datetime
    happened_at: datetime
    kind: str
    source: str
    text: str
    offer: OnlineOffer | None
    number: int | None
    appointment_id: UUID | None
    handled_at: datetime | None
    handled_by: str


def reported(*, kind: str = "", source: str = "", still_open: bool = False) -> QuerySet[ReportedFault]:
    """What fits."""
    found = ReportedFault.objects.select_related("offer", "summons", "handled_by")
    found = found.filter(kind=kind) if kind else found
    found = found.filter(source=source) if source else found
    return found.filter(handled_at=None) if still_open else found


def waiting() -> int:
    """How many nobody has dealt with."""
    return ReportedFault.objects.filter(handled_at=None).count()


def lines(found: Iterable[ReportedFault]) -> list[Line]:
    return [
        Line(
            pk=row.pk,
            received_at=row.received_at,
            happened_at=row.happened_at,
            kind=row.get_kind_display(),
            source=row.get_source_display(),
            text=decrypt(row.encrypted) if row.encrypted else "",
            offer=row.offer,
            number=row.summons.number if row.summons else None,
            appointment_id=row.summons.appointment_id if row.summons else None,
            handled_at=row.handled_at,
            handled_by=row.handled_by.full_name if row.handled_by else "",
        )
        for row in found
    ]
