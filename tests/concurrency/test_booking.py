"""One place, one time: many book at once, and each protection is shown to be needed by taking it away (±)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import OperationalError
from psycopg.errors import DeadlockDetected

from admin_module.models import Counsellor, MeetingForm, SeatsBy
from booking.availability.calendar import counsellor_days
from booking.models import Appointment, Citizen, PlacedBy, Summons
from booking.queries.facts import picture
from booking.services import locks
from booking.services.moving import Moved, move
from booking.services.placing import Kept, Meeting, prepare
from booking.services.sending import Sent, send
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from planner.outbox.models import Message
from planner.timeline.ticks import ticks_of
from summons.models import Run
from tests.booking.stories import meeting, tick
from tests.concurrency.crowd import at_once, booking, crowd, faults, keeping, kept, overlaps, patient, refused
from tests.factories import MONDAY, NOW, World, make_counsellor, make_run

HALF_HOURS = [f"{hour:02}:{minute:02}" for hour in range(8, 16) for minute in (0, 30)]


def sizes(quick: object, full: object) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "size", [pytest.param(quick, id="quick"), pytest.param(full, id="full", marks=pytest.mark.deep)]
    )


def run_of(world: World, **details: object) -> Run:
    """Conversations of 30 minutes without reporting time."""
    usual: dict[str, object] = {"duration": 30, "reporting_time": 0}
    with acting_for(world.jobcentre.pk, source="test"):
        return make_run(world.bo, world.team, world.anna, **(usual | details))  # type: ignore[arg-type]


def counsellors(world: World, count: int) -> list[Counsellor]:
    with acting_for(world.jobcentre.pk, source="test"):
        return [make_counsellor(world.team, f"Vera {chr(97 + number)}") for number in range(count)]


@pytest.mark.requirement("CONC-01", "SELF-06", "TIME-08")
@sizes((48, 6), (200, 20))
def test_as_many_as_there_are_times_get_one_and_the_rest_are_told(world: World, size: tuple[int, int]) -> None:
    outcomes = at_once(world, _rush(world, *size))
    assert (kept(outcomes), faults(outcomes), overlaps(world)) == (size[1], [], 0)
    assert refused(outcomes) == {"counsellor_taken"}


@pytest.mark.requirement("CONC-01")
def test_without_locks_the_constraint_alone_still_sells_each_time_once(world: World, without_locks: None) -> None:
    outcomes = at_once(world, _rush(world, 48, 6))
    assert (kept(outcomes), overlaps(world)) == (6, 0)
    assert "counsellor_in_one_place" in refused(outcomes)


@pytest.mark.requirement("CONC-01")
def test_without_locks_and_constraint_times_are_sold_twice(
    world: World, without_locks: None, without_constraints: None
) -> None:
    outcomes = at_once(world, _rush(world, 48, 6))
    assert kept(outcomes) > 6
    assert overlaps(world) > 0


@pytest.mark.requirement("CONC-02")
@sizes((40, 8), (200, 20))
def test_any_counsellor_chosen_under_the_lock_sells_every_time(world: World, size: tuple[int, int]) -> None:
    outcomes = at_once(world, _any_counsellor(world, *size, under_the_lock=True))
    assert (kept(outcomes), faults(outcomes), overlaps(world)) == (size[1], [], 0)


@pytest.mark.requirement("CONC-02")
def test_any_counsellor_chosen_before_the_lock_leaves_times_unsold(world: World) -> None:
    outcomes = at_once(world, _any_counsellor(world, 16, 16, under_the_lock=False))
    assert kept(outcomes) < 16


@pytest.mark.requirement("CONC-03")
@sizes((8, 6), (40, 50))
def test_a_storm_of_moves_has_no_deadlock_and_no_overlap(world: World, size: tuple[int, int]) -> None:
    outcomes = at_once(world, _storm(world, *size))
    assert (faults(outcomes), overlaps(world)) == ([], 0)
    assert any(isinstance(outcome, Moved) and outcome.moved for outcome in outcomes)


@pytest.mark.requirement("CONC-03")
@sizes(20, 100)
def test_plans_for_the_same_times_do_not_wait_for_each_other_in_a_circle(
    world: World, slow_rows: None, size: int
) -> None:
    outcomes = at_once(world, _same_times(world, size))
    assert (kept(outcomes), faults(outcomes), overlaps(world)) == (size, [], 0)


@pytest.mark.requirement("CONC-03")
def test_without_locks_plans_for_the_same_times_end_in_deadlocks(
    world: World, slow_rows: None, without_locks: None
) -> None:
    outcomes = at_once(world, _same_times(world, 40))
    assert any(_is_deadlock(fault) for fault in faults(outcomes))
    assert overlaps(world) == 0


@pytest.mark.requirement("CONC-04", "TIME-06", "TIME-07")
@sizes((20, 3), (64, 100))
def test_budgets_are_filled_exactly_and_never_passed(world: World, size: tuple[int, int]) -> None:
    for outcomes, minutes in _budget_rounds(world, *size):
        assert faults(outcomes) == []
        assert sum(minutes.values()) == 360
        assert minutes[PlacedBy.AUTOMATIC] <= 270


@pytest.mark.requirement("CONC-04")
def test_without_locks_budgets_are_passed(world: World, without_locks: None) -> None:
    totals = [sum(minutes.values()) for _outcomes, minutes in _budget_rounds(world, 20, 3)]
    assert max(totals) > 360


@pytest.mark.requirement("CONC-05", "SUM-20")
@sizes((24, 8, 2), (500, 200, 5))
def test_sending_a_run_while_others_book_and_summon_gives_everybody_one(
    world: World, size: tuple[int, int, int]
) -> None:
    citizens, outcomes = _busy_team(world, *size)
    assert (faults(outcomes), overlaps(world)) == ([], 0)
    assert refused(outcomes) <= {"has_conversation"}
    with acting_for(world.jobcentre.pk, source="test"):
        each = Counter(Summons.objects.values_list("citizen_id", flat=True))
        assert each == Counter({citizen.pk: 1 for citizen in citizens})
        numbers = Summons.objects.filter(status="sent").values_list("number", flat=True)
        assert (len(numbers), len(set(numbers)), Message.objects.count()) == (size[0],) * 3


@pytest.mark.requirement("CONC-05")
def test_without_locks_who_books_while_they_are_summoned_gets_two(world: World, without_locks: None) -> None:
    _busy_team(world, 24, 8, 2)
    with acting_for(world.jobcentre.pk, source="test"):
        assert max(Counter(Summons.objects.values_list("citizen_id", flat=True)).values()) > 1


@pytest.mark.requirement("CONC-06", "SUM-03", "DIST-10")
@sizes((16, 3, 1), (100, 20, 3))
def test_a_joint_meeting_is_filled_to_its_last_seat_and_no_further(world: World, size: tuple[int, int, int]) -> None:
    outcomes = at_once(world, _seats(world, *size))
    assert faults(outcomes) == []
    assert (_participants(world), refused(outcomes)) == (size[1] + size[2], {"seats_taken"})


@pytest.mark.requirement("CONC-06")
def test_without_locks_a_joint_meeting_is_overfilled(world: World, without_locks: None) -> None:
    at_once(world, _seats(world, 16, 3, 1))
    assert _participants(world) > 4


@pytest.mark.requirement("CONC-07", "SUM-23")
@sizes(10, 120)
def test_the_same_list_submitted_ten_times_at_once_calls_every_citizen_once(world: World, size: int) -> None:
    outcomes = at_once(world, _same_list(world, size))
    assert (kept(outcomes), faults(outcomes)) == (size, [])
    assert refused(outcomes) == {"has_conversation"}


@pytest.mark.requirement("CONC-07")
def test_without_locks_the_same_list_calls_citizens_more_than_once(world: World, without_locks: None) -> None:
    assert kept(at_once(world, _same_list(world, 10))) > 10


def _rush(world: World, asking: int, times: int) -> list[Callable[[], Kept]]:
    """Everybody asks for one of a few times, some of them half over each other."""
    run = run_of(world)
    staff = counsellors(world, 2)
    free = [(one, clock) for clock in HALF_HOURS for one in staff][:times]
    citizens = crowd(world, asking)
    return [
        booking(world, run, citizen, free[number % times][0], clock=free[number % times][1])
        for number, citizen in enumerate(citizens)
    ]


def _busy_team(
    world: World, summoned: int, booked: int, caseworkers: int
) -> tuple[list[Citizen], list[Kept | Sent | Exception]]:
    """A run is sent, in two halves; others book; caseworkers call ten each, five of whom are just booking."""
    run, staff = run_of(world), counsellors(world, 6)
    called, booking_now = crowd(world, summoned), crowd(world, booked)
    lists = [[*crowd(world, 5), *(booking_now * 5)[number * 5 :][:5]] for number in range(caseworkers)]
    times = iter(
        (one, MONDAY + timedelta(days=day), clock)
        for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)
        for clock in HALF_HOURS
        for one in staff
    )

    def plan(people: list[Citizen]) -> list[Meeting]:
        return [meeting(citizen, one, day=day, clock=clock) for citizen, (one, day, clock) in zip(people, times)]  # noqa: B905

    [waiting] = at_once(world, [keeping(world, run, plan(called), PlacedBy.AUTOMATIC)])
    assert isinstance(waiting, Kept)
    halves = [waiting.summonses[::2], waiting.summonses[1::2]]
    tasks: list[Callable[[], Kept | Sent]] = [partial(send, summonses=half, by=world.bo, now=NOW) for half in halves]
    tasks += [patient(keeping(world, run, plan(of_one), PlacedBy.STAFF)) for of_one in lists]
    tasks += [patient(keeping(world, run, [one], PlacedBy.CITIZEN)) for one in plan(booking_now)]
    everybody = {citizen.pk: citizen for citizen in (*called, *booking_now, *(one for of in lists for one in of))}
    return list(everybody.values()), at_once(world, tasks)


def _any_counsellor(world: World, asking: int, times: int, *, under_the_lock: bool) -> list[Callable[[], Kept]]:
    """Everybody asks for one clock time with whoever is free."""
    run, staff = run_of(world), counsellors(world, times)
    return [_ask_any(world, run, staff, citizen, under_the_lock) for citizen in crowd(world, asking)]


def _ask_any(
    world: World, run: Run, staff: list[Counsellor], citizen: Citizen, under_the_lock: bool
) -> Callable[[], Kept]:
    ids = [one.pk for one in staff]

    def first_free() -> Counsellor:
        settings = Settings.objects.get()
        found = picture(settings=settings, team_id=world.team.pk, first=MONDAY, last=MONDAY, now=NOW, counsellors=ids)
        day = MONDAY.toordinal()
        free = [
            one
            for one in staff
            if counsellor_days(found.counsellors[one.pk], day, day)[0].free_time.fits(tick("09:00"), ticks_of(30))
        ]
        return free[0] if free else staff[-1]

    def ask() -> Kept:
        chosen = None if under_the_lock else first_free()
        locks.lock(jobcentre_id=world.jobcentre.pk, citizens=[citizen.pk], counsellors=ids)
        wanted = meeting(citizen, chosen or first_free())
        return prepare(
            jobcentre_id=world.jobcentre.pk,
            details=run,
            meetings=[wanted],
            placed_by=PlacedBy.CITIZEN,
            by=None,
            now=NOW,
        )

    return ask


def _storm(world: World, citizens: int, moves: int) -> list[Callable[[], Moved]]:
    """Conversations that change places again and again among four counsellors and few times."""
    run, staff = run_of(world), counsellors(world, 4)
    people = crowd(world, citizens)
    places = [(one, clock) for clock in HALF_HOURS for one in staff]
    plan = [meeting(citizen, one, clock=clock) for citizen, (one, clock) in zip(people, places, strict=False)]
    [start] = at_once(world, [keeping(world, run, plan, PlacedBy.AUTOMATIC)])
    assert isinstance(start, Kept)
    near = places[: citizens + 2]
    return [
        _moving(summons.appointment_id, *near[(number * 7 + turn * 3 + 1) % len(near)])
        for turn in range(moves)
        for number, summons in enumerate(start.summonses)
    ]


def _moving(appointment_id: UUID, counsellor: Counsellor, clock: str) -> Callable[[], Moved]:
    return lambda: move(
        appointment=Appointment.objects.get(pk=appointment_id),
        day=MONDAY,
        start_tick=tick(clock) + 1,
        counsellor_ids=[counsellor.pk],
        room_id=None,
        now=NOW,
        warned=True,
    )


def _is_deadlock(fault: Exception) -> bool:
    return isinstance(fault, OperationalError) and isinstance(fault.__cause__, DeadlockDetected)


def _budget_rounds(world: World, asking: int, rounds: int) -> list[tuple[list[Kept | Exception], Counter[str]]]:
    """Each round a fresh counsellor with 8 hours, 75 % of them for conversations and 75 % of those automatic."""
    run = run_of(world, duration=45)
    clocks = [f"{(480 + 45 * number) // 60:02}:{(480 + 45 * number) % 60:02}" for number in range(10)]
    found = []
    for _ in range(rounds):
        with acting_for(world.jobcentre.pk, source="test"):
            vera = make_counsellor(world.team, "Vera Vad", max_share=75, automatic_share=75)
        tasks = [
            booking(world, run, citizen, vera, clock=clocks[number % 10], placed_by=_by_turns(number))
            for number, citizen in enumerate(crowd(world, asking))
        ]
        outcomes = at_once(world, tasks)
        with acting_for(world.jobcentre.pk, source="test"):
            rows = Appointment.objects.filter(counsellors=vera).values_list("placed_by", "duration")
            minutes: Counter[str] = Counter()
            for placed_by, duration in rows:
                minutes[placed_by] += duration or 0
        found.append((outcomes, minutes))
    return found


def _by_turns(number: int) -> PlacedBy:
    """Each of the ten times is asked for by both kinds."""
    return PlacedBy.AUTOMATIC if (number + number // 10) % 2 else PlacedBy.CITIZEN


def _seats(world: World, asking: int, calling: int, rebooking: int) -> list[Callable[[], Kept]]:
    run = run_of(
        world,
        type_id=9,
        form=MeetingForm.JOINT,
        seats_by=SeatsBy.NUMBER,
        seats_calling=calling,
        seats_rebooking=rebooking,
    )
    first, *others = crowd(world, asking + 1)
    [start] = at_once(world, [keeping(world, run, [meeting([first], world.anna)], PlacedBy.AUTOMATIC)])
    assert isinstance(start, Kept)
    meant = start.summonses[0].appointment_id
    return [
        keeping(world, run, [meeting([citizen], world.anna, appointment_id=meant)], PlacedBy.CITIZEN)
        for citizen in others
    ]


def _participants(world: World) -> int:
    with acting_for(world.jobcentre.pk, source="test"):
        return Summons.objects.count()


def _same_list(world: World, citizens: int) -> list[Callable[[], Kept]]:
    """Ten submissions of one list, each with a counsellor and an order of its own, so that no time is in the way."""
    run, staff = run_of(world), counsellors(world, 10)
    people, times = crowd(world, citizens), _times(citizens)
    return [_plan(world, run, one, people, times[number:] + times[:number]) for number, one in enumerate(staff)]


def _same_times(world: World, times: int) -> list[Callable[[], Kept]]:
    """Four lists of different citizens, all planned to the same times of one counsellor, every other from behind."""
    run = run_of(world)
    [vera] = counsellors(world, 1)
    forwards = _times(times)
    return [_plan(world, run, vera, crowd(world, times), forwards[:: 1 - number % 2 * 2]) for number in range(4)]


def _times(count: int) -> list[tuple[date, str]]:
    days = [MONDAY + timedelta(days=week * 7 + day) for week in range(3) for day in range(5)]
    return [(day, clock) for day in days for clock in HALF_HOURS][:count]


def _plan(
    world: World, run: Run, counsellor: Counsellor, people: list[Citizen], times: list[tuple[date, str]]
) -> Callable[[], Kept]:
    meetings = [
        meeting(citizen, counsellor, day=day, clock=clock) for citizen, (day, clock) in zip(people, times, strict=True)
    ]
    return keeping(world, run, meetings, PlacedBy.AUTOMATIC)
