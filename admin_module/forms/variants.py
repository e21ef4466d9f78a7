"""«Samtaletypevariant»: its name, the types it is a kind of, and the teams that may choose it (VARI-01, VARI-02)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.forms.names import UniqueNameForm
from admin_module.forms.versions import VersionedForm
from admin_module.models import ConversationType, ConversationVariant, Team
from admin_module.queries.team_ticks import teams_to_tick
from admin_module.services.links import relink


class VariantForm(UniqueNameForm, VersionedForm):
    types = forms.ModelMultipleChoiceField(
        label=_("Tilknyt samtaletype"),
        queryset=ConversationType.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Vælg mindst én samtaletype.")},
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Tilknyt samtaletypevariant til team"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("De teams, der kan vælge varianten. Underteams får den kun med deres eget kryds."),
    )

    class Meta:
        model = ConversationVariant
        fields = ("name",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tree = teams_to_tick()
        for name in ("types", "teams") if self.instance.pk else ():
            self.initial[name] = list(getattr(self.instance, name).values_list("pk", flat=True))
        types, teams = self._choices("types"), self._choices("teams")
        types.queryset = ConversationType.objects.filter(Q(expired_at=None) | Q(pk__in=self.initial.get("types", ())))
        teams.queryset = Team.objects.living()
        teams.choices = [(team.pk, team.name) for team in self.tree]

    def _choices(self, name: str) -> Any:
        return self.fields[name]

    @property
    def ticked(self) -> set[str]:
        return {str(one) for one in self["teams"].value() or ()}

    def save(self, commit: bool = True) -> ConversationVariant:
        variant: ConversationVariant = super().save(commit)
        for name in ("types", "teams"):
            relink(owner=variant, name=name, chosen=self.cleaned_data[name])
        return variant
