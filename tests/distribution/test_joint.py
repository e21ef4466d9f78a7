"""Joint meetings, rule by rule."""

from typing import Any

import pytest

from tests.distribution.cases import Given, appointment, citizen, counsellor, day, lines, moment, plan, unplaced


def meet(
    counsellors: list[Given], citizens: list[Given], rooms: list[Given] | None = None, by: str = "number", **more: Any
) -> Given:
    number = more.pop("number", 2)
    return plan(counsellors, citizens, rooms, form="joint", seats={"by": by, "number": number, "rebooking": 5}, **more)


def citizens(count: int, **more: Any) -> list[Given]:
    return [citizen(f"b{number}", **more) for number in range(1, count + 1)]


@pytest.mark.requirement("DIST-09")
def test_all_counsellors_and_the_room_must_be_free() -> None:
    team = [
        counsellor("c1", name="Bo", appointments=[appointment(0, "08:00")]),
        counsellor("c2", name="Anna", absences=[[moment(1, "08:30"), moment(1, "09:00")]]),
    ]
    room = {"id": "r1", "appointments": [[moment(2, "08:00"), moment(2, "08:05")]]}
    found = meet(team, citizens(1), [room], room="r1")
    assert lines(found) == [("b1", moment(3, "08:00"), "c2+c1", "earliest")]
    assert found["placements"][0]["room"] == "r1"


@pytest.mark.requirement("DIST-09", "TIME-06")
def test_each_counsellors_budget_counts_and_a_meeting_counts_once() -> None:
    team = [counsellor("c1", "08:00", "10:00"), counsellor("c2", "08:00", "10:00", automatic_share=50)]
    assert [line["start"] for line in meet(team, citizens(4))["placements"]] == [
        moment(0, "08:00"),
        moment(0, "08:00"),
        moment(1, "08:00"),
        moment(1, "08:00"),
    ]


@pytest.mark.requirement("DIST-10")
@pytest.mark.parametrize(
    ("by", "number", "capacity", "first_meeting"),
    [("number", 3, 2, 3), ("room", None, 2, 2), ("room", None, None, 5), ("all", None, 2, 5)],
)
def test_seats_are_those_of_the_room_or_the_given_number_or_everybody(
    by: str, number: int | None, capacity: int | None, first_meeting: int
) -> None:
    room = {"id": "r1", "capacity": capacity, "overbooking": 2}
    found = meet([counsellor("c1")], citizens(5), [room], by=by, number=number, room="r1")
    assert [line["start"] for line in found["placements"]].count(moment(0, "08:00")) == first_meeting
    assert len(found["placements"]) == 5


@pytest.mark.requirement("DIST-11")
def test_a_meeting_is_for_the_first_who_waits_and_is_filled_in_order_by_those_who_can_come() -> None:
    given = [
        citizen("none"),
        citizen("absent", 3, absences=[[day(0), day(0)]]),
        citizen("later", 3, earliest_date=day(1)),
        citizen("taken", 3, appointments=[[moment(0, "08:59"), moment(0, "10:00")]]),
        citizen("leader", 2),
        citizen("joins", 5),
    ]
    found = meet([counsellor("c1")], given, number=3)
    assert lines(found) == [
        ("leader", moment(0, "08:00"), "c1", "earliest"),
        ("joins", moment(0, "08:00"), "c1", "earliest"),
        ("none", moment(0, "08:00"), "c1", "earliest"),
        ("absent", moment(1, "08:00"), "c1", "earliest"),
        ("later", moment(1, "08:00"), "c1", "earliest"),
        ("taken", moment(1, "08:00"), "c1", "earliest"),
    ]


@pytest.mark.requirement("DIST-11")
def test_nobody_is_drawn_past_a_deadline_that_they_can_still_meet() -> None:
    given = [citizen("away", 1, absences=[[day(0), day(3)]]), citizen("in time", 2), citizen("at ease", 9)]
    assert lines(meet([counsellor("c1")], given)) == [
        ("away", moment(4, "08:00"), "c1", "after_deadline", "citizen_unavailable"),
        ("at ease", moment(4, "08:00"), "c1", "earliest"),
        ("in time", moment(0, "08:00"), "c1", "earliest"),
    ]


@pytest.mark.requirement("DIST-11")
def test_who_is_late_anyway_is_drawn_into_a_late_meeting() -> None:
    given = [citizen("away", 1, absences=[[day(0), day(3)]]), citizen("too", 2, absences=[[day(0), day(2)]])]
    assert lines(meet([counsellor("c1")], given)) == [
        ("away", moment(4, "08:00"), "c1", "after_deadline", "citizen_unavailable"),
        ("too", moment(4, "08:00"), "c1", "after_deadline", "citizen_unavailable"),
    ]


@pytest.mark.requirement("DIST-06", "DIST-07", "DIST-11")
def test_who_can_never_come_is_told_why_and_the_others_go_on() -> None:
    given = [citizen("never", 1, absences=[[day(0), day(99)]]), citizen("b1", 2)]
    found = meet([counsellor("c1")], given)
    assert unplaced(found) == {"never": "citizen_unavailable"}
    assert lines(found) == [("b1", moment(0, "08:00"), "c1", "earliest")]


@pytest.mark.requirement("DIST-07", "DIST-09")
@pytest.mark.parametrize(
    ("code", "second", "room"),
    [
        ("room_taken", {}, [[moment(0, "00:00"), moment(3, "00:00")]]),
        ("budget_used", {"max_conversation_share": 50}, []),
        ("time_taken", {"appointments": [appointment(offset, "08:30", 5) for offset in range(3)]}, []),
        ("several", {"max_conversation_share": 50}, [[moment(0, "00:00"), moment(3, "00:00")]]),
        ("no_available_time", {"working_hours": {"mon": ["09:00", "16:00"]}}, []),
    ],
)
def test_the_reason_looks_at_all_counsellors_and_the_room(code: str, second: Given, room: list[list[str]]) -> None:
    team = [counsellor("c1"), {**counsellor("c2"), **second}]
    found = meet(team, citizens(1), [{"id": "r1", "appointments": room}], room="r1", horizon_days=2)
    assert unplaced(found) == {"b1": code}


@pytest.mark.requirement("DIST-12")
def test_everybody_meets_at_the_first_time_that_all_can_come() -> None:
    given = [
        citizen("b1", 0, absences=[[day(0), day(0)]], preferred_counsellor="c2"),
        citizen("b2", 9, earliest_date=day(1)),
        citizen("b3", 9, appointments=[[moment(1, "08:00"), moment(1, "08:05")]]),
    ]
    found = meet([counsellor("c1"), counsellor("c2")], given, by="all")
    assert lines(found) == [
        ("b1", moment(2, "08:00"), "c1+c2", "after_deadline", "citizen_unavailable"),
        ("b2", moment(2, "08:00"), "c1+c2", "earliest"),
        ("b3", moment(2, "08:00"), "c1+c2", "earliest"),
    ]
    assert found["summary"] == {
        "within_deadline": 2,
        "after_deadline": 1,
        "without_deadline": 0,
        "unplaced": 0,
        "preferred": 1,
    }


@pytest.mark.requirement("DIST-12")
def test_without_a_common_time_nobody_is_placed_and_who_alone_is_in_the_way_is_named() -> None:
    given = [
        citizen("never", 5, absences=[[day(0), day(13)]]),
        citizen("b1", 4),
        citizen("b2", absences=[[day(0), day(1)]]),
    ]
    found = meet([counsellor("c1")], given, by="all")
    assert found["placements"] == []
    assert found["unplaced"] == [
        {"citizen": "b1", "reason": "no_common_time"},
        {"citizen": "never", "reason": "citizen_unavailable"},
        {"citizen": "b2", "reason": "no_common_time"},
    ]


@pytest.mark.requirement("DIST-12")
def test_each_single_one_without_whom_there_would_be_a_time_is_named() -> None:
    given = [
        citizen("first", absences=[[day(0), day(0)]]),
        citizen("second", absences=[[day(1), day(1)]]),
        citizen("third"),
    ]
    found = meet([counsellor("c1", days=("mon", "tue"))], given, by="all", horizon_days=6)
    assert unplaced(found) == {
        "first": "citizen_unavailable",
        "second": "citizen_unavailable",
        "third": "no_common_time",
    }
    both = [citizen("first", absences=[[day(0), day(6)]]), citizen("second", absences=[[day(0), day(6)]])]
    assert set(unplaced(meet([counsellor("c1")], both, by="all", horizon_days=6)).values()) == {"no_common_time"}


@pytest.mark.requirement("DIST-11")
def test_many_who_wait_are_met_in_order_without_a_limit() -> None:
    room = {"id": "r1"}
    found = meet([counsellor("c1")], citizens(500), [room], by="room", room="r1")
    assert [line["citizen"] for line in found["placements"]] == [f"b{number}" for number in range(1, 501)]
    assert {line["start"] for line in found["placements"]} == {moment(0, "08:00")}
