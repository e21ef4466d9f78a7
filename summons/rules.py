"""Whether and why not, in one function each."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.models import Summons
from booking.rules import why_not_move
from booking.states import SummonsStatus
from planner.ui.refusal import Link, Refusal
from summons.models import Run
from summons.states import UNDER_WAY, RunState


def why_not_change(run: Run) -> Refusal | None:
    """Whether the list of citizens of a run may be changed now."""
    reasons = {
        RunState.LOOKING_UP.value: _("Borgerne slås op lige nu. Vent, til det er færdigt."),
        RunState.PLANNING.value: _("Kørslen er ved at blive fordelt. Vent, til det er færdigt."),
        RunState.FINISHED.value: _("Indkaldelserne er sendt, så listen kan ikke ændres. Begynd en ny indkaldelse."),
    }
    reason = reasons.get(run.state)
    return Refusal(reason, code=f"run-{run.state}") if reason else None


def why_not_delete(run: Run) -> Refusal | None:
    """Whether a draft may be deleted now."""
    if run.state in UNDER_WAY:
        return Refusal(_("Kørslen er i gang. Vent, til den er færdig."), code="run-under-way")
    if run.state == RunState.FINISHED:
        return Refusal(_("Indkaldelserne er sendt, så kørslen er ikke længere en kladde."), code="run-finished")
    return None


def why_not_rebook(summons: Summons, *, now: datetime) -> Refusal | None:
    """Whether this citizen's conversation may be moved to another time at all (CIT-01); each with its way out."""
    again = Link(_("Indkald igen"), f"{reverse('summons:start')}?citizen={summons.citizen_id}")
    if summons.status == SummonsStatus.CANCELLED:
        return Refusal(_("Samtalen er aflyst."), code="cancelled", links=[again])
    if refusal := why_not_move(summons.appointment, now=now):
        return Refusal(refusal.sentence, code=refusal.code, links=[again] if refusal.code == "date_passed" else ())
    return None
