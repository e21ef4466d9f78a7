"""Calls DFDG over HTTPS: one method for each of theirs, every bad end turned into one of `errors`."""

import ssl
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import httpx2
from django.utils.translation import gettext as _

from planner.dfdg import wire
from planner.dfdg.codes import ErrorCode, ParticipationChoice
from planner.dfdg.errors import DfdgError, Duplicate, Incomplete, LockedOut, Refused, Transient
from planner.dfdg.messages import (
    Caller,
    Employee,
    HistoryRow,
    PersonFacts,
    PersonGroupRow,
    ReferenceRow,
    SummonsMessage,
)
from planner.dfdg.particulars import missing

ABOUT_ONE_CITIZEN = (ErrorCode.NOT_AUTHORISED_FOR_CITIZEN, ErrorCode.CITIZEN_STATE, ErrorCode.CITIZEN_DEAD)
SILENT_CALLS_BEFORE_GIVING_UP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Where DFDG is and how it is spoken to; times in seconds."""

    base_url: str
    timeout: float = 10.0
    connections: int = 8
    certificate: Path | None = None
    certificate_key: Path | None = None
    trusted: Path | None = None
    paths: wire.Paths = field(default_factory=wire.Paths)
    headers: wire.HeaderNames = field(default_factory=wire.HeaderNames)

    def tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.trusted)
        if self.certificate:
            context.load_cert_chain(self.certificate, self.certificate_key)
        return context


@dataclass(frozen=True, slots=True)
class LookUp:
    """The answer for one number: facts, or the fault that kept them away («ikke slået op»)."""

    cpr: str = field(repr=False)
    facts: PersonFacts | None = None
    fault: DfdgError | None = None


class _Silence:
    """Notices when DFDG does not answer several times running; `fault` is then why."""

    def __init__(self) -> None:
        self.fault: DfdgError | None = None
        self._running = 0

    def heard_something(self) -> None:
        self._running = 0

    def heard_nothing(self, fault: DfdgError) -> None:
        self._running += 1
        if self._running >= SILENT_CALLS_BEFORE_GIVING_UP:
            self.fault = fault


class Client:
    """Keeps its connections; may be shared by threads."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._http = httpx2.Client(
            base_url=config.base_url,
            timeout=config.timeout,
            verify=config.tls(),
            trust_env=False,
            limits=httpx2.Limits(
                max_connections=config.connections, max_keepalive_connections=config.connections, keepalive_expiry=30
            ),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # Summonses

    def create(self, message: SummonsMessage, *, caller: Caller, request_id: str) -> None:
        self._write("POST", message, caller=caller, request_id=request_id)

    def update(self, message: SummonsMessage, *, caller: Caller, request_id: str) -> None:
        self._write("PUT", message, caller=caller, request_id=request_id)

    def _write(self, method: str, message: SummonsMessage, *, caller: Caller, request_id: str) -> None:
        if lacking := missing(message):
            raise Incomplete(lacking)
        path = self.config.paths.summons.format(summons_id=message.summons_id)
        body = wire.summons_body(message)
        self._call(method, path, caller=caller, cpr=message.cpr, request_id=request_id, body=body)

    def delete(self, summons_id: UUID, *, cpr: str, caller: Caller, request_id: str) -> None:
        path = self.config.paths.summons.format(summons_id=summons_id)
        self._call("DELETE", path, caller=caller, cpr=cpr, request_id=request_id)

    def decline_fund(self, summons_id: UUID, *, cpr: str, caller: Caller, request_id: str) -> None:
        """The citizen's unemployment fund does not take part (`dfdg.md` 2.5)."""
        body = wire.participation_body(summons_id, ParticipationChoice.FUND_DECLINED, caller.registered_at)
        path = self.config.paths.participation
        self._call("POST", path, caller=caller, cpr=cpr, request_id=request_id, body=body)

    def read(self, summons_id: UUID, *, cpr: str, caller: Caller) -> SummonsMessage | None:
        """The summons as DFDG holds it; None when it says by its own code that it has none."""
        path = self.config.paths.summons.format(summons_id=summons_id)
        try:
            answer = self._call("GET", path, caller=caller, cpr=cpr)
        except Refused as refusal:
            if refusal.has_code(ErrorCode.SUMMONS_UNKNOWN):
                return None
            raise
        with _readable():
            return wire.summons_from(wire.Fields(answer.json()), cpr=cpr, summons_id=summons_id)

    def summonses(self, *, cpr: str, caller: Caller) -> tuple[SummonsMessage, ...]:
        answer = self._call("GET", self.config.paths.summonses, caller=caller, cpr=cpr)
        with _readable():
            return tuple(wire.summons_from(row, cpr=cpr) for row in _rows(answer))

    def history(self, summons_id: UUID, *, cpr: str, caller: Caller) -> tuple[HistoryRow, ...]:
        path = self.config.paths.history.format(summons_id=summons_id)
        answer = self._call("GET", path, caller=caller, cpr=cpr)
        with _readable():
            return tuple(wire.history_from(row, cpr=cpr) for row in _rows(answer))

    # Look-ups

    def person(self, cpr: str, *, caller: Caller) -> PersonFacts:
        answer = self._call("GET", self.config.paths.person, caller=caller, cpr=cpr)
        with _readable():
            return wire.person_from(wire.Fields(answer.json()), cpr=cpr)

    def people(self, cprs: Sequence[str], *, caller: Caller) -> tuple[LookUp, ...]:
        """Looks many up at a time, in the order given; when DFDG is silent the rest are not tried."""
        silence = _Silence()

        def look_up(cpr: str) -> LookUp:
            if silence.fault:
                return LookUp(cpr, fault=silence.fault)
            try:
                facts = self.person(cpr, caller=caller)
            except (Transient, LockedOut) as fault:
                silence.heard_nothing(fault)
                return LookUp(cpr, fault=fault)
            except DfdgError as fault:
                return LookUp(cpr, fault=fault)
            silence.heard_something()
            return LookUp(cpr, facts=facts)

        with ThreadPoolExecutor(self.config.connections, thread_name_prefix="dfdg") as pool:
            return tuple(pool.map(look_up, cprs))

    def employees(self, *, name: str = "", email: str = "", caller: Caller) -> tuple[Employee, ...]:
        query = {str(key): value for key, value in ((wire.Query.NAME, name), (wire.Query.EMAIL, email)) if value}
        answer = self._call("GET", self.config.paths.employees, caller=caller, query=query)
        with _readable():
            return tuple(wire.employee_from(row) for row in _rows(answer))

    def reference(self, code_list: wire.CodeList, *, caller: Caller) -> tuple[ReferenceRow, ...]:
        path = self.config.paths.code_list.format(name=code_list)
        answer = self._call("GET", path, caller=caller)
        with _readable():
            return tuple(wire.reference_from(row) for row in _rows(answer))

    def person_groups(self, *, caller: Caller) -> tuple[PersonGroupRow, ...]:
        answer = self._call("GET", self.config.paths.person_groups, caller=caller)
        with _readable():
            return tuple(wire.person_group_from(row) for row in _rows(answer))

    def ping(self, *, caller: Caller) -> None:
        """Returns when DFDG answers and lets us in; raises otherwise."""
        self._call("GET", self.config.paths.ping, caller=caller)

    # One call

    def _call(
        self,
        method: str,
        path: str,
        *,
        caller: Caller,
        cpr: str = "",
        request_id: str = "",
        body: wire.Json | None = None,
        query: dict[str, str] | None = None,
    ) -> httpx2.Response:
        headers = wire.headers(caller, names=self.config.headers, request_id=request_id or str(uuid4()), cpr=cpr)
        try:
            answer = self._http.request(method, path, headers=headers, json=body, params=query)
        except (httpx2.TransportError, httpx2.DecodingError) as fault:
            raise _network_fault(fault) from None
        if not answer.is_success:
            raise _outcome(answer)
        return answer


def _outcome(answer: httpx2.Response) -> DfdgError:
    """Which of the bad ends an answer is (SYNC-05). A 403 that names the citizen concerns that citizen only."""
    complaints = wire.complaints_from(_json_or_none(answer))
    status = answer.status_code
    refusal = Refused.because(status, complaints)
    if status == httpx2.codes.PRECONDITION_FAILED:
        return Duplicate()
    if status in (httpx2.codes.REQUEST_TIMEOUT, httpx2.codes.TOO_MANY_REQUESTS) or status >= 500:
        sentence = refusal.sentence if complaints else _("DFDG kan ikke svare lige nu (%d).") % status
        return Transient(sentence, retry_after=_retry_after(answer))
    if status in (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN) and not refusal.has_code(*ABOUT_ONE_CITIZEN):
        return LockedOut(refusal.sentence if complaints else _("DFDG lukker ikke Planner ind (%d).") % status)
    return refusal


def _network_fault(fault: Exception) -> DfdgError:
    if _is_certificate_fault(fault):
        return LockedOut(_("Forbindelsen til DFDG er ikke til at stole på: certifikatet blev ikke godkendt."))
    if isinstance(fault, httpx2.TimeoutException):
        return Transient(_("DFDG svarede ikke i tide."))
    return Transient(_("Der er ingen forbindelse til DFDG."))


def _is_certificate_fault(fault: BaseException | None) -> bool:
    while fault is not None:
        if isinstance(fault, ssl.SSLError) and not isinstance(fault, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return True
        fault = fault.__cause__ or fault.__context__
    return False


def _retry_after(answer: httpx2.Response) -> timedelta | None:
    """Seconds, or an instant by the answer's own clock."""
    value = answer.headers.get("Retry-After", "")
    if value.isdigit():
        return timedelta(seconds=int(value))
    until, told_at = _http_instant(value), _http_instant(answer.headers.get("Date", ""))
    return max(until - told_at, timedelta()) if until and told_at else None


def _http_instant(value: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(value)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _json_or_none(answer: httpx2.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _rows(answer: httpx2.Response) -> Iterator[wire.Fields]:
    body = answer.json()
    if not isinstance(body, list):
        raise wire.Unreadable("")
    return (wire.Fields(row) for row in body)


@contextmanager
def _readable() -> Iterator[None]:
    """An answer that cannot be read is a fault of theirs that may pass."""
    try:
        yield
    except ValueError:
        raise Transient(_("Svaret fra DFDG kunne ikke læses.")) from None
