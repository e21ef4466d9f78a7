"""«Team»: what it is called, where it is, and whom to contact (TEAM-04)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.forms.address import ADDRESS, AddressForm
from admin_module.forms.versions import VersionedForm
from admin_module.models import Counsellor, Room, Team
from admin_module.queries.team import team_choices
from planner.ui.forms import Combobox, MultiCombobox

INTERNAL = ("email", "phone", "description")
"""For administrators only (s48)."""


class TeamForm(AddressForm, VersionedForm):
    address_required = True

    class Meta:
        model = Team
        fields = ("name", *ADDRESS, "contact_phone", "contact_email", *INTERNAL)
        widgets: ClassVar[Any] = {"description": forms.Textarea(attrs={"rows": 4})}
        help_texts: ClassVar[Any] = {
            "name": _("Vises i kalenderen og på indkaldelser."),
            "address": _("Borgere indkaldes hertil, når mødelokalet ikke har sin egen adresse."),
            "contact_phone": _("Vises for borgere i stedet for den fælles kontakt."),
        }


class PlaceForm(forms.Form):
    """Where a team is to lie: below which other, as its last."""

    parent = forms.TypedChoiceField(label=_("Overordnet team"), coerce=int, widget=Combobox())

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = team_choices(without=team.pk)
        parent: Any = self.fields["parent"]
        parent.choices = choices
        parent.initial = team.parent_id


class AttachForm(forms.Form):
    """Whom or what to attach to a team."""

    chosen = forms.ModelMultipleChoiceField(Counsellor.objects.none(), widget=MultiCombobox())

    def __init__(self, *args: Any, team: Team, model: type[Counsellor | Room], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen: Any = self.fields["chosen"]
        chosen.queryset = (
            model.objects.living().exclude(teams=team).only("full_name" if model is Counsellor else "name")
        )
        chosen.label = _("Tilknyt vejledere") if model is Counsellor else _("Tilknyt mødelokaler")
