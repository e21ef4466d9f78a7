"""«Brugere»: which roles somebody has here, and which counsellor they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.forms.versions import VersionedForm
from admin_module.models import Counsellor
from planner.accounts.models import Membership, User
from planner.accounts.roles import Role
from planner.ui.forms import Combobox


class MemberForm(VersionedForm):
    """Roles, and for a counsellor whose calendar is theirs."""

    roles = forms.MultipleChoiceField(
        label=_("Roller"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Vælg mindst én rolle.")},
        help_text=_(
            "Administrator: opsætning. Sagsbehandler: borgere og indkaldelser. Vejleder: egne samtaler. "
            "Revisor: revisionsspor."
        ),
    )
    counsellor: Any = forms.ModelChoiceField(
        label=_("Er vejlederen"),
        queryset=Counsellor.objects.none(),
        required=False,
        widget=Combobox(),
        empty_label=_("Ingen"),
        help_text=_("Så ser brugeren sin egen dag og kalender."),
    )

    class Meta:
        model = Membership
        fields = ["roles"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        user_id = self.instance.user_id
        free = Q(user=None) | Q(user=user_id) if user_id else Q(user=None)
        choice: Any = self.fields["counsellor"]
        choice.queryset = Counsellor.objects.living().filter(free)
        mine = Counsellor.objects.living().filter(user=user_id).first() if user_id else None
        self.initial["counsellor"] = mine.pk if mine else None


class NewMemberForm(MemberForm):
    """The same for somebody who does not work here yet, found by user name."""

    field_order = ("username",)
    username = forms.CharField(
        label=_("Brugernavn"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("Som brugeren skriver det, når vedkommende logger ind."),
    )

    def clean_username(self) -> str:
        """The user is found; the name is shown as it was typed."""
        username: str = self.cleaned_data["username"]
        user = User.objects.filter(username__iexact=username, is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("Der er ingen bruger med det brugernavn. Driften opretter brugere."))
        if Membership.objects.filter(jobcentre_id=self.instance.jobcentre_id, user=user).exists():
            raise forms.ValidationError(_("%(name)s er allerede bruger her."), params={"name": user.full_name})
        self.user = user
        return username
