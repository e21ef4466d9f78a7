"""One box finds citizens, counsellors, summonses and online offers (APP-11)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet

from admin_module.models import Counsellor
from booking.cpr import CprNumber, parse
from booking.models import Citizen, OnlineOffer, Summons
from planner.accounts.vault import digest
from planner.alphabet import alphabet_key

MOST = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What a text leads to; `exact` = the one citizen with this number; `more` = there are further citizens."""

    citizens: list[Citizen]
    counsellors: list[Counsellor]
    summonses: list[Summons]
    exact: Citizen | None = None
    more: bool = False
    offers: list[OnlineOffer] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.citizens or self.counsellors or self.summonses or self.offers)


def found(text: str, citizens: QuerySet[Citizen]) -> Found:
    """Citizens among those given, by CPR number or parts of the name; counsellors by name; summonses by number.

    Offers by number or words of the title.
    """
    number = parse(text)
    if isinstance(number, CprNumber):
        exact = citizens.filter(numbers__digest=digest(number.digits)).first()
        return Found([exact] if exact else [], [], [], exact)
    parts = [alphabet_key(part) for part in text.split()]
    if text.strip().isdecimal():
        numbered = Summons.objects.filter(number=int(text.strip()[:18]), citizen__in=citizens)
        known = OnlineOffer.objects.filter(number=int(text.strip()[:18])).select_related("team")
        return Found([], [], list(numbered.select_related("citizen", "appointment__type")), offers=list(known))
    if not parts:
        return Found([], [], [])
    counsellors, offers = Counsellor.objects.living(), OnlineOffer.objects.living().select_related("team")
    for part in text.split():
        offers = offers.filter(title__icontains=part)
    for part in parts:
        citizens = citizens.filter(sort_key__contains=part)
        counsellors = counsellors.filter(sort_key__contains=part)
    first = list(citizens.order_by("sort_key", "pk")[: MOST + 1])
    return Found(
        first[:MOST],
        list(counsellors[:MOST]),
        [],
        None,
        len(first) > MOST,
        list(offers.order_by("title", "number")[:MOST]),
    )
