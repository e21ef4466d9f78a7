"""A whole target group books one offer at once, over HTTP all the way: correct to the last seat (SELF-06, SELF-01)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from random import Random

import pytest
from django.db import connection

from booking.models import OfferCounsellor, Summons
from planner.dfdg.jobnet import wire
from planner.minside.client import NotAllowed, Service, TimeGone, made
from tests.factories import MONDAY, at, make_citizen, make_counsellor, make_cpr
from tests.minside.scene import Scene

CITIZENS = 300
COUNSELLORS = 4
AT_ONCE = 6


class Hurried:
    """A citizen who takes one of the free times, again and again until they have one or there is none."""

    def __init__(self, scene: Scene, cpr: str) -> None:
        self.offer_id = scene.offer.pk
        self._choice = Random(cpr)  # noqa: S311 - spreads the crowd, hides nothing
        self.service = Service(base_url=scene.url, cpr=cpr, code="10300")

    def book(self) -> wire.Details | None:
        while slots := self._free():
            try:
                return self._take(self._choice.choice(slots))
            except (TimeGone, NotAllowed):  # taken meanwhile, or others keep the calendar busy: look again
                continue
        return None

    def _free(self) -> list[wire.Timeslot]:
        span = made(wire.TimesRequest, first_at=at(MONDAY, "00:00"), last_at=at(MONDAY, "00:00") + timedelta(days=5))
        return self.service.times(self.offer_id, span).collection.timeslots

    def _take(self, slot: wire.Timeslot) -> wire.Details:
        chosen = {"starts_at": slot.starts_at, "contact_mode": slot.contact_modes.codes[0]}
        details = self.service.details(self.offer_id, made(wire.DetailsRequest, **chosen))
        held = {**chosen, "offer_id": self.offer_id}
        self.service.reserve(details.booking_id, made(wire.ReservationRequest, **held))
        return self.service.book(details.booking_id, made(wire.BookingRequest, **held))


@pytest.mark.deep
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets that the server let go first
@pytest.mark.requirement("SELF-01", "SELF-06", "SELF-08", "CONC-10")
def test_three_hundred_citizens_book_one_offer_correct_to_the_last_seat(scene: Scene) -> None:
    numbers = count(1000)
    with scene.acting():
        OfferCounsellor.objects.all().delete()
        for number in range(COUNSELLORS):
            counsellor = make_counsellor(scene.world.team, f"Vejleder Nummer{number}")
            OfferCounsellor.objects.create(jobcentre=scene.world.jobcentre, offer=scene.offer, counsellor=counsellor)
        cprs = [make_cpr(next(numbers)) for _ in range(CITIZENS)]
        for cpr in cprs:
            make_citizen(scene.world.jobcentre, cpr=cpr)
    seats = COUNSELLORS * 8 * 5
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        got = list(crowd.map(lambda cpr: Hurried(scene, cpr).book(), cprs))
    booked = [one for one in got if one is not None]
    assert len(booked) == seats
    with scene.acting():
        rows = Summons.objects.filter(offer=scene.offer, status="sent").select_related("appointment")
        places = Counter((one.appointment.start_at, one.appointment.counsellors.get().pk) for one in rows)
        assert (len(rows), max(places.values())) == (seats, 1)
        assert {one.booking_id for one in booked} == {one.pk for one in rows}
        assert len({one.citizen_id for one in rows}) == seats
    connection.close()
