"""A citizen: one row a job centre; what others say of them is a dated copy (CIT-02, CIT-03)."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models import ContactGroup, ConversationType, Counsellor
from admin_module.models.address import Addressed
from planner.accounts.fields import full_name_column, sort_key_column
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class CprStatus(models.TextChoices):
    """As the look-up says it; `ELSEWHERE`: DFDG gives the citizen to another authority, which has its own row."""

    ACTIVE = "active", _("Aktiv")
    MOVED_AWAY = "moved_away", _("Udrejst")
    DEAD = "dead", _("Død")
    INACTIVE = "inactive", _("Inaktiv")
    ELSEWHERE = "elsewhere", _("Hører til et andet sted")


class Citizen(Addressed, TenantModel):
    """`owner_named`: the employee whom the case system last named as case owner, a counsellor of ours or not.

    `owner_set_at`, `owner_set_by`: a person chose `case_owner`, or none, here; empty where the case system's word is
    followed. `contact_group_from`: since when they are in the group, and `contact_group_told_at`: when that was written
    down, where a pushed message told it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given_name = models.CharField(_("Fornavn"), max_length=50)
    middle_name = models.CharField(_("Mellemnavn"), max_length=40, blank=True)
    family_name = models.CharField(_("Efternavn"), max_length=40)
    full_name = full_name_column()
    sort_key = sort_key_column()
    born_on = models.DateField()
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    contact_group = models.ForeignKey(ContactGroup, on_delete=models.PROTECT, null=True, related_name="+")
    contact_group_from = models.DateField(null=True)
    contact_group_told_at = models.DateTimeField(null=True)
    person_category = models.PositiveSmallIntegerField(null=True)
    person_groups = ArrayField(models.UUIDField(), default=list)
    unemployed_from = models.DateField(null=True)
    activation_type = models.CharField(max_length=60, blank=True)
    cpr_status = models.CharField(max_length=10, choices=CprStatus.choices, default=CprStatus.ACTIVE)
    digital_exempt = models.BooleanField(default=False)
    case_owner = TenantForeignKey(Counsellor, on_delete=models.SET_NULL, null=True, related_name="caseload")
    owner_named = models.CharField(max_length=255, blank=True)
    owner_set_at = models.DateTimeField(null=True)
    owner_set_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    source = models.CharField(max_length=20, default="dfdg")
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["jobcentre", "sort_key"], name="citizens_by_name")]

    def __str__(self) -> str:
        return f"citizen {self.pk}"


class CprNumber(TenantModel):
    """A citizen's number, encrypted, with a keyed hash to find it by; the open one is unique in the job centre."""

    citizen = TenantForeignKey(Citizen, on_delete=models.CASCADE, related_name="numbers")
    encrypted = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jobcentre", "digest"], condition=Q(valid_to__isnull=True), name="one_citizen_a_number"
            ),
            models.UniqueConstraint(
                fields=["citizen"], condition=Q(valid_to__isnull=True), name="one_number_a_citizen"
            ),
        ]
        indexes = [models.Index(fields=["jobcentre", "digest"], name="citizens_by_number")]

    def __str__(self) -> str:
        return f"number of {self.citizen_id}"


class DueDate(TenantModel):
    """The Friday of the due week by which the law wants the next contact; kind = name of the column it came from."""

    citizen = TenantForeignKey(Citizen, on_delete=models.CASCADE, related_name="due_dates")
    kind = models.CharField(max_length=100)
    due_on = models.DateField()
    source = models.CharField(max_length=20, default="dfdg")
    fetched_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "kind"], name="one_due_date_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class CitizenAbsence(TenantModel):
    """A citizen's absence, both days included; without an end it lasts."""

    citizen = TenantForeignKey(Citizen, on_delete=models.CASCADE, related_name="absences")
    kind = models.CharField(max_length=60)
    first_on = models.DateField()
    last_on = models.DateField(null=True)
    fetched_at = models.DateTimeField()

    class Meta:
        ordering = ["first_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__isnull=True) | Q(first_on__lte=models.F("last_on")),
                name="citizen_absence_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_on}"


class BookingDeadline(TenantModel):
    """DFDG's «frist»: last day to book and last day to hold; set by the case system, read only here.

    `external_id`: DFDG's id of it, where a pushed message told; a look-up names none.
    """

    class Status(models.IntegerChoices):
        ACTIVE = 1, _("aktiv")
        FULFILLED = 2, _("indfriet")
        EXCEEDED = 3, _("overskredet")
        CANCELLED = 4, _("annulleret")

    citizen = TenantForeignKey(Citizen, on_delete=models.CASCADE, related_name="booking_deadlines")
    external_id = models.UUIDField(null=True)
    type = models.ForeignKey(ConversationType, on_delete=models.PROTECT, related_name="+")
    book_by = models.DateField()
    hold_by = models.DateField()
    status = models.PositiveSmallIntegerField(choices=Status.choices, default=Status.ACTIVE)
    fetched_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre", "external_id"], name="booking_deadline_once")]

    def __str__(self) -> str:
        return f"{self.type_id} by {self.hold_by}"
