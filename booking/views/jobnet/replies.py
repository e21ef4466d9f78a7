"""What goes back: an answer of the wire's models, or complaints in the form of `dfdg.md` A.7."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from pydantic import ValidationError

from planner.dfdg.codes import ErrorCode
from planner.dfdg.errors import TEXTS
from planner.dfdg.jobnet import wire
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Reply:
    """`answer` None: nothing but the status."""

    status: int
    answer: wire.Part | None = None

    @property
    def code(self) -> str:
        """The first error code, for Systemlog."""
        return str(self.answer.complaints[0].code) if isinstance(self.answer, wire.ErrorAnswer) else ""


class Complained(Exception):
    """Raised where a call cannot go on; what it wrote is undone."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.code)
        self.reply = reply


def complaint(status: int, code: ErrorCode, text: str | Promise = "", field: str = "") -> Complained:
    row = wire.Complaint(code=code, text=str(text or TEXTS[code]), field=field or None)
    return Complained(Reply(status, wire.ErrorAnswer(complaints=[row])))


def unknown(text: str) -> Complained:
    """404 for what is not there, or not theirs to know of."""
    return complaint(HTTPStatus.NOT_FOUND, ErrorCode.VALIDATION, text)


def unreadable(fault: ValidationError) -> Complained:
    """Where and why, never what stood there."""
    rows = [
        wire.Complaint(code=ErrorCode.VALIDATION, text=_why(one["type"]) % {"field": place}, field=place)
        for one in fault.errors(include_url=False, include_input=False, include_context=False)[:20]
        if (place := ".".join(map(str, one["loc"])) or "body")
    ]
    return Complained(Reply(HTTPStatus.BAD_REQUEST, wire.ErrorAnswer(complaints=rows)))


def _why(kind: str) -> str:
    return _("«%(field)s» mangler.") if kind == "missing" else _("«%(field)s» er ikke gyldig.")


NOTHING_TO_BOOK = frozenset({"taken", "no_offer"})


def refused(refusal: Refusal) -> Reply:
    """A refusal of the program in DFDG's codes: 4770 where the time is gone, 8107 for another citizen's, else 99000."""
    if refusal.code in NOTHING_TO_BOOK:
        return complaint(HTTPStatus.CONFLICT, ErrorCode.NOTHING_TO_BOOK, refusal.sentence).reply
    if refusal.code == "no_target":
        return unknown(_("Mødetilbuddet kendes ikke.")).reply
    if refusal.code == "not_yours":
        return complaint(HTTPStatus.BAD_REQUEST, ErrorCode.BOOKING_OF_ANOTHER_CITIZEN, refusal.sentence).reply
    return complaint(HTTPStatus.CONFLICT, ErrorCode.VALIDATION, refusal.sentence).reply
