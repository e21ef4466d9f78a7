"""What two people have made of the same form, in words: the later one sees both (APP-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from planner.ui import formatting


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what is saved is not what is typed."""

    label: Any
    saved: str
    typed: str


def in_words(field: forms.Field, value: Any) -> str:
    """A field's value as a person would say it; what cannot be read, as it was typed."""
    if isinstance(field, forms.BooleanField):
        return _("ja") if value not in (None, False, "") else _("nej")
    if hasattr(field, "choices"):
        values = value if isinstance(value, list | tuple | set) else [value]
        wanted = {str(getattr(one, "pk", one)) for one in values}
        return ", ".join(str(label).strip() for key, label in field.choices if str(key) in wanted and str(key))
    try:
        value = field.clean(value)
    except forms.ValidationError:
        return str(value)
    value = field.prepare_value(value) if isinstance(value, list) else value
    if isinstance(value, date | time):
        return formatting.day_year(value) if isinstance(value, date) else formatting.clock(value)
    return "" if value is None else str(value)
