"""The national lists, kept fresh from DFDG: never deleted, only expired (SYNC-12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from admin_module.models import AbsenceType, ContactGroup, ConversationType, PersonGroup
from admin_module.models.conversation import CodeListRow
from admin_module.services.connection import client, main_code
from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.dfdg.messages import Caller, PersonGroupRow, ReferenceRow
from planner.dfdg.wire import CodeList

CODE_LISTS: Mapping[CodeList, type[CodeListRow]] = {
    CodeList.CONVERSATION_TYPES: ConversationType,
    CodeList.CONTACT_GROUPS: ContactGroup,
    CodeList.ABSENCE_TYPES: AbsenceType,
}


@dataclass(frozen=True, slots=True)
class NationalLists:
    """What DFDG said: the code lists, and every person group that one of our job centres sees."""

    code_lists: Mapping[CodeList, Sequence[ReferenceRow]]
    person_groups: Sequence[PersonGroupRow]


def refresh(*, now: datetime) -> None:
    """Fetch all lists and keep them. Raises DfdgError, and has then changed nothing. Outside any transaction."""
    codes = []
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="worker"):
            codes.append(main_code())
    if codes:
        keep(fetch(codes=codes, now=now), now=now)


def fetch(*, codes: Sequence[str], now: datetime) -> NationalLists:
    """Ask DFDG: the code lists once, the person groups on behalf of each job centre."""
    callers = [Caller.system(jobcentre_code=code, job="reference", registered_at=now) for code in codes]
    groups = {group.group_id: group for caller in callers for group in client().person_groups(caller=caller)}
    code_lists = {name: client().reference(name, caller=callers[0]) for name in CODE_LISTS}
    return NationalLists(code_lists, tuple(groups.values()))


@transaction.atomic
def keep(lists: NationalLists, *, now: datetime) -> None:
    """Let our lists be these; what is no longer among them expires now, and an empty answer is no list."""
    for name, model in CODE_LISTS.items():
        told = {row.code: row for row in lists.code_lists[name]}
        rows = [
            model(code=row.code, name=row.name[:100], expired_at=_expired_at(row.valid_until, now))
            for row in told.values()
        ]
        _keep(model, rows, ("name", "expired_at"), now)
    groups = [
        PersonGroup(
            id=group.group_id,
            name=group.name[:100],
            level=group.level,
            jobcentre_codes=list(group.jobcentre_codes),
            expired_at=_expired_at(group.ends_on, now),
        )
        for group in lists.person_groups
    ]
    _keep(PersonGroup, groups, ("name", "level", "jobcentre_codes", "expired_at"), now)


def _keep(model: type[models.Model], rows: Sequence[Any], columns: Sequence[str], now: datetime) -> None:
    if not rows:
        return
    in_order = sorted(rows, key=lambda row: str(row.pk))
    model._default_manager.bulk_create(in_order, update_conflicts=True, unique_fields=["pk"], update_fields=columns)
    known = model._default_manager.filter(expired_at=None)
    known.exclude(pk__in=[row.pk for row in rows]).update(expired_at=now)


def _expired_at(last_day: date | None, now: datetime) -> datetime | None:
    """The end of the last day, once it is over."""
    if last_day is None or last_day >= timezone.localdate(now):
        return None
    return timezone.make_aware(datetime.combine(last_day, time.max))
