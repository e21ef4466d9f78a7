"""The simulator's case system and what it pushes: from its page to Planner's calendar, told twice and in disorder."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest

from booking.models import Appointment, BookingDeadline, Citizen, Summons
from booking.states import SummonsStatus
from planner.dfdg.messages import Coded, Employee, PersonFacts
from planner.dfdg.simulator.exchange import FORM, Request
from planner.dfdg.simulator.server import Simulator
from planner.inbox.models import Received
from tests.factories import MONDAY, NOW, World, at
from tests.inbox.pushing import CODE, CPR, Pusher

pytestmark = pytest.mark.requirement("SYNC-17")


class Clock:
    def __init__(self) -> None:
        self.now = NOW.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Webhook:
    """Where the simulator's messages go; away when told to be."""

    def __init__(self, dfdg: Pusher) -> None:
        self.dfdg, self.away, self.heard = dfdg, False, 0

    def __call__(self, headers: Mapping[str, str], body: dict[str, object]) -> int:
        self.heard += 1
        return 0 if self.away else int(self.dfdg.push(body, **headers).status_code)


@pytest.fixture
def webhook(dfdg: Pusher) -> Webhook:
    return Webhook(dfdg)


@pytest.fixture
def platform(webhook: Webhook, clock: Clock, nord: World) -> Iterator[Simulator]:
    simulator = Simulator(clock=clock, pushes=webhook)
    person = PersonFacts(cpr=CPR, given_name="Peter", family_name="Krogh", jobcentre_code=CODE)
    simulator.directory.add_person(person)
    anna = nord.anna
    employee = Employee(
        identifier=anna.employee_id, id_kind="UUID", given_name="Anna", family_name="Agger", jobcentre_code=CODE
    )
    simulator.directory.add_employee(employee)
    assert simulator.pusher is not None
    simulator.pusher._chance = random.Random(8)  # noqa: S311 - an order, no secret
    yield simulator
    simulator.store.close()


def deliver(platform: Simulator) -> int:
    assert platform.pusher is not None
    return platform.pusher.deliver()


def posted(platform: Simulator, **form: object) -> str:
    """The page after a form of it was sent."""
    body = urlencode({"cpr": CPR, **form}).encode()
    request = Request("POST", "/case-system", headers={"content-type": FORM}, body=body)
    answer = platform.answer(request)
    assert answer.status == 200
    return answer.body.decode()


@pytest.mark.requirement("KSS-02")
def test_the_page_of_the_case_system_makes_moves_and_cancels(
    platform: Simulator, dfdg: Pusher, nord: World, peter: Citizen
) -> None:
    day = MONDAY.isoformat()
    page = posted(platform, step="create", day=day, clock="10:00", employee=nord.anna.employee_id, title="Opfølgning")
    assert "Samtalen er oprettet" in page
    assert f'<option value="{nord.anna.employee_id}">Anna Agger</option>' in page
    assert CPR not in page.replace(f'value="{CPR}"', "")
    assert (deliver(platform), dfdg.drain()) == (1, 1)
    meeting = Appointment.objects.get()
    assert (meeting.title, meeting.start_at, list(meeting.counsellors.all())) == (
        "Opfølgning",
        at(MONDAY, "10:00"),
        [nord.anna],
    )
    summons = Summons.objects.get()
    posted(platform, step="move", summons_id=summons.pk, day=day, clock="13:30")
    deliver(platform)
    dfdg.drain()
    meeting.refresh_from_db()
    assert meeting.start_at == at(MONDAY, "13:30")
    posted(platform, step="cancel", summons_id=summons.pk)
    deliver(platform)
    dfdg.drain()
    summons.refresh_from_db()
    assert summons.status == SummonsStatus.CANCELLED


def test_the_page_sets_a_deadline_and_a_contact_group(platform: Simulator, dfdg: Pusher, peter: Citizen) -> None:
    Citizen.objects.update(fetched_at=NOW - timedelta(days=1))
    posted(platform, step="deadline", book_by="2026-12-01", hold_by="2026-12-15")
    page = posted(platform, step="group", group="2", starts_on="2026-11-20")
    assert "Kontaktgruppen er skiftet" in page
    deliver(platform)
    dfdg.drain()
    peter.refresh_from_db()
    assert peter.contact_group_id == 2
    assert BookingDeadline.objects.get().hold_by == date(2026, 12, 15)


def test_what_cannot_be_done_is_said(platform: Simulator) -> None:
    assert "Det kan ikke lade sig gøre" in posted(platform, step="cancel", summons_id=UUID(int=1))
    assert "kender ikke personnummeret" in posted(platform, cpr="0101014242")


def test_while_planner_is_away_a_citizens_messages_wait_in_order_with_growing_pauses(
    platform: Simulator, webhook: Webhook, clock: Clock, peter: Citizen
) -> None:
    summons_id = platform.case_system.create(CPR, starts_at=at(MONDAY, "10:00"))
    platform.case_system.move(summons_id, starts_at=at(MONDAY, "11:00"))
    webhook.away = True
    pauses = []
    for attempt in range(1, 6):
        assert (deliver(platform), webhook.heard) == (0, attempt)
        pauses.append((platform.store.unpushed()[0].not_before - clock.now).total_seconds())
        clock.now += timedelta(seconds=pauses[-1])
    assert pauses == [1, 3, 7, 15, 31]
    webhook.away = False
    assert [deliver(platform) for _time in range(3)] == [1, 1, 0]
    assert [one.attempts for one in platform.store.pushes()] == [6, 1]


def test_told_three_times_and_shuffled_it_ends_as_in_order(
    platform: Simulator, webhook: Webhook, dfdg: Pusher, peter: Citizen
) -> None:
    assert platform.pusher is not None
    platform.pusher.manners.times, platform.pusher.manners.shuffled = 3, True
    summons_id = platform.case_system.create(CPR, starts_at=at(MONDAY, "10:00"))
    for hour in range(11, 15):
        platform.case_system.move(summons_id, starts_at=at(MONDAY, f"{hour}:00"))
    assert (deliver(platform), webhook.heard, Received.objects.count()) == (5, 15, 5)
    dfdg.drain()
    assert Appointment.objects.get().start_at == at(MONDAY, "14:00")


def test_messages_can_be_held_back(platform: Simulator) -> None:
    platform.case_system.create(CPR, starts_at=at(MONDAY, "10:00"))
    assert "Gemt." in posted(platform, step="manners", times=1, held="on")
    assert deliver(platform) == 0
    posted(platform, step="manners", times=1)
    assert deliver(platform) == 1


def test_without_a_planner_nothing_is_written_down_to_be_pushed(clock: Clock) -> None:
    simulator = Simulator(clock=clock)
    simulator.directory.add_person(PersonFacts(cpr=CPR, given_name="P", family_name="K", jobcentre_code=CODE))
    simulator.case_system.create(CPR, starts_at=at(MONDAY, "10:00"))
    assert simulator.store.pushes() == []
    simulator.directory.add_person(
        PersonFacts(cpr=CPR, given_name="P", family_name="K", jobcentre_code=CODE, contact_group=Coded(1, "Dagpenge"))
    )
    assert b"kender ingen Planner" in simulator.answer(Request("GET", "/case-system")).body
    simulator.store.close()
