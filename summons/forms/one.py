"""«Ny aftale for én borger»: a number and a template; all the rest follows from what was marked (CAL-03)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import SummonsTemplate
from booking.cpr import Fault, parse

MARKED = ("team", "counsellor", "room", "date", "start", "duration")
"""What the calendar knows, under the names of step 1's address."""


class SeatForm(forms.Form):
    """The number goes by POST only, and is never shown again."""

    cpr = forms.CharField(
        label=_("CPR-nummer"),
        max_length=40,
        error_messages={"required": _("Skriv et CPR-nummer.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "autofocus": True}),
    )

    def clean_cpr(self) -> str:
        typed: str = self.cleaned_data["cpr"]
        if not typed:
            return ""
        number = parse(typed)
        if isinstance(number, Fault):
            raise forms.ValidationError(str(number.sentence), code=number.code.value)
        return number.digits


class OneForm(SeatForm):
    """And a template. `number_needed`: whether the citizen is called at once."""

    template = forms.ModelChoiceField(
        SummonsTemplate.objects.none(), required=False, label=_("Skabelon"), empty_label=_("Ingen skabelon")
    )

    def __init__(self, posted: Any = None, *, number_needed: bool = True) -> None:
        super().__init__(posted)
        self.fields["cpr"].required = number_needed
        chosen: Any = self.fields["template"]
        chosen.queryset = SummonsTemplate.objects.living()
