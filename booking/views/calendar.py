"""The calendar: week and day of counsellors, teams and rooms, chosen in the tree (CAL-01, CAL-02)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from admin_module.models import Counsellor, CounsellorTeam, MyTeam
from booking.queries.calendar import Asked, Calendar, calendar, week_of
from booking.queries.calendar_tree import Sight, TeamNode, Tree, team_tree
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui import formatting
from planner.ui.addresses import read_ids
from planner.ui.parsing import read_date

VIEWS = {"day": gettext_lazy("Dag"), "week": gettext_lazy("Uge")}
YEARS_SHOWN = 20
"""Before and after this one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; `folded`: the panel of teams is put away."""

    view: str
    on: date
    teams: tuple[int, ...]
    counsellors: tuple[int, ...]
    rooms: tuple[int, ...]
    folded: bool = False

    @classmethod
    def read(cls, query: QueryDict, today: date) -> Wanted:
        on = read_date(query.get("on", ""), today) or today
        return cls(
            view=query.get("view", "") if query.get("view") in VIEWS else "",
            on=on if abs(on.year - today.year) <= YEARS_SHOWN else today,
            teams=_ids(query.getlist("team")),
            counsellors=_ids(query.getlist("counsellor")),
            rooms=_ids(query.getlist("room")),
            folded="folded" in query,
        )

    @property
    def chosen(self) -> bool:
        return bool(self.teams or self.counsellors or self.rooms)

    def pairs(self) -> Iterator[tuple[str, object]]:
        """What stands in the address: names and values."""
        for name, values in (("team", self.teams), ("counsellor", self.counsellors), ("room", self.rooms)):
            yield from ((name, value) for value in values)
        yield from (("view", self.view), ("on", self.on.isoformat()))
        if self.folded:
            yield "folded", 1

    def address(self) -> str:
        return f"?{urlencode(list(self.pairs()))}"


def _ids(values: Sequence[str]) -> tuple[int, ...]:
    found = read_ids(values)
    if len(found) < len(values):
        raise Http404
    return tuple(found)


def sight_of(request: StaffRequest) -> Sight:
    """Whose calendars this person may see: all with names, all as free and busy, or those of the own teams."""
    if Permission.CALENDAR_ALL in request.permissions:
        return Sight(names=True)
    if Permission.CALENDAR_OWN not in request.permissions:
        return Sight(names=False)
    own = CounsellorTeam.objects.filter(team__counsellorteam__counsellor__user=request.user)
    return Sight(names=True, counsellors=frozenset(own.values_list("counsellor_id", flat=True)))


def _first_choice(request: StaffRequest, tree: Tree, wanted: Wanted) -> Wanted:
    """Where nothing is chosen: the own calendar, else my first team, else the first team with counsellors."""
    own = Counsellor.objects.living().filter(user=request.user).values_list("pk", flat=True)
    if own:
        return replace(wanted, counsellors=tuple(own))
    mine = set(MyTeam.objects.filter(user=request.user).values_list("team_id", flat=True))
    peopled = [node.id for node in tree.nodes() if node.counsellors]
    chosen = next((pk for pk in peopled if pk in mine), next(iter(peopled), None))
    return replace(wanted, teams=(chosen,) if chosen else ())


def _asked(wanted: Wanted, tree: Tree) -> Asked:
    """The counsellors of the chosen teams and those chosen alone, each once; 404 for what is not in the tree."""
    nodes = {node.id: node for node in tree.nodes()}
    names = tree.names()
    rooms = {pk: name for pk, name, _seats in tree.rooms()}
    if set(wanted.teams) - nodes.keys() or set(wanted.counsellors) - names.keys() or set(wanted.rooms) - rooms.keys():
        raise Http404
    chosen = {pk: name for team in wanted.teams for pk, name in nodes[team].everybody().items()}
    chosen |= {pk: names[pk] for pk in wanted.counsellors}
    shown = [node for team in wanted.teams for node in nodes[team].nodes()]
    teams = {pk: _holding(pk, shown) or _holding(pk, nodes.values()) for pk in chosen}
    shared = frozenset.intersection(*teams.values()) if teams else frozenset[int]()
    asked = Asked(
        days=(wanted.on,),
        counsellors=chosen,
        rooms={pk: rooms[pk] for pk in wanted.rooms},
        teams=teams,
        team_id=wanted.teams[0] if len(wanted.teams) == 1 else min(shared, default=None),
    )
    return asked if _view(wanted, asked) == "day" else replace(asked, days=week_of(wanted.on))


def _view(wanted: Wanted, asked: Asked) -> str:
    """What was asked for; else several stand side by side on a day, and one has its week."""
    return wanted.view or ("day" if asked.several else "week")


def _holding(counsellor_id: int, nodes: Iterable[TeamNode]) -> frozenset[int]:
    return frozenset(node.id for node in nodes if any(pk == counsellor_id for pk, _name in node.counsellors))


def _heading(wanted: Wanted, asked: Asked, tree: Tree) -> str:
    names = [node.name for node in tree.nodes() if node.id in wanted.teams]
    names += [name for pk, name in asked.counsellors.items() if pk in wanted.counsellors]
    names += asked.rooms.values()
    who = ", ".join(names[:2]) + (_(" og %d flere") % (len(names) - 2) if len(names) > 2 else "")
    if wanted.view == "day":
        return f"{who} · {formatting.long_day_year(wanted.on)}"
    days = formatting.days(asked.days[0], asked.days[-1])
    return f"{who} · {formatting.week(wanted.on)} · {days}"


@dataclass(frozen=True, slots=True)
class Ticks:
    """What is ticked and open in the tree: a chosen team with all below it, and the way to what is chosen."""

    teams: frozenset[int]
    counsellors: frozenset[int]
    opened: frozenset[int]

    @classmethod
    def of(cls, tree: Tree, wanted: Wanted, counsellors: Mapping[int, str]) -> Ticks:
        nodes = tree.nodes()
        teams = frozenset(below.id for node in nodes if node.id in wanted.teams for below in node.nodes())
        opened = {node.id for node in nodes if node.everybody().keys() & counsellors.keys()}
        return cls(teams, frozenset(counsellors), frozenset(opened | {root.id for root in tree.roots}))


@permitted(Permission.CALENDAR_ALL, Permission.CALENDAR_FREE_BUSY, Permission.CALENDAR_OWN)
def show(request: StaffRequest) -> HttpResponse:
    """Days or a week of the chosen calendars; beside them the tree, which stands still while one leafs."""
    now = timezone.now()
    looked = _look(request, now)
    wanted, asked, tree = looked.wanted, looked.asked, looked.tree
    saw(looked.drawn.citizens(), purpose=Purpose.CALENDAR, now=now, request=request)
    context = {
        "tree": tree,
        "ticks": Ticks.of(tree, wanted, asked.counsellors),
        "wanted": wanted,
        "heading": _heading(wanted, asked, tree),
        "may_open": looked.names,
        **_ways(wanted, timezone.localdate(now)),
        **_drawn(request, asked, looked.drawn),
    }
    alone = request.htmx and request.htmx.target == "calendar"
    return render(request, "booking/calendar_shown.html" if alone else "booking/calendar.html", context)


@require_safe
@permitted(Permission.CALENDAR_ALL, Permission.CALENDAR_FREE_BUSY, Permission.CALENDAR_OWN)
def changes(request: StaffRequest) -> HttpResponse:
    """Whether what the same address shows is still what one sees: 304, or 200 with its new tag; never what it is."""
    tag = f'"{_look(request, timezone.now()).drawn.tag()}"'
    same = request.headers.get("If-None-Match") == tag
    return HttpResponse(status=304 if same else 200, headers={"ETag": tag, "Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class Looked:
    """A calendar as it was asked for; `names`: whether this person sees persons."""

    wanted: Wanted
    asked: Asked
    tree: Tree
    drawn: Calendar
    names: bool


def _look(request: StaffRequest, now: datetime) -> Looked:
    sight = sight_of(request)
    tree = team_tree(sight)
    wanted = Wanted.read(request.GET, timezone.localdate(now))
    wanted = wanted if wanted.chosen else _first_choice(request, tree, wanted)
    asked = _asked(wanted, tree)
    wanted = replace(wanted, view=_view(wanted, asked))
    drawn = calendar(asked, settings=request.settings, sight=sight, now=now)
    return Looked(wanted, asked, tree, drawn, sight.names)


def _drawn(request: StaffRequest, asked: Asked, drawn: Calendar) -> dict[str, object]:
    """The calendar itself, where «Ny aftale» leads for those who may summon, and the one counsellor's caseload."""
    summons = f"{reverse('summons:start')}?" if Permission.SUMMON in request.permissions else ""
    if summons and asked.team_id:
        summons += f"team={asked.team_id}&"
    markable = _markable(request, asked)
    own = markable if Permission.CITIZEN_SEE_OWN in request.permissions else frozenset()
    sees = asked.counsellors.keys() if Permission.CITIZEN_SEE in request.permissions else own
    alone = next(iter(sees), None) if len(asked.counsellors) == 1 else None
    caseload = reverse("booking:caseload", args=[alone]) if alone else ""
    return {"asked": asked, "calendar": drawn, "start": summons, "markable": markable, "caseload": caseload}


def _markable(request: StaffRequest, asked: Asked) -> frozenset[int]:
    """Those whose absence this person may report, and whose time they may reserve."""
    if Permission.ABSENCE_CHANGE in request.permissions:
        return frozenset(asked.counsellors)
    if Permission.ABSENCE_OWN not in request.permissions:
        return frozenset()
    return frozenset(
        Counsellor.objects.filter(user=request.user, pk__in=asked.counsellors).values_list("pk", flat=True)
    )


def _ways(wanted: Wanted, today: date) -> dict[str, object]:
    """Earlier, later, today, and the other view."""
    step = timedelta(days=1 if wanted.view == "day" else 7)
    return {
        "earlier": replace(wanted, on=wanted.on - step).address(),
        "later": replace(wanted, on=wanted.on + step).address(),
        "today": replace(wanted, on=today).address(),
        "views": [(name, label, replace(wanted, view=name).address()) for name, label in VIEWS.items()],
    }
