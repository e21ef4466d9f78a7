"""How step 2's list is sorted and filtered: in SQL, but for the caseworker's own columns, which are encrypted."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Exists, F, Func, OuterRef, Subquery, Value
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.models import CitizenAbsence, DueDate
from planner.accounts.vault import decrypt
from planner.alphabet import alphabet_key
from planner.ui import formatting
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.refusal import Words
from planner.ui.sorting import Column
from summons.models import LookUp, Run
from summons.queries.citizens import Counts, Lines, coming, has_rival, is_away, lines_of

NONE = "-"
SOFT_HYPHEN = "\N{SOFT HYPHEN}"
ON: str = "on"
NAME, LINE = "citizen__sort_key", "line"


def columns(run: Run) -> list[Column]:
    """SUM-12's columns; one for each kind of due date."""
    due = [
        Column(f"due{at}", _breakable(kind), (f"due{at}", LINE), filtered_by=f"due{at}")
        for at, kind in enumerate(run.due_kinds)
    ]
    return [
        Column("born", _("Personnr."), ("born_on", LINE), filtered_by="born"),
        Column("name", _("Navn"), (NAME,), filtered_by="name"),
        Column("group", _("Kontaktgruppe"), ("citizen__contact_group__name", NAME), filtered_by="group"),
        Column("activation", _("Aktiveringstype"), ("citizen__activation_type", NAME), filtered_by="activation"),
        *due,
        Column("absence", _("Fravær"), ("first_away", LINE), filtered_by="absence"),
        Column("earliest", _("Tidligste dato"), ("on", LINE), filtered_by="earliest"),
        Column("deadline", _("Frist"), ("deadline", LINE), filtered_by="deadline"),
        Column("coming", _("Nuværende aftaler"), ("first_coming", LINE), filtered_by="coming"),
    ]


def _breakable(heading: str) -> str:
    """A soft hyphen where the long words of conversation types may be divided."""
    return re.sub(r"(?<=\w)samtale", f"{SOFT_HYPHEN}samtale", heading)


def state_of(query: QueryDict, run: Run, counts: Counts) -> ListState:
    """What the address asks for. Two statements, for the dates that stand in the list."""
    return ListState.read(query, columns=columns(run), sort="deadline", filters=filters(run, counts), kept=("extra",))


def own_keys(run: Run) -> list[str]:
    """The filters over the caseworker's own columns."""
    return [f"x{at}" for at in range(len(run.columns))]


def filters(run: Run, counts: Counts) -> list[Filter]:
    """Under the titles each column's values, above them the quick ones, beside them the caseworker's own columns."""
    known = {"groups": [], "activations": [], "absences": [], "due": {}} | run.facets
    lines = lines_of(run).order_by()
    deadlines = sorted(filter(None, lines.values_list("deadline", flat=True).distinct()))
    earliest = sorted(filter(None, lines.values_list(ON, flat=True).distinct()))
    due = [
        Filter(f"due{at}", kind, _dated(map(date.fromisoformat, known["due"].get(kind, ())), weeks=True))
        for at, kind in enumerate(run.due_kinds)
    ]
    own = [Filter(key, name, kind=FilterKind.TEXT) for key, name in zip(own_keys(run), run.columns, strict=True)]
    return [
        Filter("born", _("Personnr."), kind=FilterKind.TEXT),
        Filter("name", _("Navn"), kind=FilterKind.TEXT),
        Filter("group", _("Kontaktgruppe"), [(str(code), name) for code, name in known["groups"]]),
        Filter("activation", _("Aktiveringstype"), [(name, name) for name in known["activations"]]),
        *due,
        Filter("absence", _("Fravær"), [*((kind, kind) for kind in known["absences"]), (NONE, _("intet"))]),
        Filter("earliest", _("Tidligste dato"), _dated(earliest)[:-1]),
        Filter("deadline", _("Frist"), _dated(deadlines)),
        Filter("coming", _("Nuværende aftaler"), [("1", _("har")), (NONE, _("ingen"))]),
        Filter("undated", _("Uden frist"), kind=FilterKind.QUICK, count=counts.undated),
        Filter("away", _("Fraværende"), kind=FilterKind.QUICK, count=counts.away),
        Filter("rival", _("Har allerede en samtale"), kind=FilterKind.QUICK, count=counts.rivals),
        *(
            [Filter("silent", _("Ikke slået op"), kind=FilterKind.QUICK, count=counts.not_found)]
            if counts.not_found
            else []
        ),
        Filter("chosen", _("Vis kun valgte"), kind=FilterKind.QUICK),
        *own,
    ]


def _dated(found: Any, *, weeks: bool = False) -> list[tuple[str, Words]]:
    written = formatting.week if weeks else formatting.day
    dates = [(on.isoformat(), written(on) if not weeks or on.isoweekday() == 5 else formatting.day(on)) for on in found]
    return [*dates, (NONE, _("mangler"))]


def narrowed(lines: Lines, run: Run, state: ListState, *, hindering: Sequence[str], now: datetime) -> Lines:
    """The lines that the filters leave, with what the order needs; not yet in order."""
    lines = _by_due_dates(lines, run, state)
    lines = _by_quick_filters(lines, run, state, hindering, now)
    lines = _by_columns(lines, state, now)
    for key, name in zip(own_keys(run), run.columns, strict=True):
        if words := state.value(key):
            lines = lines.filter(pk__in=_having(lines_of(run), name, words))
    if state.sort.key == "absence":
        first = CitizenAbsence.objects.filter(citizen=OuterRef("citizen_id")).order_by("first_on").values("first_on")
        lines = lines.annotate(first_away=Subquery(first[:1]))
    if state.sort.key == "coming":
        ahead = coming(now).filter(citizen=OuterRef("citizen_id")).values("appointment__start_at")
        lines = lines.annotate(first_coming=Subquery(ahead[:1]))
    return lines


def counted(state: ListState, counts: Counts) -> int | None:
    """How many lines the filters leave, where that was counted already."""
    known = {
        (): counts.total,
        ("undated",): counts.undated,
        ("away",): counts.away,
        ("rival",): counts.rivals,
        ("silent",): counts.not_found,
        ("chosen",): counts.chosen,
    }
    return known.get(tuple(state.chosen))


def _by_due_dates(lines: Lines, run: Run, state: ListState) -> Lines:
    for at, kind in enumerate(run.due_kinds):
        key = f"due{at}"
        wanted = state.value(key)
        if wanted or state.sort.key == key:
            due = DueDate.objects.filter(citizen=OuterRef("citizen_id"), kind=kind)
            lines = lines.annotate(**{key: Subquery(due.values("due_on"))})
        if wanted:
            lines = lines.filter(**({f"{key}__isnull": True} if wanted == NONE else {key: wanted}))
    return lines


def _by_quick_filters(lines: Lines, run: Run, state: ListState, hindering: Sequence[str], now: datetime) -> Lines:
    if state.value("undated"):
        lines = lines.filter(deadline=None)
    if state.value("away"):
        lines = lines.filter(is_away(hindering))
    if state.value("rival"):
        lines = lines.filter(has_rival(run, now)) if run.type_id else lines.none()
    if state.value("silent"):
        lines = lines.exclude(look_up=LookUp.FOUND)
    if state.value("chosen"):
        lines = lines.filter(selected=True)
    return lines


def _by_columns(lines: Lines, state: ListState, now: datetime) -> Lines:
    if digits := "".join(filter(str.isdigit, state.value("born")))[:6]:
        born = Func(F("born_on"), Value("DDMMYY"), function="to_char", output_field=CharField())
        lines = lines.annotate(born=born).filter(born__startswith=digits)
    if words := state.value("name"):
        lines = lines.filter(citizen__sort_key__contains=alphabet_key(words))
    if code := state.value("group"):
        lines = lines.filter(citizen__contact_group=int(code))
    if name := state.value("activation"):
        lines = lines.filter(citizen__activation_type=name)
    if on := state.value("earliest"):
        lines = lines.filter(**{ON: on})
    if on := state.value("deadline"):
        lines = lines.filter(deadline=None if on == NONE else on)
    if kind := state.value("absence"):
        absences = CitizenAbsence.objects.filter(citizen=OuterRef("citizen_id")).order_by()
        lines = lines.filter(~Exists(absences) if kind == NONE else Exists(absences.filter(kind=kind)))
    if wanted := state.value("coming"):
        ahead = Exists(coming(now).filter(citizen=OuterRef("citizen_id")).order_by())
        lines = lines.filter(~ahead if wanted == NONE else ahead)
    return lines


def _having(lines: Lines, name: str, words: str) -> list[int]:
    """The lines whose own column holds the words. Reads every line: a few tens of milliseconds for thousands."""
    wanted = words.casefold()
    kept = lines.exclude(extra=None).order_by().values_list("pk", "extra")
    return [
        pk for pk, extra in kept if extra and wanted in json.loads(decrypt(extra))["extra"].get(name, "").casefold()
    ]
