"""Address, postal code and city of a form: the city follows from the code (TEAM-04, ROOM-03)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from admin_module.postal_codes import city_of

ADDRESS = ("address", "postal_code", "city")
INCOMPLETE = _("Udfyld både adresse, postnr. og by, eller lad alle tre være tomme.")


class AddressForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose model is `Addressed` and whose fields hold ADDRESS: all three, or none where none is required.

    The city comes at once while a known code is typed, and when saving without JavaScript. With an unknown code it is
    typed.
    """

    address_required: ClassVar[bool] = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ADDRESS:
            self.fields[name].required = self.address_required
        self.fields["postal_code"].widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "off",
            "hx-get": reverse("admin_module:city"),
            "hx-trigger": "input changed delay:100ms",
            "hx-target": f"#{self['city'].auto_id}",
            "hx-swap": "outerHTML",
        }
        if self.is_bound:
            self.data = self._with_city()

    def _with_city(self) -> Any:
        code, city = (self.add_prefix(name) for name in ("postal_code", "city"))
        found = city_of(self.data.get(code, ""))
        if self.data.get(city, "").strip() or not found:
            return self.data
        filled = self.data.copy()  # type: ignore[attr-defined]
        filled[city] = found
        return filled

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = [name for name in ADDRESS if self.data.get(self.add_prefix(name), "").strip()]
        if typed and not self.address_required:
            for name in ADDRESS:
                if name not in typed:
                    self.add_error(name, forms.ValidationError(INCOMPLETE, code="incomplete"))
        return cleaned
