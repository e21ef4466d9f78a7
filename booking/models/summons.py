"""Summonses: one citizen in one appointment, also when self-booked."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models import StandardText
from booking.models.appointment import Appointment, Origin
from booking.models.citizen import Citizen
from booking.models.offer import OnlineOffer
from booking.states import Attendance, SummonsStatus
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class Channel(models.TextChoices):
    JOBNET = "jobnet", _("Jobnet")
    LETTER = "letter", _("Brev")


class Summons(TenantModel):
    """Its id is DFDG's indkaldelseId and never changes: rebooking points it to another appointment.

    `rebook_until`: the last day on which the citizen may rebook. `rebook_to`: the last date they may rebook to.
    `cancel_until`: the last day on which the citizen may cancel. `offer`: the one it was booked on. `accepted_text`:
    the edition of «Rettigheder og pligter» that the citizen accepted. `language`: the one they booked in.
    `attendance`: empty until somebody registers it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(null=True)
    appointment = TenantForeignKey(Appointment, related_name="summonses")
    citizen = TenantForeignKey(Citizen, related_name="summonses", db_index=False)
    status = models.CharField(max_length=10, choices=SummonsStatus.choices, default=SummonsStatus.PENDING)
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.PLANNER)
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.JOBNET)
    deadline = models.DateField(null=True)
    earliest_on = models.DateField(null=True)
    rebook_until = models.DateField(null=True)
    rebook_to = models.DateField(null=True)
    offer = TenantForeignKey(OnlineOffer, null=True, related_name="summonses", db_index=False)
    cancel_until = models.DateField(null=True)
    language = models.CharField(max_length=2, default="da")
    accepted_text = TenantForeignKey(StandardText, null=True, related_name="+", db_index=False)
    accepted_at = models.DateTimeField(null=True)
    placement = models.JSONField(default=dict)
    replaces = TenantForeignKey("self", null=True, related_name="replaced_by")
    prepared_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    prepared_at = models.DateTimeField()
    release_on = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    cancelled_reason = models.CharField(max_length=500, blank=True)
    attendance = models.CharField(max_length=8, choices=Attendance.choices, blank=True)
    attendance_reason = models.CharField(max_length=500, blank=True)
    attendance_at = models.DateTimeField(null=True)
    attendance_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jobcentre", "number"], name="summons_number_once"),
            models.CheckConstraint(
                condition=Q(status=SummonsStatus.PENDING)
                | Q(sent_at__isnull=False, number__isnull=False)
                | Q(origin=Origin.CASE_SYSTEM),
                name="sent_has_time_and_number",
            ),
            models.CheckConstraint(
                condition=~Q(status=SummonsStatus.CANCELLED) | Q(cancelled_at__isnull=False),
                name="cancelled_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(attendance="", attendance_at=None)
                | Q(status=SummonsStatus.SENT, attendance_at__isnull=False),
                name="attendance_of_what_was_sent",
            ),
            models.UniqueConstraint(
                fields=["appointment", "citizen"],
                condition=~Q(status=SummonsStatus.CANCELLED),
                name="citizen_once_a_meeting",
            ),
        ]
        indexes = [
            models.Index(fields=["jobcentre", "citizen"], name="summonses_of_a_citizen"),
            models.Index(fields=["jobcentre", "offer"], condition=Q(offer__isnull=False), name="summonses_of_an_offer"),
            models.Index(fields=["jobcentre", "sent_at", "id"], name="summonses_by_sending"),
            models.Index(fields=["jobcentre", "deadline"], name="summonses_by_deadline"),
            models.Index(
                fields=["jobcentre", "attendance_at"],
                condition=Q(attendance_at__isnull=False),
                name="attendance_by_moment",
            ),
            models.Index(fields=["jobcentre"], condition=Q(status=SummonsStatus.CANCELLED), name="cancelled_summonses"),
            models.Index(
                fields=["jobcentre", "appointment"], condition=Q(channel=Channel.LETTER), name="summonses_by_letter"
            ),
            models.Index(
                fields=["jobcentre", "prepared_by"], condition=Q(status=SummonsStatus.PENDING), name="pending_summonses"
            ),
        ]

    def __str__(self) -> str:
        return f"summons {self.pk}"
