"""«Afventerliste»: prepared, unsent summonses, each with why it cannot be sent, if it cannot (PEND-01, PEND-02)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from booking.models import Summons
from booking.queries.messages import loaded, missing_particulars
from booking.rules import why_not_send
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.ui.refusal import Refusal
from summons.models import RunCitizen
from summons.queries.choices import run_label


def pending_summonses(
    *, user_id: int, order: Sequence[str], own: bool = False, run: str = "", prepared_by: str = "", name: str = ""
) -> QuerySet[Summons]:
    """Those that fit, one's own first."""
    own_first = Case(When(prepared_by_id=user_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Summons.objects.filter(status=SummonsStatus.PENDING).order_by(own_first, *order)
    if own:
        found = found.filter(prepared_by_id=user_id)
    if prepared_by:
        found = found.filter(prepared_by_id=int(prepared_by))
    if run:
        found = found.filter(pk__in=RunCitizen.objects.filter(run_id=run).values("summons"))
    return found.filter(citizen__full_name__icontains=name) if name else found


def waiting_count() -> int:
    """The number on the tab (APP-02)."""
    return Summons.objects.filter(status=SummonsStatus.PENDING).count()


def own_count(user_id: int) -> int:
    return Summons.objects.filter(status=SummonsStatus.PENDING, prepared_by_id=user_id).count()


def about_to_be_released(until: date) -> QuerySet[Summons]:
    """Those whose time is released on or before that day (PEND-03)."""
    return Summons.objects.filter(status=SummonsStatus.PENDING, release_on__lte=until)


def pending_runs() -> list[tuple[str, str]]:
    """The runs that wait there, as choices."""
    waiting = Summons.objects.filter(status=SummonsStatus.PENDING)
    lines = RunCitizen.objects.filter(summons__in=waiting).order_by("run__name").distinct()
    found = lines.values_list("run_id", "run__name", "run__sent_at")
    return [(str(pk), run_label(name, sent_at.date() if sent_at else None)) for pk, name, sent_at in found]


def preparers() -> list[tuple[str, str]]:
    """Who has prepared what waits, as choices."""
    waiting = Summons.objects.filter(status=SummonsStatus.PENDING, prepared_by__isnull=False)
    names = waiting.order_by("prepared_by__given_name", "prepared_by__family_name").distinct()
    found = names.values_list("prepared_by_id", "prepared_by__given_name", "prepared_by__family_name")
    return [(str(pk), f"{given} {family}") for pk, given, family in found]


@dataclass(frozen=True, slots=True)
class PendingRow:
    """One line of the list; `release_on`: when its time is free at the latest; `refusal`: why it cannot be sent."""

    pk: UUID
    citizen: str
    citizen_id: UUID
    start_at: datetime
    type: str
    counsellors: str
    counsellor_names: str
    room: str
    deadline: date | None
    late: bool
    prepared_by: str
    prepared_at: datetime
    is_own: bool
    run: str
    release_on: date | None
    refusal: Refusal | None


def rows(pks: Sequence[UUID], *, user_id: int, settings: Settings, now: datetime) -> list[PendingRow]:
    """The lines in the given order; a fixed number of statements."""
    found = loaded(Summons.objects.filter(pk__in=pks)).select_related(
        "citizen", "appointment__type", "appointment__room", "prepared_by"
    )
    by_pk = {summons.pk: summons for summons in found}
    lines = RunCitizen.objects.filter(summons_id__in=pks).select_related("run")
    runs = {line.summons_id: run_label(line.run.name, None) for line in lines}
    return [_row(by_pk[pk], runs.get(pk, ""), user_id=user_id, settings=settings, now=now) for pk in pks if pk in by_pk]


def _row(summons: Summons, run: str, *, user_id: int, settings: Settings, now: datetime) -> PendingRow:
    meeting = summons.appointment
    holders = sorted((holder.counsellor for holder in meeting.holders.all()), key=lambda one: (one.sort_key, one.pk))
    return PendingRow(
        pk=summons.pk,
        citizen=summons.citizen.full_name,
        citizen_id=summons.citizen_id,
        start_at=meeting.start_at,
        type=meeting.type.name if meeting.type else "",
        counsellors=", ".join(one.short for one in holders),
        counsellor_names=", ".join(one.full_name for one in holders),
        room=meeting.room.name if meeting.room else "",
        deadline=summons.deadline,
        late=bool(summons.deadline and meeting.day > summons.deadline),
        prepared_by=summons.prepared_by.full_name if summons.prepared_by else "",
        prepared_at=summons.prepared_at,
        is_own=summons.prepared_by_id == user_id,
        run=run,
        release_on=min(summons.release_on, meeting.day) if summons.release_on else None,
        refusal=why_not_send(summons, now=now, missing=missing_particulars(summons, settings=settings)),
    )
