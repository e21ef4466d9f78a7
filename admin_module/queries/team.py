"""The teams as the administration shows them: the whole tree in one statement (TEAM-01, TEAM-08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString, mark_safe

from admin_module.models import Counsellor, CounsellorTeam, Room, RoomTeam, Team
from planner.accounts.fields import DanishKey


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A line of the tree. `depth` 0 is the root; `closing`: how many branches end after it."""

    pk: int
    name: str
    address: str
    parent: int | None
    path: tuple[int, ...]
    counsellors: int
    rooms: int
    has_children: bool = False
    closing: int = 0

    @property
    def depth(self) -> int:
        return len(self.path) - 1

    @property
    def ends(self) -> SafeString:
        """What closes the branches that end after it."""
        return mark_safe("</ul></li>" * self.closing)  # noqa: S308


def team_tree(q: str = "") -> list[TeamRow]:
    """The living teams in the order of the tree; with `q` those whose name holds it, and what they lie below."""
    people = CounsellorTeam.objects.filter(counsellor__retired_at=None)
    rooms = RoomTeam.objects.filter(room__retired_at=None)
    teams = Team.objects.living().with_tree_fields().annotate(people=_count(people), places=_count(rooms))
    rows = [
        TeamRow(team.pk, team.name, team.address, team.parent_id, tuple(team.tree_path), team.people, team.places)
        for team in teams
    ]
    return _in_branches(_found(rows, q.casefold()) if q else rows)


def _count(links: Any) -> Any:
    of_team = links.filter(team=OuterRef("pk")).order_by().values("team").annotate(number=Count("pk"))
    return Coalesce(Subquery(of_team.values("number")), 0)


def _found(rows: Iterable[TeamRow], wanted: str) -> list[TeamRow]:
    rows = list(rows)
    kept = {pk for row in rows if wanted in row.name.casefold() for pk in row.path}
    return [row for row in rows if row.pk in kept]


def _in_branches(rows: Sequence[TeamRow]) -> list[TeamRow]:
    depths = [row.depth for row in rows[1:]] + [0]
    return [
        replace(row, has_children=below > row.depth, closing=max(0, row.depth - below + 1))
        for row, below in zip(rows, depths, strict=False)
    ]


def team_choices(without: int | None = None) -> list[tuple[int, str]]:
    """The living teams in the order of the tree, as choices; without a team and all that lie below it."""
    teams = Team.objects.living().with_tree_fields()
    return [(team.pk, f"{'– ' * team.tree_depth}{team.name}") for team in teams if without not in team.tree_path]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a team stands among those below the same team."""

    parent_id: int | None
    parent: str
    index: int
    before: str


def place_of(team: Team) -> Place:
    """Two statements: the team above, and the siblings in their order."""
    siblings = list(Team.objects.living().filter(parent=team.parent_id).order_by("position", "pk"))
    index = next((number for number, one in enumerate(siblings) if one.pk == team.pk), len(siblings))
    parent = Team.objects.filter(pk=team.parent_id).first()
    return Place(team.parent_id, parent.name if parent else "", index, siblings[index - 1].name if index else "")


def attached(team: Team, model: type[Counsellor | Room], q: str = "") -> Any:
    """The living counsellors or rooms of a team, each with the names of its other teams."""
    links: Any = CounsellorTeam if model is Counsellor else RoomTeam
    one = "counsellor" if model is Counsellor else "room"
    others = links.objects.filter(**{one: OuterRef("pk")}).exclude(team=team).order_by("team__name")
    rows = model.objects.living().filter(teams=team)
    rows = rows.annotate(others=ArraySubquery(others.values("team__name")))
    rows = rows.annotate(name_key=DanishKey(F("name"))) if model is Room else rows
    name = "full_name" if model is Counsellor else "name"
    return rows.filter(**{f"{name}__icontains": q}) if q else rows
