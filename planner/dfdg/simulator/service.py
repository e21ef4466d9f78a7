"""DFDG's side: IndkaldelseService, person, employee and reference look-ups as `dfdg.md` 2.10 asks."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from planner.dfdg import wire
from planner.dfdg.codes import ChangeKind, ErrorCode, OrganisationType
from planner.dfdg.messages import Caller, Complaint, CprStatus, HistoryRow, PersonFacts
from planner.dfdg.simulator.directory import Directory
from planner.dfdg.simulator.exchange import Ending, Request, Response, answer
from planner.dfdg.simulator.faults import Fault, FaultKind, Operation, Switchboard
from planner.dfdg.simulator.reference import CODE_LISTS
from planner.dfdg.simulator.store import Call, Held, Store
from planner.dfdg.simulator.validation import ONE_AT_A_TIME, NotAccepted, complaints_about, invalid
from planner.dfdg.wire import DANISH_TIME, Field, Fields

PLANNER = "planner"
STATUS_OF: Mapping[int, int] = {
    ErrorCode.INSUFFICIENT_PERMISSIONS: 403,
    ErrorCode.NOT_AUTHORISED_FOR_CITIZEN: 403,
    ErrorCode.CERTIFICATE_MISSING: 401,
    ErrorCode.SUMMONS_UNKNOWN: 404,
}
Params = Mapping[str, str]


@dataclass(slots=True)
class Rules:
    """Readings of the published text that may be wrong, each behind its switch (`dfdg.md` 2.11)."""

    single_conversation: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """A call that has come past the door."""

    request: Request
    params: Params
    cpr: str = field(repr=False)
    caller: Caller
    request_id: str
    system: str
    now: datetime

    def fields(self) -> Fields:
        try:
            return Fields(self.request.json())
        except ValueError:
            raise NotAccepted(400, Complaint(ErrorCode.VALIDATION, "Indholdet kan ikke læses som JSON")) from None


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    operation: Operation
    serve: Callable[[Visit], Response]


class Service:
    def __init__(
        self, store: Store, directory: Directory, switchboard: Switchboard, clock: Callable[[], datetime]
    ) -> None:
        self.store = store
        self.directory = directory
        self.switchboard = switchboard
        self.rules = Rules()
        self.names = wire.HeaderNames()
        self._clock = clock
        self._routes = tuple(self._table(wire.Paths()))

    def _table(self, paths: wire.Paths) -> Iterator[Route]:
        """Fixed paths before those with an id in them."""
        rows = (
            ("POST", paths.participation, Operation.PARTICIPATION, self._participation),
            ("GET", paths.histories, Operation.READ, self._history_of_citizen),
            ("GET", paths.history, Operation.READ, self._history),
            ("GET", paths.history_spelled_otherwise, Operation.READ, self._history),
            ("POST", paths.summons, Operation.CREATE, self._create),
            ("PUT", paths.summons, Operation.UPDATE, self._update),
            ("DELETE", paths.summons, Operation.DELETE, self._delete),
            ("GET", paths.summons, Operation.READ, self._read),
            ("GET", paths.summonses, Operation.READ, self._summonses),
            ("GET", paths.person, Operation.PERSON, self._person),
            ("GET", paths.employees, Operation.EMPLOYEE, self._employees),
            ("GET", paths.code_list, Operation.REFERENCE, self._code_list),
            ("GET", paths.person_groups, Operation.REFERENCE, self._person_groups),
            ("GET", paths.ping, Operation.PING, self._ping),
        )
        for method, path, operation, serve in rows:
            yield Route(method, _pattern(path), operation, serve)

    def answer(self, request: Request) -> Response:
        for route in self._routes:
            if route.method == request.method and (found := route.pattern.fullmatch(request.path)):
                return self._on(route, request, found.groupdict())
        return answer(HTTPStatus.NOT_FOUND)

    def _on(self, route: Route, request: Request, params: Params) -> Response:
        cpr = request.headers.get(self.names.citizen.lower(), "")
        fault = self.switchboard.strike(route.operation, cpr)
        now = self._clock()
        response = self._under(fault, lambda: self._admitted(route, request, params, cpr, now), request)
        self.store.log(
            Call(
                called_at=now,
                operation=route.operation,
                method=request.method,
                path=request.path,
                cpr=cpr,
                request_id=request.headers.get(self.names.request_id.lower(), ""),
                user_name=self._user_name(request),
                status=response.status,
                ending=response.ending.value,
                fault=fault.kind if fault else "",
            )
        )
        return response

    def _under(self, fault: Fault | None, serve: Callable[[], Response], request: Request) -> Response:
        """The answer as the fault in force leaves it."""
        if fault is None:
            return serve()
        if fault.kind is FaultKind.DROP_AFTER:
            response = replace(serve(), ending=Ending.CLOSED)
            time.sleep(fault.seconds)
            return response
        time.sleep(fault.seconds)
        request_id = request.headers.get(self.names.request_id.lower(), "")
        if instead := _instead(fault, request_id):
            return instead
        response = serve()
        return replace(response, status=200, body=b'{"fejl": [') if fault.kind is FaultKind.MALFORMED else response

    # The door

    def _admitted(self, route: Route, request: Request, params: Params, cpr: str, now: datetime) -> Response:
        request_id = request.headers.get(self.names.request_id.lower(), "")
        try:
            visit = self._visit(request, params, cpr, request_id, now)
            return route.serve(visit)
        except NotAccepted as refusal:
            return answer(refusal.status, wire.error_body(refusal.complaints, request_id=request_id))
        except wire.Unreadable as fault:
            complaint = Complaint(ErrorCode.VALIDATION, f"{fault.name} mangler eller kan ikke læses", fault.name)
            return answer(HTTPStatus.BAD_REQUEST, wire.error_body([complaint], request_id=request_id))

    def _visit(self, request: Request, params: Params, cpr: str, request_id: str, now: datetime) -> Visit:
        if not request_id or len(request_id) > wire.LONGEST_REQUEST_ID:
            raise NotAccepted(400, invalid(Field.REQUEST_ID, "x-requestId mangler eller er for lang"))
        if not self.store.is_first(request_id, now=now):
            raise NotAccepted(412, Complaint(None, "x-requestId er set før"))
        caller = self._caller(request)
        if caller.organisation.kind not in tuple(OrganisationType):
            raise NotAccepted(400, Complaint(ErrorCode.ORGANISATION_TYPE_INVALID, "OrganisationType er ugyldig"))
        system = request.headers.get(self.names.simulated_system.lower(), PLANNER)
        return Visit(request, params, cpr, caller, request_id, system, now)

    def _caller(self, request: Request) -> Caller:
        organisation = request.headers.get(self.names.organisation.lower())
        user = request.headers.get(self.names.user.lower())
        if organisation is None:
            raise NotAccepted(400, Complaint(ErrorCode.ORGANISATION_HEADER_MISSING, "ActiveOrganisation mangler"))
        if user is None:
            raise NotAccepted(400, Complaint(ErrorCode.USER_HEADER_MISSING, "RequestUserMetadata mangler"))
        try:
            return wire.caller_from(
                wire.decoded(organisation, self.names.organisation_encoding),
                wire.decoded(user, self.names.user_encoding),
            )
        except wire.Unreadable:
            raise NotAccepted(400, Complaint(ErrorCode.HEADER_UNREADABLE, "Header kan ikke deserialiseres")) from None

    def _user_name(self, request: Request) -> str:
        try:
            return self._caller(request).full_name
        except NotAccepted:
            return ""

    def _citizen(self, visit: Visit) -> PersonFacts:
        if not wire.CPR_PATTERN.fullmatch(visit.cpr):
            raise NotAccepted(400, Complaint(ErrorCode.CPR_INVALID, "CPR-nummeret er ugyldigt"))
        person = self.directory.person(visit.cpr)
        if person is None:
            raise NotAccepted(400, Complaint(ErrorCode.CPR_UNKNOWN, "CPR-nummeret kendes ikke"))
        return person

    def _own_citizen(self, visit: Visit) -> PersonFacts:
        person = self._citizen(visit)
        if person.jobcentre_code != visit.caller.organisation.code:
            raise NotAccepted(403, Complaint(ErrorCode.NOT_AUTHORISED_FOR_CITIZEN, "Ikke adgang til borgeren"))
        return person

    # Summonses

    def _create(self, visit: Visit) -> Response:
        with self.store.lock:
            self._living_citizen(visit)
            held = self.store.held(UUID(visit.params["summons_id"]))
            if held and not held.deleted:
                raise NotAccepted(409, invalid(Field.SUMMONS_ID, "IndkaldelseIdentifier er allerede i brug"))
            self._keep(visit, held, ChangeKind.CREATED)
        return answer(HTTPStatus.CREATED, visit.params["summons_id"])

    def _update(self, visit: Visit) -> Response:
        with self.store.lock:
            self._living_citizen(visit)
            self._keep(visit, self._changeable(visit), ChangeKind.UPDATED)
        return answer(HTTPStatus.OK, visit.params["summons_id"])

    def _delete(self, visit: Visit) -> Response:
        with self.store.lock:
            self._own_citizen(visit)
            gone = replace(self._changeable(visit), deleted=True, changed_at=visit.now)
            organisation = visit.caller.organisation
            self.store.keep(gone, ChangeKind.DELETED, organisation=organisation, request_id=visit.request_id)
        return answer(HTTPStatus.NO_CONTENT)

    def _living_citizen(self, visit: Visit) -> PersonFacts:
        person = self._own_citizen(visit)
        if person.cpr_status is CprStatus.DEAD:
            raise NotAccepted(400, Complaint(ErrorCode.CITIZEN_DEAD, "Borgeren er død"))
        if person.cpr_status is CprStatus.INACTIVE:
            raise NotAccepted(400, Complaint(ErrorCode.NOT_ENROLLED, "Borgeren er ikke tilmeldt"))
        return person

    def _keep(self, visit: Visit, held: Held | None, change: ChangeKind) -> None:
        fields = visit.fields()
        today = visit.now.astimezone(DANISH_TIME).date()
        if complaints := complaints_about(fields, caller=visit.caller, cpr=visit.cpr, today=today):
            raise NotAccepted(400, *complaints)
        summons_id = UUID(visit.params["summons_id"])
        message = wire.summons_from(fields, cpr=visit.cpr, summons_id=summons_id)
        if message.conversation_type in ONE_AT_A_TIME and self._has_another(visit, summons_id):
            text = "Borgeren har allerede en fremtidig aftale (simuleret kode)"
            raise NotAccepted(400, Complaint(ErrorCode.SECOND_CONVERSATION, text))
        kept = Held(
            summons_id=summons_id,
            cpr=visit.cpr,
            jobcentre_code=visit.caller.organisation.code,
            system=held.system if held else visit.system,
            body=wire.held_summons_body(message),
            deleted=False,
            changed_at=visit.now,
        )
        self.store.keep(kept, change, organisation=visit.caller.organisation, request_id=visit.request_id)

    def _has_another(self, visit: Visit, summons_id: UUID) -> bool:
        """A coming job or follow-up conversation besides this one (`dfdg.md` 2.11, reading b)."""
        others = (
            wire.summons_from(Fields(held.body), cpr=visit.cpr)
            for held in self.store.summonses(cpr=visit.cpr)
            if not held.deleted and held.summons_id != summons_id
        )
        return self.rules.single_conversation and any(
            other.conversation_type in ONE_AT_A_TIME and other.starts_at > visit.now for other in others
        )

    def _changeable(self, visit: Visit) -> Held:
        held = self._present(visit)
        owned = Fields(held.body).number(Field.OWNER_SYSTEM) is not None
        if owned and held.system != visit.system:
            text = "Indkaldelsen ejes af et andet system"
            raise NotAccepted(403, Complaint(ErrorCode.NOT_AUTHORISED_FOR_CITIZEN, text))
        return held

    def _present(self, visit: Visit) -> Held:
        held = self.store.held(UUID(visit.params["summons_id"]))
        if held is None or held.deleted:
            raise NotAccepted(404, Complaint(ErrorCode.SUMMONS_UNKNOWN, "BookingId ukendt"))
        if held.cpr != visit.cpr:
            text = "BookingIdentifier svarer ikke til cpr"
            raise NotAccepted(400, Complaint(ErrorCode.BOOKING_OF_ANOTHER_CITIZEN, text))
        return held

    def _read(self, visit: Visit) -> Response:
        self._own_citizen(visit)
        return answer(HTTPStatus.OK, self._present(visit).body)

    def _summonses(self, visit: Visit) -> Response:
        self._own_citizen(visit)
        return answer(HTTPStatus.OK, [held.body for held in self.store.summonses(cpr=visit.cpr) if not held.deleted])

    def _history(self, visit: Visit) -> Response:
        self._own_citizen(visit)
        rows = self._history_rows(visit, UUID(visit.params["summons_id"]))
        if not rows:
            raise NotAccepted(404, Complaint(ErrorCode.SUMMONS_UNKNOWN, "BookingId ukendt"))
        return answer(HTTPStatus.OK, [wire.history_body(row) for row in rows])

    def _history_of_citizen(self, visit: Visit) -> Response:
        self._own_citizen(visit)
        rows = [
            row for held in self.store.summonses(cpr=visit.cpr) for row in self._history_rows(visit, held.summons_id)
        ]
        return answer(HTTPStatus.OK, [wire.history_body(row) for row in rows])

    def _history_rows(self, visit: Visit, summons_id: UUID) -> list[HistoryRow]:
        versions = [version for version in self.store.history(summons_id) if version.cpr == visit.cpr]
        return [
            HistoryRow(
                version_id=version.version_id,
                change=version.change,
                registered_at=version.changed_at,
                registered_by=version.organisation,
                current=version is versions[-1] and version.change is not ChangeKind.DELETED,
                deleted=version.change is ChangeKind.DELETED,
                summons=wire.summons_from(Fields(version.body), cpr=version.cpr),
            )
            for version in versions
        ]

    def _participation(self, visit: Visit) -> Response:
        self._own_citizen(visit)
        fields = visit.fields()
        summons_id = wire.needed(fields.uuid(Field.SUMMONS_ID), Field.SUMMONS_ID)
        body = {str(name): fields.raw(name) for name in (Field.PARTICIPATION, Field.SUMMONS_ID, Field.CHANGED_AT)}
        self.store.choose(summons_id, cpr=visit.cpr, body=body)
        return answer(HTTPStatus.CREATED)

    # Look-ups

    def _person(self, visit: Visit) -> Response:
        """Of another job centre's citizen only which one that is."""
        person = self._citizen(visit)
        if person.jobcentre_code != visit.caller.organisation.code:
            return answer(HTTPStatus.OK, {Field.JOBCENTRE_CODE: person.jobcentre_code})
        return answer(HTTPStatus.OK, wire.person_body(person))

    def _employees(self, visit: Visit) -> Response:
        query = visit.request.query
        found = self.directory.employees(name=query.get(wire.Query.NAME, ""), email=query.get(wire.Query.EMAIL, ""))
        own = [employee for employee in found if employee.jobcentre_code == visit.caller.organisation.code]
        return answer(HTTPStatus.OK, [wire.employee_body(employee) for employee in own])

    def _code_list(self, visit: Visit) -> Response:
        rows = CODE_LISTS.get(visit.params["name"])
        if rows is None:
            raise NotAccepted(400, Complaint(ErrorCode.CODE_LIST_UNKNOWN, "Kodelisten kendes ikke"))
        return answer(HTTPStatus.OK, [wire.reference_body(row) for row in rows])

    def _person_groups(self, _visit: Visit) -> Response:
        rows = self.directory.population.person_groups
        return answer(HTTPStatus.OK, [wire.person_group_body(row) for row in rows])

    def _ping(self, _visit: Visit) -> Response:
        return answer(HTTPStatus.OK)


def _pattern(path: str) -> re.Pattern[str]:
    """Routes are read without regard to case; an id is a uuid, a name a word."""
    parts = {"{summons_id}": r"(?P<summons_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", "{name}": r"(?P<name>\w+)"}
    for part, pattern in parts.items():
        path = path.replace(part, pattern)
    return re.compile(path, re.IGNORECASE)


def _instead(fault: Fault, request_id: str) -> Response | None:
    """The answer of a fault that keeps the call from having its effect."""
    match fault.kind:
        case FaultKind.STATUS:
            headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            return answer(fault.status, headers=headers)
        case FaultKind.DROP_BEFORE | FaultKind.OFF:
            return Response(0, ending=Ending.CLOSED)
        case FaultKind.RESET:
            return Response(0, ending=Ending.RESET)
        case FaultKind.DUPLICATE:
            return answer(412, wire.error_body([Complaint(None, "x-requestId er set før")], request_id=request_id))
        case FaultKind.REFUSE:
            complaint = Complaint(fault.code, "Afvist af simulatoren")
            return answer(STATUS_OF.get(fault.code, 400), wire.error_body([complaint], request_id=request_id))
        case _:
            return None
