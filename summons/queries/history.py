"""The history of a summons: who did what, and what the other systems said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Summons
from booking.queries.history import HistoryLine
from booking.queries.history import history as changes
from planner.outbox.models import Exchange, Receiver
from planner.outbox.queries import OUTCOMES, SHORT_NAMES, exchanges_of
from planner.ui.formatting import recent

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history; `when` is written for the reader."""

    at: datetime
    when: str
    words: str


def history(summons: Summons, *, now: datetime) -> list[Event]:
    """Newest first; three statements."""
    told = [(line.at, _changed(line)) for line in changes({summons.pk: "", summons.appointment_id: ""}, SHOWN)]
    told += [(exchange.at, _exchanged(exchange)) for exchange in exchanges_of(summons.pk)]
    return [Event(at, recent(at, now), words) for at, words in sorted(told, key=lambda one: one[0], reverse=True)]


def _changed(line: HistoryLine) -> str:
    return _("%(words)s af %(name)s") % {"words": line.words, "name": line.by}


def _exchanged(exchange: Exchange) -> str:
    receiver = str(SHORT_NAMES[Receiver(exchange.receiver)])
    if exchange.outcome == "given_up":
        return f"{receiver}: {exchange.text}"
    _look, words = OUTCOMES.get(exchange.outcome, ("off", exchange.outcome))
    said = (
        _("%(words)s (forsøg %(count)s)") % {"words": words, "count": exchange.attempt}
        if exchange.attempt > 1
        else words
    )
    return f"{receiver}: {said}. {exchange.text}".rstrip() if exchange.text else f"{receiver}: {said}"
