"""A citizen's own session: a cookie of its own, half an hour, and nothing of the citizen in clear (GUARD-11, GUARD-13).

It holds who the citizen is, what they have chosen and not yet confirmed, and the last receipt; all of it encrypted.
A member of staff who books for a citizen has the same session, and only while signed in with the right to it.
"""

from __future__ import annotations

import json
from base64 import b85decode, b85encode
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pydantic import BaseModel, Field

from planner.accounts.permissions import Permission
from planner.accounts.vault import decrypt, encrypt
from planner.dfdg.jobnet import wire
from planner.minside.client import Service, service_address

COOKIE = "planner_minside"
PATH = "/minside/"
IDLE_SECONDS = 30 * 60


class Staff(BaseModel):
    """Who books for the citizen, and where they came from."""

    user_id: int
    jobcentre_id: int
    back: str


class Citizen(BaseModel):
    """Who is signed in, at which job centre, where they can ring, and whether receipts come by e-mail."""

    cpr: str = Field(repr=False)
    name: str
    jobcentre: str
    code: str
    phone: str = ""
    email: str = ""
    gets_mail: bool = False
    staff: Staff | None = None


class Choice(BaseModel):
    """A time that is chosen and not confirmed; `before`: the booking whose time it is to replace."""

    offer_id: UUID | None
    address: str
    details: wire.Details
    before: wire.Details | None = None
    employee_id: str | None = None
    expires_at: datetime | None = None


class Receipt(BaseModel):
    """What was just done, and to what."""

    act: Literal["booked", "rebooked", "cancelled"]
    details: wire.Details


class Kept(BaseModel):
    """All that a session holds."""

    citizen: Citizen
    offers: list[wire.Offer] = []
    choice: Choice | None = None
    receipt: Receipt | None = None


class Visit:
    """One request of a signed-in citizen."""

    def __init__(self, store: SessionStore, kept: Kept, request: HttpRequest) -> None:
        self._store, self.kept = store, kept
        citizen = kept.citizen
        self.service = Service(base_url=service_address(request), cpr=citizen.cpr, code=citizen.code)

    @property
    def citizen(self) -> Citizen:
        return self.kept.citizen

    @property
    def staff_id(self) -> int | None:
        """The id of the member of staff who books, where one does."""
        return self.citizen.staff.user_id if self.citizen.staff else None

    def save(self, response: HttpResponse) -> None:
        """Keep it for another half hour."""
        self._store["sealed"] = b85encode(encrypt(self.kept.model_dump_json())).decode()
        self._store.set_expiry(IDLE_SECONDS)
        with suppress(UpdateError):  # signed out meanwhile, in another window
            self._store.save()
            _set_cookie(response, self._store.session_key)

    def end(self, response: HttpResponse) -> None:
        self._store.flush()
        response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


def _set_cookie(response: HttpResponse, key: str | None) -> None:
    response.set_cookie(
        COOKIE, key or "", path=PATH, max_age=IDLE_SECONDS, secure=settings.SECURE, httponly=True, samesite="Lax"
    )


def begin(request: HttpRequest, response: HttpResponse, citizen: Citizen) -> None:
    """Let this browser in as the citizen, under a new key; what it held before is gone."""
    if before := request.COOKIES.get(COOKIE):
        SessionStore(before).flush()
    store = SessionStore()
    store["began"] = timezone.now().isoformat()
    Visit(store, Kept(citizen=citizen), request).save(response)


def visit_of(request: HttpRequest) -> Visit | None:
    """The visit that this request belongs to, if it may go on."""
    store = SessionStore(request.COOKIES.get(COOKIE))
    sealed, began = store.get("sealed"), store.get("began")
    if not sealed or not began:
        return None
    longest = timedelta(hours=settings.SESSION_LONGEST_HOURS)
    if timezone.now() - datetime.fromisoformat(began) > longest:
        return None
    try:
        kept = Kept.model_validate(json.loads(decrypt(b85decode(sealed))))
    except (InvalidTag, ValueError):
        return None
    return Visit(store, kept, request) if _may_go_on(request, kept.citizen.staff) else None


def _may_go_on(request: Any, staff: Staff | None) -> bool:
    """A citizen may; staff while they are signed in at the job centre with the right to change appointments."""
    if staff is None:
        return True
    own = request.user.pk == staff.user_id and request.jobcentre is not None
    return own and request.jobcentre.pk == staff.jobcentre_id and may_book_for_others(request)


def may_book_for_others(request: Any) -> bool:
    return Permission.APPOINTMENTS_CHANGE in request.permissions
