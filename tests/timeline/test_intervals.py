"""Periods of minutes against plain sets of minutes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.timeline import bits
from planner.timeline.intervals import Period, intersect, length, shrunk, subtract, union, widened

minutes = st.integers(0, 1440)
periods = st.lists(st.tuples(minutes, minutes).map(lambda pair: (min(pair), max(pair))), max_size=6)


def minutes_in(found: list[Period] | tuple[Period, ...]) -> set[int]:
    return {minute for start, end in found for minute in range(start, end)}


@given(periods)
def test_a_union_has_the_same_minutes_in_order_and_apart(found: list[Period]) -> None:
    merged = union(found)
    assert minutes_in(merged) == minutes_in(found)
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(merged))
    assert length(found) == len(minutes_in(found))


@given(periods, periods)
def test_subtracting_and_intersecting_are_those_of_sets(some: list[Period], others: list[Period]) -> None:
    assert minutes_in(subtract(some, others)) == minutes_in(some) - minutes_in(others)
    assert minutes_in(intersect(some, others)) == minutes_in(some) & minutes_in(others)


@pytest.mark.requirement("TIME-02")
@given(periods)
def test_what_is_available_shrinks_and_what_is_taken_widens_to_whole_five_minutes(found: list[Period]) -> None:
    wanted = minutes_in(found)
    tick_minutes = {tick: set(range(tick * 5, tick * 5 + 5)) for tick in range(288)}
    assert set(bits.each(shrunk(found))) == {tick for tick, inside in tick_minutes.items() if inside <= wanted}
    assert set(bits.each(widened(found))) == {tick for tick, inside in tick_minutes.items() if inside & wanted}


@pytest.mark.requirement("TIME-02")
def test_periods_are_half_open_so_that_neighbours_do_not_touch() -> None:
    assert intersect([(540, 585)], [(585, 630)]) == ()
    assert union([(540, 585), (585, 630)]) == ((540, 630),)
