"""Attendance registered by many at once: one of them wins, and the others are shown what stands there (APP-15)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from booking.models import Summons
from booking.services import sending
from booking.services.attendance import Entry, Registered, register
from planner.accounts.tenancy import acting_for
from planner.ui.refusal import Refusal
from tests.concurrency.crowd import at_once
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_summons

AFTER = at(MONDAY, "15:00")
EARLY = at(MONDAY, "08:50")
STATES = ("met", "no_show", "too_late", "unclear", "in_time", "by_us")


def summons_of(world: World) -> Summons:
    with acting_for(world.jobcentre.pk, source="test"):
        return make_summons(make_citizen(world.jobcentre), world.anna, world.team, by=world.bo, now=NOW)


@pytest.mark.requirement("ATT-01", "APP-15")
def test_of_many_who_register_the_same_citizen_one_wins_and_the_others_are_told(world: World) -> None:
    summons = summons_of(world)
    tasks = [partial(register, entries={summons.pk: Entry(state, seen="")}, by=world.bo, now=AFTER) for state in STATES]
    outcomes = [one for one in at_once(world, tasks) if isinstance(one, Registered)]
    assert len(outcomes) == len(STATES)
    (won,) = [one for one in outcomes if one.summonses]
    assert [refused.refusal.code for one in outcomes for refused in one.refused] == ["stale"] * (len(STATES) - 1)
    with acting_for(world.jobcentre.pk, source="test"):
        assert Summons.objects.get(pk=summons.pk).attendance == won.summonses[0].attendance


@pytest.mark.requirement("ATT-01", "CAL-05")
@pytest.mark.parametrize("_round", range(5))
def test_checked_in_and_cancelled_at_once_is_one_or_the_other(world: World, _round: int) -> None:
    summons = summons_of(world)
    check_in = partial(register, entries={summons.pk: Entry("met", seen="")}, by=world.bo, now=EARLY)
    cancel = partial(sending.cancel, summons=summons, reason="Syg", by=world.bo, now=EARLY)
    tasks: list[Callable[[], Registered | Summons]] = [check_in, cancel]
    outcomes = at_once(world, tasks)
    with acting_for(world.jobcentre.pk, source="test"):
        kept = Summons.objects.get(pk=summons.pk)
    assert (kept.status, kept.attendance) in {("sent", "met"), ("cancelled", "")}
    refused = [one for one in outcomes if isinstance(one, Refusal) or (isinstance(one, Registered) and one.refused)]
    assert len(refused) == 1
