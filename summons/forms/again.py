"""From when somebody is summoned again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from planner.ui.forms import DateField


class AgainForm(forms.Form):
    """Nothing is found before this day."""

    earliest_on = DateField(label=_("Tidligste dato for indkaldelse"))

    def __init__(self, *, today: date, proposed: date, **options: Any) -> None:
        super().__init__(initial={"earliest_on": proposed}, use_required_attribute=False, **options)
        self.today = today

    def clean_earliest_on(self) -> date:
        on: date = self.cleaned_data["earliest_on"]
        if on < self.today:
            raise forms.ValidationError(_("Datoen er passeret."), code="past")
        return on
