"""The bit tricks against plain sets of ticks."""

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.timeline import bits
from planner.timeline.free_time import FreeTime
from planner.timeline.ticks import TICKS_PER_DAY

ticks = st.integers(0, TICKS_PER_DAY - 1)
lengths = st.integers(1, TICKS_PER_DAY)
stretches = st.lists(st.tuples(ticks, st.integers(0, TICKS_PER_DAY)), max_size=8)


def ticks_in(found: Iterable[tuple[int, int]]) -> set[int]:
    return {tick for start, end in found for tick in range(start, end)}


def mask_of(wanted: set[int]) -> int:
    return sum(1 << tick for tick in wanted)


def starts_in(wanted: set[int], length: int) -> list[int]:
    return [tick for tick in range(TICKS_PER_DAY) if set(range(tick, tick + length)) <= wanted]


@pytest.mark.requirement("TIME-05")
@given(stretches, lengths)
def test_starts_are_the_ticks_from_which_the_whole_length_is_free(found: list[tuple[int, int]], length: int) -> None:
    wanted = ticks_in(found)
    assert list(bits.each(bits.starts(mask_of(wanted), length))) == starts_in(wanted, length)


@given(stretches)
def test_stretches_are_the_longest_unbroken_ones(found: list[tuple[int, int]]) -> None:
    wanted = ticks_in(found)
    stretched = list(bits.stretches(mask_of(wanted)))
    assert ticks_in(stretched) == wanted
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(stretched))


@given(ticks, st.integers(0, TICKS_PER_DAY))
def test_a_span_is_half_open(start: int, length: int) -> None:
    assert list(bits.each(bits.span(start, length))) == list(range(start, start + length))


def test_no_tick_is_first_where_none_is_set() -> None:
    with pytest.raises(ValueError, match="no tick"):
        bits.first(0)


@given(stretches, stretches)
def test_free_time_is_a_set_of_ticks(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    one, other = FreeTime.of(some), FreeTime.of(others)
    here, there = ticks_in(some), ticks_in(others)
    assert (one | other).mask == mask_of(here | there)
    assert (one & other).mask == mask_of(here & there)
    assert (one - other).mask == mask_of(here - there)
    assert one.ticks == len(here)
    assert bool(one) is bool(here)
    assert {tick for tick in range(-1, TICKS_PER_DAY + 1) if tick in one} == here
    assert ticks_in(one.stretches) == here


@given(stretches, ticks, lengths)
def test_taking_time_away_leaves_no_start_that_meets_it(found: list[tuple[int, int]], start: int, length: int) -> None:
    free = FreeTime.of(found).without(start, length)
    assert free.mask == mask_of(ticks_in(found) - set(range(start, start + length)))


@given(stretches, lengths, ticks)
def test_the_first_start_is_the_earliest_that_fits(found: list[tuple[int, int]], length: int, at: int) -> None:
    free, wanted = FreeTime.of(found), ticks_in(found)
    assert free.first_start(length, at) == next((tick for tick in starts_in(wanted, length) if tick >= at), None)
    assert free.fits(at, length) is (at in starts_in(wanted, length))


@pytest.mark.requirement("OFFER-10")
@given(stretches, lengths, st.sampled_from([1, 3, 6, 12]))
def test_starts_lie_on_the_grid_of_the_clock(found: list[tuple[int, int]], length: int, every: int) -> None:
    expected = [tick for tick in starts_in(ticks_in(found), length) if tick % every == 0]
    assert list(FreeTime.of(found).starts(length, every)) == expected


def test_the_whole_day_has_288_ticks() -> None:
    assert FreeTime.whole_day().stretches == ((0, 288),)
