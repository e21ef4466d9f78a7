"""The states of a summons and the moves between them, as data (the diagram in docs/states.md is made from it)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SummonsStatus(models.TextChoices):
    PENDING = "pending", _("Afventer")
    SENT = "sent", _("Sendt")
    CANCELLED = "cancelled", _("Aflyst")


class Attendance(models.TextChoices):
    """Whether the citizen came (ATT-01); empty where nobody has said so yet."""

    MET = "met", _("Mødt")
    NO_SHOW = "no_show", _("Udeblevet")
    CANCELLED_IN_TIME = "in_time", _("Rettidigt afbud")
    CANCELLED_TOO_LATE = "too_late", _("For sent afbud")
    CANCELLED_BY_US = "by_us", _("Aflyst af jobcentret")
    UNCLEAR = "unclear", _("Ikke afklaret")


HELD = ("", Attendance.MET)
"""What a past conversation is registered as where it was held."""

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
