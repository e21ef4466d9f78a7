"""Who is to be summoned again, after a no-show or to another time, and within which deadline (ATT-03, FOLL-04)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min
from django.utils import timezone

from booking.models import BookingDeadline, Citizen, DueDate, Summons
from booking.states import SummonsStatus


@dataclass(frozen=True, slots=True)
class Again:
    """One citizen with the conversation that is made up for; `coming`: it gives way when the new one is sent."""

    summons: Summons
    deadline: date | None
    coming: bool
    late: bool

    @property
    def citizen(self) -> Citizen:
        citizen: Citizen = self.summons.citizen
        return citizen


def to_summon_again(pks: Iterable[UUID], *, now: datetime) -> list[Again]:
    """One line a citizen, their latest conversation of those; four statements."""
    today = timezone.localdate(now)
    found = Summons.objects.filter(pk__in=list(pks)).select_related(
        "citizen", "appointment__type", "appointment__team", "appointment__room"
    )
    latest = {one.citizen_id: one for one in found.order_by("appointment__start_at", "pk")}
    deadlines = _deadlines(list(latest.values()), today)
    lines = [_again(one, deadlines.get(one.citizen_id), today, now) for one in latest.values()]
    return sorted(lines, key=lambda line: (line.deadline or date.max, line.citizen.sort_key, line.citizen.pk))


def _again(summons: Summons, open_deadline: date | None, today: date, now: datetime) -> Again:
    """The summons's own deadline while it is to come, else an open one; the last way out is the one that has passed."""
    own = summons.deadline
    deadline = own if own and own >= today else open_deadline or own
    coming = summons.status != SummonsStatus.CANCELLED and summons.appointment.start_at > now
    return Again(summons, deadline, coming, late=bool(deadline and deadline < today))


def _deadlines(summonses: Sequence[Summons], today: date) -> dict[UUID, date]:
    """By citizen: the nearest open deadline of DFDG for the type, else the nearest due date to come."""
    citizens = [one.citizen_id for one in summonses]
    types = {one.appointment.type_id for one in summonses}
    due = DueDate.objects.filter(citizen__in=citizens, due_on__gte=today).values("citizen_id")
    found = dict(due.annotate(first=Min("due_on")).values_list("citizen_id", "first"))
    open_ones = BookingDeadline.objects.filter(
        citizen__in=citizens, type__in=types, status=BookingDeadline.Status.ACTIVE, hold_by__gte=today
    ).values("citizen_id")
    return found | dict(open_ones.annotate(first=Min("hold_by")).values_list("citizen_id", "first"))
