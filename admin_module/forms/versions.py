"""A form of a row that two may edit at once: the later one is told, sees both, and loses nothing (APP-15)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _

from admin_module.queries.changes import last_changed_by
from planner.ui.differences import Difference, in_words


class VersionedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Carries the row's `version`; the view gives it the row locked, so that two savings stand in line.

    A stale form is wrong once: it comes back with `differences`, and saving it again keeps what is typed.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.differences: list[Difference] = []
        self.saved_by = ""

    @property
    def is_stale(self) -> bool:
        return bool(self.saved_by or self.differences)

    def forgive(self) -> None:
        """What is not finished is not wrong yet."""
        self._errors = ErrorDict()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        version = self.cleaned_data.get("version")
        if self.instance.pk and version is not None and version != self.initial["version"]:
            self._tell_of_both()
        return cleaned

    def _tell_of_both(self) -> None:
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("version")] = str(self.initial["version"])  # type: ignore[index]
        self.saved_by = last_changed_by(self.instance) or _("En anden")
        self.differences = [
            Difference(bound.label, in_words(bound.field, bound.initial), in_words(bound.field, bound.value()))
            for bound in self.visible_fields()
            if bound.name in self.changed_data
        ]
        sentence = _("%(by)s har gemt i mellemtiden. Dine felter står her endnu: se forskellene, og gem igen.")
        self.add_error(None, sentence % {"by": self.saved_by})

    def save(self, commit: bool = True) -> Any:
        """Keep the row as its next version."""
        if self.instance.pk:
            self.instance.version += 1
        return super().save(commit)
