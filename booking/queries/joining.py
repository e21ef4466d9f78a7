"""The joint meetings that a citizen can be rebooked to, and what stands in the way at one of them (VARI-04)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import Combinable

from admin_module.models import MeetingForm
from booking.availability.facts import Closures
from booking.availability.obstacles import Obstacle
from booking.availability.why_not import Wish, why_not
from booking.models import Appointment, Origin, Summons
from booking.queries.facts import picture
from booking.queries.target import least_notice
from booking.states import ACTIVE
from planner.accounts.models import Settings


def same_kind(meeting: Appointment, *, now: datetime, but_of: UUID | None = None) -> QuerySet[Appointment]:
    """Coming joint meetings of the same team, type and variant, in order of time; no variant equals only none.

    `used`: how many come already, and how many are about to confirm, but for the citizen who asks.
    """
    found = Appointment.objects.filter(
        form=MeetingForm.JOINT,
        team=meeting.team_id,
        type=meeting.type_id,
        cancelled_at=None,
        start_at__gt=now,
    ).exclude(origin=Origin.CASE_SYSTEM)
    found = found.filter(variant=meeting.variant_id) if meeting.variant_id else found.filter(variant=None)
    return found.annotate(used=_used(now, but_of)).order_by("start_at", "pk")


def _used(now: datetime, but_of: UUID | None) -> Combinable:
    live = Q(holds__held=True, holds__expires_at__gt=now)
    held = live & ~Q(holds__citizen=but_of) if but_of else live
    active = Count("summonses", filter=Q(summonses__status__in=ACTIVE), distinct=True)
    return active + Count("holds", filter=held, distinct=True)


def seats_left(meeting: Appointment) -> int | None:
    """Of a meeting of `same_kind`: free seats of both sorts, for whoever rebooks takes any; None: no limit."""
    if meeting.seats_calling is None:
        return None
    return int(meeting.seats_calling + meeting.seats_rebooking - meeting.used)  # type: ignore[attr-defined]


def obstacles_at_meeting(
    summons: Summons, meeting: Appointment, *, settings: Settings, now: datetime
) -> tuple[Obstacle, ...]:
    """What stands in the way of this citizen there; counsellors and room are the meeting's already."""
    known = picture(
        settings=settings,
        team_id=meeting.team_id,
        first=meeting.day,
        last=meeting.day,
        now=now,
        citizens=[summons.citizen_id],
        without=[summons.appointment_id],
    )
    citizen = replace(
        known.citizens[summons.citizen_id],
        earliest=summons.earliest_on.toordinal() if summons.earliest_on else None,
        deadline=summons.deadline.toordinal() if summons.deadline else None,
    )
    wish = Wish(
        meeting.day.toordinal(),
        meeting.start_tick,
        meeting.duration or 0,
        not_before=least_notice(settings, now),
        seats_left=seats_left(meeting),
    )
    return why_not(wish, (), Closures(), citizens=[citizen])
