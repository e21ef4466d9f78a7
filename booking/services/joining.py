"""One citizen's seat at a joint meeting goes to another one of the same kind; the others stay (SELF-05, VARI-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.availability.obstacles import Obstacle, Who, refusals, warnings
from booking.models import Appointment, Claim, Summons
from booking.queries.joining import obstacles_at_meeting, same_kind
from booking.rules import obstacle_refusal, rebooking_rights, why_not_move
from booking.services import bulk, locks
from booking.services.constraints import judged
from booking.services.telling import tell
from booking.states import ACTIVE, SummonsStatus
from planner.accounts.models import Settings
from planner.bulk import update_rows
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Joined:
    """`joined` False with `warnings`: nothing is written until they are passed; without: the seat was there already."""

    summons: Summons
    warnings: tuple[Obstacle, ...]
    joined: bool


def join(*, summons: Summons, meeting: Appointment, now: datetime, warned: bool = False) -> Joined:
    """Take a seat there and give back the old one; Refusal where TIME-09 refuses staff.

    A meeting that nobody comes to any more ends as moved.
    """
    locks.lock(
        jobcentre_id=summons.jobcentre_id,
        citizens=[summons.citizen_id],
        appointments=[summons.appointment_id, meeting.pk],
    )
    bulk.free_expired(now=now, citizens=[summons.citizen_id])
    found = Summons.objects.select_related("appointment", "citizen", "offer").get(pk=summons.pk)
    there = same_kind(found.appointment, now=now).filter(pk=meeting.pk).first()
    if refusal := _why_not(found, there, now):
        raise refusal
    if there is None or there.pk == found.appointment_id:
        return Joined(found, (), joined=False)
    settings = Settings.objects.get()
    obstacles = obstacles_at_meeting(found, there, settings=settings, now=now)
    if refusal := obstacle_refusal(refusals(obstacles, Who.STAFF)):
        raise refusal
    passed = warnings(obstacles, Who.STAFF)
    if passed and not warned:
        return Joined(found, passed, joined=False)
    left = found.appointment_id
    _take_seat(found, there, passed, settings, now)
    if not Summons.objects.filter(appointment=left, status__in=ACTIVE).exists():
        _end(Appointment(pk=left), now)
    return Joined(found, passed, joined=True)


def _why_not(summons: Summons, there: Appointment | None, now: datetime) -> Refusal | None:
    if summons.status == SummonsStatus.CANCELLED:
        return Refusal(_("Indkaldelsen er aflyst."), code="cancelled")
    if refusal := why_not_move(summons.appointment, now=now):
        return refusal
    return None if there else Refusal(_("Mødet er aflyst, flyttet eller holdt."), code="gone")


def _take_seat(
    summons: Summons, there: Appointment, passed: tuple[Obstacle, ...], settings: Settings, now: datetime
) -> None:
    """Rights count anew from the new date; a citizen who was told is told again."""
    left = summons.appointment_id
    with judged():
        bulk.free_seats([summons.pk])
        summons.appointment = there
        summons.placement = summons.placement | {"by_hand": True, "passed": [obstacle.value for obstacle in passed]}
        summons.version += 1
        if summons.status == SummonsStatus.SENT:
            rights = rebooking_rights(summons, settings=settings, today=timezone.localdate(now))
            summons.rebook_until, summons.rebook_to = rights
        update_rows([summons], "appointment_id", "placement", "version", "rebook_until", "rebook_to")
        bulk.claim_seats([summons.pk])
    if summons.status == SummonsStatus.SENT:
        tell([summons], settings=settings, now=now, left=[left])


def _end(meeting: Appointment, now: datetime) -> None:
    """Counsellors and room are free."""
    Claim.objects.filter(appointment=meeting).delete()
    Appointment.objects.filter(pk=meeting.pk).update(
        cancelled_at=now, cancelled_reason=_("Flyttet til et andet møde."), version=F("version") + 1
    )
