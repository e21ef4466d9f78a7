"""Whether the appointment book still needs a team, counsellor, room or variant: asked before it is retired (APP-15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Model, Q
from django.utils.translation import ngettext

from admin_module.models import ConversationVariant, Counsellor, Room, Team
from booking.models import Appointment, AppointmentCounsellor
from booking.services import locks
from planner.ui.formatting import moment_year
from planner.ui.refusal import Link

Wanted = Callable[[Any], Q]

OF: dict[type[Model], Wanted] = {
    Team: lambda team: Q(team=team),
    Counsellor: lambda counsellor: Q(
        pk__in=AppointmentCounsellor.objects.filter(counsellor=counsellor).values("appointment")
    ),
    Room: lambda room: Q(room=room),
    ConversationVariant: lambda variant: Q(variant=variant),
}


def active_appointments(subject: Model, *, now: datetime, hold: bool) -> list[Link]:
    """How many that are not over and not cancelled, and when the next one is; nothing for other kinds of rows."""
    wanted = OF.get(type(subject))
    if wanted is None:
        return []
    if hold:
        _hold(subject)
    active = Appointment.objects.filter(wanted(subject), cancelled_at=None, end_at__gt=now)
    found = active.aggregate(count=Count("pk"), first_at=Min("start_at"))
    if not found["count"]:
        return []
    words = ngettext(
        "%(count)d aktiv samtale, %(moment)s.", "%(count)d aktive samtaler, den første %(moment)s.", found["count"]
    )
    return [Link("", "", about=words % {"count": found["count"], "moment": moment_year(found["first_at"])})]


def _hold(subject: Any) -> None:
    """Whoever books looks at counsellor and room after the same lock; teams and variants hold the whole job centre."""
    counsellors = [subject.pk] if isinstance(subject, Counsellor) else []
    rooms = [subject.pk] if isinstance(subject, Room) else []
    locks.lock(
        jobcentre_id=subject.jobcentre_id, exclusive=not (counsellors or rooms), counsellors=counsellors, rooms=rooms
    )
