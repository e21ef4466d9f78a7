"""What the buttons of «Arbejdstid» and «Pauser» make of what is typed: nothing is kept, the form comes back filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from admin_module.forms.hours import BREAK, KINDS, SAME, SPLIT, too_many
from admin_module.models.hours import CycleWeek
from admin_module.queries.schedule import WHOLE_WEEK, WORKING_WEEK, Plan
from planner.ui.formatting import clock

TIMES = re.compile(r"(hours|break)-([0-2])-([0-6])(?:-(\d{1,2}))?-(from|to)")
DAY = re.compile(r"([0-2])-([0-6])")
MONDAY = 0
MOST_LINES = 24
ENDS = ("from", "to")


class Act:
    """One press on what was typed; `told` is why nothing came of it, `added` the key of a break to fill in."""

    def __init__(self, posted: QueryDict, *, most: int, colleague: Callable[[str], Plan | None]) -> None:
        self.posted: Any = posted.copy()
        self.most, self.colleague, self.told, self.added = most, colleague, "", ""
        self.cycles = KINDS[SPLIT if self.posted.get("cycle") == SPLIT else SAME]
        self._follow_cycle()

    def press(self, button: str) -> None:
        """`button`: «copy_hours», «add_break», «copy_breaks», «copy_from», or «remove_break:<key>»; else nothing."""
        name, _colon, key = button.partition(":")
        acts: dict[str, Callable[[], None]] = {
            "copy_hours": self._copy_hours,
            "add_break": self._add_break,
            "remove_break": lambda: self._remove([key]),
            "copy_breaks": self._copy_breaks,
            "copy_from": self._copy_from,
        }
        if act := acts.get(name):
            act()

    def _follow_cycle(self) -> None:
        """Odd and even weeks begin as the week that held for all, and the other way round as the odd one."""
        if any(self._keys(cycle) for cycle in self.cycles):
            return
        source = CycleWeek.EVERY if len(self.cycles) > 1 else CycleWeek.ODD
        for name in self._keys(source):
            for cycle in self.cycles:
                self.posted[re.sub(r"-\d", f"-{cycle}", name, count=1)] = self.posted[name]

    def _keys(self, cycle: CycleWeek) -> list[str]:
        return [name for name in self.posted if (found := TIMES.fullmatch(name)) and int(found[2]) == cycle]

    @property
    def _weekdays(self) -> Iterable[int]:
        return WHOLE_WEEK if self.posted.get("weekend") else WORKING_WEEK

    def _copy_hours(self) -> None:
        """[Kopier]: Monday's hours to Tuesday-Friday."""
        for cycle in self.cycles:
            for weekday in WORKING_WEEK:
                for end in ENDS:
                    monday = self.posted.get(f"hours-{cycle}-{MONDAY}-{end}", "")
                    self.posted[f"hours-{cycle}-{weekday}-{end}"] = monday

    def _breaks(self, cycle: int, weekday: int) -> list[str]:
        start = f"break-{cycle}-{weekday}-"
        names = [name for name in self.posted if name.startswith(start) and BREAK.fullmatch(name)]
        return sorted({name.rpartition("-")[0] for name in names}, key=lambda key: int(key.rpartition("-")[2]))

    def _add_break(self) -> None:
        """[Tilføj pause]: a line on the chosen weekday."""
        found = DAY.fullmatch(self.posted.get("break_day", ""))
        cycle, weekday = (int(found[1]), int(found[2])) if found else (int(self.cycles[0]), MONDAY)
        there = self._breaks(cycle, weekday)
        if len(there) >= min(self.most, MOST_LINES):
            self.told = too_many(self.most)
            return
        number = int(there[-1].rpartition("-")[2]) + 1 if there else 0
        self.added = f"break-{cycle}-{weekday}-{number}"
        self._set(self.added, "", "")

    def _remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            for end in ENDS:
                self.posted.pop(f"{key}-{end}", None)

    def _copy_breaks(self) -> None:
        """«Kopier tiderne fra mandag til alle dage» [Udfør]"""
        for cycle in self.cycles:
            times = [[self.posted.get(f"{key}-{end}", "") for end in ENDS] for key in self._breaks(cycle, MONDAY)]
            for weekday in self._weekdays:
                if weekday != MONDAY:
                    self._replace(cycle, weekday, times)

    def _copy_from(self) -> None:
        """«Kopier fra vejleder»: their breaks of today instead of what stood here; then edit before [Gem]."""
        plan = self.colleague(self.posted.get("colleague", ""))
        if plan is None:
            self.told = _("Vælg en vejleder, der har tider, at kopiere fra.")
            return
        for cycle in self.cycles:
            week = plan.weeks.get(cycle) or next(iter(plan.weeks.values()), {})
            for weekday in WHOLE_WEEK:
                breaks = week[weekday].breaks if weekday in week else ()
                self._replace(cycle, weekday, [[clock(start), clock(end)] for start, end in breaks])

    def _replace(self, cycle: int, weekday: int, times: list[list[str]]) -> None:
        self._remove(self._breaks(cycle, weekday))
        for number, (start, end) in enumerate(times):
            self._set(f"break-{cycle}-{weekday}-{number}", start, end)

    def _set(self, key: str, start: str, end: str) -> None:
        self.posted[f"{key}-from"], self.posted[f"{key}-to"] = start, end
