"""Who has a due date soon and no coming conversation: a number on the front page, and a list for a fresh run."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, QuerySet

from booking.models import DueDate, Summons
from booking.states import ACTIVE
from planner.accounts.models import Settings
from planner.timeline.holidays import working_days_after


def last_near_day(settings: Settings, today: date) -> date:
    """The last of the working days that count as near."""
    return working_days_after(today, settings.near_days, tuple(settings.also_closed))


def due_without_time(settings: Settings, today: date) -> QuerySet[DueDate]:
    """The due dates from today to the last near day of citizens who have no conversation to come."""
    coming = Summons.objects.filter(citizen_id=OuterRef("citizen_id"), appointment__day__gte=today, status__in=ACTIVE)
    return DueDate.objects.filter(~Exists(coming), due_on__gte=today, due_on__lte=last_near_day(settings, today))


def citizens_without_time(settings: Settings, today: date) -> list[UUID]:
    """Those citizens, the nearest due date first, then by name."""
    due = due_without_time(settings, today).values("citizen_id").annotate(first=Min("due_on"))
    return list(due.order_by("first", "citizen__sort_key", "citizen_id").values_list("citizen_id", flat=True))
