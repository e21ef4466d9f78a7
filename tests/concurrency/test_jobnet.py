"""Many citizens book through BorgerBookingService at once: real processes, real HTTP; and twins without protection."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from functools import partial
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection

from admin_module.models import ConversationType, MeetingForm, SeatsBy
from booking.models import Appointment, Citizen, Claim, OnlineOffer, ReportedFault, Summons
from booking.states import SummonsStatus
from planner.accounts.tenancy import acting_for
from tests import factories
from tests.booking.jobnet.service import Answer, Service, all_at_once, running
from tests.factories import COPENHAGEN, World, make_appointment, make_citizen, make_counsellor, make_cpr, make_offer

WORKERS = 4
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def service(django_db_setup: None) -> Iterator[Service]:
    with running(workers=WORKERS) as found:
        yield found


@pytest.fixture(scope="module")
def unlocked(django_db_setup: None) -> Iterator[Service]:
    """The same where nobody locks anything, and everybody thinks before they write (±)."""
    with running(workers=WORKERS, without="locks") as found:
        yield found


@pytest.fixture
def world(transactional_db: None) -> World:
    return factories.make_nordby()


def judged(figure: str, value: float, unit: str, limit: float) -> None:
    """A line for the report; what a busy machine makes slow is no fault."""
    print(f"{figure} {value:.2f} {unit} (limit {limit:g}) {'ok' if value <= limit else 'short'}")


def people(world: World, count: int) -> list[tuple[Citizen, str]]:
    """Citizens and their numbers."""
    numbers = [make_cpr(7000 + place) for place in range(count)]
    with acting_for(world.jobcentre.pk, source="test"):
        return [(make_citizen(world.jobcentre, cpr=cpr), cpr) for cpr in numbers]


def offer_of(world: World, counsellors: int) -> OnlineOffer:
    """Of so many counsellors, each free on the full hours of every working day."""
    with acting_for(world.jobcentre.pk, source="test"):
        staff = [make_counsellor(world.team, f"Vejleder Nummer{place}") for place in range(counsellors)]
        return make_offer(world.team, *staff, now=NOW - timedelta(days=1))


def patient(ask: Callable[[], Answer]) -> Callable[[], Answer]:
    """Who is told that the calendar is busy asks again, as they are asked to; three times."""

    def again(left: int = 3) -> Answer:
        answer = ask()
        return again(left - 1) if left and (answer.status, answer.codes) == (409, [99000]) else answer

    return again


def booked(answers: list[Answer]) -> int:
    assert Counter(answer.status for answer in answers).keys() <= {201, 409}
    assert all(answer.codes == [4770] for answer in answers if answer.status == 409)
    return sum(answer.status == 201 for answer in answers)


def overlaps(world: World) -> int:
    """Pairs of claims that take the same counsellor or citizen at the same time."""
    with acting_for(world.jobcentre.pk, source="test"):
        rows = list(Claim.objects.values_list("counsellor_id", "citizen_id", "during").order_by("pk"))
    return sum(
        one[:2] == other[:2] and one[2].lower < other[2].upper and other[2].lower < one[2].upper
        for place, one in enumerate(rows)
        for other in rows[:place]
    )


@pytest.mark.requirement("CONC-01", "SELF-06")
@pytest.mark.parametrize(("citizens", "times"), [(30, 3), pytest.param(200, 20, marks=pytest.mark.deep)])
def test_each_time_is_booked_by_one_and_the_others_are_told_at_once(
    service: Service, world: World, citizens: int, times: int
) -> None:
    offer, crowd = offer_of(world, 1), people(world, citizens + 1)
    *_seen, shown = all_at_once([partial(service.starts, cpr, offer) for _citizen, cpr in crowd])
    wanted = shown[:times]
    tasks = [
        patient(partial(service.book, cpr, offer, wanted[place % times]))
        for place, (_citizen, cpr) in enumerate(crowd[:-1])
    ]
    answers = all_at_once(tasks)
    assert booked(answers) == times
    assert overlaps(world) == 0
    assert not set(service.starts(crowd[-1][1], offer)) & set(wanted)
    slowest = max(answer.seconds for answer in answers)
    judged(f"CONC-01 {citizens} citizens, {times} times, {WORKERS} workers: slowest answer", slowest, "s", 1)
    refused = pytest.raises(IntegrityError, match="counsellor_in_one_place")
    with refused, acting_for(world.jobcentre.pk, source="test"), connection.cursor() as cursor:
        cursor.execute(AGAIN)


AGAIN = """
INSERT INTO booking_claim (jobcentre_id, appointment_id, counsellor_id, day, start_tick, during, ticks, firm)
SELECT jobcentre_id, appointment_id, counsellor_id, day, start_tick, during, ticks, firm
FROM booking_claim WHERE counsellor_id IS NOT NULL LIMIT 1
"""


@pytest.mark.deep
@pytest.mark.requirement("CONC-01", "CONC-03")
def test_without_locks_and_constraint_a_time_is_had_by_several(
    unlocked: Service, world: World, without_constraints: None
) -> None:
    """The twin of the two: some book that time, the others move to it."""
    offer, crowd = offer_of(world, 1), people(world, 13)
    [wanted, *others] = service_starts(unlocked, crowd[-1][1], offer)
    moving = [(uuid4(), cpr) for _citizen, cpr in crowd[:6]]
    for (pk, cpr), start in zip(moving, others, strict=False):
        assert unlocked.book(cpr, offer, start, pk).status == 201
    tasks = [partial(unlocked.rebook, cpr, pk, datetime.fromisoformat(wanted)) for pk, cpr in moving]
    tasks += [partial(unlocked.book, cpr, offer, wanted) for _citizen, cpr in crowd[6:12]]
    answers = all_at_once(tasks)
    assert sum(answer.status in {200, 201} for answer in answers) > 1
    assert overlaps(world) > 0


def service_starts(service: Service, cpr: str, offer: OnlineOffer) -> list[str]:
    """Those that can also be left again: not before the day after tomorrow."""
    found = service.starts(cpr, offer)
    return [one for one in found if datetime.fromisoformat(one) > NOW + timedelta(days=3)]


@pytest.mark.requirement("CONC-02", "OFFER-09")
@pytest.mark.parametrize(
    ("citizens", "counsellors", "times"), [(24, 3, 2), pytest.param(200, 4, 5, marks=pytest.mark.deep)]
)
def test_of_several_counsellors_each_free_hour_is_given_once(
    service: Service, world: World, citizens: int, counsellors: int, times: int
) -> None:
    offer, crowd = offer_of(world, counsellors), people(world, citizens)
    wanted = service.starts(crowd[0][1], offer)[:times]
    tasks = [
        patient(partial(service.book, cpr, offer, wanted[place % times])) for place, (_citizen, cpr) in enumerate(crowd)
    ]
    assert booked(all_at_once(tasks)) == counsellors * times
    assert overlaps(world) == 0
    print(f"CONC-02 {citizens} ask, {counsellors * times} times: {counsellors * times} booked, 0 overlaps (limit 0) ok")


@pytest.mark.deep
@pytest.mark.requirement("CONC-02")
def test_chosen_without_the_lock_the_same_counsellor_is_chosen_by_many(unlocked: Service, world: World) -> None:
    offer, crowd = offer_of(world, 8), people(world, 24)
    wanted = unlocked.starts(crowd[0][1], offer)[0]
    answers = all_at_once([partial(unlocked.book, cpr, offer, wanted) for _citizen, cpr in crowd])
    assert sum(answer.status == 201 for answer in answers) < 8
    assert overlaps(world) == 0


@pytest.mark.requirement("CONC-03", "SELF-05")
@pytest.mark.parametrize(("citizens", "moves"), [(6, 4), pytest.param(40, 50, marks=pytest.mark.deep)])
def test_a_storm_of_moves_has_no_deadlock_and_no_overlap(
    service: Service, world: World, citizens: int, moves: int
) -> None:
    """Over four counsellors; as many at a time as there are workers."""
    offer, crowd = offer_of(world, 4), people(world, citizens)
    starts = service_starts(service, crowd[0][1], offer)[:16]
    ids = [uuid4() for _person in crowd]
    for place, (_citizen, cpr) in enumerate(crowd):
        assert service.book(cpr, offer, starts[place % 16], ids[place]).status == 201
    tasks = [
        patient(partial(service.rebook, cpr, ids[n], datetime.fromisoformat(starts[(n * 7 + m * 5 + 3) % 16])))
        for m in range(moves)
        for n, (_citizen, cpr) in enumerate(crowd)
    ]
    with ThreadPoolExecutor(WORKERS) as threads:
        answers = list(threads.map(lambda task: task(), tasks))
    assert {answer.status for answer in answers} <= {200, 409}
    assert all(answer.codes == [4770] for answer in answers if answer.status == 409)
    assert overlaps(world) == 0
    with acting_for(world.jobcentre.pk, source="test"):
        assert set(Summons.objects.values_list("pk", "status")) == {(pk, SummonsStatus.SENT) for pk in ids}
        assert Claim.objects.count() == 2 * citizens
    within = quantiles([answer.seconds for answer in answers], n=100)[98] * 1000
    judged(f"CONC-03 {citizens} citizens × {moves} moves, {WORKERS} workers: 99 % within", within, "ms", 250)


@pytest.mark.requirement("CONC-06")
@pytest.mark.parametrize(
    ("citizens", "calling", "rebooking"), [(16, 4, 1), pytest.param(100, 20, 3, marks=pytest.mark.deep)]
)
def test_a_joint_meeting_takes_as_many_as_it_has_seats(
    service: Service, world: World, citizens: int, calling: int, rebooking: int
) -> None:
    crowd = people(world, citizens)
    here, there = joint(world, weeks=2), joint(world, weeks=3, calling=calling, rebooking=rebooking)
    summonses = seated(world, here, crowd)
    tasks = [patient(partial(service.rebook, cpr, summonses[citizen.pk], there.start_at)) for citizen, cpr in crowd]
    answers = all_at_once(tasks)
    assert {answer.status for answer in answers} <= {200, 409}
    with acting_for(world.jobcentre.pk, source="test"):
        assert Summons.objects.filter(appointment=there).count() == calling + rebooking
        assert Summons.objects.filter(appointment=here).count() == citizens - calling - rebooking
    assert sum(answer.status == 200 for answer in answers) == calling + rebooking
    print(f"CONC-06 {calling} + {rebooking} seats, {citizens} at once: {calling + rebooking} had one (limit 0 more) ok")


@pytest.mark.deep
@pytest.mark.requirement("CONC-06")
def test_without_locks_more_come_to_a_joint_meeting_than_it_seats(unlocked: Service, world: World) -> None:
    crowd = people(world, 16)
    here, there = joint(world, weeks=2), joint(world, weeks=3, calling=4, rebooking=1)
    summonses = seated(world, here, crowd)
    all_at_once([partial(unlocked.rebook, cpr, summonses[citizen.pk], there.start_at) for citizen, cpr in crowd])
    with acting_for(world.jobcentre.pk, source="test"):
        assert Summons.objects.filter(appointment=there).count() > 5


def joint(world: World, *, weeks: int, calling: int = 500, rebooking: int = 0) -> Appointment:
    """On a Wednesday some weeks from now."""
    today = NOW.astimezone(COPENHAGEN).date()
    day = today + timedelta(days=2 - today.weekday(), weeks=weeks)
    with acting_for(world.jobcentre.pk, source="test"):
        return make_appointment(
            world.anna,
            world.team,
            day=day,
            clock="10:00",
            now=NOW,
            form=MeetingForm.JOINT,
            type_id=ConversationType.JOB_CONVERSATION,
            seats_by=SeatsBy.NUMBER,
            seats_calling=calling,
            seats_rebooking=rebooking,
            rebooking_allowed=True,
        )


def seated(world: World, meeting: Appointment, crowd: list[tuple[Citizen, str]]) -> dict[UUID, UUID]:
    """Everybody's summons to that meeting, by citizen."""
    with acting_for(world.jobcentre.pk, source="test"):
        made = [
            factories.make_summons(
                citizen,
                world.anna,
                world.team,
                appointment=meeting,
                now=NOW,
                day=meeting.day,
                rebook_to=meeting.day + timedelta(weeks=8),
            )
            for citizen, _cpr in crowd
        ]
    return {summons.citizen_id: summons.pk for summons in made}


@pytest.mark.requirement("CONC-10", "SYNC-15")
def test_a_caller_whose_answer_was_lost_repeats_the_call_and_changes_nothing(service: Service, world: World) -> None:
    offer, [(_citizen, cpr)] = offer_of(world, 2), people(world, 1)
    first, second = service.starts(cpr, offer)[:2]
    booking_id = uuid4()
    place, body = f"/Booking/{booking_id}", {"moedetilbudId": str(offer.pk), "samtaleformType": 1}
    fault = {"fejlkode": 3, "fejlOphav": 32, "fejlTidspunkt": first, "indkaldelseId": str(booking_id)}
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{place}/action/reserver", body | {"starttidspunkt": first}),
        ("POST", place, body | {"starttidspunkt": first}),
        ("PUT", place, {"starttidspunkt": second}),
        ("POST", f"{place}/action/accepter", {}),
        ("POST", "/Fejlmelding", fault),
        ("POST", f"{place}/action/aflys", {"aarsag": "Ferie"}),
    ]
    for verb, path, said in steps:
        once = service.ask(verb, path, cpr, said)
        before = state(world)
        again = service.ask(verb, path, cpr, said)
        assert once.status in {200, 201, 204}, (path, once)
        assert again.status in {200, 204}, (path, again)
        assert "reserver" in path or again.body == once.body, path  # a reservation is renewed
        assert state(world) == before, path


@pytest.mark.deep
@pytest.mark.requirement("CONC-10")
def test_where_a_repeat_is_not_recognised_it_moves_the_booking_anew(world: World) -> None:
    offer, [(_citizen, cpr)] = offer_of(world, 2), people(world, 1)
    with running(workers=1, without="repeats") as forgetful:
        first, second = service_starts(forgetful, cpr, offer)[:2]
        booking_id = uuid4()
        assert forgetful.book(cpr, offer, first, booking_id).status == 201
        assert forgetful.rebook(cpr, booking_id, datetime.fromisoformat(second)).status == 200
        before = state(world)
        forgetful.rebook(cpr, booking_id, datetime.fromisoformat(second))
        assert state(world) != before


def state(world: World) -> tuple[object, ...]:
    """All that a repeat could double."""
    with acting_for(world.jobcentre.pk, source="test"):
        return (
            list(Summons.objects.values_list("pk", "status", "appointment__start_at", "version", "accepted_at")),
            sorted(Claim.objects.values_list("counsellor_id", "citizen_id", "day", "start_tick"), key=str),
            ReportedFault.objects.count(),
            Appointment.objects.count(),
        )


@pytest.mark.requirement("CONC-10", "FAULT-01")
def test_a_caller_who_hangs_up_before_the_answer_has_booked_once(service: Service, world: World) -> None:
    offer, [(_citizen, cpr)] = offer_of(world, 1), people(world, 1)
    start, booking_id = service.starts(cpr, offer)[0], uuid4()
    hang_up(service, cpr, f"/v1/BorgerBooking/Booking/{booking_id}", offer, start)
    answers = [service.book(cpr, offer, start, booking_id) for _ in range(3)]
    assert {answer.status for answer in answers} <= {200, 201}
    with acting_for(world.jobcentre.pk, source="test"):
        assert Summons.objects.get().status == SummonsStatus.SENT


def hang_up(service: Service, cpr: str, path: str, offer: OnlineOffer, start: str) -> None:
    """The call is sent, and the line broken at once."""
    body = f'{{"moedetilbudId": "{offer.pk}", "starttidspunkt": "{start}", "samtaleformType": 1}}'
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {service.token}\r\n"
        f"x-civilregistrationIdentifier: {cpr}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    where = urlsplit(service.url)
    with socket.create_connection((where.hostname or "", where.port or 0)) as line:
        line.sendall((head + body).encode())


@pytest.mark.deep
@pytest.mark.requirement("SYNC-15", "SPEED-03")
def test_ninety_five_of_a_hundred_answers_come_within_fifty_milliseconds(service: Service, world: World) -> None:
    """A team of 50 counsellors and four weeks; one caller, so that it is the answer that is measured."""
    offer, crowd = offer_of(world, 50), people(world, 200)
    starts = service.starts(crowd[0][1], offer)
    for place, (_citizen, cpr) in enumerate(crowd):
        service.book(cpr, offer, starts[place % len(starts)])
    [(_citizen, cpr)] = [people_at(world, 9999)]
    now = datetime.combine(datetime.now(COPENHAGEN).date(), time(8), tzinfo=COPENHAGEN)
    times = {"intervalStart": now.isoformat(), "intervalSlut": (now + timedelta(weeks=4)).isoformat()}
    chosen = {"starttidspunkt": service.starts(cpr, offer)[0], "samtaleformType": 1}
    calls: dict[str, tuple[str, str, dict[str, Any]]] = {
        "times": ("POST", f"/Moedetilbud/{offer.pk}/Moedetider", times),
        "details": ("POST", f"/Moedetilbud/{offer.pk}/Detaljer", chosen | {"indkaldelseId": str(uuid4())}),
        "offers": ("POST", "/Moedetilbud", {"jobcenterKode": "10300", "kontaktgruppeType": 1}),
    }
    for name, (verb, path, body) in calls.items():
        taken = sorted(service.ask(verb, path, cpr, body).seconds * 1000 for _ in range(100))
        print(f"SYNC-15 {name}: 50 counsellors, 4 weeks: median {taken[50]:.0f} ms, 95 % within {taken[95]:.0f} ms")
        if name == "times":
            assert taken[95] < 50


def people_at(world: World, number: int) -> tuple[Citizen, str]:
    cpr = make_cpr(number)
    with acting_for(world.jobcentre.pk, source="test"):
        return make_citizen(world.jobcentre, cpr=cpr), cpr
