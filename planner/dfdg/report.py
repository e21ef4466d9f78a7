"""Brings DFDG to hold what we hold, also when an earlier try may have arrived (`dfdg.md` 2.2)."""

from uuid import UUID, uuid5

from planner.dfdg import wire
from planner.dfdg.client import Client
from planner.dfdg.codes import ConversationTypeCode, ErrorCode
from planner.dfdg.errors import Duplicate, Refused
from planner.dfdg.messages import Caller, SummonsMessage
from planner.dfdg.particulars import PARTICULAR_OF, Particular


def report(client: Client, message: SummonsMessage, *, known: bool, caller: Caller, request_id: str) -> None:
    """DFDG shall hold exactly this summons; `known` tells whether we believe that it holds an earlier one.

    Raises an error of `errors`; `Duplicate` means: again at once, under a new request id.
    """
    try:
        send = client.update if known else client.create
        send(message, caller=caller, request_id=request_id)
    except (Duplicate, Refused) as fault:
        _mend(client, message, fault, caller=caller, request_id=request_id)
    if message.conversation_type == ConversationTypeCode.JOINT_JOB and message.fund_participation is False:
        _decline_fund(client, message, caller=caller, request_id=request_id)


def _mend(
    client: Client, message: SummonsMessage, fault: Duplicate | Refused, *, caller: Caller, request_id: str
) -> None:
    """Arrived before: done. Known there and not here, or here and not there: the other call. Else the fault stands."""
    if isinstance(fault, Refused) and not (fault.status == 409 or fault.has_code(ErrorCode.SUMMONS_UNKNOWN)):
        raise fault
    held = client.read(message.summons_id, cpr=message.cpr, caller=caller)
    if held is not None and says_the_same(message, held):
        return
    if isinstance(fault, Duplicate):
        raise fault
    send = client.create if held is None else client.update
    send(message, caller=caller, request_id=derived(request_id, "other way"))


def withdraw(client: Client, summons_id: UUID, *, cpr: str, caller: Caller, request_id: str) -> None:
    """DFDG shall not hold this summons."""
    try:
        client.delete(summons_id, cpr=cpr, caller=caller, request_id=request_id)
    except (Duplicate, Refused) as fault:
        if isinstance(fault, Refused) and not fault.has_code(ErrorCode.SUMMONS_UNKNOWN):
            raise
        if client.read(summons_id, cpr=cpr, caller=caller) is not None:
            raise


def _decline_fund(client: Client, message: SummonsMessage, *, caller: Caller, request_id: str) -> None:
    """The choice has an id of its own, derived, so that a repeat is recognised and no harm."""
    choice_id = derived(request_id, "participation")
    try:
        client.decline_fund(message.summons_id, cpr=message.cpr, caller=caller, request_id=choice_id)
    except Duplicate:
        return


def says_the_same(ours: SummonsMessage, held: SummonsMessage) -> bool:
    """Every field that we send is held as we sent it; DFDG may have added others."""
    return not _differing(ours, held)


def differing(ours: SummonsMessage, held: SummonsMessage) -> tuple[Particular, ...]:
    """Which particulars of ours DFDG holds otherwise, in the order of the law; what the law does not name is last."""
    found = {PARTICULAR_OF.get(name, Particular.OTHER) for name in _differing(ours, held)}
    return tuple(particular for particular in Particular if particular in found)


def _differing(ours: SummonsMessage, held: SummonsMessage) -> list[str]:
    there = wire.summons_body(held)
    return [name for name, value in wire.summons_body(ours).items() if there.get(name) != value]


def derived(request_id: str, step: str) -> str:
    """The request id of a further step of the same operation: the same at every try."""
    return str(uuid5(UUID(request_id), step))
