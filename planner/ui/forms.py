"""Form fields as Danes type them, and the combobox: an ordinary <select> that the browser makes searchable."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from planner.ui import formatting
from planner.ui.parsing import read_date, read_time


class DateInput(forms.TextInput):
    """Shows «tir. 1. dec. 2026»; what was typed wrong stays as it was typed."""

    def format_value(self, value: Any) -> str | None:
        return formatting.day_year(value) if isinstance(value, date) else super().format_value(value)


class DateField(forms.Field):
    """A date, read generously; without a year the nearest one."""

    widget = DateInput

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        found = read_date(str(value), timezone.localdate())
        if found is None:
            raise forms.ValidationError(_("Skriv en dato, for eksempel 1.12.2026."), code="invalid")
        return found


class TimeInput(forms.TextInput):
    """Shows «9.30»."""

    def format_value(self, value: Any) -> str | None:
        return formatting.clock(value) if isinstance(value, time) else super().format_value(value)


def on_whole_fives(at: time) -> None:
    """Conversations, hours and pauses begin and end on five-minute steps (TIME-02)."""
    if at.minute % 5:
        raise forms.ValidationError(_("Skriv et klokkeslæt på hele fem minutter."), code="whole-fives")


class TimeField(forms.Field):
    """A time of day on a five-minute step, read generously."""

    widget = TimeInput
    default_validators = [on_whole_fives]

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, time):
            return value
        found = read_time(str(value))
        if found is None:
            raise forms.ValidationError(_("Skriv et klokkeslæt, for eksempel 9.30."), code="invalid")
        return found


def whole_fives(value: int) -> None:
    """Times are on five-minute steps (TIME-02)."""
    if value % 5:
        raise forms.ValidationError(_("Skriv et antal minutter, der går op i 5."), code="whole-fives")


class Minutes(forms.IntegerField):
    """A length in whole fives; a page may offer usual ones in a datalist «lengths»."""

    default_validators = [whole_fives]

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric", "list": "lengths"}), **options)


class Number(forms.IntegerField):
    """A small number, typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options)


class LongSelect(forms.Select):
    """A select of hundreds: its options are written by one loop, not by two templates each (SPEED-13)."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join("", '{}<option value="{}"{}>{}</option>{}', _options(widget["optgroups"]))
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), options)


def _options(groups: Iterable[tuple[str | None, Sequence[dict[str, Any]], int]]) -> Iterator[tuple[Any, ...]]:
    """Each option, with what opens and closes its group around the first and the last of a named one."""
    for label, options, _at in groups:
        last = len(options) - 1
        for place, one in enumerate(options):
            begins = format_html('<optgroup label="{}">', label) if label and place == 0 else ""
            ends = mark_safe("</optgroup>") if label and place == last else ""
            yield begins, one["value"], flatatt(one["attrs"]), one["label"], ends


class Combobox(LongSelect):
    """A select in which one types to find; with `url` the server finds (`url?q=…` gives components/options.html)."""

    def __init__(self, url: Any = "", attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__(attrs, choices)
        self.url = url


class MultiCombobox(LongSelect, forms.SelectMultiple):
    """The same for several values, shown as chips."""

    def __init__(self, url: Any = "", attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__(attrs, choices)
        self.url = url


def draws_again(part: str, *, typed: bool = False, **said: str) -> dict[str, str]:
    """The attributes of a widget whose change posts its form, with what is `said` besides, and draws that part again.

    `typed`: as one types, not only when one leaves the field.
    """
    return {
        "hx-post": "",
        "hx-trigger": "input changed delay:400ms, change" if typed else "change",
        "hx-target": part,
        "hx-select": part,
        "hx-swap": "outerHTML",
        "hx-sync": "closest form:queue all",
        "hx-vals": json.dumps(said),
    }
