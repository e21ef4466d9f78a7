"""Short ways to look at an offer's times and to take them, for the stories of self-booking."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from booking.models import Citizen, Hold, OnlineOffer, Origin, Summons
from booking.queries.openings import Openings, openings_for_rebooking, openings_of_offer
from booking.services import holding, self_booking
from booking.services.holding import Choice
from planner.accounts.models import Settings
from tests.booking.stories import tick
from tests.factories import MONDAY, NOW

FRIDAY = MONDAY + timedelta(days=4)


def choice(clock: str = "09:00", *, day: date = MONDAY, counsellor_id: int | None = None) -> Choice:
    return Choice(day, tick(clock), counsellor_id)


def times(
    offer: OnlineOffer,
    citizen: Citizen,
    *,
    first: date = MONDAY,
    last: date = FRIDAY,
    counsellor_id: int | None = None,
    now: datetime = NOW,
) -> Openings:
    return openings_of_offer(
        offer,
        citizen,
        first=first,
        last=last,
        counsellor_id=counsellor_id,
        settings=Settings.objects.get(),
        now=now,
    )


def times_to_move_to(summons: Summons, *, first: date = MONDAY, last: date = FRIDAY, now: datetime = NOW) -> Openings:
    found = Summons.objects.select_related("appointment", "citizen", "offer").get(pk=summons.pk)
    return openings_for_rebooking(found, first=first, last=last, settings=Settings.objects.get(), now=now)


def clocks(found: Openings, day: date = MONDAY) -> list[str]:
    """The starts of one day."""
    return [f"{one.start_tick // 12:02}:{one.start_tick % 12 * 5:02}" for one in found.starts if one.day == day]


def days(found: Openings) -> list[date]:
    return sorted({one.day for one in found.starts})


def reserve(
    offer: OnlineOffer | None,
    citizen: Citizen,
    chosen: Choice,
    *,
    booking_id: UUID | None = None,
    moves: Summons | None = None,
    origin: str = Origin.JOBNET,
    now: datetime = NOW,
) -> Hold:
    return holding.reserve(
        booking_id=booking_id or uuid4(),
        citizen=citizen,
        offer=offer,
        moves=moves,
        choice=chosen,
        origin=origin,
        settings=Settings.objects.get(),
        now=now,
    )


def book(
    offer: OnlineOffer,
    citizen: Citizen,
    chosen: Choice,
    *,
    booking_id: UUID | None = None,
    origin: str = Origin.JOBNET,
    now: datetime = NOW,
) -> Summons:
    return self_booking.book(
        booking_id=booking_id or uuid4(),
        citizen=citizen,
        offer=offer,
        choice=chosen,
        origin=origin,
        by=None,
        settings=Settings.objects.get(),
        now=now,
    )


def rebook(summons: Summons, chosen: Choice, *, origin: str = Origin.JOBNET, now: datetime = NOW) -> Summons:
    found = Summons.objects.select_related("appointment", "citizen", "offer").get(pk=summons.pk)
    return self_booking.rebook(
        summons=found, choice=chosen, origin=origin, by=None, settings=Settings.objects.get(), now=now
    )
