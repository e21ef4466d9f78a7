"""The tree of teams to tick in: ticking one ticks those below (CLOS-01)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from admin_module.models import Team


@dataclass(frozen=True, slots=True)
class TickedTeam:
    """A line of the tree; `path` leads from the root to the team itself."""

    pk: int
    name: str
    path: tuple[int, ...]

    @property
    def key(self) -> str:
        """Its id as forms have it."""
        return str(self.pk)

    @property
    def trail(self) -> str:
        return " ".join(map(str, self.path))

    @property
    def depth(self) -> int:
        return len(self.path) - 1


def teams_to_tick() -> list[TickedTeam]:
    """The living teams in the order of the tree: one statement."""
    teams = Team.objects.living().with_tree_fields().values_list("pk", "name", "tree_path")
    return [TickedTeam(pk, name, tuple(path)) for pk, name, path in teams]


def with_those_below(teams: Collection[TickedTeam], ticked: Collection[int]) -> set[int]:
    """The ticked teams and all below them."""
    return {team.pk for team in teams if not set(ticked).isdisjoint(team.path)}
