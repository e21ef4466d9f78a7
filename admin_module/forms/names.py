"""Names that are unique among the living (APP-15); who is retired has given up theirs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from admin_module.services.turns import wait_for_turn


class UniqueNameForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form with the field «Navn», told apart by more than capitals; it waits for its turn before it looks."""

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        wait_for_turn(self.instance.jobcentre_id)
        living = type(self.instance)._default_manager.filter(retired_at=None, name__iexact=name)
        if living.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Navnet skal være unikt"), code="unique")
        return name
