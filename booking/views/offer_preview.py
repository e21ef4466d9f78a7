"""«Som borgeren ser det»: what a chosen citizen of the target group meets, from the query of «Min side» (OFFER-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from admin_module.models import Counsellor
from booking.models import Citizen, OnlineOffer
from booking.queries.offer_citizens import named
from booking.queries.openings import Opening, openings_of_offer
from booking.queries.own_offers import OfferOnShow, offers_for
from booking.rules import has_conversation, why_not_book
from booking.views.offer_citizens import NAME
from booking.views.offers import offer_of, shown
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.minside.shown import Counsellor as Holder
from planner.minside.shown import Start, week_of
from planner.ui.addresses import read_uuids
from planner.ui.parsing import read_date

CHOICES = 20


@dataclass(frozen=True, slots=True)
class Length:
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """An offer as the card of «Book et møde» wants it; `chosen`: the one whose preview it is."""

    on_show: OfferOnShow
    chosen: bool

    @property
    def title(self) -> str:
        return self.on_show.offer.title

    @property
    def description(self) -> str:
        return self.on_show.offer.description

    @property
    def offer(self) -> Length:
        return Length(self.on_show.offer.duration)

    @property
    def has_times(self) -> bool:
        return self.on_show.free_times > 0

    @property
    def first_at(self) -> datetime | None:
        return self.on_show.first.start_at if self.on_show.first else None


@require_safe
@permitted(Permission.CITIZEN_SEE)
def preview(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The citizen's cards, and this offer's times week by week; where they do not see it, why not."""
    offer, now = offer_of(pk), timezone.now()
    q = " ".join(NAME.accepted(request.GET.getlist("q")))
    citizens = list(named(offer, q, today=timezone.localdate(now))[:CHOICES])
    citizen = _chosen(request, offer, citizens)
    seen = {one.pk for one in [*citizens, *([citizen] if citizen else [])]}
    saw(seen, purpose=Purpose.OFFER, now=now, request=request)
    context: dict[str, object] = {"citizens": citizens, "citizen": citizen, "q": q}
    if citizen:
        context |= _met(request, offer, citizen, now)
    return shown(request, offer, "booking/offer_preview.html", context)


def _chosen(request: StaffRequest, offer: OnlineOffer, citizens: list[Citizen]) -> Citizen | None:
    """The one that the address names, were it outside the list; else the first."""
    asked = read_uuids(request.GET.getlist("citizen"))[:1]
    today = timezone.localdate()
    found = named(offer, "", today=today).filter(pk__in=asked).first() if asked else None
    return found or next(iter(citizens), None)


def _met(request: StaffRequest, offer: OnlineOffer, citizen: Citizen, now: datetime) -> dict[str, object]:
    """What «Min side» would show at this moment; nothing is written down as a visit."""
    cards = [Card(one, one.offer.pk == offer.pk) for one in offers_for(citizen, settings=request.settings, now=now)]
    if not any(card.chosen for card in cards):
        refusal = why_not_book(offer, now=now)
        return {"cards": cards, "why_not": str(refusal or has_conversation())}
    found = openings_of_offer(offer, citizen, first=date.min, last=date.max, settings=request.settings, now=now)
    people = {one.pk: one for one in found.counsellors} if found.names_shown else {}
    starts = [_start(opening, people) for opening in found.starts]
    asked = read_date(request.GET.get("week", ""), timezone.localdate(now))
    return {"cards": cards, "week": week_of(starts, asked), "holders": sorted(one.full_name for one in people.values())}


def _start(opening: Opening, people: dict[int, Counsellor]) -> Start:
    """`mode` is nothing here: no time can be chosen."""
    holders = [people[pk] for pk in opening.counsellor_ids if pk in people]
    at = timezone.localtime(opening.start_at)
    return Start(at, 0, tuple(Holder(one.full_name, one.employee_id) for one in holders), opening.seats_left)
