"""Retiring conversation variants."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from admin_module.models import ConversationVariant
from admin_module.services.asking import why_not_retire
from admin_module.services.retiring import retire as write
from admin_module.services.turns import wait_for_turn
from planner.ui.refusal import Refusal


def why_not_delete(variant: ConversationVariant, *, now: datetime, hold: bool = False) -> Refusal | None:
    """Not while conversations of it are to be held (APP-15)."""
    found = why_not_retire(variant, now=now, hold=hold)
    return Refusal(_("Samtaletypevarianten kan ikke slettes."), code="in-use", links=found) if found else None


def retire(*, variant: ConversationVariant, now: datetime) -> None:
    wait_for_turn(variant.jobcentre_id)
    if refusal := why_not_delete(variant, now=now, hold=True):
        raise refusal
    write(row=variant, now=now)
