"""«Arbejdstid» and «Pauser»: the times of each weekday from a date, and the shares (COUN-07 to COUN-10)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from admin_module.models import Schedule
from admin_module.models.hours import CycleWeek, Weekday
from admin_module.queries.schedule import (
    NO_TIMES,
    WHOLE_WEEK,
    WORKING_WEEK,
    DayTimes,
    Plan,
    Times,
    WeekPicture,
    pictures,
)
from planner.ui.differences import Difference, in_words
from planner.ui.formatting import date_year
from planner.ui.forms import DateField, TimeField

SAME, SPLIT = "same", "split"
KINDS = {SAME: (CycleWeek.EVERY,), SPLIT: (CycleWeek.ODD, CycleWeek.EVEN)}
BREAK = re.compile(r"break-([0-2])-([0-6])-(\d{1,2})-(?:from|to)")
STEP = 5


class ClockField(TimeField):
    """A time in the narrow columns of a card."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs |= {"class": "form-input pl-t", "autocomplete": "off", "aria-label": str(self.label)}


@dataclass(frozen=True, slots=True)
class BreakLine:
    """From-to of one break; `key` names it in the form."""

    key: str
    start: BoundField
    end: BoundField


@dataclass(frozen=True, slots=True)
class DayLine:
    """From-to of a weekday, its breaks, and what it comes to."""

    weekday: int
    name: str | Promise
    start: BoundField
    end: BoundField
    breaks: list[BreakLine]
    times: DayTimes


@dataclass(frozen=True, slots=True)
class WeekLines:
    """All that is typed of one kind of week."""

    cycle: CycleWeek
    days: list[DayLine]
    picture: WeekPicture

    @property
    def label(self) -> str | Promise:
        return self.cycle.label if self.cycle else ""

    @property
    def has_breaks(self) -> bool:
        return any(day.breaks for day in self.days)


class ScheduleForm(forms.Form):
    """All times of a plan. `plan`: what is kept; `taken`: the dates of other plans; `most`: breaks a day."""

    valid_from = DateField(label=gettext_lazy("Gælder fra"))
    cycle = forms.ChoiceField(
        label=gettext_lazy("Uger"),
        choices=[
            (SAME, gettext_lazy("Alle uger ens")),
            (SPLIT, gettext_lazy("Lige og ulige uger hver for sig")),
        ],
    )
    weekend = forms.BooleanField(label=gettext_lazy("Også lørdag og søndag"), required=False)
    max_conversation_share = forms.IntegerField(min_value=0, max_value=100)
    automatic_share = forms.IntegerField(min_value=0, max_value=100)

    def __init__(
        self, posted: Any = None, *, plan: Plan | None, today: date, most: int, taken: Collection[date] = ()
    ) -> None:
        super().__init__(posted)
        self.kept, self.most, self.taken = plan or Plan(today), most, set(taken)
        self.is_first = plan is None
        for name in ("max_conversation_share", "automatic_share"):
            self.fields[name].label = Schedule._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        split = self.data.get("cycle") == SPLIT if self.is_bound else self.kept.is_split
        self.cycles = KINDS[SPLIT if split else SAME]
        self.initial = self._initial()
        for cycle in self.cycles:
            self._add_hours(cycle)
            self._add_breaks(cycle)

    def _initial(self) -> dict[str, Any]:
        days = {weekday for week in self.kept.weeks.values() for weekday in week}
        return {
            "valid_from": self.kept.valid_from,
            "cycle": SPLIT if self.kept.is_split else SAME,
            "weekend": bool(days - set(WORKING_WEEK)),
            "max_conversation_share": self.kept.max_conversation_share,
            "automatic_share": self.kept.automatic_share,
        }

    def _add_hours(self, cycle: CycleWeek) -> None:
        for weekday in WHOLE_WEEK:
            kept = self.kept.weeks.get(cycle, {}).get(weekday, NO_TIMES).hours
            self._add_times(f"hours-{cycle}-{weekday}", self._day_name(cycle, weekday), kept)

    def _add_breaks(self, cycle: CycleWeek) -> None:
        kept = {
            (weekday, number): times
            for weekday, day in self.kept.weeks.get(cycle, {}).items()
            for number, times in enumerate(day.breaks)
        }
        typed = [tuple(map(int, found.groups())) for name in self.data if (found := BREAK.fullmatch(name))]
        wanted = {(weekday, number) for week, weekday, number in typed if week == cycle} | kept.keys()
        for weekday, number in sorted(wanted):
            label = _("%(day)s, pause %(number)d") % {"day": self._day_name(cycle, weekday), "number": number + 1}
            self._add_times(f"break-{cycle}-{weekday}-{number}", label, kept.get((weekday, number)))

    def _add_times(self, key: str, label: str, kept: Times | None) -> None:
        start, end = kept or (None, None)
        for name, words, value in (("from", _("%s, fra") % label, start), ("to", _("%s, til") % label, end)):
            self.fields[f"{key}-{name}"] = ClockField(label=words, required=False)
            self.initial[f"{key}-{name}"] = value

    def _day_name(self, cycle: CycleWeek, weekday: int) -> str:
        name = str(Weekday(weekday).label)
        return f"{name} ({str(cycle.label).lower()})" if cycle else name

    # What is wrong

    def clean_valid_from(self) -> date:
        valid_from: date = self.cleaned_data["valid_from"]
        if valid_from in self.taken:
            sentence = _("Der er allerede tider fra %s. Åbn dem for at rette dem.") % date_year(valid_from)
            raise forms.ValidationError(sentence, code="taken")
        return valid_from

    def clean(self) -> dict[str, Any]:
        for cycle in self.cycles:
            for weekday in WHOLE_WEEK:
                self._check_pair(f"hours-{cycle}-{weekday}")
                for key in self._break_keys(cycle, weekday):
                    self._check_pair(key)
                self._check_breaks(cycle, weekday)
        return self.cleaned_data

    def _check_pair(self, key: str) -> None:
        names = f"{key}-from", f"{key}-to"
        if any(name in self.errors for name in names):
            return
        start, end = (self.cleaned_data.get(name) for name in names)
        if (start is None) != (end is None):
            sentence = _("Udfyld både fra og til, eller lad begge være tomme.")
            self.add_error(names[0] if start is None else names[1], forms.ValidationError(sentence, code="half"))
        elif start and end and start >= end:
            self.add_error(names[1], forms.ValidationError(_("Til skal ligge efter fra."), code="order"))

    def _check_breaks(self, cycle: CycleWeek, weekday: int) -> None:
        whole = sorted((times, key) for key in self._break_keys(cycle, weekday) if (times := self._times(key)))
        for (earlier, _key), (later, key) in pairwise(whole):
            if later[0] < earlier[1]:
                sentence = _("Pausen overlapper en anden pause samme dag.")
                self.add_error(f"{key}-from", forms.ValidationError(sentence, code="overlap"))
        if len(whole) > self.most:
            self.add_error(f"{whole[-1][1]}-from", forms.ValidationError(too_many(self.most), code="many"))

    def _break_keys(self, cycle: CycleWeek, weekday: int) -> list[str]:
        start = f"break-{cycle}-{weekday}-"
        return [name.removesuffix("-from") for name in self.fields if name.startswith(start) and name.endswith("from")]

    def _times(self, key: str) -> Times | None:
        """From-to as typed, where both can be read."""
        start, end = self.cleaned_data.get(f"{key}-from"), self.cleaned_data.get(f"{key}-to")
        return (start, end) if start and end and start < end else None

    # What it comes to

    @property
    def plan(self) -> Plan:
        """What is typed, as far as it can be read; of an unbound form what is kept."""
        if not self.is_bound:
            return self.kept if self.kept.weeks else Plan(self.kept.valid_from, {CycleWeek.EVERY: {}})
        self.is_valid()
        shares = (self.cleaned_data.get(name, 100) for name in ("max_conversation_share", "automatic_share"))
        valid_from = self.cleaned_data.get("valid_from") or self.kept.valid_from
        return Plan(valid_from, {cycle: self._week(cycle) for cycle in self.cycles}, *shares)

    def _week(self, cycle: CycleWeek) -> dict[int, DayTimes]:
        found = {}
        for weekday in WHOLE_WEEK:
            whole = [times for key in self._break_keys(cycle, weekday) if (times := self._times(key))]
            day = DayTimes(self._times(f"hours-{cycle}-{weekday}"), tuple(sorted(whole)))
            if day.hours or day.breaks:
                found[weekday] = day
        return found

    @property
    def is_changed(self) -> bool:
        """Whether there is something to keep; who has no hours yet needs none (COUN-06)."""
        return not (self.is_first and self.plan.is_empty) and self.plan != self.kept

    @property
    def pictures(self) -> list[WeekPicture]:
        return pictures(self.plan)

    def weeks(self) -> list[WeekLines]:
        """The lines to fill in, a list for each kind of week."""
        plan = self.plan
        shown = WHOLE_WEEK if self["weekend"].value() else WORKING_WEEK
        return [
            WeekLines(
                cycle,
                [self._line(cycle, weekday, plan.weeks.get(cycle, {}).get(weekday, NO_TIMES)) for weekday in shown],
                picture,
            )
            for cycle, picture in zip(self.cycles, pictures(plan), strict=True)
        ]

    def _line(self, cycle: CycleWeek, weekday: int, times: DayTimes) -> DayLine:
        key = f"hours-{cycle}-{weekday}"
        lines = [
            BreakLine(one, self[f"{one}-from"], self[f"{one}-to"])
            for one in self._break_keys(cycle, weekday)
            if not self.is_bound or f"{one}-from" in self.data
        ]
        name = Weekday(weekday).label
        return DayLine(weekday, name, self[f"{key}-from"], self[f"{key}-to"], lines, times)

    @property
    def days_for_breaks(self) -> list[tuple[str, str]]:
        """Where [Tilføj pause] can add a line."""
        shown = WHOLE_WEEK if self["weekend"].value() else WORKING_WEEK
        return [(f"{cycle}-{weekday}", self._day_name(cycle, weekday)) for cycle in self.cycles for weekday in shown]

    @property
    def chosen_day(self) -> str:
        return str(self.data.get("break_day", ""))

    def forgive(self) -> None:
        """What is not finished is not wrong yet."""
        self.is_valid()
        self.errors.clear()

    def differences(self) -> list[Difference]:
        """Where what is kept is not what is typed (APP-15)."""
        return list(self._differences())

    def _differences(self) -> Iterator[Difference]:
        for name in self.changed_data if self.is_changed else ():
            bound = self[name]
            saved, typed = (in_words(bound.field, value) for value in (bound.initial, bound.value()))
            if saved != typed:
                yield Difference(bound.label, saved, typed)


def too_many(most: int) -> str:
    """COUN-09"""
    sentence = ngettext(
        "Der kan højst være %d fast pause om dagen.", "Der kan højst være %d faste pauser om dagen.", most
    )
    return sentence % most
