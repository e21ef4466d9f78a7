"""The simulator for tests: a real server on its own port in a thread, and a handle to ask it and tell it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import httpx2
import pytest

from planner.dfdg import wire
from planner.dfdg.client import Config
from planner.dfdg.messages import Employee, PersonFacts, SummonsMessage
from planner.dfdg.simulator.population import Population
from planner.dfdg.simulator.server import Server, Simulator


@dataclass(frozen=True, slots=True)
class Received:
    """A summons as the simulator holds it."""

    summons_id: UUID
    cpr: str = field(repr=False)
    jobcentre_code: str
    deleted: bool
    message: SummonsMessage


@dataclass(frozen=True, slots=True)
class Effect:
    """One change that took place, in order."""

    number: int
    change: str
    summons_id: UUID
    cpr: str = field(repr=False)
    request_id: str


CHANGES = {1: "created", 2: "updated", 3: "deleted"}


class RunningSimulator:
    """All through its own HTTP interface, as a tester would."""

    def __init__(self, url: str, population: Population | None = None) -> None:
        self.url = url
        self._population = population
        self._http = httpx2.Client(base_url=url, trust_env=False)

    @property
    def population(self) -> Population:
        assert self._population is not None
        return self._population

    def config(self, **changes: Any) -> Config:
        return Config(**{"base_url": self.url, "timeout": 5.0, **changes})

    def summonses(self) -> list[Received]:
        return [
            Received(
                summons_id=UUID(row["summons_id"]),
                cpr=row["cpr"],
                jobcentre_code=row["jobcentre_code"],
                deleted=row["deleted"],
                message=wire.summons_from(wire.Fields(row["body"]), cpr=row["cpr"]),
            )
            for row in self._rows("summonses")
        ]

    def effects(self, cpr: str | None = None) -> list[Effect]:
        return [
            Effect(
                number=row["number"],
                change=CHANGES[row["change"]],
                summons_id=UUID(row["summons_id"]),
                cpr=row["cpr"],
                request_id=row["request_id"],
            )
            for row in self._rows("effects")
            if cpr in (None, row["cpr"])
        ]

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        return [row for row in self._rows("calls") if operation in (None, row["operation"])]

    def choices(self) -> list[dict[str, Any]]:
        return self._rows("choices")

    def fail(self, kind: str, **particulars: Any) -> None:
        """`status`, `code`, `retry_after`, `seconds`, `operation`, `cpr`, `times`, `every`: see `simulator.faults`."""
        self._tell("faults", {"kind": kind, **particulars})

    def clear_faults(self) -> None:
        self._http.delete("/sim/faults").raise_for_status()

    def rules(self, *, single_conversation: bool) -> None:
        self._tell("rules", {"single_conversation": single_conversation})

    def forget(self) -> None:
        self._tell("forget", {})

    def recover(self) -> None:
        """As newly started, but for people added."""
        self.clear_faults()
        self.forget()
        self.rules(single_conversation=True)

    def add_person(self, person: PersonFacts) -> None:
        self._tell("people", {"cpr": person.cpr, "person": wire.person_body(person)})

    def add_employee(self, employee: Employee) -> None:
        self._tell("employees", wire.employee_body(employee))

    def plant(self, message: SummonsMessage, *, jobcentre_code: str, unseen: bool = False) -> None:
        """A summons that nobody sent, or one changed behind our back; `unseen`: its history does not know."""
        body = wire.held_summons_body(message)
        particulars = {"cpr": message.cpr, "jobcentre_code": jobcentre_code, "body": body}
        self._tell("plant", {"summons_id": str(message.summons_id), "unseen": unseen, **particulars})

    def unplant(self, summons_id: UUID, *, unseen: bool = False) -> None:
        """A summons that vanished behind our back; `unseen`: its history does not know."""
        self._tell("plant", {"summons_id": str(summons_id), "unseen": unseen})

    def close(self) -> None:
        self._http.close()

    def _rows(self, what: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._http.get(f"/sim/{what}").raise_for_status().json()
        return rows

    def _tell(self, what: str, body: dict[str, Any]) -> None:
        self._http.post(f"/sim/{what}", json=body).raise_for_status()


def running_simulator(state: Path | None = None) -> Iterator[RunningSimulator]:
    """Started, and stopped when the caller is done. `state`: the file of its memory."""
    server = Server(Simulator(state=state))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    handle = RunningSimulator(server.url, server.simulator.directory.population)
    try:
        yield handle
    finally:
        handle.close()
        server.stop()
        thread.join()


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    yield from running_simulator()
