"""Citizens who book, hold and rebook at once: each time goes to one of them, and the others are told (±)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from statistics import quantiles
from time import perf_counter, sleep
from uuid import uuid4

import pytest
from django.db.models import Count

from admin_module.models import MeetingForm
from booking.models import Appointment, Citizen, Claim, Hold, OnlineOffer, Origin, Summons
from booking.services import holding, self_booking, sending
from booking.services.holding import Picked, Wish
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from planner.outbox.models import Message
from planner.ui.refusal import Refusal
from tests.booking.offers import FRIDAY, book, choice, rebook, reserve, times
from tests.booking.stories import keep, meeting
from tests.concurrency.crowd import at_once, crowd, faults, overlaps, refused
from tests.concurrency.test_booking import counsellors, sizes
from tests.factories import MONDAY, NOW, World, make_offer, make_run

HOURS = ("08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00")
DAYS = (MONDAY, FRIDAY)


@pytest.fixture(autouse=True)
def thoughtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody thinks for a moment between finding a time and writing it down."""
    look = holding.pick

    def think(wish: Wish) -> Picked:
        found = look(wish)
        sleep(0.01)
        return found

    for place in (holding, self_booking):
        monkeypatch.setattr(place, "pick", think)


def offer_of(world: World, count: int, **details: object) -> OnlineOffer:
    staff = counsellors(world, count)
    with acting_for(world.jobcentre.pk, source="test"):
        return make_offer(world.team, *staff, **details)  # type: ignore[arg-type]


def rush(world: World, asking: int, free: int) -> tuple[OnlineOffer, list[Citizen], list[Callable[[], Summons]]]:
    """Everybody asks for one of a few times of two counsellors, by name."""
    offer, citizens = offer_of(world, 2), crowd(world, asking)
    with acting_for(world.jobcentre.pk, source="test"):
        people = [one.pk for one in offer.counsellors.all()]
    wanted = [choice(clock, day=day, counsellor_id=pk) for day in DAYS for clock in HOURS for pk in people][:free]
    tasks: list[Callable[[], Summons]] = [
        partial(book, offer, one, wanted[number % free]) for number, one in enumerate(citizens)
    ]
    return offer, citizens, tasks


def booked(outcomes: Sequence[object]) -> int:
    return sum(isinstance(one, Summons) for one in outcomes)


@pytest.mark.requirement("CONC-01", "SELF-06")
@sizes((32, 6), (200, 20))
def test_as_many_as_there_are_times_book_and_the_rest_are_told_and_see_fresh_times(
    world: World, size: tuple[int, int]
) -> None:
    offer, citizens, tasks = rush(world, *size)
    outcomes = at_once(world, tasks)
    assert (booked(outcomes), refused(outcomes), faults(outcomes), overlaps(world)) == (size[1], {"taken"}, [], 0)
    late = next(one for one, outcome in zip(citizens, outcomes, strict=True) if isinstance(outcome, Refusal))
    with acting_for(world.jobcentre.pk, source="test"):
        fresh = times(offer, late).starts
        assert sum(len(one.counsellor_ids) for one in fresh if one.day in DAYS) == 32 - size[1]


@pytest.mark.deep
@pytest.mark.requirement("CONC-01", "TIME-08")
def test_without_locks_the_constraint_alone_still_gives_each_time_once(world: World, without_locks: None) -> None:
    outcomes = at_once(world, rush(world, 32, 6)[2])
    assert (booked(outcomes), refused(outcomes), overlaps(world)) == (6, {"taken"}, 0)


@pytest.mark.requirement("CONC-01")
def test_without_locks_and_constraint_times_are_given_twice(
    world: World, without_locks: None, without_constraints: None
) -> None:
    assert booked(at_once(world, rush(world, 32, 6)[2])) > 6
    assert overlaps(world) > 0


@pytest.mark.requirement("CONC-02", "OFFER-09")
@sizes((24, 8), (200, 20))
def test_any_counsellor_is_chosen_under_the_lock_so_that_every_free_one_is_had(
    world: World, size: tuple[int, int]
) -> None:
    offer, citizens = offer_of(world, size[1]), crowd(world, size[0])
    outcomes = at_once(world, [partial(book, offer, one, choice("09:00")) for one in citizens])
    assert (booked(outcomes), refused(outcomes), faults(outcomes), overlaps(world)) == (size[1], {"taken"}, [], 0)


@pytest.mark.requirement("CONC-02")
def test_any_counsellor_chosen_before_the_lock_leaves_free_ones_over(world: World) -> None:
    """The twin: each is given a counsellor first, who is the same for many."""
    offer, citizens = offer_of(world, 8), crowd(world, 16)

    def chosen_before(citizen: Citizen) -> Summons:
        common = {"citizen": citizen, "offer": offer, "origin": Origin.JOBNET, "settings": Settings.objects.get()}
        intent = holding.choose(booking_id=uuid4(), moves=None, choice=choice("09:00"), now=NOW, **common)  # type: ignore[arg-type]
        return book(offer, citizen, choice("09:00"), booking_id=intent.pk)

    assert booked(at_once(world, [partial(chosen_before, one) for one in citizens])) < 8


@pytest.mark.requirement("SYNC-16", "SELF-08", "CONC-01")
@pytest.mark.parametrize("clocks", [("09:00",), ("09:00", "09:15", "09:30", "09:45")])
def test_of_many_who_reserve_equal_or_overlapping_starts_one_has_it(world: World, clocks: tuple[str, ...]) -> None:
    offer, citizens = offer_of(world, 1, interval=15), crowd(world, 16)
    tasks = [partial(reserve, offer, one, choice(clocks[place % len(clocks)])) for place, one in enumerate(citizens)]
    outcomes = at_once(world, tasks)
    assert [sum(isinstance(one, Hold) for one in outcomes), refused(outcomes), faults(outcomes)] == [1, {"taken"}, []]


@pytest.mark.requirement("CONC-03", "SELF-05")
@sizes((6, 4), (40, 50))
def test_a_storm_of_rebookings_has_no_deadlock_and_no_overlap(world: World, size: tuple[int, int]) -> None:
    """As wide as four web workers."""
    count, moves = size
    offer, citizens, took = offer_of(world, 4), crowd(world, count), []
    starts = [choice(clock, day=day) for day in DAYS for clock in HOURS]
    first = at_once(world, [partial(book, offer, one, starts[n % 16]) for n, one in enumerate(citizens)])
    summonses = [one for one in first if isinstance(one, Summons)]
    assert len(summonses) == count

    def timed(summons: Summons, place: int) -> Summons:
        begun = perf_counter()
        try:
            return rebook(summons, starts[place % 16])
        finally:
            took.append(perf_counter() - begun)

    tasks = [partial(timed, one, n * 7 + m * 5 + 3) for m in range(moves) for n, one in enumerate(summonses)]
    outcomes = at_once(world, tasks, width=4)
    assert (faults(outcomes), overlaps(world), refused(outcomes) - {"taken"}) == ([], 0, set())
    with acting_for(world.jobcentre.pk, source="test"):
        assert Summons.objects.filter(status="sent").count() == Appointment.objects.filter(cancelled_at=None).count()
        assert Claim.objects.count() == 2 * count
    if moves == 50:
        assert quantiles(took, n=100)[98] < 0.25


def seats(world: World, asking: int, calling: int, rebooking: int) -> tuple[Appointment, list[Callable[[], Summons]]]:
    """Everybody, each with a meeting of their own, wants the seats of one."""
    staff, citizens = counsellors(world, asking + 1), crowd(world, asking)
    with acting_for(world.jobcentre.pk, actor=world.bo.pk, source="test"):
        run = make_run(world.bo, world.team, world.anna, form=MeetingForm.JOINT, seats_by="number", seats_calling=1)
        own = [
            keep(world, meeting(one, who, clock="09:00"), details=run).summonses[0]
            for one, who in zip(citizens, staff, strict=False)
        ]
        run.seats_calling, run.seats_rebooking = calling + 1, rebooking
        [host] = keep(world, meeting(crowd(world, 1)[0], staff[-1], clock="13:00"), details=run).summonses
        sent = sending.send(summonses=[*own, host], by=world.bo, now=NOW).summonses
    return sent[-1].appointment, [partial(rebook, one, choice("13:00")) for one in sent[:-1]]


def participants(world: World, there: Appointment) -> int:
    with acting_for(world.jobcentre.pk, source="test"):
        counted = Appointment.objects.annotate(count=Count("summonses")).get(pk=there.pk)
    return int(counted.count) - 1


@pytest.mark.requirement("CONC-06", "VARI-04")
@sizes((12, 3, 1), (100, 20, 3))
def test_the_seats_of_a_joint_meeting_go_to_as_many_as_there_are(world: World, size: tuple[int, int, int]) -> None:
    there, tasks = seats(world, *size)
    outcomes = at_once(world, tasks)
    assert (faults(outcomes), refused(outcomes)) == ([], {"taken"})
    assert participants(world, there) == size[1] + size[2]


@pytest.mark.requirement("CONC-06")
def test_without_locks_more_rebook_to_a_joint_meeting_than_it_seats(world: World, without_locks: None) -> None:
    there, tasks = seats(world, 12, 3, 1)
    at_once(world, tasks)
    assert participants(world, there) > 4


@pytest.mark.requirement("CONC-10")
def test_the_same_call_many_times_at_once_changes_nothing_more(world: World) -> None:
    offer, [citizen], booking_id = offer_of(world, 3), crowd(world, 1), uuid4()
    holds = at_once(world, [partial(reserve, offer, citizen, choice("09:00"), booking_id=booking_id)] * 6)
    assert {one.pk for one in holds if isinstance(one, Hold)} == {booking_id}
    same = partial(book, offer, citizen, choice("09:00"), booking_id=booking_id, origin=Origin.OWN)
    made = [one for one in at_once(world, [same] * 6) if isinstance(one, Summons)]
    moved = at_once(world, [partial(rebook, made[0], choice("11:00"), origin=Origin.OWN)] * 6)
    cancel = partial(self_booking.cancel, summons=made[0], reason="", origin=Origin.OWN, by=None, now=NOW)
    ended = at_once(world, [cancel] * 6)
    assert [len(made), booked(moved), booked(ended)] == [6, 6, 6]
    with acting_for(world.jobcentre.pk, source="test"):
        assert (Summons.objects.count(), Hold.objects.count(), Claim.objects.count()) == (1, 0, 0)
        assert Message.objects.count() == 3
