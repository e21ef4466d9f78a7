"""The methods that act: reserve, book, rebook, accept, cancel, and report a fault. Each may be repeated (CONC-10)."""

from __future__ import annotations

from admin_module.models import StandardText
from booking.models import OnlineOffer, ReportedFault, Summons
from booking.queries import jobnet
from booking.queries.messages import loaded
from booking.services import faults, holding, self_booking
from booking.views.jobnet.calls import Call
from booking.views.jobnet.replies import Reply, complaint, refused
from booking.views.jobnet.subjects import (
    booked,
    choice_of,
    citizen_of,
    employee_behind,
    frame_of,
    own_part,
    summons_of,
    summons_with,
    text_accepted,
    to_be_booked,
)
from planner.dfdg.codes import ErrorCode
from planner.dfdg.jobnet import wire

FIRST_VERSION = 1


def reserve(call: Call) -> Reply:
    """Method 4: atomic; the same again renews, another time replaces."""
    asked, frame, citizen = call.said(wire.ReservationRequest), frame_of(call), citizen_of(call)
    wish = booked(call, citizen, asked.offer_id, call.booking)
    hold = holding.reserve(
        booking_id=call.booking,
        citizen=citizen,
        offer=wish.offer,
        moves=wish.moves,
        choice=choice_of(asked),
        origin=call.caller.origin,
        settings=frame.settings,
        now=call.now,
    )
    return Reply(200, wire.ReservationAnswer(expires_at=hold.expires_at))


def book(call: Call) -> Reply:
    """Method 5: the same again answers the same; with another time it is a rebooking."""
    asked, frame, citizen = call.said(wire.BookingRequest), frame_of(call), citizen_of(call)
    wish = to_be_booked(call, citizen, asked.offer_id)
    text = text_accepted(call, wish.offer.type_id if wish.offer else None)
    choice = choice_of(asked)
    if call.is_new and wish.offer:
        gone = holding.why_gone(booking_id=call.booking, citizen=citizen, offer=wish.offer, choice=choice, now=call.now)
        if gone:
            return refused(gone)
    summons = self_booking.book(
        booking_id=call.booking,
        citizen=citizen,
        offer=wish.offer,
        choice=choice,
        origin=call.caller.origin,
        by=employee_behind(call),
        language=own_part(call).language,
        accepted_text=text,
        is_new=call.is_new,
        settings=frame.settings,
        now=call.now,
    )
    if call.is_new and summons.version == FIRST_VERSION:  # as it was written, with all that the answer tells
        return Reply(201, jobnet.details_of(summons, frame, text=_text_of(summons)))
    return Reply(200 if wish.moves else 201, _as_booked(summons, call))


def rebook(call: Call) -> Reply:
    """Method 6: the id stays, and the old time is given back when the new one is had."""
    asked, frame, citizen = call.said(wire.RebookingRequest), frame_of(call), citizen_of(call)
    summons = self_booking.rebook(
        summons=summons_of(call, citizen),
        choice=choice_of(asked),
        origin=call.caller.origin,
        by=employee_behind(call),
        settings=frame.settings,
        now=call.now,
    )
    return Reply(200, _as_booked(summons, call))


def accept(call: Call) -> Reply:
    """Method 7."""
    summons = summons_of(call, citizen_of(call))
    self_booking.accept(summons=summons, text=text_accepted(call, summons.appointment.type_id), now=call.now)
    return Reply(204)


def cancel(call: Call) -> Reply:
    """Method 8: by the citizen's own rights."""
    asked = call.said(wire.CancellationRequest)
    self_booking.cancel(
        summons=summons_of(call, citizen_of(call)),
        reason=asked.reason,
        origin=call.caller.origin,
        by=employee_behind(call),
        now=call.now,
    )
    return Reply(204)


def fault(call: Call) -> Reply:
    """Method 9."""
    asked = call.said(wire.FaultRequest)
    if asked.source not in ReportedFault.Source.values:
        raise complaint(400, ErrorCode.FAULT_ORIGIN_UNKNOWN, field="fejlOphav")
    if asked.kind not in ReportedFault.Kind.values:
        raise complaint(400, ErrorCode.FAULT_CODE_UNKNOWN, field="fejlkode")
    citizen = citizen_of(call)
    faults.report(
        citizen=citizen,
        offer=OnlineOffer.objects.filter(pk=asked.offer_id).first() if asked.offer_id else None,
        summons=summons_with(asked.booking_id, citizen),
        kind=ReportedFault.Kind(asked.kind),
        source=ReportedFault.Source(asked.source),
        text=asked.text,
        happened_at=asked.happened_at,
        now=call.now,
    )
    return Reply(204)


def _as_booked(summons: Summons, call: Call) -> wire.Details:
    written = loaded(Summons.objects.filter(pk=summons.pk)).select_related("accepted_text").get()
    return jobnet.details_of(written, frame_of(call), text=_text_of(written))


def _text_of(summons: Summons) -> StandardText | None:
    """The text that was accepted, else the one that holds."""
    type_id = summons.appointment.type_id
    return summons.accepted_text or jobnet.latest_texts([type_id]).get(type_id or 0)
