"""Whose calendars there are to choose from: the tree of teams with their counsellors, and the rooms; one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import ngettext

from admin_module.models import CounsellorTeam, RoomTeam, Team


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose calendars somebody may see (SEC-02); `names` = who the citizens are, else only free and busy."""

    names: bool
    counsellors: frozenset[int] | None = None

    def sees(self, counsellor_id: int) -> bool:
        return self.counsellors is None or counsellor_id in self.counsellors


@dataclass(slots=True)
class TeamNode:
    """A team with the teams below it and the counsellors of its own that may be seen."""

    id: int
    name: str
    counsellors: list[tuple[int, str]] = field(default_factory=list)
    rooms: list[tuple[int, str, str]] = field(default_factory=list)
    children: list[TeamNode] = field(default_factory=list)

    def everybody(self) -> dict[int, str]:
        """The counsellors of the team and of all teams below it, each once."""
        found = dict(self.counsellors)
        for child in self.children:
            found |= child.everybody()
        return found

    def nodes(self) -> Iterator[TeamNode]:
        yield self
        for child in self.children:
            yield from child.nodes()

    @property
    def count(self) -> int:
        return len(self.everybody())


@dataclass(frozen=True, slots=True)
class Tree:
    """All that can be chosen."""

    roots: tuple[TeamNode, ...]

    def nodes(self) -> list[TeamNode]:
        return [node for root in self.roots for node in root.nodes()]

    def names(self) -> dict[int, str]:
        return {pk: name for root in self.roots for pk, name in root.everybody().items()}

    def rooms(self) -> list[tuple[int, str, str]]:
        """Each room once, by name: id, name, seats in words."""
        return sorted({room for node in self.nodes() for room in node.rooms}, key=lambda room: (room[1], room[0]))


def team_tree(sight: Sight) -> Tree:
    """The teams in tree order."""
    members = CounsellorTeam.objects.filter(team=OuterRef("pk"), counsellor__retired_at=None)
    rooms = RoomTeam.objects.filter(team=OuterRef("pk"), room__retired_at=None)
    teams = (
        Team.objects.living()
        .with_tree_fields()
        .annotate(
            people=ArraySubquery(
                members.order_by("counsellor__sort_key", "counsellor_id").values(
                    found=JSONObject(id="counsellor_id", name="counsellor__full_name")
                )
            ),
            places=ArraySubquery(
                rooms.order_by("room__name", "room_id").values(
                    found=JSONObject(id="room_id", name="room__name", seats="room__capacity")
                )
            ),
        )
    )
    return _tree(list(teams), sight)


def _tree(teams: Sequence[Team], sight: Sight) -> Tree:
    nodes: dict[int, TeamNode] = {}
    roots: list[TeamNode] = []
    for team in teams:
        people, places = team.people, team.places  # type: ignore[attr-defined]
        node = nodes[team.pk] = TeamNode(
            team.pk,
            team.name,
            [(one["id"], one["name"]) for one in people if sight.sees(one["id"])],
            [(one["id"], one["name"], _seats(one["seats"])) for one in places],
        )
        above = nodes.get(team.parent_id or 0)
        (above.children if above else roots).append(node)
    return Tree(tuple(roots))


def _seats(capacity: int | None) -> str:
    return ngettext("%d plads", "%d pladser", capacity) % capacity if capacity else ""
