"""Individual conversations, rule by rule."""

from typing import Any

import pytest

from tests.distribution.cases import DAYS, Given, appointment, citizen, counsellor, day, lines, moment, plan, unplaced


@pytest.mark.requirement("DIST-01")
def test_the_nearest_deadline_is_placed_first_and_those_without_last() -> None:
    found = plan([counsellor("c1")], [citizen("none"), citizen("late", 5), citizen("first", 3), citizen("second", 3)])
    assert [line["citizen"] for line in found["placements"]] == ["first", "second", "late", "none"]
    assert [line["start"][:10] for line in found["placements"]] == [day(0), day(1), day(2), day(3)]


@pytest.mark.requirement("DIST-02")
def test_nobody_is_placed_before_the_later_of_the_two_earliest_dates() -> None:
    early, late = citizen("early", earliest_date=day(-7)), citizen("late", earliest_date=day(2))
    assert lines(plan([counsellor("c1")], [late, early])) == [
        ("late", moment(2, "08:00"), "c1", "earliest"),
        ("early", moment(0, "08:00"), "c1", "earliest"),
    ]


@pytest.mark.requirement("DIST-03")
def test_the_preferred_counsellor_holds_it_though_another_would_be_earlier() -> None:
    busy = counsellor("c2", appointments=[appointment(0, "08:00"), appointment(1, "08:00")])
    found = plan([counsellor("c1"), busy], [citizen("b1", 2, preferred_counsellor="c2")])
    assert lines(found) == [("b1", moment(2, "08:00"), "c2", "preferred")]
    assert found["summary"] == {
        "within_deadline": 1,
        "after_deadline": 0,
        "without_deadline": 0,
        "unplaced": 0,
        "preferred": 1,
    }


@pytest.mark.requirement("DIST-03", "DIST-04")
def test_a_preferred_counsellor_who_has_time_only_after_the_deadline_gives_way() -> None:
    busy = counsellor("c2", appointments=[appointment(0, "08:00"), appointment(1, "08:00")])
    found = plan([counsellor("c1"), busy], [citizen("b1", 1, preferred_counsellor="c2")])
    assert lines(found) == [("b1", moment(0, "08:00"), "c1", "earliest")]
    assert found["summary"]["preferred"] == 0


@pytest.mark.requirement("DIST-03")
@pytest.mark.parametrize("preferred", ["c9", "c2", None])
def test_a_preferred_counsellor_who_is_unknown_or_not_chosen_counts_as_none(preferred: str | None) -> None:
    wish = citizen("b1", preferred_counsellor=preferred)
    found = plan([counsellor("c1"), counsellor("c2")], [wish], counsellors=["c1"])
    assert lines(found) == [("b1", moment(0, "08:00"), "c1", "earliest")]


@pytest.mark.requirement("DIST-04")
def test_at_equal_times_the_danish_alphabet_decides_and_then_the_id() -> None:
    names = {"c1": "Åse", "c2": "Zita", "c3": "Aase", "c4": "Ærø", "c5": "zita"}
    team = [counsellor(own_id, name=name) for own_id, name in names.items()]
    found = plan(team, [citizen(f"b{number}") for number in range(5)])
    assert [line["counsellors"] for line in found["placements"]] == [["c2"], ["c5"], ["c4"], ["c1"], ["c3"]]


@pytest.mark.requirement("DIST-04")
def test_an_earlier_time_goes_before_the_alphabet() -> None:
    team = [counsellor("c1", "09:00", "10:00", name="Anna"), counsellor("c2", "08:55", "10:00", name="Bo")]
    assert lines(plan(team, [citizen("b1")])) == [("b1", moment(0, "08:55"), "c2", "earliest")]


@pytest.mark.requirement("DIST-05")
def test_after_the_deadline_the_first_time_with_anybody_and_it_says_so() -> None:
    team = [counsellor("c1", days=("wed", "fri")), counsellor("c2", days=("thu",))]
    found = plan(team, [citizen("b1", 1, preferred_counsellor="c2")])
    assert lines(found) == [("b1", moment(2, "08:00"), "c1", "after_deadline", "no_available_time")]
    assert found["summary"]["after_deadline"] == 1


@pytest.mark.requirement("DIST-05")
def test_at_equal_times_after_the_deadline_the_preferred_counsellor_goes_before_the_alphabet() -> None:
    team = [counsellor("c1", days=("wed",)), counsellor("c2", days=("wed",))]
    found = plan(team, [citizen("b1", 1, preferred_counsellor="c2")])
    assert lines(found) == [("b1", moment(2, "08:00"), "c2", "after_deadline", "no_available_time")]
    assert found["summary"]["preferred"] == 1


@pytest.mark.requirement("DIST-06")
def test_the_horizon_is_included_and_an_own_earliest_date_does_not_move_it() -> None:
    away = citizen("b1", absences=[[day(0), day(10)]])
    assert lines(plan([counsellor("c1")], [away], horizon_days=11)) == [("b1", moment(11, "08:00"), "c1", "earliest")]
    assert unplaced(plan([counsellor("c1")], [away], horizon_days=10)) == {"b1": "citizen_unavailable"}
    later = citizen("b1", earliest_date=day(11))
    assert unplaced(plan([counsellor("c1")], [later], horizon_days=10)) == {"b1": "no_available_time"}


@pytest.mark.requirement("DIST-06", "SET-01")
def test_the_horizon_is_26_weeks_where_nothing_is_said() -> None:
    given = [citizen("b1", earliest_date=day(182)), citizen("b2", earliest_date=day(183))]
    found = plan([counsellor("c1")], given, horizon_days=None)
    assert lines(found) == [("b1", moment(182, "08:00"), "c1", "earliest")]
    assert unplaced(found) == {"b2": "no_available_time"}


FULL_WEEK = [appointment(offset, "08:00") for offset in range(5)]
ROOM_TAKEN = [{"id": "r1", "appointments": [[moment(0, "00:00"), moment(14, "00:00")]]}]

OBSTACLES: list[tuple[str, dict[str, Any], dict[str, Any], list[dict[str, Any]]]] = [
    ("citizen_unavailable", {}, {"absences": [[day(0), day(13)]]}, []),
    ("room_taken", {}, {}, ROOM_TAKEN),
    ("budget_used", {"max_conversation_share": 99}, {}, []),
    ("budget_used", {"automatic_share": 99}, {}, []),
    ("time_taken", {"appointments": [appointment(offset, "08:00") for offset in range(14)]}, {}, []),
    ("several", {"max_conversation_share": 99}, {"absences": [[day(0), day(13)]]}, []),
    ("several", {"automatic_share": 99}, {}, ROOM_TAKEN),
    ("no_available_time", {"breaks": {weekday: [["08:30", "08:35"]] for weekday in DAYS}}, {}, []),
]


@pytest.mark.requirement("DIST-06", "DIST-07")
@pytest.mark.parametrize(("code", "of_counsellor", "of_citizen", "rooms"), OBSTACLES)
def test_a_missing_one_is_told_what_was_in_the_way(
    code: str, of_counsellor: dict[str, Any], of_citizen: dict[str, Any], rooms: list[dict[str, Any]]
) -> None:
    found = plan(
        [counsellor("c1", **of_counsellor)], [citizen("b1", **of_citizen)], rooms, room="r1" if rooms else None
    )
    assert unplaced(found) == {"b1": code}
    assert found["summary"]["unplaced"] == 1


@pytest.mark.requirement("DIST-07")
def test_a_late_one_is_told_what_was_in_the_way_up_to_the_deadline() -> None:
    full = counsellor("c1", appointments=FULL_WEEK)
    assert lines(plan([full], [citizen("b1", 4)])) == [("b1", moment(7, "08:00"), "c1", "after_deadline", "time_taken")]


@pytest.mark.requirement("DIST-07")
def test_the_time_taken_may_be_that_of_a_citizen_placed_before() -> None:
    found = plan([counsellor("c1")], [citizen("b1", 0), citizen("b2", 0)])
    assert lines(found) == [
        ("b1", moment(0, "08:00"), "c1", "earliest"),
        ("b2", moment(1, "08:00"), "c1", "after_deadline", "time_taken"),
    ]


@pytest.mark.requirement("DIST-07")
def test_the_budget_may_be_used_by_a_citizen_placed_before() -> None:
    half = counsellor("c1", "08:00", "10:00", max_conversation_share=50)
    found = plan([half], [citizen("b1", 0), citizen("b2", 0)])
    assert lines(found)[1] == ("b2", moment(1, "08:00"), "c1", "after_deadline", "budget_used")


@pytest.mark.requirement("DIST-07")
def test_the_first_obstacle_in_the_order_that_alone_would_have_done_is_the_reason() -> None:
    rooms = [{"id": "r1", "appointments": [[moment(0, "00:00"), moment(7, "00:00")]]}]
    two = counsellor("c1", "08:00", "10:00", days=("mon", "tue"), automatic_share=50)
    taken = {"appointments": [appointment(1, "08:00", automatic=True)]}
    away = citizen("b1", 4, appointments=[[moment(8, "08:00"), moment(8, "10:00")]])
    found = plan([{**two, **taken}], [away], rooms, room="r1")
    assert lines(found) == [("b1", moment(7, "08:00"), "c1", "after_deadline", "room_taken")]


@pytest.mark.requirement("DIST-07")
def test_a_deadline_before_the_earliest_date_leaves_no_date_to_look_at() -> None:
    found = plan([counsellor("c1")], [citizen("b1", 1, earliest_date=day(3))])
    assert lines(found) == [("b1", moment(3, "08:00"), "c1", "after_deadline", "no_available_time")]


@pytest.mark.requirement("DIST-08")
def test_the_same_input_gives_the_same_output() -> None:
    team = [counsellor("c1"), counsellor("c2"), counsellor("c3", "08:30", "10:00")]
    citizens = [citizen(f"b{number}", number % 4, preferred_counsellor="c2") for number in range(20)]
    assert plan(team, citizens) == plan(team, citizens)
    assert plan(team, citizens) == plan(team[::-1], citizens)


@pytest.mark.requirement("TIME-05")
def test_the_block_with_its_reporting_time_lies_within_free_time_and_within_the_day() -> None:
    evening = counsellor("c1", "22:55", "24:00")
    assert lines(plan([evening], [citizen("b1")], duration=45, reporting_time=20)) == [
        ("b1", moment(0, "22:55"), "c1", "earliest")
    ]
    whole_week = counsellor("c1", "00:00", "24:00", appointments=[appointment(0, "00:00", 1380)])
    assert lines(plan([whole_week], [citizen("b1")], duration=45, reporting_time=20)) == [
        ("b1", moment(1, "00:00"), "c1", "earliest")
    ]


@pytest.mark.requirement("TIME-05", "TIME-08")
def test_citizen_and_room_are_taken_for_the_duration_alone() -> None:
    team = [counsellor("c1", "08:00", "09:15"), counsellor("c2", "08:00", "10:00")]
    own = [[moment(0, "08:45"), moment(0, "12:00")]]
    found = plan(
        team,
        [citizen("b1", appointments=own), citizen("b2")],
        [{"id": "r1"}],
        room="r1",
        duration=45,
        reporting_time=30,
    )
    assert lines(found) == [
        ("b1", moment(0, "08:00"), "c1", "earliest"),
        ("b2", moment(0, "08:45"), "c2", "earliest"),
    ]
    assert [line["room"] for line in found["placements"]] == ["r1", "r1"]


@pytest.mark.requirement("SUM-04")
def test_of_several_rooms_the_first_free_by_name_is_taken() -> None:
    team = [counsellor(f"c{number}") for number in range(4)]
    rooms: list[Given] = [
        {"id": "r1", "name": "Åben"},
        {"id": "r2", "name": "Blå", "appointments": [[moment(0, "08:30"), moment(0, "08:35")]]},
        {"id": "r3", "name": "Æble"},
    ]
    found = plan(team, [citizen(f"b{number}", 0) for number in range(3)], rooms, rooms=["r1", "r2", "r3"])
    assert [(line["start"], line["room"]) for line in found["placements"]] == [
        (moment(0, "08:00"), "r3"),
        (moment(0, "08:00"), "r1"),
        (moment(1, "08:00"), "r2"),
    ]
    assert found["placements"][2]["because"] == "room_taken"


@pytest.mark.requirement("TIME-06", "TIME-07")
def test_both_budgets_are_kept_and_reporting_time_is_not_counted() -> None:
    eight = counsellor("c1", "08:00", "16:00", days=("mon",), max_conversation_share=75, automatic_share=75)
    found = plan(
        [eight], [citizen(f"b{number}") for number in range(9)], duration=45, reporting_time=15, horizon_days=6
    )
    assert len(found["placements"]) == 270 // 45
    assert set(unplaced(found).values()) == {"budget_used"}


@pytest.mark.requirement("TIME-06")
def test_appointments_outside_available_time_count_and_those_by_hand_only_against_the_first_budget() -> None:
    evening = [appointment(0, "20:00", 60)]
    four = counsellor("c1", "08:00", "12:00", days=("mon",), automatic_share=50, appointments=evening)
    citizens = [citizen(f"b{number}") for number in range(4)]
    assert len(plan([four], citizens, horizon_days=6)["placements"]) == 2
    automatic = {**four, "appointments": [{**evening[0], "automatic": True}]}
    assert len(plan([automatic], citizens, horizon_days=6)["placements"]) == 1


@pytest.mark.requirement("TIME-02")
def test_starts_lie_on_five_minutes_though_hours_do_not() -> None:
    odd = counsellor("c1", "08:02", "09:59", appointments=[appointment(0, "09:03", 1)])
    found = plan([odd], [citizen("b1"), citizen("b2")], duration=50)
    assert [line["start"] for line in found["placements"]] == [moment(0, "08:05"), moment(0, "09:05")]


@pytest.mark.requirement("DIST-03", "DIST-05")
def test_by_deadline_the_smallest_test_of_all_leaves_the_second_citizen_late() -> None:
    team = [
        {"id": "x", "working_hours": {"mon": ["08:00", "09:00"], "thu": ["08:00", "09:00"]}},
        counsellor("y", days=("mon",), absences=[[moment(7, "00:00"), moment(8, "00:00")]]),
    ]
    team[0]["absences"] = [[moment(0, "00:00"), moment(1, "00:00")]]
    citizens = [citizen("b1", 4, preferred_counsellor="x"), citizen("b2", 4, absences=[[day(0), day(2)]])]
    assert lines(plan(team, citizens)) == [
        ("b1", moment(3, "08:00"), "x", "preferred"),
        ("b2", moment(7, "08:00"), "x", "after_deadline", "citizen_unavailable"),
    ]


def test_counsellors_who_are_not_chosen_hold_nothing() -> None:
    assert lines(plan([counsellor("c1"), counsellor("c2")], [citizen("b1")], counsellors=["c2"])) == [
        ("b1", moment(0, "08:00"), "c2", "earliest")
    ]
