"""«Kalender» on a counsellor's card (COUN-14)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.forms.versions import VersionedForm
from admin_module.models import CalendarConnection, CalendarSystem
from admin_module.services import calendars
from planner.calendars.errors import Refused


class CalendarForm(VersionedForm):
    """The password is never shown again: an empty field keeps it, as long as the calendar is the same."""

    password = forms.CharField(
        label=gettext_lazy("Adgangskode"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = CalendarConnection
        fields = ("system", "address", "user_name")
        widgets: ClassVar[Any] = {"system": forms.RadioSelect}
        help_texts: ClassVar[Any] = {
            "address": gettext_lazy(
                "CalDAV: kalenderens egen adresse, fx https://kalender.example/anna/kalender/."
                " Microsoft 365: postkassens e-mailadresse."
            ),
            "user_name": gettext_lazy("Kun CalDAV. Brug helst en konto, der kun er til Planner."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.secret:
            self.fields["password"].help_text = _("Gemt. Lad feltet stå tomt for at beholde den.")
        self._before = (self.instance.system, self.instance.address, self.instance.user_name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and not self.errors:
            said = dict(cleaned)  # an error takes its field out of the other
            if said["system"] == CalendarSystem.GRAPH:
                self._clean_graph(said)
            else:
                self._clean_caldav(said)
        return cleaned

    def _clean_graph(self, said: dict[str, Any]) -> None:
        if not calendars.has_graph():
            self.add_error("system", _("Planner er ikke registreret i Microsoft 365. Spørg den, der driver Planner."))
        try:
            EmailValidator()(said["address"])
        except forms.ValidationError:
            self.add_error("address", _("Skriv postkassens e-mailadresse."))

    def _clean_caldav(self, said: dict[str, Any]) -> None:
        """A password goes only to the calendar that it was typed for."""
        try:
            calendars.allowed(said["address"])
        except Refused as fault:
            self.add_error("address", fault.sentence)
        if not said["user_name"]:
            self.add_error("user_name", _("Skriv brugernavnet i kalendersystemet."))
        same = self._before == (said["system"], said["address"], said["user_name"])
        if not said["password"] and not (self.instance.secret and same):
            self.add_error("password", _("Skriv adgangskoden."))
