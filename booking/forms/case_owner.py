"""Whose case a citizen is: for one citizen, and for many at once (COUN-13)."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor
from booking.models import Citizen
from planner.ui.forms import Combobox


class CaseOwnerForm(forms.Form):
    """A counsellor of the job centre, or none. `seen`: whom the person saw as case owner when they opened it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    counsellor = forms.ModelChoiceField(
        Counsellor.objects.none(),
        required=False,
        label=_("Fast vejleder"),
        empty_label=_("Ingen fast vejleder"),
        widget=Combobox,
    )

    def __init__(self, posted: QueryDict | None, *, citizen: Citizen) -> None:
        present = str(citizen.case_owner_id or "")
        super().__init__(posted, initial={"seen": present, "counsellor": present})
        self.citizen = citizen
        cast("Any", self.fields["counsellor"]).queryset = Counsellor.objects.living()

    @property
    def owner(self) -> Counsellor | None:
        return cast("Counsellor | None", self.cleaned_data["counsellor"])

    @property
    def changes(self) -> bool:
        return (self.owner.pk if self.owner else None) != self.citizen.case_owner_id

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("seen", "") != str(self.citizen.case_owner_id or ""):
            self.refuse_stale()
        return self.cleaned_data

    def refuse_stale(self) -> None:
        """Somebody else chose meanwhile; saving again keeps what is chosen here."""
        holder = self.citizen.case_owner
        self.data = cast("QueryDict", self.data).copy()
        self.data["seen"] = str(self.citizen.case_owner_id or "")
        words = _("Fast vejleder er imens ændret til %s. Gem igen, hvis det stadig skal være den, du har valgt.")
        self.add_error(None, words % (holder.full_name if holder else _("ingen")))


class HandOverForm(forms.Form):
    """To whom a caseload, or some of it, goes."""

    counsellor = forms.ModelChoiceField(
        Counsellor.objects.none(),
        label=_("Overdrag til"),
        empty_label=_("Vælg vejleder"),
        widget=Combobox,
        error_messages={"required": _("Vælg, hvem borgerne overdrages til.")},
    )

    def __init__(self, posted: QueryDict | None, *, present: Counsellor) -> None:
        super().__init__(posted)
        cast("Any", self.fields["counsellor"]).queryset = Counsellor.objects.living().exclude(pk=present.pk)

    @property
    def owner(self) -> Counsellor:
        return cast("Counsellor", self.cleaned_data["counsellor"])
