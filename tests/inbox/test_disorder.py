"""Messages one to three times, shuffled, with echoes of our own doing: the same final state as in order (FAULT-08)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django import Settings as ProjectSettings

from admin_module.models import Counsellor, MeetingForm
from booking.models import Appointment, BookingDeadline, Citizen, Claim, Origin, Summons
from booking.queries import messages
from booking.queries.hits import Scope, hits
from booking.services import bulk, moving, sending
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.vault import decrypt
from planner.dfdg import wire
from planner.dfdg.codes import ChangeKind, EntityKind
from planner.dfdg.messages import BookingDeadline as SaidDeadline
from planner.dfdg.messages import ContactGroupPeriod, EmployeeName, PushedMessage, SummonsMessage
from planner.outbox.models import Message
from planner.outbox.states import State
from tests.factories import MONDAY, NOW, World, at, make_appointment, make_citizen, make_summons
from tests.inbox.pushing import Pusher, later, pushed

CITIZENS = 5
SHORT, LONG = (4, 8), (8, 14)
"""Changes of ours and of theirs in a history."""
BEGAN = -240
"""Minutes from NOW at which the history begins."""


@dataclass
class Held:
    """A conversation as DFDG holds it; `joint`: others come to it too."""

    message: SummonsMessage
    deleted: bool = False


@dataclass
class History:
    """What happened at the job centre and elsewhere, by chance, and the messages that DFDG made of it, in order."""

    world: World
    chance: Random
    length: tuple[int, int] = SHORT
    said: list[PushedMessage] = field(default_factory=list)
    held: dict[UUID, Held] = field(default_factory=dict)
    minute: int = BEGAN

    def __post_init__(self) -> None:
        self.citizens = [make_citizen(self.world.jobcentre) for _number in range(CITIZENS)]
        self.cprs = {one.pk: decrypt(one.numbers.get().encrypted) for one in self.citizens}
        self.ticks = self._free_ticks()
        Citizen.objects.update(fetched_at=later(BEGAN - 60))

    def _free_ticks(self) -> Iterator[tuple[date, int]]:
        """Times of day, in an order by chance, none twice; nobody's hours forbid them."""
        days = [MONDAY + timedelta(days=day) for day in range(5)]
        every = [(day, hour * 12) for day in days for hour in range(8, 15)]
        self.chance.shuffle(every)
        return iter(every)

    def happen(self) -> None:
        """First what we do, then what others do: whoever comes last at DFDG is right."""
        mine = [self._summon(citizen) for citizen in self.citizens[:3]] + self._summon_to_joint(self.citizens[3:])
        own_changes, their_changes = self.length
        for _number in range(own_changes):
            self._change_ours(self.chance.choice(mine))
        theirs = [*mine]
        for _number in range(their_changes):
            self._change_theirs(theirs)
        for citizen in self.citizens[: own_changes // 4]:
            self._tell_facts(citizen)

    # Ours

    def _now(self) -> datetime:
        self.minute += self.chance.randint(2, 4)
        return later(self.minute)

    def _summon(self, citizen: Citizen) -> UUID:
        now, (day, tick) = self._now(), next(self.ticks)
        holder = self.chance.choice([self.world.anna, self.world.birk])
        clock = f"{tick // 12:02d}:{tick % 12 * 5:02d}"
        summons = make_summons(citizen, holder, self.world.team, by=self.world.bo, day=day, clock=clock, now=now)
        return self._claimed([summons], now)

    def _summon_to_joint(self, citizens: Iterable[Citizen]) -> list[UUID]:
        now, (day, tick) = self._now(), next(self.ticks)
        clock = f"{tick // 12:02d}:{tick % 12 * 5:02d}"
        form: dict[str, Any] = {"form": MeetingForm.JOINT, "seats_calling": 9}
        meeting = make_appointment(self.world.anna, self.world.team, day=day, clock=clock, now=now, **form)
        seats = [
            make_summons(one, self.world.anna, self.world.team, by=self.world.bo, appointment=meeting, now=now)
            for one in citizens
        ]
        self._claimed(seats, now)
        return [one.pk for one in seats]

    def _claimed(self, seats: list[Summons], now: datetime) -> UUID:
        bulk.claim_meetings({one.appointment_id for one in seats})
        bulk.claim_seats(one.pk for one in seats)
        for one in seats:
            self._echo(one.pk, ChangeKind.CREATED, now)
        return seats[0].pk

    def _change_ours(self, summons_id: UUID) -> None:
        summons = Summons.objects.select_related("appointment").get(pk=summons_id)
        now = self._now()
        if summons.status == SummonsStatus.CANCELLED:
            return
        if self.chance.random() < 0.2:
            sending.cancel(summons=summons, reason="Sygdom", by=self.world.bo, now=now)
            self._echo(summons_id, ChangeKind.DELETED, now)
            return
        day, tick = next(self.ticks)
        holders = tuple(summons.appointment.holders.values_list("counsellor_id", flat=True))
        moving.move(
            appointment=summons.appointment,
            day=day,
            start_tick=tick,
            counsellor_ids=holders,
            room_id=None,
            now=now,
            warned=True,
        )
        for one in summons.appointment.summonses.filter(status=SummonsStatus.SENT):
            self._echo(one.pk, ChangeKind.UPDATED, now)

    def _echo(self, summons_id: UUID, change: ChangeKind, now: datetime) -> None:
        """A worker tells DFDG some seconds later, which writes it down and pushes it back to us."""
        began, ended = now + timedelta(seconds=20), now + timedelta(seconds=21 + self.chance.randint(0, 3))
        Message.objects.filter(subject_id=summons_id).exclude(state=State.DONE).update(state=State.DONE, done_at=ended)
        summons = messages.loaded(Summons.objects.filter(pk=summons_id)).get()
        cpr = self.cprs[summons.citizen_id]
        said = messages.message(summons, cpr=cpr, settings=Settings.objects.get())
        self.held[summons_id] = Held(said, deleted=change is ChangeKind.DELETED)
        self._say(said, change, began + timedelta(seconds=2))

    # Theirs

    def _change_theirs(self, known: list[UUID]) -> None:
        if self.chance.random() < 0.35:
            known.append(self._make_there())
            return
        held = self.held[self.chance.choice(known)]
        if not held.deleted and self.chance.random() < 0.3:
            held.deleted = True
            self._say(held.message, ChangeKind.DELETED, self._now())
            return
        held.deleted = False
        held.message = self._elsewhere(held.message)
        self._say(held.message, ChangeKind.UPDATED, self._now())

    def _elsewhere(self, message: SummonsMessage) -> SummonsMessage:
        """At a time of its own, which may lie upon others, and perhaps with somebody else."""
        start_at = self._start()
        return replace(message, starts_at=start_at, ends_at=start_at + timedelta(minutes=45), employee=self._employee())

    def _start(self) -> datetime:
        day, tick = MONDAY + timedelta(days=self.chance.randrange(5)), self.chance.randrange(96, 180)
        self.minute += 1
        return at(day, f"{tick // 12:02d}:{tick % 12 * 5:02d}") + timedelta(minutes=self.chance.randrange(5))

    def _employee(self) -> EmployeeName:
        one: Counsellor = self.chance.choice([self.world.anna, self.world.birk])
        return EmployeeName(given_name=one.given_name, family_name=one.family_name, identifier=one.employee_id)

    def _make_there(self) -> UUID:
        start_at, citizen = self._start(), self.chance.choice(self.citizens)
        summons_id = UUID(int=self.chance.getrandbits(128), version=4)
        said = SummonsMessage(
            summons_id=summons_id,
            cpr=self.cprs[citizen.pk],
            starts_at=start_at,
            ends_at=start_at + timedelta(minutes=30),
            conversation_type=12,
            meeting_form=1,
            contact_mode=2,
            title="Samtale",
            owner_system=40,
            employee=self._employee(),
        )
        self.held[summons_id] = Held(said)
        self._say(said, ChangeKind.CREATED, self._now())
        return summons_id

    def _say(self, message: SummonsMessage, change: ChangeKind, registered_at: datetime) -> None:
        self.said.append(
            pushed(
                external_id=message.summons_id,
                change=change,
                cpr=message.cpr,
                registered_at=registered_at,
                body=wire.held_summons_body(message),
            )
        )

    def _tell_facts(self, citizen: Citizen) -> None:
        """A deadline that is changed, and two contact groups one after the other."""
        cpr, deadline_id = self.cprs[citizen.pk], UUID(int=self.chance.getrandbits(128), version=4)
        for days in (7, 14, 21):
            told = SaidDeadline(conversation_type=7, status=1, book_by=MONDAY, hold_by=MONDAY + timedelta(days=days))
            self._say_fact(EntityKind.DEADLINE, cpr, wire.deadline_body(told), external_id=deadline_id)
        for code in self.chance.sample([2, 3, 12, 13], 2):
            group = ContactGroupPeriod(code=code, name=f"Gruppe {code}", starts_on=date(2026, 11, code))
            self._say_fact(EntityKind.CONTACT_GROUP, cpr, wire.contact_group_body(group))

    def _say_fact(self, entity: EntityKind, cpr: str, body: dict[str, Any], **thing: Any) -> None:
        self.said.append(pushed(entity=entity, cpr=cpr, registered_at=self._now(), body=body, **thing))


def state() -> dict[str, Any]:
    """Everything that matters of what Planner now holds."""
    found = Summons.objects.select_related("appointment")
    rows = [one for one in found if one.status == SummonsStatus.SENT or one.origin == Origin.PLANNER]
    names = dict(Appointment.objects.values_list("pk", "start_at"))
    return {
        "conversations": {one.pk: _conversation(one) for one in rows},
        "taken": sorted(
            (str(claim.counsellor_id or claim.citizen_id), claim.day, claim.start_tick, claim.ticks, claim.firm)
            for claim in Claim.objects.all()
        ),
        "hits": sorted(
            (names[hit.appointment_id], hit.why, hit.counsellor_id or 0)
            for hit in hits(Scope(), settings=Settings.objects.get(), now=NOW)
        ),
        "deadlines": set(BookingDeadline.objects.values_list("external_id", "citizen_id", "hold_by", "status")),
        "groups": set(Citizen.objects.values_list("pk", "contact_group_id", "contact_group_from")),
    }


def _conversation(summons: Summons) -> tuple[object, ...]:
    """Of a cancelled one only that it is: when it was to be held, nobody needs to know."""
    if summons.status == SummonsStatus.CANCELLED:
        return (summons.status,)
    meeting = summons.appointment
    holders = tuple(sorted(meeting.holders.values_list("counsellor_id", flat=True)))
    together = frozenset(meeting.summonses.filter(status=SummonsStatus.SENT).values_list("pk", flat=True))
    return summons.status, meeting.start_at, meeting.end_at, meeting.cancelled_at, holders, together


def disordered(messages: list[PushedMessage], chance: Random) -> list[PushedMessage]:
    """Each one to three times, in an order by chance."""
    said = [message for message in messages for _time in range(chance.randint(1, 3))]
    chance.shuffle(said)
    return said


class Undone(Exception):
    """What happened inside did not happen."""


def outcome(dfdg: Pusher, said: Iterable[PushedMessage], chance: Random) -> dict[str, Any]:
    """The state after these; a worker looks in now and then. Afterwards all is as before."""
    found: dict[str, Any] = {}
    try:
        with transaction.atomic():
            for message in said:
                assert dfdg.push(message).status_code == 200
                if chance.random() < 0.4:
                    dfdg.drain()
            dfdg.drain()
            found = state()
            raise Undone
    except Undone:
        return found


def differences(world: World, dfdg: Pusher, seed: int, length: tuple[int, int] = SHORT) -> int:
    """Of a history by chance: how many parts of the state differ between in order and in disorder."""
    chance = Random(seed)  # noqa: S311 - a history, no secret
    try:
        with transaction.atomic():
            history = History(world, chance, length)
            history.happen()
            right = outcome(dfdg, history.said, chance)
            assert len(right["conversations"]) > CITIZENS - 1
            wrong = outcome(dfdg, disordered(history.said, chance), chance)
            different = [part for part in right if right[part] != wrong[part]]
            for part in different:
                print(seed, part, right[part], wrong[part], sep="\n  ")
            raise Undone
    except Undone:
        return len(different)


@pytest.mark.requirement("SYNC-17", "FAULT-08")
@pytest.mark.parametrize("seed", range(2))
def test_disorder_ends_as_order_does(nord: World, dfdg: Pusher, seed: int) -> None:
    assert differences(nord, dfdg, seed) == 0


@pytest.mark.deep
@pytest.mark.requirement("SYNC-17", "FAULT-08")
def test_disorder_ends_as_order_does_in_many_histories(nord: World, dfdg: Pusher, settings: ProjectSettings) -> None:
    histories = 40
    different = [seed for seed in range(100, 100 + histories) if differences(nord, dfdg, seed, LONG)]
    verdict = "short" if different else "ok"
    print(f"FAULT-08 {histories} histories, doubled and shuffled: {len(different)} ended otherwise (limit 0) {verdict}")
    assert not different
