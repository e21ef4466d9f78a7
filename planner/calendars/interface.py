"""One counsellor's calendar as Planner sees it, whatever system it is kept in (SYNC-19)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

Times = tuple[datetime, datetime]
"""From when to when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEntry:
    """What Planner writes: always private. `uid` is the same however often it is written; instants are aware."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    text: str = field(default="", repr=False)
    link: str = ""

    @property
    def words(self) -> str:
        """The text, with the link below it."""
        return "\n\n".join(part for part in (self.text, self.link) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An entry of ours as the calendar was last known to hold it: where, which version, and from when to when."""

    address: str
    etag: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where an entry lies after it was written. `was_changed`: somebody else had changed it since we last wrote it."""

    address: str
    etag: str
    was_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntry:
    """One time in the calendar. `is_busy`: it takes the time; `title` is read of our own entries only."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    is_busy: bool
    title: str = field(default="", repr=False)
    address: str = ""
    etag: str = ""


def own_times(entry: OwnEntry, held: Held | None) -> list[Times]:
    """The times that we wrote ourselves: a call whose answer was lost has written them too."""
    written = [(entry.starts_at, entry.ends_at)]
    if held and held.starts_at and held.ends_at:
        written.append((held.starts_at, held.ends_at))
    return written


class ExternalCalendar(Protocol):
    """Every method raises one of `planner.calendars.errors` where it does not end as wished; threads may share it."""

    def put(self, entry: OwnEntry, *, held: Held | None, request_id: UUID) -> Written:
        """The calendar holds exactly this, once; `request_id` is the same where a call is repeated."""

    def delete(self, uid: str, *, held: Held | None) -> None:
        """The calendar does not hold it; that it never did is as good."""

    def busy(self, first: datetime, last: datetime, *, mark: str) -> tuple[FoundEntry, ...]:
        """Every entry that touches the time from first to last, each occurrence of its own, our own among them.

        `mark`: how the uids of our own entries end.
        """

    def probe(self) -> None:
        """Returns where there is a calendar that lets us in."""
