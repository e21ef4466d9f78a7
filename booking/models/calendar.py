"""What was written into counsellors' own calendars (SYNC-19)."""

from __future__ import annotations

from django.db import models

from admin_module.models import CalendarConnection
from planner.accounts.tenancy import TenantForeignKey, TenantModel

ENTRY = "entry"
"""The kind of the messages about entries."""


class CalendarEntry(TenantModel):
    """One appointment in one counsellor's calendar; its id is made of the two, and is the subject of the messages.

    It outlives the appointment, so that the calendar can still be told. `address` and `etag`: where it is there, and
    which version; `start_at`, `end_at`, `title`: what was last written, empty while nothing of ours is there.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    connection = TenantForeignKey(CalendarConnection, on_delete=models.CASCADE, related_name="entries")
    appointment_id = models.UUIDField()
    address = models.CharField(max_length=1000, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=300, blank=True)
    start_at = models.DateTimeField(null=True)
    end_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["jobcentre", "appointment_id"], name="entries_of_an_appointment")]

    def __str__(self) -> str:
        return f"entry {self.pk}"
