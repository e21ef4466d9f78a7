"""The standard text of a conversation type, Danish and English; saving keeps it as the next edition (SET-01)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.forms.versions import VersionedForm
from admin_module.models import StandardText
from admin_module.services.texts import keep_edition

WRITTEN = ("title", "title_en", "description", "description_en", "rights_and_duties", "rights_and_duties_en")


class TextForm(VersionedForm):
    """Of the edition that holds, or an unsaved edition 0 where there is none yet."""

    class Meta:
        model = StandardText
        fields = WRITTEN
        help_texts: ClassVar[Any] = {
            "title": _("Ses af borgeren og kan rettes i den enkelte indkaldelse."),
            "title_en": _("Tomt: den danske titel vises også på engelsk."),
            "description_en": _("Tomt: den danske beskrivelse vises også på engelsk."),
            "rights_and_duties": _("Skal læses og accepteres af den, der selv booker."),
        }
        widgets: ClassVar[Any] = {
            "description": forms.Textarea(attrs={"class": "pl-ta-m"}),
            "description_en": forms.Textarea(attrs={"class": "pl-ta-m", "lang": "en"}),
            "rights_and_duties": forms.Textarea(attrs={"class": "pl-ta-l"}),
            "rights_and_duties_en": forms.Textarea(attrs={"class": "pl-ta-l", "lang": "en"}),
            "title_en": forms.TextInput(attrs={"lang": "en"}),
        }

    def keep(self) -> StandardText:
        """The edition before stays as it was: those who accepted it can still read it."""
        return keep_edition(before=self.instance, texts={name: self.cleaned_data[name] for name in WRITTEN})
