"""The methods that ask: offers, times, the details of a chosen time, and our own of what is booked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings as project
from django.utils import timezone

from admin_module.models import Details
from booking import tasks
from booking.models import Origin
from booking.queries import jobnet
from booking.queries.openings import Openings, openings_for_rebooking, openings_of_offer
from booking.queries.own_offers import coming_of, offers_for
from booking.rules import why_not_rebook_self
from booking.services import heard, holding, visits
from booking.services.foreseen import foreseen
from booking.views.jobnet.calls import Call
from booking.views.jobnet.replies import Reply, complaint
from booking.views.jobnet.subjects import booked, choice_of, citizen_of, counsellor_named, frame_of
from planner.dfdg.codes import ErrorCode
from planner.dfdg.jobnet import wire


def offers(call: Call) -> Reply:
    """Method 1; what was shown is kept as evidence, also where it was nothing (SELF-10)."""
    asked, frame = call.said(wire.OffersRequest), frame_of(call)
    if frame.own:
        citizen = citizen_of(call)
    else:
        ask = tasks.ask_for_newcomer
        citizen = heard.hear(jobcentre_id=frame.settings.jobcentre_id, cpr=call.cpr, asked=asked, ask=ask)
    engaged = jobnet.counts_as_engaged(asked, now=call.now)
    shown = [
        one for one in offers_for(citizen, settings=frame.settings, now=call.now) if one.offer.type_id not in engaged
    ]
    visits.record(citizen, shown, call.caller.origin, call.now)
    if not frame.own:
        shown = [one for one in shown if one.free_times]
        if not shown and not project.BORGERBOOKING_EMPTY_LIST:
            return complaint(409, ErrorCode.NOTHING_TO_BOOK).reply
    return Reply(200, jobnet.offers_answer(shown, frame))


def times(call: Call) -> Reply:
    """Method 2; an empty answer is no error."""
    asked, frame, citizen = call.said(wire.TimesRequest), frame_of(call), citizen_of(call)
    wish = booked(call, citizen, call.offer_id, asked.booking_id)
    find: Callable[..., Openings]
    if wish.moves:
        if refusal := why_not_rebook_self(wish.moves, settings=frame.settings, now=call.now):
            raise refusal
        details: Details = wish.moves.appointment
        find = partial(openings_for_rebooking, wish.moves)
    else:
        details = holding.needed(wish.offer)
        find = partial(openings_of_offer, holding.needed(wish.offer), citizen)
    found = find(
        first=timezone.localdate(asked.first_at),
        last=timezone.localdate(asked.last_at),
        counsellor_id=counsellor_named(asked.employee_id),
        settings=frame.settings,
        now=call.now,
    )
    between = (asked.first_at, asked.last_at)
    return Reply(200, jobnet.times_answer(found, details, between=between, frame=frame))


def details(call: Call) -> Reply:
    """Method 3: chooses with whom, takes no time, and gives the id that follows the booking."""
    asked, frame, citizen = call.said(wire.DetailsRequest), frame_of(call), citizen_of(call)
    wish = booked(call, citizen, call.offer_id, asked.booking_id)
    hold = holding.choose(
        booking_id=asked.booking_id,
        citizen=citizen,
        offer=wish.offer,
        moves=wish.moves,
        choice=choice_of(asked),
        origin=call.caller.origin,
        settings=frame.settings,
        now=call.now,
    )
    would_be = foreseen(hold, settings=frame.settings, now=call.now)
    type_id = would_be.summons.appointment.type_id
    text = jobnet.latest_texts([type_id]).get(type_id or 0)
    return Reply(200, jobnet.details_of(would_be.summons, frame, counsellors=would_be.counsellors, text=text))


def bookings(call: Call) -> Reply:
    """Ours alone (SYNC-18)."""
    if call.caller.origin != Origin.OWN:
        raise complaint(403, ErrorCode.INSUFFICIENT_PERMISSIONS)
    frame, citizen = frame_of(call), citizen_of(call)
    return Reply(200, jobnet.bookings_answer(citizen, coming_of(citizen, now=call.now), frame))
