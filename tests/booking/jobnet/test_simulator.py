"""The simulator's Jobnet plays the whole flow of `dfdg.md` 1.2 against the service in a process of its own (7.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.conf import settings

from admin_module.services import connection
from booking.models import Citizen, OnlineOffer, ReportedFault, Summons
from booking.services import heard
from booking.states import SummonsStatus
from planner.accounts.tenancy import acting_for
from planner.audit.models import Change
from planner.dfdg.jobnet import wire
from planner.dfdg.messages import Coded, PersonFacts
from planner.dfdg.simulator.exchange import FORM, Request
from planner.dfdg.simulator.jobnet import Address, Jobnet
from planner.dfdg.simulator.server import Simulator
from planner.dfdg.wire import Fields, summons_from
from planner.outbox.models import Message
from tests import factories
from tests.booking.jobnet.service import Service, running
from tests.dfdg.simulator import RunningSimulator, running_simulator
from tests.factories import World, make_cpr, make_offer

CPR = make_cpr(8002)
PETER = PersonFacts(
    cpr=CPR,
    given_name="Peter",
    family_name="Krogh",
    jobcentre_code="10300",
    contact_group=Coded(1, "Dagpengemodtager"),
    person_category=4,
)


@pytest.fixture(autouse=True)
def monday_morning() -> None:
    """The service is a process of its own with the clock of the day, so that is the time here too."""


@pytest.fixture(scope="module")
def service(django_db_setup: None) -> Iterator[Service]:
    with running(workers=1) as found:
        yield found


@dataclass
class Stage:
    """Nordby with an offer, and a citizen whom only DFDG knows."""

    world: World
    offer: OnlineOffer
    simulator: Simulator
    jobnet: Jobnet = field(init=False)

    def __post_init__(self) -> None:
        assert self.simulator.jobnet
        self.jobnet = self.simulator.jobnet

    def press(self, **wanted: str) -> str:
        """A form of the page, sent; the page after it."""
        request = Request("POST", "/jobnet", headers={"content-type": FORM}, body=urlencode(wanted).encode())
        return self.simulator.answer(request).body.decode()

    def held(self, booking_id: UUID) -> tuple[bool, datetime, bool]:
        """What DFDG holds of it: self-booked, when, and deleted."""
        kept = self.simulator.store.held(booking_id)
        assert kept
        message = summons_from(Fields(kept.body), cpr=CPR)
        return message.self_booked, message.starts_at, kept.deleted


@pytest.fixture
def stage(transactional_db: None, service: Service) -> Iterator[Stage]:
    world = factories.make_nordby()
    with acting_for(world.jobcentre.pk, source="test"):
        offer = make_offer(world.team, world.anna, world.birk, now=datetime.now(UTC) - timedelta(days=1))
    planner = Address(url=service.url, paths=settings.BORGERBOOKING_PATHS, token=service.token)
    simulator = Simulator(planner=planner)
    simulator.directory.add_person(PETER)
    yield Stage(world, offer, simulator)
    assert simulator.jobnet
    simulator.jobnet.close()
    simulator.store.close()


def slots(stage: Stage, offer_id: UUID, booking_id: UUID | None = None) -> list[wire.Timeslot]:
    now = datetime.now(UTC)
    asked = stage.jobnet.times(CPR, offer_id, first_at=now, last_at=now + timedelta(weeks=3), booking_id=booking_id)
    answer: wire.TimesAnswer = asked.read(wire.TimesAnswer)
    return answer.collection.timeslots


@pytest.mark.requirement("SYNC-15", "SYNC-18", "SELF-07", "SELF-11", "LOG-01")
def test_a_citizen_at_jobnet_finds_reserves_books_rebooks_accepts_cancels_and_reports(stage: Stage) -> None:
    jobnet = stage.jobnet
    offers: wire.OffersAnswer = jobnet.offers(CPR).read(wire.OffersAnswer)
    offer_id = offers.collection.offers[0].offer_id
    first, *_, last = slots(stage, offer_id)
    details: wire.Details = jobnet.details(CPR, offer_id, starts_at=first.starts_at, contact_mode=1).read(wire.Details)
    asked = wire.BookingRequest(offer_id=offer_id, starts_at=first.starts_at, contact_mode=1)
    assert jobnet.reserve(CPR, details.booking_id, asked).status == 200
    assert jobnet.book(CPR, details.booking_id, asked).status == 201
    assert stage.held(details.booking_id) == (True, first.starts_at, False)
    moved = jobnet.rebook(CPR, details.booking_id, wire.RebookingRequest(starts_at=last.starts_at))
    assert moved.status == 200
    assert stage.held(details.booking_id) == (True, last.starts_at, False)
    assert jobnet.accept(CPR, details.booking_id).status == 204
    assert jobnet.report_fault(CPR, booking_id=details.booking_id, text="Jeg kan ikke se mødet.").status == 204
    assert jobnet.cancel(CPR, details.booking_id).status == 204
    assert stage.held(details.booking_id)[2]
    assert not any(CPR in one.path or CPR in str(one.said) for one in jobnet.exchanges)
    with acting_for(stage.world.jobcentre.pk, source="test"):
        summons = Summons.objects.get()
        assert (summons.pk, summons.status) == (details.booking_id, SummonsStatus.CANCELLED)
        assert ReportedFault.objects.get().summons == summons
        assert not Message.objects.exists()
        assert "jobnet" in Change.objects.filter(table="booking_summons").values_list("source", flat=True)


@pytest.mark.requirement("SYNC-15", "SELF-11")
def test_dfdg_reports_a_fault_where_our_details_do_not_hold(stage: Stage) -> None:
    """An offer by telephone with no number that can be called: the law wants one."""
    with acting_for(stage.world.jobcentre.pk, source="test"):
        OnlineOffer.objects.update(mode="telephone", phone="lokal 4")
    first = slots(stage, offer_after_asking(stage))[0]
    stage.jobnet.details(CPR, stage.offer.pk, starts_at=first.starts_at, contact_mode=2)
    with acting_for(stage.world.jobcentre.pk, source="test"):
        fault = ReportedFault.objects.get()
        assert (fault.source, fault.kind, fault.offer) == (30, 2, stage.offer)


def offer_after_asking(stage: Stage) -> UUID:
    """Method 1 makes the citizen known here."""
    answer: wire.OffersAnswer = stage.jobnet.offers(CPR).read(wire.OffersAnswer)
    return answer.collection.offers[0].offer_id


@pytest.mark.requirement("SYNC-15")
def test_the_page_of_the_simulator_leads_through_a_booking(stage: Stage) -> None:
    page = stage.press(cpr=CPR, step="offers")
    assert "Jobsamtale (45 min.)" in page
    page = stage.press(cpr=CPR, step="times", offer_id=str(stage.offer.pk))
    time = re.findall(r'<option value="(\d{4}-[^"]+)"', page)[0]
    page = stage.press(cpr=CPR, step="choose", offer_id=str(stage.offer.pk), time=time)
    said = dict(re.findall(r'name="(offer_id|new_id|starts_at|mode)" value="([^"]+)"', page))
    page = stage.press(cpr=CPR, step="book", **said)
    assert "Booket. DFDG har gemt indkaldelsen." in page
    assert "selvbooket" in page
    again = stage.press(cpr=CPR, step="times", offer_id=said["new_id"], booking_id=said["new_id"])
    assert time not in again
    assert "GetSelvbookingMoedetider" in again
    later = re.findall(r'<option value="(\d{4}-[^"]+)"', again)[-1]
    page = stage.press(cpr=CPR, step="choose", offer_id=said["new_id"], booking_id=said["new_id"], time=later)
    moved = dict(re.findall(r'name="(step|new_id|starts_at|mode)" value="([^"]+)"', page.split("Bekræft")[1]))
    assert moved["step"] == "rebook"
    assert "Ombooket. DFDG har den nye tid." in stage.press(cpr=CPR, **moved)
    assert stage.held(UUID(said["new_id"]))[1] == datetime.fromisoformat(moved["starts_at"])
    assert "Der er meldt afbud." in stage.press(cpr=CPR, step="cancel", booking_id=said["new_id"])
    assert "Simulatoren kender ikke personnummeret." in stage.press(cpr="0101011234")


@pytest.fixture
def dfdg() -> Iterator[RunningSimulator]:
    yield from running_simulator()


@pytest.mark.requirement("SYNC-15", "SYNC-13")
def test_whom_jobnet_told_us_of_is_looked_up_afterwards(
    stage: Stage, dfdg: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    dfdg.add_person(PETER)
    monkeypatch.setattr(settings, "DFDG_URL", dfdg.url)
    stage.jobnet.offers(CPR)
    jobcentre_id, now = stage.world.jobcentre.pk, datetime.now(UTC)
    with acting_for(jobcentre_id, source="test"):
        [newcomer] = heard.newcomers(now=now)
    try:
        assert heard.look_up(jobcentre_id, newcomer, now=now)
    finally:
        connection.client().close()
        connection._client.cache_clear()
    with acting_for(jobcentre_id, source="test"):
        assert Citizen.objects.get().full_name == "Peter Krogh"
        assert heard.newcomers(now=now) == []


@pytest.mark.requirement("SYNC-13", "FAULT-06")
def test_one_whom_dfdg_does_not_know_holds_up_no_other(
    stage: Stage, dfdg: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DFDG_URL", dfdg.url)
    stage.jobnet.offers(CPR)
    jobcentre_id, now = stage.world.jobcentre.pk, datetime.now(UTC)
    with acting_for(jobcentre_id, source="test"):
        [unknown] = heard.newcomers(now=now)
        assert heard.newcomers(now=now + timedelta(days=2)) == []
    try:
        assert heard.look_up(jobcentre_id, unknown, now=now)
        dfdg.fail("status", status=503)
        assert not heard.look_up(jobcentre_id, unknown, now=now)
    finally:
        connection.client().close()
        connection._client.cache_clear()
