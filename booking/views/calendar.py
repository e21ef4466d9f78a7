"""The calendar: week and day of counsellors, teams and rooms, chosen in the tree (CAL-01, CAL-02)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import Counsellor, CounsellorTeam, MyTeam
from booking.queries.calendar import Asked, Sight, TeamNode, calendar, team_tree, week_of
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui import formatting
from planner.ui.parsing import read_date

VIEWS = ("day", "week")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for."""

    view: str
    on: date
    teams: tuple[int, ...]
    counsellors: tuple[int, ...]
    rooms: tuple[int, ...]

    @classmethod
    def read(cls, query: QueryDict, today: date) -> Wanted:
        return cls(
            view=query.get("view", "") if query.get("view") in VIEWS else "week",
            on=read_date(query.get("on", ""), today) or today,
            teams=_ids(query.getlist("team")),
            counsellors=_ids(query.getlist("counsellor")),
            rooms=_ids(query.getlist("room")),
        )

    def address(self, **changes: str) -> str:
        """The address of the same choice with another day or view."""
        query = QueryDict(mutable=True)
        query.setlist("team", [str(pk) for pk in self.teams])
        query.setlist("counsellor", [str(pk) for pk in self.counsellors])
        query.setlist("room", [str(pk) for pk in self.rooms])
        query.update({"view": self.view, "on": self.on.isoformat()})
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"


def _ids(values: Sequence[str]) -> tuple[int, ...]:
    if not all(value.isdecimal() and len(value) < 19 for value in values):
        raise Http404
    return tuple(int(value) for value in values)


def sight_of(request: StaffRequest) -> Sight:
    """Whose calendars this person may see: all with names, all as free and busy, or those of the own teams."""
    if Permission.CALENDAR_ALL in request.permissions:
        return Sight(names=True)
    if Permission.CALENDAR_FREE_BUSY in request.permissions:
        return Sight(names=False)
    own = CounsellorTeam.objects.filter(team__counsellorteam__counsellor__user=request.user)
    return Sight(names=True, counsellors=frozenset(own.values_list("counsellor_id", flat=True)))


def _first_choice(request: StaffRequest, tree: Sequence[TeamNode], wanted: Wanted) -> Wanted:
    """Where nothing is chosen: the own calendar, else my first team, else the first team with counsellors."""
    own = Counsellor.objects.living().filter(user=request.user).values_list("pk", flat=True)
    if own:
        return Wanted(wanted.view, wanted.on, (), tuple(own), ())
    mine = set(MyTeam.objects.filter(user=request.user).values_list("team_id", flat=True))
    peopled = [node.id for node in tree if node.counsellors]
    chosen = next((pk for pk in peopled if pk in mine), next(iter(peopled), None))
    view = wanted.view if request.GET.get("view") else "day"
    return Wanted(view, wanted.on, (chosen,) if chosen else (), (), ())


def _asked(wanted: Wanted, tree: Sequence[TeamNode]) -> Asked:
    """The counsellors of the chosen teams and those chosen alone, each once; 404 for what is not in the tree."""
    nodes = {node.id: node for node in tree}
    names = dict(pair for node in tree for pair in node.counsellors)
    rooms = {pk: name for node in tree for pk, name, _seats in node.rooms}
    if not (set(wanted.teams) <= nodes.keys() and set(wanted.counsellors) <= names.keys()):
        raise Http404
    if not set(wanted.rooms) <= rooms.keys():
        raise Http404
    of_teams = (pk for team in wanted.teams for pk, _name in nodes[team].counsellors)
    chosen = dict.fromkeys((*of_teams, *wanted.counsellors))
    return Asked(
        days=(wanted.on,) if wanted.view == "day" else week_of(wanted.on),
        counsellors=tuple((pk, names[pk]) for pk in chosen),
        rooms=tuple((pk, rooms[pk]) for pk in wanted.rooms),
        team_id=wanted.teams[0] if len(wanted.teams) == 1 else _common_team(chosen, tree),
    )


def _common_team(counsellors: Iterable[int], tree: Sequence[TeamNode]) -> int | None:
    """The team whose closing days are shown: the only one that all the chosen are in."""
    wanted = set(counsellors)
    holding = [node.id for node in tree if wanted and wanted <= {pk for pk, _name in node.counsellors}]
    return holding[0] if holding else None


def _heading(wanted: Wanted, asked: Asked, tree: Sequence[TeamNode]) -> str:
    names = [node.name for node in tree if node.id in wanted.teams]
    names += [name for pk, name in asked.counsellors if pk in wanted.counsellors]
    names += [name for _pk, name in asked.rooms]
    who = ", ".join(names[:2]) + (_(" og %d flere") % (len(names) - 2) if len(names) > 2 else "")
    if wanted.view == "day":
        return f"{who} · {formatting.long_day_year(wanted.on)}"
    days = formatting.days(asked.days[0], asked.days[-1])
    return f"{who} · {formatting.week(wanted.on)} · {days}"


@permitted(Permission.CALENDAR_ALL, Permission.CALENDAR_FREE_BUSY, Permission.CALENDAR_OWN)
def show(request: StaffRequest) -> HttpResponse:
    """Days or a week of the chosen calendars."""
    now = timezone.now()
    today = timezone.localdate(now)
    sight = sight_of(request)
    tree = team_tree(sight)
    wanted = Wanted.read(request.GET, today)
    if not (wanted.teams or wanted.counsellors or wanted.rooms):
        wanted = _first_choice(request, tree, wanted)
    asked = _asked(wanted, tree)
    step = timedelta(days=1 if wanted.view == "day" else 7)
    context = {
        "calendar": calendar(asked, settings=request.settings, sight=sight, today=today, now=now),
        "tree": tree,
        "opened": {node.id for node in tree if any(pk in wanted.counsellors for pk, _name in node.counsellors)},
        "rooms": sorted({room for node in tree for room in node.rooms}, key=lambda room: room[1]),
        "wanted": wanted,
        "asked": asked,
        "heading": _heading(wanted, asked, tree),
        "earlier": wanted.address(on=(wanted.on - step).isoformat()),
        "later": wanted.address(on=(wanted.on + step).isoformat()),
        "today": wanted.address(on=today.isoformat()),
        "views": [(name, label, wanted.address(view=name)) for name, label in (("day", _("Dag")), ("week", _("Uge")))],
        "may_summon": Permission.SUMMON in request.permissions,
        "may_open": sight.names,
    }
    return render(request, "booking/calendar.html", context)
