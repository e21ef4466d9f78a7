"""Summoning again: a run of its own with the same details, planned, for a caseworker to confirm (ATT-03, FOLL-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from admin_module.models import Distribution, RoomChoice
from booking.models import Appointment, Channel, CprNumber
from planner.accounts.models import User
from planner.ui.refusal import Refusal
from summons.models import LookUp, Run, RunCitizen
from summons.queries.again import Again
from summons.services import planning
from summons.services.look_up import why_barred
from summons.services.runs import proposed_name

MOST = 200


def summon_again(*, lines: Sequence[Again], earliest_on: date, by: User, now: datetime) -> tuple[Run, UUID | None]:
    """The run, and the job that plans it. Nothing is sent, and what is to give way stays until the new one is sent."""
    if refusal := why_not_together(lines):
        raise refusal
    run = _run(lines[0].summons.appointment, earliest_on, by, now)
    numbers = CprNumber.objects.filter(citizen__in=[line.citizen.pk for line in lines], valid_to=None)
    by_citizen = {number.citizen_id: number for number in numbers}
    RunCitizen.objects.bulk_create(
        _line(run, place, line, by_citizen[line.citizen.pk]) for place, line in enumerate(lines, start=2)
    )
    return run, planning.start(run_id=run.pk, by=by.pk, now=now)


def why_not_together(lines: Sequence[Again]) -> Refusal | None:
    """One run has one type, team and form."""
    meetings = [line.summons.appointment for line in lines]
    kinds = {(meeting.type_id, meeting.team_id, meeting.form) for meeting in meetings}
    if not lines:
        return Refusal(_("Vælg mindst én indkaldelse på listen."), code="nothing_chosen")
    if len(lines) > MOST:
        return Refusal(_("Vælg højst %s borgere ad gangen.") % MOST, code="too-many")
    if len(kinds) > 1:
        sentence = _("De valgte har ikke samme type, team og mødeform. Vælg dem, der hører sammen, hver for sig.")
        return Refusal(sentence, code="mixed")
    return None


def _run(appointment: Appointment, earliest_on: date, by: User, now: datetime) -> Run:
    """The details as they were; a free room is found anew, and a competence that is gone is no longer required."""
    run = Run(author=by, saved_by=by, created_at=now, saved_at=now, earliest_on=earliest_on, step=3)
    for name, value in appointment.carried().items():
        setattr(run, name, value)
    run.distribution = Distribution.AUTOMATIC
    if run.room_choice == RoomChoice.ANY or (run.room and run.room.retired_at):
        run.room = None
    if run.competence and run.competence.retired_at:
        run.competence = None
    run.name = _("Indkaldes igen: %s") % proposed_name(run)
    run.save()
    return run


def _line(run: Run, place: int, line: Again, number: CprNumber) -> RunCitizen:
    """As known; the planning looks up who was not within a day."""
    reason = why_barred(line.citizen)
    return RunCitizen(
        jobcentre_id=run.jobcentre_id,
        run=run,
        line=place,
        encrypted=number.encrypted,
        digest=number.digest,
        born_on=line.citizen.born_on,
        citizen=line.citizen,
        look_up=LookUp.FOUND,
        selected=not reason,
        reason=reason,
        channel=Channel.LETTER if line.citizen.digital_exempt else Channel.JOBNET,
        deadline=line.deadline,
        replace=line.coming,
    )
