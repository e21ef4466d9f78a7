"""What «Reservér tid» asks: whose time, when in the week, for what, and between which dates (CAL-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor, ReservedTime, Team
from admin_module.models.hours import Weekday
from planner.ui.forms import Combobox, DateField, TimeField

TEAM, COUNSELLOR = "team", "counsellor"


class ReservedForm(forms.Form):
    """`teams` may be empty: who reserves only their own time chooses among themselves."""

    owner = forms.ChoiceField(
        label=_("Hvis tid"),
        widget=Combobox(),
        error_messages={"invalid_choice": _("Vælg en vejleder eller et team.")},
    )
    weekday = forms.TypedChoiceField(label=_("Ugedag"), coerce=int, choices=Weekday.choices)
    start = TimeField(label=_("Fra"))
    end = TimeField(label=_("Til"))
    purpose = forms.ChoiceField(
        label=_("Reserveret til"), choices=ReservedTime.Purpose.choices, widget=forms.RadioSelect
    )
    first_on = DateField(label=_("Gælder fra"))
    last_on = DateField(label=_("Til og med"), required=False, help_text=_("Tomt: indtil reservationen afsluttes"))

    def __init__(
        self, posted: Any, *, initial: dict[str, Any], counsellors: Sequence[Counsellor], teams: Sequence[Team]
    ):
        super().__init__(posted, initial=initial)
        people = [(f"{COUNSELLOR}-{one.pk}", one.full_name) for one in counsellors]
        named = [(f"{TEAM}-{one.pk}", _("Hele teamet %s") % one.name) for one in teams]
        owner: Any = self.fields["owner"]
        owner.choices = [*named, *people]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        start, end = found.get("start"), found.get("end")
        if start and end and start >= end:
            self.add_error("end", _("Tiden skal slutte, efter at den begynder."))
        first, last = found.get("first_on"), found.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("Sidste dato ligger før den første."))
        if not self.errors and (taken := self._overlapping()):
            self.add_error("start", _("Tiden er allerede reserveret: %s.") % taken.get_purpose_display())
        return found

    @property
    def row(self) -> ReservedTime:
        """What is asked for, not yet kept."""
        asked = {
            name: self.cleaned_data[name] for name in ("weekday", "start", "end", "purpose", "first_on", "last_on")
        }
        return ReservedTime(**self._owner(), **asked)

    def _owner(self) -> dict[str, int]:
        kind, pk = self.cleaned_data["owner"].split("-")
        return {f"{kind}_id": int(pk)}

    def _overlapping(self) -> ReservedTime | None:
        row = self.row
        there = ReservedTime.objects.filter(**self._owner(), weekday=row.weekday, start__lt=row.end, end__gt=row.start)
        there = there.filter(Q(last_on=None) | Q(last_on__gte=row.first_on))
        return (there.filter(first_on__lte=row.last_on) if row.last_on else there).first()


class EndForm(forms.Form):
    """The last day of a reserved time."""

    last_on = DateField(label=_("Sidste dag"))

    def __init__(self, posted: Any, *, initial: dict[str, Any], today: date) -> None:
        super().__init__(posted, initial=initial)
        self.today = today

    def clean_last_on(self) -> date:
        last: date = self.cleaned_data["last_on"]
        if (self.today - last).days > 1:
            raise forms.ValidationError(_("Vælg i dag eller en senere dag."), code="past")
        return last
