"""What a measurement says: a line for people, and a row for reports/figures.json."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value against its limit, which it must not exceed."""

    id: str
    case: str
    value: float
    unit: str
    limit: float
    spread: tuple[float, float] | None = None
    """The least and the greatest of the rounds, in the same unit."""

    @property
    def ok(self) -> bool:
        return self.value <= self.limit

    @property
    def line(self) -> str:
        spread = f" [{self.spread[0]:.2f}-{self.spread[1]:.2f}]" if self.spread else ""
        judged = "ok" if self.ok else "short"
        return f"{self.id} {self.case} {self.value:.2f} {self.unit}{spread} (limit {self.limit:g}) {judged}"


def seconds(work: Callable[[], object]) -> float:
    """The processor's time, so that what else runs on the machine counts as little as it can."""
    begun = process_time()
    work()
    return process_time() - begun


def ratios(work: Callable[[], object], floor: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """How many times the floor the work takes, each round measured beside the floor's own run before and after it."""
    found = []
    before = seconds(floor)
    for _ in range(rounds):
        taken = seconds(work)
        after = seconds(floor)
        found.append(taken / ((before + after) / 2))
        before = after
    return found


def figure(own_id: str, case: str, values: Sequence[float], unit: str, limit: float) -> Figure:
    """The median of the rounds, with their spread."""
    return Figure(own_id, case, median(values), unit, limit, (min(values), max(values)))
