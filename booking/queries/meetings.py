"""The appointments of a calendar, as they are drawn: one statement, whatever is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import ContactMode, MeetingForm
from booking.models import Origin, PlacedBy
from booking.queries.hits import GRAVEST, MARKS, Scope, Why
from booking.queries.hits import values as hit_by
from booking.states import Attendance, SummonsStatus
from planner.accounts.models import Settings
from planner.timeline.clock import place_of
from planner.timeline.ticks import MINUTES_PER_TICK
from planner.ui import formatting


@dataclass(frozen=True, slots=True)
class Wording:
    """How much an appointment says: `persons` at all, by `names` or by initials and six digits; and the `teams`."""

    names: bool
    persons: bool
    teams: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """A drawn appointment; `minutes` of conversation, `tail` of reporting; `lane` of `lanes` where facts collide.

    `citizen_id`: whom it names. `printed`: its title on paper, by initials and six digits at most (CAL-02).
    """

    id: UUID
    start: time
    minutes: int
    tail: int
    title: str
    line: str
    kind: str
    icon: str
    state: str
    citizen_id: UUID | None
    printed: str = ""
    version: int = 1
    lane: int = 1
    lanes: int = 1

    @property
    def begins(self) -> int:
        return self.start.hour * 60 + self.start.minute

    @property
    def words(self) -> str:
        """«9.00 Jens Hansen»."""
        return f"{formatting.clock(self.start)} {self.title}"

    @property
    def taken(self) -> tuple[int, int]:
        """The minutes of the day that it takes, reporting included."""
        return self.begins, self.begins + self.minutes + self.tail

    def to_be_handled(self, why: str) -> Meeting:
        """The same, where it cannot be held as things are."""
        return replace(self, kind="warn", icon="warning", line=_("Flyt eller aflys"), state=why)

    @property
    def short(self) -> bool:
        return self.minutes <= 30

    @property
    def tail_start(self) -> time:
        ends = min(self.begins + self.minutes, 24 * 60 - 5)
        return time(ends // 60, ends % 60)


class Row(NamedTuple):
    """A claim with its appointment, as read; `beside`: the room, or in the calendar of a room who holds it."""

    why: str | None
    day: date
    counsellor_id: int | None
    room_id: int | None
    start_tick: int
    ticks: int
    appointment_id: UUID
    duration: int | None
    form: str
    mode: str
    origin: str
    placed_by: str
    title: str
    type_name: str | None
    beside: str | None
    team: str | None
    seats: int | None
    invited: int
    pending: bool | None
    full_name: str | None
    born_on: date | None
    citizen_id: UUID | None
    attendance: str | None
    version: int

    @property
    def joint(self) -> bool:
        return self.form == MeetingForm.JOINT

    @property
    def self_booked(self) -> bool:
        return self.origin in (Origin.JOBNET, Origin.OWN) or self.placed_by == PlacedBy.CITIZEN


Place = tuple[date, int | None, int | None]

MEETINGS = """
SELECT hit.why, claim.day, claim.counsellor_id, claim.room_id, claim.start_tick, claim.ticks,
       meeting.id, meeting.duration, meeting.form, meeting.mode, meeting.origin, meeting.placed_by,
       meeting.title, type.name, CASE WHEN claim.room_id IS NULL THEN room.name ELSE (
           SELECT string_agg(counsellor.full_name, ', ' ORDER BY counsellor.sort_key)
           FROM booking_appointmentcounsellor holder
           JOIN admin_module_counsellor counsellor ON counsellor.id = holder.counsellor_id
           WHERE holder.appointment_id = meeting.id) END,
       team.name, meeting.seats_calling,
       invited.count, invited.pending, invited.full_name, invited.born_on, invited.citizen_id,
       invited.attendance, meeting.version
FROM booking_claim claim
JOIN booking_appointment meeting ON meeting.id = claim.appointment_id
LEFT JOIN admin_module_conversationtype type ON type.code = meeting.type_id
LEFT JOIN admin_module_room room ON room.id = meeting.room_id
LEFT JOIN admin_module_team team ON team.id = meeting.team_id
LEFT JOIN LATERAL (
    SELECT count(*) AS count, bool_and(summons.status = %(pending)s) AS pending,
           min(citizen.full_name) AS full_name, min(citizen.born_on) AS born_on,
           (array_agg(citizen.id))[1] AS citizen_id,
           CASE WHEN %(persons)s AND NOT bool_or(summons.attendance = '') THEN min(summons.attendance) END
               AS attendance
    FROM booking_summons summons JOIN booking_citizen citizen ON citizen.id = summons.citizen_id
    WHERE summons.appointment_id = meeting.id AND summons.status <> %(cancelled)s
) invited ON true
LEFT JOIN hit ON hit.id = meeting.id
WHERE claim.day BETWEEN %(first)s AND %(last)s
  AND (claim.counsellor_id = ANY(%(counsellors)s::bigint[]) OR claim.room_id = ANY(%(rooms)s::bigint[]))
ORDER BY claim.day, claim.start_tick, meeting.id
"""


def meetings_of(
    *,
    first: date,
    last: date,
    counsellors: Sequence[int],
    rooms: Sequence[int],
    wording: Wording,
    settings: Settings,
    now: datetime,
) -> defaultdict[Place, list[Meeting]]:
    """The meetings by (day, counsellor, room), in order of time; those to be handled are marked (APP-04)."""
    scope = Scope(first, last, counsellors=tuple(counsellors), rooms=tuple(rooms))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{GRAVEST}{MEETINGS}",
            {
                **hit_by(scope, settings, now),
                "first": first,
                "last": last,
                "counsellors": list(counsellors),
                "rooms": list(rooms),
                "pending": SummonsStatus.PENDING,
                "cancelled": SummonsStatus.CANCELLED,
                "persons": wording.persons,
            },
        )
        rows = [Row._make(values) for values in cursor.fetchall()]
    found: defaultdict[Place, list[tuple[int, int, Meeting]]] = defaultdict(list)
    asks_since = place_of(now) if settings.attendance_here and wording.persons else (0, 0)
    for row in rows:
        stretch = (row.start_tick, row.start_tick + row.ticks, _meeting(row, wording, asks_since))
        found[row.day, row.counsellor_id, row.room_id].append(stretch)
    return defaultdict(list, {place: _in_lanes(stretches) for place, stretches in found.items()})


def _meeting(row: Row, wording: Wording, asks_since: tuple[int, int]) -> Meeting:
    """`asks_since`: day and minute; what ended before is to be registered."""
    minute, taken = row.start_tick * MINUTES_PER_TICK, row.ticks * MINUTES_PER_TICK
    minutes = row.duration or taken
    kind, icon, state = _state(row, over=(row.day.toordinal(), minute + minutes) <= asks_since)
    meeting = Meeting(
        id=row.appointment_id,
        start=time(minute // 60, minute % 60),
        minutes=minutes,
        tail=max(0, taken - minutes),
        title=_title(row, wording),
        printed=_title(row, replace(wording, names=False)) if wording.names else "",
        version=row.version,
        line=" · ".join(_line(row, wording)),
        kind=kind,
        icon=icon,
        state=state,
        citizen_id=row.citizen_id if wording.persons and not row.joint else None,
    )
    return meeting.to_be_handled(str(MARKS[Why(row.why)])) if row.why else meeting


def _title(row: Row, wording: Wording) -> str:
    if not wording.persons:
        return _("Optaget")
    if row.joint or not row.full_name:
        return row.title or row.type_name or ""
    if wording.names:
        return row.full_name
    return f"{formatting.initials(row.full_name)} {row.born_on:%d%m%y}"


WAYS: dict[str, Promise | str] = {
    ContactMode.TELEPHONE: gettext_lazy("telefon"),
    ContactMode.DIGITAL: gettext_lazy("digitalt"),
}
"""How a conversation is held where nobody comes, in one short word beside its type."""


def _line(row: Row, wording: Wording) -> list[str]:
    parts = [] if not wording.persons else [_kind_of_meeting(row), str(WAYS.get(row.mode, ""))]
    if row.beside:
        parts.append(row.beside)
    if row.team and wording.teams:
        parts.append(row.team)
    if row.self_booked and wording.persons:
        parts.append(_("Selvbooket"))
    return [part for part in parts if part]


def _kind_of_meeting(row: Row) -> str:
    if row.joint and row.seats:
        return _("%(invited)s af %(seats)s borgere") % {"invited": row.invited, "seats": row.seats}
    if row.joint:
        return _("%s borgere") % row.invited
    return row.type_name or ""


def _state(row: Row, *, over: bool) -> tuple[str, str, str]:
    """Kind of drawing, icon, and the words for it."""
    if row.origin == Origin.CASE_SYSTEM:
        return "else", "open-in-new", _("lagt i sagsbehandlingssystemet, ændres dér")
    if row.pending:
        return "pend", "hourglass", _("afventer, ikke sendt")
    if row.attendance:
        return _came(row.attendance, joint=row.joint)
    if over:
        return "", "help", _("fremmøde er ikke registreret")
    if row.self_booked:
        return "", "smartphone", _("selvbooket")
    return ("", "groups", _("fællesmøde, sendt")) if row.joint else ("", "check", _("sendt"))


def _came(attendance: str, *, joint: bool) -> tuple[str, str, str]:
    """Of a joint meeting only that everybody is registered."""
    if joint:
        return "", "how-to-reg", _("fremmøde er registreret")
    icon = "how-to-reg" if attendance == Attendance.MET else "person-remove"
    return "", icon, str(Attendance(attendance).label).lower()


def _in_lanes(stretches: list[tuple[int, int, Meeting]]) -> list[Meeting]:
    """Side by side where they overlap: facts from outside may collide (TIME-08)."""
    drawn: list[Meeting] = []
    group: list[tuple[int, int, Meeting]] = []
    until = 0
    for stretch in stretches:
        if group and stretch[0] >= until:
            drawn += _laid_out(group)
            group = []
        group.append(stretch)
        until = max(until, stretch[1]) if len(group) > 1 else stretch[1]
    return drawn + _laid_out(group)


def _laid_out(group: list[tuple[int, int, Meeting]]) -> list[Meeting]:
    if len(group) < 2:
        return [meeting for _start, _end, meeting in group]
    ends: list[int] = []
    lanes: list[int] = []
    for start, end, _meeting in group:
        lane = next((lane for lane, taken_until in enumerate(ends) if taken_until <= start), len(ends))
        ends[lane : lane + 1] = [end]
        lanes.append(lane + 1)
    count = min(len(ends), 4)
    return [
        replace(meeting, lane=min(lane, count), lanes=count)
        for (_start, _end, meeting), lane in zip(group, lanes, strict=True)
    ]
