"""How it goes with what must reach other systems, as frozen cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner.outbox.models import Exchange, Message, Receiver, Stop
from planner.outbox.states import OPEN, TRIED_BY_ITSELF, UNSENT, State
from planner.ui.addresses import read_id
from planner.ui.formatting import at_clock, recent

NEEDS_HELP_AFTER = timedelta(hours=24)
SHORT_NAMES = {
    Receiver.DFDG: gettext_lazy("Jobnet"),
    Receiver.CALENDAR: gettext_lazy("Kalender"),
    Receiver.MAIL: gettext_lazy("E-mail"),
}

WORDS_WITH_A_TIME = {State.DONE: gettext_lazy("sendt %(when)s"), State.GIVEN_UP: gettext_lazy("opgivet %(when)s")}
PLAIN_WORDS = {State.SENDING: gettext_lazy("sendes nu"), State.NEEDS_HELP: gettext_lazy("fejl, kræver hjælp")}

OUTCOMES = {
    "done": ("ok", gettext_lazy("modtaget")),
    "answered": ("ok", gettext_lazy("besvaret")),
    "waiting": ("warn", gettext_lazy("prøves igen")),
    "again": ("warn", gettext_lazy("sendes igen")),
    "refused": ("bad", gettext_lazy("afvist")),
    "locked_out": ("bad", gettext_lazy("lukkede ikke Planner ind")),
    "late": ("off", gettext_lazy("sent svar, uden betydning")),
    "given_up": ("off", gettext_lazy("opgivet")),
    "failed": ("bad", gettext_lazy("fejlede her")),
    "taken": ("ok", gettext_lazy("overtaget")),
    "unchanged": ("off", gettext_lazy("ændrede intet")),
}
"""How an exchange ended: its look and its words."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far the latest message about a subject has come with one receiver; `look` is that of the receiver's icon."""

    message_id: int
    receiver: Receiver
    look: str
    words: str
    error: str
    advice: str
    attempts: int
    is_open: bool
    under_way: bool
    can_give_up: bool

    @property
    def short(self) -> str:
        """«Jobnet: sendt i dag kl. 10.42»."""
        return f"{SHORT_NAMES[self.receiver]}: {self.words}"


def deliveries(subject_ids: Collection[UUID], *, now: datetime) -> dict[UUID, tuple[Delivery, ...]]:
    """Each subject's latest message to each receiver, in two statements; a subject without any has no entry."""
    latest = (
        Message.objects.filter(subject_id__in=subject_ids)
        .exclude(state=State.SUPERSEDED)
        .order_by("subject_id", "receiver", "-pk")
        .distinct("subject_id", "receiver")
    )
    stops = {stop.receiver: stop for stop in Stop.objects.all()}
    found: dict[UUID, list[Delivery]] = defaultdict(list)
    for message in latest:
        found[message.subject_id].append(_delivery(message, stops.get(message.receiver), now=now))
    order = list(Receiver)
    return {
        subject_id: tuple(sorted(cards, key=lambda card: order.index(card.receiver)))
        for subject_id, cards in found.items()
    }


def _delivery(message: Message, stop: Stop | None, *, now: datetime) -> Delivery:
    is_open = message.state in OPEN
    return Delivery(
        message_id=message.pk,
        receiver=Receiver(message.receiver),
        look=_look(message),
        words=_words(message, stop if is_open else None, now=now),
        error=message.error_text if is_open else "",
        advice=_advice(message, stop),
        attempts=message.attempts,
        is_open=is_open,
        under_way=message.state in TRIED_BY_ITSELF and message.not_before <= now + timedelta(minutes=2),
        can_give_up=message.state in UNSENT,
    )


def _advice(message: Message, stop: Stop | None) -> str:
    """What Planner does by itself, and what somebody must do; nothing where nothing failed."""
    if message.state == State.NEEDS_HELP:
        return _("Planner prøver ikke selv igen. Ret det, der er galt, og tryk Synk, eller tryk Opgiv.")
    if message.state == State.WAITING and message.error_text and stop is None:
        return _("Planner prøver selv igen, til det lykkes.")
    return ""


def _look(message: Message) -> str:
    if message.state == State.DONE:
        return "ok"
    if message.state == State.GIVEN_UP:
        return "off"
    return "bad" if message.error_text else "wait"


def _words(message: Message, stop: Stop | None, *, now: datetime) -> str:
    if message.state in WORDS_WITH_A_TIME:
        return str(WORDS_WITH_A_TIME[State(message.state)]) % {"when": recent(message.changed_at, now)}
    if message.state in PLAIN_WORDS:
        return str(PLAIN_WORDS[State(message.state)])
    if stop is not None:
        return stop.reason
    if message.state == State.WAITING:
        return _("fejl, prøver igen %(when)s") % {"when": recent(message.not_before, now)}
    if message.not_before > now:
        return _("sendes %(clock)s") % {"clock": at_clock(message.not_before)}
    return _("venter på at blive sendt")


def has_work(receiver: Receiver, *, now: datetime) -> bool:
    """Whether something is due for the receiver, or it is stopped and may be probed. A stopped one has nothing else."""
    probes = list(Stop.objects.filter(receiver=receiver).values_list("probe_at", flat=True))
    if probes:
        return probes[0] <= now
    return Message.objects.filter(receiver=receiver, state__in=TRIED_BY_ITSELF, not_before__lte=now).exists()


def is_under_way(receiver: Receiver, kind: str, subject_id: UUID) -> bool:
    """Whether the receiver will be told of the subject by itself, as it is now."""
    about = Message.objects.filter(receiver=receiver, kind=kind, subject_id=subject_id)
    return about.filter(state__in=TRIED_BY_ITSELF).exists()


def told_from(receiver: Receiver, kind: str, subject_id: UUID) -> datetime | None:
    """When the latest call began that told the receiver of the subject; None where there was none."""
    about = Message.objects.filter(receiver=receiver, kind=kind, subject_id=subject_id, state=State.DONE)
    latest = about.order_by("-done_at").first()
    if latest is None or latest.done_at is None:
        return None
    call = latest.exchanges.filter(outcome=State.DONE).order_by("-at", "-pk").first()
    return latest.done_at - timedelta(milliseconds=call.milliseconds if call else 0)


def needing_help(now: datetime) -> Q:
    """Refused, or waiting for a day and still trying (SYNC-05)."""
    return Q(state=State.NEEDS_HELP) | Q(state=State.WAITING, created_at__lte=now - NEEDS_HELP_AFTER)


def subjects(kind: str, receiver: Receiver | None, condition: Q) -> QuerySet[Message, Any]:
    """A subquery of the ids of the subjects that have such a message: `Summons.objects.filter(pk__in=subjects(…))`."""
    found = Message.objects.filter(condition, kind=kind)
    return (found.filter(receiver=receiver) if receiver else found).values("subject_id")


def unsent(kind: str, receiver: Receiver) -> int:
    """How many subjects the receiver does not hold as they are now."""
    return subjects(kind, receiver, Q(state__in=OPEN)).distinct().count()


def stops() -> list[Stop]:
    """The receivers that lock us out."""
    return list(Stop.objects.order_by("stopped_at"))


def exchanges_of(subject_id: UUID) -> list[Exchange]:
    """Every attempt for a subject, newest first (Systemlog)."""
    return list(Exchange.objects.filter(message__subject_id=subject_id)[:50])


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a receiver has not yet taken; `next_at`: when the first that failed is tried again."""

    receiver: Receiver
    open: int
    needing_help: int
    next_at: datetime | None


def waiting() -> list[Waiting]:
    """Per receiver, those with something open; one statement."""
    rows = (
        Message.objects.filter(state__in=OPEN)
        .values_list("receiver")
        .annotate(
            open=Count("pk"),
            help=Count("pk", filter=Q(state=State.NEEDS_HELP)),
            next_at=Min("not_before", filter=Q(state=State.WAITING)),
        )
        .order_by("receiver")
    )
    return [Waiting(Receiver(receiver), *counts) for receiver, *counts in rows]


@dataclass(frozen=True, slots=True)
class LoggedExchange:
    """A line of Systemlog."""

    pk: int
    at: datetime
    receiver: str | Promise
    message: int | None
    attempt: int
    outcome: tuple[str, str | Promise]
    code: str
    text: str
    milliseconds: int


def exchanges(*, since: datetime, receiver: str = "", outcome: str = "", words: str = "") -> QuerySet[Exchange]:
    """The attempts since then that fit; `words`: in the answer, or its code, or the message's number."""
    found = Exchange.objects.filter(at__gte=since)
    if words:
        number = Q(message=read_id(words)) if read_id(words) else Q()
        found = found.filter(Q(text__icontains=words) | Q(code__iexact=words) | number)
    found = found.filter(receiver=receiver) if receiver else found
    return found.filter(outcome=outcome) if outcome else found


def logged(found: Iterable[Exchange]) -> list[LoggedExchange]:
    return [
        LoggedExchange(
            pk=row.pk,
            at=row.at,
            receiver=row.get_receiver_display(),
            message=row.message_id,
            attempt=row.attempt,
            outcome=OUTCOMES.get(row.outcome, ("off", row.outcome)),
            code=row.code,
            text=row.text,
            milliseconds=row.milliseconds,
        )
        for row in found
    ]
