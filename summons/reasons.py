"""How each time was found, and what was in the way: one table from code to Danish sentence (DIST-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.availability.obstacles import Obstacle
from booking.rules import OBSTACLES
from planner.ui.formatting import date_year, day, days, short_day

Words = str | Promise

PLACED: dict[str, Words] = {
    "preferred": gettext_lazy("Egen vejleder, første ledige tid"),
    "earliest": gettext_lazy("Første ledige tid"),
    "own_not_free": gettext_lazy(
        "Egen vejleder %(own)s har ingen ledig tid inden fristen, så første ledige tid er valgt"
    ),
    "own_not_chosen": gettext_lazy("Første ledige tid; egen vejleder %(own)s er ikke valgt"),
    "joint": gettext_lazy("Første møde med plads, hvor borgeren kan komme"),
    "fixed": gettext_lazy("Fast tidspunkt"),
    "fixed_preferred": gettext_lazy("Fast tidspunkt hos egen vejleder"),
    "by_hand": gettext_lazy("Valgt i hånden"),
    "by_citizen": gettext_lazy("Valgt af borgeren"),
}

IN_THE_WAY: dict[str, Words] = {
    "citizen_unavailable": gettext_lazy("borgeren kan ikke på de ledige tider til og med %(until)s%(absences)s"),
    "room_taken": gettext_lazy("%(room)s er optaget, når vejlederne er ledige, til og med %(until)s"),
    "budget_used": gettext_lazy("vejledernes tid til samtaler er brugt til og med %(until)s"),
    "time_taken": gettext_lazy("alle tider til og med %(until)s er optaget"),
    "several": gettext_lazy("flere ting tilsammen spærrer til og med %(until)s%(absences)s"),
    "no_available_time": gettext_lazy("vejlederne har ingen arbejdstid, der passer, til og med %(until)s"),
    "no_common_time": gettext_lazy("der er ingen tid til og med %(until)s, hvor alle kan komme"),
    "no_place_left": gettext_lazy("der er ikke plads til flere på de faste tidspunkter"),
    "deadline_before_earliest": gettext_lazy("fristen %(deadline)s ligger før tidligste dato %(earliest)s"),
    "earliest_after_search": gettext_lazy(
        "tidligste dato %(earliest_on)s ligger efter %(until)s, den sidste dag, der søges"
    ),
    "has_conversation": gettext_lazy("borgeren har allerede en kommende samtale af samme type"),
    "not_looked_up": gettext_lazy("borgeren er ikke slået op i DFDG endnu"),
    "waiting": gettext_lazy("endnu ikke fordelt"),
    "gone": gettext_lazy("vejlederen eller mødelokalet kan ikke vælges længere"),
    "past": gettext_lazy("tidspunktet er passeret"),
    "busy": gettext_lazy("tiden blev taget af en anden imens"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence may name. `until`: the last day that was searched."""

    until: date
    earliest: date
    deadline: date | None = None
    held_on: date | None = None
    own: str = ""
    room: str = ""
    joint: bool = False
    absences: Sequence[tuple[str, date, date | None]] = field(default_factory=tuple)

    @property
    def late_days(self) -> int:
        return (self.held_on - self.deadline).days if self.held_on and self.deadline else 0


def how_found(placement: Mapping[str, Any], facts: Facts) -> str:
    """Why a citizen got the time they have."""
    found = _late(placement, facts) if facts.late_days > 0 else _said(PLACED[_placed_code(placement, facts)], facts)
    if placement.get("changed") and not placement.get("by_hand"):
        found = _("%(found)s. Ændret, fordi en anden tog den første tid") % {"found": found}
    passed = [str(OBSTACLES[Obstacle(code)]).rstrip(".") for code in placement.get("passed", ())]
    return f"{found} ({'; '.join(passed)})" if passed else found


def why_unplaced(code: str, facts: Facts) -> str:
    """Why a citizen got no time."""
    found = _in_the_way(code or "waiting", facts)
    return found[:1].upper() + found[1:]


def _placed_code(placement: Mapping[str, Any], facts: Facts) -> str:
    own = placement.get("outcome") == "preferred"
    for chosen in ("by_hand", "by_citizen"):
        if placement.get(chosen):
            return chosen
    if placement.get("fixed"):
        return "fixed_preferred" if own else "fixed"
    if own:
        return "preferred"
    if facts.joint:
        return "joint"
    if not facts.own:
        return "earliest"
    return "own_not_free" if placement.get("chosen") else "own_not_chosen"


def _late(placement: Mapping[str, Any], facts: Facts) -> str:
    """«Efter frist 3 dage: …»"""
    count = facts.late_days
    late = ngettext("Efter frist %(count)s dag", "Efter frist %(count)s dage", count) % {"count": count}
    if placement.get("by_hand") or placement.get("fixed"):
        return f"{late}: {str(PLACED['by_hand' if placement.get('by_hand') else 'fixed']).lower()}"
    code = str(placement.get("because") or "")
    return f"{late}: {_in_the_way(code, facts)}" if code else late


def _in_the_way(code: str, facts: Facts) -> str:
    if facts.deadline and facts.deadline < facts.earliest and facts.held_on:
        code = "deadline_before_earliest"
    if not facts.held_on and facts.earliest > facts.until:
        code = "earliest_after_search"
    if code in IN_THE_WAY:
        return _said(IN_THE_WAY[code], facts)
    known = {one.value for one in Obstacle}
    return _lower(str(OBSTACLES[Obstacle(code)]).rstrip(".")) if code in known else _lower(_("Der er ingen ledig tid"))


def _said(words: Words, facts: Facts) -> str:
    limit = facts.deadline if facts.held_on and facts.deadline else facts.until
    away = ", ".join(f"{kind} {_stretch(first, last)}" for kind, first, last in facts.absences)
    return str(words) % {
        "own": facts.own,
        "until": short_day(limit) if facts.held_on else date_year(limit),
        "deadline": short_day(facts.deadline) if facts.deadline else "",
        "earliest": short_day(facts.earliest),
        "earliest_on": date_year(facts.earliest),
        "room": facts.room or _("mødelokalet"),
        "absences": f" ({away})" if away else "",
    }


def _stretch(first: date, last: date | None) -> str:
    return days(first, last) if last else _("fra %(day)s") % {"day": day(first)}


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
