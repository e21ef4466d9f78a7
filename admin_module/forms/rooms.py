"""«Mødelokale»: what it is called, how many it holds, where it is, and which teams may use it (ROOM-01 to 04)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from admin_module.forms.address import ADDRESS, AddressForm
from admin_module.forms.names import UniqueNameForm
from admin_module.forms.versions import VersionedForm
from admin_module.models import Room, Team
from admin_module.queries.team_ticks import teams_to_tick
from admin_module.services.links import relink

INTERNAL = ("comment",)
"""For administrators only (s74)."""


class RoomForm(AddressForm, UniqueNameForm, VersionedForm):
    overbooking = forms.IntegerField(
        label=_("Accepter overbooking (antal personer)"),
        required=False,
        min_value=0,
        help_text=_("Ekstra stole ud over kapaciteten. Tom: ingen."),
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Sæt kryds ved mindst ét team.")},
        help_text=_("De teams, der kan bruge lokalet. Underteams får det kun med deres eget kryds."),
    )

    class Meta:
        model = Room
        fields = ("name", "capacity", "overbooking", "can_be_used", *ADDRESS, "comment")
        widgets: ClassVar[Any] = {"comment": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar[Any] = {
            "capacity": _("Tom: der er ingen grænse."),
            "can_be_used": _("Uden krydset kan lokalet ikke vælges til samtaler."),
            "address": _("Borgere indkaldes hertil. Uden adresse indkaldes de til teamets."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tree = teams_to_tick()
        self.fields["capacity"].validators.append(MinValueValidator(1))
        teams: Any = self.fields["teams"]
        teams.queryset = Team.objects.living()
        teams.choices = [(team.pk, team.name) for team in self.tree]
        self.initial["overbooking"] = self.instance.overbooking or None
        self.initial["teams"] = list(self.instance.teams.values_list("pk", flat=True)) if self.instance.pk else []

    @property
    def ticked(self) -> set[str]:
        return {str(one) for one in self["teams"].value() or ()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["overbooking"] = cleaned.get("overbooking") or 0
        if cleaned["overbooking"] and not cleaned.get("capacity") and "capacity" not in self.errors:
            self.add_error("overbooking", _("Overbooking kræver, at lokalet har en maks. kapacitet."))
        return cleaned

    def save(self, commit: bool = True) -> Room:
        room: Room = super().save(commit)
        relink(owner=room, name="teams", chosen=self.cleaned_data["teams"])
        return room
