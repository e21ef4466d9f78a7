"""«Lokale lukkedage»: the days on which the job centre, or the ticked teams, hold no conversations (CLOS-01)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.forms.versions import VersionedForm
from admin_module.models import ClosingDay, Team
from admin_module.queries.team_ticks import teams_to_tick, with_those_below
from admin_module.services.links import relink
from planner.ui.forms import DateField


class ClosingDayForm(VersionedForm):
    """Ticking the root, the job centre itself, means everybody, also teams that come later."""

    first_on = DateField(label=_("Fra"))
    last_on = DateField(label=_("Til og med"), required=False, help_text=_("Tomt: kun den ene dag."))
    teams = forms.ModelMultipleChoiceField(
        label=_("Gælder for"),
        queryset=Team.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Sæt kryds ved mindst ét team.")},
        help_text=_("Teams under et team med kryds er lukket sammen med det."),
    )

    class Meta:
        model = ClosingDay
        fields = ["name", "first_on", "last_on"]
        help_texts = {"name": _("Vises i kalenderen, for eksempel «Fælles mødedag».")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tree = teams_to_tick()
        self._root = self.tree[0].pk
        teams: Any = self.fields["teams"]
        teams.queryset = Team.objects.living()
        teams.choices = [(team.pk, team.name) for team in self.tree]
        self.initial["teams"] = self._closed_now()

    def _closed_now(self) -> list[int]:
        chosen = self.instance.teams.values_list("pk", flat=True) if self.instance.pk else ()
        return list(chosen) or [team.pk for team in self.tree]

    @property
    def ticked(self) -> set[str]:
        return {str(one) for one in self["teams"].value() or ()}

    def clean_teams(self) -> list[Team]:
        """The ticked teams and those below them; none at all where the whole job centre is closed."""
        ticked = {team.pk: team for team in self.cleaned_data["teams"]}
        if self._root in ticked:
            return []
        return list(Team.objects.filter(pk__in=with_those_below(self.tree, ticked)))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first_on, last_on = cleaned.get("first_on"), cleaned.get("last_on")
        if first_on and not last_on and "last_on" not in self.errors:
            cleaned["last_on"] = first_on
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", _("Den sidste dag kan ikke ligge før den første."))
        return cleaned

    def save(self, commit: bool = True) -> ClosingDay:
        closing_day: ClosingDay = super().save(commit)
        relink(owner=closing_day, name="teams", chosen=self.cleaned_data["teams"])
        return closing_day
