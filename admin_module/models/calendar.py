"""Where a counsellor's own calendar is, and how it goes with it (COUN-14)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.models.counsellor import Counsellor
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class CalendarSystem(models.TextChoices):
    CALDAV = "caldav", _("CalDAV")
    GRAPH = "graph", _("Microsoft 365")


class CalendarConnection(TenantModel):
    """One counsellor's calendar. `address`: the calendar's own by CalDAV, the mailbox by Microsoft 365.

    `secret`: the password, encrypted; Microsoft 365 has none of its own. `last_error`: a sentence, empty while it
    answers. `busy_read_at`: when busy times were last read; they hold until they are read again.
    """

    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE, related_name="calendars", db_index=False)
    system = models.CharField(_("System"), max_length=6, choices=CalendarSystem.choices, default=CalendarSystem.CALDAV)
    address = models.CharField(_("Adresse"), max_length=500)
    user_name = models.CharField(_("Brugernavn"), max_length=150, blank=True)
    secret = models.BinaryField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    busy_read_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre", "counsellor"], name="one_calendar_each")]

    def __str__(self) -> str:
        return f"calendar of {self.counsellor_id}"
