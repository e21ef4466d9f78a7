"""`/sim/…`: what the simulator was sent, and the switches that make it fail. JSON, or a form from the page at `/`."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from planner.dfdg import wire
from planner.dfdg.codes import ChangeKind, OrganisationType
from planner.dfdg.messages import Organisation
from planner.dfdg.simulator import case_system_page, jobnet_page, page
from planner.dfdg.simulator.exchange import Request, Response, answer
from planner.dfdg.simulator.faults import Fault, FaultKind
from planner.dfdg.simulator.pushes import Pusher
from planner.dfdg.simulator.service import PLANNER, Service
from planner.dfdg.simulator.store import Held


class Control:
    """Answers what is not DFDG's."""

    def __init__(
        self,
        service: Service,
        clock: Callable[[], datetime],
        jobnet: jobnet_page.Page | None,
        case_system: case_system_page.Page,
        pusher: Pusher | None,
    ) -> None:
        self._service = service
        self._jobnet = jobnet
        self._case_system = case_system
        self._pusher = pusher
        self._store = service.store
        self._clock = clock
        self._routes: Mapping[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/"): self._page,
            ("GET", "/jobnet"): self._at_jobnet,
            ("POST", "/jobnet"): self._at_jobnet,
            ("GET", "/case-system"): self._at_case_system,
            ("POST", "/case-system"): self._at_case_system,
            ("GET", "/sim/pushes"): lambda _: _listed(self._store.pushes()),
            ("POST", "/sim/pushes"): self._set_manners,
            ("GET", "/sim/page.css"): lambda _: Response(200, page.STYLE.encode(), "text/css; charset=utf-8"),
            ("GET", "/sim/ready"): lambda _: answer(200, {"ready": True}),
            ("GET", "/sim/summonses"): lambda _: _listed(self._store.summonses()),
            ("GET", "/sim/effects"): lambda _: _listed(self._store.versions()),
            ("GET", "/sim/calls"): lambda _: _listed(self._store.calls()),
            ("GET", "/sim/choices"): lambda _: answer(200, self._store.choices()),
            ("GET", "/sim/counts"): lambda _: answer(200, self._store.counts()),
            ("GET", "/sim/faults"): lambda _: _listed(self._service.switchboard.all()),
            ("POST", "/sim/faults"): self._set_fault,
            ("DELETE", "/sim/faults"): self._clear_faults,
            ("POST", "/sim/faults/clear"): self._clear_faults,
            ("POST", "/sim/rules"): self._set_rules,
            ("POST", "/sim/forget"): self._forget,
            ("POST", "/sim/people"): self._add_person,
            ("POST", "/sim/employees"): self._add_employee,
            ("POST", "/sim/plant"): self._plant,
        }

    def answers(self, request: Request) -> bool:
        return request.path in ("/", "/jobnet", "/case-system") or request.path.startswith("/sim/")

    def answer(self, request: Request) -> Response:
        serve = self._routes.get((request.method, request.path))
        if serve is None:
            return answer(HTTPStatus.NOT_FOUND, {"fault": "no such address"})
        try:
            return serve(request)
        except (ValueError, KeyError, TypeError) as fault:
            return answer(HTTPStatus.BAD_REQUEST, {"fault": f"{type(fault).__name__}: {fault}"})

    def _page(self, _request: Request) -> Response:
        return _shown(page.render(self._service, now=self._clock()))

    def _at_jobnet(self, request: Request) -> Response:
        if self._jobnet is None:
            return answer(HTTPStatus.NOT_FOUND, {"fault": "no planner to call"})
        wanted = request.json() if request.is_form else {}
        return _shown(self._jobnet.taken(wanted, now=self._clock()))

    def _at_case_system(self, request: Request) -> Response:
        wanted = request.json() if request.is_form else {}
        wanted["cpr"] = wanted.pop("other", "") or wanted.get("cpr", "")
        return _shown(self._case_system.taken(wanted, now=self._clock()))

    def _set_manners(self, request: Request) -> Response:
        """How messages are delivered: `times`, `shuffled`, `held`."""
        if self._pusher is None:
            return answer(HTTPStatus.NOT_FOUND, {"fault": "no planner to call"})
        wanted, manners = request.json() or {}, self._pusher.manners
        manners.times = int(wanted.get("times") or 1)
        manners.shuffled, manners.held = bool(wanted.get("shuffled")), bool(wanted.get("held"))
        return _done(request)

    def _set_fault(self, request: Request) -> Response:
        wanted = request.json()
        self._service.switchboard.set(
            Fault(
                kind=FaultKind(wanted["kind"]),
                status=int(wanted.get("status") or 500),
                code=int(wanted.get("code") or 99000),
                retry_after=_whole(wanted.get("retry_after")),
                seconds=float(wanted.get("seconds") or 0),
                operation=wanted.get("operation") or "",
                cpr=(wanted.get("cpr") or "").replace("-", ""),
                times=_whole(wanted.get("times")),
                every=_whole(wanted.get("every")) or 1,
            )
        )
        return _done(request)

    def _clear_faults(self, request: Request) -> Response:
        self._service.switchboard.clear()
        return _done(request)

    def _set_rules(self, request: Request) -> Response:
        wanted = request.json() or {}
        self._service.rules.single_conversation = str(wanted.get("single_conversation", "")).lower() in ("true", "on")
        return _done(request)

    def _forget(self, request: Request) -> Response:
        self._store.forget()
        return _done(request)

    def _add_person(self, request: Request) -> Response:
        wanted = request.json()
        self._service.directory.add_person(wire.person_from(wire.Fields(wanted["person"]), cpr=wanted["cpr"]))
        return _done(request)

    def _add_employee(self, request: Request) -> Response:
        self._service.directory.add_employee(wire.employee_from(wire.Fields(request.json())))
        return _done(request)

    def _plant(self, request: Request) -> Response:
        """Puts a summons there, or takes it away, past all rules: a difference to be found.

        `unseen`: as if DFDG had lost or spoiled it; its history knows nothing.
        """
        wanted = request.json()
        summons_id, body = UUID(wanted["summons_id"]), wanted.get("body")
        held = self._store.held(summons_id)
        code = wanted.get("jobcentre_code") or (held.jobcentre_code if held else "")
        planted = Held(
            summons_id=summons_id,
            cpr=wanted.get("cpr") or (held.cpr if held else ""),
            jobcentre_code=code,
            system=held.system if held else wanted.get("system") or PLANNER,
            body=body or (held.body if held else {}),
            deleted=body is None,
            changed_at=self._clock(),
        )
        if wanted.get("unseen"):
            self._store.put(planted)
            return _done(request)
        change = ChangeKind.DELETED if body is None else ChangeKind.UPDATED if held else ChangeKind.CREATED
        organisation = Organisation(OrganisationType.JOBCENTRE, code)
        self._store.keep(planted, change, organisation=organisation, request_id=f"planted {uuid4()}"[:46])
        return _done(request)


def _shown(html: str) -> Response:
    policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return Response(200, html.encode(), "text/html; charset=utf-8", headers)


def _whole(value: object) -> int | None:
    return None if value in (None, "") else int(str(value))


def _done(request: Request) -> Response:
    """Back to the page after a form, an empty answer to a program."""
    return answer(HTTPStatus.SEE_OTHER, headers={"Location": "/"}) if request.is_form else answer(HTTPStatus.NO_CONTENT)


def _listed(rows: list[Any] | tuple[Any, ...]) -> Response:
    return answer(200, [_plain(asdict(row)) for row in rows])


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case Enum():
            return value.value
    return value
