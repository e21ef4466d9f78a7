"""Scenarios made by hand: one hour a day from Monday 30 November 2026, and what the engine makes of them."""

import json
from datetime import date, timedelta
from typing import Any

from summons.distribution.engine import distribute
from summons.distribution.scenario import read, result

Given = dict[str, Any]

MONDAY = date(2026, 11, 30)
DAYS = ("mon", "tue", "wed", "thu", "fri")


def day(offset: int) -> str:
    """A date by its distance from Monday."""
    return (MONDAY + timedelta(days=offset)).isoformat()


def moment(offset: int, clock: str) -> str:
    return f"{day(offset)}T{clock}"


def counsellor(own_id: str, *hours: str, days: tuple[str, ...] = DAYS, **more: Any) -> Given:
    """Free from eight to nine on weekdays, unless other hours or days are named."""
    return {"id": own_id, "working_hours": dict.fromkeys(days, hours or ("08:00", "09:00")), **more}


def appointment(offset: int, clock: str, duration: int = 60, **more: Any) -> Given:
    return {"start": moment(offset, clock), "duration": duration, **more}


def citizen(own_id: str, deadline: int | None = None, **more: Any) -> Given:
    """The deadline by its distance from Monday."""
    return {"id": own_id, "deadline": None if deadline is None else day(deadline), **more}


def scenario(
    counsellors: list[Given], citizens: list[Given], rooms: list[Given] | None = None, /, **request: Any
) -> Given:
    """Individual conversations of an hour, two weeks ahead, unless the request says otherwise."""
    return {
        "request": {
            "form": "individual",
            "duration": 60,
            "earliest_date": day(0),
            "horizon_days": 13,
            "counsellors": [one["id"] for one in counsellors],
            **request,
        },
        "counsellors": counsellors,
        "rooms": rooms or [],
        "citizens": citizens,
    }


def plan(counsellors: list[Given], citizens: list[Given], rooms: list[Given] | None = None, /, **request: Any) -> Given:
    return result(distribute(read(json.dumps(scenario(counsellors, citizens, rooms, **request)))))


def lines(found: Given) -> list[tuple[str, ...]]:
    """Each placement as citizen, start, counsellors, outcome and, where there is one, reason."""
    return [
        (
            line["citizen"],
            line["start"],
            "+".join(line["counsellors"]),
            line["outcome"],
            *filter(None, [line.get("because")]),
        )
        for line in found["placements"]
    ]


def unplaced(found: Given) -> dict[str, str]:
    return {line["citizen"]: line["reason"] for line in found["unplaced"]}
