"""What is asked to be kept, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from booking.models import Channel, Summons
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Seat:
    """A citizen at a meeting. `replaces`: the coming summons that goes when this one is sent (SUM-23)."""

    citizen_id: UUID
    deadline: date | None = None
    earliest_on: date | None = None
    channel: str = Channel.JOBNET
    placement: Mapping[str, Any] = field(default_factory=dict)
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting to be kept; with `appointment_id` its citizens join that meeting, whose time and place hold."""

    day: date
    start_tick: int
    counsellor_ids: tuple[int, ...]
    room_id: int | None
    seats: tuple[Seat, ...]
    appointment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """`taken` and why, in the same order; of a joint meeting only the seats that could not be kept."""

    summonses: tuple[Summons, ...]
    taken: tuple[Meeting, ...]
    refusals: tuple[Refusal, ...]
