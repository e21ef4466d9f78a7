"""Keeping and retiring meeting rooms."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from admin_module.models import Room
from admin_module.services.asking import why_not_retire
from admin_module.services.retiring import retire as write
from admin_module.services.turns import wait_for_turn
from planner.ui.refusal import Refusal


def why_not_delete(room: Room, *, now: datetime, hold: bool = False) -> Refusal | None:
    """Not while conversations are to be held in it (s76)."""
    found = why_not_retire(room, now=now, hold=hold)
    return Refusal(_("Mødelokalet kan ikke slettes."), code="in-use", links=found) if found else None


def retire(*, room: Room, now: datetime) -> None:
    wait_for_turn(room.jobcentre_id)
    if refusal := why_not_delete(room, now=now, hold=True):
        raise refusal
    write(row=room, now=now)
