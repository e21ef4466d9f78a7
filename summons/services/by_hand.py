"""[Åbn] on step 3: one citizen's time, counsellor, room, deadline and channel, chosen by a person (SUM-16, TIME-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.availability.obstacles import Obstacle
from booking.models import PlacedBy, Summons
from booking.services import locks
from booking.services.moving import move
from booking.services.pending import change_pending
from booking.services.placing import Meeting, Seat, prepare
from planner.accounts.models import Settings, User
from planner.ui.refusal import Refusal
from summons.models import Run, RunCitizen
from summons.queries.citizens import rivals
from summons.queries.times import Place, possible_times
from summons.rules import why_not_change


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the dialog asks for; `warned`: the person has seen what only warns."""

    place: Place
    start_tick: int
    deadline: date | None
    channel: str
    warned: bool


class Unpassed(Exception):
    """What warns has not been passed yet; nothing is written."""

    def __init__(self, warnings: tuple[Obstacle, ...]) -> None:
        super().__init__()
        self.warnings = warnings


def place_by_hand(*, run_id: UUID, line_id: int, wanted: Wanted, by: User, now: datetime) -> RunCitizen:
    """All of it, or nothing: Refusal where TIME-09 refuses, Unpassed where something warns."""
    with transaction.atomic():
        run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
        if refusal := why_not_change(run):
            raise refusal
        locks.lock(jobcentre_id=run.jobcentre_id, exclusive=True)
        line = run.lines.select_related("summons__appointment").get(pk=line_id)
        line.deadline, line.channel = wanted.deadline, wanted.channel
        if line.summons:
            _move(line.summons, wanted, now)
        else:
            _place(run, line, wanted, by, now)
        line.save(update_fields=["deadline", "channel", "summons", "unplaced", "selected"])
    return line


def _move(summons: Summons, wanted: Wanted, now: datetime) -> None:
    change_pending(summons=summons, deadline=wanted.deadline, channel=wanted.channel)
    moved = move(
        appointment=summons.appointment,
        day=wanted.place.day,
        start_tick=wanted.start_tick,
        counsellor_ids=wanted.place.counsellor_ids,
        room_id=wanted.place.room_id,
        now=now,
        warned=wanted.warned,
    )
    if moved.warnings and not moved.moved:
        raise Unpassed(moved.warnings)


def _place(run: Run, line: RunCitizen, wanted: Wanted, by: User, now: datetime) -> None:
    """A time for one who had none."""
    if line.citizen_id is None:
        raise Refusal(_("Borgeren er ikke slået op i DFDG endnu."), code="not_looked_up")
    times = possible_times(run, line, wanted.place, deadline=wanted.deadline, settings=Settings.objects.get(), now=now)
    chosen = next((one for one in times if one.start_tick == wanted.start_tick), None)
    if chosen and chosen.warnings and not wanted.warned:
        raise Unpassed(chosen.warnings)
    passed = [obstacle.value for obstacle in chosen.warnings] if chosen else []
    rival = rivals(run, now).filter(citizen=line.citizen_id).first() if line.replace else None
    seat = Seat(
        citizen_id=line.citizen_id,
        deadline=wanted.deadline,
        earliest_on=line.earliest_on,
        channel=wanted.channel,
        placement={"by_hand": True, "passed": passed},
        replaces=rival.pk if rival else None,
    )
    place = wanted.place
    meeting = Meeting(place.day, wanted.start_tick, place.counsellor_ids, place.room_id, (seat,))
    kept = prepare(
        jobcentre_id=run.jobcentre_id, details=run, meetings=[meeting], placed_by=PlacedBy.STAFF, by=by, now=now
    )
    if kept.refusals:
        raise kept.refusals[0]
    line.summons, line.unplaced, line.selected = kept.summonses[0], "", True
