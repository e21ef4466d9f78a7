"""Online offers as the tab «Online tilbud» lists them, and the details of one: a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import OnlineOffer, Summons
from booking.queries.rule_words import Part, offer_sentence
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.ui import formatting
from planner.ui.refusal import Words

MONDAY = date(2024, 1, 1)
ENDING_DAYS = 7
"""How long before its last day an offer ends soon (APP-04)."""
ACTIVE, ENDING, NOT_BEGUN, DRAFT, STOPPED = "active", "ending", "not_begun", "draft", "stopped"
STAGES: dict[str, tuple[str, Words]] = {
    ACTIVE: ("ok", gettext_lazy("Aktiv")),
    ENDING: ("warn", gettext_lazy("Slutter snart")),
    NOT_BEGUN: ("warn", gettext_lazy("Ikke begyndt")),
    DRAFT: ("off", gettext_lazy("Kladde")),
    STOPPED: ("off", gettext_lazy("Stoppet")),
}
"""What stage an offer is at: how it is drawn, and its word."""
SHOWN: dict[str, tuple[tuple[str, ...], Words]] = {
    "active": ((ACTIVE, ENDING), gettext_lazy("Aktive")),
    "ending": ((ENDING,), gettext_lazy("Slutter snart")),
    "not_begun": ((NOT_BEGUN,), gettext_lazy("Ikke begyndt")),
    "drafts": ((DRAFT,), gettext_lazy("Kladder")),
    "stopped": ((STOPPED,), gettext_lazy("Stoppede")),
}
"""What the list can be narrowed to."""
OPEN_LAST = {ACTIVE: 0, ENDING: 0, NOT_BEGUN: 0, DRAFT: 1, STOPPED: 2}
"""The order of the list: what goes on, drafts, what is over."""


def _stage(today: date) -> Case:
    return Case(
        When(published_at=None, then=Value(DRAFT)),
        When(Q(is_active=False) | Q(ends_on__lt=today) | Q(retired_at__isnull=False), then=Value(STOPPED)),
        When(opens_on__gt=today, then=Value(NOT_BEGUN)),
        When(ends_on__lte=today + timedelta(days=ENDING_DAYS), then=Value(ENDING)),
        default=Value(ACTIVE),
        output_field=CharField(),
    )


def staged(today: date) -> QuerySet[OnlineOffer]:
    """All offers, each with its `stage`."""
    offers: QuerySet[OnlineOffer] = OnlineOffer.objects.annotate(stage=_stage(today))
    return offers


def bookable(today: date) -> QuerySet[OnlineOffer]:
    """Those that citizens can book on, now or from a day to come: neither drafts nor stopped nor over."""
    living: QuerySet[OnlineOffer] = OnlineOffer.objects.living()
    return living.filter(Q(ends_on=None) | Q(ends_on__gte=today), is_active=True, published_at__isnull=False)


def open_offers(today: date) -> QuerySet[OnlineOffer]:
    """Those that citizens can book on today, with their rules."""
    begun = Q(opens_on=None) | Q(opens_on__lte=today)
    return bookable(today).filter(begun).prefetch_related("groups__rules")


def ending(today: date) -> QuerySet[OnlineOffer]:
    """Those that end within the week, the soonest first."""
    found = staged(today).filter(Q(stage=ENDING)).select_related("team")
    return found.order_by("ends_on", "title", "number")


def offers(*, q: str = "", state: str = "", today: date) -> QuerySet[OnlineOffer]:
    """The offers in use, by words of the title or the number, in the order of the list."""
    rank = Case(
        *(When(stage=stage, then=Value(rank)) for stage, rank in OPEN_LAST.items()), output_field=IntegerField()
    )
    found = staged(today).filter(retired_at=None).annotate(rank=rank, by_title=Lower("title"))
    if state:
        found = found.filter(stage__in=list(SHOWN[state][0]))
    if q.isdecimal():
        return found.filter(Q(number=int(q[:18])) | Q(title__icontains=q)).select_related("team")
    for part in q.split():
        found = found.filter(title__icontains=part)
    return found.select_related("team")


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer of the list; `booked`: conversations on it that are not cancelled."""

    pk: UUID
    title: str
    look: str
    stage: Words
    team: str
    when: str
    booked: int


def offer_lines(page: Sequence[Any], *, today: date) -> list[OfferLine]:
    """One page of the list with what is booked on each; one statement."""
    booked = booked_on(one.pk for one in page)
    return [
        OfferLine(
            pk=one.pk,
            title=one.title or _("Uden titel"),
            look=STAGES[one.stage][0],
            stage=STAGES[one.stage][1],
            team=one.team.name if one.team else "",
            when=_when(one, today),
            booked=booked.get(one.pk, 0),
        )
        for one in page
    ]


def booked_on(pks: Iterable[UUID]) -> dict[UUID, int]:
    """How many conversations are booked on each offer, the cancelled ones aside."""
    kept = Summons.objects.filter(offer__in=list(pks)).exclude(status=SummonsStatus.CANCELLED)
    return dict(kept.values("offer_id").annotate(booked=Count("pk")).values_list("offer_id", "booked"))


def _when(offer: Any, today: date) -> str:
    """«uden slutdato», «slutter 27. nov.», «fra 1. december», «sluttede 30. okt.»"""
    ends = offer.ends_on
    if offer.stage == NOT_BEGUN:
        return _("fra %s") % formatting.long_date(offer.opens_on)
    if offer.stage == DRAFT:
        return _("begyndt %s") % formatting.short_day(offer.created_at)
    if offer.stage == STOPPED:
        return _("sluttede %s") % formatting.short_day(ends) if ends and ends < today else _("stoppet")
    return _("slutter %s") % formatting.short_day(ends) if ends else _("uden slutdato")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many offers there are in use, and how many of them citizens can book on today."""

    total: int
    active: int


def counts(today: date) -> Counts:
    found = staged(today).filter(retired_at=None)
    return Counts(**found.aggregate(total=Count("pk"), active=Count("pk", filter=Q(stage__in=(ACTIVE, ENDING)))))


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What stands on the page of one offer, whatever its tab."""

    offer: OnlineOffer
    stage: str
    period: str
    minutes: str
    rights: str
    rules: list[Part]
    times: str
    interval: int
    notice: int
    ahead: int

    @property
    def look(self) -> str:
        return STAGES[self.stage][0]

    @property
    def stage_words(self) -> Words:
        return STAGES[self.stage][1]


def loaded(today: date) -> QuerySet[OnlineOffer]:
    """Offers with all that their page shows: two statements beside their own."""
    related = ("team", "room", "variant", "type", "competence", "author", "template")
    return staged(today).select_related(*related).prefetch_related("groups__rules", "counsellors")


def offer_facts(offer: Any, settings: Settings) -> OfferFacts:
    """The details in words (OFFER-07); what the offer leaves open is the job centre's own."""
    return OfferFacts(
        offer=offer,
        stage=offer.stage,
        period=_period(offer.opens_on, offer.ends_on),
        minutes=f"{offer.duration or 0} + {offer.reporting_time}",
        rights=_rights(offer),
        rules=offer_sentence(offer),
        times=_times(offer),
        interval=offer.interval or settings.jobnet_interval,
        notice=settings.least_notice_days if offer.least_notice_days is None else offer.least_notice_days,
        ahead=offer.shown_weeks or settings.shown_weeks,
    )


def _period(first: date | None, last: date | None) -> str:
    """«fra 2. nov. 2026», «2. nov. 2026–5. jan. 2027», «til 5. jan. 2027»"""
    if first and last:
        return f"{formatting.date_year(first)}{formatting.EN_DASH}{formatting.date_year(last)}"
    if first:
        return _("fra %s") % formatting.date_year(first)
    return _("til %s") % formatting.date_year(last) if last else _("uden slutdato")


def _times(offer: OnlineOffer) -> str:
    """«alle dage, hele dagen», «man., tir., kl. 9.00–12.00»"""
    names = [formatting.short_weekday(MONDAY + timedelta(days=one)) for one in sorted(offer.weekdays)]
    first, last = offer.from_time, offer.to_time
    if first and last:
        clocks = f"{formatting.at_clock(first)}{formatting.EN_DASH}{formatting.clock(last)}"
    elif first:
        clocks = _("fra %s") % formatting.at_clock(first)
    else:
        clocks = _("til %s") % formatting.at_clock(last) if last else _("hele dagen")
    return ", ".join([*(names or [_("alle dage")]), clocks])


def _rights(offer: OnlineOffer) -> str:
    """«til 1 dag før», «kun ombooking, til 2 dage før», «nej»"""
    cancelling, rebooking = offer.cancellation_allowed, offer.rebooking_allowed
    if cancelling and rebooking and offer.cancellation_days != offer.rebooking_days:
        both = {"cancelling": _before(offer.cancellation_days), "rebooking": _before(offer.rebooking_days)}
        return _("afbud %(cancelling)s, ombooking %(rebooking)s") % both
    if cancelling and rebooking:
        return _before(offer.rebooking_days)
    if rebooking:
        return _("kun ombooking, %s") % _before(offer.rebooking_days)
    return _("kun afbud, %s") % _before(offer.cancellation_days) if cancelling else _("nej")


def _before(days: int) -> str:
    if not days:
        return _("til og med dagen")
    return _("til 1 dag før") if days == 1 else _("til %s dage før") % days
