"""Appointments that cannot be held as things are, as lines of «Skal håndteres i dag» (APP-04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.models import Absence, ClosingDay, Counsellor, Room
from booking.models import Appointment, Origin
from booking.queries.hits import Scope, Why, gravest, hits, hits_elsewhere
from planner.accounts.models import Settings
from planner.ui.formatting import days, moment, number

ABSENCES_NAMED = 5
"""Absences with a line of their own; the rest share one."""


class Coming(NamedTuple):
    """When it begins, and whether a case system keeps it."""

    start_at: datetime
    is_elsewhere: bool


@dataclass(frozen=True, slots=True)
class HitLine:
    """One line: what hits, how many appointments, the first of them, and where they are settled."""

    why: Why
    words: str
    about: str
    url: str


def hit_lines(settings: Settings, *, now: datetime) -> Iterator[HitLine]:
    """Each appointment stands in one line, that of its gravest reason; at most seven statements."""
    found = hits(Scope(), settings=settings, now=now) + hits_elsewhere(Scope(), settings=settings, now=now)
    if not found:
        return
    grave = gravest(found)
    begin = Appointment.objects.filter(pk__in=grave).values_list("pk", "start_at", "origin")
    coming = {pk: Coming(start_at, origin == Origin.CASE_SYSTEM) for pk, start_at, origin in begin}
    groups: defaultdict[tuple[Why, int], set[UUID]] = defaultdict(set)
    for pk, hit in {hit.appointment_id: hit for hit in found if grave[hit.appointment_id] is hit.why}.items():
        groups[hit.why, hit.subject].add(pk)
    yield from _absences({key: ids for key, ids in groups.items() if key[0] is Why.ABSENCE}, coming)
    yield from _closings({key: ids for key, ids in groups.items() if key[0] is Why.CLOSING_DAY}, coming)
    for why, name, rows in ((Why.COUNSELLOR_GONE, "counsellor", Counsellor), (Why.ROOM_GONE, "room", Room)):
        yield from _gone(name, rows, {key: ids for key, ids in groups.items() if key[0] is why}, coming)
    for why in list(Why)[4:]:
        if ids := groups.get((why, 0)):
            words = ngettext("%(why)s: %(count)s aftale", "%(why)s: %(count)s aftaler", len(ids))
            yield _line(why, words % {"why": why.label, "count": number(len(ids))}, ids, coming, f"why={why.value}")


def _absences(groups: Mapping[tuple[Why, int], set[UUID]], coming: Mapping[UUID, Coming]) -> Iterator[HitLine]:
    """The soonest first, each with its counsellor's name."""
    if not groups:
        return
    names = dict(Absence.objects.filter(pk__in=[pk for _why, pk in groups]).values_list("pk", "counsellor__full_name"))
    soonest = sorted(groups.items(), key=lambda group: min(coming[pk].start_at for pk in group[1]))
    for (why, subject), ids in soonest[:ABSENCES_NAMED]:
        words = ngettext(
            "%(name)s er fraværende · %(count)s aftale står endnu",
            "%(name)s er fraværende · %(count)s aftaler står endnu",
            len(ids),
        )
        said = words % {"name": names[subject], "count": number(len(ids))}
        yield _line(why, said, ids, coming, f"absence={subject}")
    if rest := {pk for _key, ids in soonest[ABSENCES_NAMED:] for pk in ids}:
        words = ngettext("%(count)s aftale i andet fravær", "%(count)s aftaler i andet fravær", len(rest))
        yield _line(Why.ABSENCE, words % {"count": number(len(rest))}, rest, coming, f"why={Why.ABSENCE.value}")


def _closings(groups: Mapping[tuple[Why, int], set[UUID]], coming: Mapping[UUID, Coming]) -> Iterator[HitLine]:
    """A line each closing day; holidays share one."""
    known = ClosingDay.objects.in_bulk([pk for _why, pk in groups if pk]) if groups else {}
    for (why, subject), ids in groups.items():
        words = ngettext("%(name)s: %(count)s aftale", "%(name)s: %(count)s aftaler", len(ids))
        closing = known.get(subject)
        name = f"{closing.name}, {days(closing.first_on, closing.last_on)}" if closing else _("Helligdag")
        query = f"closing_day={subject}" if closing else f"why={Why.CLOSING_DAY.value}"
        yield _line(why, words % {"name": name, "count": number(len(ids))}, ids, coming, query)


def _gone(
    name: str,
    kind: type[Counsellor | Room],
    groups: Mapping[tuple[Why, int], set[UUID]],
    coming: Mapping[UUID, Coming],
) -> Iterator[HitLine]:
    """A line for each counsellor or room that goes, by its name; `name` is what «Ramte aftaler» calls it."""
    known = kind.objects.in_bulk([pk for _why, pk in groups]) if groups else {}
    for (why, subject), ids in groups.items():
        row = known[subject]
        form = _("%(name)s er slettet") if row.retired_at else _("%(name)s skal slettes")
        words = ngettext("%(what)s · %(count)s aftale står endnu", "%(what)s · %(count)s aftaler står endnu", len(ids))
        said = words % {"what": form % {"name": row}, "count": number(len(ids))}
        yield _line(why, said, ids, coming, f"{name}={subject}")


def _line(why: Why, words: str, ids: Iterable[UUID], coming: Mapping[UUID, Coming], query: str) -> HitLine:
    first, theirs = min(coming[pk].start_at for pk in ids), sum(coming[pk].is_elsewhere for pk in ids)
    about = _("Den første %(moment)s") % {"moment": moment(first)}
    if theirs:
        kept = ngettext(
            "%(count)s samtale ligger i et sagsbehandlingssystem og ændres dér",
            "%(count)s samtaler ligger i et sagsbehandlingssystem og ændres dér",
            theirs,
        )
        about = f"{about} · {kept % {'count': number(theirs)}}"
    return HitLine(why, words, about, f"{reverse('summons:absence')}?{query}")
