"""Appointments, and `Claim`: everything that is taken, judged by the database's exclusion constraints (TIME-08)."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor, Details, Room
from admin_module.models.address import Addressed
from booking.models.citizen import Citizen
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class PlacedBy(models.TextChoices):
    """Who chose the present time; renewed at each move. Budgets read it."""

    AUTOMATIC = "automatic", _("automatisk")
    STAFF = "staff", _("medarbejder")
    CITIZEN = "citizen", _("borger")
    OUTSIDE = "outside", _("andet system")


class Origin(models.TextChoices):
    """Where it was made; never changed."""

    PLANNER = "planner", _("Planner")
    JOBNET = "jobnet", _("Jobnet")
    OWN = "own", _("Min side")
    CASE_SYSTEM = "case_system", _("sagsbehandlingssystem")


class Appointment(Addressed, Details):
    """A dated conversation: time, place, counsellors, frozen details. Its id is DFDG's gruppemoedeId.

    The address is where it is held, frozen when it was made. `seats_calling` empty = no limit.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    day = models.DateField()
    start_tick = models.PositiveSmallIntegerField()
    counsellors = models.ManyToManyField(Counsellor, through="AppointmentCounsellor", related_name="appointments")
    placed_by = models.CharField(max_length=10, choices=PlacedBy.choices)
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.PLANNER)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(start_at__lt=F("end_at")), name="appointment_in_order"),
            models.CheckConstraint(condition=Q(start_tick__lt=288), name="appointment_starts_within_the_day"),
        ]
        indexes = [
            models.Index(fields=["jobcentre", "day"], name="appointments_of_a_day"),
            models.Index(fields=["jobcentre", "start_at"], name="appointments_in_order"),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk}"

    @property
    def held_by(self) -> str:
        """Its counsellors by name; whoever shows several appointments has prefetched them."""
        return ", ".join(counsellor.full_name for counsellor in self.counsellors.all())


class AppointmentCounsellor(TenantModel):
    """Who holds it."""

    appointment = TenantForeignKey(Appointment, on_delete=models.CASCADE, related_name="holders", db_index=False)
    counsellor = TenantForeignKey(Counsellor, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appointment", "counsellor"], name="counsellor_once_a_meeting")]
        indexes = [models.Index(fields=["jobcentre", "counsellor"], name="meetings_of_a_counsellor")]

    def __str__(self) -> str:
        return f"{self.counsellor_id} at {self.appointment_id}"


def _excluded(name: str, column: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name,
        expressions=[(column, RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
        condition=Q(firm=True, **{f"{column}__isnull": False}),
    )


class Claim(TenantModel):
    """One stretch of time that a counsellor, a room or a citizen is taken.

    `during` is exact; `day`, `start_tick`, `ticks` are its local 5-minute picture, widened. A counsellor's claim
    includes reporting time, a room's and a citizen's do not. `firm`: Planner made it, so it may never overlap.
    """

    counsellor = TenantForeignKey(Counsellor, null=True, related_name="claims", db_index=False)
    room = TenantForeignKey(Room, null=True, related_name="claims", db_index=False)
    citizen = TenantForeignKey(Citizen, on_delete=models.CASCADE, null=True, related_name="claims", db_index=False)
    appointment = TenantForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, related_name="claims", db_index=False
    )
    hold = TenantForeignKey("booking.Hold", on_delete=models.CASCADE, null=True, related_name="claims", db_index=False)
    during = DateTimeRangeField()
    day = models.DateField()
    start_tick = models.PositiveSmallIntegerField()
    ticks = models.PositiveSmallIntegerField()
    firm = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _excluded("counsellor_in_one_place", "counsellor"),
            _excluded("room_in_one_use", "room"),
            _excluded("citizen_in_one_place", "citizen"),
            models.CheckConstraint(
                condition=Q(counsellor__isnull=False, room__isnull=True, citizen__isnull=True)
                | Q(counsellor__isnull=True, room__isnull=False, citizen__isnull=True)
                | Q(counsellor__isnull=True, room__isnull=True, citizen__isnull=False),
                name="claim_takes_one",
            ),
            models.CheckConstraint(condition=Q(ticks__gt=0, start_tick__lt=288), name="claim_within_the_day"),
        ]
        indexes = [
            models.Index(fields=["jobcentre", "counsellor", "day"], name="claims_of_a_counsellor"),
            models.Index(fields=["jobcentre", "room", "day"], name="claims_of_a_room"),
            models.Index(fields=["jobcentre", "citizen", "day"], name="claims_of_a_citizen"),
            models.Index(fields=["appointment"], name="claims_of_an_appointment"),
            models.Index(fields=["hold"], condition=Q(hold__isnull=False), name="claims_of_a_hold"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="holds_by_end"),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk} on {self.day}"
