"""What an online offer means before anybody books: free times, who, where, and everything that will not work.

Step 1 shows it while it is filled in; step 3 shows it on the receipt (OFFER-06).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.models import ContactMode, Counsellor, Room, RoomChoice
from booking.models import OnlineOffer
from booking.queries.facts import Picture, picture
from booking.queries.offer_terms import Terms, terms_of_offer
from booking.queries.offer_weeks import count_free
from planner.accounts.models import Settings
from planner.ui import formatting


@dataclass(frozen=True, slots=True)
class Prospect:
    """Figures and sentences; `count` is None until there is something to count."""

    count: int | None = None
    counted: str = ""
    who: str = ""
    where: str = ""
    warnings: tuple[str, ...] = ()


def prospect(
    offer: OnlineOffer, counsellors: Sequence[Counsellor], rooms: Sequence[Room], *, settings: Settings, now: datetime
) -> Prospect:
    """Of an offer as it stands, kept or not. A fixed number of statements."""
    if not (counsellors and offer.duration and offer.team_id):
        return Prospect()
    places = None if offer.room_choice == RoomChoice.NONE else tuple(rooms)
    resources = (tuple(counsellors), places)
    terms = terms_of_offer(offer, deadline=None, settings=settings, now=now, resources=resources)
    if terms.last < terms.least:
        return Prospect(0, _nothing_left(terms), _who(offer, counsellors), _where(offer, counsellors, rooms))
    facts = picture(
        settings=settings,
        team_id=offer.team_id,
        first=terms.least,
        last=terms.last,
        now=now,
        counsellors=[one.pk for one in counsellors],
        rooms=[room.pk for room in rooms],
    )
    return Prospect(
        count=sum(count_free(terms, facts).values()),
        counted=_counted(terms),
        who=_who(offer, counsellors),
        where=_where(offer, counsellors, rooms),
        warnings=tuple(without_hours(counsellors, facts)),
    )


def _counted(terms: Terms) -> str:
    days = {"first": formatting.date_year(terms.least), "last": formatting.date_year(terms.last)}
    return _("ledige tider fra %(first)s til %(last)s") % days


def _nothing_left(terms: Terms) -> str:
    return _("ingen dage at booke: den sidste er %(last)s") % {"last": formatting.date_year(terms.last)}


# In words


def _who(offer: OnlineOffer, counsellors: Sequence[Counsellor]) -> str:
    count = len(counsellors)
    names = counsellors[0].full_name if count == 1 else ngettext("%d vejleder", "%d vejledere", count) % count
    minutes = _("%(duration)d + %(reporting)d minutter") if offer.reporting_time else _("%(duration)d minutter")
    return f"{names}, {minutes % {'duration': offer.duration, 'reporting': offer.reporting_time}}"


def _where(offer: OnlineOffer, counsellors: Sequence[Counsellor], rooms: Sequence[Room]) -> str:
    if offer.mode == ContactMode.TELEPHONE:
        return _("Der ringes til %s") % offer.phone if offer.phone else _("Der ringes til borgerens eget nummer")
    if offer.mode == ContactMode.DIGITAL:
        return _("Digitalt møde")
    if offer.team is None or offer.mode != ContactMode.IN_PERSON:
        return ""
    if len(rooms) > 1:
        return _("%(address)s, i det første ledige af teamets lokaler") % {"address": offer.team.whole_address}
    if rooms:
        return f"{rooms[0].whole_address or offer.team.whole_address}, {rooms[0].name}"
    offices = {one.whole_address or offer.team.whole_address for one in counsellors}
    return offices.pop() if len(offices) == 1 else _("På vejledernes egne kontorer")


# What will not work


def without_hours(counsellors: Sequence[Counsellor], facts: Picture) -> list[str]:
    """Who has no working hours at all, in one sentence."""
    names = [one.full_name for one in counsellors if not _works(facts, one.pk)]
    return [_("%s har ingen arbejdstid og har ingen tider at booke.") % formatting.names(names)] if names else []


def _works(facts: Picture, counsellor: int) -> bool:
    return any(hours.works for one in facts.counsellors[counsellor].schedules for hours in one.days.values())


def will_not_work(offer: OnlineOffer, found: Prospect, people: int, *, now: datetime) -> list[str]:
    """What the receipt warns of (OFFER-06)."""
    today = timezone.localdate(now)
    warned = [*_stage(offer, today), *found.warnings]
    if not people:
        warned.append(_("Planner kender ingen borgere, som reglerne passer på. Ingen ser tilbuddet endnu."))
    if not found.count:
        warned.append(_("Der er ingen ledige tider i perioden. Borgerne ser tilbuddet uden tider."))
    elif found.count == 1 and offer.rebooking_allowed:
        warned.append(_("Der er kun én ledig tid i perioden. Den, der booker den, har ingen anden at ombooke til."))
    return warned


def _stage(offer: OnlineOffer, today: date) -> list[str]:
    if not offer.is_active:
        return [_("Tilbuddet er ikke aktivt. Ingen kan booke det, før det bliver det.")]
    if offer.ends_on and offer.ends_on < today:
        return [_("Slutdatoen er passeret. Ingen kan booke tilbuddet.")]
    if offer.opens_on and offer.opens_on > today:
        return [_("Tilbuddet kan først bookes fra %s.") % formatting.long_day(offer.opens_on)]
    return []
