"""The door of the inbox: keep what was pushed, and forget it in time."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from planner.accounts.vault import digest, encrypt
from planner.dfdg.messages import PushedMessage
from planner.inbox.kinds import about
from planner.inbox.models import Latest, Received
from planner.inbox.nudges import nudge
from planner.inbox.readers import register
from planner.outbox.models import CalledBy
from planner.outbox.services import note_call

__all__ = ["forget", "receive", "register"]

KEPT = timedelta(days=30)
REMEMBERED = timedelta(days=366)
"""How long it is known which version of a thing was the newest, so that an old one sent again does no harm."""


def receive(*, jobcentre_id: int, message: PushedMessage, raw: dict[str, Any], now: datetime) -> bool:
    """Keep it, raw and encrypted, and ask a worker to take it when that is committed; False where it came before."""
    received = Received(
        jobcentre_id=jobcentre_id,
        entity=message.entity,
        external_id=message.external_id,
        version_id=message.version_id,
        person=digest(message.cpr),
        registered_at=message.registered_at or now,
        encrypted=encrypt(json.dumps(raw, ensure_ascii=False)),
        received_at=now,
        not_before=now,
    )
    version = {"entity": message.entity, "external_id": message.external_id, "version_id": message.version_id}
    before = Received.objects.filter(**version).exists()
    if not before:
        Received.objects.bulk_create([received], ignore_conflicts=True)
        transaction.on_commit(lambda: nudge(jobcentre_id), robust=True)
    note_call(
        jobcentre_id=jobcentre_id,
        by=CalledBy.PUSHED,
        method=str(message.entity),
        outcome="unchanged" if before else "answered",
        code="",
        text=about(message.entity, _("Den er kommet før.") if before else ""),
        milliseconds=0,
        now=now,
    )
    return not before


def forget(*, now: datetime) -> None:
    """Messages older than 30 days, handled or not, are deleted; and after a year which version was the newest."""
    Received.objects.filter(received_at__lt=now - KEPT).delete()
    Latest.objects.filter(registered_at__lt=now - REMEMBERED).delete()
