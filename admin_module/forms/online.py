"""When an online offer can be booked, and which times it shows: fields of a template and of an offer alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from admin_module.models.hours import Weekday
from admin_module.models.online import INTERVALS
from planner.accounts.models import Settings
from planner.ui.forms import DateField, Number, TimeField


class OnlineFields(forms.ModelForm):  # type: ignore[type-arg]
    """Dates and times in order; empty where the job centre's own settings hold."""

    opens_on = DateField(required=False, label=gettext_lazy("Første dato online tilbud kan bookes"))
    earliest_meeting_on = DateField(required=False, label=gettext_lazy("Tidligste mødedato"))
    ends_on = DateField(
        required=False,
        label=gettext_lazy("Slutdato"),
        help_text=gettext_lazy("Dagen er med. Tomt: tilbuddet gælder, til det stoppes."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        choices=Weekday.choices,
        coerce=int,
        required=False,
        label=gettext_lazy("Ugedage"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Vælges ingen, kan alle vejledernes dage bookes."),
    )
    from_time = TimeField(required=False, label=gettext_lazy("Tidligst kl."))
    to_time = TimeField(
        required=False, label=gettext_lazy("Senest kl."), help_text=gettext_lazy("Ingen samtale slutter senere.")
    )
    interval = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("Tider begynder hvert"),
    )
    least_notice_days = Number(required=False, min_value=0, max_value=14, label=gettext_lazy("Mindste varsel"))
    shown_weeks = Number(required=False, min_value=1, max_value=26, label=gettext_lazy("Tider vises frem"))

    def tell_defaults(self, settings: Settings) -> None:
        """What holds where a field is left empty."""
        self.offer_intervals(_("Som i indstillingerne (%d minutter)") % settings.jobnet_interval)
        days, weeks = settings.least_notice_days, settings.shown_weeks
        self.fields["least_notice_days"].help_text = ngettext("Tomt: %d dag", "Tomt: %d dage", days) % days
        self.fields["shown_weeks"].help_text = ngettext("Tomt: %d uge", "Tomt: %d uger", weeks) % weeks

    def offer_intervals(self, empty: str) -> None:
        field: Any = self.fields["interval"]
        field.choices = [("", empty), *((minutes, _("%d minutter") % minutes) for minutes, _label in INTERVALS)]

    def clean_weekdays(self) -> list[int]:
        return sorted(self.cleaned_data["weekdays"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        opens_on, earliest, ends_on = (
            self.cleaned_data.get(name) for name in ("opens_on", "earliest_meeting_on", "ends_on")
        )
        self._in_order(opens_on, ends_on, _("Slutdatoen ligger før den første dato, tilbuddet kan bookes."))
        self._in_order(earliest, ends_on, _("Slutdatoen ligger før den tidligste mødedato."))
        begins, ends = self.cleaned_data.get("from_time"), self.cleaned_data.get("to_time")
        if begins and ends and begins >= ends:
            self.add_error("to_time", _("«Senest kl.» skal ligge efter «Tidligst kl.»."))
        return cleaned

    def _in_order(self, first: date | None, last: date | None, sentence: str) -> None:
        if first and last and first > last and "ends_on" not in self.errors:
            self.add_error("ends_on", sentence)
