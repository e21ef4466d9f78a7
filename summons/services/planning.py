"""Planning a run and keeping its plan: two actions, done one after the other by a job (DIST-16 to DIST-18).

The job is taken as a look-up is: by swapping its id for a token of one's own. Planning reads and computes without any
lock; keeping locks the job centre, replaces what was planned before, and plans anew those whose time somebody took.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from booking.availability.facts import Id
from booking.models import Appointment, PlacedBy, Summons
from booking.services import locks
from booking.services.citizens import FRESH
from booking.services.placing import Meeting, Seat, prepare
from booking.services.sending import delete_pending
from booking.states import SummonsStatus
from planner.accounts.models import Settings, User
from planner.accounts.tenancy import acting_for
from planner.bulk import update_rows
from planner.ui.refusal import Refusal
from summons.distribution.engine import distribute
from summons.distribution.plan import Placement, Plan
from summons.distribution.problem import Problem
from summons.models import LookUp, Run, RunCitizen
from summons.queries.citizens import rivals
from summons.queries.problem import counsellors_of, is_fixed, problem_of
from summons.rules import why_not_change
from summons.services import look_up
from summons.services.look_up import Taken
from summons.states import RunState

Clock = Callable[[], datetime]
INLINE = 25
TRIES = 3


@dataclass(frozen=True)
class Proposal:
    """A plan for some lines, not yet kept. `replaces`: what a line's coming conversation gives way to (SUM-23)."""

    lines: Mapping[str, RunCitizen]
    problem: Problem
    plan: Plan
    replaces: Mapping[uuid.UUID, uuid.UUID]
    fixed: bool

    @cached_property
    def preferred(self) -> dict[Id, Id | None]:
        """Each citizen's preferred counsellor."""
        return {one.id: one.preferred for one in self.problem.citizens}

    def meetings(self, *, changed: bool = False) -> list[Meeting]:
        """The meetings of the plan, in the order in which they were found."""
        groups: dict[tuple[Any, ...], list[Placement]] = defaultdict(list)
        for one in self.plan.placements:
            groups[one.day, one.start, one.counsellors, one.room].append(one)
        return [
            Meeting(
                day=date.fromordinal(day),
                start_tick=start,
                counsellor_ids=tuple(int(pk) for pk in counsellors),
                room_id=None if room is None else int(room),
                seats=tuple(self._seat(one, changed) for one in together),
            )
            for (day, start, counsellors, room), together in groups.items()
        ]

    def _seat(self, placement: Placement, changed: bool) -> Seat:
        line, citizen_id = self.lines[str(placement.citizen)], uuid.UUID(str(placement.citizen))
        return Seat(
            citizen_id=citizen_id,
            deadline=line.deadline,
            earliest_on=line.earliest_on,
            channel=line.channel,
            placement=self._found(placement, changed),
            replaces=self.replaces.get(citizen_id),
        )

    def _found(self, placement: Placement, changed: bool) -> dict[str, Any]:
        """How the time was found, as it is kept with the summons (DIST-07)."""
        preferred = self.preferred[placement.citizen]
        found = {
            "outcome": placement.outcome.value,
            "because": placement.because.value if placement.because else None,
            "preferred": preferred,
            "chosen": preferred in self.problem.request.counsellors,
            "fixed": self.fixed,
            "changed": changed,
        }
        return {name: value for name, value in found.items() if value}


def start(*, run_id: uuid.UUID, by: int, now: datetime) -> uuid.UUID | None:
    """Begin to plan those who are selected; the job, None where one is under way or nobody is left to plan."""
    run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state == RunState.PLANNING:
        return None
    if refusal := why_not_change(run) or why_not_plan(run):
        raise refusal
    wanted = _wanted(run)
    if not wanted.exists():
        if run.lines.filter(summons__status=SummonsStatus.PENDING).exists():
            return None
        raise Refusal(_("Vælg mindst én borger i trin 2."), code="nobody")
    _want_fresh_facts(wanted, now)
    waiting = run.lines.filter(look_up=LookUp.WAITING).count()
    run.enter(RunState.PLANNING)
    run.job, run.worked_at, run.step = uuid.uuid4(), now, 3
    run.done, run.total, run.failure = 0, waiting + wanted.count(), ""
    run.saved_by_id, run.saved_at = by, now
    run.save()
    return run.job


def why_not_plan(run: Run) -> Refusal | None:
    """Whether step 1 says enough to plan by."""
    if not run.duration or not (run.fixed_on and run.fixed_times if is_fixed(run) else run.earliest_on):
        return Refusal(_("Trin 1 mangler varighed eller dato."), code="frame-missing")
    if not counsellors_of(run) and run.competence:
        sentence = _("Ingen af vejlederne har kompetencen «%s» og kan tilknyttes indkaldelser. Vælg andre i trin 1.")
        return Refusal(sentence % run.competence.name, code="no-counsellor")
    if not counsellors_of(run):
        return Refusal(_("Ingen af vejlederne kan tilknyttes indkaldelser. Vælg andre i trin 1."), code="no-counsellor")
    return None


def work(jobcentre_id: int, run_id: uuid.UUID, job: uuid.UUID, *, clock: Clock) -> None:
    """Do the whole job. Outside any transaction; a job that somebody else has taken is left to them."""
    mine = Taken(jobcentre_id, run_id, uuid.uuid4())
    with acting_for(jobcentre_id, source="worker"):
        waiting = Run.objects.filter(pk=run_id, job=job, state=RunState.PLANNING)
        if not waiting.update(job=mine.token, worked_at=clock()):
            return
    try:
        if not look_up.ask_for_all(mine, clock=clock):
            return
        _plan_and_keep(mine, clock)
    except Refusal as refusal:
        _give_up(mine, str(refusal.sentence), clock())
    except Exception:
        _give_up(mine, _("Fordelingen gik i stå. Prøv igen; intet er ændret."), clock())
        raise


def forgotten(*, now: datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Plannings of this job centre without a sign of life, given a new id to be taken up by: run and job."""
    return look_up.forgotten(now=now, state=RunState.PLANNING)


def take_back(*, run_id: uuid.UUID, now: datetime) -> int:
    """Take the unsent plan back: times are free, the citizens are on step 2's list again (DIST-18). How many."""
    run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
    if refusal := why_not_change(run):
        raise refusal
    freed = delete_pending(summonses=_pending(run))
    run.lines.exclude(unplaced="").update(unplaced="")
    run.enter(RunState.DRAFT)
    run.planned_at, run.saved_at = None, now
    run.save(update_fields=["state", "planned_at", "saved_at"])
    return freed


def plan(run: Run, lines: Sequence[RunCitizen], *, now: datetime, without: Collection[uuid.UUID] = ()) -> Proposal:
    """The best times for these lines as the calendars stand; nothing is written."""
    settings = Settings.objects.get()
    problem = problem_of(run, lines, settings=settings, now=now, without=without)
    return Proposal(
        lines={str(line.citizen_id): line for line in lines},
        problem=problem,
        plan=distribute(problem),
        replaces=_to_replace(run, lines, now),
        fixed=is_fixed(run),
    )


def keep(run: Run, proposal: Proposal, *, by: User | None, now: datetime) -> int:
    """Keep the plan in place of the run's earlier one, in the caller's transaction; how many had to be planned anew."""
    locks.lock(jobcentre_id=run.jobcentre_id, exclusive=True)
    delete_pending(summonses=_replaceable(run))
    unplaced = {str(one.citizen): one.reason.value for one in proposal.plan.unplaced}
    changed = 0
    for attempt in range(TRIES):
        kept = prepare(
            jobcentre_id=run.jobcentre_id,
            details=run,
            meetings=proposal.meetings(changed=attempt > 0),
            placed_by=PlacedBy.STAFF if proposal.fixed else PlacedBy.AUTOMATIC,
            by=by,
            now=now,
        )
        _link(proposal, kept.summonses)
        refused = {
            str(seat.citizen_id): refusal.code
            for meeting, refusal in zip(kept.taken, kept.refusals, strict=True)
            for seat in meeting.seats
        }
        unplaced |= refused
        again = [proposal.lines[key] for key, code in refused.items() if code != "has_conversation"]
        if not again or attempt == TRIES - 1:
            break
        changed += len(again)
        proposal = plan(run, again, now=now)
        for line in again:
            unplaced.pop(str(line.citizen_id))
        unplaced |= {str(one.citizen): one.reason.value for one in proposal.plan.unplaced}
    _tell_unplaced(run, unplaced)
    return changed


def _plan_and_keep(mine: Taken, clock: Clock) -> None:
    with acting_for(mine.jobcentre_id, source="worker"):
        run = mine.run(lock=False)
        if run is None:
            return
        proposal = plan(run, _lines(run), now=clock(), without=_freed_by(run))
        found = run.total - len(proposal.plan.unplaced)
    with acting_for(mine.jobcentre_id, source="worker"):
        Run.objects.filter(pk=mine.run_id, job=mine.token).update(done=found, worked_at=clock())
    with acting_for(mine.jobcentre_id, actor=run.saved_by_id, source="worker"):
        ours = mine.run()
        if ours is None:
            return
        now = clock()
        keep(ours, proposal, by=run.saved_by, now=now)
        ours.enter(RunState.PLANNED)
        ours.job, ours.worked_at, ours.planned_at = None, now, now
        ours.done = ours.total
        ours.save(update_fields=["state", "job", "worked_at", "planned_at", "done"])


def _give_up(mine: Taken, sentence: str, now: datetime) -> None:
    """The run is as it was before, and says why."""
    with acting_for(mine.jobcentre_id, source="worker"):
        run = mine.run()
        if run is None:
            return
        run.enter(RunState.PLANNED if run.planned_at else RunState.DRAFT)
        run.job, run.worked_at, run.failure = None, now, sentence
        run.save(update_fields=["state", "job", "worked_at", "failure"])


def _pending(run: Run) -> QuerySet[Summons]:
    return Summons.objects.filter(run_lines__run=run, status=SummonsStatus.PENDING)


def _replaceable(run: Run) -> QuerySet[Summons]:
    """What planning again replaces: all that is unsent, but not rounds at fixed times nor what was chosen by hand."""
    pending = _pending(run)
    return (
        pending.none()
        if is_fixed(run)
        else pending.exclude(placement__has_key="by_hand").exclude(placement__has_key="fixed")
    )


def _freed_by(run: Run) -> list[uuid.UUID]:
    """Meetings that nobody comes to once the earlier plan is gone."""
    leaving = _replaceable(run).values("pk")
    others = Summons.objects.exclude(pk__in=leaving).exclude(status=SummonsStatus.CANCELLED)
    found = Appointment.objects.filter(summonses__in=leaving).exclude(pk__in=others.values("appointment"))
    return list(found.values_list("pk", flat=True))


def _wanted(run: Run) -> QuerySet[RunCitizen]:
    """The lines to be planned: selected and without a time, or with one that is replaced."""
    waiting = run.lines.filter(summons=None, selected=True)
    return waiting | run.lines.filter(summons__in=_replaceable(run))


def _lines(run: Run) -> list[RunCitizen]:
    """One line a citizen; who is not yet looked up has none to be known by."""
    found: dict[uuid.UUID | None, RunCitizen] = {}
    for line in _wanted(run).exclude(citizen=None).filter(reason="").order_by("line", "pk"):
        found.setdefault(line.citizen_id, line)
    return list(found.values())


def _want_fresh_facts(wanted: QuerySet[RunCitizen], now: datetime) -> None:
    """CIT-03: those whose facts are older than a day are looked up again before they are planned."""
    old = Q(citizen__fetched_at=None) | Q(citizen__fetched_at__lt=now - FRESH)
    stale = list(wanted.filter(old, look_up=LookUp.FOUND, citizen__isnull=False).values_list("pk", flat=True))
    RunCitizen.objects.filter(pk__in=stale).update(look_up=LookUp.WAITING)


def _to_replace(run: Run, lines: Sequence[RunCitizen], now: datetime) -> dict[uuid.UUID, uuid.UUID]:
    replacing = [line.citizen_id for line in lines if line.replace]
    return dict(rivals(run, now).filter(citizen__in=replacing).values_list("citizen_id", "pk")) if replacing else {}


def _link(proposal: Proposal, summonses: Sequence[Summons]) -> None:
    lines = []
    for summons in summonses:
        line = proposal.lines[str(summons.citizen_id)]
        line.summons, line.unplaced = summons, ""
        lines.append(line)
    update_rows(lines, "summons_id", "unplaced")


def _tell_unplaced(run: Run, codes: Mapping[str, str]) -> None:
    """Each who is left says why, in a code of `summons.reasons`."""
    by_code: dict[str, list[uuid.UUID | None]] = defaultdict(list)
    for citizen, code in codes.items():
        by_code[code].append(uuid.UUID(citizen))
    for code, citizens in by_code.items():
        run.lines.filter(summons=None, citizen__in=citizens).update(unplaced=code)
