"""Step 3's board: figures, load of the counsellors, and the rows, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from admin_module.models import Counsellor, MeetingForm
from booking.availability.calendar import counsellor_days
from booking.availability.counting import free_times
from booking.models import AppointmentCounsellor, CitizenAbsence, Summons
from booking.queries.facts import picture
from booking.queries.messages import loaded, missing_particulars
from booking.rules import why_not_send
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.alphabet import alphabet_key
from planner.ui.listing import ListState
from planner.ui.paging import Page, paged
from summons.models import LookUp, Run, RunCitizen
from summons.queries.citizens import masked_birth
from summons.queries.problem import counsellors_of, first_day, is_fixed, last_day
from summons.reasons import Facts, how_found, why_unplaced

Lines = QuerySet[RunCitizen]
UNPLACED, LATE, IN_TIME = 0, 1, 2
MEETING = "summons__appointment"
RANK: str = "rank"
OWN: str = "own"
"""What `board_lines` adds to a line."""


def board_lines(run: Run) -> Lines:
    """Those who wait to be sent and those who want a time; `rank` puts the worst first."""
    holder = AppointmentCounsellor.objects.filter(
        appointment=OuterRef("summons__appointment"), counsellor=OuterRef("preferred")
    )
    return (
        RunCitizen.objects.filter(run=run)
        .filter(Q(summons__status=SummonsStatus.PENDING) | Q(summons=None, selected=True))
        .annotate(
            preferred=Cast(KeyTextTransform("preferred", "summons__placement"), BigIntegerField()),
            own=Exists(holder),
            rank=Case(
                When(summons=None, then=Value(UNPLACED)),
                When(summons__appointment__day__gt=F("summons__deadline"), then=Value(LATE)),
                default=Value(IN_TIME),
                output_field=IntegerField(),
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """What the board counts, from the same lines as the rows (SUM-17). `chosen…`: those ticked to be sent."""

    total: int
    placed: int
    within: int
    undated: int
    late: int
    least_late: int
    most_late: int
    unplaced: int
    own: int
    changed: int
    chosen: int
    chosen_within: int
    chosen_late: int
    first_on: date | None
    last_on: date | None
    days: int

    @property
    def not_own(self) -> int:
        return self.placed - self.own

    @property
    def own_share(self) -> int:
        """Percent of those placed."""
        return round(100 * self.own / self.placed) if self.placed else 0


def figures(run: Run) -> Figures:
    """Two statements."""
    placed, late = Q(summons__isnull=False), Q(rank=LATE)
    lateness = ExpressionWrapper(F(f"{MEETING}__day") - F("summons__deadline"), output_field=DurationField())
    lines = board_lines(run).order_by()
    found = lines.aggregate(
        total=Count("pk"),
        placed=Count("pk", filter=placed),
        within=Count("pk", filter=Q(rank=IN_TIME)),
        undated=Count("pk", filter=placed & Q(summons__deadline=None)),
        late=Count("pk", filter=late),
        least=Min(lateness, filter=late),
        most=Max(lateness, filter=late),
        unplaced=Count("pk", filter=~placed),
        changed=Count("pk", filter=placed & Q(summons__placement__has_key="changed")),
        chosen=Count("pk", filter=placed & Q(selected=True)),
        chosen_within=Count("pk", filter=Q(rank=IN_TIME, selected=True)),
        chosen_late=Count("pk", filter=Q(rank=LATE, selected=True)),
        first_on=Min(f"{MEETING}__day"),
        last_on=Max(f"{MEETING}__day"),
        days=Count(f"{MEETING}__day", distinct=True),
    )
    least, most = (found.pop(name) or timedelta() for name in ("least", "most"))
    own = lines.filter(placed, **{OWN: True}).count()
    return Figures(**found, own=own, least_late=least.days, most_late=most.days)


def narrowed(lines: Lines, state: ListState) -> Lines:
    """The quick filters, each of which the head of the list counts."""
    if state.value("unplaced"):
        lines = lines.filter(**{RANK: UNPLACED})
    if state.value("late"):
        lines = lines.filter(**{RANK: LATE})
    if state.value("not_own"):
        lines = lines.filter(summons__isnull=False, **{OWN: False})
    if state.value("changed"):
        lines = lines.filter(summons__placement__has_key="changed")
    name = state.value("name")
    return lines.filter(citizen__full_name__icontains=name) if name else lines


# The load of the counsellors


@dataclass(frozen=True, slots=True)
class Load:
    """A counsellor's conversations from the first to the last day of the plan."""

    name: str
    before: int
    fresh: int
    free: int

    @property
    def total(self) -> int:
        return self.before + self.fresh + self.free


def load(run: Run, found: Figures, *, settings: Settings, now: datetime) -> list[Load]:
    """«Vejledernes belastning», by name; `free` is the number of free times (TIME-10)."""
    if found.first_on is None or found.last_on is None:
        return []
    waiting = run.lines.filter(summons__status=SummonsStatus.PENDING).order_by()
    fresh = dict(waiting.values_list(f"{MEETING}__holders__counsellor").annotate(number=Count(MEETING, distinct=True)))
    known = picture(
        settings=settings,
        team_id=run.team_id,
        first=found.first_on,
        last=found.last_on,
        now=now,
        counsellors={*counsellors_of(run), *fresh},
    )
    loads = []
    for pk, one in known.counsellors.items():
        days = counsellor_days(one, known.first, known.last, known.closures)
        free = sum(len(free_times(day, run.duration or 5, run.reporting_time, automatic=True)) for day in days)
        taken = sum(1 for block in one.taken if known.first <= block.day <= known.last)
        loads.append(Load(one.name, taken - fresh.get(pk, 0), fresh.get(pk, 0), free))
    return sorted(loads, key=lambda load: alphabet_key(load.name))


# The rows


@dataclass(frozen=True, slots=True)
class Group:
    """A heading between the rows."""

    rank: int
    day: date | None
    count: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of the board, ready to be shown. `hindrance`: why it cannot be sent, if it cannot."""

    pk: int
    rank: int
    group: Group | None
    start_at: datetime | None
    number: str
    name: str
    citizen_id: Any
    counsellors: str
    room: str
    deadline: date | None
    reason: str
    hindrance: str
    changed: bool
    chosen: bool

    @property
    def tone(self) -> str:
        return {UNPLACED: "bad", LATE: "warn"}.get(self.rank, "")


class Board:
    """The rows of a page, with what their sentences name."""

    def __init__(self, run: Run, lines: Sequence[RunCitizen], *, settings: Settings, now: datetime) -> None:
        self.run, self.settings, self.now = run, settings, now
        self.lines = lines
        self.summonses = loaded(
            Summons.objects.filter(pk__in=[line.summons_id for line in lines if line.summons_id])
        ).in_bulk()
        self.until = (run.fixed_on or first_day(run, now)) if is_fixed(run) else last_day(run, settings, now)

    def rows(self, groups: Sequence[Group]) -> list[PlanRow]:
        """In the order of the lines; the first of each group bears its heading."""
        headings = {(group.rank, group.day): group for group in groups}
        shown, before = [], None
        for line in self.lines:
            summons = self.summonses.get(line.summons_id) if line.summons_id else None
            rank = line.rank  # type: ignore[attr-defined]
            key = (rank, summons.appointment.day if summons and rank == IN_TIME else None)
            shown.append(self._row(line, summons, rank, headings.get(key) if key != before else None))
            before = key
        return shown

    def _row(self, line: RunCitizen, summons: Summons | None, rank: int, group: Group | None) -> PlanRow:
        meeting = summons.appointment if summons else None
        return PlanRow(
            pk=line.pk,
            rank=rank,
            group=group,
            start_at=meeting.start_at if meeting else None,
            number=masked_birth(line.born_on),
            name=line.citizen.full_name.strip() if line.citizen else "",
            citizen_id=line.citizen_id,
            counsellors=", ".join(one.full_name for one in _holders(summons)) if summons else "",
            room=meeting.room.name if meeting and meeting.room else "",
            deadline=summons.deadline if summons else line.deadline,
            reason=self.reason(line, summons),
            hindrance=self._hindrance(summons) if summons else "",
            changed=bool(summons and summons.placement.get("changed")),
            chosen=line.selected and summons is not None,
        )

    def _hindrance(self, summons: Summons) -> str:
        missing = missing_particulars(summons, settings=self.settings)
        refusal = why_not_send(summons, now=self.now, missing=missing)
        return str(refusal.sentence) if refusal else ""

    def reason(self, line: RunCitizen, summons: Summons | None) -> str:
        """How the time was found, or why there is none."""
        facts = Facts(
            until=self.until,
            earliest=max(line.earliest_on or date.min, first_day(self.run, self.now)),
            deadline=summons.deadline if summons else line.deadline,
            held_on=summons.appointment.day if summons else None,
            own=self._preferred.get(summons.placement.get("preferred", 0), "") if summons else "",
            room=self.run.room.name if self.run.room else "",
            joint=self.run.form == MeetingForm.JOINT,
            absences=self._absences.get(line.citizen_id, ()),
        )
        if summons:
            return how_found(summons.placement, facts)
        unknown = line.look_up == LookUp.WAITING and line.citizen_id is None
        return why_unplaced("not_looked_up" if unknown else line.unplaced, facts)

    @cached_property
    def _preferred(self) -> dict[int, str]:
        """The names of the citizens' own counsellors."""
        wanted = {summons.placement.get("preferred") for summons in self.summonses.values()}
        return {pk: one.full_name for pk, one in Counsellor.objects.in_bulk(wanted - {None}).items()}

    @cached_property
    def _absences(self) -> dict[Any, list[tuple[str, date, date | None]]]:
        """Hindering absences up to the last day that was searched."""
        found: dict[Any, list[tuple[str, date, date | None]]] = defaultdict(list)
        first = first_day(self.run, self.now)
        for one in CitizenAbsence.objects.filter(
            Q(last_on=None) | Q(last_on__gte=first),
            citizen__in=[line.citizen_id for line in self.lines if line.citizen_id],
            kind__in=self.settings.hindering_absences,
            first_on__lte=self.until,
        ):
            found[one.citizen_id].append((one.kind, one.first_on, one.last_on))
        return found


def page_of(
    run: Run, state: ListState, found: Figures, *, settings: Settings, now: datetime
) -> tuple[Page[PlanRow], list[RunCitizen]]:
    """The asked page, and its lines to be written down as seen."""
    lines = narrowed(board_lines(run), state)
    filtered = any(state.chosen)
    order = ("rank", f"{MEETING}__start_at", "citizen__sort_key", "pk") if _is_grouped(state) else state.order_by
    page = paged(
        lines.select_related("citizen").order_by(*order), state.number, total=None if filtered else found.total
    )
    groups = _groups(lines) if _is_grouped(state) else []
    board = Board(run, page.rows, settings=settings, now=now)
    return Page(board.rows(groups), page.number, page.total), list(page.rows)


def _is_grouped(state: ListState) -> bool:
    """In the standard order the board is read by group: without a time, late, then the days."""
    return state.sort == state.standard


def _groups(lines: Lines) -> list[Group]:
    in_time = Case(When(rank=IN_TIME, then=F(f"{MEETING}__day")), default=None)
    counted = lines.order_by().annotate(on=in_time).values_list("rank", "on").annotate(number=Count("pk"))
    return [Group(rank, on, number) for rank, on, number in counted]


def _holders(summons: Summons) -> list[Counsellor]:
    holders = (holder.counsellor for holder in summons.appointment.holders.all())
    return sorted(holders, key=lambda one: (one.sort_key, one.pk))


@dataclass(frozen=True, slots=True)
class Sending:
    """One press of [Indkald nu]."""

    at: datetime
    count: int


def latest_sending(run_id: UUID) -> Sending | None:
    """The last time that something of the run was sent."""
    sent = Summons.objects.filter(run_lines__run=run_id, status=SummonsStatus.SENT)
    latest = sent.values_list("sent_at").annotate(count=Count("pk")).order_by("-sent_at").first()
    return Sending(*latest) if latest else None
