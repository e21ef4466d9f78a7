"""Calls BorgerBookingService for one citizen: each bad end becomes one of the faults below."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import httpx2
import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import ValidationError

from planner.dfdg.codes import ErrorCode, OrganisationType
from planner.dfdg.jobnet import wire
from planner.dfdg.jobnet.wire import Operation
from planner.dfdg.messages import Organisation
from planner.dfdg.wire import HeaderEncoding, HeaderNames, encoded, organisation_body
from planner.logs import request_id

TIMEOUT_SECONDS = 15.0
HEADERS = HeaderNames()
UNKNOWN_CITIZEN = (ErrorCode.CPR_INVALID, ErrorCode.CPR_UNKNOWN)
Answer = TypeVar("Answer", bound=wire.Part)
Asked = TypeVar("Asked", bound=wire.Part)
log = structlog.get_logger(__name__)


def made(kind: type[Asked], **values: Any) -> Asked:
    """A part of a request by our names of its fields, checked as it is made."""
    return kind.model_validate(values)


class ServiceFault(Exception):
    """A call that did not end as wished; `sentence` is for the citizen."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class TimeGone(ServiceFault):
    """The time is no longer free, or there is nothing to book."""


class NotAllowed(ServiceFault):
    """Too late, or not accepted: the sentence says which condition fails."""


class NotFound(ServiceFault):
    """No such offer or booking, or it is somebody else's."""


class CitizenUnknown(ServiceFault):
    """The job centre does not know this number."""


class Unavailable(ServiceFault):
    """The service does not answer, or answers what cannot be read."""


@cache
def _http(base_url: str) -> httpx2.Client:
    return httpx2.Client(base_url=base_url, timeout=TIMEOUT_SECONDS, trust_env=False)


def service_address(request: HttpRequest) -> str:
    """Where the service is; without a setting the web answers itself."""
    return settings.BORGERBOOKING_URL or f"{request.scheme}://{request.get_host()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The service as one citizen of one job centre meets it. The number travels in a header alone."""

    base_url: str
    cpr: str = field(repr=False)
    code: str

    def bookings(self) -> wire.BookingsAnswer:
        return self._ask(wire.BookingsAnswer, "GET", Operation.BOOKINGS)

    def offers(self, citizen: wire.CitizenFacts) -> list[wire.Offer]:
        """Those whose rules fit, also the ones without free times; nothing for one without a contact group."""
        if citizen.contact_group is None:
            return []
        category = citizen.person_category
        asked = made(
            wire.OffersRequest,
            jobcentre_code=citizen.jobcentre_code,
            contact_group=citizen.contact_group,
            person_category=made(wire.PersonCategory, code=category) if category is not None else None,
            person_groups=citizen.person_groups,
        )
        return self._ask(wire.OffersAnswer, "POST", Operation.OFFERS, asked).collection.offers

    def times(self, offer_id: UUID, asked: wire.TimesRequest) -> wire.TimesAnswer:
        return self._ask(wire.TimesAnswer, "POST", Operation.TIMES, asked, offer_id=offer_id)

    def details(self, offer_id: UUID, asked: wire.DetailsRequest) -> wire.Details:
        return self._ask(wire.Details, "POST", Operation.DETAILS, asked, offer_id=offer_id)

    def reserve(self, booking_id: UUID, asked: wire.ReservationRequest) -> datetime | None:
        """Until when the time is held."""
        return self._ask(wire.ReservationAnswer, "POST", Operation.RESERVE, asked, booking_id=booking_id).expires_at

    def book(self, booking_id: UUID, asked: wire.BookingRequest) -> wire.Details:
        return self._ask(wire.Details, "POST", Operation.BOOK, asked, booking_id=booking_id)

    def rebook(self, booking_id: UUID, asked: wire.RebookingRequest) -> wire.Details:
        return self._ask(wire.Details, "PUT", Operation.REBOOK, asked, booking_id=booking_id)

    def cancel(self, booking_id: UUID, asked: wire.CancellationRequest) -> None:
        self._ask(wire.Part, "POST", Operation.CANCEL, asked, booking_id=booking_id)

    def _ask(
        self, answer: type[Answer], verb: str, operation: Operation, asked: wire.Part | None = None, **ids: UUID
    ) -> Answer:
        path = settings.BORGERBOOKING_PATHS[operation].format(**ids)
        with _translated(operation):
            said = _http(self.base_url).request(
                verb, f"/{path.lstrip('/')}", json=asked.body() if asked else None, headers=self._headers()
            )
            if said.is_success:
                return answer.model_validate(said.json() if said.content else {})
        raise _fault(said)

    def _headers(self) -> dict[str, str]:
        organisation = organisation_body(Organisation(OrganisationType.JOBCENTRE, self.code))
        return {
            "Authorization": f"Bearer {settings.BORGERBOOKING_OWN_TOKEN}",
            "Accept-Language": get_language() or "da",
            "X-Request-Id": request_id.get() or "minside",
            HEADERS.citizen: self.cpr,
            HEADERS.organisation: encoded(organisation, HeaderEncoding.JSON),
        }


@contextmanager
def _translated(operation: Operation) -> Iterator[None]:
    """What never came or cannot be read is one fault to the citizen, and a line in the log without the citizen."""
    try:
        yield
    except (httpx2.HTTPError, ValueError) as fault:
        log.warning("booking_service_failed", operation=operation.value, fault=type(fault).__name__)
        raise Unavailable(_out_of_reach()) from None


def _out_of_reach() -> str:
    return _("Vi kan ikke hente dine oplysninger lige nu. Prøv igen om lidt.")


def _fault(answer: httpx2.Response) -> ServiceFault:
    """Their codes as our faults (`dfdg.md` 1.12)."""
    try:
        said = wire.ErrorAnswer.model_validate(answer.json())
    except (ValueError, ValidationError):
        return Unavailable(_out_of_reach())
    sentence = said.complaints[0].text
    if said.has(ErrorCode.NOTHING_TO_BOOK):
        return TimeGone(sentence)
    if any(said.has(code) for code in UNKNOWN_CITIZEN):
        return CitizenUnknown(sentence)
    if answer.status_code == httpx2.codes.NOT_FOUND or said.has(ErrorCode.BOOKING_OF_ANOTHER_CITIZEN):
        return NotFound(sentence)
    if answer.status_code == httpx2.codes.CONFLICT:
        return NotAllowed(sentence)
    log.warning("booking_service_refused", status=answer.status_code, codes=[one.code for one in said.complaints])
    return Unavailable(_out_of_reach())
