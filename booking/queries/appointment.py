"""Everything about one appointment, for its dialog (CAL-05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
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


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened, in plain words."""

    at: datetime
    words: str
    by: str


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


def history(appointment_ids: Iterable[UUID], summonses: Iterable[Summons], most: int = 50) -> list[HistoryLine]:
    """Who prepared, sent, moved and cancelled them, newest first: two statements."""
    rows = {
        "booking_appointment": [str(pk) for pk in appointment_ids],
        "booking_summons": [str(one.pk) for one in summonses],
    }
    asked = [Q(table=table, row__in=ids) for table, ids in rows.items()]
    changes = Change.objects.filter(asked[0] | asked[1]).order_by("-at", "-pk")
    found = [(change, words) for change in changes[: most * 3] if (words := _words(change))][:most]
    actors = {change.actor for change, _words in found if change.actor}
    names = {user.pk: user.full_name for user in User.objects.filter(pk__in=actors)}
    return [HistoryLine(change.at, words, names.get(change.actor or 0, "Planner")) for change, words in found]


def _words(change: Change) -> str:
    """What a change of a row means to a caseworker; nothing where it means nothing."""
    after = change.after or {}
    if change.table == "booking_appointment":
        return _words_of_meeting(change, after)
    if change.action == Change.Action.INSERT and after.get("status") == SummonsStatus.PENDING:
        return ""
    return str(SENT_WORDS.get(after.get("status", ""), ""))


def _words_of_meeting(change: Change, after: dict[str, object]) -> str:
    if change.action == Change.Action.INSERT:
        return _("Oprettet")
    if "start_at" in after:
        return _("Flyttet til en anden tid")
    return _("Aflyst") if after.get("cancelled_at") else ""
