"""Revisionsspor: who looked up and who changed whose data (LOG-01). Append only: the application cannot change it."""

from __future__ import annotations

from django.db import models

from planner.accounts.tenancy import TenantModel


class Access(TenantModel):
    """Somebody saw a citizen's data."""

    at = models.DateTimeField()
    user_id: int | None
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    citizen_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=60)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=46, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["jobcentre", "citizen_id", "-at"], name="access_by_citizen"),
            models.Index(fields=["jobcentre", "user", "-at"], name="access_by_user"),
            models.Index(fields=["jobcentre", "-at"], name="access_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} at {self.at}"


class Change(TenantModel):
    """A row was made, changed or deleted; written by the trigger `audit_rows`, with the values before and after."""

    class Action(models.TextChoices):
        INSERT = "INSERT"
        UPDATE = "UPDATE"
        DELETE = "DELETE"

    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    source = models.CharField(max_length=20, blank=True)
    request_id = models.CharField(max_length=46, blank=True)
    table = models.CharField(max_length=63, db_column="table_name")
    row = models.CharField(max_length=36, db_column="row_id")
    action = models.CharField(max_length=6, choices=Action.choices)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["jobcentre", "table", "row", "-at"], name="change_by_row"),
            models.Index(fields=["jobcentre", "-at"], name="change_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.table} {self.row}"
