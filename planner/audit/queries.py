"""Reading the log: lists for auditors, and everything about one citizen, for the citizen and for auditors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from planner.accounts.models import Membership, User
from planner.accounts.tenancy import current
from planner.audit.models import Access, Change
from planner.audit.purposes import Purpose
from planner.audit.words import ACTIONS, SOURCES, TABLES


@dataclass(frozen=True)
class Entry:
    """Somebody looked, or changed something. `user` is empty where Planner itself or another system did it."""

    at: datetime
    user: str
    what: str
    detail: str
    where: str
    citizen_id: UUID | None = None


def looks(*, user: str, purpose: str, days: int, now: datetime) -> QuerySet[Access]:
    """Who looked at citizens in the last `days`."""
    found = Access.objects.filter(at__gt=now - timedelta(days=days))
    found = found.filter(user_id=int(user)) if user else found
    return found.filter(purpose=purpose) if purpose else found


def changes(*, user: str, table: str, days: int, now: datetime) -> QuerySet[Change]:
    """What was made, changed or deleted in the last `days`."""
    found = Change.objects.filter(at__gt=now - timedelta(days=days))
    found = found.filter(actor=int(user)) if user else found
    return found.filter(table=table) if table else found


def users() -> list[tuple[str, str]]:
    """The people of the job centre, by name, as choices; it is named, for one sees one's own memberships everywhere."""
    members = (
        Membership.objects.filter(jobcentre_id=current().jobcentre_id or 0)
        .select_related("user")
        .order_by("user__given_name", "user__family_name")
    )
    return [(str(one.user_id), one.user.full_name) for one in members]


def told(rows: Sequence[Access] | Sequence[Change]) -> list[Entry]:
    """The rows in words; one statement for the names."""
    names = _names(one.user_id if isinstance(one, Access) else one.actor for one in rows)
    return [_look(one, names) if isinstance(one, Access) else _change(one, names) for one in rows]


def report(
    citizen_id: UUID, *, rows: Mapping[str, Collection[object]], first: datetime, last: datetime, most: int = 10_000
) -> list[Entry]:
    """Who looked at the citizen, and who changed these `rows` (ids by table) about them, newest first: 3 statements."""
    seen = list(Access.objects.filter(citizen_id=citizen_id, at__range=(first, last)).order_by("-at")[:most])
    changed = _changes_of(rows, first, last, most)
    names = _names([one.user_id for one in seen] + [one.actor for one in changed])
    both = merge(
        (_look(one, names) for one in seen),
        (_change(one, names) for one in changed),
        key=lambda entry: entry.at,
        reverse=True,
    )
    return list(both)[:most]


def _changes_of(rows: Mapping[str, Collection[object]], first: datetime, last: datetime, most: int) -> list[Change]:
    ids = {str(row) for found in rows.values() for row in found}
    found = Change.objects.filter(table__in=rows.keys(), row__in=ids, at__range=(first, last))
    return list(found.order_by("-at")[:most])


def _names(user_ids: Iterable[int | None]) -> dict[int | None, str]:
    known = User.objects.filter(pk__in={user_id for user_id in user_ids if user_id is not None})
    return {user.pk: user.full_name for user in known}


def _look(one: Access, names: Mapping[int | None, str]) -> Entry:
    purpose = Purpose(one.purpose).label if one.purpose in Purpose.values else one.purpose
    what = _("så: %(purpose)s") % {"purpose": purpose}
    return Entry(one.at, names.get(one.user_id, ""), what, "", one.address or "", one.citizen_id)


def _change(one: Change, names: Mapping[int | None, str]) -> Entry:
    table = TABLES.get(one.table, one.table)
    what = f"{ACTIONS[Change.Action(one.action)]}: {table}"
    detail = ", ".join(sorted(_columns(one)))
    return Entry(one.at, names.get(one.actor, ""), what, detail, str(SOURCES.get(one.source, one.source)))


def _columns(one: Change) -> Iterator[str]:
    """What of the row was changed; of a row that is new or gone, nothing in particular."""
    yield from (one.after or {}) if one.action == Change.Action.UPDATE else ()
