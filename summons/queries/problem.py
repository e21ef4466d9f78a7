"""From a run's rows to the problem that the distribution solves: one picture of the calendars (DIST-16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from admin_module.models import Counsellor, Distribution, MeetingForm, Room, RoomChoice
from booking.availability.facts import CitizenFacts
from booking.queries.facts import Picture, picture
from planner.accounts.models import Settings
from planner.timeline.ticks import MINUTES_PER_TICK
from summons.distribution.problem import FixedTime, Form, Method, Problem, Request, Seats, SeatsBy
from summons.models import Run, RunCitizen


def problem_of(
    run: Run, lines: Sequence[RunCitizen], *, settings: Settings, now: datetime, without: Iterable[UUID] = ()
) -> Problem:
    """What is known of the run's counsellors, rooms and citizens; the time of the appointments `without` is free."""
    request = _request(run, settings, now)
    found = picture(
        settings=settings,
        team_id=run.team_id,
        first=date.fromordinal(request.earliest),
        last=date.fromordinal(request.earliest + request.horizon_days),
        now=now,
        counsellors=[int(pk) for pk in request.counsellors],
        rooms=[int(pk) for pk in request.rooms],
        citizens=[line.citizen_id for line in lines if line.citizen_id],
        without=without,
    )
    return Problem(
        request=request,
        counsellors=tuple(found.counsellors.values()),
        citizens=_citizens(lines, found),
        rooms=tuple(found.rooms.values()),
        closures=found.closures,
    )


def is_fixed(run: Run) -> bool:
    """Whether a person chose the times, so that planning again is another round (SUM-18)."""
    return run.distribution == Distribution.FIXED_TIME


def counsellors_of(run: Run) -> list[int]:
    """Those chosen who can still be summoned to, none chosen = all of the team; with the competence required."""
    summonable = Counsellor.objects.summonable()
    if run.competence_id:
        summonable = summonable.filter(competences=run.competence_id)
    if run.counsellors.exists():
        return list(summonable.filter(pk__in=run.counsellors.values("pk")).values_list("pk", flat=True))
    return list(summonable.filter(teams=run.team_id).values_list("pk", flat=True))


def rooms_of(run: Run) -> list[int]:
    """The one room, or those of the team of which the first free is taken."""
    if run.room_choice == RoomChoice.ONE and run.room_id:
        return [run.room_id]
    if run.room_choice == RoomChoice.ANY:
        return list(Room.objects.usable().filter(teams=run.team_id).values_list("pk", flat=True))
    return []


def first_day(run: Run, now: datetime) -> date:
    """The earliest day of a search: the run's, or tomorrow where that has passed."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return max(run.earliest_on or tomorrow, tomorrow)


def last_day(run: Run, settings: Settings, now: datetime) -> date:
    """The last day that is searched."""
    return first_day(run, now) + timedelta(weeks=settings.horizon_weeks)


def _request(run: Run, settings: Settings, now: datetime) -> Request:
    fixed = _fixed_times(run)
    earliest = date.fromordinal(fixed[0].day) if fixed else first_day(run, now)
    return Request(
        form=Form(run.form),
        duration=run.duration or 0,
        earliest=earliest.toordinal(),
        counsellors=tuple(counsellors_of(run)),
        reporting_time=run.reporting_time,
        horizon_days=0 if fixed else settings.horizon_weeks * 7,
        rooms=tuple(rooms_of(run)),
        method=Method(run.method),
        seats=_seats(run),
        fixed_times=fixed,
    )


def _fixed_times(run: Run) -> tuple[FixedTime, ...]:
    if not is_fixed(run) or run.fixed_on is None:
        return ()
    day = run.fixed_on.toordinal()
    return tuple(FixedTime(day, tick_of(clock)) for clock in run.fixed_times)


def tick_of(clock: time) -> int:
    return (clock.hour * 60 + clock.minute) // MINUTES_PER_TICK


def _seats(run: Run) -> Seats | None:
    if run.form != MeetingForm.JOINT:
        return None
    return Seats(SeatsBy(run.seats_by or "room"), run.seats_calling, run.seats_rebooking)


def _citizens(lines: Sequence[RunCitizen], found: Picture) -> tuple[CitizenFacts, ...]:
    return tuple(
        replace(
            found.citizens[line.citizen_id],
            earliest=line.earliest_on.toordinal() if line.earliest_on else None,
            deadline=line.deadline.toordinal() if line.deadline else None,
        )
        for line in lines
        if line.citizen_id
    )
