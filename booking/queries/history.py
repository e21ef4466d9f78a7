"""What happened to appointments and summonses, in words: the one place that says what a change of a row means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from admin_module.models import Counsellor, Room
from booking.availability.obstacles import Obstacle
from booking.models import Appointment, AppointmentCounsellor, Citizen, Letter, LetterKind, Origin, Summons
from booking.rules import OBSTACLES
from booking.states import Attendance, SummonsStatus
from planner.accounts.models import User
from planner.audit.models import Change
from planner.ui.formatting import moment, number

SUMMONSES, MEETINGS = Summons._meta.db_table, Appointment._meta.db_table
CITIZENS, OWNER = Citizen._meta.db_table, "case_owner_id"
HOLDERS, SOON = AppointmentCounsellor._meta.db_table, timedelta(seconds=2)
"""Who holds a meeting is written soon after the meeting itself, in the same transaction."""
PARTICULARS = frozenset(
    {"title", "description", "message_to_citizen", "message_to_counsellor", "address", "phone", "digital_link"}
)
BY_STATUS: dict[tuple[str, str], str | Promise] = {
    (SummonsStatus.PENDING, SummonsStatus.SENT): gettext_lazy("Indkaldt"),
    (SummonsStatus.SENT, SummonsStatus.PENDING): gettext_lazy("Afsendelsen fortrudt"),
    (SummonsStatus.SENT, SummonsStatus.CANCELLED): gettext_lazy("Aflyst"),
    (SummonsStatus.CANCELLED, SummonsStatus.SENT): gettext_lazy("Aflysningen fortrudt"),
}
PUSHED = "pushed"
KINDS = {SummonsStatus.SENT: "sent", SummonsStatus.CANCELLED: "cancelled"}
"""What the columns of a status's instant and person begin with."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened, in plain words: who did it, and about whom or what where that is not plain."""

    at: datetime
    words: str
    by: str
    about: str


@dataclass(frozen=True, slots=True)
class Event:
    """What a change of a row means: when it was, by whom (nobody: Planner itself), and in words.

    `elsewhere`: another system did it, and DFDG told us.
    """

    at: datetime
    by: int | None
    words: str
    row: str
    elsewhere: bool = False


def history(about: Mapping[UUID, str], most: int = 50, *, people: bool = False) -> list[HistoryLine]:
    """What happened to these appointments, summonses and citizens, newest first, and what each is called: at most
    six statements. Of a citizen it is who is case owner (COUN-13), of a summons also its letters (LET-01).

    With `people` each is called by a citizen's name, and what one did to many of them at once is one line.
    """
    rows = [str(pk) for pk in about]
    found = Change.objects.filter(
        Q(table__in=(SUMMONSES, MEETINGS)) | Q(table=CITIZENS, action=Change.Action.UPDATE, after__has_key=OWNER),
        row__in=rows,
    )
    changes = list(found.order_by("-at", "-pk")[: most * 4])
    known = _named(changes)
    events = [event for change in reversed(changes) for event in _events(change, known)]
    events += _of_letters(about)
    events.sort(key=lambda event: event.at)
    events.reverse()
    names = {user.pk: user.full_name for user in User.objects.filter(pk__in={event.by for event in events})}
    lines = [
        HistoryLine(event.at, event.words, names.get(event.by or 0) or _nobody(event), about[UUID(event.row)])
        for event in events
    ]
    return (_gathered(lines) if people else lines)[:most]


def _nobody(event: Event) -> str:
    return "DFDG" if event.elsewhere else "Planner"


def _gathered(lines: Iterable[HistoryLine]) -> list[HistoryLine]:
    """Equal words of the same person in the same second, about several, become one line."""
    gathered = []
    for _same, group in groupby(lines, key=lambda line: (line.at.replace(microsecond=0), line.words, line.by)):
        first, *others = group
        about = {line.about: None for line in (first, *others) if line.about}
        many = ngettext("%(count)s borger", "%(count)s borgere", len(about)) % {"count": number(len(about))}
        gathered.append(replace(first, about=many if len(about) > 1 else first.about))
    return gathered


def _of_letters(about: Iterable[UUID]) -> Iterator[Event]:
    """Printed, and perhaps not after all."""
    for letter in Letter.objects.filter(summons__in=list(about)).select_related("printing"):
        kind, printing = LetterKind(letter.kind).label, letter.printing
        row = str(letter.summons_id)
        yield Event(printing.asked_at, printing.asked_by_id, _("Brev udskrevet: %s") % kind, row)
        if printing.undone_at:
            yield Event(printing.undone_at, printing.undone_by_id, _("Udskrift af brev fortrudt: %s") % kind, row)


@dataclass(frozen=True, slots=True)
class Named:
    """What the ids in changes are called, and by a meeting's change who left it and who came with it."""

    counsellors: Mapping[int, str]
    rooms: Mapping[int, str]
    holders: Mapping[int, Sequence[Change]]

    def swapped(self, change: Change) -> dict[str, str] | None:
        """Who held the meeting no longer, and who did instead; None where nobody changed."""
        found = self.holders.get(change.pk, ())
        left, came = (self._called(one.before for one in found), self._called(one.after for one in found))
        return {"before": left or _("ingen"), "after": came or _("ingen")} if found else None

    def _called(self, rows: Iterable[dict[str, Any] | None]) -> str:
        return ", ".join(self.counsellors.get(row["counsellor_id"], "–") for row in rows if row)


def _named(changes: Sequence[Change]) -> Named:
    holders = _holders(changes)
    every = (*changes, *(one for found in holders.values() for one in found))
    values = [values for change in every for values in (change.before, change.after) if values]
    people = {row[name] for row in values for name in (OWNER, "counsellor_id") if row.get(name)}
    rooms = {row["room_id"] for row in values if row.get("room_id")}
    return Named(
        dict(Counsellor.objects.filter(pk__in=people).values_list("pk", "full_name")) if people else {},
        dict(Room.objects.filter(pk__in=rooms).values_list("pk", "name")) if rooms else {},
        holders,
    )


def _holders(changes: Sequence[Change]) -> Mapping[int, Sequence[Change]]:
    """The changes of who holds a meeting, each with the change of the meeting that it belongs to."""
    moves = [one for one in changes if one.table == MEETINGS and "version" in (one.after or {}) and one.before]
    if not moves:
        return {}
    then = [
        Q(at__range=(one.at, one.at + SOON)) & (Q(before__appointment_id=one.row) | Q(after__appointment_id=one.row))
        for one in moves
    ]
    found: defaultdict[int, list[Change]] = defaultdict(list)
    for change in Change.objects.filter(reduce(or_, then), table=HOLDERS).order_by("pk"):
        meeting = (change.before or change.after or {})["appointment_id"]
        of_it = (one for one in moves if one.row == meeting and one.at <= change.at)
        found[max(of_it, key=lambda one: one.at).pk].append(change)
    return found


def _events(change: Change, known: Named) -> Iterator[Event]:
    """What it means to a caseworker, if anything. A row that names its own instant and person is believed."""
    before: dict[str, Any] = change.before or {}
    after: dict[str, Any] = change.after or {}
    if change.table == CITIZENS:
        yield _of_citizen(change, before, after, known.counsellors)
        return
    elsewhere = change.source == PUSHED
    if change.table == SUMMONSES:
        found = _of_summons(change.action, before, after)
    else:
        found = _of_meeting(change, before, after, known, elsewhere=elsewhere)
    for kind, words in found:
        at, by = after.get(f"{kind}_at"), after.get(f"{kind}_by_id") or change.actor
        instant = datetime.fromisoformat(at) if at else change.at
        yield Event(instant, by, words, change.row, elsewhere=elsewhere)


def _of_citizen(change: Change, before: dict[str, Any], after: dict[str, Any], owners: Mapping[int, str]) -> Event:
    """Another case owner: chosen here, or as a look-up said."""
    names = {
        "before": owners.get(before.get(OWNER) or 0, _("ingen")),
        "after": owners.get(after[OWNER] or 0, _("ingen")),
    }
    if "owner_named" in after:
        words = _("Fast vejleder ifølge opslag: %(after)s (før: %(before)s)") % names
        return Event(change.at, None, words, change.row)
    words = _("Fast vejleder ændret fra %(before)s til %(after)s") % names
    return Event(change.at, change.actor, words, change.row)


def _of_summons(action: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(what the columns of its instant and person begin with, words)"""
    if action == Change.Action.INSERT and after.get("origin") == Origin.CASE_SYSTEM:
        yield "prepared", _("Lagt i sagsbehandlingssystemet")
        return
    if passed := _passed(before, after):
        yield "", _("Gjort trods advarsel: %s") % passed
    if action == Change.Action.INSERT:
        yield "prepared", _("Forberedt")
        before = {"status": SummonsStatus.PENDING}
        if after.get("sent_at") and after["status"] == SummonsStatus.CANCELLED:
            yield "sent", str(BY_STATUS[SummonsStatus.PENDING, SummonsStatus.SENT])
            before = {"status": SummonsStatus.SENT}
    if words := BY_STATUS.get((before.get("status", ""), after.get("status", ""))):
        reason = after.get("cancelled_reason")
        yield KINDS.get(after["status"], ""), f"{words}: {reason}" if reason else str(words)
    elif "attendance" in after and "attendance" in before:
        yield "attendance", _attendance(after["attendance"], after.get("attendance_reason", ""))
    elif "appointment_id" in before:
        yield "", _("Flyttet til et andet møde")
    elif "channel" in before:
        yield "", _("Kanal ændret")


def _attendance(registered: str, reason: str) -> str:
    """«Fremmøde: Udeblevet: Syg»"""
    if not registered:
        return _("Registrering af fremmøde fjernet")
    words = _("Fremmøde: %s") % Attendance(registered).label
    return f"{words}, {reason}" if reason else words


def _passed(before: dict[str, Any], after: dict[str, Any]) -> str:
    """The warnings that somebody passed by hand (TIME-09)."""
    codes, earlier = ((values.get("placement") or {}).get("passed") or [] for values in (after, before))
    known = {one.value: one for one in Obstacle}
    return " ".join(str(OBSTACLES[known[code]]) for code in codes if code in known) if codes != earlier else ""


def _of_meeting(
    change: Change, before: dict[str, Any], after: dict[str, Any], known: Named, *, elsewhere: bool
) -> Iterator[tuple[str, str]]:
    """Making and cancelling it are told of each summons."""
    if change.action != Change.Action.UPDATE or "cancelled_at" in after:
        return
    said = list(_moved(change, before, after, known, elsewhere=elsewhere))
    if not said and PARTICULARS & after.keys():
        said = [_("Samtalens oplysninger ændret")]
    yield from (("", words) for words in said)


def _moved(
    change: Change, before: dict[str, Any], after: dict[str, Any], known: Named, *, elsewhere: bool
) -> Iterator[str]:
    """From when, whom and where to when, whom and where."""
    if "start_at" in after:
        times = {"before": _moment(before["start_at"]), "after": _moment(after["start_at"])}
        there = _("Flyttet i sagsbehandlingssystemet fra %(before)s til %(after)s")
        yield (there if elsewhere else _("Flyttet fra %(before)s til %(after)s")) % times
    if people := known.swapped(change):
        yield _("Vejleder ændret fra %(before)s til %(after)s") % people
    if "room_id" in after:
        rooms = {name: known.rooms.get(row["room_id"] or 0) for name, row in (("before", before), ("after", after))}
        named = {name: room or _("intet lokale") for name, room in rooms.items()}
        yield _("Mødelokale ændret fra %(before)s til %(after)s") % named


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))
