"""[Indkald nu] for a run: what is ticked is sent, the rest stays where it is (SUM-16, SUM-20, CONC-07)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from booking.models import Summons
from booking.services import sending
from booking.services.sending import Sent, TakenBack
from booking.states import SummonsStatus
from planner.accounts.models import User
from planner.ui.refusal import Refusal
from summons.models import Run, RunCitizen
from summons.states import RunState


def send_run(*, run_id: UUID, by: User, now: datetime) -> Sent:
    """Send what is ticked; the second of two clicks finds nothing left to send."""
    run = _locked(run_id)
    sent = sending.send(summonses=_ticked(run), by=by, now=now)
    if sent.summonses:
        run.sent_at = now
        run.enter(RunState.PLANNED if _wants_more(run) else RunState.FINISHED)
        run.save(update_fields=["sent_at", "state"])
    return sent


def take_back_run(*, run_id: UUID, by: User, sent_at: datetime, now: datetime) -> TakenBack:
    """«Fortryd» of what this person sent of the run at that instant, while nothing of it has left (APP-14)."""
    run = _locked(run_id)
    theirs = Summons.objects.filter(run_lines__run=run, sent_by=by, sent_at=sent_at, status=SummonsStatus.SENT)
    back = sending.take_back(summonses=theirs, now=now)
    if back.summonses:
        left = Summons.objects.filter(run_lines__run=run, status=SummonsStatus.SENT).order_by("-sent_at").first()
        run.sent_at = left.sent_at if left else None
        run.enter(RunState.PLANNED)
        run.save(update_fields=["sent_at", "state"])
    return back


def tick(*, run_id: UUID, lines: QuerySet[RunCitizen], ticked: bool) -> int:
    """Which are to be sent now; how many changed."""
    run = _locked(run_id)
    return lines.filter(run=run, summons__status=SummonsStatus.PENDING).exclude(selected=ticked).update(selected=ticked)


def drop(*, run_id: UUID, line_id: int) -> None:
    """[Slet]: the time is free, and the citizen stays on step 2's list, not selected."""
    run = _locked(run_id)
    line = run.lines.get(pk=line_id)
    if line.summons_id:
        sending.delete_pending(summonses=Summons.objects.filter(pk=line.summons_id))
    run.lines.filter(pk=line_id, summons=None).update(selected=False, replace=False, unplaced="")


def _locked(run_id: UUID) -> Run:
    run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state == RunState.PLANNING:
        raise Refusal(_("Kørslen er ved at blive fordelt. Vent, til det er færdigt."), code="run-planning")
    return run


def _ticked(run: Run) -> QuerySet[Summons]:
    return Summons.objects.filter(run_lines__run=run, run_lines__selected=True, status=SummonsStatus.PENDING)


def _wants_more(run: Run) -> bool:
    """Whether somebody who was to be called now still is not."""
    waiting = run.lines.filter(selected=True, summons=None, reason="")
    return waiting.exists() or _ticked(run).exists()
