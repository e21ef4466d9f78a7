"""A call as it stands when it has come past the door: read, and with the job centre that it concerns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _
from pydantic import ValidationError

from booking.queries import jobcentres
from booking.views.jobnet.callers import Caller
from booking.views.jobnet.replies import complaint, unknown, unreadable
from planner.dfdg.codes import ErrorCode
from planner.dfdg.jobnet import wire
from planner.dfdg.jobnet.methods import METHODS
from planner.dfdg.jobnet.wire import Operation
from planner.dfdg.wire import CPR_PATTERN, LONGEST_REQUEST_ID, HeaderNames, Unreadable, decoded, organisation_from

NAMES = HeaderNames()
LARGEST_BODY = 256 * 1024
Asked = TypeVar("Asked", bound=wire.Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`asked`: the request's body and query together. `organisation`: the code of ActiveOrganisation, or «».

    `is_new`: nothing had the id of the booking that it names, when it came.
    """

    operation: Operation
    caller: Caller
    cpr: str = field(repr=False)
    organisation: str
    offer_id: UUID | None
    booking_id: UUID | None
    asked: wire.Part = field(repr=False)
    is_new: bool = False
    now: datetime

    def said(self, kind: type[Asked]) -> Asked:
        """What was asked, as the method's own model."""
        if not isinstance(self.asked, kind):
            raise TypeError(f"{self.operation} asks no {kind.__name__}")
        return self.asked

    @property
    def booking(self) -> UUID:
        """The booking that the address names."""
        if self.booking_id is None:
            raise TypeError(f"{self.operation} names no booking")
        return self.booking_id


def read(request: HttpRequest, operation: Operation, caller: Caller, ids: Mapping[str, str], *, now: datetime) -> Call:
    """The call, or a complaint of what is wrong with it."""
    if len(request.headers.get(NAMES.request_id, "")) > LONGEST_REQUEST_ID:
        raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.VALIDATION, field=NAMES.request_id)
    cpr = request.headers.get(NAMES.citizen, "")
    if not CPR_PATTERN.fullmatch(cpr) or not cpr.isascii():
        raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.CPR_INVALID, field=NAMES.citizen)
    try:
        asked = METHODS[operation].request.model_validate(_said(request))
    except ValidationError as fault:
        raise unreadable(fault) from None
    return Call(
        operation=operation,
        caller=caller,
        cpr=cpr,
        organisation=_organisation(request),
        offer_id=UUID(ids["offer_id"]) if "offer_id" in ids else None,
        booking_id=UUID(ids["booking_id"]) if "booking_id" in ids else None,
        asked=asked,
        now=now,
    )


def _said(request: HttpRequest) -> dict[str, Any]:
    """Query and body in one; what stands in both is what the body says."""
    body = wire.from_query({name: request.GET.getlist(name) for name in request.GET})
    text = _text(request)
    if text.strip():
        try:
            inner = json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            inner = None
        if not isinstance(inner, dict):
            raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.VALIDATION, _("Indholdet kan ikke læses som JSON."))
        body |= inner
    return body


def _text(request: HttpRequest) -> bytes:
    try:
        text = request.body
    except (RequestDataTooBig, UnreadablePostError):
        text = b" " * (LARGEST_BODY + 1)
    if len(text) > LARGEST_BODY:
        raise complaint(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ErrorCode.VALIDATION, _("Indholdet fylder for meget."))
    return text


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("no number")


def _organisation(request: HttpRequest) -> str:
    said = request.headers.get(NAMES.organisation, "")
    if not said:
        return ""
    try:
        return organisation_from(decoded(said, NAMES.organisation_encoding)).code
    except (Unreadable, RecursionError):
        raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.HEADER_UNREADABLE, field=NAMES.organisation) from None


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose a call is; `is_new` as of `Call`."""

    jobcentre_id: int
    is_new: bool = False


def concerned(call: Call) -> Concerned:
    """By what it names; a complaint where that is nobody's, or another's than the caller says."""
    found = _FINDERS[call.operation](call)
    claimed = jobcentres.of_code(call.organisation) if call.organisation else None
    if claimed is not None and claimed != found.jobcentre_id:
        raise complaint(HTTPStatus.FORBIDDEN, ErrorCode.NOT_AUTHORISED_FOR_CITIZEN)
    return found


def _by_code(call: Call) -> Concerned:
    found = jobcentres.of_code(call.said(wire.OffersRequest).jobcentre_code)
    if found is None:
        text = _("Myndighedens kode kendes ikke her.")
        raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.VALIDATION, text, "jobcenterKode")
    return Concerned(found)


def _by_offer(call: Call) -> Concerned:
    """The offer's, which must be the booking's too where one is named."""
    offer_id = call.offer_id or getattr(call.asked, "offer_id", None)
    booking_id = call.booking_id or getattr(call.asked, "booking_id", None)
    of_booking = jobcentres.of_booking(booking_id) if booking_id else None
    found = jobcentres.of_offer(offer_id) if offer_id else of_booking
    if found is None and offer_id == booking_id:
        found = of_booking
    if found is None:
        raise unknown(_("Mødetilbuddet kendes ikke."))
    if of_booking not in (None, found):
        raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.BOOKING_OF_ANOTHER_CITIZEN)
    return Concerned(found, is_new=booking_id is not None and of_booking is None)


def _by_booking(call: Call) -> Concerned:
    found = jobcentres.of_booking(call.booking)
    if found is None:
        raise unknown(_("Samtalen kendes ikke."))
    return Concerned(found)


def _by_fault(call: Call) -> Concerned:
    asked = call.said(wire.FaultRequest)
    if asked.offer_id:
        found = jobcentres.of_offer(asked.offer_id)
        if found is None:
            raise complaint(HTTPStatus.NOT_FOUND, ErrorCode.FAULT_OFFER_UNKNOWN)
        return Concerned(found)
    if asked.booking_id:
        found = jobcentres.of_booking(asked.booking_id)
        if found is None:
            raise complaint(HTTPStatus.NOT_FOUND, ErrorCode.FAULT_BOOKING_UNKNOWN)
        return Concerned(found)
    return _by_citizen(call)


def _by_citizen(call: Call) -> Concerned:
    found = jobcentres.of_code(call.organisation) if call.organisation else None
    found = found or jobcentres.of_number(call.cpr)
    if found is None:
        raise complaint(HTTPStatus.BAD_REQUEST, ErrorCode.CPR_UNKNOWN)
    return Concerned(found)


_FINDERS = {
    Operation.OFFERS: _by_code,
    Operation.TIMES: _by_offer,
    Operation.DETAILS: _by_offer,
    Operation.RESERVE: _by_offer,
    Operation.BOOK: _by_offer,
    Operation.REBOOK: _by_booking,
    Operation.ACCEPT: _by_booking,
    Operation.CANCEL: _by_booking,
    Operation.FAULT: _by_fault,
    Operation.BOOKINGS: _by_citizen,
}
