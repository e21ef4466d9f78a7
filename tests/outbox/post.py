"""What the stories of the outbox say: send, cancel, move, let the worker work, look what DFDG holds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import psycopg
from django.utils import timezone

from booking.models import Appointment, Citizen, CprNumber, Summons
from booking.states import SummonsStatus
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from planner.dfdg.messages import Coded, PersonFacts
from planner.outbox import engine, services
from planner.outbox.models import Exchange, Message, Receiver
from planner.outbox.services import Subject
from planner.outbox.states import State
from tests.dfdg.simulator import RunningSimulator
from tests.factories import World, make_citizen, make_summons


class Post:
    """Nordby and the simulator; every step is committed."""

    def __init__(self, world: World, simulator: RunningSimulator) -> None:
        self.world, self.simulator = world, simulator
        self.jobcentre_id = world.jobcentre.pk
        self._clocks = (f"{8 + number % 8:02d}:{number % 12 * 5:02d}" for number in count())

    def acting(self) -> AbstractContextManager[object]:
        return acting_for(self.jobcentre_id, actor=self.world.bo.pk, source="test")

    def citizen(self) -> Citizen:
        """A citizen whom DFDG knows as the job centre's."""
        with self.acting():
            citizen = make_citizen(self.world.jobcentre)
            cpr = decrypt(citizen.numbers.get().encrypted)
        facts = PersonFacts(
            cpr=cpr,
            given_name=citizen.given_name,
            family_name=citizen.family_name,
            jobcentre_code="10300",
            contact_group=Coded(1, "Dagpengemodtager"),
        )
        self.simulator.add_person(facts)
        return citizen

    def summons(self, citizen: Citizen | None = None, *, now: datetime | None = None) -> Summons:
        """Sent by Bo, two weeks ahead, and enqueued."""
        citizen, now = citizen or self.citizen(), now or timezone.now()
        with self.acting():
            day = (now + timedelta(days=14)).date()
            made = make_summons(
                citizen, self.world.anna, self.world.team, by=self.world.bo, day=day, clock=next(self._clocks), now=now
            )
            self.enqueue(made, now=now)
        return made

    def enqueue(self, *summonses: Summons, now: datetime | None = None, not_before: datetime | None = None) -> None:
        now = now or timezone.now()
        with self.acting():
            services.enqueue(
                jobcentre_id=self.jobcentre_id,
                receiver=Receiver.DFDG,
                kind="summons",
                subjects=[Subject(summons.pk, summons.citizen_id) for summons in summonses],
                not_before=not_before or now,
                now=now,
            )

    def cancel(self, summons: Summons) -> None:
        with self.acting():
            Summons.objects.filter(pk=summons.pk).update(
                status=SummonsStatus.CANCELLED, cancelled_at=timezone.now(), cancelled_reason="Sygdom"
            )
            self.enqueue(summons)

    def move(self, summons: Summons, hours: int = 1) -> None:
        with self.acting():
            meeting = Appointment.objects.get(pk=summons.appointment_id)
            meeting.start_at += timedelta(hours=hours)
            meeting.end_at += timedelta(hours=hours)
            meeting.save()
            self.enqueue(summons)

    def synk(self, *summonses: Summons) -> None:
        with self.acting():
            services.retry_now(
                jobcentre_id=self.jobcentre_id,
                receiver=Receiver.DFDG,
                kind="summons",
                subjects=[Subject(summons.pk, summons.citizen_id) for summons in summonses],
                now=timezone.now(),
            )

    def withdraw(self, *summonses: Summons) -> frozenset[UUID]:
        with self.acting():
            return services.withdraw_unsent(kind="summons", subject_ids=[summons.pk for summons in summonses])

    def give_up(self, summons: Summons, reason: str) -> None:
        with self.acting():
            message = Message.objects.filter(subject_id=summons.pk).latest("pk")
            services.give_up(message_ids=[message.pk], reason=reason, by=self.world.bo.full_name, now=timezone.now())

    def start_of(self, summons: Summons) -> datetime:
        with self.acting():
            return Appointment.objects.get(pk=summons.appointment_id).start_at

    def cpr(self, summons: Summons) -> str:
        with self.acting():
            return decrypt(CprNumber.objects.get(citizen_id=summons.citizen_id).encrypted)

    @contextmanager
    def another_drain_at_work(self) -> Iterator[None]:
        """Another worker's session holds the lock of this job centre and receiver."""
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
            key = f"outbox:{self.jobcentre_id}:{Receiver.DFDG.value}"
            session.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
            yield
            session.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])

    def drain(self) -> int:
        """What a worker does when it is told to go and look."""
        return engine.drain(self.jobcentre_id, Receiver.DFDG)

    def make_due(self) -> None:
        """As if the pause had passed."""
        with self.acting():
            Message.objects.filter(state=State.WAITING).update(not_before=timezone.now())

    def wait_an_hour(self) -> None:
        """As if it had failed so often that the next try is far away."""
        with self.acting():
            Message.objects.filter(state=State.WAITING).update(not_before=timezone.now() + timedelta(hours=1))

    def messages(self, summons: Summons) -> list[Message]:
        with self.acting():
            return list(Message.objects.filter(subject_id=summons.pk).order_by("pk"))

    def last(self, summons: Summons) -> Message:
        return self.messages(summons)[-1]

    def state(self, summons: Summons) -> str:
        return self.last(summons).state

    def exchanges(self, summons: Summons) -> list[Exchange]:
        with self.acting():
            return list(Exchange.objects.filter(message__subject_id=summons.pk).order_by("pk"))

    def outcomes(self, summons: Summons) -> list[str]:
        return [exchange.outcome for exchange in self.exchanges(summons)]

    def held(self) -> dict[UUID, datetime]:
        """What DFDG holds now: the start of each summons."""
        return {row.summons_id: row.message.starts_at for row in self.simulator.summonses() if not row.deleted}

    def changes(self, summonses: Sequence[Summons]) -> list[tuple[UUID, str]]:
        """Every effect on these at DFDG, in order."""
        wanted = {summons.pk for summons in summonses}
        return [(row.summons_id, row.change) for row in self.simulator.effects() if row.summons_id in wanted]
