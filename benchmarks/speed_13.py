"""SPEED-13: every page of the administration of a job centre with 300 counsellors, 200 teams and 80 rooms.

T, the floor: a bare page of as many rows, choices and fields in the same frame, by two ORM queries and one plain form,
asked for over the same road (signed in, membership read, one transaction). The first page is left out: it leads to the
counsellors when all is set up. Needs a migrated database of its own.
"""

from __future__ import annotations

import re
import sys
from functools import cache, partial
from typing import Any

from django import forms
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path

from admin_module.models import Counsellor, Team
from benchmarks.figures import ROUNDS, Figure, figure, ratios
from planner import urls
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from tests import factories
from tests.admin_module.organisation import HOUSE, NAMES, address, grow

TEAMS, COUNSELLORS, ROOMS, OTHERS = 200, 300, 80, 60
LIMIT = 2.0
TIMES = 4
ROW, CHOICE = re.compile(rb"<tr|<li|<details>"), re.compile(rb'<option|type="checkbox"')
FIELD = re.compile(rb'<input type="(?:text|email|search|number|url|tel)"|<textarea|<select')
BARE = """{% extends "administration.html" %}{% block content %}<table>{% for one in rows %}<tr>
<td><a href="{% url 'admin_module:counsellor' one.pk %}">{{ one.full_name }}</a></td><td>{{ one.initials }}</td>
<td>{{ one.email }}</td><td>{{ one.phone }}</td></tr>{% endfor %}</table>
<form>{% for one in choices %}<label><input type="checkbox" name="chosen" value="{{ one.pk }}"> {{ one.name }}</label>
{% endfor %}{{ form.as_div }}</form>{% endblock %}"""


@permitted(Permission.ORGANISATION_SEE)
def bare(request: StaffRequest, rows: int, choices: int, fields: int) -> HttpResponse:
    """As many as asked for, from rows that are read once."""
    people, teams = list(Counsellor.objects.all()[:rows]), list(Team.objects.all()[:choices])
    shown = {
        "rows": [people[place % len(people)] for place in range(rows)],
        "choices": [teams[place % len(teams)] for place in range(choices)],
        "form": type("Bare", (forms.Form,), {f"field{n}": forms.CharField(help_text="?") for n in range(fields)})(),
    }
    return HttpResponse(_template().render(shown, request))


@cache
def _template() -> Any:
    return engines["django"].from_string(BARE)


urlpatterns = [*urls.urlpatterns, path("bare/<int:rows>/<int:choices>/<int:fields>/", bare)]
handler500 = urls.handler500


def measure() -> list[Figure]:
    """By the processor's time, each round beside the floor; and whether statements are as few as in a small one."""
    world = factories.make_nordby()
    ada = Client()
    ada.force_login(world.ada)
    with override_settings(ROOT_URLCONF=__name__):
        with acting_for(world.jobcentre.pk, source="bench"):
            grow(world)
            pages = {name: address(name, world) for name in NAMES if name != f"{HOUSE}start"}
        few = {name: _statements(ada, page) for name, page in pages.items()}
        with acting_for(world.jobcentre.pk, source="bench"):
            grow(world, teams=TEAMS, counsellors=COUNSELLORS, rooms=ROOMS, others=OTHERS)
        return [one for name, page in pages.items() for one in _figures(ada, name, page, few[name])]


def _figures(ada: Client, name: str, page: str, few: int) -> list[Figure]:
    nothing, shown = ada.get("/bare/0/0/0/").content, ada.get(page).content
    rows, choices, fields = (len(one.findall(shown)) - len(one.findall(nothing)) for one in (ROW, CHOICE, FIELD))
    case = f"{name.removeprefix(HOUSE)}: {rows} rows, {choices} choices, {fields} fields"
    floor = f"/bare/{rows}/{choices}/{fields}/"
    ada.get(floor)
    return [
        figure("SPEED-13", case, ratios(partial(_ask, ada, page), partial(_ask, ada, floor), ROUNDS), "T", LIMIT),
        Figure("SPEED-13", f"{name.removeprefix(HOUSE)}: statements", _statements(ada, page), "", few),
    ]


def _ask(ada: Client, page: str) -> None:
    """Several times, so that the collection of garbage does not always fall on the same side."""
    for _ in range(TIMES):
        ada.get(page)


def _statements(ada: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = ada.get(page)
    assert answer.status_code == 200, page  # noqa: S101 - a refusal is quick
    return len(asked)


if __name__ == "__main__":
    sys.stdout.writelines(f"{one.line}\n" for one in measure())
