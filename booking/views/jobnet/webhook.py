"""`POST /dfdg/webhook/`: what DFDG pushes is let in or not, kept as it came, and answered at once (`dfdg.md` 3.1).

Any answer but 200 leaves the message with DFDG, which tries again: nothing that cannot be read is lost.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from booking.queries import jobcentres
from booking.views.jobnet.callers import JOBNET, caller_of
from booking.views.jobnet.calls import LARGEST_BODY, NAMES
from planner.accounts.tenancy import acting_for
from planner.dfdg.codes import EntityKind
from planner.dfdg.messages import PushedMessage
from planner.dfdg.wire import Fields, Unreadable, decoded, organisation_from, pushed_from
from planner.inbox import services
from planner.inbox.readers import SOURCE
from planner.ui.views import RETRY_AFTER_SECONDS

log = structlog.get_logger(__name__)


class NotTaken(Exception):
    """Why a message stays with the sender; `text` never says what stood in it."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


@csrf_exempt
@never_cache
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """200 when it is kept, or was before."""
    try:
        known = _kept(request)
    except NotTaken as fault:
        log.warning("pushed_not_taken", status=int(fault.status), why=fault.text)
        return JsonResponse({"fault": fault.text}, status=fault.status)
    except (OperationalError, InterfaceError):
        log.warning("pushed_unavailable")
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
    return JsonResponse({"received": True, "known": known})


def _kept(request: HttpRequest) -> bool:
    """Whether it came before."""
    if caller_of(request) is not JOBNET:
        raise NotTaken(HTTPStatus.UNAUTHORIZED, _("Adgang kræver et kendt klientcertifikat."))
    raw = _object(_text(request))
    try:
        message = pushed_from(Fields(raw))
    except Unreadable as fault:
        text = _("«%(field)s» mangler eller er ikke gyldig.") % {"field": fault.name}
        raise NotTaken(HTTPStatus.BAD_REQUEST, text) from None
    jobcentre_id = _jobcentre_of(request, message)
    if jobcentre_id is None:
        raise NotTaken(HTTPStatus.NOT_FOUND, _("Planner kender ikke den myndighed, som beskeden er til."))
    with acting_for(jobcentre_id, source=SOURCE):
        return not services.receive(jobcentre_id=jobcentre_id, message=message, raw=raw, now=timezone.now())


def _text(request: HttpRequest) -> bytes:
    try:
        text = request.body
    except (RequestDataTooBig, UnreadablePostError):
        text = b" " * (LARGEST_BODY + 1)
    if len(text) > LARGEST_BODY:
        raise NotTaken(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("Indholdet fylder for meget."))
    return text


def _object(text: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict) or "\\u0000" in json.dumps(raw):
        raise NotTaken(HTTPStatus.BAD_REQUEST, _("Indholdet kan ikke læses som JSON."))
    return raw


def _jobcentre_of(request: HttpRequest, message: PushedMessage) -> int | None:
    """By the code that stands beside it; without one by whose booking or citizen it is about."""
    said = request.headers.get(NAMES.organisation, "")
    if not said:
        booked = jobcentres.of_booking(message.external_id) if message.entity == EntityKind.SUMMONS else None
        return booked or jobcentres.of_number(message.cpr)
    try:
        return jobcentres.of_code(organisation_from(decoded(said, NAMES.organisation_encoding)).code)
    except (Unreadable, RecursionError):
        text = _("«%(field)s» mangler eller er ikke gyldig.") % {"field": NAMES.organisation}
        raise NotTaken(HTTPStatus.BAD_REQUEST, text) from None
