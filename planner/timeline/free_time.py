"""FreeTime: the free time of one day, in the words of the field."""

from collections.abc import Iterable
from dataclasses import dataclass

from planner.timeline import bits
from planner.timeline.ticks import TICKS_PER_DAY, Tick


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A set of ticks of one day; every length and position is in ticks of five minutes."""

    mask: int = 0

    @classmethod
    def of(cls, stretches: Iterable[tuple[Tick, Tick]]) -> "FreeTime":
        """From half-open stretches (from, to)."""
        mask = 0
        for start, end in stretches:
            mask |= bits.span(start, max(0, end - start))
        return cls(mask & bits.WHOLE_DAY)

    @classmethod
    def whole_day(cls) -> "FreeTime":
        return cls(bits.WHOLE_DAY)

    def __or__(self, other: "FreeTime") -> "FreeTime":
        return FreeTime(self.mask | other.mask)

    def __and__(self, other: "FreeTime") -> "FreeTime":
        return FreeTime(self.mask & other.mask)

    def __sub__(self, other: "FreeTime") -> "FreeTime":
        return FreeTime(self.mask & ~other.mask)

    def __bool__(self) -> bool:
        return self.mask != 0

    def __contains__(self, tick: Tick) -> bool:
        return 0 <= tick < TICKS_PER_DAY and bool(self.mask >> tick & 1)

    @property
    def ticks(self) -> int:
        return self.mask.bit_count()

    @property
    def stretches(self) -> tuple[tuple[Tick, Tick], ...]:
        """The longest unbroken stretches (from, to), in order of time."""
        return tuple(bits.stretches(self.mask))

    def without(self, start: Tick, ticks: int) -> "FreeTime":
        return FreeTime(self.mask & ~bits.span(start, ticks))

    def fits(self, start: Tick, ticks: int) -> bool:
        """Whether a block of `ticks` from `start` lies wholly inside."""
        block = bits.span(start, ticks)
        return self.mask & block == block

    def starts(self, ticks: int, every: int = 1) -> tuple[Tick, ...]:
        """The starts at which a block of `ticks` fits, on every `every`-th tick of the clock."""
        return tuple(bits.each(bits.starts(self.mask, ticks) & bits.on_grid(every)))

    def first_start(self, ticks: int, not_before: Tick = 0) -> Tick | None:
        """The earliest start of a block of `ticks`, from `not_before` on."""
        found = bits.starts(self.mask, ticks) >> not_before << not_before
        return bits.first(found) if found else None
