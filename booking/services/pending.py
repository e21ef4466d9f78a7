"""Changing what a pending summons says of its citizen; sent ones are changed by moving and cancelling."""

from __future__ import annotations

from datetime import date

from booking.models import Summons
from booking.rules import why_not_delete


def change_pending(*, summons: Summons, deadline: date | None, channel: str) -> Summons:
    """The deadline and the channel, while nobody has been told. The caller holds the citizen's lock."""
    found = Summons.objects.get(pk=summons.pk)
    if refusal := why_not_delete(found):
        raise refusal
    found.deadline, found.channel, found.version = deadline, channel, found.version + 1
    found.save(update_fields=["deadline", "channel", "version"])
    return found
