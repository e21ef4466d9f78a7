"""The states of a message and the moves between them, as data (the diagram in docs/states.md is made from it)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    READY = "ready", _("Klar")
    SENDING = "sending", _("Sendes")
    WAITING = "waiting", _("Venter, prøver igen")
    DONE = "done", _("Sendt")
    NEEDS_HELP = "needs_help", _("Kræver hjælp")
    GIVEN_UP = "given_up", _("Opgivet")
    SUPERSEDED = "superseded", _("Erstattet af en nyere")


UNSENT = (State.READY, State.WAITING, State.NEEDS_HELP)
OPEN = (*UNSENT, State.SENDING)
TRIED_BY_ITSELF = (State.READY, State.WAITING, State.SENDING)

MOVES: dict[State, frozenset[State]] = {
    State.READY: frozenset({State.SENDING, State.NEEDS_HELP, State.SUPERSEDED, State.GIVEN_UP}),
    State.SENDING: frozenset(
        {State.READY, State.SENDING, State.DONE, State.WAITING, State.NEEDS_HELP, State.SUPERSEDED}
    ),
    State.WAITING: frozenset({State.SENDING, State.READY, State.NEEDS_HELP, State.SUPERSEDED, State.GIVEN_UP}),
    State.NEEDS_HELP: frozenset({State.READY, State.SUPERSEDED, State.GIVEN_UP}),
    State.DONE: frozenset(),
    State.GIVEN_UP: frozenset(),
    State.SUPERSEDED: frozenset(),
}


def before(after: State) -> tuple[State, ...]:
    """The states from which a message may come into this one."""
    return tuple(state for state, following in MOVES.items() if after in following)
