"""Whether and why not, in one function each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from planner.ui.refusal import Refusal
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
