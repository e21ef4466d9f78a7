"""Jobnet's calls to the planner: plays `dfdg.md` 1.2 over HTTP, and keeps what DFDG would keep of it.

Each method is one call; `DFDG` checks the details as it would, stores what was booked as its own, and reports a fault
where the planner's answer does not hold.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
from pydantic import ValidationError

from planner.dfdg.codes import ChangeKind, ErrorCode, OrganisationType
from planner.dfdg.jobnet import wire as messages
from planner.dfdg.jobnet.methods import METHODS
from planner.dfdg.jobnet.wire import THEIR_NAMES, Operation, Part
from planner.dfdg.messages import Caller, Organisation, PersonFacts
from planner.dfdg.simulator.directory import Directory
from planner.dfdg.simulator.store import Held, Store
from planner.dfdg.simulator.validation import complaints_about
from planner.dfdg.wire import (
    DANISH_TIME,
    Field,
    Fields,
    HeaderNames,
    encoded,
    held_summons_body,
    organisation_body,
    summons_from,
)

EXCHANGES_KEPT = 200
PATIENCE_SECONDS = 5.0
PLANNER = "planner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the planner's service is, and by which token a trial run is let in."""

    url: str
    paths: Mapping[str, str]
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call and its answer, as shown on the page; `status` 0 where none came."""

    at: datetime
    method: str
    verb: str
    path: str
    cpr: str = field(repr=False)
    said: dict[str, Any] = field(repr=False)
    status: int
    heard: Any = field(repr=False)
    milliseconds: int

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def read(self, model: type[Part]) -> Any:
        return model.model_validate(self.heard)


class Jobnet:
    """A citizen at Jobnet, and DFDG between them and the planner."""

    def __init__(self, address: Address, store: Store, directory: Directory, clock: Callable[[], datetime]) -> None:
        self.address = address
        self.exchanges: deque[Exchange] = deque(maxlen=EXCHANGES_KEPT)
        self._store, self._directory, self._clock = store, directory, clock
        self._names = HeaderNames()
        self._http = httpx2.Client(base_url=address.url, timeout=PATIENCE_SECONDS, trust_env=False)

    def close(self) -> None:
        self._http.close()

    # The nine methods

    def offers(self, cpr: str) -> Exchange:
        person = self._person(cpr)
        category = person.person_category
        asked = messages.OffersRequest(
            jobcentre_code=person.jobcentre_code,
            contact_group=person.contact_group.code if person.contact_group else 1,
            person_category=messages.PersonCategory(code=category, since=self._clock()) if category else None,
            person_groups=[messages.PersonGroup(group_id=one) for one in person.person_groups],
        )
        return self.call(Operation.OFFERS, cpr, asked, verb="POST")

    def times(
        self,
        cpr: str,
        offer_id: UUID,
        *,
        first_at: datetime,
        last_at: datetime,
        employee_id: str | None = None,
        booking_id: UUID | None = None,
    ) -> Exchange:
        asked = messages.TimesRequest(
            first_at=first_at, last_at=last_at, employee_id=employee_id, booking_id=booking_id
        )
        return self.call(Operation.TIMES, cpr, asked, offer_id=offer_id)

    def details(
        self,
        cpr: str,
        offer_id: UUID,
        *,
        starts_at: datetime,
        contact_mode: int,
        employee_id: str | None = None,
        booking_id: UUID | None = None,
    ) -> Exchange:
        """DFDG builds its summons from the answer, and reports a fault where it cannot."""
        asked = messages.DetailsRequest(
            starts_at=starts_at, contact_mode=contact_mode, employee_id=employee_id, booking_id=booking_id
        )
        exchange = self.call(Operation.DETAILS, cpr, asked, offer_id=offer_id)
        if exchange.is_success and (text := self._objection(exchange, cpr)):
            self.report_fault(cpr, offer_id=offer_id, kind=2, source=30, text=text)
        return exchange

    def reserve(self, cpr: str, booking_id: UUID, asked: messages.ReservationRequest) -> Exchange:
        return self.call(Operation.RESERVE, cpr, asked, booking_id=booking_id)

    def book(self, cpr: str, booking_id: UUID, asked: messages.BookingRequest) -> Exchange:
        """DFDG stores what was booked, as self-booked, when the planner says yes."""
        exchange = self.call(Operation.BOOK, cpr, asked, booking_id=booking_id)
        if exchange.is_success:
            self._keep(exchange, cpr)
        return exchange

    def rebook(self, cpr: str, booking_id: UUID, asked: messages.RebookingRequest) -> Exchange:
        exchange = self.call(Operation.REBOOK, cpr, asked, booking_id=booking_id)
        if exchange.is_success:
            self._keep(exchange, cpr)
        return exchange

    def accept(self, cpr: str, booking_id: UUID) -> Exchange:
        return self.call(Operation.ACCEPT, cpr, messages.AcceptanceRequest(), booking_id=booking_id)

    def cancel(self, cpr: str, booking_id: UUID, *, reason: str = "") -> Exchange:
        asked = messages.CancellationRequest(reason=reason)
        exchange = self.call(Operation.CANCEL, cpr, asked, booking_id=booking_id)
        if exchange.is_success:
            self._delete(booking_id)
        return exchange

    def report_fault(
        self,
        cpr: str,
        *,
        offer_id: UUID | None = None,
        booking_id: UUID | None = None,
        kind: int = 3,
        source: int = 32,
        text: str = "",
    ) -> Exchange:
        asked = messages.FaultRequest(
            offer_id=offer_id,
            booking_id=booking_id,
            kind=kind,
            source=source,
            text=text[:500],
            happened_at=self._clock(),
        )
        return self.call(Operation.FAULT, cpr, asked)

    # One call

    def call(
        self,
        operation: Operation,
        cpr: str,
        asked: Part,
        *,
        offer_id: UUID | None = None,
        booking_id: UUID | None = None,
        verb: str = "",
    ) -> Exchange:
        """As it goes over the wire: the number in its header alone."""
        verb = verb or METHODS[operation].verbs[0]
        path = "/" + self.address.paths[operation].format(offer_id=offer_id, booking_id=booking_id)
        said, began, at = asked.body(), time.perf_counter(), self._clock()
        status, heard = self._sent(verb, path, self._headers(cpr), said)
        exchange = Exchange(
            at=at,
            method=THEIR_NAMES[operation],
            verb=verb,
            path=path,
            cpr=cpr,
            said=said,
            status=status,
            heard=heard,
            milliseconds=round((time.perf_counter() - began) * 1000),
        )
        self.exchanges.append(exchange)
        return exchange

    def _sent(self, verb: str, path: str, headers: dict[str, str], said: dict[str, Any]) -> tuple[int, Any]:
        try:
            if verb == "GET":
                answer = self._http.request(verb, path, headers=headers, params=said)
            else:
                answer = self._http.request(verb, path, headers=headers, json=said)
        except httpx2.HTTPError as fault:
            return 0, {"fault": type(fault).__name__}
        try:
            return answer.status_code, answer.json() if answer.content else None
        except ValueError:
            return answer.status_code, answer.text[:500]

    def _headers(self, cpr: str) -> dict[str, str]:
        person = self._directory.person(cpr)
        sent = {self._names.citizen: cpr, self._names.request_id: str(uuid4())}
        if person and person.jobcentre_code:
            organisation = organisation_body(Organisation(OrganisationType.JOBCENTRE, person.jobcentre_code))
            sent[self._names.organisation] = encoded(organisation, self._names.organisation_encoding)
        return sent | ({"Authorization": f"Bearer {self.address.token}"} if self.address.token else {})

    def _person(self, cpr: str) -> PersonFacts:
        person = self._directory.person(cpr)
        if person is None:
            raise ValueError("no such person")
        return person

    # What DFDG does with it

    def _objection(self, exchange: Exchange, cpr: str) -> str:
        """What DFDG would find wrong with the details; nothing is the rule."""
        try:
            exchange.read(messages.Details)
        except ValidationError as fault:
            return f"{ErrorCode.VALIDATION}: {fault.error_count()} felter"
        caller = Caller.citizen(
            jobcentre_code=self._person(cpr).jobcentre_code, full_name="", cpr=cpr, registered_at=self._clock()
        )
        today = self._clock().astimezone(DANISH_TIME).date()
        found = complaints_about(Fields(exchange.heard), caller=caller, cpr=cpr, today=today)
        return "; ".join(f"{one.code}: {one.text}" for one in found)

    def _keep(self, exchange: Exchange, cpr: str) -> None:
        details = exchange.read(messages.Details)
        message = summons_from(Fields(exchange.heard), cpr=cpr, summons_id=details.booking_id)
        known = self._store.held(details.booking_id)
        code = self._person(cpr).jobcentre_code
        held = Held(
            summons_id=details.booking_id,
            cpr=cpr,
            jobcentre_code=code,
            system=known.system if known else PLANNER,
            body=held_summons_body(message) | {str(Field.SELF_BOOKED): True},
            deleted=False,
            changed_at=self._clock(),
        )
        change = ChangeKind.UPDATED if known else ChangeKind.CREATED
        self._write(held, change)

    def _delete(self, booking_id: UUID) -> None:
        known = self._store.held(booking_id)
        if known and not known.deleted:
            self._write(replace(known, deleted=True, changed_at=self._clock()), ChangeKind.DELETED)

    def _write(self, held: Held, change: ChangeKind) -> None:
        organisation = Organisation(OrganisationType.JOBCENTRE, held.jobcentre_code)
        self._store.keep(held, change, organisation=organisation, request_id=f"jobnet {uuid4()}"[:46])
