"""A case system that is to be let in: its name (SYNC-20)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from summons.models import CaseSystem


class CaseSystemForm(forms.Form):
    name = forms.CharField(
        label=_("Navn"), max_length=60, help_text=_("For eksempel Opera. Navnet står på de lister, det sender.")
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if CaseSystem.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("Navnet skal være unikt"), code="unique")
        return name
