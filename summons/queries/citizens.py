"""Step 2's list: its rows and counts, in a fixed number of statements whatever the size of the list."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from admin_module.models import ConversationType
from booking.cpr import masked
from booking.models import BookingDeadline, Channel, CitizenAbsence, CprStatus, DueDate, Origin, Summons
from booking.states import ACTIVE, SummonsStatus
from planner.accounts.vault import decrypt
from planner.ui import formatting
from summons.models import LookUp, RejectedRow, Run, RunCitizen

T = TypeVar("T")
Lines = QuerySet[RunCitizen]
EITHER = (ConversationType.JOB_CONVERSATION, ConversationType.FOLLOW_UP)
FRIDAY = 5
NAMED_AT_MOST = 100


def rival_types(type_id: int | None) -> tuple[int, ...]:
    """The types of which a citizen may not have a second coming conversation (SUM-23)."""
    if type_id is None:
        return ()
    return EITHER if type_id in EITHER else (type_id,)


def lines_of(run: Run) -> Lines:
    """The lines that still want a time (SUM-18: those placed are gone); `on` is their earliest date."""
    on = Coalesce("earliest_on", Value(run.earliest_on, output_field=DateField()))
    return RunCitizen.objects.filter(run=run, summons=None).annotate(on=on)


def coming(now: datetime) -> QuerySet[Summons]:
    """Every conversation ahead, of all sources."""
    return Summons.objects.filter(
        appointment__start_at__gt=now, appointment__cancelled_at=None, status__in=ACTIVE
    ).order_by("appointment__start_at")


def rivals(run: Run, now: datetime) -> QuerySet[Summons]:
    """Coming conversations of the run's type."""
    return coming(now).filter(appointment__type__in=rival_types(run.type_id))


def has_rival(run: Run, now: datetime) -> Q:
    """Of a line: its citizen already has a coming conversation of the type.

    Asked as «in», not «exists»: with tables that are not analysed yet the latter was planned as a loop of loops.
    """
    return Q(citizen__in=rivals(run, now).order_by().values("citizen"))


def is_away(hindering: Sequence[str]) -> Exists:
    """Of a line of `lines_of`: a hindering absence covers its earliest date."""
    there = CitizenAbsence.objects.filter(
        Q(last_on=None) | Q(last_on__gte=OuterRef("on")),
        citizen=OuterRef("citizen_id"),
        kind__in=hindering,
        first_on__lte=OuterRef("on"),
    )
    return Exists(there.order_by())


@dataclass(frozen=True, slots=True)
class Counts:
    """What the head and the foot of the list say; `chosen_…` count the selected alone."""

    total: int
    chosen: int
    undated: int
    chosen_undated: int
    not_found: int
    chosen_not_found: int
    away: int
    chosen_away: int
    rivals: int
    barred: int

    @property
    def all_chosen(self) -> bool:
        """Whether nobody is left to select without a question."""
        return 0 < self.total <= self.chosen + self.rivals + self.barred


def counts(run: Run, *, hindering: Sequence[str], now: datetime, with_rivals: bool = True) -> Counts:
    """Of the whole list, whatever is filtered. Three statements; the foot can do without the rivals."""
    chosen = Q(selected=True)
    undated = Q(deadline=None)
    not_found = ~Q(look_up=LookUp.FOUND)
    lines = lines_of(run)
    found = lines.aggregate(
        total=Count("pk"),
        chosen=Count("pk", filter=chosen),
        undated=Count("pk", filter=undated),
        chosen_undated=Count("pk", filter=chosen & undated),
        barred=Count("pk", filter=~Q(reason="")),
        not_found=Count("pk", filter=not_found),
        chosen_not_found=Count("pk", filter=chosen & not_found),
    )
    away = lines.filter(is_away(hindering)).aggregate(away=Count("pk"), chosen_away=Count("pk", filter=chosen))
    return Counts(
        **found, **away, rivals=lines.filter(has_rival(run, now)).count() if run.type_id and with_rivals else 0
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A due date as a cell: the week where it is a Friday, else the date."""

    on: date | None

    @property
    def is_week(self) -> bool:
        return self.on is not None and self.on.isoweekday() == FRIDAY


@dataclass(frozen=True, slots=True)
class Away:
    """An absence in words, «Ferie 30. nov.–4. dec.»; a line may only break after the dash."""

    kind: str
    dates: str

    @classmethod
    def of(cls, absence: CitizenAbsence) -> Away:
        if absence.last_on:
            words = formatting.days(absence.first_on, absence.last_on)
        else:
            words = _("fra %s") % formatting.short_day(absence.first_on)
        return cls(absence.kind, words.replace(" ", formatting.NBSP))


@dataclass(frozen=True, slots=True)
class Coming:
    """A coming conversation of a citizen. `outside`: it is changed where it was made."""

    appointment_id: UUID
    type_id: int | None
    type_name: str
    start_at: datetime
    outside: bool
    pending: bool


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """An open deadline of DFDG for the type, and whether the summons fulfils it."""

    hold_by: date
    fulfilled: bool
    missed: bool


@dataclass(frozen=True, slots=True)
class CitizenRow:
    """One row of step 2, ready to be shown."""

    pk: int
    citizen_id: UUID | None
    number: str
    name: str
    look_up: str
    contact_group: str
    activation_type: str
    due: Sequence[Due]
    absences: Sequence[Away]
    earliest_on: date | None
    away: bool
    free_from: date | None
    deadline: date | None
    late: bool
    open_deadline: OpenDeadline | None
    coming: Sequence[Coming]
    rival: Coming | None
    selected: bool
    replace: bool
    reason: str
    letter: bool
    fetched_at: datetime | None = None
    extra: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def selectable(self) -> bool:
        return not self.reason

    @property
    def found(self) -> bool:
        return self.look_up == LookUp.FOUND

    @property
    def tone(self) -> str:
        """The class of the row."""
        if not self.selected:
            return "is-off"
        return "is-warn" if self.away else ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the citizens of a page, by citizen."""

    run: Run
    hindering: Sequence[str]
    due: Mapping[UUID | None, list[DueDate]]
    absences: Mapping[UUID | None, list[CitizenAbsence]]
    deadlines: Mapping[UUID | None, list[BookingDeadline]]
    coming: Mapping[UUID | None, list[Coming]]


def loaded(ids: Sequence[int]) -> list[RunCitizen]:
    """These lines with what a row needs, in this order. Only ids are put in order: a page is short, a list is long."""
    found = RunCitizen.objects.select_related("citizen__contact_group").in_bulk(ids)
    return [found[pk] for pk in ids]


def rows(lines: Sequence[RunCitizen], run: Run, *, hindering: Sequence[str], now: datetime) -> list[CitizenRow]:
    """The lines of a page (with citizen and contact group loaded) as rows. Four statements."""
    ids = [line.citizen_id for line in lines if line.citizen_id]
    deadlines = BookingDeadline.objects.filter(
        citizen__in=ids, type__in=rival_types(run.type_id), status=BookingDeadline.Status.ACTIVE
    )
    known = Known(
        run,
        hindering,
        _grouped(DueDate.objects.filter(citizen__in=ids)),
        _grouped(CitizenAbsence.objects.filter(citizen__in=ids)),
        _grouped(deadlines.order_by("hold_by")),
        _coming(ids, now),
    )
    return [_row(line, known) for line in lines]


def _row(line: RunCitizen, known: Known) -> CitizenRow:
    run, key, citizen = known.run, line.citizen_id, line.citizen
    on = line.earliest_on or run.earliest_on
    by_kind = {one.kind: one.due_on for one in known.due.get(key, ())}
    absences = known.absences.get(key, ())
    free = free_from(absences, on, known.hindering) if on else None
    meetings = known.coming.get(key, ())
    group = citizen.contact_group if citizen else None
    types = rival_types(run.type_id)
    return CitizenRow(
        pk=line.pk,
        citizen_id=key,
        number=masked_birth(line.born_on),
        name=citizen.full_name.strip() if citizen else "",
        look_up=line.look_up,
        contact_group=group.name if group else "",
        activation_type=citizen.activation_type if citizen else "",
        due=[Due(by_kind.get(kind)) for kind in run.due_kinds],
        absences=[Away.of(one) for one in absences if one.last_on is None or one.last_on >= (on or date.min)],
        earliest_on=on,
        away=on is not None and free != on,
        free_from=free,
        deadline=line.deadline,
        late=bool(on and line.deadline and line.deadline < on),
        open_deadline=_open_deadline(next(iter(known.deadlines.get(key, ())), None), on, line.deadline),
        coming=meetings,
        rival=next((one for one in meetings if one.type_id in types), None),
        selected=line.selected,
        replace=line.replace,
        reason=line.reason,
        letter=line.channel == Channel.LETTER,
        fetched_at=citizen.fetched_at if citizen else None,
        extra=_extra(line, run),
    )


def masked_birth(born_on: date | None) -> str:
    """«120588-••••» without reading the number."""
    return f"{born_on:%d%m%y}-••••" if born_on else ""


def free_from(absences: Sequence[CitizenAbsence], on: date, hindering: Sequence[str]) -> date | None:
    """The first day from `on` that no hindering absence covers; None where one of them has no end."""
    for absence in sorted(absences, key=lambda one: one.first_on):
        if absence.kind not in hindering or absence.first_on > on:
            continue
        if absence.last_on is None:
            return None
        if absence.last_on >= on:
            on = absence.last_on + timedelta(days=1)
    return on


def _coming(ids: Sequence[UUID], now: datetime) -> dict[UUID | None, list[Coming]]:
    found: dict[UUID | None, list[Coming]] = defaultdict(list)
    summonses = coming(now).filter(citizen__in=ids).select_related("appointment__type")
    for summons in summonses:
        meeting = summons.appointment
        found[summons.citizen_id].append(
            Coming(
                meeting.pk,
                meeting.type_id,
                meeting.type.name if meeting.type else meeting.title,
                meeting.start_at,
                summons.origin == Origin.CASE_SYSTEM,
                summons.status == SummonsStatus.PENDING,
            )
        )
    return found


def _open_deadline(found: BookingDeadline | None, on: date | None, deadline: date | None) -> OpenDeadline | None:
    if found is None:
        return None
    within = deadline is not None and deadline <= found.hold_by
    return OpenDeadline(found.hold_by, within, bool(on and on > found.hold_by))


def _extra(line: RunCitizen, run: Run) -> list[tuple[str, str]]:
    if line.extra is None or not run.columns:
        return []
    kept = json.loads(decrypt(line.extra))["extra"]
    return [(name, kept[name]) for name in run.columns if kept.get(name)]


def _grouped(found: QuerySet[Any]) -> dict[UUID | None, list[Any]]:
    groups: dict[UUID | None, list[Any]] = defaultdict(list)
    for one in found:
        groups[one.citizen_id].append(one)
    return groups


@dataclass(frozen=True, slots=True)
class Barred:
    """A citizen on the list who cannot be summoned, named at the top."""

    pk: int
    number: str
    name: str
    reason: str


def barred(run: Run) -> list[Barred]:
    """Those who cannot be selected, the first hundred. One statement."""
    found = lines_of(run).exclude(reason="").select_related("citizen")[:NAMED_AT_MOST]
    return [
        Barred(line.pk, masked_birth(line.born_on), line.citizen.full_name if line.citizen else "", line.reason)
        for line in found
    ]


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of an import that is explained."""

    line: int
    value: str
    reason: str
    kind: str
    cells: Sequence[str]

    @property
    def shown(self) -> str:
        """The value without the last four digits of what could be a CPR number."""
        return masked(self.value)


def problems(run: Run, *, limit: int | None = None) -> list[Problem]:
    """What an import could not use, in the order of the list. One statement."""
    found = []
    for row in run.rejected.all()[:limit]:
        kept = json.loads(decrypt(row.encrypted))
        found.append(Problem(row.line, kept["value"], row.reason, row.kind, kept["cells"]))
    return found


def problem_counts(run: Run) -> dict[str, int]:
    """How many lines of each kind of problem. One statement."""
    found = run.rejected.order_by().values_list("kind").annotate(number=Count("pk"))
    return dict.fromkeys(RejectedRow.Kind.values, 0) | dict(found)


def facets(run: Run) -> dict[str, Any]:
    """What the list can be filtered by, kept on the run when its citizens have been looked up."""
    lines = lines_of(run).filter(citizen__isnull=False).order_by()
    groups = lines.values_list("citizen__contact_group", "citizen__contact_group__name").distinct()
    activations = lines.values_list("citizen__activation_type", flat=True).distinct()
    citizens = lines.values("citizen")
    due = (
        DueDate.objects.filter(citizen__in=citizens).order_by("kind", "due_on").values_list("kind", "due_on").distinct()
    )
    absences = CitizenAbsence.objects.filter(citizen__in=citizens).order_by("kind").values_list("kind", flat=True)
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, due_on in due:
        by_kind[kind].append(due_on.isoformat())
    return {
        "groups": sorted(([code, name] for code, name in groups if code), key=lambda pair: pair[1]),
        "activations": sorted(filter(None, activations)),
        "due": by_kind,
        "absences": list(absences.distinct()),
    }


def is_inactive(status: str) -> bool:
    """CPR-inactive people cannot be summoned; those who moved abroad can (s144)."""
    return status in (CprStatus.DEAD, CprStatus.INACTIVE)
