"""How often offers are used: bookings per offer, per counsellor and per week, by citizens and by us (OFFER-01, s89).

Counted in the database, so that thousands of bookings cost a statement each table and no row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from admin_module.models import Counsellor
from booking.models import AppointmentCounsellor, OnlineOffer, Origin, Summons
from booking.states import Attendance, SummonsStatus
from planner.timeline.clock import midnight

PERIODS = (4, 12, 26, 52)
"""Weeks that one may look back."""
BY_CITIZEN = (Origin.JOBNET, Origin.OWN)
CANCELLED = Q(status=SummonsStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Use:
    """Bookings of something; `by_us`: made by staff. `kept` = to come or held, neither cancelled nor a no-show."""

    by_citizen: int = 0
    by_us: int = 0
    cancelled: int = 0
    no_shows: int = 0

    @property
    def booked(self) -> int:
        return self.by_citizen + self.by_us

    @property
    def kept(self) -> int:
        return self.booked - self.cancelled - self.no_shows

    def __add__(self, other: Use) -> Use:
        return Use(
            self.by_citizen + other.by_citizen,
            self.by_us + other.by_us,
            self.cancelled + other.cancelled,
            self.no_shows + other.no_shows,
        )


FIGURES: dict[str, Count] = {
    "by_citizen": Count("pk", filter=Q(origin__in=BY_CITIZEN)),
    "by_us": Count("pk", filter=~Q(origin__in=BY_CITIZEN)),
    "cancelled": Count("pk", filter=CANCELLED),
    "no_shows": Count("pk", filter=Q(attendance=Attendance.NO_SHOW)),
}


@dataclass(frozen=True, slots=True)
class UseRow:
    """A line of a table: what it is of, and how many others of the same kind were summoned by us."""

    of: Any
    use: Use
    summoned: int = 0


@dataclass(frozen=True, slots=True)
class OfferUse:
    """One offer: week by week of the booking, and counsellor by counsellor; beside it what was summoned."""

    weeks: list[UseRow]
    counsellors: list[UseRow]
    total: UseRow

    @property
    def most(self) -> int:
        """The longest bar of the weeks."""
        return max((row.use.booked + row.summoned for row in self.weeks), default=0)


def period(weeks: int, today: date) -> date:
    """The Monday on which that many weeks, this one included, begin."""
    return today - timedelta(days=today.weekday(), weeks=weeks - 1)


def offer_use(offer: OnlineOffer, *, since: date, today: date) -> OfferUse:
    """What was booked since then. Four statements."""
    counsellors = {one.pk: one.full_name for one in offer.counsellors.all()}
    booked, summoned = _booked(since).filter(offer=offer), _summoned(offer, counsellors, since)
    by_week, others = _weeks(booked), dict(_week(summoned).values_list("week", "count"))
    mondays = range(since.toordinal(), today.toordinal() + 1, 7)
    weeks = [_row(date.fromordinal(one), by_week, others) for one in mondays]
    holding = F("appointment__holders__counsellor")
    people = {row["holder"]: _use(row) for row in booked.values(holder=holding).annotate(**FIGURES)}
    theirs = dict(summoned.values(holder=holding).annotate(count=Count("pk")).values_list("holder", "count"))
    counsellors |= _others(people.keys() - counsellors.keys() - {None})
    rows = [UseRow(name, people.get(pk, Use()), theirs.get(pk, 0)) for pk, name in counsellors.items()]
    whole = UseRow(None, sum((row.use for row in weeks), Use()), sum(row.summoned for row in weeks))
    return OfferUse(weeks, sorted(rows, key=lambda row: -row.use.booked), whole)


def offers_use(*, since: date) -> tuple[list[UseRow], UseRow]:
    """Every offer that was booked since then, or is in use, the most booked first, and the sum; two statements."""
    used = {row["offer_id"]: _use(row) for row in _booked(since).values("offer_id").annotate(**FIGURES)}
    known = OnlineOffer.objects.filter(Q(pk__in=list(used)) | Q(retired_at=None, is_active=True)).select_related("team")
    rows = [UseRow(offer, used.get(offer.pk, Use())) for offer in known.order_by("title", "number")]
    whole = UseRow(None, sum((row.use for row in rows), Use()))
    return sorted(rows, key=lambda row: -row.use.booked), whole


def summoned_since(since: date) -> int:
    """Individual conversations that staff summoned to since then, of the types that offers have."""
    types = OnlineOffer.objects.exclude(type=None).values("type")
    sent = Summons.objects.filter(offer=None, origin=Origin.PLANNER, sent_at__gte=midnight(since.toordinal()))
    return sent.filter(appointment__type__in=types).count()


def _booked(since: date) -> QuerySet[Summons]:
    return Summons.objects.filter(offer__isnull=False, sent_at__gte=midnight(since.toordinal())).order_by()


def _summoned(offer: OnlineOffer, counsellors: Iterable[int], since: date) -> QuerySet[Summons]:
    """By us, without an offer, of the same type and with the same counsellors."""
    holding = AppointmentCounsellor.objects.filter(counsellor__in=list(counsellors)).values("appointment")
    sent = Summons.objects.filter(offer=None, origin=Origin.PLANNER, sent_at__gte=midnight(since.toordinal()))
    return sent.filter(appointment__type=offer.type_id, appointment__in=holding).exclude(CANCELLED).order_by()


def _week(found: QuerySet[Summons]) -> Any:
    week = TruncWeek("sent_at", tzinfo=timezone.get_current_timezone())
    return found.annotate(week=week).values("week").annotate(count=Count("pk"))


def _weeks(found: QuerySet[Summons]) -> dict[datetime, Use]:
    return {row["week"]: _use(row) for row in _week(found).annotate(**FIGURES)}


def _row(monday: date, by_week: dict[datetime, Use], others: dict[datetime, int]) -> UseRow:
    begins = midnight(monday.toordinal())
    return UseRow(monday, by_week.get(begins, Use()), others.get(begins, 0))


def _use(row: Any) -> Use:
    return Use(**{name: row[name] for name in FIGURES})


def _others(pks: Iterable[int]) -> dict[int, str]:
    """Counsellors who held bookings and are no longer of the offer."""
    return dict(Counsellor.objects.filter(pk__in=list(pks)).values_list("pk", "full_name"))
