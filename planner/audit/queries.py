"""Reading the log: everything about one citizen, for the citizen and for auditors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from uuid import UUID

from planner.accounts.models import User
from planner.audit.models import Access, Change
from planner.audit.purposes import Purpose


@dataclass(frozen=True)
class Entry:
    """Somebody looked, or changed something. `user` is empty where Planner itself or another system did it."""

    at: datetime
    user: str
    what: str
    detail: str
    address: str
    source: str


def report(
    citizen_id: UUID, *, rows: Mapping[str, Collection[object]], first: datetime, last: datetime, most: int = 10_000
) -> list[Entry]:
    """Who looked at the citizen, and who changed these `rows` (ids by table) about them, newest first: 3 statements."""
    seen = list(Access.objects.filter(citizen_id=citizen_id, at__range=(first, last)).order_by("-at")[:most])
    changed = _changes(rows, first, last, most)
    names = _names({one.user_id for one in seen} | {one.actor for one in changed})
    both = merge(_looks(seen, names), _changed(changed, names), key=lambda entry: entry.at, reverse=True)
    return list(both)[:most]


def _changes(rows: Mapping[str, Collection[object]], first: datetime, last: datetime, most: int) -> list[Change]:
    pairs = [(table, str(row)) for table, ids in rows.items() for row in ids]
    found = Change.objects.filter(
        table__in={table for table, _row in pairs}, row__in={row for _table, row in pairs}, at__range=(first, last)
    )
    return list(found.order_by("-at")[:most])


def _names(user_ids: set[int | None]) -> dict[int | None, str]:
    users = User.objects.filter(pk__in=[user_id for user_id in user_ids if user_id is not None])
    return {user.pk: user.full_name for user in users}


def _looks(seen: list[Access], names: dict[int | None, str]) -> Iterator[Entry]:
    for one in seen:
        what = str(Purpose(one.purpose).label) if one.purpose in Purpose.values else one.purpose
        yield Entry(one.at, names.get(one.user_id, ""), what, "", one.address or "", "")


def _changed(changed: list[Change], names: dict[int | None, str]) -> Iterator[Entry]:
    for one in changed:
        columns = ", ".join(sorted((one.after or one.before or {}).keys() if one.action == "UPDATE" else ()))
        what = f"{one.get_action_display()} {one.table}"
        yield Entry(one.at, names.get(one.actor, ""), what, columns, "", one.source)
