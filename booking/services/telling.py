"""What others must know of a changed summons, written to the outbox in the transaction of the change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from booking.models import Summons
from booking.services.calendar_entries import tell_calendars
from booking.services.mailing import tell_by_mail
from booking.services.reporting import KIND
from planner.accounts.models import Settings
from planner.outbox.models import Receiver
from planner.outbox.services import Subject, enqueue


def tell(
    rows: Sequence[Summons],
    *,
    settings: Settings,
    now: datetime,
    at_once: bool = False,
    dfdg_knows: bool = False,
    left: Collection[UUID] = (),
) -> None:
    """These changed; it leaves after the delay, so that «Fortryd» is real (APP-14). The citizens' locks are held.

    `at_once`: what citizens do has no delay (SYNC-01). `dfdg_knows`: it was done through Jobnet (SYNC-18). `left`: the
    appointments that they went away from.
    """
    if not rows:
        return
    not_before = now if at_once else now + timedelta(seconds=settings.sending_delay)
    if not dfdg_knows:
        enqueue(
            jobcentre_id=rows[0].jobcentre_id,
            receiver=Receiver.DFDG,
            kind=KIND,
            subjects=[Subject(summons.pk, summons.citizen_id) for summons in rows],
            not_before=not_before,
            now=now,
        )
    tell_calendars(
        {*left, *(summons.appointment_id for summons in rows)},
        jobcentre_id=rows[0].jobcentre_id,
        not_before=not_before,
        now=now,
    )
    tell_by_mail(rows, settings=settings, not_before=not_before, now=now)
