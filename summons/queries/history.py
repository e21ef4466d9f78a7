"""The history of a summons in words: who did what, and what the other systems said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, Summons
from booking.states import SummonsStatus
from planner.accounts.models import User
from planner.audit.models import Change
from planner.outbox.models import Exchange, Receiver
from planner.outbox.queries import OUTCOMES, SHORT_NAMES, exchanges_of
from planner.ui.formatting import moment, recent

SUMMONSES = Summons._meta.db_table
APPOINTMENTS = Appointment._meta.db_table
SHOWN = 100

BY_STATUS: dict[tuple[str, str], str | Promise] = {
    (SummonsStatus.PENDING, SummonsStatus.SENT): gettext_lazy("Indkaldt"),
    (SummonsStatus.SENT, SummonsStatus.PENDING): gettext_lazy("Afsendelsen fortrudt"),
    (SummonsStatus.SENT, SummonsStatus.CANCELLED): gettext_lazy("Aflyst"),
    (SummonsStatus.CANCELLED, SummonsStatus.SENT): gettext_lazy("Aflysningen fortrudt"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history; `when` is written for the reader."""

    at: datetime
    when: str
    words: str


def history(summons: Summons, *, now: datetime) -> list[Event]:
    """Newest first; three statements."""
    changes = _changes(summons)
    names = dict(_names({change.actor for change in changes if change.actor}))
    told = [(change.at, words) for change in changes for words in _words(change, names)]
    told += [(exchange.at, _exchanged(exchange)) for exchange in exchanges_of(summons.pk)]
    return [Event(at, recent(at, now), words) for at, words in sorted(told, key=lambda one: one[0], reverse=True)]


def _changes(summons: Summons) -> list[Change]:
    of_summons = Q(table=SUMMONSES, row=str(summons.pk))
    of_meeting = Q(table=APPOINTMENTS, row=str(summons.appointment_id), action=Change.Action.UPDATE)
    return list(Change.objects.filter(of_summons | of_meeting).order_by("-at")[:SHOWN])


def _names(user_ids: Collection[int]) -> Iterator[tuple[int, str]]:
    for user in User.objects.filter(pk__in=user_ids):
        yield user.pk, user.full_name


def _words(change: Change, names: dict[int, str]) -> Iterator[str]:
    after: dict[str, Any] = change.after or {}
    before: dict[str, Any] = change.before or {}
    by = _by(change, names)
    of_summons = change.table == SUMMONSES
    said = _of_summons(change.action, before, after) if of_summons else _of_appointment(before, after)
    yield from (f"{words} {by}".strip() for words in said)


def _by(change: Change, names: dict[int, str]) -> str:
    name = names.get(change.actor or 0)
    return _("af %(name)s") % {"name": name} if name else ""


def _of_summons(action: str, before: dict[str, Any], after: dict[str, Any]) -> Iterable[str]:
    if action == Change.Action.INSERT:
        return [_("Forberedt") if after.get("status") == SummonsStatus.PENDING else _("Indkaldt")]
    if "status" in after:
        words = BY_STATUS.get((before.get("status", ""), after["status"]))
        return [str(words)] if words else []
    if "appointment_id" in after:
        return [_("Flyttet til en anden aftale")]
    return [_("Kanal ændret")] if "channel" in after else []


def _of_appointment(before: dict[str, Any], after: dict[str, Any]) -> Iterable[str]:
    if "start_at" in after and "start_at" in before:
        times = {"before": _moment(before["start_at"]), "after": _moment(after["start_at"])}
        return [_("Flyttet fra %(before)s til %(after)s") % times]
    return [_("Mødelokale ændret")] if "room_id" in after else []


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))


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
