"""Letters that were printed: one row a letter, gathered in printings (LET-01, LET-03)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.models import Room
from booking.models.summons import Summons
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class LetterKind(models.TextChoices):
    SUMMONS = "summons", _("Indkaldelse")
    CHANGED = "changed", _("Ændret tid eller sted")
    CANCELLED = "cancelled", _("Aflysning")


class Printing(TenantModel):
    """Letters printed together, as one PDF. `encrypted`: the PDF, from `made_at` until it is forgotten a day later.

    `undone_at`: «Fortryd»: its letters count as not printed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    encrypted = models.BinaryField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["jobcentre", "-asked_at"], name="printings_newest_first")]

    def __str__(self) -> str:
        return f"printing {self.pk}"


class Letter(TenantModel):
    """What a citizen is told of a summons, and the time and place it then had. `line`: its place in the pile.

    The text is made when it is printed, and kept nowhere but in the PDF.
    """

    printing = TenantForeignKey(Printing, on_delete=models.CASCADE, related_name="letters", db_index=False)
    line = models.PositiveIntegerField()
    summons = TenantForeignKey(Summons, on_delete=models.CASCADE, related_name="letters", db_index=False)
    kind = models.CharField(max_length=10, choices=LetterKind.choices)
    start_at = models.DateTimeField()
    address = models.CharField(max_length=200, blank=True)
    room = TenantForeignKey(Room, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["printing", "line"], name="one_letter_a_line")]
        indexes = [models.Index(fields=["jobcentre", "summons"], name="letters_of_a_summons")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.summons_id}"
