"""What another system holds otherwise: written down once, settled when it is right or somebody has seen it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from admin_module.models import Counsellor
from booking.models import Appointment, Difference, Done, Summons, What
from booking.services.reporting import report_again
from planner.accounts.models import User
from planner.outbox.models import Receiver


def record_difference(
    *,
    jobcentre_id: int,
    receiver: Receiver,
    subject_id: UUID,
    what: What,
    done: Done,
    now: datetime,
    parts: Sequence[str] = (),
    text: str = "",
    summons: Summons | None = None,
    appointment: Appointment | None = None,
    counsellor: Counsellor | None = None,
) -> Difference:
    """One open difference a subject: found again it says what is so now, and since when it was first found.

    `parts`: values of `planner.dfdg.particulars.Particular`. `text` must not name a citizen.
    """
    found = {
        "what": what,
        "done": done,
        "parts": list(parts),
        "text": text[:500],
        "summons": summons,
        "appointment": summons.appointment if summons else appointment,
        "counsellor": counsellor,
    }
    difference, _made = Difference.objects.update_or_create(
        receiver=receiver,
        subject_id=subject_id,
        settled_at=None,
        defaults=found,
        create_defaults={"jobcentre_id": jobcentre_id, "found_at": now, **found},
    )
    return difference


def settle(*, differences: Collection[int], by: User, now: datetime) -> int:
    """[Set]: how many were still open."""
    return Difference.objects.filter(pk__in=differences, settled_at=None).update(settled_at=now, settled_by=by)


def settle_right(*, receiver: Receiver, subject_ids: Collection[UUID], now: datetime) -> int:
    """These are right again; how many were open. What was put back in a calendar waits until its owner has seen it."""
    right = Difference.objects.filter(receiver=receiver, subject_id__in=subject_ids, settled_at=None)
    return right.exclude(done=Done.PUT_BACK).update(settled_at=now)


def reopen(*, settled_at: datetime, by: User) -> int:
    """«Fortryd» of [Set]; how many are open again. What was found again since is open already."""
    found_again = Difference.objects.filter(
        receiver=OuterRef("receiver"), subject_id=OuterRef("subject_id"), settled_at=None
    )
    settled = Difference.objects.filter(~Exists(found_again), settled_at=settled_at, settled_by=by)
    return settled.update(settled_at=None, settled_by=None)


def send_ours(*, difference: Difference, now: datetime) -> int:
    """[Send vores igen]: a person has chosen that ours shall stand; how many summonses are sent."""
    if difference.summons is None:
        return 0
    Difference.objects.filter(pk=difference.pk, settled_at=None).update(done=Done.SENT_AGAIN)
    return report_again(jobcentre_id=difference.jobcentre_id, summonses=[difference.summons], now=now)
