"""Summons templates: pre-filled details, copied at use (TMPL-01, TMPL-03)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.models.counsellor import Counsellor
from admin_module.models.details import Details
from admin_module.models.retiring import Retirable, unique_living_name
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class SummonsTemplate(Retirable, Details):
    name = models.CharField(_("Navn"), max_length=100)
    counsellors = models.ManyToManyField(Counsellor, through="TemplateCounsellor", related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [unique_living_name("template_name")]

    def __str__(self) -> str:
        return self.name


class TemplateCounsellor(TenantModel):
    template = TenantForeignKey(SummonsTemplate, on_delete=models.CASCADE)
    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "counsellor"], name="template_counsellor_once")]

    def __str__(self) -> str:
        return f"{self.counsellor_id} in {self.template_id}"
