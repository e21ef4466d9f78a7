"""Whom and what a call is about, as rows of the job centre that is acted for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.utils.translation import gettext as _

from admin_module.models import Counsellor, StandardText
from booking.models import Citizen, OnlineOffer, Summons
from booking.queries.jobnet import ANYBODY, OWN_MODES, Frame, own_settings
from booking.queries.messages import loaded
from booking.queries.own_offers import fits, offer_with_rules
from booking.services.citizens import citizens_by_cpr
from booking.services.holding import Choice
from booking.states import SummonsStatus
from booking.views.jobnet.calls import Call
from booking.views.jobnet.replies import complaint, unknown
from planner.accounts.models import Membership, User
from planner.accounts.set_up import kept
from planner.accounts.tenancy import acting_for
from planner.dfdg.codes import ErrorCode
from planner.dfdg.jobnet import wire
from planner.timeline.clock import place_of
from planner.timeline.ticks import MINUTES_PER_TICK, date_of

NO_COUNSELLOR = -1
"""An employee whom nobody knows has no free time."""


@dataclass(frozen=True, slots=True)
class Booked:
    """Another time of `moves`, or a new booking on `offer`."""

    offer: OnlineOffer | None
    moves: Summons | None


def frame_of(call: Call) -> Frame:
    return Frame(settings=own_settings(), own=call.caller.is_own, now=call.now)


def citizen_of(call: Call) -> Citizen:
    citizen = citizens_by_cpr([call.cpr]).get(call.cpr)
    if citizen is None:
        raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.CPR_UNKNOWN)
    return citizen


def offer_with(offer_id: UUID | None, citizen: Citizen, *, now: datetime) -> OnlineOffer:
    """A published offer that is for this citizen; 404 for any other, whether it is there or not."""
    offer = published(offer_id)
    if not fits(offer, citizen, now=now):
        raise unknown(_("Mødetilbuddet kendes ikke."))
    return offer


def published(offer_id: UUID | None) -> OnlineOffer:
    """A published offer; 404 for any other."""
    offer = offer_with_rules(offer_id) if offer_id else None
    if offer is None or offer.published_at is None:
        raise unknown(_("Mødetilbuddet kendes ikke."))
    return offer


def summons_with(booking_id: UUID | None, citizen: Citizen) -> Summons | None:
    """The citizen's own summons with this id; 8107 where it is somebody else's."""
    if booking_id is None:
        return None
    summons = loaded(Summons.objects.filter(pk=booking_id)).first()
    if summons and summons.citizen_id != citizen.pk:
        raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.BOOKING_OF_ANOTHER_CITIZEN)
    return None if summons and summons.status == SummonsStatus.PENDING else summons


def booked(call: Call, citizen: Citizen, offer_id: UUID | None, booking_id: UUID | None) -> Booked:
    """What a choice would come to: with the id of a booking that is active it is another time of that."""
    moves = None if call.is_new else summons_with(booking_id, citizen)
    if moves:
        return Booked(moves.offer, moves)
    return Booked(offer_with(offer_id, citizen, now=call.now), None)


def to_be_booked(call: Call, citizen: Citizen, offer_id: UUID | None) -> Booked:
    """The same for who books: that an offer is for the citizen is looked at under the lock."""
    if not call.is_new:
        return booked(call, citizen, offer_id, call.booking)
    return Booked(published(offer_id), None)


def summons_of(call: Call, citizen: Citizen) -> Summons:
    summons = summons_with(call.booking_id, citizen)
    if summons is None:
        raise unknown(_("Samtalen kendes ikke."))
    return summons


def counsellor_named(employee_id: str | None) -> int | None:
    """The counsellor's id; None where anybody will do."""
    if employee_id in (None, ANYBODY):
        return None
    return _by_employee().get(employee_id or "", NO_COUNSELLOR)


@kept
def _by_employee() -> dict[str, int]:
    """Counsellors by their employee's id; the first by name, were there several."""
    return dict(Counsellor.objects.order_by("-sort_key", "-pk").values_list("employee_id", "pk"))


def choice_of(asked: wire.DetailsRequest | wire.ReservationRequest | wire.RebookingRequest) -> Choice:
    """The wish in our words; a start between two steps of five minutes is nobody's."""
    ordinal, minute = place_of(asked.starts_at)
    if minute % MINUTES_PER_TICK or asked.starts_at.second or asked.starts_at.microsecond:
        raise complaint(HTTPStatus.CONFLICT, ErrorCode.NOTHING_TO_BOOK)
    mode = ""
    if asked.contact_mode is not None:
        mode = OWN_MODES.get(asked.contact_mode, "")
        if not mode:
            text = _("Afholdelsesformen kendes ikke.")
            raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.VALIDATION, text, "samtaleformType")
    return Choice(date_of(ordinal), minute // MINUTES_PER_TICK, counsellor_named(asked.employee_id), mode)


def own_part(call: Call) -> wire.OwnRequest:
    """What «Min side» says besides; of all others it is not heard."""
    part = getattr(call.asked, "own", None)
    return part if call.caller.is_own and isinstance(part, wire.OwnRequest) else wire.OwnRequest()


def actor_of(call: Call, jobcentre_id: int) -> int | None:
    """The employee who does it for the citizen; a complaint where they are none of this job centre."""
    user_id = own_part(call).on_behalf_by
    if user_id is None:
        return None
    with acting_for(jobcentre_id, source=call.caller.source):
        if not Membership.objects.filter(user=user_id, user__is_active=True).exists():
            raise complaint(HTTPStatus.FORBIDDEN, ErrorCode.INSUFFICIENT_PERMISSIONS)
    return user_id


def employee_behind(call: Call) -> User | None:
    user_id = own_part(call).on_behalf_by
    return User.objects.get(pk=user_id) if user_id else None


def text_accepted(call: Call, type_id: int | None) -> StandardText | None:
    """The edition of «Rettigheder og pligter» that the citizen says they accepted."""
    edition = own_part(call).accepted_edition
    if edition is None:
        return None
    text = StandardText.objects.filter(type=type_id, edition=edition).first()
    if text is None:
        raise complaint(
            HTTPStatus.BAD_REQUEST, ErrorCode.VALIDATION, _("Udgaven kendes ikke."), "planner.accepteretUdgave"
        )
    return text
