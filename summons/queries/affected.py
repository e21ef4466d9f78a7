"""«Ramte aftaler»: which appointments the page is about, whatever hit them (ABS-03, CLOS-02, COUN-11, ROOM-05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import Absence, ClosingDay, ConversationVariant, Counsellor, Room, Team
from booking.models import Appointment, AppointmentCounsellor, Citizen, Origin, Summons
from booking.queries.hits import ORDER, Hit, Scope, Why, hits, hits_elsewhere
from booking.states import ACTIVE
from planner.accounts.models import Settings
from planner.ui.addresses import read_id, read_uuids
from planner.ui.formatting import day_year, days, moment_year

LINES = 40
"""Appointments on a page; the rest follow when these are settled."""


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Cause:
    """What hits. `whys` None: everything coming of the counsellor, room or citizen that is to go."""

    name: str
    value: str
    heading: str
    scope: Scope = EVERYTHING
    whys: frozenset[Why] | None = frozenset(Why)
    subject: int | None = None
    reason: str = ""
    counsellor_id: int | None = None
    leaves: Counsellor | Room | None = None
    wanted: Q | None = None
    """Of a team or a variant that is to go: no other time or place helps, so they are held, or cancelled."""

    @property
    def query(self) -> str:
        return f"{self.name}={self.value}" if self.name else ""


def cause_of(query: QueryDict) -> Cause:
    """What the address asks for; everything that is hit where it names nothing, 404 where it names nobody."""
    for name, read in READERS.items():
        if value := query.get(name):
            return read(value)
    return Cause("", "", _("Alle ramte aftaler"))


def _absence(value: str) -> Cause:
    absence = get_object_or_404(Absence.objects.select_related("counsellor"), pk=_id(value))
    return Cause(
        "absence",
        value,
        _("%(name)s er fraværende") % {"name": absence.counsellor.full_name},
        Scope(counsellors=(absence.counsellor_id,)),
        frozenset({Why.ABSENCE}),
        absence.pk,
        _("Vejlederen er fraværende."),
        absence.counsellor_id,
    )


def _closing_day(value: str) -> Cause:
    closing = get_object_or_404(ClosingDay, pk=_id(value))
    heading = _("Lukket: %(name)s, %(days)s")
    return Cause(
        "closing_day",
        value,
        heading % {"name": closing.name, "days": days(closing.first_on, closing.last_on)},
        Scope(first=closing.first_on, last=closing.last_on),
        frozenset({Why.CLOSING_DAY}),
        closing.pk,
        _("Der er lukket den dag."),
    )


def _counsellor(value: str) -> Cause:
    counsellor = get_object_or_404(Counsellor, pk=_id(value))
    heading = _("Kommende aftaler hos %(name)s") % {"name": counsellor.full_name}
    scope = Scope(counsellors=(counsellor.pk,))
    return Cause(
        "counsellor",
        value,
        heading,
        scope,
        None,
        None,
        _("Vejlederen er ikke længere i Planner."),
        counsellor.pk,
        counsellor,
    )


def _hours(value: str) -> Cause:
    counsellor = get_object_or_404(Counsellor, pk=_id(value))
    heading = _("Uden for arbejdstiden for %(name)s") % {"name": counsellor.full_name}
    whys = frozenset({Why.OUTSIDE_HOURS, Why.IN_BREAK})
    scope = Scope(counsellors=(counsellor.pk,))
    return Cause("hours", value, heading, scope, whys, None, _("Vejlederens arbejdstid er ændret."), counsellor.pk)


def _room(value: str) -> Cause:
    room = get_object_or_404(Room, pk=_id(value))
    heading = _("Kommende aftaler i %(name)s") % {"name": room.name}
    reason = _("Lokalet kan ikke bruges længere.")
    return Cause("room", value, heading, Scope(rooms=(room.pk,)), None, None, reason, leaves=room)


def _team(value: str) -> Cause:
    team = get_object_or_404(Team, pk=_id(value))
    heading = _("Kommende aftaler i team %(name)s") % {"name": team.name}
    return Cause("team", value, heading, whys=None, reason=_("Teamet nedlægges."), wanted=Q(team=team))


def _variant(value: str) -> Cause:
    variant = get_object_or_404(ConversationVariant, pk=_id(value))
    heading = _("Kommende aftaler af varianten %(name)s") % {"name": variant.name}
    return Cause("variant", value, heading, whys=None, reason=_("Varianten nedlægges."), wanted=Q(variant=variant))


def _citizen(value: str) -> Cause:
    citizen = get_object_or_404(Citizen, pk__in=read_uuids([value]))
    heading = _("Kommende aftaler med %(name)s") % {"name": citizen.full_name}
    return Cause("citizen", value, heading, Scope(citizens=(citizen.pk,)), None)


def _why(value: str) -> Cause:
    if value not in Why.values:
        raise Http404
    return Cause("why", value, str(Why(value).label), EVERYTHING, frozenset({Why(value)}))


READERS = {
    "absence": _absence,
    "closing_day": _closing_day,
    "counsellor": _counsellor,
    "hours": _hours,
    "room": _room,
    "team": _team,
    "variant": _variant,
    "citizen": _citizen,
    "why": _why,
}


def _id(value: str) -> int:
    pk = read_id(value)
    if pk is None:
        raise Http404
    return pk


@dataclass(frozen=True, slots=True)
class Affected:
    """The hit appointments in order of time, with what hits each; `total`: also those that the page does not show.

    `elsewhere`: those kept in a case system, which are changed there.
    """

    appointments: tuple[Appointment, ...]
    hits: dict[UUID, list[Hit]]
    total: int
    elsewhere: tuple[Appointment, ...] = ()


def affected(cause: Cause, *, settings: Settings, now: datetime, only_of: int | None = None) -> Affected:
    """As many statements whatever is hit. `only_of`: the user who may see what is their own."""
    found: dict[UUID, list[Hit]] = {pk: [] for pk in _wanted(cause, now)}
    for hit in sorted(_hits(cause, settings, now), key=lambda hit: ORDER[hit.why]):
        found.setdefault(hit.appointment_id, []).append(hit)
    shown = Appointment.objects.filter(_seen_by(only_of), pk__in=found, cancelled_at=None, start_at__gt=now)
    rows = shown.select_related("type", "room", "team").prefetch_related("counsellors").order_by("start_at", "pk")
    elsewhere = _elsewhere(cause, settings, now).filter(_seen_by(only_of)).order_by("start_at", "pk")
    return Affected(tuple(rows[:LINES]), found, rows.count(), tuple(elsewhere))


def _seen_by(only_of: int | None) -> Q:
    if only_of is None:
        return Q()
    own = AppointmentCounsellor.objects.filter(counsellor__user=only_of, counsellor__retired_at=None)
    return Q(pk__in=own.values("appointment"))


def _elsewhere(cause: Cause, settings: Settings, now: datetime) -> QuerySet[Appointment]:
    if cause.whys is None:
        return _coming(cause, now).filter(origin=Origin.CASE_SYSTEM)
    theirs = _of_cause(cause, hits_elsewhere(cause.scope, settings=settings, now=now))
    return Appointment.objects.filter(pk__in={hit.appointment_id for hit in theirs})


def _wanted(cause: Cause, now: datetime) -> Iterable[UUID]:
    """What only stands in the way of deleting."""
    if cause.wanted is None:
        return []
    return _coming(cause, now).exclude(origin=Origin.CASE_SYSTEM).values_list("pk", flat=True)


def _hits(cause: Cause, settings: Settings, now: datetime) -> Iterable[Hit]:
    if cause.wanted is not None:
        return []
    if cause.whys is None:
        return _all_of(cause, now)
    return _of_cause(cause, hits(cause.scope, settings=settings, now=now))


def _of_cause(cause: Cause, found: Iterable[Hit]) -> list[Hit]:
    return [
        hit
        for hit in found
        if hit.why in (cause.whys or ())
        and cause.subject in (None, hit.subject)
        and cause.counsellor_id in (None, hit.counsellor_id)
    ]


def _all_of(cause: Cause, now: datetime) -> list[Hit]:
    """Everything that is coming of what is to go."""
    why = WHYS[cause.name]
    ours = _coming(cause, now).exclude(origin=Origin.CASE_SYSTEM)
    return [Hit(pk, why, 0, cause.counsellor_id) for pk in ours.values_list("pk", flat=True)]


WHYS = {"room": Why.ROOM_GONE, "citizen": Why.CITIZEN_GONE, "counsellor": Why.COUNSELLOR_GONE}


def _coming(cause: Cause, now: datetime) -> QuerySet[Appointment]:
    coming = Appointment.objects.filter(cancelled_at=None, start_at__gt=now)
    if cause.wanted is not None:
        return coming.filter(cause.wanted)
    if cause.name == "room":
        return coming.filter(room__in=cause.scope.rooms or ())
    if cause.name == "citizen":
        seats = Summons.objects.filter(citizen__in=cause.scope.citizens or (), status__in=ACTIVE)
        return coming.filter(pk__in=seats.values("appointment"))
    held = AppointmentCounsellor.objects.filter(counsellor=cause.counsellor_id)
    return coming.filter(pk__in=held.values("appointment"))


@dataclass(frozen=True, slots=True)
class ComingAbsence:
    """A line of the list of absences; `hit`: how many appointments lie in it."""

    absence: Absence
    kind: str
    hit: int

    @property
    def begins(self) -> str:
        """«man. 30. nov. 2026», with the time where it is not the whole day."""
        start = timezone.localtime(self.absence.start_at)
        return day_year(start) if start.time() == time() else moment_year(start)

    @property
    def ends(self) -> str:
        """The last day, or the time."""
        end = timezone.localtime(self.absence.end_at)
        return day_year(end.date() - timedelta(days=1)) if end.time() == time() else moment_year(end)


def coming_absences(
    rows: Iterable[Absence], *, sees_kind: bool, user_id: int, hit: Iterable[Hit]
) -> list[ComingAbsence]:
    """The kind is seen by administrators and the counsellor; others see «Fravær» (ABS-01)."""
    each: dict[int, set[UUID]] = {}
    for one in hit:
        if one.why is Why.ABSENCE:
            each.setdefault(one.subject, set()).add(one.appointment_id)
    return [
        ComingAbsence(
            row,
            str(row.get_kind_display()) if sees_kind or row.counsellor.user_id == user_id else _("Fravær"),
            len(each.get(row.pk, ())),
        )
        for row in rows
    ]
