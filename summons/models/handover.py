"""Lists of citizens handed over by a case system (KSS-01, SYNC-20)."""

from __future__ import annotations

import uuid

from django.db import models

from planner.accounts.tenancy import TenantForeignKey, TenantModel


class CaseSystem(TenantModel):
    """A case system that may hand over lists; its token is kept as a keyed hash only."""

    name = models.CharField(max_length=60)
    token_digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre", "name"], name="case_system_name")]

    def __str__(self) -> str:
        return self.name


class HandedList(TenantModel):
    """An encrypted list, opened once by a signed-in caseworker through its link; unfetched ones go after 7 days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_system = TenantForeignKey(CaseSystem, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    encrypted = models.BinaryField(null=True)
    rows = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
