"""What DFDG holds of the demo from the start: the coming conversations that a case system made.

They are laid into the simulator's memory before it starts, so that its case system can move and cancel them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from booking.models import CprNumber, Origin, Summons
from booking.queries.messages import loaded, message
from booking.states import SummonsStatus
from planner.accounts.models import JobcentreCode, Settings
from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.accounts.vault import decrypt
from planner.dfdg.simulator.case_system import OWNER_SYSTEM, SYSTEM
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
        settings, code = (
            Settings.objects.get(),
            JobcentreCode.objects.order_by("code").values_list("code", flat=True)[0],
        )
        coming = Summons.objects.filter(
            origin=Origin.CASE_SYSTEM, status=SummonsStatus.SENT, appointment__start_at__gt=now
        )
        found = list(loaded(coming))
        numbers = CprNumber.objects.filter(citizen__in=[one.citizen_id for one in found], valid_to=None)
        cprs = {number.citizen_id: decrypt(number.encrypted) for number in numbers}
        for summons in found:
            said = replace(message(summons, cpr=cprs[summons.citizen_id], settings=settings), owner_system=OWNER_SYSTEM)
            store.put(
                Held(
                    summons_id=summons.pk,
                    cpr=said.cpr,
                    jobcentre_code=code,
                    system=SYSTEM,
                    body=held_summons_body(said),
                    deleted=False,
                    changed_at=summons.prepared_at,
                )
            )
        return len(found)
