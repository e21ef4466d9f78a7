"""Messages as DFDG pushes them, through Django's client."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.test import Client

from planner.dfdg import wire
from planner.dfdg.codes import ChangeKind, EntityKind, OrganisationType
from planner.dfdg.messages import Organisation, PushedMessage
from planner.inbox import engine
from tests.factories import NOW

CPR = "1205881234"
OTHER_CPR = "0103751233"
CODE = "10300"


def organisation(code: str) -> str:
    body = wire.organisation_body(Organisation(OrganisationType.JOBCENTRE, code))
    return wire.encoded(body, wire.HeaderEncoding.JSON)


def pushed(
    *,
    entity: int = EntityKind.SUMMONS,
    external_id: UUID | None = None,
    change: ChangeKind = ChangeKind.CREATED,
    cpr: str = CPR,
    registered_at: datetime | None = NOW,
    body: dict[str, Any] | None = None,
) -> PushedMessage:
    return PushedMessage(
        entity=entity,
        external_id=external_id or uuid4(),
        version_id=uuid4(),
        change=change,
        cpr=cpr,
        registered_at=registered_at,
        body=body or {},
    )


@dataclass
class Pusher:
    """DFDG, by the token of a trial run."""

    jobcentre_id: int
    browser: Client = field(default_factory=Client)

    def push(self, message: PushedMessage | dict[str, Any] | bytes, **headers: str) -> Any:
        body = wire.pushed_body(message) if isinstance(message, PushedMessage) else message
        text = body if isinstance(body, bytes) else json.dumps(body)
        sent = {"Authorization": f"Bearer {settings.BORGERBOOKING_TOKEN}", "x-activeOrganisation": organisation(CODE)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser.generic("POST", "/dfdg/webhook/", text, "application/json", headers=sent)

    def drain(self) -> int:
        """What a worker does when it is told to go and look."""
        return engine.drain(self.jobcentre_id)

    def take(self, *messages: PushedMessage) -> None:
        """Pushed and handled, one after another."""
        for message in messages:
            assert self.push(message).status_code == 200
            self.drain()


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)
