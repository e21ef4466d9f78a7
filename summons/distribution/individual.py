"""One citizen after another (DIST-01 to DIST-07)."""

from collections.abc import Sequence

from summons.distribution.calendars import Calendars, Opening
from summons.distribution.plan import Outcome, Placement, Reason, Unplaced
from summons.distribution.waiting import Waiting


def place_individually(calendars: Calendars, queue: Sequence[Waiting]) -> tuple[list[Placement], list[Unplaced]]:
    placements: list[Placement] = []
    unplaced: list[Unplaced] = []
    for waiting in queue:
        found = _opening(calendars, waiting)
        if not found:
            unplaced.append(Unplaced(waiting.citizen.id, calendars.reason(waiting.days, waiting)))
            continue
        opening, place, outcome, because = found
        room = calendars.take(opening, [place])
        day, start = calendars.first_day + opening[0], opening[1]
        counsellors = (calendars.counsellors[place].id,)
        citizen = waiting.citizen.id
        placements.append(Placement(citizen, day, start, calendars.duration, counsellors, room, outcome, because))
    return placements, unplaced


def _opening(calendars: Calendars, waiting: Waiting) -> tuple[Opening, int, Outcome, Reason | None] | None:
    if waiting.preferred is not None:
        opening = calendars.first_with(waiting.preferred, waiting.in_time, waiting)
        if opening:
            return opening, waiting.preferred, Outcome.PREFERRED, None
    opening = calendars.now.first(waiting.in_time, waiting)
    if opening:
        return opening, calendars.who_is_open(opening), Outcome.EARLIEST, None
    opening = calendars.now.first(waiting.days ^ waiting.in_time, waiting)
    if opening:
        place = calendars.who_is_open(opening, before_all=waiting.preferred)
        return opening, place, Outcome.AFTER_DEADLINE, calendars.reason(waiting.in_time, waiting)
    return None
