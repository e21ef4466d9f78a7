"""What DFDG holds of the demo from the start: everything coming that was sent, by Planner or by a case system.

It is laid into the simulator's memory before it starts, as if it had been told when it was made; so the nightly
comparison finds nothing amiss, and the simulator's case system can move and cancel what it made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from admin_module.services.connection import main_code
from booking.models import CprNumber, Origin, Summons
from booking.queries.messages import loaded, message
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.accounts.vault import decrypt
from planner.dfdg.messages import SummonsMessage
from planner.dfdg.simulator.case_system import OWNER_SYSTEM, SYSTEM
from planner.dfdg.simulator.service import PLANNER
from planner.dfdg.simulator.store import Held, Store
from planner.dfdg.wire import held_summons_body


def lay_out(file: Path, *, now: datetime) -> int:
    """Into the simulator's file; how many."""
    store = Store(file)
    try:
        return sum(_lay_out(store, jobcentre_id, now) for jobcentre_id in jobcentre_ids())
    finally:
        store.close()


def _lay_out(store: Store, jobcentre_id: int, now: datetime) -> int:
    with acting_for(jobcentre_id, source="demo"):
        found = list(loaded(Summons.objects.filter(status=SummonsStatus.SENT, appointment__start_at__gt=now)))
        for summons, said in zip(found, _said(found), strict=True):
            theirs = summons.origin == Origin.CASE_SYSTEM
            told = replace(said, owner_system=OWNER_SYSTEM) if theirs else said
            store.put(
                Held(
                    summons_id=summons.pk,
                    cpr=told.cpr,
                    jobcentre_code=main_code(),
                    system=SYSTEM if theirs else PLANNER,
                    body=held_summons_body(told),
                    deleted=False,
                    changed_at=summons.sent_at or summons.prepared_at,
                )
            )
        return len(found)


def _said(summonses: list[Summons]) -> Iterator[SummonsMessage]:
    """Each as DFDG was told it."""
    settings = Settings.objects.get()
    numbers = CprNumber.objects.filter(citizen__in=[one.citizen_id for one in summonses], valid_to=None)
    cprs = {number.citizen_id: decrypt(number.encrypted) for number in numbers}
    return (message(summons, cpr=cprs[summons.citizen_id], settings=settings) for summons in summonses)
