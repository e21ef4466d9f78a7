"""The states of a summons and the moves between them, as data (the diagram in docs/states.md is made from it)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SummonsStatus(models.TextChoices):
    PENDING = "pending", _("Afventer")
    SENT = "sent", _("Sendt")
    CANCELLED = "cancelled", _("Aflyst")


ACTIVE = (SummonsStatus.PENDING, SummonsStatus.SENT)
"""Takes time and a seat."""

MOVES: dict[SummonsStatus, frozenset[SummonsStatus]] = {
    SummonsStatus.PENDING: frozenset({SummonsStatus.SENT}),
    SummonsStatus.SENT: frozenset({SummonsStatus.PENDING, SummonsStatus.CANCELLED}),
    SummonsStatus.CANCELLED: frozenset({SummonsStatus.SENT}),
}


def allowed(before: SummonsStatus, after: SummonsStatus) -> bool:
    """Whether a summons may go from one status to another.

    Back to pending, and from cancelled back to sent: only «Fortryd», before anything of it has left (APP-14).
    """
    return after in MOVES[before]
