"""Summer time: nothing lost, nothing doubled, from 2024 to 2035."""

from datetime import UTC, date, datetime, timedelta

import pytest

from planner.timeline.clock import (
    NoSuchTime,
    Span,
    Stretch,
    away,
    gap_on,
    gaps,
    instant_at,
    midnight,
    periods_between,
    place_of,
    taken,
)
from planner.timeline.ticks import TICKS_PER_DAY, clock_of, date_of, ticks_of, weekday_of

YEARS = range(2024, 2036)


def last_sunday(year: int, month: int) -> int:
    day = date(year, month, 31)
    return (day - timedelta(days=(day.weekday() + 1) % 7)).toordinal()


TO_SUMMER = [last_sunday(year, 3) for year in YEARS]
TO_WINTER = [last_sunday(year, 10) for year in YEARS]
AROUND = [day + offset for day in (*TO_SUMMER, *TO_WINTER) for offset in (-1, 1)]


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date.fromordinal(day), datetime.min.time(), UTC) + timedelta(hours=hour, minutes=minute)


@pytest.mark.requirement("CLOCK-01", "TIME-01")
@pytest.mark.parametrize("day", TO_SUMMER)
def test_the_hour_that_is_skipped_does_not_exist(day: int) -> None:
    assert gap_on(day) == (120, 180)
    assert instant_at(day, 119) == utc(day, 0, 59)
    assert instant_at(day, 180) == utc(day, 1)
    for minute in (120, 150, 179):
        with pytest.raises(NoSuchTime):
            instant_at(day, minute)
    assert midnight(day + 1) - midnight(day) == timedelta(hours=23)


@pytest.mark.requirement("CLOCK-01", "TIME-01")
@pytest.mark.parametrize("day", TO_WINTER)
def test_the_hour_that_comes_twice_means_the_first(day: int) -> None:
    assert gap_on(day) is None
    assert instant_at(day, 120) == utc(day, 0)
    assert instant_at(day, 179) == utc(day, 0, 59)
    assert instant_at(day, 180) == utc(day, 2)
    assert midnight(day + 1) - midnight(day) == timedelta(hours=25)


@pytest.mark.requirement("CLOCK-01")
@pytest.mark.parametrize("day", [*TO_SUMMER, *TO_WINTER, *AROUND])
def test_every_tick_that_exists_has_one_instant_and_comes_back(day: int) -> None:
    gap = gap_on(day) or (0, 0)
    places = [(day, tick * 5) for tick in range(TICKS_PER_DAY) if not gap[0] <= tick * 5 < gap[1]]
    instants = [instant_at(*place) for place in places]
    assert instants == sorted(set(instants))
    assert [place_of(instant) for instant in instants] == places
    assert instant_at(day, 1440) == midnight(day + 1)


@pytest.mark.requirement("CLOCK-01")
@pytest.mark.parametrize("day", AROUND)
def test_the_days_around_have_no_gap_and_24_hours(day: int) -> None:
    assert gap_on(day) is None
    assert midnight(day + 1) - midnight(day) == timedelta(hours=24)


def test_gaps_are_those_of_the_days_in_between() -> None:
    assert gaps(TO_SUMMER[0], TO_SUMMER[1]) == {TO_SUMMER[0]: (120, 180), TO_SUMMER[1]: (120, 180)}
    assert gaps(TO_SUMMER[0] + 1, TO_SUMMER[1] - 1) == {}


@pytest.mark.requirement("TIME-02")
def test_what_comes_from_outside_takes_every_tick_that_it_touches() -> None:
    day = date(2026, 11, 30).toordinal()
    assert taken(utc(day, 8, 3), utc(day, 8, 4)) == [Stretch(day, 108, 1)]
    assert taken(utc(day, 8), utc(day, 8, 5)) == [Stretch(day, 108, 1)]
    assert taken(utc(day, 8), utc(day, 8, 5) + timedelta(seconds=1)) == [Stretch(day, 108, 2)]
    assert taken(utc(day, 8), utc(day, 8)) == []


def test_what_runs_over_midnight_takes_ticks_of_each_day() -> None:
    day = date(2026, 11, 30).toordinal()
    assert taken(utc(day, 22, 30), utc(day + 2, 0)) == [
        Stretch(day, 282, 6),
        Stretch(day + 1, 0, 288),
        Stretch(day + 2, 0, 12),
    ]
    assert taken(utc(day, 22), utc(day, 23)) == [Stretch(day, 276, 12)]


@pytest.mark.requirement("CLOCK-01", "TIME-01")
@pytest.mark.parametrize("day", TO_WINTER)
def test_the_second_pass_of_the_doubled_hour_holds_what_would_run_into_it(day: int) -> None:
    second_pass = utc(day, 1, 10), utc(day, 1, 40)
    assert taken(*second_pass) == [Stretch(day, 35, 1)]
    for start in range(TICKS_PER_DAY - 12):
        begins = instant_at(day, start * 5)
        meets = begins < second_pass[1] and second_pass[0] < begins + timedelta(hours=1)
        assert not meets or start <= 35 < start + 12


@pytest.mark.requirement("CLOCK-01")
@pytest.mark.parametrize("day", TO_WINTER)
def test_what_begins_in_the_first_pass_and_ends_in_the_second_takes_the_rest_of_the_first(day: int) -> None:
    assert taken(utc(day, 0, 45), utc(day, 1, 15)) == [Stretch(day, 33, 3)]
    assert away(utc(day, 0, 45), utc(day, 1, 15)) == Span(day * 1440 + 165, day * 1440 + 180)


def test_an_absence_is_counted_by_the_minute_of_the_local_clock() -> None:
    day = date(2026, 11, 30).toordinal()
    assert away(utc(day, 7, 3), utc(day + 1, 9, 58)) == Span(day * 1440 + 483, (day + 1) * 1440 + 658)
    assert away(utc(day, 7), utc(day, 7)) == Span(0, 0)


@pytest.mark.requirement("CLOCK-01", "TIME-01")
def test_working_hours_become_instants_without_what_does_not_exist() -> None:
    summer, winter = TO_SUMMER[2], TO_WINTER[2]
    assert periods_between(summer, [(60, 300)]) == [(utc(summer, 0), utc(summer, 1)), (utc(summer, 1), utc(summer, 3))]
    assert periods_between(summer, [(125, 175)]) == []
    assert periods_between(winter, [(60, 300)]) == [(utc(winter, -1), utc(winter, 4))]
    assert periods_between(winter + 1, [(480, 960)]) == [(utc(winter + 1, 7), utc(winter + 1, 15))]


def test_days_and_ticks_have_their_names() -> None:
    monday = date(2026, 11, 30)
    assert weekday_of(monday.toordinal()) == 0
    assert date_of(monday.toordinal()) == monday
    assert clock_of(97) == "08:05"
    assert ticks_of(45) == 9
    for minutes in (-5, 7):
        with pytest.raises(ValueError, match="whole five"):
            ticks_of(minutes)
