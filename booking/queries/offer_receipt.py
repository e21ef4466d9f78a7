"""Step 3 of an online offer: all its details in words, whom it finds, and what of it will not work (OFFER-06)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.models import Counsellor, OfferModel, Room, RoomChoice
from admin_module.models.hours import Weekday
from booking.models import OnlineOffer
from booking.queries.offer_audience import Audience, audience
from booking.queries.offer_prospect import Prospect, prospect, will_not_work
from booking.queries.offer_terms import counsellors_of_offer
from booking.queries.rule_words import rules_of
from planner.accounts.models import Settings
from planner.ui import formatting

Fact = tuple[Any, str]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Receipt:
    sections: Sequence[Section]
    audience: Audience
    prospect: Prospect
    warnings: Sequence[str]


def receipt(offer: OnlineOffer, *, settings: Settings, now: datetime) -> Receipt:
    """Of a kept offer. A fixed number of statements."""
    counsellors = counsellors_of_offer(offer)
    rooms = rooms_of_offer(offer)
    found = prospect(offer, counsellors, rooms, settings=settings, now=now)
    people = audience(
        offer.operator,
        rules_of(offer),
        offer=offer,
        today=timezone.localdate(now),
    )
    sections = [
        Section(_("Samtale"), _given(_conversation(offer, counsellors, found))),
        Section(_("Detaljer"), _given(_details(offer))),
        Section(_("Visning af online tilbud"), _given(_shown(offer))),
        Section(_("Online booking"), _given(_booking(offer, settings))),
        Section(_("Online ombooking"), _given(_rights(offer))),
    ]
    return Receipt(sections, people, found, will_not_work(offer, found, people.count, now=now))


def rooms_of_offer(offer: OnlineOffer) -> list[Room]:
    """Those that its conversations may be held in."""
    if offer.room_choice == RoomChoice.ANY:
        return list(Room.objects.usable().filter(teams=offer.team_id))
    return [offer.room] if offer.room else []


def _given(facts: Iterable[Fact]) -> list[Fact]:
    return [(label, words) for label, words in facts if words]


def _conversation(offer: OnlineOffer, counsellors: Sequence[Counsellor], found: Prospect) -> list[Fact]:
    minutes = _("%(duration)d + %(reporting)d minutter")
    return [
        (_("Tilbudsnummer"), str(offer.number)),
        (_("Samtaletype"), str(offer.type or "")),
        (_("Samtaletypevariant"), str(offer.variant or "")),
        (_("Mødeform"), offer.get_form_display()),
        (_("Afholdelsesform"), offer.get_mode_display()),
        (_("Team"), str(offer.team or "")),
        (_("Vejledere"), ", ".join(one.full_name for one in counsellors)),
        (_("Sted"), found.where),
        (_("Kræver kompetence"), str(offer.competence or "")),
        (_("Varighed og afrapportering"), minutes % {"duration": offer.duration, "reporting": offer.reporting_time}),
        (_("Besked til borgeren"), offer.message_to_citizen),
        (_("Besked til vejlederen"), offer.message_to_counsellor),
        (_("Kontakt"), ", ".join(filter(None, (offer.contact_phone, offer.contact_email)))),
    ]


def _details(offer: OnlineOffer) -> list[Fact]:
    return [(_("Titel"), offer.title), (_("Titel på engelsk"), offer.title_en)]


def _shown(offer: OnlineOffer) -> list[Fact]:
    own = offer.get_without_own_display() if offer.model == OfferModel.CONTROL else ""
    return [
        (_("Aktiv"), _yes(offer.is_active)),
        (_("Beskrivelse"), offer.description),
        (_("Beskrivelse på engelsk"), offer.description_en),
        (_("Model"), offer.get_model_display()),
        (_("Uden tid hos egen vejleder"), own),
        (_("Vis vejlederens navn på Jobnet.dk"), _yes(offer.shows_counsellor)),
    ]


def _booking(offer: OnlineOffer, settings: Settings) -> list[Fact]:
    interval = offer.interval or settings.jobnet_interval
    notice = settings.least_notice_days if offer.least_notice_days is None else offer.least_notice_days
    weeks = offer.shown_weeks or settings.shown_weeks
    return [
        (_("Første dato online tilbud kan bookes"), formatting.day_year(offer.opens_on) if offer.opens_on else _("nu")),
        (_("Tidligste mødedato"), formatting.day_year(offer.earliest_meeting_on) if offer.earliest_meeting_on else ""),
        (_("Slutdato"), formatting.day_year(offer.ends_on) if offer.ends_on else _("ingen: gælder, til det stoppes")),
        (_("Ugedage"), ", ".join(str(Weekday(day).label) for day in offer.weekdays)),
        (_("Tid på dagen"), _times_of_day(offer)),
        (_("Tider begynder hvert"), _("%d minutter") % interval),
        (_("Mindste varsel"), ngettext("%d dag", "%d dage", notice) % notice),
        (_("Tider vises frem"), ngettext("%d uge", "%d uger", weeks) % weeks),
    ]


def _times_of_day(offer: OnlineOffer) -> str:
    begins = _("tidligst kl. %s") % formatting.clock(offer.from_time) if offer.from_time else ""
    ends = _("senest kl. %s") % formatting.clock(offer.to_time) if offer.to_time else ""
    return ", ".join(filter(None, (begins, ends)))


def _rights(offer: OnlineOffer) -> list[Fact]:
    return [
        (_("Accepter afbud"), _right(offer.cancellation_allowed, offer.cancellation_days)),
        (_("Accepter ombooking"), _right(offer.rebooking_allowed, offer.rebooking_days)),
    ]


def _right(allowed: bool, days: int) -> str:
    if not allowed:
        return _("nej")
    return ngettext("ja, til og med %d dag før", "ja, til og med %d dage før", days) % days


def _yes(fact: object) -> str:
    return _("ja") if fact else _("nej")
