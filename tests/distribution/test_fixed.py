"""Rounds at fixed times (DIST-13), by hand (TIME-09)."""

from typing import Any

import pytest

from booking.availability.facts import Block, CitizenFacts, Closures, CounsellorFacts, Hours, RoomFacts, Schedule, Taken
from booking.availability.obstacles import Obstacle
from planner.timeline.clock import Span
from summons.distribution.engine import distribute
from summons.distribution.plan import Plan
from summons.distribution.problem import FixedTime, Form, Problem, Request, Seats, SeatsBy
from tests.availability.cases import MONDAY, at, conversation

MORNING = Schedule(dict.fromkeys(range(5), Hours(works=((480, 720),))))
NINE, HALF_PAST_NINE, TEN = (FixedTime(MONDAY, at(9, minute)) for minute in (0, 30, 60))


def counsellor(own_id: str, **facts: Any) -> CounsellorFacts:
    return CounsellorFacts(own_id, own_id, (MORNING,), **facts)


def rounds(
    counsellors: list[CounsellorFacts],
    citizens: list[CitizenFacts],
    *times: FixedTime,
    rooms: list[RoomFacts] | None = None,
    form: Form = Form.INDIVIDUAL,
    seats: Seats | None = None,
    closures: Closures | None = None,
    pass_warnings: bool = False,
) -> Plan:
    request = Request(
        form,
        duration=45,
        earliest=MONDAY,
        counsellors=tuple(one.id for one in counsellors),
        reporting_time=15,
        rooms=tuple(room.id for room in rooms or []),
        seats=seats,
        fixed_times=times,
        pass_warnings=pass_warnings,
    )
    return distribute(Problem(request, counsellors, citizens, rooms or [], closures or Closures()))


def lines(plan: Plan) -> list[tuple[Any, ...]]:
    return [(one.citizen, one.start, *one.counsellors, one.outcome.value) for one in plan.placements]


def unplaced(plan: Plan) -> dict[Any, str]:
    return {one.citizen: one.reason.value for one in plan.unplaced}


@pytest.mark.requirement("DIST-13", "SUM-18")
def test_each_free_counsellor_takes_one_of_the_first_who_can_come() -> None:
    team = [counsellor("Bo"), counsellor("Anna"), counsellor("Carla", taken=[conversation(MONDAY, at(9, 55))])]
    citizens = [
        CitizenFacts("none"),
        CitizenFacts("first", deadline=MONDAY + 3),
        CitizenFacts("absent", deadline=MONDAY + 1, absences=[(MONDAY, None)]),
        CitizenFacts("taken", deadline=MONDAY + 1, taken=[Block(MONDAY, at(9, 40), 6)]),
        CitizenFacts("early", deadline=MONDAY + 1, earliest=MONDAY + 1),
        CitizenFacts("second", deadline=MONDAY + 3),
    ]
    plan = rounds(team, citizens, NINE)
    assert lines(plan) == [("first", at(9), "Anna", "earliest"), ("second", at(9), "Bo", "earliest")]
    assert unplaced(plan) == {
        "absent": "citizen_unavailable",
        "taken": "citizen_unavailable",
        "early": "citizen_unavailable",
        "none": "no_place_left",
    }


@pytest.mark.requirement("DIST-13")
def test_those_among_them_with_a_preferred_counsellor_go_to_that_one_and_the_rest_to_the_rest() -> None:
    team = [counsellor("Anna"), counsellor("Bo"), counsellor("Carla")]
    citizens = [
        CitizenFacts("b1"),
        CitizenFacts("b2", preferred="Anna"),
        CitizenFacts("b3", preferred="Anna"),
        CitizenFacts("b4", preferred="Bo"),
    ]
    plan = rounds(team, citizens, NINE)
    assert lines(plan) == [
        ("b1", at(9), "Bo", "earliest"),
        ("b2", at(9), "Anna", "preferred"),
        ("b3", at(9), "Carla", "earliest"),
    ]
    assert unplaced(plan) == {"b4": "no_place_left"}
    assert plan.summary.preferred == 1


@pytest.mark.requirement("DIST-13")
def test_with_a_room_there_is_one_conversation_and_with_several_as_many_as_are_free() -> None:
    team = [counsellor("Anna"), counsellor("Bo"), counsellor("Carla")]
    citizens = [CitizenFacts("b1", preferred="Carla"), CitizenFacts("b2"), CitizenFacts("b3")]
    one = rounds(team, citizens, NINE, rooms=[RoomFacts(7)])
    assert lines(one) == [("b1", at(9), "Carla", "preferred")]
    assert [placement.room for placement in one.placements] == [7]
    rooms = [RoomFacts(1, "B"), RoomFacts(2, "A"), RoomFacts(3, "C", taken=[Block(MONDAY, at(9), 1)])]
    assert [placement.room for placement in rounds(team, citizens, NINE, rooms=rooms).placements] == [2, 1]


@pytest.mark.requirement("DIST-13", "SUM-18")
def test_several_times_are_rounds_in_order_of_time_and_what_one_takes_is_taken_in_the_next() -> None:
    citizens = [CitizenFacts(f"b{number}") for number in range(1, 4)]
    plan = rounds([counsellor("Anna")], citizens, TEN, NINE, HALF_PAST_NINE, rooms=[RoomFacts(1)])
    assert lines(plan) == [("b1", at(9), "Anna", "earliest"), ("b2", at(10), "Anna", "earliest")]
    assert unplaced(plan) == {"b3": "no_place_left"}


@pytest.mark.requirement("DIST-13", "TIME-09")
def test_a_budget_and_a_deadline_only_warn_by_hand() -> None:
    full = counsellor("Anna", taken=[conversation(MONDAY, at(13), 240, 0)])
    plan = rounds([full], [CitizenFacts("b1", deadline=MONDAY - 1)], NINE)
    assert lines(plan) == [("b1", at(9), "Anna", "after_deadline")]
    assert plan.placements[0].warnings == (Obstacle.CONVERSATION_BUDGET, Obstacle.AFTER_DEADLINE)
    assert plan.placements[0].because is None
    assert plan.summary.after_deadline == 1


@pytest.mark.requirement("DIST-13", "TIME-09")
@pytest.mark.parametrize(
    ("facts", "warning"),
    [
        ({"busy": [Block(MONDAY, at(9), 1)]}, Obstacle.BUSY),
        ({"taken": [conversation(MONDAY, at(9), firm=False)]}, Obstacle.COLLISION),
        ({"schedules": ()}, Obstacle.OUTSIDE_HOURS),
    ],
)
def test_who_is_not_free_is_used_only_where_the_warning_is_passed(facts: dict[str, Any], warning: Obstacle) -> None:
    anna = CounsellorFacts("Anna", "Anna", **{"schedules": (MORNING,), **facts})
    citizens = [CitizenFacts("b1")]
    assert unplaced(rounds([anna], citizens, NINE)) == {"b1": "no_place_left"}
    plan = rounds([anna], citizens, NINE, pass_warnings=True)
    assert lines(plan) == [("b1", at(9), "Anna", "earliest")]
    assert warning in plan.placements[0].warnings


@pytest.mark.requirement("DIST-13", "TIME-09")
@pytest.mark.parametrize(
    ("facts", "closures"),
    [
        ({"taken": [Taken(MONDAY, at(9), 1, 5)]}, Closures()),
        ({"absences": [Span(MONDAY * 1440 + 599, MONDAY * 1440 + 600)]}, Closures()),
        ({}, Closures(closing_days=frozenset({MONDAY}))),
        ({}, Closures(holidays=frozenset({MONDAY}))),
    ],
)
def test_what_refuses_by_hand_is_never_passed(facts: dict[str, Any], closures: Closures) -> None:
    plan = rounds([counsellor("Anna", **facts)], [CitizenFacts("b1")], NINE, closures=closures, pass_warnings=True)
    assert unplaced(plan) == {"b1": "no_place_left"}


@pytest.mark.requirement("DIST-13", "DIST-10")
def test_a_joint_meeting_takes_as_many_as_there_are_seats() -> None:
    team = [counsellor("Bo"), counsellor("Anna")]
    citizens = [CitizenFacts(f"b{number}", preferred="Bo") for number in range(1, 6)]
    citizens.append(CitizenFacts("late", deadline=MONDAY - 1))
    seats = Seats(SeatsBy.NUMBER, 2, 3)
    plan = rounds(team, citizens, NINE, TEN, form=Form.JOINT, seats=seats)
    assert lines(plan) == [
        ("late", at(9), "Anna", "Bo", "after_deadline"),
        ("b1", at(9), "Anna", "Bo", "earliest"),
        ("b2", at(10), "Anna", "Bo", "earliest"),
        ("b3", at(10), "Anna", "Bo", "earliest"),
    ]
    assert unplaced(plan) == {"b4": "no_place_left", "b5": "no_place_left"}
    assert plan.placements[0].warnings == (Obstacle.AFTER_DEADLINE,)


@pytest.mark.requirement("DIST-09", "DIST-13")
def test_a_joint_meeting_needs_all_counsellors_and_the_room() -> None:
    citizens = [CitizenFacts("b1")]
    seats = Seats(SeatsBy.ROOM)
    team = [counsellor("Anna"), counsellor("Bo", taken=[conversation(MONDAY, at(9))])]
    assert unplaced(rounds(team, citizens, NINE, form=Form.JOINT, seats=seats)) == {"b1": "no_place_left"}
    rooms = [RoomFacts(1, taken=[Block(MONDAY, at(9), 3)])]
    plan = rounds([counsellor("Anna")], citizens, NINE, TEN, rooms=rooms, form=Form.JOINT, seats=seats)
    assert lines(plan) == [("b1", at(10), "Anna", "earliest")]


@pytest.mark.requirement("DIST-13")
def test_a_meeting_to_which_nobody_can_come_is_not_held() -> None:
    away = [CitizenFacts("b1", absences=[(MONDAY, MONDAY)])]
    plan = rounds([counsellor("Anna")], away, NINE, form=Form.JOINT, seats=Seats(SeatsBy.ALL))
    assert plan.placements == ()
    assert unplaced(plan) == {"b1": "citizen_unavailable"}
