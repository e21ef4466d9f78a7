"""Scenario files: what is an error, what is not, and that a problem comes back from one."""

import json
from copy import deepcopy
from typing import Any

import pytest

from booking.availability.facts import (
    Block,
    CitizenFacts,
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
from planner.timeline.clock import Span
from summons.distribution.engine import NotSupported, distribute
from summons.distribution.plan import Plan
from summons.distribution.problem import FixedTime, Form, Method, Problem, Request, Seats, SeatsBy
from summons.distribution.scenario import ScenarioError, read, result, write
from tests.distribution.cases import Given, citizen, counsellor, day, moment, scenario

MONDAY = 739_950

EXAMPLE = """{
  "holidays": ["2026-12-25"], "closing_days": ["2026-12-24"],
  "request": {"form": "individual", "duration": 45, "reporting_time": 15, "earliest_date": "2026-11-30",
              "horizon_days": 182, "room": null, "counsellors": ["c1", "c2"], "method": "deadline",
              "seats": {"by": "number", "number": 8, "rebooking": 2}},
  "counsellors": [{"id": "c1", "name": "Anne Ås",
      "working_hours": {"mon": ["08:00", "16:00"]}, "breaks": {"mon": [["12:00", "12:30"]]},
      "absences": [["2026-12-01T08:00", "2026-12-01T12:00"]],
      "max_conversation_share": 100, "automatic_share": 75,
      "appointments": [{"start": "2026-11-30T09:00", "duration": 45, "reporting_time": 15, "automatic": true}]},
     {"id": "c2", "name": "Bo Ærø", "working_hours": {"mon": ["08:00", "16:00"]}}],
  "rooms": [{"id": "r1", "capacity": 8, "overbooking": 2, "appointments": [["2026-11-30T09:00", "2026-11-30T10:00"]]}],
  "citizens": [{"id": "b1", "earliest_date": null, "deadline": "2026-12-04", "preferred_counsellor": "c2",
      "absences": [["2026-12-01", "2026-12-03"]], "appointments": [["2026-12-04T09:00", "2026-12-04T10:00"]]},
     {"id": "b9", "deadline": "2026-12-04", "absences": [["2026-11-30", "2027-12-31"]]}]
}"""


def valid() -> Given:
    found: Given = json.loads(EXAMPLE)
    return found


def joint(**seats: Any) -> Given:
    given = valid()
    given["request"] |= {"form": "joint", "seats": seats}
    return given


def changed(place: str, value: object) -> Given:
    """The example with one value changed, named as in an error."""
    given = deepcopy(valid())
    *way, last = place.replace("[", ".").replace("]", "").split(".")
    target: Any = given
    for step in way:
        target = target[int(step) if step.isdigit() else step]
    target[int(last) if last.isdigit() else last] = value
    return given


@pytest.mark.requirement("DIST-20")
def test_the_example_of_the_specification_gives_its_result() -> None:
    assert result(distribute(read(EXAMPLE))) == {
        "placements": [
            {
                "citizen": "b1",
                "start": "2026-11-30T08:00",
                "end": "2026-11-30T08:45",
                "counsellors": ["c2"],
                "room": None,
                "outcome": "preferred",
            }
        ],
        "unplaced": [{"citizen": "b9", "reason": "citizen_unavailable"}],
        "summary": {"within_deadline": 1, "after_deadline": 0, "without_deadline": 0, "unplaced": 1, "preferred": 1},
    }


ERRORS: list[tuple[str, object, str]] = [
    ("request.form", None, "is missing"),
    ("request.form", "alone", "must be one of individual, joint, not 'alone'"),
    ("request.duration", None, "is missing"),
    ("request.duration", 0, "must not be below 1"),
    ("request.duration", 47, "47 is not a multiple of 5"),
    ("request.duration", "45", "must be a number"),
    ("request.duration", True, "must be a number"),
    ("request.duration", 45.5, "must be a whole number"),
    ("request.reporting_time", -5, "must not be below 0"),
    ("request.reporting_time", 7, "7 is not a multiple of 5"),
    ("request.earliest_date", None, "is missing"),
    ("request.earliest_date", "2026-02-30", "'2026-02-30' is no date"),
    ("request.earliest_date", "20261130", "must be a date like 2026-11-30, not '20261130'"),
    ("request.horizon_days", -1, "must not be below 0"),
    ("request.horizon_days", 9_999_999, "reaches past the year 9999"),
    ("request.method", "best", "must be one of deadline, optimal, not 'best'"),
    ("request.counsellors", None, "no counsellor is chosen"),
    ("request.counsellors", [], "no counsellor is chosen"),
    ("request.counsellors[1]", "c9", "there is no counsellor 'c9'"),
    ("request.counsellors[1]", "c1", "'c1' is repeated"),
    ("request.room", "r9", "there is no room 'r9'"),
    ("request", None, "is missing"),
    ("counsellors[1].id", "c1", "'c1' is repeated"),
    ("rooms[0].id", None, "is missing"),
    ("citizens[1].id", "b1", "'b1' is repeated"),
    ("citizens[1].id", "", "must not be empty"),
    ("citizens", {}, "must be a list"),
    ("counsellors[0]", 7, "must be an object"),
    ("counsellors[0].max_conversation_share", 101, "101 is outside 0-100"),
    ("counsellors[0].automatic_share", -1, "-1 is outside 0-100"),
    ("counsellors[0].working_hours.mon", ["16:00", "08:00"], "ends before it starts"),
    ("counsellors[0].working_hours.mon", ["08:00"], "must have a start and an end"),
    ("counsellors[0].working_hours.monday", ["08:00", "16:00"], "is no weekday; they are mon tue wed thu fri sat sun"),
    ("counsellors[0].breaks.mon[0]", ["12:30", "12:00"], "ends before it starts"),
    ("counsellors[0].absences[0]", ["2026-12-01T12:00", "2026-12-01T08:00"], "ends before it starts"),
    ("counsellors[0].appointments[0].start", "2026-11-30", "must be a date with a time like 2026-11-30T08:00, "),
    ("counsellors[0].appointments[0].start", "2026-11-30T08:61", "must be a time like 08:00, not '08:61'"),
    ("counsellors[0].appointments[0].duration", -5, "must not be below 0"),
    ("counsellors[0].appointments[0].automatic", "yes", "must be true or false"),
    ("rooms[0].capacity", 0, "must not be below 1"),
    ("rooms[0].appointments[0]", ["2026-11-30T10:00", "2026-11-30T09:00"], "ends before it starts"),
    ("citizens[0].absences[0]", ["2026-12-03", "2026-12-01"], "ends before it starts"),
    ("citizens[0].appointments[0]", ["2026-12-04T10:00", "2026-12-04T09:00"], "ends before it starts"),
    ("citizens[0].deadline", 4, "must be a text"),
    ("holidays[0]", "Christmas", "must be a date like 2026-11-30, not 'Christmas'"),
]


@pytest.mark.requirement("DIST-20")
@pytest.mark.parametrize(("place", "value", "reason"), ERRORS)
def test_an_error_is_told_with_its_place_and_reason(place: str, value: object, reason: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        read(json.dumps(changed(place, value)))
    assert raised.value.place == place
    assert raised.value.reason.startswith(reason)


@pytest.mark.requirement("DIST-10", "DIST-20")
@pytest.mark.parametrize(
    ("seats", "place"),
    [
        ({}, "request.seats.by"),
        ({"by": "chairs"}, "request.seats.by"),
        ({"by": "room"}, "request.seats.by"),
        ({"by": "number"}, "request.seats.number"),
        ({"by": "number", "number": 0}, "request.seats.number"),
    ],
)
def test_seats_that_say_nothing_are_an_error_for_joint_meetings_only(seats: Given, place: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        read(json.dumps(joint(**seats)))
    assert raised.value.place == place
    individual = joint(**seats)
    individual["request"]["form"] = "individual"
    assert read(json.dumps(individual)).request.seats is None


@pytest.mark.requirement("DIST-20")
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1, column 1"),
        ('{"request":\n nothing}', "line 2, column 2"),
        ("[]", "the file"),
        ('{"request": {"duration": NaN}}', "the file"),
        ("[" * 100_000, "the file"),
        ('{"request": {"duration": ' + "1" * 5000 + "}}", "the file"),
    ],
)
def test_what_is_no_object_of_json_is_an_error(text: str, place: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        read(text)
    assert raised.value.place == place


NOT_ERRORS: list[tuple[str, object]] = [
    ("citizens[0].preferred_counsellor", "c9"),
    ("request.counsellors", ["c1"]),
    ("counsellors[0].breaks.mon", [["07:00", "08:30"], ["08:15", "09:00"], ["19:00", "20:00"]]),
    ("counsellors[0].absences", [["2026-11-29T23:00", "2026-12-01T12:00"], ["2026-11-30T08:00", "2026-11-30T09:00"]]),
    ("counsellors[0].appointments[0].start", "2026-11-30T03:03"),
    ("counsellors[0].working_hours.mon", ["08:01", "15:59"]),
    ("counsellors[0].working_hours", None),
    ("counsellors[0].working_hours.tue", None),
    ("counsellors[0].name", None),
    ("counsellors[0].max_conversation_share", 12.5),
    ("citizens[0].deadline", "2026-11-01"),
    ("citizens", None),
    ("holidays", None),
    ("request.duration", 45.0),
    ("request.seats", {"by": "nobody"}),
    ("remarks", "anything else"),
]


@pytest.mark.requirement("DIST-20")
@pytest.mark.parametrize(("place", "value"), NOT_ERRORS)
def test_what_the_specification_calls_no_error_is_none(place: str, value: object) -> None:
    plan = distribute(read(json.dumps(changed(place, value))))
    assert len(plan.placements) + len(plan.unplaced) == (0 if place == "citizens" else 2)


@pytest.mark.requirement("DIST-20")
def test_what_is_left_out_is_empty_and_shares_and_horizon_have_their_defaults() -> None:
    given = {"form": "individual", "duration": 5, "earliest_date": "2026-11-30", "counsellors": ["c1"]}
    problem = read(json.dumps({"request": given, "counsellors": [{"id": "c1"}]}))
    assert (problem.request.horizon_days, problem.request.reporting_time, problem.request.method) == (
        182,
        0,
        Method.DEADLINE,
    )
    [schedule] = problem.counsellors[0].schedules
    assert (schedule.max_conversation_share, schedule.automatic_share) == (100, 100)
    assert result(distribute(problem)) == {
        "placements": [],
        "unplaced": [],
        "summary": {"within_deadline": 0, "after_deadline": 0, "without_deadline": 0, "unplaced": 0, "preferred": 0},
    }


@pytest.mark.requirement("TIME-01")
def test_in_a_scenario_every_day_has_all_its_hours() -> None:
    night = counsellor("c1", "02:00", "03:00", days=("sun",))
    given = scenario([night], [citizen("b1")], earliest_date="2027-03-28", horizon_days=0)
    [placement] = distribute(read(json.dumps(given))).placements
    assert placement.start == 24


@pytest.mark.requirement("DIST-20")
def test_a_conversation_that_ends_at_midnight_ends_on_the_next_date() -> None:
    given = scenario([counsellor("c1", "23:00", "24:00")], [citizen("b1")])
    [line] = result(distribute(read(json.dumps(given))))["placements"]
    assert (line["start"], line["end"]) == (moment(0, "23:00"), moment(1, "00:00"))


def test_a_method_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotSupported, match="optimal"):
        distribute(read(json.dumps(changed("request.method", "optimal"))))


@pytest.mark.parametrize(
    ("request_of", "reason"),
    [
        ({"counsellors": ()}, "no counsellor"),
        ({"form": Form.JOINT, "rooms": (30, 31)}, "one room"),
        ({"duration": 7}, "whole five"),
    ],
)
def test_a_request_that_the_rules_do_not_describe_is_refused(request_of: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        distribute(rich_problem(**request_of))


def rich_problem(**request: Any) -> Problem:
    """Everything that a run can hold, and personal data that must not leave."""
    hours = Hours(works=((480, 600), (615, 720)), breaks=((540, 545),))
    first = MONDAY
    named = CounsellorFacts(
        412,
        "Åse Hemmelig",
        (
            Schedule(dict.fromkeys(range(5), hours), max_conversation_share=80),
            Schedule({0: hours}, valid_from=first + 7, week=Week.ODD, automatic_share=60),
        ),
        absences=[Span(first * 1440 + 500, first * 1440 + 530), Span(0, 60)],
        taken=[
            Taken(first, 96, 3, 15),
            Taken(first + 1, 96, 6, 20, automatic=True),
            Taken(first + 2, 96, 3, 15, firm=False),
            Taken(first - 90, 96, 3, 15),
        ],
        busy=[Block(first + 3, 96, 12)],
        reservations=[Reservation(4, (480, 540), Purpose.SELF_BOOKING, first)],
    )
    other = CounsellorFacts(77, "Bo Hemmelig", (Schedule(dict.fromkeys(range(5), hours)),))
    unchosen = CounsellorFacts(5, "Carla Hemmelig", ())
    citizens = [
        CitizenFacts(
            f"0101{number:02}-1234",
            earliest=first + number % 3,
            deadline=first + number % 5 if number % 4 else None,
            preferred=(412, 77, 5, None)[number % 4],
            absences=[(first + number, None if number % 2 else first + number + 1)] if number % 3 else [],
            taken=[Block(first + number % 7, 96, 12)],
        )
        for number in range(60)
    ]
    rooms = [RoomFacts(31, "Hemmelig B", 4, 1, [Block(first, 96, 6)]), RoomFacts(30, "Hemmelig A"), RoomFacts(29)]
    closures = Closures(frozenset({first + 8}), frozenset({first + 9}), {first + 1: (480, 485)})
    asked = {"form": Form.INDIVIDUAL, "duration": 15, "earliest": first, "horizon_days": 20, "counsellors": (412, 77)}
    return Problem(Request(**{**asked, **request}), [named, other, unchosen], citizens, rooms, closures)


def without_names(plan: Plan, problem: Problem) -> list[tuple[object, ...]]:
    places = {one.id: index for index, one in enumerate(problem.citizens)}
    return [
        (places[one.citizen], one.day, one.start, len(one.counsellors), one.outcome, one.because, one.warnings)
        for one in plan.placements
    ] + [(places[line.citizen], line.reason) for line in plan.unplaced]


@pytest.mark.requirement("DIST-20")
@pytest.mark.parametrize(
    "request_of",
    [
        {},
        {"rooms": (30, 31)},
        {"rooms": (31,), "reporting_time": 5},
        {"form": Form.JOINT, "rooms": (31,), "seats": Seats(SeatsBy.ROOM)},
        {"form": Form.JOINT, "seats": Seats(SeatsBy.NUMBER, 3, 2)},
        {"form": Form.JOINT, "seats": Seats(SeatsBy.ALL)},
        {"fixed_times": (FixedTime(MONDAY + 2, 96), FixedTime(MONDAY, 99)), "pass_warnings": True},
    ],
)
def test_a_written_problem_gives_the_same_plan_and_names_nobody(request_of: dict[str, Any]) -> None:
    problem = rich_problem(**request_of)
    text = write(problem)
    assert "Hemmelig" not in text
    assert "1234" not in text
    again = read(text)
    assert {one.id for one in again.counsellors} == {"c1", "c2"}
    assert without_names(distribute(again), again) == without_names(distribute(problem), problem)


@pytest.mark.requirement("DIST-20")
def test_what_is_written_keeps_the_order_of_the_alphabet() -> None:
    hours = (Schedule(dict.fromkeys(range(7), Hours(works=((480, 540),)))),)
    team = [CounsellorFacts(number, f"{chr(97 + number)}", hours) for number in range(12)]
    citizens = [CitizenFacts(number) for number in range(12)]
    request = Request(Form.INDIVIDUAL, 60, MONDAY, tuple(range(12)))
    found = distribute(read(write(Problem(request, team[::-1], citizens))))
    assert [one.counsellors for one in found.placements] == [(f"c{number:02}",) for number in range(1, 13)]


@pytest.mark.requirement("DIST-20")
@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("rooms", ["r1", "r1"], "request.rooms[1]"),
        ("rooms", ["r9"], "request.rooms[0]"),
        ("fixed_times", ["2026-11-30T08:02"], "request.fixed_times[0]"),
    ],
)
def test_the_further_fields_have_their_errors_too(field: str, value: object, place: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        read(json.dumps(changed(f"request.{field}", value)))
    assert raised.value.place == place


def test_further_fields_of_schedules_are_read() -> None:
    week = {"week": "even", "valid_from": day(0), "working_hours": {"mon": [["08:00", "09:00"], ["10:00", "11:00"]]}}
    [one] = read(json.dumps(changed("counsellors[1].schedules", [week]))).counsellors[1].schedules
    assert (one.week, one.valid_from, one.days[0].works) == (Week.EVEN, MONDAY, ((480, 540), (600, 660)))
    with pytest.raises(ScenarioError, match="must be even or odd"):
        read(json.dumps(changed("counsellors[1].schedules", [{"week": "third"}])))
