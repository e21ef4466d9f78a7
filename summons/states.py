"""The states of a run and the moves between them, as data (the diagram in docs/states.md is made from it)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    DRAFT = "draft", _("Kladde")
    LOOKING_UP = "looking_up", _("Slår borgere op")
    PLANNING = "planning", _("Fordeler")
    PLANNED = "planned", _("Fordelt")
    FINISHED = "finished", _("Sendt")


MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.DRAFT: frozenset({RunState.LOOKING_UP, RunState.PLANNING, RunState.PLANNED, RunState.FINISHED}),
    RunState.LOOKING_UP: frozenset({RunState.DRAFT}),
    RunState.PLANNING: frozenset({RunState.PLANNED, RunState.DRAFT}),
    RunState.PLANNED: frozenset({RunState.DRAFT, RunState.PLANNING, RunState.LOOKING_UP, RunState.FINISHED}),
    RunState.FINISHED: frozenset({RunState.PLANNED}),
}


def allowed(before: RunState, after: RunState) -> bool:
    """Whether a run may come from one state into the other; to stay is no move."""
    return before == after or after in MOVES[before]


UNDER_WAY = (RunState.LOOKING_UP, RunState.PLANNING)
"""A job works at the run; nothing else may be changed."""
