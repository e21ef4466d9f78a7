"""«Medarbejderkort»: «Kontaktinfo», «Team» and «Kompetencer»; and finding the employee to make a counsellor of."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.forms.address import ADDRESS, AddressForm
from admin_module.forms.versions import VersionedForm
from admin_module.models import Competence, Counsellor, Team
from admin_module.queries.team import team_choices
from admin_module.queries.team_ticks import teams_to_tick
from admin_module.services.links import relink
from planner.ui.forms import Combobox, DateField, MultiCombobox

INTERNAL = ("comment",)
"""For administrators only (s54)."""
LARGEST_LIST = 1024 * 1024


class CounsellorForm(AddressForm, VersionedForm):
    """Name and e-mail are not among the fields: they are locked (COUN-04)."""

    teams = forms.ModelMultipleChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Vejlederen skal tilknyttes mindst ét team.")},
        help_text=_("De teams, vejlederen kan holde samtaler for. Underteams kræver deres eget kryds."),
    )
    competences = forms.ModelMultipleChoiceField(
        label=_("Kompetencer"),
        queryset=Competence.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Counsellor
        fields = ("phone", "initials", "can_be_summoned", *ADDRESS, "comment")
        widgets: ClassVar[Any] = {"comment": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar[Any] = {
            "initials": _("Vises i lister. Uden initialer vises navnet."),
            "can_be_summoned": _("Uden krydset kan vejlederen ikke vælges under «Indkald borgere»."),
            "address": _("Borgere indkaldes hertil, når samtalen ikke har et lokale. Uden adresse til teamets."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tree = teams_to_tick()
        teams: Any = self.fields["teams"]
        teams.queryset = Team.objects.living()
        teams.choices = [(team.pk, team.name) for team in self.tree]
        competences: Any = self.fields["competences"]
        competences.queryset = Competence.objects.living()
        for name in ("teams", "competences"):
            held = getattr(self.instance, name).living().values_list("pk", flat=True) if self.instance.pk else []
            self.initial[name] = list(held)

    @property
    def ticked(self) -> set[str]:
        return {str(one) for one in self["teams"].value() or ()}

    def save(self, commit: bool = True) -> Counsellor:
        counsellor: Counsellor = super().save(commit)
        relink(owner=counsellor, name="teams", chosen=self.cleaned_data["teams"])
        relink(owner=counsellor, name="competences", chosen=self.cleaned_data["competences"])
        return counsellor


class FindForm(forms.Form):
    """«Hent data»: by name, by e-mail, or both; in DFDG, or in a list where one is given."""

    name = forms.CharField(label=_("Navn"), required=False, max_length=120, help_text=_("Hele navnet eller en del."))
    email = forms.EmailField(label=_("E-mail"), required=False)
    file = forms.FileField(
        label=_("Liste i stedet for DFDG"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text=_("En .csv-fil fra organisationen på højst 1 MB. Uden navn og e-mail vises alle på listen."),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if any(letter.isdigit() for letter in name):
            raise forms.ValidationError(_("Et navn har ingen tal."), code="digits")
        return name

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_LIST:
            raise forms.ValidationError(_("Filen må højst fylde 1 MB."), code="size")
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in ("name", "email", "file")):
            raise forms.ValidationError(_("Skriv et navn eller en e-mail, eller vælg en liste."), code="nothing")
        return cleaned


class EnrolForm(forms.Form):
    """The team of those who are made counsellors together."""

    team = forms.TypedChoiceField(label=_("Team"), coerce=int, widget=Combobox())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        team: Any = self.fields["team"]
        team.choices = [("", ""), *team_choices()]


class CopyForm(forms.Form):
    """«Kopier til flere vejledere»: whom, and from when (COUN-07)."""

    counsellors = forms.ModelMultipleChoiceField(
        label=_("Vejledere"), queryset=Counsellor.objects.none(), widget=MultiCombobox()
    )
    valid_from = DateField(label=_("Gælder fra"))

    def __init__(self, *args: Any, source: Counsellor, **options: Any) -> None:
        super().__init__(*args, **options)
        counsellors: Any = self.fields["counsellors"]
        counsellors.queryset = Counsellor.objects.living().exclude(pk=source.pk)
