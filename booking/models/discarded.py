"""Pending meetings that were deleted together, as they were, for as long as «Fortryd» may bring them back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import models

from planner.accounts.tenancy import TenantModel


class Discarded(TenantModel):
    """What waited of one meeting; forgotten a day later.

    `meeting`, `holders`, `seats`: the rows as the database held them. `links`: what pointed to the seats, by field and
    by the id of the row that did.
    """

    discarded_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    appointment_id: models.UUIDField[UUID, UUID] = models.UUIDField()
    meeting = models.JSONField()
    holders = models.JSONField()
    seats = models.JSONField()
    links = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["jobcentre", "discarded_at"], name="discarded_by_moment")]

    def __str__(self) -> str:
        return f"appointment {self.appointment_id} as it was"
