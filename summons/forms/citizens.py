"""What step 2 asks: numbers, lists, dates. Wrong input stays as it was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from planner.ui.forms import DateField, DateInput
from summons.models import Run
from summons.services.deadlines import ByDueDate, OneDate, Rule
from summons.spreadsheets.rows import MOST_CHARACTERS
from summons.spreadsheets.xlsx import LARGEST

MOST_DAYS = 365
BY_DUE_DATE, ONE_DATE = "due", "date"


class AddCitizenForm(forms.Form):
    """«Tilføj enkeltvis»"""

    cpr = forms.CharField(
        label=_("CPR-nummer"),
        max_length=40,
        error_messages={"required": _("Skriv et CPR-nummer.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "autofocus": True}),
    )


class PasteForm(forms.Form):
    """«Indsæt data»"""

    table = forms.CharField(
        label=_("Indsæt data"),
        max_length=MOST_CHARACTERS,
        strip=False,
        error_messages={"required": _("Indsæt mindst én linje.")},
        widget=forms.Textarea(attrs={"class": "pl-paste", "rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Markér listen i regnearket med overskrifter, og kopiér den hertil. Kolonnen med personnumre skal hedde "
            "«Personnr.»; kolonner, der begynder med «Falduge» eller «Falddato», bliver falddatoer."
        ),
    )


class FileForm(forms.Form):
    """«Indlæs fil»"""

    file = forms.FileField(
        label=_("Fil"),
        error_messages={"required": _("Vælg en fil."), "empty": _("Filen er tom."), "missing": _("Vælg en fil.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("En .xlsx- eller .csv-fil på højst 10 MB. Af en .xlsx-fil læses det første ark."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith((".xlsx", ".csv")):
            raise forms.ValidationError(_("Filen skal være en .xlsx- eller .csv-fil."), code="kind")
        if file.size > LARGEST:
            raise forms.ValidationError(_("Filen må højst fylde 10 MB."), code="size")
        return file


class DeadlineForm(forms.Form):
    """Where the deadlines come from: a kind of due date, or one date for all."""

    way = forms.ChoiceField(choices=[(BY_DUE_DATE, ""), (ONE_DATE, "")], widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Vælg falddato kolonne"), required=False)
    days = forms.IntegerField(label=_("Dage før falddatoen"), required=False, min_value=0, max_value=MOST_DAYS)
    on = DateField(label=_("Dato"), required=False)
    overwrite = forms.ChoiceField(
        label=_("Gælder for"),
        required=False,
        choices=[("1", _("alle borgere")), ("0", _("kun borgere uden frist"))],
        widget=forms.RadioSelect,
        initial="1",
    )

    def __init__(self, *args: Any, run: Run, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"] = forms.ChoiceField(
            label=_("Vælg falddato kolonne"), required=False, choices=kind_choices(run)
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("way") == BY_DUE_DATE and not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Vælg en falddato."))
        if cleaned.get("way") == ONE_DATE and cleaned.get("on") is None and "on" not in self.errors:
            self.add_error("on", _("Skriv en dato, for eksempel 1.12.2026."))
        return cleaned

    @property
    def rule(self) -> Rule:
        """The rule that a valid form says."""
        asked = self.cleaned_data
        if asked["way"] == BY_DUE_DATE:
            return ByDueDate(asked["kind"], asked["days"] or 0)
        return OneDate(asked["on"], asked["overwrite"] != "0")


def kind_choices(run: Run) -> list[tuple[str, Any]]:
    """The kinds of due date of the list, and the nearest of any."""
    kinds = [(kind, kind) for kind in run.due_kinds]
    nearest = [(Run.NEAREST, _("Nærmeste falddato af enhver slags"))] if kinds else []
    return [("", _("Vælg falddato kolonne")), *kinds, *nearest]


class EarliestForm(forms.Form):
    """«Tidligste dato» for all."""

    earliest_on = DateField(label=_("Tidligste dato"), widget=DateInput(attrs={"class": "form-input w-m"}))


class LineForm(forms.Form):
    """What can be changed for one citizen."""

    earliest_on = DateField(label=_("Tidligste dato for indkaldelse"))
    deadline = DateField(label=_("Frist for afholdelse"), required=False)
    letter = forms.BooleanField(label=_("Indkaldes med brev (fritaget for digital post)"), required=False)
