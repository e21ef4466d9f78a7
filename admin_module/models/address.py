"""An address: one line, postal code, city."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

POSTAL_CODE = RegexValidator(r"^\d{4}$", _("Postnummeret skal have fire cifre."))


class Addressed(models.Model):
    address = models.CharField(_("Adresse"), max_length=200, blank=True)
    postal_code = models.CharField(_("Postnr."), max_length=4, blank=True, validators=[POSTAL_CODE])
    city = models.CharField(_("By"), max_length=60, blank=True)

    class Meta:
        abstract = True

    @property
    def whole_address(self) -> str:
        """«Havnegade 4, 9990 Fjordby», or nothing."""
        return f"{self.address}, {self.postal_code} {self.city}" if self.address else ""
