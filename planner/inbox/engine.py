"""The engine of the inbox: takes what is due and lets its reader do the work, one message a transaction.

A message is the first of its citizen and kind, in the order in which the sender wrote the changes down; the others of
that citizen and kind wait for it. It is marked as handled in the transaction of its effect, so a worker that dies
leaves it as it was. What is older than what was handled before changes nothing.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from planner.dfdg.messages import PushedMessage
from planner.dfdg.wire import Fields, Unreadable, pushed_from
from planner.inbox.kinds import about
from planner.inbox.models import Latest, Received
from planner.inbox.readers import SOURCE, CannotUse, News, reader_of
from planner.logs import masked
from planner.outbox.alone import alone
from planner.outbox.models import CalledBy
from planner.outbox.retry import pause_with_jitter
from planner.outbox.services import note_call
from planner.ui.refusal import Refusal

LONGEST_DRAIN = 10.0
LOCK = 7301
log = structlog.get_logger(__name__)


class Ending(StrEnum):
    """How a message ended, as Systemlog names it."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    WAITING = "waiting"


def drain(jobcentre_id: int) -> int:
    """Handle what is due; how many were tried. Returns at once where another drain is at work.

    The echoes of a large plan leave room for other jobs: what is left after a while the sweep finds.
    """
    tried, until = 0, time.monotonic() + LONGEST_DRAIN
    with alone(f"inbox:{jobcentre_id}") as granted:
        while granted and time.monotonic() < until and _take_one(jobcentre_id, now=timezone.now()):
            tried += 1
    return tried


def has_work(*, now: datetime) -> bool:
    return _due(now).exists()


def _due(now: datetime) -> QuerySet[Received]:
    """Heads: due, and no earlier one of the same citizen and kind waits."""
    earlier = Received.objects.filter(
        Q(registered_at__lt=OuterRef("registered_at"))
        | Q(registered_at=OuterRef("registered_at"), pk__lt=OuterRef("pk")),
        entity=OuterRef("entity"),
        person=OuterRef("person"),
        handled_at=None,
    )
    due = Received.objects.filter(handled_at=None, not_before__lte=now)
    return due.filter(~Exists(earlier)).order_by("registered_at", "pk")


def _take_one(jobcentre_id: int, *, now: datetime) -> bool:
    """Whether there was one."""
    with acting_for(jobcentre_id, source=SOURCE):
        received = _due(now).select_for_update(skip_locked=True, of=("self",)).first()
        if received is None:
            return False
        began = time.monotonic()
        ending, text = _ended(received, now=now)
        received.attempts += 1
        if ending is Ending.WAITING:
            received.not_before, received.error_text = now + pause_with_jitter(received.attempts), text
        else:
            received.handled_at, received.error_text = now, text if ending is Ending.REFUSED else ""
        received.save(update_fields=["attempts", "not_before", "error_text", "handled_at"])
        note_call(
            jobcentre_id=jobcentre_id,
            by=CalledBy.PUSHED,
            method=str(received.entity),
            outcome=ending,
            code="",
            text=about(received.entity, text),
            milliseconds=round((time.monotonic() - began) * 1000),
            now=now,
        )
        return True


def _ended(received: Received, *, now: datetime) -> tuple[Ending, str]:
    """Handle it; what it did is undone where that fails, and it is tried again after a pause."""
    try:
        with transaction.atomic():
            return _handled(received, now=now)
    except CannotUse as refusal:
        return Ending.REFUSED, masked(refusal.text)
    except Unreadable as fault:
        return Ending.REFUSED, _("Beskeden kan ikke bruges: feltet «%(name)s» mangler eller er forkert.") % {
            "name": fault.name
        }
    except Refusal as refusal:
        return Ending.WAITING, masked(str(refusal.sentence))
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("inbox_fault", received=received.pk, fault=type(fault).__name__)
        return Ending.WAITING, _("Uventet fejl i Planner. Den er noteret, og der prøves igen.")


def _handled(received: Received, *, now: datetime) -> tuple[Ending, str]:
    _alone_with(bytes(received.person))
    reader = reader_of(received.entity)
    if reader is None:
        return Ending.UNCHANGED, _("Planner bruger ikke beskeder af den slags.")
    if not _is_newest(received):
        return Ending.UNCHANGED, _("Der er allerede kommet en nyere.")
    news = News(
        message=_read(received), jobcentre_id=received.jobcentre_id, registered_at=received.registered_at, now=now
    )
    if reader(news):
        return Ending.TAKEN, ""
    return Ending.UNCHANGED, _("Planner vidste det allerede.")


def _read(received: Received) -> PushedMessage:
    return pushed_from(Fields(json.loads(decrypt(received.encrypted))))


def _is_newest(received: Received) -> bool:
    """Whether no later version of the thing was handled; from now on this one is the newest."""
    thing: dict[str, Any] = {"entity": received.entity, "external_id": received.external_id}
    latest = Latest.objects.filter(**thing).first()
    if latest and _place(latest) >= _place(received):
        return False
    Latest.objects.update_or_create(
        jobcentre_id=received.jobcentre_id,
        **thing,
        defaults={"registered_at": received.registered_at, "version_id": received.version_id},
    )
    return True


def _place(version: Latest | Received) -> tuple[datetime, int]:
    """Where it stands among the versions of its thing; of two at the same instant the ids decide, for everybody."""
    return version.registered_at, version.version_id.int


def _alone_with(person: bytes) -> None:
    """No other worker handles anything of the citizen until this transaction ends; taken before any other lock."""
    key = int.from_bytes(person[:4], "big") & 0x7FFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, key])
