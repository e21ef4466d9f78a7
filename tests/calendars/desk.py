"""What the stories of the calendars say: connect, send, move, cancel, let the worker work, read what is busy."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine

from admin_module.models import CalendarConnection, Counsellor
from admin_module.services.calendars import connect
from booking.models import CalendarEntry, Claim, PlacedBy, Summons
from booking.services import moving, sending
from booking.services.placing import prepare
from planner.accounts.tenancy import acting_for
from planner.outbox import engine
from planner.outbox.models import Message, Receiver
from planner.timeline.ticks import MINUTES_PER_TICK
from tests.booking.stories import meeting, tick
from tests.calendars.radicale import NAME, PASSWORD
from tests.factories import MONDAY, NOW, World, make_citizen, make_run

LATER = NOW + timedelta(minutes=1)


@dataclass
class Desk:
    """Every step is committed, and time goes on only where it is told to."""

    world: World
    clock: time_machine.Traveller

    @property
    def jobcentre_id(self) -> int:
        return int(self.world.jobcentre.pk)

    def acting(self) -> AbstractContextManager[object]:
        return acting_for(self.jobcentre_id, actor=self.world.bo.pk, source="test")

    def connect(self, counsellor: Counsellor, address: str, password: str = PASSWORD) -> CalendarConnection:
        with self.acting():
            connection = CalendarConnection(
                jobcentre=self.world.jobcentre, counsellor=counsellor, address=address, user_name=NAME
            )
            return connect(connection=connection, password=password)

    def pending(
        self, clock: str = "09:00", name: str = "Birthe Nygaard", counsellor: Counsellor | None = None
    ) -> Summons:
        with self.acting():
            citizen = make_citizen(self.world.jobcentre, name)
            details = make_run(
                self.world.bo, self.world.team, self.world.anna, message_to_counsellor="Tag CV med. 120588-1234"
            )
            who = counsellor or self.world.anna
            kept = prepare(
                jobcentre_id=self.jobcentre_id, details=details, meetings=[meeting(citizen, who, clock=clock)],
                placed_by=PlacedBy.AUTOMATIC, by=self.world.bo, now=NOW,
            )  # fmt: skip
            assert kept.refusals == ()
            return kept.summonses[0]

    def sent(self, clock: str = "09:00", name: str = "Birthe Nygaard", counsellor: Counsellor | None = None) -> Summons:
        """A fresh citizen's conversation on MONDAY, sent."""
        summons = self.pending(clock, name, counsellor)
        self.send(summons)
        return summons

    def send(self, *summonses: Summons) -> None:
        with self.acting():
            assert not sending.send(summonses=summonses, by=self.world.bo, now=NOW).refused

    def cancel(self, summons: Summons, now: datetime = LATER) -> None:
        with self.acting():
            sending.cancel(summons=summons, reason="Sygdom", by=self.world.bo, now=now)

    def move(self, summons: Summons, clock: str, *counsellors: Counsellor, now: datetime = LATER) -> None:
        with self.acting():
            found = Summons.objects.select_related("appointment").get(pk=summons.pk)
            assert moving.move(
                appointment=found.appointment, day=MONDAY, start_tick=tick(clock), room_id=None, warned=True, now=now,
                counsellor_ids=[one.pk for one in counsellors or (self.world.anna,)],
            ).moved  # fmt: skip

    def work(self) -> int:
        """The worker sends what is due; how many calls."""
        return engine.drain(self.jobcentre_id, Receiver.CALENDAR)

    def entries(self) -> list[CalendarEntry]:
        with self.acting():
            return list(CalendarEntry.objects.select_related("connection").order_by("start_at"))

    def messages(self) -> list[Message]:
        with self.acting():
            return list(Message.objects.filter(receiver=Receiver.CALENDAR).order_by("pk"))

    def connection(self) -> CalendarConnection:
        with self.acting():
            return CalendarConnection.objects.get(counsellor=self.world.anna)

    def busy(self) -> Sequence[tuple[str, str]]:
        """What Anna's own calendar takes, as «2026-11-30 10:00», «11:00»."""
        with self.acting():
            claims = Claim.objects.filter(counsellor=self.world.anna, firm=False).order_by("day", "start_tick")
            return [
                (f"{claim.day} {_clock(claim.start_tick)}", _clock(claim.start_tick + claim.ticks)) for claim in claims
            ]


def _clock(at_tick: int) -> str:
    minutes = at_tick * MINUTES_PER_TICK
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
