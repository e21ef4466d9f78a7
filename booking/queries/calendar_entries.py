"""How far counsellors' own calendars have been told of summonses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from booking.models import ENTRY, CalendarEntry, Summons
from booking.states import SummonsStatus
from planner.outbox.models import Receiver
from planner.outbox.queries import Delivery, deliveries, subjects
from planner.outbox.states import OPEN

GRAVEST = ("bad", "wait", "off", "ok")
"""Of several counsellors' calendars the one that is furthest behind is shown."""


def of_entries(condition: Q) -> QuerySet[Summons, Any]:
    """A subquery of the ids of the summonses of whose meeting a calendar has such a message."""
    entries = CalendarEntry.objects.filter(pk__in=subjects(ENTRY, Receiver.CALENDAR, condition))
    told = Summons.objects.exclude(status=SummonsStatus.PENDING)
    return told.filter(appointment__in=entries.values("appointment_id")).values("pk")


def not_notified() -> int:
    """How many summonses their counsellor's calendar does not hold as they are now (APP-03)."""
    return of_entries(Q(state__in=OPEN)).count()


def all_deliveries(meetings: Mapping[UUID, UUID], *, now: datetime) -> dict[UUID, tuple[Delivery, ...]]:
    """Each summons's latest message to each receiver, by its id; `meetings`: its appointment. Three statements."""
    by_meeting: defaultdict[UUID, list[UUID]] = defaultdict(list)
    entries = CalendarEntry.objects.filter(appointment_id__in=set(meetings.values()))
    for entry, appointment in entries.values_list("pk", "appointment_id"):
        by_meeting[appointment].append(entry)
    found = deliveries([*meetings, *(entry for some in by_meeting.values() for entry in some)], now=now)
    order = list(Receiver)
    together = {}
    for summons, appointment in meetings.items():
        calendars = [card for entry in by_meeting.get(appointment, ()) for card in found.get(entry, ())]
        calendars.sort(key=lambda card: GRAVEST.index(card.look))
        cards = [*found.get(summons, ()), *calendars[:1]]
        together[summons] = tuple(sorted(cards, key=lambda card: order.index(card.receiver)))
    return together
