"""The door of BorgerBookingService: every call is let in or not, answered by its schema, and noted in Systemlog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from time import perf_counter

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from booking.views.jobnet import calls
from booking.views.jobnet.callers import Caller, caller_of
from booking.views.jobnet.methods import SERVED
from booking.views.jobnet.replies import Complained, Reply, complaint, refused, unknown
from booking.views.jobnet.subjects import actor_of
from planner.accounts.set_up import recalling
from planner.accounts.tenancy import acting_for
from planner.dfdg.codes import ErrorCode
from planner.dfdg.jobnet import wire
from planner.dfdg.jobnet.wire import THEIR_NAMES, Operation
from planner.dfdg.wire import LONGEST_REQUEST_ID
from planner.outbox.services import note_call
from planner.ui.refusal import Refusal
from planner.ui.views import RETRY_AFTER_SECONDS

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Visit:
    """What is known of a call so far, for Systemlog."""

    request: HttpRequest
    began: float = field(default_factory=perf_counter)
    operation: Operation | None = None
    caller: Caller | None = None
    jobcentre_id: int | None = None
    is_noted: bool = False

    @property
    def request_id(self) -> str:
        return self.request.headers.get(calls.NAMES.request_id, "")[:LONGEST_REQUEST_ID]

    @property
    def method(self) -> str:
        return THEIR_NAMES[self.operation] if self.operation else ""

    @property
    def milliseconds(self) -> int:
        return round((perf_counter() - self.began) * 1000)


@csrf_exempt
@never_cache
def serve(request: HttpRequest, operations: Mapping[str, Operation], **ids: str) -> HttpResponse:
    """One address, and what it answers to by verb."""
    visit = Visit(request)
    reply = _reply(visit, operations, ids)
    if isinstance(reply.answer, wire.ErrorAnswer) and visit.request_id:
        reply = replace(reply, answer=reply.answer.model_copy(update={"request_id": visit.request_id}))
    _tell_log(visit, reply)
    if not visit.is_noted:
        _note_alone(visit, reply)
    response = JsonResponse(reply.answer.body(), status=reply.status) if reply.answer else HttpResponse(status=204)
    if reply.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = ", ".join(sorted(operations))
    if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _reply(visit: Visit, operations: Mapping[str, Operation], ids: Mapping[str, str]) -> Reply:
    """The answer, whatever happens on the way to it."""
    try:
        return _served(visit, operations, ids)
    except Complained as complained:
        return complained.reply
    except Refusal as refusal:
        return refused(refusal)
    except ValidationError as fault:
        places = [".".join(map(str, one["loc"])) for one in fault.errors(include_input=False)]
        log.error("jobnet_answer_malformed", model=fault.title, places=places)  # noqa: TRY400 - a traceback tells values
        return complaint(HTTPStatus.INTERNAL_SERVER_ERROR, ErrorCode.INTERNAL, _("Svaret kunne ikke dannes.")).reply
    except (OperationalError, InterfaceError):
        log.warning("jobnet_unavailable", method=str(visit.operation))
        text = _("Planner kan ikke svare lige nu. Prøv igen om lidt.")
        return complaint(HTTPStatus.SERVICE_UNAVAILABLE, ErrorCode.GENERAL, text).reply
    except Exception:
        log.exception("jobnet_failed", method=str(visit.operation))
        return complaint(HTTPStatus.INTERNAL_SERVER_ERROR, ErrorCode.INTERNAL, _("Der er en fejl i Planner.")).reply


def _served(visit: Visit, operations: Mapping[str, Operation], ids: Mapping[str, str]) -> Reply:
    visit.caller = caller = caller_of(visit.request)
    if caller is None:
        text = _("Adgang kræver et kendt klientcertifikat.")
        raise complaint(HTTPStatus.UNAUTHORIZED, ErrorCode.CERTIFICATE_MISSING, text)
    if not operations:
        raise unknown(_("Adressen findes ikke."))
    visit.operation = operation = operations.get(visit.request.method or "")
    if operation is None:
        text = _("Metoden findes ikke her.")
        raise complaint(HTTPStatus.METHOD_NOT_ALLOWED, ErrorCode.VALIDATION, text)
    with translation.override(_language(visit.request, caller)):
        call = calls.read(visit.request, operation, caller, ids, now=timezone.now())
        found = calls.concerned(call)
        call, visit.jobcentre_id = replace(call, is_new=found.is_new), found.jobcentre_id
        actor = actor_of(call, visit.jobcentre_id)
        source = "minside_staff" if actor else caller.source
        with acting_for(visit.jobcentre_id, actor=actor, source=source) as edition, recalling(edition):
            reply = SERVED[operation](call)
            _note(visit, visit.jobcentre_id, caller, reply)
    visit.is_noted = True
    return reply


def _language(request: HttpRequest, caller: Caller) -> str:
    """Jobnet hears Danish; «Min side» what its page is in."""
    wanted = request.headers.get("Accept-Language", "") if caller.is_own else ""
    return "en" if wanted.lower().startswith("en") else "da"


def _tell_log(visit: Visit, reply: Reply) -> None:
    """Never whose, never what was said."""
    shown = {"method": visit.method, "status": int(reply.status), "code": reply.code, "ms": visit.milliseconds}
    log.info("jobnet_call", by=str(visit.caller and visit.caller.called_by), x_request_id=visit.request_id, **shown)


def _note(visit: Visit, jobcentre_id: int, caller: Caller, reply: Reply) -> None:
    """The call in Systemlog, in the transaction of what it did."""
    failed = reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    note_call(
        jobcentre_id=jobcentre_id,
        by=caller.called_by,
        method=str(visit.operation),
        outcome="failed" if failed else "refused" if reply.code else "answered",
        code=reply.code,
        text=" · ".join(filter(None, (visit.method, visit.request_id))),
        milliseconds=visit.milliseconds,
        now=timezone.now(),
    )


def _note_alone(visit: Visit, reply: Reply) -> None:
    """Where what the call did was undone, and the job centre is known."""
    if visit.jobcentre_id is None or visit.caller is None:
        return
    try:
        with acting_for(visit.jobcentre_id, source=visit.caller.source):
            _note(visit, visit.jobcentre_id, visit.caller, reply)
    except DatabaseError as fault:
        log.warning("jobnet_not_noted", fault=type(fault).__name__)
