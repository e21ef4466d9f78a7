"""«Meld vejleder fraværende»: who, from when to when, and why (ABS-01)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from admin_module.models import Absence, Counsellor
from planner.timeline.clock import NoSuchTime, instant_at, place_of
from planner.timeline.ticks import MINUTES_PER_DAY, date_of
from planner.ui.addresses import read_id
from planner.ui.forms import Combobox, DateField, TimeField
from planner.ui.parsing import read_date, read_time

LONGEST = timedelta(days=730)


class AbsenceForm(forms.Form):
    """Days, or times where they are given."""

    counsellor = forms.TypedChoiceField(label=_("Vejleder"), coerce=int, widget=Combobox())
    first_on = DateField(label=_("Fra"))
    start = TimeField(label=_("Klokken"), required=False, help_text=_("Tom: fra dagens begyndelse."))
    last_on = DateField(label=_("Til og med"), required=False, help_text=_("Tom: samme dag."))
    end = TimeField(label=_("Klokken"), required=False, help_text=_("Tom: dagen ud."))
    kind = forms.ChoiceField(
        label=_("Årsag"),
        choices=[("", _("Vælg")), *Absence.Kind.choices],
        help_text=_("Ses kun af administratorer og af vejlederen. Andre ser «Fravær»."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        posted: Any,
        *,
        initial: dict[str, Any],
        counsellors: Iterable[Counsellor] = (),
        absence: Absence | None = None,
        sees_kind: bool = True,
    ) -> None:
        super().__init__(posted, initial=initial)
        fields = cast("Any", self.fields)
        fields["counsellor"].choices = [("", _("Vælg vejleder")), *((one.pk, one.full_name) for one in counsellors)]
        self.absence = absence
        if absence:
            del fields["counsellor"]
        if not sees_kind:
            del fields["kind"]

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        if self.errors:
            return asked
        first: date = asked["first_on"]
        last: date = asked.get("last_on") or first
        try:
            asked["start_at"] = instant_at(first.toordinal(), _minute(asked.get("start")) or 0)
            asked["end_at"] = instant_at(last.toordinal(), _minute(asked.get("end")) or MINUTES_PER_DAY)
        except NoSuchTime:
            self.add_error(None, _("Klokkeslættet findes ikke den dag: uret stilles frem."))
            return asked
        if asked["end_at"] <= asked["start_at"]:
            self.add_error("last_on" if last < first else "end", _("Fraværet skal slutte, efter at det begynder."))
        elif asked["end_at"] - asked["start_at"] > LONGEST:
            self.add_error("last_on", _("Fravær kan højst vare to år ad gangen."))
        return asked


def _minute(clock: time | None) -> int | None:
    return None if clock is None else clock.hour * 60 + clock.minute


def initial_of(query: QueryDict, today: date) -> dict[str, Any]:
    """What the calendar's menu knows already: counsellor, day, from and to."""
    on = read_date(query.get("day", ""), today) or today
    begins, ends = read_time(query.get("from", "")), read_time(query.get("to", ""))
    counsellor = read_id(query.get("counsellor", ""))
    return {"counsellor": counsellor, "first_on": on, "last_on": on, "start": begins, "end": ends}


def initial_from(absence: Absence) -> dict[str, Any]:
    """As it is kept: whole days without times."""
    begins_on, begins = place_of(absence.start_at)
    ends_on, ends = place_of(absence.end_at)
    last = date_of(ends_on) if ends else date_of(ends_on - 1)
    return {
        "first_on": date_of(begins_on),
        "start": _clock(begins) if begins else None,
        "last_on": last,
        "end": _clock(ends) if ends else None,
        "kind": absence.kind,
        "version": absence.version,
    }


def _clock(minute: int) -> time:
    return time(*divmod(minute, 60))
