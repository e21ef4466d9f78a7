"""Whether the citizen came (ATT-01): kept here only, never told to another system, and always to be changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from booking.models import Summons
from booking.queries.facts import among
from booking.rules import why_not_here, why_not_register
from booking.services import locks
from planner.accounts.models import Settings, User
from planner.bulk import update_rows
from planner.ui.refusal import Refusal

COLUMNS = ("attendance", "attendance_reason", "attendance_at", "attendance_by_id", "version")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be registered; empty takes a registration away. `seen`: what the person saw; None = not asked."""

    attendance: str
    reason: str = ""
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class NotRegistered:
    summons: Summons
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Registered:
    """All of it, or with a refusal nothing. `fresh`: none was registered before, so that «Fortryd» brings it back."""

    summonses: tuple[Summons, ...]
    refused: tuple[NotRegistered, ...]
    fresh: bool


def register(*, entries: Mapping[UUID, Entry], by: User, now: datetime) -> Registered:
    """All as said, or none and why not; what somebody else registered meanwhile is not overwritten unseen (APP-15)."""
    if refusal := why_not_here(Settings.objects.get()):
        raise refusal
    changed, refused, fresh = [], [], True
    for summons in _locked(entries):
        entry = entries[summons.pk]
        reason = entry.reason.strip() if entry.attendance else ""
        if (entry.attendance, reason) == (summons.attendance, summons.attendance_reason):
            continue
        why_not = _why_not_overwrite(summons, entry) or (
            why_not_register(summons, attendance=entry.attendance, now=now) if entry.attendance else None
        )
        if why_not:
            refused.append(NotRegistered(summons, why_not))
            continue
        fresh = fresh and not summons.attendance
        _say(summons, entry.attendance, reason, by, now)
        changed.append(summons)
    if refused:
        return Registered((), tuple(refused), fresh=False)
    update_rows(changed, *COLUMNS)
    return Registered(tuple(changed), (), fresh)


def take_back(*, by: User, at: datetime, now: datetime) -> tuple[Summons, ...]:
    """«Fortryd»: what this person registered at that instant is not registered."""
    theirs = Summons.objects.filter(attendance_by=by, attendance_at=at).values_list("pk", flat=True)
    rows = [one for one in _locked(list(theirs)) if one.attendance_by_id == by.pk and one.attendance_at == at]
    for summons in rows:
        _say(summons, "", "", by, now)
    update_rows(rows, *COLUMNS)
    return tuple(rows)


def _locked(asked: Iterable[UUID]) -> Sequence[Summons]:
    """The rows as they are under the locks of their citizens and meetings."""
    pks = list(asked)
    named = list(Summons.objects.filter(pk__in=among(pks)).values_list("jobcentre_id", "citizen_id", "appointment_id"))
    if not named:
        return []
    many = len(named) > locks.MANY
    locks.lock(
        jobcentre_id=named[0][0],
        exclusive=many,
        citizens=() if many else {citizen for _jobcentre, citizen, _appointment in named},
        appointments=() if many else {appointment for _jobcentre, _citizen, appointment in named},
    )
    found = Summons.objects.filter(pk__in=among(pks)).select_related("appointment", "citizen", "attendance_by")
    return list(found.order_by("appointment__start_at", "citizen__sort_key", "pk"))


def _why_not_overwrite(summons: Summons, entry: Entry) -> Refusal | None:
    if entry.seen is None or entry.seen == summons.attendance:
        return None
    words = summons.get_attendance_display() if summons.attendance else _("Ikke registreret")
    who = summons.attendance_by.full_name if summons.attendance_by else _("en anden")
    sentence = _("%(who)s har imens registreret «%(words)s». Se den igen, før du ændrer den.")
    return Refusal(sentence % {"who": who, "words": words}, code="stale")


def _say(summons: Summons, attendance: str, reason: str, by: User, now: datetime) -> None:
    summons.attendance, summons.attendance_reason = attendance, reason
    summons.attendance_at, summons.attendance_by = (now, by) if attendance else (None, None)
    summons.version += 1
