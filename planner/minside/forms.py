"""What a citizen types: a number to sign in as a test citizen, acceptance, and a reason."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from planner.logs import masked


class NumberForm(forms.Form):
    """A CPR number, with or without its hyphen."""

    cpr = forms.CharField(
        label=_("CPR-nummer"),
        max_length=20,
        error_messages={"required": _("Skriv dit CPR-nummer.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_cpr(self) -> str:
        digits = re.sub(r"[\s-]", "", self.cleaned_data["cpr"])
        if not re.fullmatch(r"[0-9]{10}", digits):
            raise forms.ValidationError(_("Skriv de ti cifre i dit CPR-nummer."), code="invalid")
        return digits


class AcceptForm(forms.Form):
    """«Rettigheder og pligter» must be accepted."""

    accepted = forms.BooleanField(
        label=_("Jeg har læst mine rettigheder og pligter og accepterer dem"),
        error_messages={"required": _("Læs dine rettigheder og pligter, og sæt kryds, før du booker.")},
    )


class CancelForm(forms.Form):
    """Why the citizen cannot come; a number typed here is not kept."""

    reason = forms.CharField(
        label=_("Hvorfor kan du ikke komme?"),
        required=False,
        max_length=500,
        help_text=_("Du behøver ikke at skrive noget. Skriv ikke CPR-nummer eller oplysninger om helbred."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_reason(self) -> str:
        return masked(self.cleaned_data["reason"])
