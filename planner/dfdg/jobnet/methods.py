"""BorgerBookingService's methods: by which verbs, with what asked and what answered (`dfdg.md` 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.dfdg.jobnet import wire
from planner.dfdg.jobnet.wire import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """`answer` None: nothing but the status. `own`: ours, not in the published interface."""

    verbs: tuple[str, ...]
    request: type[wire.Part]
    answer: type[wire.Part] | None = None
    status: int = 200
    summary: str
    own: bool = False


ASKING = ("GET", "POST")
METHODS: Mapping[Operation, Method] = {
    Operation.OFFERS: Method(
        verbs=ASKING,
        request=wire.OffersRequest,
        answer=wire.OffersAnswer,
        summary="Mødetilbud, som borgeren kan booke",
    ),
    Operation.TIMES: Method(
        verbs=ASKING, request=wire.TimesRequest, answer=wire.TimesAnswer, summary="Ledige tider i et mødetilbud"
    ),
    Operation.DETAILS: Method(
        verbs=ASKING,
        request=wire.DetailsRequest,
        answer=wire.Details,
        summary="Detaljer om en valgt tid; reserverer ikke",
    ),
    Operation.RESERVE: Method(
        verbs=("POST",),
        request=wire.ReservationRequest,
        answer=wire.ReservationAnswer,
        summary="Reserver en tid, mens borgeren bekræfter",
    ),
    Operation.BOOK: Method(
        verbs=("POST",),
        request=wire.BookingRequest,
        answer=wire.Details,
        status=201,
        summary="Book; gentaget svares der 200 med det samme",
    ),
    Operation.REBOOK: Method(
        verbs=("PUT",), request=wire.RebookingRequest, answer=wire.Details, summary="Ombook; id'et beholdes"
    ),
    Operation.ACCEPT: Method(
        verbs=("POST",), request=wire.AcceptanceRequest, status=204, summary="Accepter en indkaldelse"
    ),
    Operation.CANCEL: Method(
        verbs=("POST",), request=wire.CancellationRequest, status=204, summary="Meld afbud (svarer også på DELETE)"
    ),
    Operation.FAULT: Method(
        verbs=("POST",), request=wire.FaultRequest, status=204, summary="Meld en fejl i et mødetilbud eller en samtale"
    ),
    Operation.BOOKINGS: Method(
        verbs=("GET",),
        request=wire.BookingsRequest,
        answer=wire.BookingsAnswer,
        summary="Borgerens kommende samtaler, oplysninger og frister (Planners egen metode)",
        own=True,
    ),
}
ALSO_BY: Mapping[tuple[str, Operation], Operation] = {("DELETE", Operation.BOOK): Operation.CANCEL}
"""A verb on another method's address (`dfdg.md` 1.1, method 8)."""


def routes(paths: Mapping[str, str]) -> dict[str, dict[str, Operation]]:
    """What each address answers to, by verb."""
    found: dict[str, dict[str, Operation]] = {}
    for operation, method in METHODS.items():
        verbs = found.setdefault(paths[operation], {})
        verbs.update(dict.fromkeys(method.verbs, operation))
    for (verb, place), operation in ALSO_BY.items():
        found[paths[place]].setdefault(verb, operation)
    return found
