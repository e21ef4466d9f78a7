"""What a chosen time would become: the summons and its appointment, made in memory alone (`dfdg.md` 1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from admin_module.models import Counsellor, Details
from booking.models import Appointment, Hold, Summons
from booking.queries.offer_terms import deadline_of
from booking.rules import cancelling_right, rebooking_rights
from booking.services.entries import Places, frozen_details, when
from booking.services.holding import needed
from booking.states import SummonsStatus
from planner.accounts.models import Settings


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`summons` is nowhere written; `counsellors` would hold it."""

    summons: Summons
    counsellors: tuple[Counsellor, ...]


def foreseen(hold: Hold, *, settings: Settings, now: datetime) -> Foreseen:
    """The summons that the choice would become if it were booked now."""
    if hold.joins:
        counsellors: tuple[Counsellor, ...] = tuple(hold.joins.counsellors.all())
        appointment = hold.joins
    else:
        counsellors = (hold.counsellor,) if hold.counsellor else ()
        appointment = _appointment(hold, settings, now)
    summons = Summons(
        pk=hold.pk,
        jobcentre_id=hold.jobcentre_id,
        appointment=appointment,
        citizen=hold.citizen,
        status=SummonsStatus.SENT,
        origin=hold.moves.origin if hold.moves else hold.origin,
        offer=hold.moves.offer if hold.moves else hold.offer,
        deadline=hold.moves.deadline if hold.moves else deadline_of(hold.citizen_id, appointment.type_id),
        rebook_to=hold.moves.rebook_to if hold.moves else None,
        accepted_at=hold.moves.accepted_at if hold.moves else None,
        number=hold.moves.number if hold.moves else None,
    )
    today = timezone.localdate(now)
    summons.rebook_until, summons.rebook_to = rebooking_rights(summons, settings=settings, today=today)
    summons.cancel_until = cancelling_right(summons, today=today)
    return Foreseen(summons, counsellors)


def _appointment(hold: Hold, settings: Settings, now: datetime) -> Appointment:
    """What is moved keeps its details (slide 105); what is new has the offer's."""
    details: Details = hold.moves.appointment if hold.moves else needed(hold.offer)
    counsellors = (hold.counsellor_id,) if hold.counsellor_id else ()
    places = Places(details.team_id, counsellors, [hold.room_id] if hold.room_id else [])
    values = {
        **frozen_details(details, settings, places.team),
        **when(hold.day.toordinal(), hold.start_tick, details.duration or 0),
        **places.of(details.mode, counsellors, hold.room_id),
        "jobcentre_id": hold.jobcentre_id,
        "room_id": hold.room_id,
        "day": hold.day,
        "start_tick": hold.start_tick,
        "created_at": now,
    }
    return Appointment(**values)
