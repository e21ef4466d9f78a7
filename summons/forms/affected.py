"""What «Ramte aftaler» posts: a way for each appointment, and why those are cancelled that are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.services.settling import Choice
from planner.ui.addresses import read_id, read_uuids
from summons.queries.proposals import CANCEL, LEAVE, target_of

WAY, VERSION = "way-", "version-"


class ReasonForm(forms.Form):
    """Asked where something is cancelled."""

    reason = forms.CharField(
        label=_("Begrundelse for aflysning"),
        max_length=500,
        required=False,
        widget=forms.TextInput,
        help_text=_("Gælder dem, der aflyses. Uden personnummer; den vises i historikken."),
    )

    def __init__(self, *args: object, needed: bool = False, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.needed = needed

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if self.needed and not reason:
            raise forms.ValidationError(_("Skriv, hvorfor aftalerne aflyses."), code="required")
        return reason


@dataclass(frozen=True, slots=True)
class Posted:
    """What was chosen; `left` stay as they are."""

    choices: tuple[Choice, ...]
    chosen: dict[UUID, str]

    @property
    def cancels(self) -> bool:
        return any(choice.target is None for choice in self.choices)


def read(posted: QueryDict) -> Posted:
    """What can be read of it; nonsense is left alone."""
    chosen = dict(_ways(posted))
    choices = []
    for pk, value in chosen.items():
        version = read_id(posted.get(f"{VERSION}{pk}", ""))
        if version is None or value == LEAVE:
            continue
        try:
            target, seen = (None, frozenset()) if value == CANCEL else target_of(value)
        except ValueError:
            continue
        choices.append(Choice(pk, version, target, seen))
    return Posted(tuple(choices), chosen)


def _ways(posted: QueryDict) -> Iterator[tuple[UUID, str]]:
    for name, value in posted.items():
        if name.startswith(WAY):
            for pk in read_uuids([name.removeprefix(WAY)]):
                yield pk, str(value)
