"""Whether and why not, in one function each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from planner.ui.refusal import Refusal
from summons.models import Run
from summons.states import RunState


def why_not_change(run: Run) -> Refusal | None:
    """Whether the list of citizens of a run may be changed now."""
    reasons = {
        RunState.LOOKING_UP.value: _("Borgerne slås op lige nu. Vent, til det er færdigt."),
        RunState.PLANNING.value: _("Kørslen er ved at blive fordelt. Vent, til det er færdigt."),
        RunState.FINISHED.value: _("Indkaldelserne er sendt, så listen kan ikke ændres. Begynd en ny indkaldelse."),
    }
    reason = reasons.get(run.state)
    return Refusal(reason, code=f"run-{run.state}") if reason else None
