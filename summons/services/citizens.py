"""What a caseworker decides about the citizens of a list: who is called, from when, how, and instead of what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from booking.models import Channel, CitizenAbsence, Origin
from planner.ui.formatting import moment
from planner.ui.refusal import Refusal
from summons.models import Run, RunCitizen
from summons.queries.citizens import Lines, free_from, has_rival, is_away, lines_of, rivals
from summons.services.import_list import changeable


def select(*, run_id: UUID, line_id: int, selected: bool, now: datetime) -> RunCitizen:
    """Call this citizen, or not. Raises Refusal for one who cannot be, or has a coming conversation of the type."""
    run = changeable(run_id)
    line = lines_of(run).get(pk=line_id)
    if selected and line.reason:
        raise Refusal(line.reason, code="barred")
    if selected and not line.replace and has_coming(run, line, now):
        raise Refusal(_("Borgeren har allerede en kommende samtale af typen."), code="has-conversation")
    line.selected = selected
    line.replace = line.replace and selected
    line.save(update_fields=["selected", "replace"])
    return line


def has_coming(run: Run, line: RunCitizen, now: datetime) -> bool:
    return line.citizen_id is not None and rivals(run, now).filter(citizen=line.citizen_id).exists()


def replace(*, run_id: UUID, line_id: int, now: datetime) -> RunCitizen:
    """Call this citizen in place of the coming conversation of the type; one kept in a case system is changed there."""
    run = changeable(run_id)
    line = lines_of(run).get(pk=line_id)
    if line.reason:
        raise Refusal(line.reason, code="barred")
    if refusal := why_not_replace(run, line, now):
        raise refusal
    line.selected = line.replace = True
    line.save(update_fields=["selected", "replace"])
    return line


def why_not_replace(run: Run, line: RunCitizen, now: datetime) -> Refusal | None:
    """Whether the coming conversation of this citizen may give way."""
    for one in rivals(run, now).filter(citizen=line.citizen_id).select_related("appointment"):
        if one.origin == Origin.CASE_SYSTEM:
            sentence = _("Samtalen %s er lavet i sagsbehandlingssystemet og skal ændres der.")
            return Refusal(sentence % moment(one.appointment.start_at), code="kept-elsewhere")
    return None


def select_all(*, run_id: UUID, lines: Lines, selected: bool, now: datetime) -> tuple[int, int]:
    """Select or deselect all of these lines; how many changed, and how many stay out for a coming conversation."""
    run = changeable(run_id)
    wanted = lines_of(run).filter(pk__in=lines.order_by().values("pk"))
    if not selected:
        return wanted.filter(selected=True).update(selected=False, replace=False), 0
    able = wanted.filter(reason="", selected=False)
    engaged = able.filter(has_rival(run, now)) if run.type_id else able.none()
    left_out = engaged.count()
    return able.exclude(pk__in=engaged.values("pk")).update(selected=True), left_out


def select_shown(*, run_id: UUID, shown: Collection[int], chosen: Collection[int], now: datetime) -> int:
    """The ticks of one page, sent as a plain form; how many stay out for a coming conversation."""
    run = changeable(run_id)
    page = lines_of(run).filter(pk__in=shown)
    page.filter(selected=True).exclude(pk__in=chosen).update(selected=False, replace=False)
    return select_all(run_id=run_id, lines=page.filter(pk__in=chosen), selected=True, now=now)[1]


def deselect_engaged(*, run: Run, now: datetime, lines: Lines | None = None) -> int:
    """Take out those who already have a coming conversation of the run's type (SUM-23); also when the type changed."""
    if not run.type_id:
        return 0
    there = (lines_of(run) if lines is None else lines).filter(has_rival(run, now), selected=True, replace=False)
    return RunCitizen.objects.filter(pk__in=there.values("pk")).update(selected=False)


def set_earliest(*, run_id: UUID, line_id: int, earliest_on: date | None) -> RunCitizen:
    """The earliest date of one citizen; None = the run's."""
    run = changeable(run_id)
    line = lines_of(run).get(pk=line_id)
    line.earliest_on = None if earliest_on == run.earliest_on else earliest_on
    line.save(update_fields=["earliest_on"])
    return line


def set_earliest_of_all(*, run_id: UUID, earliest_on: date, now: datetime) -> int:
    """One earliest date for all; how many had a date of their own, which is gone."""
    run = changeable(run_id)
    run.earliest_on, run.saved_at = earliest_on, now
    run.save(update_fields=["earliest_on", "saved_at"])
    return lines_of(run).exclude(earliest_on=None).update(earliest_on=None)


@dataclass(frozen=True, slots=True)
class Stepped:
    """How many earliest dates moved; of them past the deadline, or past the last day searched; who is away for ever."""

    moved: int
    past_deadline: int
    past_search: int
    endless: int


def step_past_absence(
    *, run_id: UUID, line_ids: Collection[int] | None, hindering: Sequence[str], last: date
) -> Stepped:
    """Set the earliest date to the day after the absence, for these lines or for all. `last`: the last day searched."""
    run = changeable(run_id)
    found = lines_of(run).filter(is_away(hindering))
    lines = list(found if line_ids is None else found.filter(pk__in=line_ids))
    absences: dict[UUID | None, list[CitizenAbsence]] = {}
    for absence in CitizenAbsence.objects.filter(citizen__in=[line.citizen_id for line in lines]):
        absences.setdefault(absence.citizen_id, []).append(absence)
    moved = []
    for line in lines:
        on = line.earliest_on or run.earliest_on
        line.earliest_on = free_from(absences.get(line.citizen_id, []), on, hindering) if on else None
        if line.earliest_on is not None:
            moved.append(line)
    RunCitizen.objects.bulk_update(moved, ["earliest_on"], batch_size=500)
    late = sum(1 for line in moved if line.deadline and line.earliest_on and line.earliest_on > line.deadline)
    beyond = sum(1 for line in moved if line.earliest_on and line.earliest_on > last)
    return Stepped(len(moved), late, beyond, len(lines) - len(moved))


def set_channel(*, run_id: UUID, line_id: int, letter: bool) -> RunCitizen:
    """By letter, or by Jobnet."""
    line = lines_of(changeable(run_id)).get(pk=line_id)
    line.channel = Channel.LETTER if letter else Channel.JOBNET
    line.save(update_fields=["channel"])
    return line


def remove(*, run_id: UUID, line_ids: Collection[int]) -> int:
    """[Fjern]: off the list."""
    return lines_of(changeable(run_id)).filter(pk__in=line_ids).delete()[0]
