"""Changing the tree of teams: adding, moving, attaching and retiring. Changes take turns, so no cycle can be made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.models import Counsellor, Room, Team
from admin_module.rules import why_not_move
from admin_module.services.asking import why_not_retire
from admin_module.services.retiring import retire as write
from admin_module.services.turns import wait_for_turn
from planner.ui.refusal import Link, Refusal

LAST = 10**6
"""As a number among siblings: after all of them."""


class Direction(StrEnum):
    """One move by button or key."""

    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


def add(*, team: Team, parent_id: int, after_id: int | None = None) -> Team:
    """Keep a team that is not saved yet, below `parent_id`: right after a sibling, or last."""
    wait_for_turn(team.jobcentre_id)
    if not Team.objects.living().filter(pk=parent_id).exists():
        raise Refusal(_("Teamet, som det nye skulle ligge under, er slettet i mellemtiden."), code="parent-gone")
    last = Team.objects.filter(parent=parent_id).aggregate(last=Max("position"))["last"]
    team.parent_id, team.position = parent_id, (last or 0) + 1
    team.save()
    if after_id is not None:
        siblings = [one.pk for one in _children(_living(), parent_id) if one.pk != team.pk]
        if after_id in siblings:
            move(team=team, parent_id=parent_id, index=siblings.index(after_id) + 1)
    return team


def move(*, team: Team, parent_id: int | None, index: int) -> None:
    """Let the team be number `index` (from 0) of those below `parent_id`."""
    wait_for_turn(team.jobcentre_id)
    teams = _living()
    if team.pk not in teams:
        raise _gone()
    if refusal := why_not_move(teams[team.pk], parent_id, teams):
        raise refusal
    moved = teams[team.pk]
    order = [one for one in _children(teams, parent_id) if one.pk != moved.pk]
    order.insert(max(0, min(index, len(order))), moved)
    _place(order, parent_id)


def step(*, team: Team, direction: Direction) -> None:
    """Up or down among its siblings, in under the one before it, or out to stand after what it lies below."""
    wait_for_turn(team.jobcentre_id)
    teams = _living()
    if place := place_after(teams.get(team.pk), direction, list(teams.values())):
        move(team=team, parent_id=place[0], index=place[1])
        return
    raise Refusal(_("Teamet kan ikke flyttes længere den vej."), code="no-further")


def place_after(team: Team | None, direction: Direction, teams: Sequence[Team]) -> tuple[int, int] | None:
    """Where a step leads: below whom, and as which number; None where it leads nowhere."""
    by_id = {one.pk: one for one in teams}
    if team is None or team.parent_id is None:
        return None
    siblings = [one.pk for one in _children(by_id, team.parent_id)]
    here = siblings.index(team.pk)
    if direction is Direction.OUT:
        parent = by_id[team.parent_id]
        if parent.parent_id is None:
            return None
        around = [one.pk for one in _children(by_id, parent.parent_id)]
        return parent.parent_id, around.index(parent.pk) + 1
    if direction is Direction.IN:
        return (siblings[here - 1], len(_children(by_id, siblings[here - 1]))) if here else None
    target = here - 1 if direction is Direction.UP else here + 1
    return (team.parent_id, target) if 0 <= target < len(siblings) else None


def attach(*, team: Team, name: str, chosen: Iterable[Any]) -> int:
    """Attach counsellors or rooms (`name`) to the team; how many were not already."""
    wait_for_turn(team.jobcentre_id)
    if not Team.objects.living().filter(pk=team.pk).exists():
        raise _gone()
    links: Any = getattr(team, name)
    fresh = {one.pk for one in chosen} - set(links.values_list("pk", flat=True))
    links.add(*fresh, through_defaults={"jobcentre_id": team.jobcentre_id})
    return len(fresh)


def detach(*, team: Team, name: str, one: Counsellor | Room) -> None:
    """Take a counsellor or a room from the team; each keeps at least one team (COUN-06, ROOM-04)."""
    wait_for_turn(team.jobcentre_id)
    if refusal := why_not_detach(one, team):
        raise refusal
    getattr(team, name).remove(one)


def why_not_detach(one: Counsellor | Room, team: Team) -> Refusal | None:
    """Whether it would be left without a team; the way out is its own page."""
    if one.teams.exclude(pk=team.pk).exists():
        return None
    if isinstance(one, Room):
        words, way = _("%(name)s har kun dette team. Tilknyt lokalet til et andet team først."), _("Åbn lokalet")
    else:
        words, way = _("%(name)s har kun dette team. Tilknyt vejlederen til et andet team først."), _("Åbn vejlederen")
    page = reverse(f"admin_module:{one._meta.model_name}", args=[one.pk])
    return Refusal(words % {"name": one}, code="last-team", links=[Link(way, f"{page}#teams")])


def why_not_delete(team: Team, *, now: datetime, hold: bool = False) -> Refusal | None:
    """TEAM-06: every condition that fails, each with its way out."""
    if team.parent_id is None:
        return Refusal(_("Det øverste team kan ikke slettes."), code="root")
    found = [*_attached(team), *why_not_retire(team, now=now, hold=hold)]
    return Refusal(_("Teamet kan ikke slettes."), code="in-use", links=found) if found else None


def _attached(team: Team) -> Iterator[Link]:
    names = list(Team.objects.living().filter(parent=team).values_list("name", flat=True))
    if names:
        words = ngettext("%(count)d underteam: %(names)s", "%(count)d underteams: %(names)s", len(names))
        about = words % {"count": len(names), "names": ", ".join(names)}
        yield Link(
            ngettext("Flyt det", "Flyt dem", len(names)), f"{reverse('admin_module:teams')}?on={team.pk}", about=about
        )
    if people := team.counsellors.filter(retired_at=None).count():
        about = ngettext("%d vejleder er tilknyttet", "%d vejledere er tilknyttet", people) % people
        yield Link(ngettext("Fjern vejlederen", "Fjern dem", people), _page(team, "counsellors"), about=about)
    if rooms := team.rooms.filter(retired_at=None).count():
        about = ngettext("%d lokale er tilknyttet", "%d lokaler er tilknyttet", rooms) % rooms
        yield Link(ngettext("Fjern det", "Fjern dem", rooms), _page(team, "rooms"), about=about)


def _page(team: Team, name: str) -> str:
    return reverse(f"admin_module:team_{name}", args=[team.pk])


def retire(*, team: Team, now: datetime) -> None:
    """Delete as APP-15 means it: no longer chosen, still readable in history."""
    wait_for_turn(team.jobcentre_id)
    if refusal := why_not_delete(team, now=now, hold=True):
        raise refusal
    write(row=team, now=now)


def _gone() -> Refusal:
    return Refusal(_("Teamet er slettet i mellemtiden."), code="gone")


def _living() -> dict[int, Team]:
    return {team.pk: team for team in Team.objects.living()}


def _children(teams: Mapping[int, Team], parent_id: int | None) -> list[Team]:
    """In their order."""
    found = [team for team in teams.values() if team.parent_id == parent_id]
    return sorted(found, key=lambda team: (team.position, team.pk))


def _place(order: Sequence[Team], parent_id: int | None) -> None:
    """Number them as they stand; only those that change are written."""
    changed = []
    for position, team in enumerate(order):
        if (team.position, team.parent_id) != (position, parent_id):
            team.position, team.parent_id = position, parent_id
            changed.append(team)
    Team.objects.bulk_update(changed, ["position", "parent"])
