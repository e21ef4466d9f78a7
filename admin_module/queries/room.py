"""Rooms and competences as the administration lists them: one statement each."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q

from admin_module.models import Competence, Room, RoomTeam
from planner.accounts.fields import DanishKey


def rooms(*, q: str = "", team: str = "", use: str = "") -> Any:
    """The living rooms, each with the names of its teams; `use` «yes» or «no»: whether conversations may use it."""
    teams = RoomTeam.objects.filter(room=OuterRef("pk"), team__retired_at=None).order_by("team__name")
    rows = Room.objects.living().annotate(
        name_key=DanishKey(F("name")), team_names=ArraySubquery(teams.values("team__name"))
    )
    rows = rows.filter(name__icontains=q) if q else rows
    rows = rows.filter(teams=int(team)) if team else rows
    return rows.filter(can_be_used=use == "yes") if use else rows


def competences(*, q: str = "") -> Any:
    """The living competences, each with how many counsellors have it."""
    rows = Competence.objects.living().annotate(
        name_key=DanishKey(F("name")),
        holders=Count("counsellors", filter=Q(counsellors__retired_at=None), distinct=True),
    )
    return rows.filter(name__icontains=q) if q else rows
