"""Attendance (ATT-01, ATT-02): what is not registered yet, and the lines of a check-in list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from booking.models import Origin, Summons
from booking.states import Attendance, SummonsStatus

REMINDED_DAYS = 14
"""How far back the front page reminds of what is not registered."""

LOOKS: dict[str, str] = {
    Attendance.MET: "ok",
    Attendance.NO_SHOW: "bad",
    Attendance.CANCELLED_IN_TIME: "off",
    Attendance.CANCELLED_TOO_LATE: "warn",
    Attendance.CANCELLED_BY_US: "off",
    Attendance.UNCLEAR: "wait",
}
"""How the state is drawn."""


def unregistered(now: datetime) -> Q:
    """Of summonses: over, sent, not kept in a case system, and nobody has said whether the citizen came."""
    ours = Q(status=SummonsStatus.SENT, attendance="") & ~Q(origin=Origin.CASE_SYSTEM)
    return ours & Q(appointment__end_at__lte=now)


def is_unregistered(summons: Summons, now: datetime) -> bool:
    """The same of one row."""
    ours = summons.status == SummonsStatus.SENT and summons.origin != Origin.CASE_SYSTEM and not summons.attendance
    return ours and summons.appointment.end_at <= now


def reminded_from(today: date) -> date:
    """The first day of which the front page reminds."""
    return today - timedelta(days=REMINDED_DAYS)


def not_registered(now: datetime, *, counsellors: Iterable[int] | None = None) -> QuerySet[Summons]:
    """What the front page reminds of: everybody's, or that of these counsellors; the oldest first."""
    since = reminded_from(timezone.localdate(now))
    found = Summons.objects.filter(unregistered(now), appointment__day__gte=since)
    if counsellors is not None:
        found = found.filter(appointment__holders__counsellor__in=list(counsellors))
    return found.order_by("appointment__start_at", "citizen__sort_key", "pk")


def rest_of_day(counsellor_id: int, day: date, now: datetime) -> QuerySet[Summons]:
    """The counsellor's conversations of the day that have begun and are not registered."""
    begun = Summons.objects.filter(status=SummonsStatus.SENT, attendance="", appointment__start_at__lte=now)
    return begun.exclude(origin=Origin.CASE_SYSTEM).filter(
        appointment__day=day, appointment__holders__counsellor=counsellor_id
    )


def check_in(pks: Iterable[UUID]) -> list[Summons]:
    """The lines of a check-in list, with all that is shown of them, in order of time and name: two statements."""
    found = Summons.objects.filter(pk__in=list(pks)).select_related("citizen", "appointment__type", "attendance_by")
    return list(
        found.prefetch_related("appointment__counsellors").order_by(
            "appointment__start_at", "appointment_id", "citizen__sort_key", "pk"
        )
    )
