"""Why a conversation is cancelled."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CancelForm(forms.Form):
    """[Aflys] asks why; the reason stays in the history."""

    reason = forms.CharField(
        label=_("Begrundelse"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Uden personnummer. Den vises i historikken."),
    )
