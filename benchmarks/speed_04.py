"""SPEED-04: the calendar's week of 10 counsellors with 400 appointments beside a bare page of as many; and of 25.

T, the bare page: the same appointments by one ORM query, and a template that prints time, name, type, room and address
of each. Both sides are query and template alone, without what every request goes through. Needs a migrated database.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import connection
from django.template import engines
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from benchmarks.figures import ROUNDS, Figure, figure, ratios
from booking.models import Appointment, Claim, Summons
from booking.queries.calendar import Asked, calendar, week_of
from booking.queries.calendar_tree import Sight, team_tree
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from tests import factories
from tests.factories import MONDAY, NOW, World

FEW, MANY = 10, 25
HOURS = range(8, 16)
MOST_STATEMENTS = 6
BARE = """<ul>{% for one in summonses %}<li><a href="{% url 'booking:appointment' one.appointment_id %}">
{{ one.appointment.start_at|date:"H.i" }} {{ one.citizen.full_name }}</a> {{ one.appointment.type.name }}
{{ one.appointment.room.name }} {{ one.get_status_display }}</li>{% endfor %}</ul>"""


def measure() -> list[Figure]:
    """By the processor's time, each round beside the floor."""
    world = factories.make_nordby()
    with acting_for(world.jobcentre.pk, source="bench"):
        counsellors = _booked(world)
        few, many = (dict(list(counsellors.items())[:size]) for size in (FEW, MANY))
        bare = partial(_bare, list(few))
        return [
            figure("SPEED-04", f"{FEW} counsellors, {FEW * 40} appointments", _beside(few, bare), "T", 1),
            figure("SPEED-04", f"{MANY} beside {FEW} counsellors", _beside(many, partial(_week, few)), "×", 2.5),
            *(
                Figure("SPEED-04", f"statements, {len(some)}", _statements(some), "", MOST_STATEMENTS)
                for some in (few, many)
            ),
        ]


def _booked(world: World) -> dict[int, str]:
    """Counsellors whose every hour of the week is taken."""
    names = {}
    for number in range(MANY):
        counsellor = factories.make_counsellor(world.team, f"Vejleder Nummer{number:02}")
        names[counsellor.pk] = f"Vejleder Nummer{number:02}"
        for day in week_of(MONDAY):
            for hour in HOURS:
                citizen = factories.make_citizen(world.jobcentre)
                summons = factories.make_summons(
                    citizen, counsellor, world.team, day=day, clock=f"{hour:02}:00", room=world.room
                )
                _claim(summons.appointment, counsellor.pk)
    return names


def _claim(appointment: Appointment, counsellor_id: int) -> None:
    Claim.objects.create(
        jobcentre=appointment.jobcentre,
        appointment=appointment,
        counsellor_id=counsellor_id,
        during=(appointment.start_at, appointment.end_at + timedelta(minutes=15)),
        day=appointment.day,
        start_tick=appointment.start_tick,
        ticks=12,
    )


def _week(counsellors: dict[int, str]) -> str:
    """As the view does it when one leafs: the tree, the facts, the calendar."""
    sight = Sight(names=True)
    team_tree(sight)
    asked = Asked(days=week_of(MONDAY), counsellors=counsellors)
    drawn = calendar(asked, settings=Settings.objects.get(), sight=sight, now=NOW)
    shown = {"calendar": drawn, "asked": asked, "heading": "Nord", "may_open": True, "start": "/summons/?"}
    return render_to_string("booking/calendar_rows.html", shown | {"markable": frozenset(counsellors)})


def _bare(counsellors: list[int]) -> str:
    summonses = Summons.objects.filter(appointment__holders__counsellor__in=counsellors).select_related(
        "citizen", "appointment__type", "appointment__room"
    )
    return engines["django"].from_string(BARE).render({"summonses": summonses})


def _beside(counsellors: dict[int, str], floor: Callable[[], object]) -> list[float]:
    _week(counsellors)
    floor()
    return ratios(partial(_week, counsellors), floor, ROUNDS)


def _statements(counsellors: dict[int, str]) -> int:
    with CaptureQueriesContext(connection) as found:
        _week(counsellors)
    return len(found) - 1  # the settings, which every request has read already


if __name__ == "__main__":
    sys.stdout.writelines(f"{one.line}\n" for one in measure())
