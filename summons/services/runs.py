"""A run's life as a draft: kept when step 1 is left, changed by one at a time, deleted when forgotten (SUM-01)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from admin_module.models import Distribution
from booking.models import Summons
from booking.services.sending import delete_pending
from booking.states import SummonsStatus
from planner.accounts.models import User
from planner.ui import formatting
from planner.ui.refusal import Refusal
from summons.models import RejectedRow, Run, RunCitizen, RunCounsellor
from summons.queries.frame import Frame
from summons.rules import why_not_change, why_not_delete
from summons.states import UNDER_WAY, RunState


class Stale(Refusal):
    """Somebody else has saved the run since; `saved` is how it stands now."""

    def __init__(self, saved: Run) -> None:
        by = saved.saved_by.full_name if saved.saved_by else "Planner"
        sentence = _("%(by)s har gemt kørslen i mellemtiden. Dine felter står her endnu: se forskellene, og gem igen.")
        super().__init__(sentence % {"by": by}, code="stale")
        self.saved = saved


def save_frame(*, frame: Frame, run_id: UUID | None, version: int | None, step: int, by: User, now: datetime) -> Run:
    """Keep step 1 in a fresh run or in `run_id`. Raises Stale where somebody else saved it since `version`."""
    run = _existing(run_id, version) if run_id else Run(author=by, created_at=now, version=0)
    proposed_before = proposed_name(run)
    for name, value in frame.run.carried().items():
        setattr(run, name, value)
    run.template, run.earliest_on, run.fixed_on = frame.run.template, frame.run.earliest_on, frame.run.fixed_on
    run.fixed_times = frame.run.fixed_times if frame.fixed else []
    run.name = frame.run.name if frame.run.name not in ("", proposed_before) else proposed_name(run)
    run.step = max(run.step, step)
    run.saved_at, run.saved_by = now, by
    run.version += 1
    run.save()
    RunCounsellor.objects.filter(run=run).delete()
    chosen = frame.counsellors if frame.chosen else ()
    RunCounsellor.objects.bulk_create(
        RunCounsellor(jobcentre_id=run.jobcentre_id, run=run, counsellor=counsellor) for counsellor in chosen
    )
    return run


def _existing(run_id: UUID, version: int | None) -> Run:
    run = Run.objects.select_for_update(of=("self",)).select_related("saved_by").get(pk=run_id)
    if refusal := why_not_change(run):
        raise refusal
    if version is not None and run.version != version:
        raise Stale(run)
    return run


def proposed_name(run: Run) -> str:
    """«Jobsamtale, uge 49»."""
    on = run.fixed_on if run.distribution == Distribution.FIXED_TIME else run.earliest_on
    kind = run.type.name if run.type else _("Indkaldelse")
    return f"{kind}, {formatting.week(on)}" if on else kind


def delete_run(*, run_id: UUID) -> int:
    """Delete a draft with its list and its unsent summonses; how many times were freed. What was sent stays."""
    run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
    if refusal := why_not_delete(run):
        raise refusal
    freed = delete_pending(summonses=Summons.objects.filter(run_lines__run=run, status=SummonsStatus.PENDING))
    run.delete()
    return freed


def delete_forgotten(*, kept_days: int, now: datetime) -> int:
    """Drafts nobody has touched for so long, but those with summonses (SUM-01). How many."""
    old = Run.objects.filter(saved_at__lt=now - timedelta(days=kept_days)).exclude(lines__summons__isnull=False)
    forgotten = old.exclude(state__in=UNDER_WAY).select_for_update(of=("self",), skip_locked=True)
    return sum(run.delete()[1][Run._meta.label] for run in forgotten)


def forget_sent_lists(*, kept_days: int, now: datetime) -> None:
    """Of runs sent so long ago: the list's own columns, its rejected rows, and those who were not summoned (GUARD-11).

    The run goes with its last summons.
    """
    sent = Run.objects.filter(state=RunState.FINISHED, sent_at__lt=now - timedelta(days=kept_days))
    RejectedRow.objects.filter(run__in=sent).delete()
    RunCitizen.objects.filter(run__in=sent, summons=None).delete()
    RunCitizen.objects.filter(run__in=sent, extra__isnull=False).update(extra=None)
    sent.filter(lines=None).delete()
