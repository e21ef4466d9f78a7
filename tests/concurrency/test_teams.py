"""Two who move teams at once never make a circle; without turns they would (±)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import sleep
from typing import Any

import pytest
from django.utils import timezone

from admin_module.models import Team
from admin_module.queries.team import team_tree
from admin_module.services import teams as service
from planner.accounts.tenancy import acting_for
from tests.concurrency.crowd import at_once, faults, refused
from tests.factories import World, make_room, make_team

ROUNDS = 10


@pytest.fixture
def pair(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Team, Team]:
    """Two teams beside each other; whoever moves thinks for a moment between looking and writing."""
    place = service._place

    def think_then_place(order: Sequence[Team], parent_id: int | None) -> None:
        sleep(0.02)
        place(order, parent_id)

    monkeypatch.setattr(service, "_place", think_then_place)
    with acting_for(world.jobcentre.pk, source="test"):
        return make_team(world.jobcentre, "Unge"), make_team(world.jobcentre, "Syge")


def below(team: Team, other: Team) -> Callable[[], None]:
    return lambda: service.move(team=team, parent_id=other.pk, index=0)


def moved(world: World, pair: tuple[Team, Team]) -> list[Any]:
    """Each below the other at the same moment."""
    one, other = pair
    with acting_for(world.jobcentre.pk, source="test"):
        root = Team.objects.get(parent=None)
        Team.objects.filter(pk__in=[one.pk, other.pk]).update(parent=root)
    return at_once(world, [below(one, other), below(other, one)])


def drawn(world: World) -> set[str]:
    with acting_for(world.jobcentre.pk, source="test"):
        return {row.name for row in team_tree()}


@pytest.mark.requirement("TEAM-08", "CONC-01")
def test_of_two_who_move_each_below_the_other_one_is_told(world: World, pair: tuple[Team, Team]) -> None:
    for _ in range(ROUNDS):
        outcomes = moved(world, pair)
        assert (outcomes.count(None), refused(outcomes), faults(outcomes)) == (1, {"cycle"}, [])
        assert {"Unge", "Syge"} <= drawn(world)


@pytest.mark.requirement("TEAM-08")
def test_without_turns_a_circle_hides_both(
    world: World, pair: tuple[Team, Team], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "wait_for_turn", lambda _jobcentre_id: None)
    assert any(moved(world, pair) == [None, None] and not {"Unge", "Syge"} & drawn(world) for _ in range(ROUNDS))


@pytest.mark.requirement("TEAM-06")
def test_a_room_attached_while_its_team_is_deleted_never_has_a_deleted_team(
    world: World, pair: tuple[Team, Team]
) -> None:
    for number in range(ROUNDS):
        with acting_for(world.jobcentre.pk, source="test"):
            team, room = make_team(world.jobcentre, f"Øst {number}"), make_room(world.team, f"Lokale {number + 9}")
        tasks: list[Callable[[], Any]] = [
            partial(service.retire, team=team, now=timezone.now()),
            partial(service.attach, team=team, name="rooms", chosen=[room]),
        ]
        outcomes: list[Any] = at_once(world, tasks)
        with acting_for(world.jobcentre.pk, source="test"):
            team.refresh_from_db()
            assert (team.retired_at is not None) != team.rooms.exists(), outcomes
