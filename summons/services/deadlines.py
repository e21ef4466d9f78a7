"""«Falddato og frist for afholdelse»: where a list's deadlines come from (SUM-14).

What changes is counted before it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import BooleanField, Count, DateField, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable

from booking.models import DueDate
from summons.models import Run, RunCitizen
from summons.queries.citizens import Lines, lines_of
from summons.services.import_list import changeable


@dataclass(frozen=True, slots=True)
class ByDueDate:
    """The due date of a kind (`Run.NEAREST`: the next of any kind), or so many days before it."""

    kind: str
    days_before: int = 0


@dataclass(frozen=True, slots=True)
class OneDate:
    """The same date for all, or only for those without one."""

    on: date
    overwrite: bool


Rule = ByDueDate | OneDate


@dataclass(frozen=True, slots=True)
class Preview:
    """How many rows a rule would change. `missing`: without that due date, marked as such; `lost`: of those, who have a
    deadline now and would lose it; `too_early`: whose deadline would lie before their earliest date."""

    total: int
    changed: int
    missing: int
    lost: int
    too_early: int


def preview(run: Run, rule: Rule, *, today: date) -> Preview:
    """What the rule would do. One statement."""
    differs = Q(deadline__isnull=True, proposed__isnull=False) | ~Q(deadline=F("proposed")) & Q(
        deadline__isnull=False, proposed__isnull=False
    )
    missing = Q(proposed__isnull=True)
    found = (
        lines_of(run)
        .annotate(proposed=_proposed(rule, today))
        .aggregate(
            total=Count("pk"),
            changed=Count("pk", filter=differs | missing & Q(deadline__isnull=False)),
            missing=Count("pk", filter=missing),
            lost=Count("pk", filter=missing & Q(deadline__isnull=False)),
            too_early=Count("pk", filter=Q(proposed__lt=F("on"))),
        )
    )
    return Preview(**found)


def apply(*, run_id: UUID, rule: Rule, now: datetime, today: date) -> int:
    """Set the deadlines by the rule, which the run keeps for citizens added later; how many rows changed."""
    run = changeable(run_id)
    changed = preview(run, rule, today=today).changed
    _write(lines_of(run), rule, today)
    if isinstance(rule, ByDueDate):
        run.due_kind, run.days_before = rule.kind, rule.days_before
    elif rule.overwrite:
        run.due_kind, run.days_before = "", 0
    run.saved_at = now
    run.save(update_fields=["due_kind", "days_before", "saved_at"])
    return changed


def fill(*, run: Run, lines: list[RunCitizen], today: date) -> None:
    """Give new lines the deadline that the run's rule says."""
    if run.due_kind:
        there = RunCitizen.objects.filter(pk__in=[line.pk for line in lines], deadline=None)
        _write(there, ByDueDate(run.due_kind, run.days_before), today)


def propose(*, run: Run, today: date) -> None:
    """Where no rule is chosen yet: the kind of due date named after the run's type («Falduge jobsamtale»), if any."""
    wanted = run.type.name.lower() if run.type else ""
    kind = next((kind for kind in run.due_kinds if wanted and wanted in kind.lower()), "")
    if kind and not run.due_kind and not lines_of(run).exclude(deadline=None).exists():
        run.due_kind = kind
        _write(lines_of(run), ByDueDate(kind, run.days_before), today)


def set_one(*, run_id: UUID, line_id: int, deadline: date | None) -> RunCitizen:
    """The deadline of one citizen, edited by hand."""
    line = lines_of(changeable(run_id)).get(pk=line_id)
    line.deadline = deadline
    line.save(update_fields=["deadline"])
    return line


def _write(lines: Lines, rule: Rule, today: date) -> None:
    if isinstance(rule, OneDate):
        (lines if rule.overwrite else lines.filter(deadline=None)).update(deadline=rule.on)
    else:
        lines.update(deadline=_proposed(rule, today))


def _proposed(rule: Rule, today: date) -> Combinable:
    """The deadline a line would get, as an expression."""
    if isinstance(rule, OneDate):
        on = Value(rule.on, output_field=DateField())
        return on if rule.overwrite else Func(F("deadline"), on, function="COALESCE", output_field=DateField())
    due = DueDate.objects.filter(citizen=OuterRef("citizen_id"))
    if rule.kind == Run.NEAREST:
        past = ExpressionWrapper(Q(due_on__lt=today), output_field=BooleanField())
        distance = Func(F("due_on"), Value(today), template="abs(%(expressions)s)", arg_joiner=" - ")
        due = due.order_by(past, distance)
    else:
        due = due.filter(kind=rule.kind)
    days = Value(rule.days_before)
    return Func(
        Subquery(due.values("due_on")[:1]),
        days,
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=DateField(),
    )
