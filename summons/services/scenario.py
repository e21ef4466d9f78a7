"""A run as a scenario file without personal data, to be examined and repeated anywhere (DIST-20)."""

from __future__ import annotations

from datetime import datetime

from booking.states import SummonsStatus
from planner.accounts.models import Settings
from summons.distribution.scenario import write
from summons.models import Run
from summons.queries.problem import is_fixed, problem_of


def scenario_of(run: Run, *, now: datetime) -> str:
    """The problem of the run as it would be planned now; the times of its own unsent plan count as free."""
    lines = run.lines.filter(selected=True).exclude(citizen=None).order_by("line", "pk")
    own = run.lines.filter(summons__status=SummonsStatus.PENDING)
    lines = lines.filter(summons=None) | own if not is_fixed(run) else lines.filter(summons=None)
    without = [] if is_fixed(run) else list(own.values_list("summons__appointment", flat=True))
    return write(problem_of(run, list(lines.distinct()), settings=Settings.objects.get(), now=now, without=without))
