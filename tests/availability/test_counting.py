"""The number of free times (TIME-10)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability.calendar import CounsellorDay, counsellor_days, room_days
from booking.availability.counting import day_of_nth, free_times, shared_start_times, start_times
from booking.availability.facts import Block, CounsellorFacts, Hours, RoomFacts
from tests.availability.cases import EIGHT_TO_FOUR, MONDAY, anna, at, conversation, every_day


def monday(counsellor: CounsellorFacts) -> CounsellorDay:
    [day] = counsellor_days(counsellor, MONDAY, MONDAY)
    return day


@pytest.mark.requirement("TIME-10")
def test_free_times_follow_one_another_with_their_reporting_time() -> None:
    day = monday(anna(taken=[conversation(MONDAY, at(9))]))
    assert free_times(day, 45, 15) == (at(8), at(10), at(11), at(12, 30), at(13, 30), at(14, 30))


@pytest.mark.requirement("TIME-10", "OFFER-10")
def test_free_times_begin_on_the_grid() -> None:
    hours = Hours(works=((490, 720),))
    found = free_times(monday(anna(every_day(hours))), 20, 5, grid=15)
    assert found == tuple(range(at(8, 15), at(11, 30), 6))


@pytest.mark.requirement("TIME-07", "TIME-10")
def test_the_budget_ends_the_counting_and_automatic_distribution_keeps_both() -> None:
    day = monday(anna(every_day(EIGHT_TO_FOUR, max_conversation_share=40, automatic_share=50)))
    assert len(free_times(day, 45)) == 4
    assert len(free_times(day, 45, automatic=True)) == 2
    assert start_times(monday(anna(every_day(EIGHT_TO_FOUR, max_conversation_share=9))), 45) == ()


@pytest.mark.requirement("TIME-10")
def test_nothing_begins_before_the_least_notice() -> None:
    assert free_times(monday(anna()), 60, not_before=at(14, 5)) == (at(14, 5),)
    assert start_times(monday(anna()), 60, grid=30, not_before=at(14, 5)) == (at(14, 30), at(15))


@pytest.mark.requirement("TIME-10", "SUM-22")
def test_a_teams_number_is_the_sum_and_the_nth_has_a_date() -> None:
    one = counsellor_days(anna(), MONDAY, MONDAY + 1)
    other = counsellor_days(anna(taken=[conversation(MONDAY, at(8), 180, 0)]), MONDAY, MONDAY + 1)
    counts = [len(free_times(here, 60)) + len(free_times(there, 60)) for here, there in zip(one, other, strict=True)]
    assert counts == [7 + 4, 7 + 7]
    assert [day_of_nth(counts, MONDAY, n) for n in (1, 11, 12, 25, 26)] == [
        MONDAY,
        MONDAY,
        MONDAY + 1,
        MONDAY + 1,
        None,
    ]


@pytest.mark.requirement("SUM-06")
def test_at_a_date_only_starts_are_shown_at_which_counsellors_and_room_are_free() -> None:
    one = monday(anna(taken=[conversation(MONDAY, at(8), 180, 0)]))
    other = monday(anna(taken=[conversation(MONDAY, at(12, 30), 150, 0)]))
    [room] = room_days(RoomFacts(1, taken=[Block(MONDAY, at(8), 12)]), MONDAY, MONDAY)
    hourly: dict[str, Any] = {"duration": 45, "reporting_time": 15, "grid": 60}
    assert shared_start_times([one, other], **hourly) == (at(8), at(9), at(10), at(11), at(13), at(14), at(15))
    assert shared_start_times([one, other], **hourly, rooms=[room]) == (at(9), at(10), at(11), at(13), at(14), at(15))
    assert shared_start_times([one, other], **hourly, everybody=True) == (at(11), at(15))


@pytest.mark.requirement("TIME-10")
@given(
    st.sets(st.integers(0, 287)),
    st.integers(1, 20),
    st.integers(0, 5),
    st.sampled_from([5, 15, 30, 60]),
    st.integers(0, 600),
)
def test_counting_is_plain_greed(free: set[int], duration: int, reporting_time: int, grid: int, budget: int) -> None:
    mask = sum(1 << tick for tick in free)
    day = CounsellorDay(mask, mask, mask, 0, budget, budget, 0, 0)
    expected: list[int] = []
    tick, block = 0, duration + reporting_time
    while tick < 288:
        fits = all(inside in free for inside in range(tick, tick + block)) and tick % (grid // 5) == 0
        if fits and (len(expected) + 1) * duration * 5 <= budget:
            expected.append(tick)
            tick += block
        else:
            tick += 1
    assert list(free_times(day, duration * 5, reporting_time * 5, grid=grid)) == expected
