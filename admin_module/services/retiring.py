"""Deleting as APP-15 means it: what is retired can no longer be chosen, stays readable, and gives up its name."""

from __future__ import annotations

from datetime import datetime

from admin_module.models.retiring import Clearable, Retirable


def retire(*, row: Retirable, now: datetime) -> None:
    """Write it; whether it may be done is asked before, after one's turn."""
    row.retired_at, row.version = now, row.version + 1
    row.save(update_fields=["retired_at", "version"])


def hand_over(*, row: Clearable, wanted: bool, now: datetime) -> None:
    """What is coming of it is work on the caseworkers' front page, and nothing more is booked; or no longer."""
    row.leaving_at, row.version = now if wanted else None, row.version + 1
    row.save(update_fields=["leaving_at", "version"])
