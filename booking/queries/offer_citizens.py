"""Who has booked on an offer, and who of its target group has not: a fixed number of statements (OFFER-07)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from booking.cpr import CprNumber
from booking.models import Citizen, OnlineOffer, Summons
from booking.queries.attendance import LOOKS
from booking.queries.caseload import next_deadline
from booking.queries.offer_audience import seen_by_others
from booking.queries.target_group import target_group
from booking.rules import conversations_like
from booking.states import ACTIVE, Attendance, SummonsStatus
from planner.accounts.vault import digest
from planner.alphabet import alphabet_key
from planner.ui.refusal import Words

COMING, HELD, NO_SHOW, CANCELLED = "coming", "held", "no_show", "cancelled"
STATES = (
    (COMING, _("Kommende")),
    (HELD, _("Afholdt")),
    (NO_SHOW, _("Udeblevet")),
    (CANCELLED, _("Aflyst")),
)
BY_STATE = {
    HELD: Q(status=SummonsStatus.SENT, attendance__in=("", Attendance.MET)),
    NO_SHOW: Q(attendance=Attendance.NO_SHOW),
    CANCELLED: Q(status=SummonsStatus.CANCELLED),
}


@dataclass(frozen=True, slots=True)
class EnrolledRow:
    """A booking on the offer; `look` and `state`: how it stands."""

    summons: Summons
    look: str
    state: Words


def bookings(
    offer: OnlineOffer, *, q: str = "", state: str = "", citizen: UUID | None = None, now: datetime
) -> QuerySet[Summons]:
    """All bookings on the offer, those whose citizen's name has all the parts; the cancelled ones only when asked."""
    found = Summons.objects.filter(offer=offer).filter(_state(state, now))
    if citizen:
        found = Summons.objects.filter(offer=offer, citizen=citizen)
    for part in q.split():
        found = found.filter(citizen__sort_key__contains=alphabet_key(part))
    return found.select_related("citizen", "appointment__type").prefetch_related("appointment__counsellors")


def _state(state: str, now: datetime) -> Q:
    ahead = Q(appointment__end_at__gt=now)
    if state == COMING:
        return ahead & ~BY_STATE[CANCELLED]
    if state == HELD:
        return BY_STATE[HELD] & ~ahead
    return BY_STATE.get(state, ~BY_STATE[CANCELLED])


def enrolled_rows(summonses: Iterable[Summons], *, now: datetime) -> list[EnrolledRow]:
    return [EnrolledRow(one, *_stands(one, now)) for one in summonses]


def _stands(summons: Summons, now: datetime) -> tuple[str, Words]:
    """Cancelled, what is registered, to come, or held."""
    if summons.status == SummonsStatus.CANCELLED:
        return "off", _("Aflyst")
    if summons.attendance:
        return LOOKS[summons.attendance], Attendance(summons.attendance).label
    return ("ok", _("Kommende")) if summons.appointment.end_at > now else ("ok", _("Afholdt"))


def unbooked(
    offer: OnlineOffer, *, q: str = "", near: date | None = None, today: date, now: datetime
) -> QuerySet[Citizen]:
    """The target group, but those with a coming conversation of the type; each with the nearest deadline.

    `near`: only who is due by then.
    """
    coming = Summons.objects.filter(
        citizen=OuterRef("pk"),
        status__in=ACTIVE,
        appointment__start_at__gt=now,
        appointment__type__in=list(conversations_like(offer.type_id)),
    )
    found = target_group(offer, today=today).filter(~Exists(coming))
    for part in q.split():
        found = found.filter(sort_key__contains=alphabet_key(part))
    due = found.annotate(next_deadline=next_deadline(today)).select_related("contact_group")
    return due.filter(next_deadline__lte=near) if near else due


def named(offer: OnlineOffer, q: str, *, today: date) -> QuerySet[Citizen]:
    """Those of the target group whose name has all the parts, by name."""
    found = target_group(offer, today=today)
    for part in q.split():
        found = found.filter(sort_key__contains=alphabet_key(part))
    return found.order_by("sort_key", "pk")


def in_turn(found: Any) -> list[UUID]:
    """Whom `unbooked` found, the nearest deadline first, then by name."""
    return list(found.order_by("next_deadline", "sort_key", "pk").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class TargetCounts:
    """The target group in numbers; `others`: who also sees another offer; `near`: who is due within the near days."""

    citizens: int
    others: int
    not_booked: int
    near: int


def target_counts(offer: OnlineOffer, *, near: date, today: date, now: datetime) -> TargetCounts:
    """As Planner knows the citizens now; five statements."""
    left = unbooked(offer, today=today, now=now).order_by()
    rest = left.aggregate(not_booked=Count("pk"), near=Count("pk", filter=Q(next_deadline__lte=near)))
    group = target_group(offer, today=today)
    also = Count("pk", filter=seen_by_others(offer.pk, today))
    return TargetCounts(**group.aggregate(citizens=Count("pk"), others=also), **rest)


def with_number(number: CprNumber) -> Citizen | None:
    """The citizen who has it, or had it."""
    return Citizen.objects.filter(numbers__digest=digest(number.digits)).distinct().first()
