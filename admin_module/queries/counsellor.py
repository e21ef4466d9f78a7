"""Counsellors as the administration lists them: one statement, whatever their number (COUN-01)."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from admin_module.models import Competence, Counsellor, CounsellorCompetence, CounsellorTeam, WorkingHours

Choices = list[tuple[str, str]]


def counsellors(*, q: str = "", team: str = "", competence: str = "", use: str = "", no_hours: bool = False) -> Any:
    """The living counsellors with the names of their teams and competences; `use` «yes» or «no»: COUN-05's tick."""
    teams = CounsellorTeam.objects.filter(counsellor=OuterRef("pk"), team__retired_at=None).order_by("team__name")
    held = CounsellorCompetence.objects.filter(counsellor=OuterRef("pk"), competence__retired_at=None)
    rows = Counsellor.objects.living().annotate(
        team_names=ArraySubquery(teams.values("team__name")),
        competence_names=ArraySubquery(held.order_by("competence__name").values("competence__name")),
        has_hours=Exists(WorkingHours.objects.filter(schedule__counsellor=OuterRef("pk"))),
    )
    for word in q.split():
        rows = rows.filter(Q(full_name__icontains=word) | Q(email__icontains=word) | Q(initials__iexact=word))
    rows = rows.filter(pk__in=CounsellorTeam.objects.filter(team=int(team)).values("counsellor")) if team else rows
    if competence:
        rows = rows.filter(pk__in=CounsellorCompetence.objects.filter(competence=int(competence)).values("counsellor"))
    rows = rows.filter(has_hours=False) if no_hours else rows
    return rows.filter(can_be_summoned=use == "yes") if use else rows


def without_hours() -> int:
    """How many counsellors have no hours, and so no free time (COUN-06)."""
    with_hours = WorkingHours.objects.filter(schedule__counsellor=OuterRef("pk"))
    return int(Counsellor.objects.living().filter(~Exists(with_hours)).count())


def competence_choices() -> Choices:
    return [(str(pk), name) for pk, name in Competence.objects.living().values_list("pk", "name")]
