"""Who has a due date or a «frist» soon and no coming conversation: a number in front, and a list for a fresh run."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext as _

from booking.models import BookingDeadline, DueDate, Summons
from booking.states import ACTIVE
from planner.accounts.models import Settings
from planner.timeline.holidays import working_days_after


def last_near_day(settings: Settings, today: date) -> date:
    """The last of the working days that count as near."""
    return working_days_after(today, settings.near_days, tuple(settings.also_closed))


class Due(NamedTuple):
    """A citizen's due date, or their «frist» at DFDG, with what it is called."""

    citizen_id: UUID
    kind: str
    due_on: date


def due_without_time(settings: Settings, today: date) -> list[Due]:
    """What falls from today to the last near day of citizens who have no conversation to come; one statement."""
    coming = Summons.objects.filter(citizen_id=OuterRef("citizen_id"), appointment__day__gte=today, status__in=ACTIVE)
    near = (today, last_near_day(settings, today))
    dates = DueDate.objects.filter(~Exists(coming), due_on__range=near)
    active = BookingDeadline.objects.filter(~Exists(coming), hold_by__range=near, status=BookingDeadline.Status.ACTIVE)
    deadlines = active.annotate(kind=Concat(Value(_("Frist for")), Value(" "), Lower("type__name")))
    found = dates.values_list("citizen_id", "kind", "due_on", "citizen__sort_key").union(
        deadlines.values_list("citizen_id", "kind", "hold_by", "citizen__sort_key")
    )
    rows = found.order_by("due_on", "citizen__sort_key", "citizen_id", "kind")
    return [Due(citizen_id, kind, due_on) for citizen_id, kind, due_on, _name in rows]


def citizens_without_time(settings: Settings, today: date) -> list[UUID]:
    """Those citizens, the nearest first, then by name."""
    return list(dict.fromkeys(one.citizen_id for one in due_without_time(settings, today)))
