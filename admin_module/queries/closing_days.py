"""The days on which nobody is called in: local closing days, and beside them the public holidays (CLOS-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from admin_module.models import ClosingDay, ClosingDayTeam
from planner.timeline.holidays import public_holidays


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day that is closed without being entered; without a name the job centre's settings close it."""

    on: date
    name: str


def closing_days(*, year: int, q: str = "", team: str = "") -> QuerySet[ClosingDay]:
    """Those that touch the year, each with the names of its `closed` teams; none of them: the whole job centre.

    `team`: the days on which that team is closed.
    """
    of_day = ClosingDayTeam.objects.filter(closing_day=OuterRef("pk"))
    found = ClosingDay.objects.filter(first_on__lte=date(year, 12, 31), last_on__gte=date(year, 1, 1)).annotate(
        closed=ArraySubquery(of_day.order_by("team__name").values("team__name"))
    )
    if q:
        found = found.filter(name__icontains=q)
    if team:
        found = found.filter(~Exists(of_day) | Q(Exists(of_day.filter(team=int(team)))))
    return found


def holidays_of(year: int, also_closed: Sequence[str]) -> list[Holiday]:
    """The public holidays of a year and the days that the settings close too, in order."""
    found = public_holidays(date(year, 1, 1), date(year, 12, 31), also_closed)
    return [Holiday(date.fromordinal(day), name) for day, name in sorted(found.items())]
