"""From a scenario file to a problem; every error names its place."""

import json
from decimal import Decimal
from typing import NoReturn

from booking.availability.facts import (
    Block,
    CitizenFacts,
    Closures,
    CounsellorFacts,
    Hours,
    RoomFacts,
    Schedule,
    Taken,
    Week,
)
from planner.timeline.clock import Span
from planner.timeline.intervals import Period
from planner.timeline.ticks import MINUTES_PER_DAY, MINUTES_PER_TICK, TICKS_PER_DAY
from summons.distribution.problem import (
    DEFAULT_HORIZON,
    FixedTime,
    Form,
    Method,
    Problem,
    Request,
    Seats,
    SeatsBy,
)
from summons.distribution.scenario.node import Node, ScenarioError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKS = {"even": Week.EVEN, "odd": Week.ODD}
LAST_DAY = 3_652_059
"""31 December 9999."""


def read(text: str) -> Problem:
    """The problem that a file describes; ScenarioError where it is none."""
    root = _root(text)
    counsellors = tuple(_counsellor(node) for node in root["counsellors"])
    rooms = tuple(_room(node) for node in root["rooms"])
    citizens = tuple(_citizen(node) for node in root["citizens"])
    for name in ("counsellors", "rooms", "citizens"):
        _once([node["id"] for node in root[name]])
    request = _request(root["request"].needed(), {one.id for one in counsellors}, {one.id for one in rooms})
    closures = Closures(
        closing_days=frozenset(node.day() for node in root["closing_days"]),
        holidays=frozenset(node.day() for node in root["holidays"]),
        gaps={Node(day, "gaps").day(): _period(root["gaps"][day]) for day in root["gaps"].names()},
    )
    return Problem(request, counsellors, citizens, rooms, closures)


def _root(text: str) -> Node:
    try:
        root = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except ScenarioError:
        raise
    except json.JSONDecodeError as error:
        raise ScenarioError(f"line {error.lineno}, column {error.colno}", error.msg) from None
    except RecursionError:
        raise ScenarioError("the file", "is nested too deeply") from None
    except ValueError as error:
        raise ScenarioError("the file", str(error)) from None
    if not isinstance(root, dict):
        raise ScenarioError("the file", "must be an object")
    return Node(root, "")


def _no_constant(name: str) -> NoReturn:
    raise ScenarioError("the file", f"{name} is no number")


def _once(nodes: list[Node]) -> None:
    seen = set()
    for node in nodes:
        if node.value in seen:
            node.fail(f"{node.value!r} is repeated")
        seen.add(node.value)


def _request(node: Node, counsellors: set[object], rooms: set[object]) -> Request:
    form = node["form"].choice(Form)
    chosen = tuple(_known(one, counsellors, "counsellor") for one in node["counsellors"])
    if not chosen:
        node["counsellors"].fail("no counsellor is chosen")
    _once(list(node["counsellors"]))
    earliest = node["earliest_date"].needed().day()
    horizon = node["horizon_days"].whole(0) if node["horizon_days"].given else DEFAULT_HORIZON
    if earliest + horizon > LAST_DAY:
        node["horizon_days"].fail("reaches past the year 9999")
    return Request(
        form=form,
        duration=_fives(node["duration"].needed(), 1),
        earliest=earliest,
        counsellors=chosen,
        reporting_time=_fives(node["reporting_time"], 0) if node["reporting_time"].given else 0,
        horizon_days=horizon,
        rooms=_chosen_rooms(node, form, rooms),
        method=node["method"].choice(Method) if node["method"].given else Method.DEADLINE,
        seats=_seats(node) if form is Form.JOINT else None,
        fixed_times=tuple(_fixed_time(one) for one in node["fixed_times"]),
        pass_warnings=node["pass_warnings"].yes(),
    )


def _known(node: Node, known: set[object], what: str) -> str:
    name = node.name()
    return name if name in known else node.fail(f"there is no {what} {name!r}")


def _chosen_rooms(node: Node, form: Form, rooms: set[object]) -> tuple[str, ...]:
    if node["room"].given:
        return (_known(node["room"], rooms, "room"),)
    chosen = tuple(_known(one, rooms, "room") for one in node["rooms"])
    _once(list(node["rooms"]))
    if form is Form.JOINT and len(chosen) > 1:
        node["rooms"].fail("a joint meeting is in one room")
    return chosen


def _fives(node: Node, least: int) -> int:
    minutes = node.whole(least)
    return node.fail(f"{minutes} is not a multiple of 5") if minutes % MINUTES_PER_TICK else minutes


def _seats(node: Node) -> Seats:
    seats = node["seats"]
    by = seats["by"].choice(SeatsBy)
    if by is SeatsBy.ROOM and not node["room"].given:
        seats["by"].fail("the room is to say how many, but there is none")
    if by is SeatsBy.NUMBER:
        seats["number"].needed()
    return Seats(by, _whole_or_none(seats["number"], 1), _whole_or_none(seats["rebooking"], 0))


def _whole_or_none(node: Node, least: int) -> int | None:
    return node.whole(least) if node.given else None


def _fixed_time(node: Node) -> FixedTime:
    moment = node.moment()
    if moment % MINUTES_PER_TICK:
        node.fail("is not a whole five minutes")
    return FixedTime(moment // MINUTES_PER_DAY, moment % MINUTES_PER_DAY // MINUTES_PER_TICK)


def _counsellor(node: Node) -> CounsellorFacts:
    return CounsellorFacts(
        id=node["id"].name(),
        name=node["name"].text() if node["name"].given else "",
        schedules=tuple(_schedule(one) for one in node["schedules"]) or (_schedule(node),),
        absences=tuple(Span(*_span(one)) for one in node["absences"]),
        taken=tuple(_taken(one) for one in node["appointments"]),
        busy=tuple(_block(one) for one in node["busy"]),
    )


def _schedule(node: Node) -> Schedule:
    works, breaks = node["working_hours"], node["breaks"]
    for field in (works, breaks):
        for key in field.names():
            if key not in WEEKDAYS:
                field[key].fail(f"is no weekday; they are {' '.join(WEEKDAYS)}")
    return Schedule(
        days={
            number: Hours(_working_hours(works[weekday]), tuple(_period(one) for one in breaks[weekday]))
            for number, weekday in enumerate(WEEKDAYS)
        },
        valid_from=node["valid_from"].day() if node["valid_from"].given else 0,
        week=_week(node["week"]),
        max_conversation_share=_share(node["max_conversation_share"]),
        automatic_share=_share(node["automatic_share"]),
    )


def _week(node: Node) -> Week:
    if not node.given:
        return Week.EVERY
    return WEEKS.get(node.text()) or node.fail("must be even or odd")


def _working_hours(node: Node) -> tuple[Period, ...]:
    entries = list(node)
    if not entries:
        return ()
    if isinstance(entries[0].value, list):
        return tuple(_period(one) for one in entries)
    return (_period(node),)


def _period(node: Node) -> Period:
    start, end = node.pair()
    return node.ordered(start.minute(), end.minute())


def _span(node: Node) -> tuple[int, int]:
    start, end = node.pair()
    return node.ordered(start.moment(), end.moment())


def _share(node: Node) -> int | Decimal:
    if not node.given:
        return 100
    share = node.number()
    return share if 0 <= share <= 100 else node.fail(f"{share} is outside 0-100")


def _taken(node: Node) -> Taken:
    start = node["start"].needed().moment()
    duration = node["duration"].needed().whole(0)
    reporting_time = _whole_or_none(node["reporting_time"], 0) or 0
    day, first, ticks, _ = _widened(start, start + duration + reporting_time)
    firm = node["firm"].yes() if node["firm"].given else True
    return Taken(day, first, ticks, duration, node["automatic"].yes(), firm)


def _block(node: Node) -> Block:
    return _widened(*_span(node))


def _widened(start: int, end: int) -> Block:
    """The ticks that are touched, from minutes of the local clock (TIME-02)."""
    first = start // MINUTES_PER_TICK
    ticks = -(-end // MINUTES_PER_TICK) - first if start < end else 0
    return Block(first // TICKS_PER_DAY, first % TICKS_PER_DAY, ticks)


def _room(node: Node) -> RoomFacts:
    return RoomFacts(
        id=node["id"].name(),
        name=node["name"].text() if node["name"].given else "",
        capacity=_whole_or_none(node["capacity"], 1),
        overbooking=_whole_or_none(node["overbooking"], 0) or 0,
        taken=tuple(_block(one) for one in node["appointments"]),
    )


def _citizen(node: Node) -> CitizenFacts:
    return CitizenFacts(
        id=node["id"].name(),
        earliest=node["earliest_date"].day() if node["earliest_date"].given else None,
        deadline=node["deadline"].day() if node["deadline"].given else None,
        preferred=node["preferred_counsellor"].text() if node["preferred_counsellor"].given else None,
        absences=tuple(_absence(one) for one in node["absences"]),
        taken=tuple(_block(one) for one in node["appointments"]),
    )


def _absence(node: Node) -> tuple[int, int | None]:
    entries = list(node)
    if len(entries) != 2:
        node.fail("must have a first and a last day")
    first, last = entries
    if not last.given:
        return first.needed().day(), None
    return node.ordered(first.needed().day(), last.day())
