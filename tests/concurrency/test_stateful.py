"""Whatever is done to the appointment book in whatever order, it stands as a plain model of it says (CONC-09)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from admin_module.models import Absence, ClosingDay, Counsellor
from admin_module.queries.schedule import DayTimes, Plan
from admin_module.services import counsellors, schedules
from admin_module.services.asking import what_is_hit
from booking.models import Citizen, Claim, OnlineOffer, Origin, PlacedBy, Summons
from booking.queries.hits import Scope, hits
from booking.services import absence as absences
from booking.services import moving, self_booking, sending
from booking.services.holding import Choice
from booking.services.placing import Meeting, Seat, prepare
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from planner.dfdg.messages import Employee
from planner.timeline.clock import instant_at
from planner.ui.refusal import Refusal
from summons.models import Run
from tests import factories
from tests.booking import offers
from tests.concurrency.plain_book import ALWAYS, HARD, TODAY, Book, Conversation, Hours, Kind
from tests.factories import MONDAY, NOW

T = TypeVar("T")
DAYS = range(3)
STARTS = range(8 * 60, 12 * 60, 30)
ON_OFFER, BY_SUMMONS = Kind(45, 15, on_offer=True), Kind(30, 5, on_offer=False)
INFORMATION = 9
FIRST_PLANS = (Hours(8 * 60, 12 * 60, 75, 50), Hours(9 * 60, 12 * 60, 100, 50))

some_day, some_start, some_one = st.sampled_from(DAYS), st.sampled_from(STARTS), st.integers(0, 11)
some_citizen, some_counsellor, yes_or_no = st.integers(0, 2), st.integers(0, 1), st.booleans()
anybody = st.sampled_from([None, 0, 1])
some_hours = st.sampled_from([(8 * 60, 12 * 60), (9 * 60, 11 * 60), (10 * 60, 12 * 60)])


def on(day: int) -> date:
    return MONDAY + timedelta(days=day)


def from_date(day: int) -> date:
    return date(2025, 1, 1) if day == ALWAYS else on(day)


def plan_of(hours: Hours, day: int) -> Plan:
    clock = DayTimes((time(hours.start // 60), time(hours.end // 60)))
    return Plan(from_date(day), {0: dict.fromkeys(range(5), clock)}, hours.share, hours.automatic_share)


class Scene:
    """Anna and Birk, three citizens, one room, an offer of both and a summoning of both."""

    def __init__(self) -> None:
        world = factories.make_nordby()
        self.world = world
        self.people = [world.anna, world.birk]
        with acting_for(world.jobcentre.pk, actor=world.bo.pk, source="test"):
            Settings.objects.update(jobnet_interval=30)
            self.settings = Settings.objects.get()
            for person, hours in zip(self.people, FIRST_PLANS, strict=True):
                schedules.keep_plan(counsellor=person, plan=plan_of(hours, ALWAYS))
            self.citizens: list[Citizen] = [factories.make_citizen(world.jobcentre) for _ in range(3)]
            self.offer = factories.make_offer(
                world.team, *self.people, interval=30, room=world.room, duration=45, reporting_time=15
            )
            self.run: Run = factories.make_run(
                world.bo, world.team, *self.people, type_id=INFORMATION, duration=30, reporting_time=5
            )


class Differences(RuleBasedStateMachine):
    """Each rule is done to both; afterwards both stand alike. The transaction of a run is rolled back at its end."""

    runs = steps = accepted = refused = 0

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        type(self).runs += 1
        self.scene, self.world = scene, scene.world
        self.book = Book([{ALWAYS: hours} for hours in FIRST_PLANS])
        self.keys: list[UUID] = []
        self.absences: list[Absence] = []
        self.closings: list[ClosingDay] = []
        self.stack = ExitStack()
        jobcentre = self.world.jobcentre.pk
        self.stack.enter_context(acting_for(jobcentre, actor=self.world.bo.pk, source="test"))
        self.offer = OnlineOffer.objects.get(pk=scene.offer.pk)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    # What is done

    def ask(self, service: Callable[[], T]) -> T | None:
        """What came of it, None where it was refused; as in a view, what is refused leaves nothing behind."""
        cls = type(self)
        cls.steps += 1
        try:
            with transaction.atomic():
                outcome = service()
        except Refusal:
            cls.refused += 1
            return None
        cls.accepted += 1
        return outcome

    def agree(self, accepted: object, expected: bool, what: str) -> None:
        assert bool(accepted) == expected, f"{what}: the model says {expected}, the program {bool(accepted)}"

    def one_of(self, which: int) -> tuple[Conversation, Summons]:
        """A conversation that was ever made, as the model and as the program has it."""
        place = which % len(self.keys)
        rows = Summons.objects.select_related("appointment", "citizen", "offer")
        return self.book.conversations[place], rows.get(pk=self.keys[place])

    def has_some(self) -> bool:
        return bool(self.keys)

    def add(self, one: Conversation, key: UUID) -> None:
        self.book.conversations.append(one)
        self.keys.append(key)

    def choice(self, day: int, start: int, counsellor: int | None) -> Choice:
        return Choice(on(day), start // 5, None if counsellor is None else self.scene.people[counsellor].pk)

    @rule(citizen=some_citizen, day=some_day, start=some_start, counsellor=anybody)
    def book_on_the_offer(self, citizen: int, day: int, start: int, counsellor: int | None) -> None:
        wish = Conversation(ON_OFFER, citizen, 0, day, start, room=True, status="sent")
        free = self.book.free_for(wish, (0, 1) if counsellor is None else (counsellor,))
        closed = self.book.offer_is_over() or self.book.after_the_end(day)
        expected = bool(free) and not closed and not self.book.has_one(citizen, on_offer=True)
        ours = partial(offers.book, self.offer, self.scene.citizens[citizen], self.choice(day, start, counsellor))
        made = self.ask(ours)
        self.agree(made, expected, "book")
        if made:
            self.add(replace(wish, counsellor=self.book.best(free, wish)), made.pk)

    @precondition(has_some)
    @rule(which=some_one, day=some_day, start=some_start, counsellor=anybody)
    def rebook(self, which: int, day: int, start: int, counsellor: int | None) -> None:
        one, row = self.one_of(which)
        same = one.status == "sent" and (one.day, one.start) == (day, start) and counsellor in (None, one.counsellor)
        able = (0, 1) if one.kind.on_offer else (one.counsellor,)
        wish = replace(one, day=day, start=start)
        free = self.book.free_for(wish, [who for who in able if counsellor in (None, who)], moved=one)
        ended = one.kind.on_offer and (self.book.offer_is_over() or self.book.after_the_end(day))
        expected = same or (one.status == "sent" and bool(free) and not ended)
        ours = self.ask(partial(offers.rebook, row, self.choice(day, start, counsellor)))
        self.agree(ours, expected, "rebook")
        if expected and not same:
            one.counsellor = self.book.best(free, wish, moved=one)
            one.day, one.start, one.automatic, one.passed_hours = day, start, False, False

    @precondition(has_some)
    @rule(which=some_one, day=some_day, start=some_start, counsellor=some_counsellor, room=yes_or_no, warned=yes_or_no)
    def move_by_hand(self, *, which: int, day: int, start: int, counsellor: int, room: bool, warned: bool) -> None:
        one, row = self.one_of(which)
        place = (day, start, counsellor, room)
        same = place == (one.day, one.start, one.counsellor, one.room)
        wish = replace(one, day=day, start=start, counsellor=counsellor, room=room)
        found = set() if same else self.book.obstacles(wish, moved=one) - {"automatic_budget"}
        expected = one.active and counsellor not in self.book.gone and not found & HARD
        outcome = self.ask(
            lambda: moving.move(
                appointment=row.appointment,
                day=on(day),
                start_tick=start // 5,
                counsellor_ids=[self.scene.people[counsellor].pk],
                room_id=self.world.room.pk if room else None,
                now=NOW,
                warned=warned,
            )
        )
        self.agree(outcome, expected, "move")
        if outcome:
            moves = not same and (warned or not found)
            assert ({why.value for why in outcome.warnings}, outcome.moved) == (found, moves)
            if moves:
                one.day, one.start, one.counsellor, one.room = place
                one.automatic, one.passed_hours = False, "outside_hours" in found

    @rule(
        citizen=some_citizen,
        day=some_day,
        start=some_start,
        counsellor=some_counsellor,
        room=yes_or_no,
        by_hand=yes_or_no,
        at_once=yes_or_no,
    )
    def summon(
        self, *, citizen: int, day: int, start: int, counsellor: int, room: bool, by_hand: bool, at_once: bool
    ) -> None:
        wish = Conversation(BY_SUMMONS, citizen, counsellor, day, start, room, "pending", automatic=not by_hand)
        found = self.book.obstacles(wish)
        holds = found & HARD if by_hand else found
        twice = self.book.has_one(citizen, on_offer=False)
        seat = Seat(self.scene.citizens[citizen].pk)
        room_id = self.world.room.pk if room else None
        meeting = Meeting(on(day), start // 5, (self.scene.people[counsellor].pk,), room_id, (seat,))
        kept = self.ask(
            lambda: prepare(
                jobcentre_id=self.world.jobcentre.pk,
                details=self.scene.run,
                meetings=[meeting],
                placed_by=PlacedBy.STAFF if by_hand else PlacedBy.AUTOMATIC,
                by=self.world.bo,
                now=NOW,
            )
        )
        made = kept.summonses if kept else ()
        self.agree(made, not holds and not twice and counsellor not in self.book.gone, "summon")
        if made:
            self.add(wish, made[0].pk)
            if at_once:
                self.send(len(self.keys) - 1)

    def send(self, which: int) -> None:
        one, row = self.one_of(which)
        sent = self.ask(lambda: sending.send(summonses=[row], by=self.world.bo, now=NOW))
        self.agree(sent and sent.summonses, one.status == "pending", "send")
        if one.status == "pending":
            one.status = "sent"

    @precondition(has_some)
    @rule(which=some_one)
    def send_what_waits(self, which: int) -> None:
        self.send(which)

    @precondition(has_some)
    @rule(which=some_one)
    def delete_what_waits(self, which: int) -> None:
        one, row = self.one_of(which)
        gone = self.ask(lambda: sending.delete_pending(summonses=[row]))
        self.agree(gone, one.status == "pending", "delete")
        if one.status == "pending":
            place = self.book.conversations.index(one)
            del self.book.conversations[place], self.keys[place]

    @precondition(has_some)
    @rule(which=some_one)
    def cancel(self, which: int) -> None:
        one, row = self.one_of(which)
        ours = self.ask(lambda: sending.cancel(summons=row, reason="", by=self.world.bo, now=NOW))
        self.agree(ours, one.status == "sent", "cancel")
        if one.status == "sent":
            one.status = "cancelled"

    @precondition(has_some)
    @rule(which=some_one)
    def cancel_as_citizen(self, which: int) -> None:
        one, row = self.one_of(which)
        own = one.status == "sent" and one.kind.on_offer
        ours = self.ask(lambda: self_booking.cancel(summons=row, reason="", origin=Origin.JOBNET, by=None, now=NOW))
        self.agree(ours, own or one.status == "cancelled", "cancel by the citizen")
        if own:
            one.status = "cancelled"

    @rule(counsellor=some_counsellor, day=some_day, part=st.sampled_from([(0, 1440), (480, 600), (570, 720)]))
    def report_absence(self, counsellor: int, day: int, part: tuple[int, int]) -> None:
        start, end = part
        covered = any(
            (who, when) == (counsellor, day) and begins <= start and end <= ends
            for who, when, begins, ends in self.book.absences
        )
        reported = self.ask(
            lambda: absences.report_absence(
                counsellor=self.scene.people[counsellor],
                kind="illness",
                start_at=instant_at(on(day).toordinal(), start),
                end_at=instant_at(on(day).toordinal(), end),
                now=NOW,
            )
        )
        self.agree(reported, not covered and counsellor not in self.book.gone, "absence")
        if reported:
            self.book.absences.append((counsellor, day, start, end))
            self.absences.append(reported.absence)

    @precondition(lambda self: self.absences)
    @rule(which=some_one)
    def remove_absence(self, which: int) -> None:
        place = which % len(self.absences)
        self.ask(lambda: absences.remove_absence(absence=self.absences[place]))
        del self.absences[place], self.book.absences[place]

    @rule(
        counsellor=some_counsellor,
        hours=some_hours,
        begins=st.sampled_from([ALWAYS, 1]),
        share=st.sampled_from([50, 75, 100]),
    )
    def keep_hours(self, counsellor: int, hours: tuple[int, int], begins: int, share: int) -> None:
        plan, person = Hours(*hours, share, 50), self.scene.people[counsellor]
        self.ask(lambda: schedules.keep_plan(counsellor=person, plan=plan_of(plan, begins)))
        self.ask(lambda: what_is_hit([person], now=NOW))
        self.book.hours[counsellor][begins] = plan

    @rule(ends=st.sampled_from([None, 0, 1, 2, TODAY - 1]))
    def change_the_end_of_the_offer(self, ends: int | None) -> None:
        self.offer.ends_on = None if ends is None else on(ends)
        self.offer.save()
        self.ask(lambda: self_booking.renew_rights(self.offer, settings=self.scene.settings, now=NOW))
        self.book.offer_ends = ends

    @rule(day=some_day)
    def close(self, day: int) -> None:
        closing = ClosingDay(jobcentre=self.world.jobcentre, name="Kursus", first_on=on(day), last_on=on(day))
        closing.save()
        self.ask(lambda: what_is_hit([closing], now=NOW))
        self.book.closed.append(day)
        self.closings.append(closing)

    @precondition(lambda self: self.closings)
    @rule(which=some_one)
    def open_again(self, which: int) -> None:
        place = which % len(self.closings)
        self.closings[place].delete()
        del self.closings[place], self.book.closed[place]

    @rule(counsellor=some_counsellor)
    def delete_counsellor(self, counsellor: int) -> None:
        person = Counsellor.objects.get(pk=self.scene.people[counsellor].pk)
        if counsellor in self.book.gone:
            employee = Employee(
                identifier=person.employee_id,
                id_kind="",
                given_name=person.given_name,
                family_name=person.family_name,
                email=person.email,
            )
            counsellors.counsellor_for(employee, jobcentre_id=self.world.jobcentre.pk).save()
            self.book.gone.remove(counsellor)
            return
        self.ask(lambda: counsellors.retire(counsellor=person, now=NOW))
        person.refresh_from_db()
        gone = person.retired_at is not None
        self.agree(gone, self.book.may_delete(counsellor), "delete counsellor")
        if gone:
            self.book.gone.add(counsellor)

    # What is compared

    @invariant()
    def the_same_conversations(self) -> None:
        rows = Summons.objects.values_list(
            "pk",
            "citizen",
            "status",
            "rebook_until",
            "appointment__holders__counsellor",
            "appointment__day",
            "appointment__start_tick",
            "appointment__room",
            "appointment__cancelled_at",
        )
        found = {
            pk: (citizen, status, until if status == "sent" else None, holder, day, tick, bool(room), cancelled is None)
            for pk, citizen, status, until, holder, day, tick, room, cancelled in rows
        }
        assert found == {key: self.expected(one) for key, one in self.pairs()}

    def expected(self, one: Conversation) -> tuple[object, ...]:
        citizen, counsellor = self.scene.citizens[one.citizen].pk, self.scene.people[one.counsellor].pk
        until = self.book.rebook_until(one)
        last = None if until is None else on(until)
        return (citizen, one.status, last, counsellor, on(one.day), one.start // 5, one.room, one.active)

    def pairs(self) -> list[tuple[UUID, Conversation]]:
        return list(zip(self.keys, self.book.conversations, strict=True))

    @invariant()
    def the_same_time_is_taken_and_none_twice(self) -> None:
        columns = ("day", "start_tick", "ticks", "counsellor", "room", "citizen")
        found = [(day, 5 * tick, 5 * ticks, *whose) for day, tick, ticks, *whose in Claim.objects.values_list(*columns)]
        expected: list[tuple[object, ...]] = []
        for one in self.book.active():
            talk = (on(one.day), one.start, one.kind.length)
            block = (on(one.day), one.start, one.kind.length + one.kind.reporting)
            expected.append((*block, self.scene.people[one.counsellor].pk, None, None))
            expected.append((*talk, None, None, self.scene.citizens[one.citizen].pk))
            if one.room:
                expected.append((*talk, None, self.world.room.pk, None))
        assert sorted(found, key=repr) == sorted(expected, key=repr)
        taken = [
            (*who, day, minute) for day, start, length, *who in found for minute in range(start, start + length, 5)
        ]
        assert len(taken) == len(set(taken))

    @invariant()
    def the_same_times_are_free(self) -> None:
        citizen = type(self).steps % 3
        shown = offers.times(self.offer, self.scene.citizens[citizen], last=on(DAYS[-1]))
        found = {(one.day, 5 * one.start_tick): set(one.counsellor_ids) for one in shown.starts}
        expected = {}
        for day in DAYS:
            if self.book.offer_is_over() or self.book.after_the_end(day):
                continue
            for start in STARTS:
                wish = Conversation(ON_OFFER, citizen, 0, day, start, room=False, status="")
                room_taken = "room_taken" in self.book.obstacles(replace(wish, room=True))
                free = [] if room_taken else self.book.free_for(wish, (0, 1))
                if free:
                    expected[on(day), start] = {self.scene.people[who].pk for who in free}
        assert found == expected

    @invariant()
    def the_same_conversations_are_hit(self) -> None:
        shown = hits(Scope(), settings=self.scene.settings, now=NOW)
        of = dict(Summons.objects.values_list("appointment", "pk"))
        found = {(of[hit.appointment_id], hit.why.value) for hit in shown}
        assert found == {(key, why) for key, one in self.pairs() if one.active for why in self.book.hits(one)}


QUIETLY = {
    "phases": [Phase.generate],
    "deadline": None,
    "database": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}


def compared(runs: int, steps: int) -> type[Differences]:
    scene = Scene()

    class Counted(Differences):
        runs = steps = accepted = refused = 0

    limits = settings(max_examples=runs, stateful_step_count=steps, **QUIETLY)  # type: ignore[arg-type]
    run_state_machine_as_test(lambda: Counted(scene), settings=limits)  # type: ignore[arg-type]
    return Counted


@pytest.mark.requirement("CONC-09")
def test_the_book_stands_as_a_plain_model_of_it_says(transactional_db: None) -> None:
    seen = compared(5, 60)
    assert (seen.runs >= 5, seen.accepted > 40, seen.refused > 20) == (True, True, True)


@pytest.mark.deep
@pytest.mark.requirement("CONC-09")
def test_five_hundred_runs_of_sixty_steps_show_no_difference(transactional_db: None) -> None:
    seen = compared(500, 60)
    print(f"CONC-09 {seen.runs} runs of 60 steps: 0 differences (limit 0) ok")
    assert seen.runs >= 500
