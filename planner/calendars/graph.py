"""A calendar in Microsoft 365 by Microsoft Graph v1.0, as an application: https://learn.microsoft.com/graph/api."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from planner.calendars.calls import Answer, call, fault_of, unreadable
from planner.calendars.errors import Refused
from planner.calendars.interface import FoundEntry, Held, OwnEntry, Times, Written, own_times
from planner.timeline.clock import midnight

AT_ONCE = 4
"""Requests under way to one mailbox: Microsoft's limit."""
PAGE = 200
MOST_PAGES = 100
MARGIN_SECONDS = 60.0
OWN_UID = "String {6f1c5a52-3f0e-4b9e-9d0b-7a0a4b6f2e11} Name PlannerUid"
"""Where our uid stands: Microsoft makes its own `iCalUId`."""
TAKES_TIME = frozenset({"busy", "tentative", "oof", "unknown"})
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
FIELDS = "id,start,end,isAllDay,showAs,isCancelled,subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Planner's registration at the organisation, and where Microsoft answers."""

    tenant: str
    client_id: str
    secret: str = field(repr=False)
    base_url: str = "https://graph.microsoft.com/v1.0"
    login_url: str = "https://login.microsoftonline.com"


@dataclass(slots=True)
class _Access:
    """The token of an application, kept until shortly before it runs out."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    token: str = field(default="", repr=False)
    until: float = 0.0


@cache
def _access(_application: Application) -> _Access:
    return _Access()


@cache
def _turns(_base_url: str, _mailbox: str) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphCalendar:
    """The first calendar of a mailbox; `timeout` in seconds, for each phase of a call."""

    application: Application
    mailbox: str
    timeout: float = 10.0

    def put(self, entry: OwnEntry, *, held: Held | None, request_id: UUID) -> Written:
        """Changed where it is known or found by our uid, else made, with `request_id` against doubles."""
        event = held.address if held and held.address else self._known_id(entry.uid)
        if event:
            written = self._change(event, entry, held)
            if written:
                return written
        body = _event(entry) | {"transactionId": str(request_id)}
        answer = self._call("POST", "/calendar/events", body=body, accepted=(HTTPStatus.OK, HTTPStatus.CREATED))
        return _written(answer)

    def _change(self, event: str, entry: OwnEntry, held: Held | None) -> Written | None:
        """None where it is gone meanwhile."""
        etag, changed = held.etag if held else "", False
        answer = self._patch(event, entry, etag)
        if answer.status == HTTPStatus.PRECONDITION_FAILED:
            there = self._call("GET", f"/events/{quote(event, safe='')}", accepted=(HTTPStatus.OK, *GONE))
            if there.status in GONE:
                return None
            changed = _times(_read(there)) not in own_times(entry, held)
            answer = self._patch(event, entry, _text(_read(there), "@odata.etag"))
        if answer.status in GONE:
            return None
        if answer.status != HTTPStatus.OK:
            raise fault_of(answer)
        return _written(answer, was_changed=changed)

    def _patch(self, event: str, entry: OwnEntry, etag: str) -> Answer:
        accepted = (HTTPStatus.OK, HTTPStatus.PRECONDITION_FAILED, *GONE)
        headers = {"If-Match": etag} if etag else {}
        path = f"/events/{quote(event, safe='')}"
        return self._call("PATCH", path, body=_event(entry), headers=headers, accepted=accepted)

    def delete(self, uid: str, *, held: Held | None) -> None:
        event = held.address if held and held.address else self._known_id(uid)
        if event:
            path = f"/events/{quote(event, safe='')}"
            self._call("DELETE", path, accepted=(HTTPStatus.NO_CONTENT, HTTPStatus.OK, *GONE))

    def busy(self, first: datetime, last: datetime, *, mark: str) -> tuple[FoundEntry, ...]:
        query = {
            "startDateTime": _utc(first),
            "endDateTime": _utc(last),
            "$select": FIELDS,
            "$expand": f"singleValueExtendedProperties($filter=id eq '{OWN_UID}')",
            "$top": str(PAGE),
        }
        path = f"/calendarView?{urlencode(query)}"
        found: list[FoundEntry] = []
        for _page in range(MOST_PAGES):
            page = _read(self._call("GET", path, accepted=(HTTPStatus.OK,)))
            found += [_found(row, mark) for row in _rows(page)]
            following = _text(page, "@odata.nextLink")
            if not following:
                return tuple(found)
            path = self._own_path(following)
        raise Refused(_("Kalenderens svar er for stort."))

    def _own_path(self, link: str) -> str:
        """The next page's path below the mailbox; never another host's."""
        base = f"{self.application.base_url}/users/{quote(self.mailbox, safe='@')}"
        there, here = urlsplit(link), urlsplit(base)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc) or "/calendarView" not in there.path:
            raise Refused(_("Kalenderen viser videre til en anden adresse."))
        return f"/calendarView?{there.query}"

    def probe(self) -> None:
        self._call("GET", "/calendar?$select=id,canEdit", accepted=(HTTPStatus.OK,))

    def _known_id(self, uid: str) -> str:
        """The event that has our uid; empty where there is none."""
        wanted = f"singleValueExtendedProperties/any(ep: ep/id eq '{OWN_UID}' and ep/value eq '{uid}')"
        query = urlencode({"$filter": wanted, "$select": "id", "$top": "1"})
        rows = _rows(_read(self._call("GET", f"/events?{query}", accepted=(HTTPStatus.OK,))))
        return _text(rows[0], "id") if rows else ""

    def _call(
        self,
        method: str,
        path: str,
        *,
        accepted: tuple[int, ...],
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        said = {
            "Authorization": f"Bearer {self._token()}",
            "Prefer": 'outlook.timezone="UTC"',
            "Accept": "application/json",
        }
        content = json.dumps(body).encode() if body is not None else None
        if content is not None:
            said["Content-Type"] = "application/json"
        address = f"{self.application.base_url}/users/{quote(self.mailbox, safe='@')}{path}"
        everything = (*accepted, HTTPStatus.UNAUTHORIZED)
        with _turns(self.application.base_url, self.mailbox):
            answer = call(
                method,
                address,
                timeout=self.timeout,
                accepted=everything,
                headers=said | (headers or {}),
                content=content,
            )
        if answer.status == HTTPStatus.UNAUTHORIZED:
            _access(self.application).until = 0.0  # the next call asks for another
            raise fault_of(answer)
        return answer

    def _token(self) -> str:
        access, one = _access(self.application), self.application
        with access.lock:
            if time.monotonic() < access.until:
                return access.token
            form = {
                "grant_type": "client_credentials",
                "client_id": one.client_id,
                "client_secret": one.secret,
                "scope": f"{_origin(one.base_url)}/.default",
            }
            address = f"{one.login_url}/{quote(one.tenant, safe='')}/oauth2/v2.0/token"
            ended = (HTTPStatus.OK, HTTPStatus.BAD_REQUEST)
            answer = call("POST", address, timeout=self.timeout, accepted=ended, headers={}, data=form)
            if answer.status == HTTPStatus.BAD_REQUEST:  # «invalid_client» and the like
                raise fault_of(Answer(HTTPStatus.UNAUTHORIZED, answer.headers, b""))
            said = _read(answer)
            access.token = _text(said, "access_token")
            access.until = time.monotonic() + float(said.get("expires_in", 0)) - MARGIN_SECONDS
            return access.token


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _event(entry: OwnEntry) -> dict[str, Any]:
    """The entry in Microsoft's words: private, and it takes the time."""
    return {
        "subject": entry.title,
        "body": {"contentType": "text", "content": entry.words},
        "start": {"dateTime": _plain(entry.starts_at), "timeZone": "UTC"},
        "end": {"dateTime": _plain(entry.ends_at), "timeZone": "UTC"},
        "location": {"displayName": entry.place},
        "sensitivity": "private",
        "showAs": "busy",
        "singleValueExtendedProperties": [{"id": OWN_UID, "value": entry.uid}],
    }


def _plain(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def _utc(instant: datetime) -> str:
    return f"{_plain(instant)}Z"


def _read(answer: Answer) -> dict[str, Any]:
    try:
        read = json.loads(answer.body)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise unreadable()
    return read


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name) or ""
    if not isinstance(value, str):
        raise unreadable()
    return value


def _rows(page: dict[str, Any]) -> list[dict[str, Any]]:
    rows = page.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unreadable()
    return rows


def _written(answer: Answer, *, was_changed: bool = False) -> Written:
    row = _read(answer)
    return Written(address=_text(row, "id"), etag=_text(row, "@odata.etag"), was_changed=was_changed)


def _found(row: dict[str, Any], mark: str) -> FoundEntry:
    properties = row.get("singleValueExtendedProperties") or []
    uid = next((str(one.get("value")) for one in properties if one.get("id", "").lower() == OWN_UID.lower()), "")
    ours = bool(uid) and uid.endswith(mark)
    starts_at, ends_at = _times(row)
    return FoundEntry(
        uid=uid or _text(row, "id"),
        starts_at=starts_at,
        ends_at=ends_at,
        is_busy=row.get("showAs") in TAKES_TIME and not row.get("isCancelled"),
        title=_text(row, "subject") if ours else "",
        address=_text(row, "id"),
        etag=_text(row, "@odata.etag"),
    )


def _times(row: dict[str, Any]) -> Times:
    """Microsoft says a whole day as midnight to midnight in any zone: it is a day of ours."""
    try:
        start, end = (datetime.fromisoformat(row[name]["dateTime"][:19]) for name in ("start", "end"))
    except (KeyError, TypeError, ValueError):
        raise unreadable() from None
    if row.get("isAllDay"):
        return midnight(start.toordinal()), midnight(end.toordinal())
    return start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
