"""Everything about one appointment, for its dialog (CAL-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, Summons
from booking.states import SummonsStatus
from planner.accounts.models import User
from planner.audit.models import Change

SENT_WORDS = {
    SummonsStatus.SENT: gettext_lazy("Indkaldelse sendt"),
    SummonsStatus.CANCELLED: gettext_lazy("Indkaldelse aflyst"),
    SummonsStatus.PENDING: gettext_lazy("Indkaldelse fortrudt"),
}

TABLES = ("booking_appointment", "booking_summons")


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened, in plain words."""

    at: datetime
    words: str
    by: str
    about: str


def appointment_details() -> QuerySet[Appointment]:
    """Appointments with all that a dialog shows of them but the participants."""
    return Appointment.objects.select_related("type", "variant", "team", "room").prefetch_related("counsellors")


def participants(appointment_id: UUID) -> QuerySet[Summons]:
    """The summonses of an appointment by name, cancelled ones last."""
    return (
        Summons.objects.filter(appointment=appointment_id)
        .select_related("citizen", "prepared_by", "sent_by")
        .order_by("cancelled_at", "citizen__sort_key", "pk")
    )


def history(about: Mapping[UUID, str], most: int = 50) -> list[HistoryLine]:
    """What happened to these appointments and summonses, newest first, and what each is called: two statements."""
    changes = Change.objects.filter(table__in=TABLES, row__in=[str(pk) for pk in about]).order_by("-at", "-pk")
    found = [(change, words) for change in changes[: most * 3] if (words := _words(change))][:most]
    actors = {change.actor for change, _words in found if change.actor}
    names = {user.pk: user.full_name for user in User.objects.filter(pk__in=actors)}
    return [
        HistoryLine(change.at, words, names.get(change.actor or 0, "Planner"), about[UUID(change.row)])
        for change, words in found
    ]


def _words(change: Change) -> str:
    """What a change of a row means to a caseworker; nothing where it means nothing."""
    after = change.after or {}
    if change.table == "booking_appointment":
        return _words_of_meeting(change, after)
    if change.action == Change.Action.INSERT and after.get("status") == SummonsStatus.PENDING:
        return ""
    return _with_reason(str(SENT_WORDS.get(after.get("status", ""), "")), after)


def _with_reason(words: str, after: dict[str, object]) -> str:
    """«Indkaldelse aflyst: borgeren er syg»."""
    reason = after.get("cancelled_reason")
    return f"{words}: {reason}" if words and reason else words


def _words_of_meeting(change: Change, after: dict[str, object]) -> str:
    if change.action == Change.Action.INSERT:
        return _("Oprettet")
    if "start_at" in after:
        return _("Flyttet til en anden tid")
    return _with_reason(_("Aflyst"), after) if after.get("cancelled_at") else ""
