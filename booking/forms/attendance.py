"""The lines of a check-in list: one citizen's attendance each (ATT-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.models import Summons
from booking.services.attendance import Entry
from booking.states import Attendance

CHOICES: list[tuple[str, Any]] = [*Attendance.choices, ("", _("Ikke registreret"))]


class AttendanceForm(forms.Form):
    """`seen`: what stood there when the list was drawn."""

    attendance = forms.ChoiceField(
        label=_("Fremmøde"), choices=CHOICES, required=False, widget=forms.RadioSelect(attrs={"class": "pl-c"})
    )
    reason = forms.CharField(
        label=_("Begrundelse"),
        max_length=500,
        required=False,
        help_text=_("Uden personnummer. Den vises i historikken."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Line:
    """A citizen of the list with their fields; `posted`: the form that came holds them."""

    summons: Summons
    form: AttendanceForm
    posted: bool

    def entry(self, *, rest: bool) -> Entry | None:
        """What is to be registered; with `rest` who has nothing yet has come. None: it is left alone."""
        wanted = self.form.cleaned_data["attendance"] if self.posted else self.summons.attendance
        seen = self.form.cleaned_data["seen"] if self.posted else None
        if rest and not wanted and not self.summons.attendance:
            return Entry(Attendance.MET, seen=seen)
        return Entry(wanted, self.form.cleaned_data["reason"], seen) if self.posted else None


def lines_of(summonses: Sequence[Summons], posted: QueryDict | None) -> list[Line]:
    """One for each, as it stands or as it was posted."""
    return [_line(summons, posted) for summons in summonses]


def _line(summons: Summons, posted: QueryDict | None) -> Line:
    prefix = str(summons.pk)
    stands = {
        "attendance": summons.attendance,
        "reason": summons.attendance_reason,
        "seen": summons.attendance,
    }
    there = posted is not None and f"{prefix}-seen" in posted
    return Line(summons, AttendanceForm(posted if there else None, prefix=prefix, initial=stands), there)


def entries_of(lines: Sequence[Line], *, rest: bool) -> Mapping[UUID, Entry] | None:
    """All that is to be registered; None where a field is wrong."""
    if not all(line.form.is_valid() for line in lines if line.posted):
        return None
    found = ((line.summons.pk, line.entry(rest=rest)) for line in lines)
    return {pk: entry for pk, entry in found if entry is not None}
