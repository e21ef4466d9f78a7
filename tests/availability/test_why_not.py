"""Why a time is not offered, and whom that holds (TIME-09)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.availability.calendar import counsellor_days
from booking.availability.counting import start_times
from booking.availability.facts import Block, CitizenFacts, Closures, Hours, Purpose, Reservation, RoomFacts
from booking.availability.obstacles import HOLDS, Obstacle, Verdict, Who, refusals, warnings
from booking.availability.why_not import Wish, why_not
from tests.availability.cases import EIGHT_TO_FOUR, MONDAY, absence, anna, at, conversation, every_day

TEN = Wish(MONDAY, at(10), 45, 15)


def test_a_free_time_has_no_obstacle() -> None:
    room, citizen = RoomFacts(1, taken=[Block(MONDAY, at(10, 45), 3)]), CitizenFacts(1, MONDAY, MONDAY)
    counsellor = anna(taken=[conversation(MONDAY, at(9)), conversation(MONDAY, at(11))])
    assert why_not(TEN, [counsellor], room=room, citizens=[citizen]) == ()


OF_COUNSELLOR: list[tuple[Obstacle, dict[str, Any]]] = [
    (Obstacle.COUNSELLOR_TAKEN, {"taken": [conversation(MONDAY, at(10, 55), 5, 0)]}),
    (Obstacle.COLLISION, {"taken": [conversation(MONDAY, at(9, 30), 30, 5, firm=False)]}),
    (Obstacle.COUNSELLOR_ABSENT, {"absences": [absence(MONDAY, 659, 720)]}),
    (Obstacle.BUSY, {"busy": [Block(MONDAY - 1, at(12), 288)]}),
    (Obstacle.RESERVED, {"reservations": [Reservation(0, (600, 660), Purpose.SELF_BOOKING, MONDAY)]}),
]


@pytest.mark.requirement("TIME-04", "TIME-09")
@pytest.mark.parametrize(("obstacle", "facts"), OF_COUNSELLOR)
def test_what_stands_in_the_counsellors_calendar_is_named(obstacle: Obstacle, facts: dict[str, Any]) -> None:
    assert why_not(TEN, [anna(**facts)]) == (obstacle,)


@pytest.mark.requirement("TIME-09")
def test_each_of_several_counsellors_is_asked() -> None:
    taken = replace(anna(), id="bo", taken=[conversation(MONDAY, at(10))])
    assert why_not(TEN, [anna(), taken]) == (Obstacle.COUNSELLOR_TAKEN,)


@pytest.mark.requirement("TIME-03", "TIME-09")
@pytest.mark.parametrize(
    ("start", "obstacle"),
    [(at(11, 30), Obstacle.IN_BREAK), (at(15, 30), Obstacle.OUTSIDE_HOURS), (at(7, 30), Obstacle.OUTSIDE_HOURS)],
)
def test_hours_and_pauses_are_told_apart(start: int, obstacle: Obstacle) -> None:
    assert why_not(replace(TEN, start=start), [anna()]) == (obstacle,)


@pytest.mark.requirement("TIME-06", "TIME-09")
def test_each_budget_is_named() -> None:
    booked = [conversation(MONDAY, at(8), automatic=True)]
    automatic = anna(every_day(EIGHT_TO_FOUR, automatic_share=19), taken=booked)
    assert why_not(TEN, [automatic]) == (Obstacle.AUTOMATIC_BUDGET,)
    both = anna(every_day(EIGHT_TO_FOUR, max_conversation_share=19), taken=booked)
    assert why_not(TEN, [both]) == (Obstacle.CONVERSATION_BUDGET, Obstacle.AUTOMATIC_BUDGET)
    enough = anna(every_day(EIGHT_TO_FOUR, max_conversation_share=20), taken=booked)
    assert why_not(TEN, [enough]) == ()


OF_CITIZEN: list[tuple[Obstacle, dict[str, Any]]] = [
    (Obstacle.CITIZEN_TAKEN, {"taken": [Block(MONDAY, at(10, 40), 12)]}),
    (Obstacle.COLLISION, {"taken": [Block(MONDAY, at(10, 40), 12, firm=False)]}),
    (Obstacle.CITIZEN_ABSENT, {"absences": [(MONDAY - 1, None)]}),
    (Obstacle.CITIZEN_ABSENT, {"absences": [(MONDAY - 1, MONDAY)]}),
    (Obstacle.BEFORE_EARLIEST, {"earliest": MONDAY + 1}),
    (Obstacle.AFTER_DEADLINE, {"deadline": MONDAY - 1}),
]


@pytest.mark.requirement("TIME-05", "TIME-09")
@pytest.mark.parametrize(("obstacle", "facts"), OF_CITIZEN)
def test_what_holds_the_citizen_is_named(obstacle: Obstacle, facts: dict[str, Any]) -> None:
    assert why_not(TEN, [anna()], citizens=[CitizenFacts("bo", **facts)]) == (obstacle,)


@pytest.mark.requirement("TIME-05")
def test_reporting_time_holds_neither_citizen_nor_room() -> None:
    after = [Block(MONDAY, at(10, 45), 6)]
    assert why_not(TEN, [anna()], room=RoomFacts(1, taken=after), citizens=[CitizenFacts(1, taken=after)]) == ()
    before = [Block(MONDAY, at(10, 40), 6)]
    assert why_not(TEN, [anna()], room=RoomFacts(1, taken=before)) == (Obstacle.ROOM_TAKEN,)


OF_WISH: list[tuple[Obstacle, dict[str, Any]]] = [
    (Obstacle.BEFORE_EARLIEST, {"earliest": MONDAY + 1}),
    (Obstacle.AFTER_DEADLINE, {"deadline": MONDAY - 1}),
    (Obstacle.LEAST_NOTICE, {"not_before": (MONDAY, at(10, 5))}),
    (Obstacle.SEATS_TAKEN, {"seats_left": 0}),
    (Obstacle.OTHER_OFFER, {"same_offer": False}),
    (Obstacle.LACKS_COMPETENCE, {"competent": False}),
]


@pytest.mark.requirement("TIME-09")
@pytest.mark.parametrize(("obstacle", "bound"), OF_WISH)
def test_the_bounds_of_the_wish_are_named(obstacle: Obstacle, bound: dict[str, Any]) -> None:
    assert why_not(replace(TEN, **bound), [anna()]) == (obstacle,)


@pytest.mark.requirement("TIME-03", "TIME-09")
@pytest.mark.parametrize(
    ("obstacle", "closures"),
    [
        (Obstacle.CLOSING_DAY, Closures(closing_days=frozenset({MONDAY}))),
        (Obstacle.PUBLIC_HOLIDAY, Closures(holidays=frozenset({MONDAY}))),
    ],
)
def test_closed_days_are_named(obstacle: Obstacle, closures: Closures) -> None:
    assert refusals(why_not(TEN, [anna()], closures), Who.STAFF) == (obstacle,)


@pytest.mark.requirement("TIME-01")
@pytest.mark.parametrize("start", [at(1, 30), at(2), at(23, 30)])
def test_a_time_that_the_day_does_not_have_is_refused_to_everybody(start: int) -> None:
    always = anna(every_day(Hours(works=((0, 1440),))))
    found = why_not(replace(TEN, start=start), [always], Closures(gaps={MONDAY: (120, 180)}))
    assert Obstacle.NO_SUCH_TIME in found
    assert all(Obstacle.NO_SUCH_TIME in refusals(found, who) for who in Who)


REFUSED, LAST, WARNED, ALLOWED = Verdict.REFUSED, Verdict.LAST_RESORT, Verdict.WARNED, Verdict.ALLOWED
TABLE = [
    ("counsellor_taken room_taken citizen_taken", REFUSED, REFUSED, REFUSED),
    ("counsellor_absent closing_day public_holiday", REFUSED, REFUSED, REFUSED),
    ("outside_hours in_break", REFUSED, REFUSED, WARNED),
    ("busy collision reserved", REFUSED, REFUSED, WARNED),
    ("conversation_budget", REFUSED, REFUSED, WARNED),
    ("automatic_budget", REFUSED, ALLOWED, ALLOWED),
    ("before_earliest least_notice", REFUSED, REFUSED, WARNED),
    ("after_deadline", LAST, REFUSED, WARNED),
    ("citizen_absent", REFUSED, ALLOWED, WARNED),
    ("seats_taken", REFUSED, REFUSED, WARNED),
    ("other_offer", ALLOWED, REFUSED, ALLOWED),
    ("lacks_competence", REFUSED, REFUSED, WARNED),
    ("no_such_time", REFUSED, REFUSED, REFUSED),
]


@pytest.mark.requirement("TIME-07", "TIME-09")
def test_the_table_of_who_is_held_by_what_is_that_of_the_specification() -> None:
    expected = {
        Obstacle(code): {Who.AUTOMATIC: automatic, Who.CITIZEN: citizen, Who.STAFF: staff}
        for codes, automatic, citizen, staff in TABLE
        for code in codes.split()
    }
    assert expected == HOLDS


@pytest.mark.requirement("TIME-09")
def test_refusals_and_warnings_share_out_what_was_found() -> None:
    found = (Obstacle.COUNSELLOR_TAKEN, Obstacle.IN_BREAK, Obstacle.AUTOMATIC_BUDGET)
    assert refusals(found, Who.STAFF) == (Obstacle.COUNSELLOR_TAKEN,)
    assert warnings(found, Who.STAFF) == (Obstacle.IN_BREAK,)
    assert refusals(found, Who.AUTOMATIC) == found


starts = st.integers(0, 287)


@pytest.mark.requirement("TIME-04", "TIME-05", "TIME-06", "TIME-09")
@given(
    starts,
    st.lists(st.tuples(starts, st.integers(1, 24)), max_size=4),
    st.lists(st.tuples(starts, st.integers(1, 24)), max_size=2),
    st.integers(0, 100),
    st.tuples(st.integers(400, 700), st.integers(700, 1000)),
)
def test_a_time_has_an_obstacle_exactly_where_it_is_not_among_the_start_times(
    start: int,
    taken: list[tuple[int, int]],
    busy: list[tuple[int, int]],
    share: int,
    away: tuple[int, int],
) -> None:
    counsellor = anna(
        every_day(EIGHT_TO_FOUR, max_conversation_share=share, automatic_share=90),
        taken=[conversation(MONDAY, tick, ticks * 5, 0, automatic=True) for tick, ticks in taken],
        busy=[Block(MONDAY, tick, ticks) for tick, ticks in busy],
        absences=[absence(MONDAY, *away)],
    )
    [day] = counsellor_days(counsellor, MONDAY, MONDAY)
    found = why_not(replace(TEN, start=start), [counsellor])
    for who, automatic in ((Who.AUTOMATIC, True), (Who.CITIZEN, False)):
        assert (not refusals(found, who)) is (start in start_times(day, 45, 15, automatic=automatic))
