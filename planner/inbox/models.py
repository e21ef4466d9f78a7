"""What was pushed to us, raw and encrypted, until it is 30 days old; and how far we have come with each thing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from planner.accounts.tenancy import TenantModel


class Received(TenantModel):
    """One message, as it came. The three ids say whether it came before.

    `person`: keyed hash of the citizen's number, for the order. `registered_at`: when the sender wrote the change down.
    `encrypted`: the message itself. `not_before`: when it may next be tried; `error_text`: in plain words.
    """

    entity = models.PositiveIntegerField()
    external_id = models.UUIDField()
    version_id = models.UUIDField()
    person = models.BinaryField(max_length=32)
    registered_at = models.DateTimeField()
    encrypted = models.BinaryField()
    received_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    error_text = models.TextField(blank=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jobcentre", "entity", "external_id", "version_id"], name="received_version_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["jobcentre", "entity", "person", "registered_at"],
                condition=Q(handled_at__isnull=True),
                name="received_unhandled",
            ),
            models.Index(fields=["jobcentre", "received_at"], name="received_by_age"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} about {self.entity}"


class Latest(TenantModel):
    """The newest version of a thing that was handled; an older one changes nothing any more."""

    entity = models.PositiveIntegerField()
    external_id = models.UUIDField()
    version_id = models.UUIDField()
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jobcentre", "entity", "external_id"], name="one_latest_version"),
        ]
        indexes = [models.Index(fields=["jobcentre", "registered_at"], name="latest_by_age")]

    def __str__(self) -> str:
        return f"latest of {self.external_id}"
