"""A day in the life of a job centre, over real processes, while DFDG fails each third call: at the end all agree."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from planner.dfdg.jobnet import wire
from planner.dfdg.messages import Coded, PersonFacts
from planner.dfdg.simulator.population import FJORDBY, UNEMPLOYED, population
from planner.dfdg.wire import Field
from planner.minside import client
from planner.minside.client import Service, ServiceFault, made
from tests.calendars.radicale import NAME, PASSWORD, CounsellorsCalendar, running_radicale
from tests.factories import make_cpr
from tests.journeys.conftest import RunningPlanner
from tests.journeys.jobnet import CitizenAtJobnet
from tests.journeys.test_summon_a_list import PATIENCE, begin, on_to_citizens, on_to_plan, send

pytestmark = [pytest.mark.journey, pytest.mark.deep]
Calendars = dict[int, CounsellorsCalendar]

SUMMONED, BOOKED, MOVED, CANCELLED, PUSHED = 500, 200, 50, 20, 30
AT_ONCE = 8
CALM_WITHIN = 900
FAMILY = "Nummer"
OURS = """
import json, sys
from planner.accounts.models import JobcentreCode
from planner.accounts.tenancy import acting_for, jobcentre_ids
def ours():
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="test"):
            if JobcentreCode.objects.filter(code="{code}").exists():
                return jobcentre_id
jobcentre_id = ours()
"""
COUNSELLORS = """
from admin_module.models import Counsellor
with acting_for(jobcentre_id, source="test"):
    print(json.dumps(list(Counsellor.objects.values_list("pk", flat=True))))
"""
CONNECT = """
from admin_module.models import CalendarConnection
from admin_module.services.calendars import connect
with acting_for(jobcentre_id, source="test"):
    for counsellor, address in {calendars}.items():
        connection = CalendarConnection(
            jobcentre_id=jobcentre_id, counsellor_id=counsellor, address=address, user_name="{name}"
        )
        connect(connection=connection, password="{password}")
"""
TRUTH = """
from admin_module.models import CalendarConnection
from booking.models import AppointmentCounsellor, Summons
from booking.states import SummonsStatus
from planner.inbox.models import Received
from planner.outbox.models import Message
from planner.outbox.states import OPEN
with acting_for(jobcentre_id, source="test"):
    sent = Summons.objects.filter(status=SummonsStatus.SENT, citizen__family_name__startswith="{family}")
    rows = list(sent.values_list("pk", "origin", "appointment__start_at"))
    ours = AppointmentCounsellor.objects.exclude(appointment__origin="case_system")
    called = ours.filter(appointment__summonses__status=SummonsStatus.SENT)
    held = called.values_list("counsellor", "appointment__start_at").distinct()
    waiting = list(Message.objects.filter(state__in=OPEN).values_list("receiver", "state", "error_text"))
    waiting += list(Received.objects.filter(handled_at=None).values_list("entity", "attempts", "error_text"))
    waiting += list(CalendarConnection.objects.filter(busy_read_at=None).values_list("counsellor", "last_error"))
    told = dict(
        waiting=waiting,
        starts={{str(pk): at.isoformat() for pk, _origin, at in rows}},
        pushed=sum(origin == "case_system" for _pk, origin, _at in rows),
        held=[(counsellor, at.isoformat()) for counsellor, at in held],
    )
    print(json.dumps(told))
"""


def ask(planner: RunningPlanner, code: str, **words: object) -> Any:
    """What Planner's own database says; nothing is said where nothing is printed."""
    whole = OURS.format(code=FJORDBY) + code.format(**words)
    said = planner.manage("shell", "-v", "0", "-c", whole)
    return json.loads(said) if said.strip() else None


@pytest.fixture(scope="module")
def people(planner: RunningPlanner) -> list[str]:
    """Known to DFDG, not yet to Planner: unemployed for half a year, over thirty."""
    numbers = [make_cpr(number, date(1980 + number % 9, 3, 14)) for number in range(SUMMONED + BOOKED + PUSHED)]
    for place, cpr in enumerate(numbers):
        planner.add_person(_person(cpr, place))
    return numbers


def _person(cpr: str, place: int) -> PersonFacts:
    return PersonFacts(
        cpr=cpr,
        given_name="Borger",
        family_name=f"{FAMILY}{place:03}",
        address="Engvej 7",
        postal_code="7400",
        city="Herning",
        cpr_status_name="Aktiv",
        jobcentre_code=FJORDBY,
        contact_group=Coded(UNEMPLOYED.code, UNEMPLOYED.name),
        unemployed_since=datetime.now(UTC).date() - timedelta(days=180),
    )


@pytest.fixture
def own_channel(planner: RunningPlanner, settings: Any) -> Iterator[None]:
    """This process calls the service as «Min side» does."""
    token = "from django.conf import settings; print(settings.BORGERBOOKING_OWN_TOKEN)"
    settings.BORGERBOOKING_OWN_TOKEN = planner.manage("shell", "-v", "0", "-c", token).strip()
    line = client._http(planner.booking_url)
    yield
    line.close()


@pytest.fixture(scope="module")
def calendars(planner: RunningPlanner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calendars]:
    """Every counsellor's own calendar, connected, at a real Radicale."""
    for radicale in running_radicale(tmp_path_factory.mktemp("radicale")):
        calendars = {pk: radicale.empty_calendar() for pk in ask(planner, COUNSELLORS)}
        addresses = {pk: calendar.address for pk, calendar in calendars.items()}
        ask(planner, CONNECT, calendars=addresses, name=NAME, password=PASSWORD)
        yield calendars


@pytest.mark.requirement("SYNC-01", "SYNC-03", "SYNC-15", "SYNC-17", "SYNC-18", "SYNC-19", "KSS-02")
def test_after_a_day_on_which_dfdg_was_unwell_all_agree(
    karen: Page, planner: RunningPlanner, people: list[str], calendars: Calendars, own_channel: None
) -> None:
    planner.forget()
    planner.fail(kind="status", status=500, operation="write", every=3)
    newcomers = [CitizenAtJobnet(planner.simulator_url, cpr) for cpr in people[SUMMONED : SUMMONED + BOOKED]]
    assert together(lambda place: newcomers[place].offers(), range(BOOKED)) == BOOKED
    at_home = [CitizenAtHome(planner.booking_url, cpr) for cpr in people[SUMMONED : SUMMONED + BOOKED]]
    citizens = [who for pair in zip(newcomers[::2], at_home[1::2], strict=True) for who in pair]
    assert summon(karen, planner, people[:SUMMONED]) == SUMMONED
    assert together(lambda place: citizens[place].book(place), range(BOOKED)) == BOOKED
    moved = together(lambda place: citizens[place].move(place), islice(count(step=3), MOVED))
    assert moved > MOVED * 0.9, "a few may find nothing left to move to"
    assert together(lambda place: citizens[-1 - place].cancel(), range(CANCELLED)) == CANCELLED
    assert together(lambda place: push(planner, people[-1 - place], place), range(PUSHED)) == PUSHED
    truth = wait_until_calm(planner)
    assert (len(truth["starts"]), truth["pushed"]) == (SUMMONED + BOOKED - CANCELLED + PUSHED, PUSHED)
    assert held_by_dfdg(planner) == {pk: instant(start) for pk, start in truth["starts"].items()}
    assert held_in(calendars) == from_tomorrow((pk, instant(start)) for pk, start in truth["held"])


def push(planner: RunningPlanner, cpr: str, place: int) -> bool:
    """Somebody makes a conversation in the case system; DFDG tells Planner."""
    employees = population(timezone.localdate()).counsellors(FJORDBY)
    wanted = {
        "step": "create",
        "cpr": cpr,
        "day": (timezone.localdate() + timedelta(days=21 + place)).isoformat(),
        "clock": f"{8 + place % 7:02}:10",
        "employee": employees[place % len(employees)].identifier,
    }
    answer = httpx2.post(f"{planner.simulator_url}/case-system", data=wanted, timeout=60, trust_env=False)
    return "Samtalen er oprettet" in answer.text


def held_by_dfdg(planner: RunningPlanner) -> dict[str, datetime]:
    return {one["summons_id"]: instant(one["body"][Field.STARTS_AT]) for one in planner.sent()}


def held_in(calendars: Calendars) -> Counter[tuple[int, datetime]]:
    """Whose calendar has an entry from when, also of what was held before the calendar was connected."""
    return from_tomorrow((pk, instant(event["DTSTART"])) for pk, own in calendars.items() for event in own.events())


def from_tomorrow(held: Iterable[tuple[int, datetime]]) -> Counter[tuple[int, datetime]]:
    """What begins today may have begun before the calendars were connected."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return Counter((pk, start) for pk, start in held if timezone.localdate(start) >= tomorrow)


def summon(page: Page, planner: RunningPlanner, numbers: list[str]) -> int:
    """A pasted list, three steps, all of it."""
    earliest, due = (timezone.localdate() + timedelta(weeks=weeks) for weeks in (5, 16))
    begin(page, planner, "Jobsamtale, dagpenge (45 min.)")
    page.locator("#id_earliest_on").fill(f"{earliest:%d.%m.%Y}")
    on_to_citizens(page)
    page.locator("#id_table").fill("\n".join(("Personnr.\tFrist", *(f"{cpr}\t{due:%d.%m.%Y}" for cpr in numbers))))
    page.get_by_role("button", name="Generer tabel").click()
    expect(page.get_by_role("button", name=f"Videre til trin 3 ({SUMMONED})")).to_be_enabled(timeout=PATIENCE)
    on_to_plan(page)
    return send(page)


def together(act: Callable[[int], object], places: Iterable[int]) -> int:
    """Some at a time; how many of them did."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(bool(done) for done in threads.map(act, places))


def instant(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)


def wait_until_calm(planner: RunningPlanner) -> dict[str, Any]:
    """What Planner holds when nothing waits to be sent."""
    until = time.monotonic() + CALM_WITHIN
    while True:
        told: dict[str, Any] = ask(planner, TRUTH, family=FAMILY)
        if not told["waiting"]:
            return told
        assert time.monotonic() < until, told["waiting"][:20]
        time.sleep(2)


class CitizenAtHome:
    """A citizen on «Min side»: the client that its pages use, over HTTP."""

    def __init__(self, booking_url: str, cpr: str) -> None:
        self._service = Service(base_url=booking_url, cpr=cpr, code=FJORDBY)

    def offers(self) -> list[wire.Offer]:
        with suppress(ServiceFault):
            return self._service.offers(self._service.bookings().citizen)
        return []

    def book(self, place: int) -> bool:
        for offer in self.offers():
            if (time_slot := self._slot(offer.offer_id, place)) is None:
                continue
            asked = made(wire.BookingRequest, offer_id=offer.offer_id, starts_at=time_slot, contact_mode=1)
            with suppress(ServiceFault):
                return bool(self._service.book(uuid4(), asked))
        return False

    def move(self, place: int) -> bool:
        with suppress(ServiceFault):
            for booking in self._service.bookings().bookings:
                if slot := self._slot(booking.booking_id, place, booking.booking_id):
                    return bool(self._service.rebook(booking.booking_id, made(wire.RebookingRequest, starts_at=slot)))
        return False

    def cancel(self) -> bool:
        with suppress(ServiceFault):
            for booking in self._service.bookings().bookings:
                self._service.cancel(booking.booking_id, made(wire.CancellationRequest, reason="Syg"))
                return True
        return False

    def _slot(self, offer_id: UUID, place: int, booking_id: UUID | None = None) -> datetime | None:
        now = datetime.now(UTC)
        asked = made(wire.TimesRequest, first_at=now, last_at=now + timedelta(weeks=6), booking_id=booking_id)
        slots = self._service.times(offer_id, asked).collection.timeslots
        return slots[place % len(slots)].starts_at if slots else None
