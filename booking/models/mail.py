"""E-mails to citizens: one row for each that is to be sent, so that none is sent twice (LET-02)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.summons import Summons
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class Occasion(models.TextChoices):
    SUMMONED = "summoned", _("Indkaldelse")
    BOOKED = "booked", _("Kvittering for booking")
    REBOOKED = "rebooked", _("Kvittering for ny tid")
    CANCELLED = "cancelled", _("Kvittering for afbud")
    REMINDER = "reminder", _("Påmindelse")


class Mail(TenantModel):
    """What a citizen is told of a summons, and when it was then to be held.

    `edition` tells two of the same occasion apart: the count of those before it, or of a reminder the minute of the
    start. The text is made when it is sent, and kept nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    summons = TenantForeignKey(Summons, on_delete=models.CASCADE, related_name="mails", db_index=False)
    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    edition = models.PositiveIntegerField(default=0)
    start_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summons", "occasion", "edition"], name="one_mail_an_occasion"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} of {self.summons_id}"
