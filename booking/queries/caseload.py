"""A counsellor's fixed caseload: the citizens whose case owner they are, by a fixed number of statements (COUN-13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Least

from admin_module.models import Counsellor
from booking.models import BookingDeadline, Citizen, DueDate, Summons
from booking.states import ACTIVE
from planner.alphabet import alphabet_key


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A citizen of the caseload: the nearest deadline, `late` where it has passed, and the next conversation."""

    citizen: Citizen
    deadline: date | None
    late: bool
    coming: Summons | None


def caseload(counsellor: Counsellor, *, q: str = "", today: date, now: datetime) -> QuerySet[Citizen]:
    """The counsellor's citizens, those whose name has all the parts; each with nearest deadline and conversation."""
    ahead = Summons.objects.filter(citizen=OuterRef("pk"), status__in=ACTIVE, appointment__end_at__gt=now)
    first = ahead.order_by("appointment__start_at", "pk")
    rows: Any = Citizen.objects.filter(case_owner=counsellor).annotate(
        next_deadline=next_deadline(today),
        coming_id=Subquery(first.values("pk")[:1]),
        coming_at=Subquery(first.values("appointment__start_at")[:1]),
    )
    for part in q.split():
        rows = rows.filter(sort_key__contains=alphabet_key(part))
    return rows.select_related("contact_group", "owner_set_by")  # type: ignore[no-any-return]


def next_deadline(today: date) -> Least:
    """Of citizens: the nearest of DFDG's open deadlines, also where it has passed, and the due dates to come."""
    open_ones = BookingDeadline.objects.filter(citizen=OuterRef("pk"), status=BookingDeadline.Status.ACTIVE)
    due = DueDate.objects.filter(citizen=OuterRef("pk"), due_on__gte=today)
    return Least(
        Subquery(open_ones.order_by("hold_by").values("hold_by")[:1], output_field=DateField()),
        Subquery(due.order_by("due_on").values("due_on")[:1], output_field=DateField()),
    )


def case_rows(citizens: Sequence[Any], *, today: date) -> list[CaseRow]:
    """One page of the caseload with its conversations; one statement."""
    wanted = [one.coming_id for one in citizens if one.coming_id]
    coming = Summons.objects.select_related("appointment__type").in_bulk(wanted)
    return [
        CaseRow(one, due, bool(due and due < today), coming.get(one.coming_id))
        for one in citizens
        for due in (one.next_deadline,)
    ]


def named_owner(citizen: Citizen) -> str:
    """Whom the case system names, where a person chose otherwise here; the name, else how it is known there."""
    if citizen.owner_set_at is None or not citizen.owner_named:
        return ""
    counsellor = Counsellor.objects.living().filter(employee_id=citizen.owner_named).first()
    if counsellor is None:
        return citizen.owner_named
    return "" if counsellor.pk == citizen.case_owner_id else str(counsellor.full_name)
