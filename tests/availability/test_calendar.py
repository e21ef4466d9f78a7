"""Free time and budgets, day by day."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability.calendar import counsellor_days, room_days
from booking.availability.facts import (
    Block,
    Closures,
    CounsellorFacts,
    Hours,
    Purpose,
    Reservation,
    RoomFacts,
    Schedule,
    Taken,
    Week,
)
from planner.timeline.clock import gaps
from planner.timeline.free_time import FreeTime
from tests.availability.cases import EIGHT_TO_FOUR, MONDAY, absence, anna, at, conversation, every_day

Stretches = tuple[tuple[int, int], ...]


def free_on(counsellor: CounsellorFacts, closures: Closures | None = None, day: int = MONDAY) -> Stretches:
    [found] = counsellor_days(counsellor, day, day, closures)
    return found.free_time.stretches


@pytest.mark.requirement("TIME-03")
def test_available_time_is_working_hours_without_pauses_and_absences() -> None:
    [day] = counsellor_days(anna(absences=[absence(MONDAY, 840, 900)]), MONDAY, MONDAY)
    assert FreeTime(day.available).stretches == ((at(8), at(12)), (at(12, 30), at(14)), (at(15), at(16)))
    assert day.available_minutes == 390


@pytest.mark.requirement("TIME-03")
@pytest.mark.parametrize(
    "closures", [Closures(closing_days=frozenset({MONDAY})), Closures(holidays=frozenset({MONDAY}))]
)
def test_a_closed_day_has_no_available_time(closures: Closures) -> None:
    first, second = counsellor_days(anna(), MONDAY, MONDAY + 1, closures)
    assert (first.available, first.available_minutes, first.conversation_budget) == (0, 0, 0)
    assert second.available_minutes == 450


@pytest.mark.requirement("TIME-03", "ABS-02")
def test_an_absence_over_several_days_takes_its_part_of_each() -> None:
    away = absence(MONDAY, 600, 2 * 1440 + 540)
    days = counsellor_days(anna(absences=[away]), MONDAY, MONDAY + 3)
    assert [day.available_minutes for day in days] == [120, 0, 390, 450]


@pytest.mark.requirement("TIME-04")
def test_free_time_is_without_appointments_and_their_reporting_time() -> None:
    assert free_on(anna(taken=[conversation(MONDAY, at(9))])) == (
        (at(8), at(9)),
        (at(10), at(12)),
        (at(12, 30), at(16)),
    )


@pytest.mark.requirement("TIME-04")
def test_free_time_is_without_what_the_own_calendar_calls_busy() -> None:
    [day] = counsellor_days(anna(busy=[Block(MONDAY, at(8), 12)]), MONDAY, MONDAY)
    assert day.free_time.stretches == ((at(9), at(12)), (at(12, 30), at(16)))
    assert day.available_minutes == 450


@pytest.mark.requirement("TIME-04", "CAL-09")
def test_reserved_time_is_free_for_its_own_purpose_only() -> None:
    kept = Reservation(0, (480, 602), Purpose.SELF_BOOKING, first=MONDAY - 7, last=MONDAY + 7)
    counsellor = anna(reservations=[kept])
    days = counsellor_days(counsellor, MONDAY, MONDAY + 14)
    assert [FreeTime(days[index].free).first_start(1) for index in (0, 1, 7, 14)] == [
        at(10, 5),
        at(8),
        at(10, 5),
        at(8),
    ]
    self_booking = counsellor_days(counsellor, MONDAY, MONDAY, purpose=Purpose.SELF_BOOKING)
    assert self_booking[0].free_time.first_start(1) == at(8)


@pytest.mark.requirement("TIME-02")
def test_off_the_grid_the_available_shrinks_and_is_counted_by_the_minute() -> None:
    hours = Hours(works=((483, 598),), breaks=((540, 542),))
    [day] = counsellor_days(anna(every_day(hours)), MONDAY, MONDAY)
    assert day.free_time.stretches == ((at(8, 5), at(9)), (at(9, 5), at(9, 55)))
    assert day.available_minutes == 113


@pytest.mark.requirement("TIME-06")
def test_budgets_are_shares_rounded_down_one_after_the_other() -> None:
    hours = Hours(works=((480, 961),))
    schedule = every_day(hours, max_conversation_share=75, automatic_share=75)
    [day] = counsellor_days(anna(schedule), MONDAY, MONDAY)
    assert (day.available_minutes, day.conversation_budget, day.automatic_budget) == (481, 360, 270)


@pytest.mark.requirement("TIME-06")
def test_a_share_with_a_fraction_is_exact() -> None:
    schedule = every_day(Hours(works=((0, 1000),)), max_conversation_share=Decimal("12.5"))
    [day] = counsellor_days(anna(schedule), MONDAY, MONDAY)
    assert day.conversation_budget == 125


@pytest.mark.requirement("TIME-06", "COUN-08")
def test_eight_hours_at_75_percent_are_six_and_75_percent_of_those_four_and_a_half() -> None:
    schedule = every_day(Hours(works=((480, 960),)), max_conversation_share=75, automatic_share=75)
    [day] = counsellor_days(anna(schedule), MONDAY, MONDAY)
    assert (day.conversation_budget, day.automatic_budget) == (360, 270)


@pytest.mark.requirement("TIME-06", "TIME-07")
def test_what_counts_is_the_duration_of_all_that_starts_that_day_and_the_automatic_twice() -> None:
    taken = [
        conversation(MONDAY, at(9), automatic=True),
        conversation(MONDAY, at(7)),
        conversation(MONDAY, at(9), 30, firm=False),
        Taken(MONDAY - 1, at(23, 30), 12, 60),
        Taken(MONDAY, at(23, 30), 12, 60),
    ]
    [day] = counsellor_days(anna(every_day(EIGHT_TO_FOUR, automatic_share=50), taken=taken), MONDAY, MONDAY)
    assert (day.conversation_minutes, day.automatic_minutes) == (180, 45)
    assert day.budget_left(automatic=False) == 450 - 180
    assert day.budget_left(automatic=True) == 225 - 45


@pytest.mark.requirement("TIME-04")
def test_what_runs_past_midnight_takes_the_next_day_too() -> None:
    night = every_day(Hours(works=((0, 60),)))
    assert free_on(anna(night, taken=[Taken(MONDAY - 1, at(23, 30), 12, 60)])) == ((at(0, 30), at(1)),)
    assert free_on(anna(night, busy=[Block(MONDAY - 2, at(12), 288 + 148)])) == ((at(0, 20), at(1)),)
    [_, day] = counsellor_days(anna(night, taken=[Taken(MONDAY - 1, at(23, 30), 12, 60)]), MONDAY - 1, MONDAY)
    assert day.free_time.stretches == ((at(0, 30), at(1)),)


@pytest.mark.requirement("COUN-07")
def test_the_latest_schedule_that_has_begun_and_holds_in_that_week_is_the_days() -> None:
    def schedule(start: int, valid_from: int = 0, week: Week = Week.EVERY) -> Schedule:
        return every_day(Hours(works=((start, 960),)), valid_from=valid_from, week=week)

    counsellor = anna(
        schedule(480), schedule(540, MONDAY + 14, Week.ODD), schedule(600, MONDAY + 14), schedule(660, MONDAY + 28)
    )
    firsts = [
        counsellor_days(counsellor, day, day)[0].free_time.first_start(1) for day in range(MONDAY, MONDAY + 36, 7)
    ]
    assert date.fromordinal(MONDAY).isocalendar().week % 2 == 1
    assert firsts == [at(8), at(8), at(9), at(10), at(11), at(11)]


@pytest.mark.requirement("COUN-07")
def test_hours_that_begin_within_the_days_asked_for_begin_on_their_day() -> None:
    days = counsellor_days(anna(every_day(EIGHT_TO_FOUR, valid_from=MONDAY + 1)), MONDAY, MONDAY + 1)
    assert [day.available_minutes for day in days] == [0, 450]


@pytest.mark.requirement("COUN-06")
def test_without_hours_there_is_no_free_time() -> None:
    assert free_on(CounsellorFacts(1, "Anna", ())) == ()
    assert free_on(anna(Schedule({}))) == ()


@pytest.mark.requirement("CLOCK-01", "TIME-01")
@pytest.mark.parametrize("year", range(2024, 2036))
def test_the_night_to_summer_time_offers_no_hour_that_does_not_exist(year: int) -> None:
    [day] = gaps(date(year, 3, 1).toordinal(), date(year, 3, 31).toordinal())
    night = anna(every_day(Hours(works=((60, 300),))))
    before, changed, after = counsellor_days(night, day - 1, day + 1, Closures(gaps=gaps(day - 1, day + 1)))
    assert changed.free_time.stretches == ((at(1), at(2)), (at(3), at(5)))
    assert (before.available_minutes, changed.available_minutes, after.available_minutes) == (240, 180, 240)
    assert not changed.free_time.fits(at(1, 30), 12)


@pytest.mark.requirement("CLOCK-01", "TIME-01")
def test_the_night_to_winter_time_offers_each_hour_once() -> None:
    day = date(2026, 10, 25).toordinal()
    [found] = counsellor_days(anna(every_day(Hours(works=((60, 300),)))), day, day, Closures(gaps=gaps(day, day)))
    assert found.available_minutes == 240
    assert found.free_time.stretches == ((at(1), at(5)),)


@pytest.mark.requirement("TIME-05")
def test_a_room_is_free_but_for_its_appointments() -> None:
    room = RoomFacts(1, "Lokale 1", taken=[Block(MONDAY, at(9), 9), Block(MONDAY, at(23, 30), 12)])
    first, second = (FreeTime(mask).stretches for mask in room_days(room, MONDAY, MONDAY + 1))
    assert first == ((0, at(9)), (at(9, 45), at(23, 30)))
    assert second == ((at(0, 30), 288),)


blocks = st.builds(Block, st.integers(MONDAY - 3, MONDAY + 5), st.integers(0, 287), st.integers(0, 700))
periods = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(lambda pair: (min(pair), max(pair)))


@pytest.mark.requirement("TIME-02", "TIME-03", "TIME-04")
@given(st.lists(periods, max_size=2), st.lists(periods, max_size=2), st.lists(blocks, max_size=4), periods)
def test_free_time_is_that_of_plain_sets_of_minutes(
    works: list[tuple[int, int]], breaks: list[tuple[int, int]], busy: list[Block], away: tuple[int, int]
) -> None:
    hours = Hours(tuple(works), tuple(breaks))
    absent = absence(MONDAY, *away)
    days = counsellor_days(anna(every_day(hours), busy=busy, absences=[absent]), MONDAY, MONDAY + 1)
    for day, found in enumerate(days, start=MONDAY):
        minutes = {minute for start, end in works for minute in range(start, end)}
        minutes -= {minute for start, end in breaks for minute in range(start, end)}
        minutes -= set(range(*away)) if day == MONDAY else set()
        taken = {(block.day - day) * 288 + block.start + offset for block in busy for offset in range(block.ticks)}
        free = [tick for tick in range(288) if set(range(tick * 5, tick * 5 + 5)) <= minutes and tick not in taken]
        assert list(found.free_time.starts(1)) == free
        assert found.available_minutes == len(minutes)
