"""The way in: a problem becomes a plan (DIST-08: the same problem, the same plan)."""

from collections.abc import Sequence

from summons.distribution.calendars import Calendars
from summons.distribution.fixed import Rounds
from summons.distribution.individual import place_individually
from summons.distribution.joint import Meetings, seats_for_calling
from summons.distribution.plan import Placement, Plan, Summary, Unplaced
from summons.distribution.problem import Form, Method, Problem, SeatsBy
from summons.distribution.waiting import Waiting, waiting_list


class NotSupported(ValueError):
    """A method that is not there."""


def distribute(problem: Problem) -> Plan:
    """Plan a run: at its fixed times where it has some, else by deadline, citizen by citizen or in meetings.

    NotSupported for any other method; ValueError where nobody is chosen, a joint meeting has more than one room, or a
    length is not whole five minutes.
    """
    request = problem.request
    if request.method is not Method.DEADLINE:
        raise NotSupported(f"the method «{request.method.value}» is not supported")
    if not request.counsellors:
        raise ValueError("no counsellor is chosen")
    if request.form is Form.JOINT and len(request.rooms) > 1:
        raise ValueError("a joint meeting is in one room")
    if request.fixed_times:
        return _plan(problem, *Rounds(problem).hold_all())
    calendars = Calendars(problem)
    places = {counsellor.id: place for place, counsellor in enumerate(calendars.counsellors)}
    queue = waiting_list(problem.citizens, request, places)
    if request.form is Form.INDIVIDUAL:
        return _plan(problem, *place_individually(calendars, queue))
    return _plan(problem, *_meet(problem, calendars, queue))


def _meet(
    problem: Problem, calendars: Calendars, queue: Sequence[Waiting]
) -> tuple[Sequence[Placement], Sequence[Unplaced]]:
    meetings = Meetings(calendars, queue)
    if problem.request.seats and problem.request.seats.by is SeatsBy.ALL:
        meetings.hold_one_for_all()
    else:
        meetings.fill(seats_for_calling(problem))
    return meetings.placements, meetings.unplaced


def _plan(problem: Problem, placements: Sequence[Placement], unplaced: Sequence[Unplaced]) -> Plan:
    citizens = {citizen.id: citizen for citizen in problem.citizens}
    within = after = without = preferred = 0
    for placement in placements:
        citizen = citizens[placement.citizen]
        if citizen.deadline is None:
            without += 1
        elif placement.day <= citizen.deadline:
            within += 1
        else:
            after += 1
        preferred += citizen.preferred in placement.counsellors
    return Plan(tuple(placements), tuple(unplaced), Summary(within, after, without, len(unplaced), preferred))
