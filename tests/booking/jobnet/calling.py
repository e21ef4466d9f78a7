"""Calls to BorgerBookingService through Django's client, as DFDG and «Min side» make them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.test import Client

from booking.models import OnlineOffer
from tests.factories import MONDAY, at

ROOT = "/v1/BorgerBooking"
CODE = "10300"


@dataclass(frozen=True)
class Heard:
    """An answer: its status, its JSON, and the codes of its complaints."""

    status: int
    body: Any

    @property
    def codes(self) -> list[int]:
        return [row["kode"] for row in self.body["fejl"]] if self.body and "fejl" in self.body else []

    @property
    def texts(self) -> str:
        return " ".join(row["tekst"] for row in self.body["fejl"])


@dataclass
class Caller:
    headers: dict[str, str]
    browser: Client = field(default_factory=Client)

    @classmethod
    def jobnet(cls) -> Caller:
        return cls({"Authorization": f"Bearer {settings.BORGERBOOKING_TOKEN}"})

    @classmethod
    def min_side(cls) -> Caller:
        return cls({"Authorization": f"Bearer {settings.BORGERBOOKING_OWN_TOKEN}"})

    def ask(self, verb: str, path: str, cpr: str = "", body: object = None, **headers: str) -> Heard:
        sent = self.headers | ({"x-civilregistrationIdentifier": cpr} if cpr else {})
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if isinstance(body, str) else "" if body is None else json.dumps(body, default=spelled)
        answer = self.browser.generic(verb, f"{ROOT}{path}", text, "application/json", headers=sent)
        return Heard(answer.status_code, json.loads(answer.content) if answer.content else None)

    # The nine methods and ours, with what is usually said

    def offers(self, cpr: str, **changes: object) -> Heard:
        return self.ask("POST", "/Moedetilbud", cpr, {"jobcenterKode": CODE, "kontaktgruppeType": 1} | changes)

    def times(
        self, cpr: str, offer_id: UUID, *, first: datetime | None = None, last: datetime | None = None, **asked: object
    ) -> Heard:
        body = {"intervalStart": first or at(MONDAY, "00:00"), "intervalSlut": last or at(MONDAY, "23:59")}
        return self.ask("POST", f"/Moedetilbud/{offer_id}/Moedetider", cpr, body | asked)

    def details(self, cpr: str, offer_id: UUID, clock: str = "09:00", **asked: object) -> Heard:
        return self.ask("POST", f"/Moedetilbud/{offer_id}/Detaljer", cpr, chosen(clock) | asked)

    def reserve(
        self, cpr: str, offer: OnlineOffer, clock: str = "09:00", *, booking_id: UUID, **asked: object
    ) -> Heard:
        body = {"moedetilbudId": offer.pk} | chosen(clock) | asked
        return self.ask("POST", f"/Booking/{booking_id}/action/reserver", cpr, body)

    def book(
        self, cpr: str, offer: OnlineOffer, clock: str = "09:00", *, booking_id: UUID | None = None, **asked: object
    ) -> Heard:
        body = {"moedetilbudId": offer.pk} | chosen(clock) | asked
        return self.ask("POST", f"/Booking/{booking_id or uuid4()}", cpr, body)

    def rebook(self, cpr: str, booking_id: UUID, clock: str, **asked: object) -> Heard:
        return self.ask("PUT", f"/Booking/{booking_id}", cpr, {"starttidspunkt": at(MONDAY, clock)} | asked)

    def accept(self, cpr: str, booking_id: UUID, **asked: object) -> Heard:
        return self.ask("POST", f"/Booking/{booking_id}/action/accepter", cpr, asked or None)

    def cancel(self, cpr: str, booking_id: UUID, reason: str = "Ferie") -> Heard:
        return self.ask("POST", f"/Booking/{booking_id}/action/aflys", cpr, {"aarsag": reason})

    def fault(self, cpr: str, **changes: object) -> Heard:
        body: dict[str, object] = {"fejlkode": 3, "fejlOphav": 32, "fejlTidspunkt": at(MONDAY, "08:00")}
        return self.ask("POST", "/Fejlmelding", cpr, body | changes)


def spelled(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def chosen(clock: str, day: date = MONDAY) -> dict[str, object]:
    return {"starttidspunkt": at(day, clock), "samtaleformType": 1}


def starts(heard: Heard) -> list[str]:
    """The clocks of the times shown."""
    slots = heard.body["bookingTimeslotCollection"]["bookingTimeslot"]
    return [slot["startTime"][11:16] for slot in slots]
