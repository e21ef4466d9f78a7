"""«Afvigelser» as frozen lines: what another system held otherwise, what was done, and whether somebody has seen it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Comparison, Difference, Done, What
from booking.states import SummonsStatus
from planner.accounts.models import User
from planner.dfdg.particulars import Particular
from planner.outbox.models import Receiver

LOOKS = {Done.SENT_AGAIN: "ok", Done.PUT_BACK: "ok", Done.LISTED: "warn"}
OURS_CAN_BE_SENT = (What.OTHERWISE, What.MISSING, What.STILL_THERE, What.CHANGED_THERE, What.DELETED_THERE)
MOVED_BY_OWNER = _("Ændret i din egen kalender og lagt tilbage. Skal den flyttes, så flyt den i Planner.")
DELETED_BY_OWNER = _("Slettet i din egen kalender og lagt tilbage. Skal den ikke holdes, så aflys den i Planner.")
SHOWN = 5
"""Lines on a counsellor's front page; the others are counted."""
NOTICES = Q(done=Done.PUT_BACK, counsellor__user__isnull=False)
"""What a counsellor is told of on their front page, and settles there."""


@dataclass(frozen=True, slots=True)
class Line:
    """`number`: that of the summons. `sendable`: what we hold can be sent once more, whatever stands there.

    `settleable`: open, and no notice to a counsellor, who settles it on their front page. `notice`: what they read.
    """

    pk: int
    found_at: datetime
    receiver: str
    appointment_id: UUID | None
    number: int | None
    start_at: datetime | None
    type: str
    counsellor: str
    what: str
    parts: tuple[str, ...]
    text: str
    done: str
    look: str
    sendable: bool
    settleable: bool
    is_open: bool
    settled_at: datetime | None
    settled_by: str
    notice: str | Promise


def differences(*, receiver: str = "", still_open: bool = False) -> QuerySet[Difference]:
    """What fits, with all that a line needs."""
    found = Difference.objects.select_related("summons", "appointment__type", "counsellor", "settled_by")
    found = found.filter(receiver=receiver) if receiver else found
    return found.filter(settled_at=None) if still_open else found


def lines(found: Iterable[Difference]) -> list[Line]:
    return [_line(row) for row in found]


def _line(row: Difference) -> Line:
    meeting = row.appointment
    return Line(
        pk=row.pk,
        found_at=row.found_at,
        receiver=row.get_receiver_display(),
        appointment_id=row.appointment_id,
        number=row.summons.number if row.summons else None,
        start_at=meeting.start_at if meeting else None,
        type=meeting.type.name if meeting and meeting.type else "",
        counsellor=row.counsellor.full_name if row.counsellor else "",
        what=row.get_what_display(),
        parts=tuple(Particular(part).label for part in row.parts),
        text=row.text,
        done=row.get_done_display(),
        look=LOOKS[Done(row.done)],
        sendable=_sendable(row),
        settleable=row.settled_at is None and not _is_notice(row),
        is_open=row.settled_at is None,
        settled_at=row.settled_at,
        settled_by=row.settled_by.full_name if row.settled_by else "",
        notice=DELETED_BY_OWNER if row.what == What.DELETED_THERE else MOVED_BY_OWNER,
    )


def _is_notice(row: Difference) -> bool:
    return row.done == Done.PUT_BACK and row.counsellor is not None and row.counsellor.user_id is not None


def _sendable(row: Difference) -> bool:
    """What we hold has once been sent, and a person may let it stand instead of theirs."""
    if row.receiver != Receiver.DFDG or row.done != Done.LISTED or row.settled_at or row.summons is None:
        return False
    return row.what in OURS_CAN_BE_SENT and row.summons.status != SummonsStatus.PENDING


@dataclass(frozen=True, slots=True)
class Unsettled:
    """How many nobody has seen yet, and how many of them wait for somebody to choose."""

    all: int
    listed: int


def unsettled() -> Unsettled:
    """One statement; notices to counsellors aside."""
    found = Difference.objects.filter(settled_at=None).exclude(NOTICES)
    counts = found.aggregate(all=Count("pk"), listed=Count("pk", filter=Q(done=Done.LISTED)))
    return Unsettled(**counts)


@dataclass(frozen=True, slots=True)
class OwnUnsettled:
    """What was put right in one's own calendar: the newest lines, and the keys of all."""

    shown: list[Line]
    pks: list[int]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return len(self.pks) - len(self.shown)


def own_unsettled(user: User) -> OwnUnsettled:
    """In the calendar of the counsellor who is this user, the newest first. Two statements."""
    own = differences(receiver=Receiver.CALENDAR, still_open=True).filter(counsellor__user=user)
    newest = own.order_by("-found_at", "-pk")
    return OwnUnsettled(lines(newest[:SHOWN]), list(newest.values_list("pk", flat=True)))


def latest() -> list[Comparison]:
    """How far the latest night came, a receiver each."""
    return list(Comparison.objects.order_by("receiver"))


def is_late(comparison: Comparison, *, now: datetime) -> bool:
    """Begun on an earlier day and never finished."""
    return comparison.finished_at is None and timezone.localdate(comparison.began_at) < timezone.localdate(now)
