"""What one look under the locks says of a citizen who books on an offer: one statement, whatever it finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from booking.models import BookingDeadline, Citizen, OnlineOffer
from booking.queries.own_offers import target_of
from booking.states import ACTIVE
from planner.prepared import rows_of

STANDING = """
SELECT EXISTS (SELECT FROM booking_summons WHERE id = %s),
       EXISTS (SELECT FROM booking_hold WHERE id = %s),
       EXISTS (SELECT FROM booking_hold WHERE citizen_id = %s AND held),
       EXISTS (SELECT FROM booking_claim WHERE expires_at <= %s),
       ARRAY(SELECT appointment.type_id
             FROM booking_summons summons JOIN booking_appointment appointment ON appointment.id = appointment_id
             WHERE summons.citizen_id = %s AND summons.status = ANY(%s) AND appointment.start_at > %s),
       (SELECT min(hold_by) FROM booking_bookingdeadline WHERE citizen_id = %s AND type_id = %s AND status = %s),
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """`is_booked`: a summons has the id already; `is_chosen`: a choice or reservation has it.

    `holds`: the citizen keeps some time reserved. `something_ran_out`: some reservation, anybody's, is past its end and
    still keeps its time. `coming`: the types of which the citizen has a coming conversation. `deadline`: the last day
    to hold one of the offer's type. `fits`: the offer is for the citizen.
    """

    is_booked: bool
    is_chosen: bool
    holds: bool
    something_ran_out: bool
    coming: frozenset[int | None]
    deadline: date | None
    fits: bool


def standing_of(citizen: Citizen, offer: OnlineOffer, booking_id: UUID | None, *, now: datetime) -> Standing:
    target, values = target_of(offer, timezone.localdate(now))
    fits = f"EXISTS (SELECT FROM ({target}) target WHERE id = %s)" if target else "%s::uuid IS NULL"
    asked = [booking_id, booking_id, citizen.pk, now, citizen.pk, list(ACTIVE), now]
    of_type = [citizen.pk, offer.type_id, BookingDeadline.Status.ACTIVE]
    [found] = rows_of(STANDING + fits, [*asked, *of_type, *values, citizen.pk])
    is_booked, is_chosen, holds, something_ran_out, coming, deadline, is_target = found
    return Standing(is_booked, is_chosen, holds, something_ran_out, frozenset(coming), deadline, is_target)
