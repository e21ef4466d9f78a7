"""«Tilføj borger»: one more citizen is called to a joint meeting that stands already (CAL-03)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from booking.availability.obstacles import Obstacle
from booking.models import Appointment, PlacedBy, Summons
from booking.rules import obstacle_refusal
from booking.services import sending
from booking.services.placing import Meeting, Seat, prepare
from booking.states import ACTIVE
from planner.accounts.models import User
from planner.ui.refusal import Refusal
from summons.models import Run, RunCitizen, RunCounsellor
from summons.services.import_list import add_one
from summons.services.runs import proposed_name
from summons.states import RunState


def begin(*, meeting: Appointment, cpr: str, by: User, now: datetime) -> Run:
    """A run of the meeting's own details with the citizen on its list, ready to be looked up."""
    run = Run(jobcentre_id=meeting.jobcentre_id, author=by, created_at=now, saved_at=now, saved_by=by, step=3)
    for name, value in meeting.carried().items():
        setattr(run, name, value)
    run.earliest_on = meeting.day
    run.name = proposed_name(run)
    run.save()
    RunCounsellor.objects.bulk_create(
        RunCounsellor(jobcentre_id=run.jobcentre_id, run=run, counsellor=one) for one in meeting.counsellors.all()
    )
    add_one(run_id=run.pk, cpr=cpr, now=now)
    return run


def take(*, run_id: UUID, meeting_id: UUID, by: User, now: datetime) -> Summons:
    """The seat, and the summons sent; Refusal with why not, and then nothing is kept."""
    run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
    line = run.lines.select_related("citizen").get()
    summons = _prepared(run, line, Appointment.objects.get(pk=meeting_id), by, now)
    line.summons = summons
    line.save(update_fields=["summons"])
    sent = sending.send(summonses=[summons], by=by, now=now)
    if sent.refused:
        raise sent.refused[0].refusal
    run.enter(RunState.FINISHED)
    run.sent_at = run.planned_at = now
    run.save(update_fields=["state", "sent_at", "planned_at"])
    return sent.summonses[0]


def _prepared(run: Run, line: RunCitizen, meeting: Appointment, by: User, now: datetime) -> Summons:
    if line.citizen_id is None:
        raise Refusal(line.reason or _("Borgeren er ikke slået op i DFDG endnu."), code="not_looked_up")
    seat = Seat(citizen_id=line.citizen_id, channel=line.channel, placement={"by_hand": True})
    holders = tuple(meeting.holders.values_list("counsellor_id", flat=True))
    there = Meeting(meeting.day, meeting.start_tick, holders, meeting.room_id, (seat,), meeting.pk)
    kept = prepare(
        jobcentre_id=run.jobcentre_id, details=meeting, meetings=[there], placed_by=PlacedBy.STAFF, by=by, now=now
    )
    if kept.refusals:
        raise kept.refusals[0]
    used = Summons.objects.filter(appointment=meeting, status__in=ACTIVE).count()
    refusal = obstacle_refusal([Obstacle.SEATS_TAKEN])
    if refusal and meeting.seats_calling is not None and used > meeting.seats_calling:
        raise refusal
    return kept.summonses[0]
