"""The letters of a conversation type, with fields; saving keeps them as the next edition (LET-01)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.forms.versions import VersionedForm
from admin_module.models import LetterTemplate
from planner.letters.wording import FIELDS, STANDARD, Wording, has_stray_brace, holds, unknown_fields, written

WRITTEN = tuple(f"{kind}_{part}" for kind in STANDARD for part in ("heading", "body"))
NEEDED = ("date", "time", "place")
"""Without these nobody would know when and where to come."""


class LetterForm(VersionedForm):
    """Of the edition that holds, or an unsaved edition 0 with the standard letters."""

    class Meta:
        model = LetterTemplate
        fields = WRITTEN
        widgets: ClassVar[Any] = {f"{kind}_body": forms.Textarea(attrs={"class": "pl-ta-l"}) for kind in STANDARD}
        help_texts: ClassVar[Any] = {
            "cancelled_body": gettext_lazy("Skrives til den, der har fået et brev om samtalen."),
            "changed_body": gettext_lazy("Skrives til den, der har fået et brev, og hvis tid eller sted er ændret."),
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in WRITTEN:
            if name in self.cleaned_data:
                self._judge(name, self.cleaned_data[name])
        return cleaned

    def _judge(self, name: str, text: str) -> None:
        try:
            _check_fields(text)
            if name in ("summons_body", "changed_body"):
                _check_needed(text)
        except ValidationError as refused:
            self.add_error(name, refused)

    def keep(self) -> LetterTemplate:
        """The edition before stays as it was."""
        before, texts = self.instance, {name: self.cleaned_data[name] for name in WRITTEN}
        return LetterTemplate.objects.create(
            jobcentre_id=before.jobcentre_id, type_id=before.type_id, edition=before.edition + 1, **texts
        )

    def wordings(self) -> dict[str, Wording]:
        """The letters as they are typed."""
        read = self.cleaned_data
        return {kind: Wording(read[f"{kind}_heading"], read[f"{kind}_body"]) for kind in STANDARD}


def _check_fields(text: str) -> None:
    if unknown := unknown_fields(text):
        known = ", ".join(map(written, FIELDS))
        sentence = _("«{%(name)s}» er ikke et felt. Vælg et af felterne: %(known)s.")
        raise ValidationError(sentence % {"name": unknown[0], "known": known})
    if has_stray_brace(text):
        raise ValidationError(
            _("Der mangler en { eller }. Et felt står mellem { og }, for eksempel %s.") % written("date")
        )


def _check_needed(text: str) -> None:
    missing = [written(key) for key in NEEDED if not holds(text, key)]
    if missing:
        sentence = _("Brevet skal sige, hvornår og hvor samtalen er. Der mangler: %s.")
        raise ValidationError(sentence % ", ".join(missing))
