"""Summons templates: pre-filled details, copied at use (TMPL-01, TMPL-03)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.models.counsellor import Counsellor
from admin_module.models.details import ContactMode, Details, Distribution, MeetingForm
from admin_module.models.online import OnlineTerms
from admin_module.models.retiring import Retirable, unique_living_name
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class SummonsTemplate(Retirable, Details, OnlineTerms):
    """Holds any of the details; what is empty is not given, and leaves what stands in the summons as it is."""

    name = models.CharField(_("Navn"), max_length=100)
    form = models.CharField(_("Mødeform"), max_length=10, choices=MeetingForm.choices, blank=True)
    mode = models.CharField(_("Afholdelsesform"), max_length=10, choices=ContactMode.choices, blank=True)
    distribution = models.CharField(_("Fordeling"), max_length=10, choices=Distribution.choices, blank=True)
    reporting_time = models.PositiveSmallIntegerField(_("Afrapportering (minutter)"), null=True, blank=True)  # type: ignore[assignment]
    seats_rebooking = models.PositiveIntegerField(_("Pladser til ombooking"), null=True, blank=True)  # type: ignore[assignment]
    rebooking_allowed = models.BooleanField(_("Borgeren kan ombooke"), null=True, blank=True)  # type: ignore[assignment]
    rebooking_days = models.PositiveSmallIntegerField(_("Dage før samtalen"), null=True, blank=True)  # type: ignore[assignment]
    cancellation_allowed = models.BooleanField(_("Accepter afbud"), null=True, blank=True)  # type: ignore[assignment]
    cancellation_days = models.PositiveSmallIntegerField(_("Dage før samtalen (afbud)"), null=True, blank=True)  # type: ignore[assignment]
    fund_participation = models.BooleanField(_("A-kassen deltager"), null=True, blank=True)  # type: ignore[assignment]
    counsellors = models.ManyToManyField(Counsellor, through="TemplateCounsellor", related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [unique_living_name("template_name")]

    def __str__(self) -> str:
        return self.name

    def carried(self) -> dict[str, Any]:
        """Only what is given."""
        return {name: value for name, value in super().carried().items() if value not in (None, "")}


class TemplateCounsellor(TenantModel):
    template = TenantForeignKey(SummonsTemplate, on_delete=models.CASCADE)
    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "counsellor"], name="template_counsellor_once")]

    def __str__(self) -> str:
        return f"{self.counsellor_id} in {self.template_id}"
