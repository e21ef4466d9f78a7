"""«Fejl fra Jobnet»: what DFDG or Jobnet report of an offer or a booking, and who has dealt with it (SELF-11)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Citizen, OnlineOffer, ReportedFault, Summons
from booking.services.locks import lock
from planner.accounts.models import User
from planner.accounts.vault import encrypt
from planner.ui.refusal import Refusal


def report(
    *,
    citizen: Citizen,
    offer: OnlineOffer | None,
    summons: Summons | None,
    kind: ReportedFault.Kind,
    source: ReportedFault.Source,
    text: str,
    happened_at: datetime,
    now: datetime,
) -> ReportedFault:
    """Keep it, once: the same fault told again is no other."""
    lock(jobcentre_id=citizen.jobcentre_id, citizens=[citizen.pk])
    fault, _made = ReportedFault.objects.get_or_create(
        citizen=citizen,
        offer=offer,
        summons=summons,
        kind=kind,
        source=source,
        happened_at=happened_at,
        defaults={
            "jobcentre_id": citizen.jobcentre_id,
            "encrypted": encrypt(text) if text else None,
            "received_at": now,
        },
    )
    return fault


def handle(*, fault: ReportedFault, by: User, now: datetime) -> bool:
    """[Markér som håndteret]; False where somebody was first."""
    return bool(ReportedFault.objects.filter(pk=fault.pk, handled_at=None).update(handled_at=now, handled_by=by))


def reopen(*, fault: ReportedFault, handled_at: datetime) -> None:
    """«Fortryd», while nobody else has dealt with it since."""
    opened = ReportedFault.objects.filter(pk=fault.pk, handled_at=handled_at)
    if not opened.update(handled_at=None, handled_by=None):
        raise Refusal(_("Fejlen er ændret siden og kan ikke fortrydes."), code="changed")
