"""The switches that make the simulator fail, for everything, one kind of call or one citizen."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Lock


class FaultKind(StrEnum):
    """`drop` closes without an answer; «after» means that the call had its effect."""

    DELAY = "delay"
    STATUS = "status"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    RESET = "reset"
    MALFORMED = "malformed"
    REFUSE = "refuse"
    DUPLICATE = "duplicate"
    OFF = "off"


class Operation(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    PARTICIPATION = "participation"
    READ = "read"
    PERSON = "person"
    EMPLOYEE = "employee"
    REFERENCE = "reference"
    PING = "ping"


WRITE = "write"
WRITES = (Operation.CREATE, Operation.UPDATE, Operation.DELETE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Empty `operation` or `cpr` means all; `times` None means until cleared; `seconds` pass before the answer.

    `every` 3: only each third call that it fits, after two (`passed`) that it lets through.
    """

    kind: FaultKind
    status: int = 500
    code: int = 99000
    retry_after: int | None = None
    seconds: float = 0
    operation: str = ""
    cpr: str = field(default="", repr=False)
    times: int | None = None
    every: int = 1
    passed: int = 0

    def strikes(self, operation: Operation, cpr: str) -> bool:
        of_kind = self.operation in ("", operation) or (self.operation == WRITE and operation in WRITES)
        return of_kind and self.cpr in ("", cpr)


class Switchboard:
    """The faults in force; the first that fits strikes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: list[Fault] = []

    def set(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def all(self) -> tuple[Fault, ...]:
        with self._lock:
            return tuple(self._faults)

    def strike(self, operation: Operation, cpr: str) -> Fault | None:
        with self._lock:
            for place, fault in enumerate(self._faults):
                if not fault.strikes(operation, cpr):
                    continue
                if fault.passed + 1 < fault.every:
                    self._faults[place] = replace(fault, passed=fault.passed + 1)
                    continue
                self._count_down(place, replace(fault, passed=0))
                return fault
        return None

    def _count_down(self, place: int, fault: Fault) -> None:
        if fault.times is None:
            self._faults[place] = fault
        elif fault.times > 1:
            self._faults[place] = replace(fault, times=fault.times - 1)
        else:
            del self._faults[place]
