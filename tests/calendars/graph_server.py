"""Microsoft Graph as far as Planner speaks with it, by the published names and rules of v1.0."""

from __future__ import annotations

import itertools
import json
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from planner.calendars.graph import Application, GraphCalendar

TENANT, CLIENT, SECRET, MAILBOX = "nordby.onmicrosoft.com", "planner", "hemmelig", "anna@nordby.dk"
READ_ONLY = {"id", "iCalUId", "@odata.etag"}
EVENT = {"subject", "body", "start", "end", "location", "sensitivity", "showAs", "singleValueExtendedProperties"}


@dataclass
class GraphServer:
    """One mailbox; `most` counts the requests that were under way at once."""

    server: HTTPServer
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    transactions: dict[str, str] = field(default_factory=dict)
    faults: list[Response] = field(default_factory=list)
    tokens: int = 0
    most: int = 0

    def __post_init__(self) -> None:
        self._numbers, self._under_way, self._lock = itertools.count(1), 0, threading.Lock()
        self.server.expect_request(re.compile("^/login/")).respond_with_handler(self._login)
        self.server.expect_request(re.compile("^/v1.0/")).respond_with_handler(self._counted)

    @property
    def application(self) -> Application:
        """Planner's registration here."""
        return Application(
            tenant=TENANT,
            client_id=CLIENT,
            secret=SECRET,
            base_url=self.server.url_for("/v1.0"),
            login_url=self.server.url_for("/login"),
        )

    @property
    def calendar(self) -> GraphCalendar:
        return GraphCalendar(application=self.application, mailbox=MAILBOX)

    def add(self, start: datetime, end: datetime, **other: Any) -> str:
        """What the counsellor has in their calendar; its id."""
        times = {"start": _time(start), "end": _time(end), "showAs": "busy", "subject": "Eget"}
        return str(self._keep(times | other)["id"])

    def change(self, event: str, **changes: Any) -> None:
        self._save(event, changes)

    def _login(self, request: Request) -> Response:
        said = request.form.to_dict()
        assert request.path == f"/login/{TENANT}/oauth2/v2.0/token"
        assert said["grant_type"] == "client_credentials"
        assert said["scope"] == self.server.url_for("/.default")
        if (said["client_id"], said["client_secret"]) != (CLIENT, SECRET):
            return _answer({"error": "invalid_client"}, 400)
        self.tokens += 1
        return _answer({"token_type": "Bearer", "expires_in": 3599, "access_token": f"token-{self.tokens}"})

    def _counted(self, request: Request) -> Response:
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        try:
            return self._answered(request)
        finally:
            with self._lock:
                self._under_way -= 1

    def _answered(self, request: Request) -> Response:
        if self.faults:
            return self.faults.pop(0)
        if request.headers.get("Authorization") != f"Bearer token-{self.tokens}":
            return _answer({"error": {"code": "InvalidAuthenticationToken"}}, 401)
        assert request.headers["Prefer"] == 'outlook.timezone="UTC"'
        path = unquote(request.path).removeprefix(f"/v1.0/users/{MAILBOX}")
        if path == request.path:
            return _answer({"error": {"code": "ErrorInvalidUser"}}, 404)
        return self._asked(request, path)

    def _asked(self, request: Request, path: str) -> Response:
        match request.method, path:
            case "GET", "/calendar":
                return _answer({"id": "1", "canEdit": True})
            case "GET", "/calendarView":
                return self._view(request)
            case "GET", "/events":
                return self._search(request.args["$filter"])
            case "POST", "/calendar/events":
                return self._post(json.loads(request.data))
        return self._one(request, path.removeprefix("/events/"))

    def _post(self, body: dict[str, Any]) -> Response:
        transaction = body.pop("transactionId", "")
        assert set(body) <= EVENT
        if transaction in self.transactions:
            return _answer(self.events[self.transactions[transaction]], 200)
        event = self._keep(body)
        self.transactions[transaction] = event["id"]
        return _answer(event, 201)

    def _search(self, wanted: str) -> Response:
        match = re.fullmatch(r"singleValueExtendedProperties/any\(ep: ep/id eq '(.+)' and ep/value eq '(.+)'\)", wanted)
        assert match
        pair = {"id": match[1], "value": match[2]}
        found = [event for event in self.events.values() if pair in event.get("singleValueExtendedProperties", [])]
        return _answer({"value": found})

    def _one(self, request: Request, event: str) -> Response:
        if event not in self.events:
            return _answer({"error": {"code": "ErrorItemNotFound"}}, 404)
        if request.method == "DELETE":
            del self.events[event]
            return Response(status=204)
        if request.method == "PATCH":
            condition = request.headers.get("If-Match")
            if condition and condition != self.events[event]["@odata.etag"]:
                return _answer({"error": {"code": "ErrorIrresolvableConflict"}}, 412)
            body = json.loads(request.data)
            assert set(body) <= EVENT
            self._save(event, body)
        return _answer(self.events[event])

    def _view(self, request: Request) -> Response:
        first, last = request.args["startDateTime"], request.args["endDateTime"]
        inside = [
            event
            for event in self.events.values()
            if event["start"]["dateTime"] < last and event["end"]["dateTime"] > first
        ]
        size, skip = int(request.args["$top"]), int(request.args.get("$skip", "0"))
        page: dict[str, Any] = {"value": inside[skip : skip + size]}
        if len(inside) > skip + size:
            base, query = request.url.split("?")
            query = re.sub(r"&(%24|\$)skip=\d+", "", query)
            page["@odata.nextLink"] = f"{base}?{query}&$skip={skip + size}"
        return _answer(page)

    def _keep(self, body: dict[str, Any]) -> dict[str, Any]:
        event = f"AAMk={next(self._numbers)}"
        self.events[event] = {"id": event, "iCalUId": f"040000008200{event}", "isAllDay": False, "isCancelled": False}
        self._save(event, body)
        return self.events[event]

    def _save(self, event: str, changes: dict[str, Any]) -> None:
        assert not set(changes) & READ_ONLY
        self.events[event] |= changes | {"@odata.etag": f'W/"{next(self._numbers)}"'}


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def _time(instant: datetime) -> dict[str, str]:
    return {"dateTime": f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}
