"""Looking the citizens of a list up in DFDG: in batches, never inside a transaction, each kept at once.

A job is taken by swapping its id for a token of one's own: the same job started twice does nothing twice, and a worker
that was thought dead finds its token gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.services.connection import caller_for, client
from booking.cpr import masked
from booking.models import Channel, Citizen, CprStatus
from booking.services.citizens import (
    KnownAbsence,
    citizens_by_cpr,
    is_fresh,
    make_bare,
    note_elsewhere,
    record_facts,
    remember_absences,
    remember_due_dates,
)
from planner.accounts.models import JobcentreCode
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from planner.audit.models import Access
from planner.audit.purposes import Purpose
from planner.dfdg.client import LookUp as Answer
from planner.dfdg.errors import LockedOut, Refused, Transient
from planner.dfdg.messages import Caller
from planner.logs import request_id
from summons.models import LookUp, RejectedRow, Run, RunCitizen
from summons.queries.citizens import facets, is_inactive, lines_of
from summons.services import deadlines
from summons.services.citizens import deselect_engaged
from summons.services.import_list import Brought, changeable, rejection
from summons.states import RunState

Clock = Callable[[], datetime]
BATCH = 100
INLINE = 25
PATIENCE = timedelta(seconds=60)
ELSEWHERE = gettext_lazy("Borgeren hører til et andet sted og kan ikke indkaldes herfra.")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a step needs to know when the transaction that read it is over."""

    lines: Sequence[RunCitizen]
    numbers: Mapping[int, str]
    fresh: Mapping[str, Citizen]
    codes: tuple[str, ...]
    caller: Caller
    by: int | None

    @property
    def wanted(self) -> list[str]:
        """The numbers nobody has looked up lately."""
        return [number for number in self.numbers.values() if number not in self.fresh]


@dataclass(frozen=True, slots=True)
class Taken:
    """A job in our hands, for as long as the run bears the token."""

    jobcentre_id: int
    run_id: uuid.UUID
    token: uuid.UUID

    def run(self, *, lock: bool = True) -> Run | None:
        """The run, locked; None where the job is no longer ours."""
        runs = Run.objects.filter(pk=self.run_id, job=self.token)
        return (runs.select_for_update(of=("self",)) if lock else runs.select_related("saved_by")).first()


def start(*, run_id: uuid.UUID, by: int, again: bool = False, now: datetime) -> uuid.UUID | None:
    """Begin to look up those who wait, `again` also those whom DFDG was silent about; the job, None if nobody waits."""
    run = changeable(run_id)
    if again:
        run.lines.filter(look_up=LookUp.FAILED).update(look_up=LookUp.WAITING)
    waiting = run.lines.filter(look_up=LookUp.WAITING).count()
    if not waiting:
        return None
    run.enter(RunState.LOOKING_UP)
    run.job, run.worked_at = uuid.uuid4(), now
    run.done, run.total, run.failure = 0, waiting, ""
    run.saved_by_id = by
    run.save(update_fields=["state", "job", "worked_at", "done", "total", "failure", "saved_by"])
    return run.job


def work(jobcentre_id: int, run_id: uuid.UUID, job: uuid.UUID, *, clock: Clock) -> None:
    """Do the whole job. Outside any transaction; a job that somebody else has taken is left to them."""
    mine = Taken(jobcentre_id, run_id, uuid.uuid4())
    with acting_for(jobcentre_id, source="worker"):
        waiting = Run.objects.filter(pk=run_id, job=job, state=RunState.LOOKING_UP)
        if not waiting.update(job=mine.token, worked_at=clock()):
            return
    try:
        if ask_for_all(mine, clock=clock):
            _finish(mine, clock())
    except Exception:
        _give_up(mine, clock())
        raise


def ask_for_all(mine: Taken, *, clock: Clock) -> bool:
    """Look up all who wait, batch by batch; False where the job is no longer ours."""
    silent = False
    while batch := _next(mine, clock()):
        answers = _ask(batch, silent=silent)
        silent = silent or _is_silent(answers)
        if not _keep(mine, batch, answers, clock()):
            return False
    return True


def forgotten(*, now: datetime, state: RunState = RunState.LOOKING_UP) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Jobs of this job centre without a sign of life, given a new id to be taken up by: run and job."""
    found = []
    for run in Run.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state=state, worked_at__lt=now - PATIENCE
    ):
        run.job, run.worked_at = uuid.uuid4(), now
        run.save(update_fields=["job", "worked_at"])
        found.append((run.pk, run.job))
    return found


def _next(mine: Taken, now: datetime) -> Batch | None:
    with acting_for(mine.jobcentre_id, source="worker"):
        run = mine.run(lock=False)
        lines = list(run.lines.filter(look_up=LookUp.WAITING).order_by("line", "pk")[:BATCH]) if run else []
        if run is None or not lines:
            return None
        numbers = {line.pk: decrypt(line.encrypted) for line in lines}
        known = citizens_by_cpr(numbers.values())
        codes = tuple(JobcentreCode.objects.order_by("position").values_list("code", flat=True))
        return Batch(
            lines,
            numbers,
            {cpr: citizen for cpr, citizen in known.items() if is_fresh(citizen, now=now)},
            codes,
            caller_for(run.saved_by, code=codes[0], job="opslag", now=now),
            run.saved_by_id,
        )


def _ask(batch: Batch, *, silent: bool) -> dict[str, Answer]:
    """DFDG's answers, or the fault of each; one that has been silent is not asked again in the same job."""
    if silent:
        fault = Transient(_("DFDG svarer ikke lige nu."))
        return {cpr: Answer(cpr, fault=fault) for cpr in batch.wanted}
    return {answer.cpr: answer for answer in client().people(batch.wanted, caller=batch.caller)} if batch.wanted else {}


def _is_silent(answers: Mapping[str, Answer]) -> bool:
    return bool(answers) and all(isinstance(answer.fault, Transient | LockedOut) for answer in answers.values())


def _keep(mine: Taken, batch: Batch, answers: Mapping[str, Answer], now: datetime) -> bool:
    """Write one batch, if the job is still ours."""
    with acting_for(mine.jobcentre_id, actor=batch.by, source="worker"):
        run = mine.run()
        if run is None:
            return False
        refused = {cpr: reason for cpr, answer in answers.items() if (reason := _why_refused(answer, batch.codes))}
        facts = [one.facts for cpr, one in answers.items() if one.facts and cpr not in refused]
        note_elsewhere(cpr for cpr, one in answers.items() if one.facts and cpr in refused)
        found = dict(batch.fresh) | record_facts(jobcentre_id=mine.jobcentre_id, facts=facts, now=now)
        unanswered = [cpr for cpr, one in answers.items() if one.facts is None and cpr not in refused]
        bare = make_bare(jobcentre_id=mine.jobcentre_id, cprs=unanswered)
        lines = _reject(run, batch, refused)
        _link(lines, batch, found, bare)
        _remember_brought(run, lines, now)
        deadlines.fill(run=run, lines=lines, today=timezone.localdate(now))
        deselect_engaged(run=run, now=now, lines=lines_of(run).filter(pk__in=[line.pk for line in lines]))
        _write_down(run, [line.citizen_id for line in lines if line.look_up == LookUp.FOUND], len(refused), now)
        run.done, run.worked_at = run.done + len(batch.lines), now
        run.failure = next((str(one.fault) for one in answers.values() if one.cpr in bare), run.failure)
        run.save(update_fields=["done", "worked_at", "failure"])
    return True


def _why_refused(answer: Answer, codes: tuple[str, ...]) -> str:
    """Why a citizen is not this job centre's to summon; "" where they are, or where nobody answered."""
    if isinstance(answer.fault, Refused):
        return masked(answer.fault.plain)
    if answer.facts and answer.facts.jobcentre_code and answer.facts.jobcentre_code not in codes:
        return str(ELSEWHERE)
    return ""


def _reject(run: Run, batch: Batch, refused: Mapping[str, str]) -> list[RunCitizen]:
    """Take the refused off the list and into the box of problems; those who stay."""
    gone = [line for line in batch.lines if batch.numbers[line.pk] in refused]
    RejectedRow.objects.bulk_create(
        rejection(
            run,
            line.line,
            value=_written(batch.numbers[line.pk]),
            cells=(),
            reason=refused[batch.numbers[line.pk]],
        )
        for line in gone
    )
    RunCitizen.objects.filter(pk__in=[line.pk for line in gone]).delete()
    return [line for line in batch.lines if batch.numbers[line.pk] not in refused]


def _written(cpr: str) -> str:
    return f"{cpr[:6]}-{cpr[6:]}"


def _link(lines: Sequence[RunCitizen], batch: Batch, found: Mapping[str, Citizen], bare: Mapping[str, Citizen]) -> None:
    for line in lines:
        cpr = batch.numbers[line.pk]
        line.citizen = citizen = found.get(cpr) or bare[cpr]
        line.look_up = LookUp.FOUND if cpr in found else LookUp.FAILED
        line.reason = why_barred(citizen) if cpr in found else ""
        line.selected = line.selected and not line.reason
        if citizen.digital_exempt:
            line.channel = Channel.LETTER
    changed = ["citizen", "look_up", "reason", "selected", "channel"]
    RunCitizen.objects.bulk_create(lines, update_conflicts=True, unique_fields=["id"], update_fields=changed)


def why_barred(citizen: Citizen) -> str:
    if citizen.cpr_status == CprStatus.ELSEWHERE:
        return str(ELSEWHERE)
    if not is_inactive(citizen.cpr_status):
        return ""
    return _("CPR-inaktiv: %s") % CprStatus(citizen.cpr_status).label.lower()


def _remember_brought(run: Run, lines: Sequence[RunCitizen], now: datetime) -> None:
    """Due dates and absences of the list now have a citizen to belong to."""
    brought = {line.citizen_id: Brought.from_json(decrypt(line.extra)) for line in lines if line.extra}
    due: dict[uuid.UUID, dict[str, date]] = {key: one.due for key, one in brought.items() if key and one.due}
    absences = {
        key: [KnownAbsence(kind[:60], first, last) for kind, first, last in one.absences]
        for key, one in brought.items()
        if key and one.absences
    }
    if due:
        remember_due_dates(jobcentre_id=run.jobcentre_id, due=due, now=now)
    if absences:
        remember_absences(jobcentre_id=run.jobcentre_id, absences=absences, now=now)


def _write_down(run: Run, citizens: Sequence[uuid.UUID | None], strangers: int, now: datetime) -> None:
    """Who was looked up, by whom, in the same transaction as what it gave (GUARD-12)."""
    Access.objects.bulk_create(
        Access(
            jobcentre_id=run.jobcentre_id,
            at=now,
            user_id=run.saved_by_id,
            citizen_id=citizen_id,
            purpose=Purpose.LOOK_UP,
            request_id=request_id.get(),
        )
        for citizen_id in [*citizens, *[None] * strangers]
    )


def _give_up(mine: Taken, now: datetime) -> None:
    """What was looked up stays; the rest can be tried again."""
    with acting_for(mine.jobcentre_id, source="worker"):
        run = mine.run()
        if run is None:
            return
        run.enter(RunState.DRAFT)
        run.job, run.worked_at = None, now
        run.failure = _("Opslaget gik i stå.")
        run.save(update_fields=["state", "job", "worked_at", "failure"])


def _finish(mine: Taken, now: datetime) -> None:
    with acting_for(mine.jobcentre_id, source="worker"):
        run = mine.run()
        if run is None:
            return
        run.facets = {**run.facets, **facets(run)}
        run.due_kinds = list(dict.fromkeys([*run.due_kinds, *run.facets["due"]]))
        deadlines.propose(run=run, today=timezone.localdate(now))
        run.enter(RunState.DRAFT)
        run.job, run.worked_at = None, now
        run.save(update_fields=["facets", "due_kinds", "due_kind", "state", "job", "worked_at"])
