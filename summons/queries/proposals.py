"""A proposal for every appointment that is hit (DIST-19): the same time, else a new one, else what is in the way.

The same time with another counsellor of the team or in another of its rooms; else the first fitting time within the
deadline by the rules of distribution, with the citizen's deadline and the appointment's team. All proposals of a page
go together: none takes what another one takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import Competence, Counsellor, MeetingForm, Room
from booking.availability.calendar import CounsellorDay, counsellor_days, room_days
from booking.availability.counting import start_times
from booking.availability.facts import Block, CitizenFacts, CounsellorFacts, RoomFacts, Taken
from booking.availability.obstacles import Obstacle, Who, refusals, warnings
from booking.availability.why_not import Wish, why_not
from booking.models import Appointment, PlacedBy, Summons
from booking.queries.appointment import seats_of
from booking.queries.facts import Picture, picture
from booking.queries.hits import Hit, Why
from booking.queries.target import Target, least_notice
from booking.rules import OBSTACLES
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.timeline.bits import each, starts
from planner.timeline.ticks import MINUTES_PER_TICK, date_of, ticks_of
from planner.ui import formatting
from summons.distribution.engine import distribute
from summons.distribution.plan import Outcome, Placement
from summons.distribution.problem import Form, Problem, Request, Seats, SeatsBy
from summons.reasons import Facts, why_unplaced

LEAVE, CANCEL = "leave", "cancel"
OTHER_DAYS, SEARCHED_DAYS = 5, 28
STUCK = frozenset({Why.CLOSING_DAY, Why.CITIZEN_GONE})
"""Nobody else at the same time helps."""


class Mode(Enum):
    """What is chosen for all at first."""

    PROPOSAL = "proposal"
    LATER = "later"
    CANCEL = "cancel"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Way:
    """One place to which an appointment can be moved; `value` names it in the form."""

    target: Target
    words: str
    warnings: tuple[Obstacle, ...]
    late: bool = False

    @property
    def value(self) -> str:
        target = self.target
        people = "-".join(str(pk) for pk in target.counsellor_ids)
        seen = "-".join(obstacle.value for obstacle in self.warnings)
        return f"{target.day:%Y%m%d}.{target.start_tick}.{people}.{target.room_id or 0}.{seen}"


@dataclass(slots=True)
class Line:
    """An appointment, what hits it, and what can be done."""

    appointment: Appointment
    seats: list[Summons]
    why: str
    same: list[Way] = field(default_factory=list)
    later: list[Way] = field(default_factory=list)
    chosen: str = LEAVE
    in_the_way: str = ""

    @property
    def citizens(self) -> str:
        """Whose it is; how many at a joint meeting."""
        if len(self.seats) == 1:
            return str(self.seats[0].citizen.full_name)
        return _("%(count)s borgere") % {"count": len(self.seats)}

    @property
    def deadline(self) -> date | None:
        return min((seat.deadline for seat in self.seats if seat.deadline), default=None)

    @property
    def is_unsent(self) -> bool:
        """Nobody has been told of it: cancelling deletes it, and that is not taken back."""
        return all(seat.status == SummonsStatus.PENDING for seat in self.seats)

    @property
    def is_joint(self) -> bool:
        return self.appointment.form == MeetingForm.JOINT or len(self.appointment.counsellors.all()) > 1


def proposals(
    appointments: Sequence[Appointment],
    hits: Mapping[UUID, Sequence[Hit]],
    *,
    settings: Settings,
    now: datetime,
    only_of: int | None = None,
    mode: Mode = Mode.PROPOSAL,
) -> list[Line]:
    """A line each, in the order given; as many statements as there are teams, whatever the number of appointments."""
    lines = lines_of(appointments, hits)
    teams: defaultdict[int | None, list[Line]] = defaultdict(list)
    for line in lines:
        teams[line.appointment.team_id].append(line)
    for team_id, together in teams.items():
        _Team(team_id, together, hits, settings=settings, now=now, only_of=only_of).propose(mode)
    return lines


def lines_of(appointments: Sequence[Appointment], hits: Mapping[UUID, Sequence[Hit]]) -> list[Line]:
    """A line each, to be left or cancelled."""
    seats = seats_of(appointments)
    return [Line(one, seats[one.pk], _why(hits.get(one.pk, ()), seats[one.pk])) for one in appointments]


def _why(found: Sequence[Hit], seats: Sequence[Summons]) -> str:
    words = []
    for why in dict.fromkeys(hit.why for hit in found):
        gone = [seat.citizen for seat in seats if seat.citizen.cpr_status != "active"]
        if why is Why.CITIZEN_GONE and gone:
            words.append(_("Borgeren er: %(status)s") % {"status": gone[0].get_cpr_status_display()})
        elif why is not Why.CITIZEN_GONE:
            words.append(str(why.label))
    return " · ".join(words)


class _Team:
    """The calendars of one team's counsellors and rooms, as far as the proposals made so far take them."""

    def __init__(
        self,
        team_id: int | None,
        lines: Sequence[Line],
        hits: Mapping[UUID, Sequence[Hit]],
        *,
        settings: Settings,
        now: datetime,
        only_of: int | None,
    ) -> None:
        self.lines, self.settings, self.now = lines, settings, now
        found = {line.appointment.pk: hits.get(line.appointment.pk, ()) for line in lines}
        self.whys = {pk: {hit.why for hit in of} for pk, of in found.items()}
        self.out = {pk: {hit.counsellor_id for hit in of if hit.counsellor_id} for pk, of in found.items()}
        leaving = {hit.counsellor_id for of in found.values() for hit in of if hit.why is Why.COUNSELLOR_GONE}
        self.holders = {
            line.appointment.pk: sorted(one.pk for one in line.appointment.counsellors.all()) for line in lines
        }
        self.counsellors = _candidates(team_id, self.holders.values(), leaving, only_of)
        self.competent = _competent({line.appointment.competence_id for line in lines})
        closed = {line.appointment.room_id for line in lines if Why.ROOM_GONE in self.whys[line.appointment.pk]}
        self.rooms = _rooms(team_id, lines, closed)
        self.first = timezone.localdate(now)
        self.known = self._picture(team_id)
        self.notice = least_notice(settings, now)
        self.earliest = self.notice[0] + bool(self.notice[1])
        self.taken: defaultdict[tuple[int, int], list[Taken]] = defaultdict(list)
        self.room_taken: defaultdict[tuple[int, int], list[Block]] = defaultdict(list)
        self.own: dict[UUID, tuple[Taken, Block]] = {}
        self._spread()

    def _picture(self, team_id: int | None) -> Picture:
        return picture(
            settings=self.settings,
            team_id=team_id,
            first=self.first,
            last=self.first + timedelta(weeks=self.settings.horizon_weeks),
            now=self.now,
            counsellors=list(self.counsellors),
            rooms=list(self.rooms),
            citizens=[seat.citizen_id for line in self.lines for seat in line.seats],
            without=[line.appointment.pk for line in self.lines],
        )

    def _spread(self) -> None:
        """What is taken, by day; the hit appointments keep their places until they are moved."""
        for pk, counsellor in self.known.counsellors.items():
            for taken in counsellor.taken:
                self.taken[int(pk), taken.day].append(taken)
        for pk, room in self.known.rooms.items():
            for block in room.taken:
                self.room_taken[int(pk), block.day].append(block)
        for line in self.lines:
            one = line.appointment
            self.own[one.pk] = self._blocks(one, _present(one, self.holders[one.pk]))
            self._take(one, _present(one, self.holders[one.pk]), self.own[one.pk])

    def _blocks(self, one: Appointment, target: Target) -> tuple[Taken, Block]:
        day, minutes = target.day.toordinal(), one.duration or 0
        automatic = one.placed_by == PlacedBy.AUTOMATIC
        return (
            Taken(day, target.start_tick, ticks_of(minutes + one.reporting_time), minutes, automatic),
            Block(day, target.start_tick, ticks_of(minutes)),
        )

    def _take(self, one: Appointment, target: Target, blocks: tuple[Taken, Block] | None = None) -> None:
        taken, block = blocks or self._blocks(one, target)
        for pk in target.counsellor_ids:
            self.taken[pk, taken.day].append(taken)
        if target.room_id:
            self.room_taken[target.room_id, block.day].append(block)

    def propose(self, mode: Mode) -> None:
        """Choose for every line, the nearest deadline first (DIST-01); then list what else can be chosen."""
        waiting = []
        for line in sorted(self.lines, key=lambda line: (line.deadline or date.max, line.appointment.start_at)):
            same = next(self._same(line), None) if mode is not Mode.LATER else None
            if same:
                line.chosen = self._way(line, same).value
                self._take(line.appointment, same)
            elif Why.CITIZEN_GONE in self.whys[line.appointment.pk]:
                line.chosen = CANCEL
            else:
                waiting.append(line)
        for group in self._groups(waiting):
            self._distribute(group)
        self._list_others()
        if mode in (Mode.CANCEL, Mode.LEAVE):
            for line in self.lines:
                line.chosen = mode.value

    def _same(self, line: Line) -> Iterator[Target]:
        """The places at the same time: whoever cannot hold it replaced by one other, or the room by another."""
        one = line.appointment
        out = self.out[one.pk] & set(self.holders[one.pk])
        staying = [pk for pk in self.holders[one.pk] if pk not in out]
        if self.whys[one.pk] & STUCK or len(out) > 1 or (one.start_at <= self.now):
            return
        if not out and Why.ROOM_GONE not in self.whys[one.pk]:
            return
        for pk in self._liked(line) if out else (None,):
            if pk in staying or pk in out:
                continue
            for room in self._rooms_for(line):
                people = tuple(sorted([*staying, *([pk] if pk else [])]))
                target = Target(one.day, one.start_tick, people, room)
                if self._fits(one, target, [pk] if pk else []):
                    yield target
                    break

    def _liked(self, line: Line) -> list[int]:
        """The citizen's own counsellor first, the rest by the alphabet."""
        preferred = {self.known.citizens[seat.citizen_id].preferred for seat in line.seats}
        return sorted(self._able(line.appointment), key=lambda pk: pk not in preferred)

    def _able(self, one: Appointment) -> list[int]:
        """Who has the competence that it requires, and who holds it now (COMP-02)."""
        required = self.competent.get(one.competence_id or 0)
        return [pk for pk in self.counsellors if required is None or pk in required or pk in self.holders[one.pk]]

    def _rooms_for(self, line: Line) -> Sequence[int | None]:
        """Where it is; where that room is gone the team's rooms that are large enough."""
        one = line.appointment
        if one.room_id is None or one.room_id in self.rooms:
            return (one.room_id,)
        enough = [pk for pk, room in self.rooms.items() if room.capacity is None or room.capacity >= len(line.seats)]
        return tuple(enough)

    def _fits(self, one: Appointment, target: Target, people: Iterable[int]) -> bool:
        """Whether these people and the room are free as rebooking asks it (TIME-07)."""
        wish = Wish(target.day.toordinal(), target.start_tick, one.duration or 0, one.reporting_time)
        room = self._room_on(one, target.room_id, wish.day)
        found = why_not(wish, [self._day_of(one, pk, wish.day) for pk in people], self.known.closures, room=room)
        return not refusals(found, Who.CITIZEN)

    def _day_of(self, one: Appointment, pk: int, day: int) -> CounsellorFacts:
        """A counsellor's facts of one day, without this appointment where it stands now."""
        own, _block = self.own[one.pk]
        return replace(self.known.counsellors[pk], taken=[taken for taken in self.taken[pk, day] if taken is not own])

    def _room_on(self, one: Appointment, pk: int | None, day: int) -> RoomFacts | None:
        if pk is None or pk not in self.known.rooms:
            return None
        _taken, own = self.own[one.pk]
        return replace(self.known.rooms[pk], taken=[block for block in self.room_taken[pk, day] if block is not own])

    def _groups(self, lines: Sequence[Line]) -> list[list[Line]]:
        """Those that can be distributed together: as long, in the same rooms, with the same counsellors; a joint
        meeting alone."""
        groups: defaultdict[tuple[object, ...], list[Line]] = defaultdict(list)
        for line in lines:
            one = line.appointment
            alone = one.pk if line.is_joint else None
            like = (one.duration, one.reporting_time, tuple(self._rooms_for(line)), tuple(self._able(one)), alone)
            groups[like].append(line)
        return list(groups.values())

    def _distribute(self, lines: Sequence[Line]) -> None:
        """New times by the rules of distribution."""
        problem = self._problem(lines)
        by_citizen = {key: line for line in lines for key in self._keys(line)}
        if problem is None:
            for line in lines:
                line.in_the_way = _("Ingen af teamets vejledere eller lokaler kan bruges")
            return
        plan = distribute(problem)
        placed: dict[UUID, Placement] = {}
        for placement in plan.placements:
            placed.setdefault(by_citizen[str(placement.citizen)].appointment.pk, placement)
        for line in lines:
            if found := placed.get(line.appointment.pk):
                self._placed(line, found)
        for unplaced in plan.unplaced:
            line = by_citizen[str(unplaced.citizen)]
            line.in_the_way = self._in_the_way(unplaced.reason.value, line, date_of(self.known.last))

    def _placed(self, line: Line, found: Placement) -> None:
        room = int(found.room) if found.room is not None else None
        target = Target(date_of(found.day), found.start, tuple(sorted(int(pk) for pk in found.counsellors)), room)
        way = self._way(line, target)
        line.later.append(way)
        self._take(line.appointment, target)
        if found.outcome is Outcome.AFTER_DEADLINE and line.deadline:
            code = found.because.value if found.because else ""
            line.in_the_way = self._in_the_way(code, line, line.deadline)
        else:
            line.chosen = way.value

    def _problem(self, lines: Sequence[Line]) -> Problem | None:
        one, joint = lines[0].appointment, lines[0].is_joint
        able = [pk for pk in self.holders[one.pk] if pk in self.counsellors] if joint else self._able(one)
        rooms = [pk for pk in self._rooms_for(lines[0]) if pk]
        if not able or bool(one.room_id) > bool(rooms):
            return None
        request = Request(
            form=Form.JOINT if joint else Form.INDIVIDUAL,
            duration=one.duration or 0,
            earliest=self.earliest,
            counsellors=tuple(able),
            reporting_time=one.reporting_time,
            horizon_days=self.known.last - self.earliest,
            rooms=tuple(rooms[:1] if joint else rooms),
            seats=Seats(SeatsBy.ALL) if joint else None,
        )
        return Problem(
            request=request,
            counsellors=[self._whole(pk) for pk in able],
            citizens=[facts for line in lines for facts in self._citizens(line)],
            rooms=[self._whole_room(pk) for pk in rooms],
            closures=self.known.closures,
        )

    def _whole(self, pk: int) -> CounsellorFacts:
        taken = [one for (who, _day), found in self.taken.items() if who == pk for one in found]
        return replace(self.known.counsellors[pk], taken=taken)

    def _whole_room(self, pk: int) -> RoomFacts:
        taken = [one for (which, _day), found in self.room_taken.items() if which == pk for one in found]
        return replace(self.known.rooms[pk], taken=taken)

    def _keys(self, line: Line) -> list[str]:
        """A citizen may be hit twice, so each seat is one of its own."""
        return [str(seat.pk) for seat in line.seats]

    def _citizens(self, line: Line) -> list[CitizenFacts]:
        return [replace(self._bounded(seat), id=key) for seat, key in zip(line.seats, self._keys(line), strict=True)]

    def _bounded(self, seat: Summons) -> CitizenFacts:
        return replace(
            self.known.citizens[seat.citizen_id],
            earliest=seat.earliest_on.toordinal() if seat.earliest_on else None,
            deadline=seat.deadline.toordinal() if seat.deadline else None,
        )

    def _in_the_way(self, code: str, line: Line, until: date) -> str:
        earliest = date_of(self.earliest)
        room = line.appointment.room.name if line.appointment.room else _("lokalet")
        return why_unplaced(code, Facts(until=until, earliest=earliest, deadline=line.deadline, room=room))

    def _list_others(self) -> None:
        """Everybody who is free at the same time, and the first time of each of the next days that has one."""
        last = min(self.known.first + SEARCHED_DAYS, self.known.last)
        days = {
            pk: counsellor_days(self._whole(pk), self.known.first, last, self.known.closures) for pk in self.counsellors
        }
        rooms = {pk: room_days(self._whole_room(pk), self.known.first, last) for pk in self.rooms}
        for line in self.lines:
            line.same = self._same_ways(line)
            if line.is_joint or not line.seats:
                continue
            known = {way.target.day for way in line.later}
            found = self._first_of_days(line, days, rooms)
            ways = [self._way(line, target) for target in found if target.day not in known]
            line.later = sorted([*line.later, *ways], key=lambda way: (way.target.day, way.target.start_tick))

    def _first_of_days(
        self, line: Line, days: Mapping[int, Sequence[CounsellorDay]], rooms: Mapping[int, Sequence[int]]
    ) -> list[Target]:
        """The first time of each of the next days on which somebody is free and the citizen can come."""
        one, citizen = line.appointment, self._bounded(line.seats[0])
        count = len(next(iter(days.values()), ()))
        free = room_days(RoomFacts("citizen", taken=citizen.taken), self.known.first, self.known.first + count)
        liked, found = self._liked(line), list[Target]()
        for index in range(self.earliest - self.known.first, count):
            day = self.known.first + index
            if _away(citizen, day):
                continue
            anywhere = self._anywhere(line, free[index], {pk: rooms[pk][index] for pk in rooms})
            open_at = {
                tick: pk
                for pk in reversed(liked)
                for tick in start_times(
                    days[pk][index], one.duration or 0, one.reporting_time, grid=self.settings.jobnet_interval
                )
                if tick in anywhere
            }
            if open_at:
                tick = min(open_at)
                found.append(Target(date_of(day), tick, (open_at[tick],), anywhere[tick]))
            if len(found) == OTHER_DAYS:
                break
        return found

    def _anywhere(self, line: Line, citizen_free: int, rooms_free: Mapping[int, int]) -> dict[int, int | None]:
        """The starts at which the citizen can come, each with the first room that is free."""
        length = ticks_of(line.appointment.duration or 0)
        come = starts(citizen_free, length)
        found: dict[int, int | None] = {}
        for room in reversed(self._rooms_for(line)):
            open_ = come if room is None else come & starts(rooms_free[room], length)
            found |= dict.fromkeys(each(open_), room)
        return found

    def _same_ways(self, line: Line) -> list[Way]:
        """The proposed one too, which by now takes its own time."""
        chosen = _target_in(line.chosen)
        found = {target: self._way(line, target) for target in self._same(line)}
        if chosen and (chosen.day, chosen.start_tick) == (line.appointment.day, line.appointment.start_tick):
            found = {chosen: self._way(line, chosen, proposed=line.chosen), **found}
        return list(found.values())

    def _way(self, line: Line, target: Target, *, proposed: str = "") -> Way:
        one = line.appointment
        wish = Wish(
            target.day.toordinal(), target.start_tick, one.duration or 0, one.reporting_time, not_before=self.notice
        )
        people = [pk for pk in target.counsellor_ids if pk in self.known.counsellors]
        found = why_not(
            wish,
            [self._day_of(one, pk, wish.day) for pk in people],
            self.known.closures,
            citizens=[self._bounded(seat) for seat in line.seats],
        )
        warned = tuple(obstacle for obstacle in warnings(found, Who.STAFF) if not proposed or obstacle in BOUNDS)
        return Way(target, self._words(line, target, warned), warned, Obstacle.AFTER_DEADLINE in warned)

    def _words(self, line: Line, target: Target, warned: Sequence[Obstacle]) -> str:
        one = line.appointment
        names = ", ".join(self.counsellors[pk].full_name for pk in target.counsellor_ids if pk in self.counsellors)
        parts = [names or one.held_by]
        if (target.day, target.start_tick) != (one.day, one.start_tick):
            at = time(*divmod(target.start_tick * MINUTES_PER_TICK, 60))
            parts.insert(0, f"{formatting.day(target.day)} {_('kl.')} {formatting.clock(at)}")
        if target.room_id and target.room_id != one.room_id and target.room_id in self.rooms:
            parts.append(self.rooms[target.room_id].name)
        parts += [str(OBSTACLES[obstacle]).rstrip(".").lower() for obstacle in warned]
        return " · ".join(parts)


BOUNDS = frozenset({Obstacle.LEAST_NOTICE, Obstacle.AFTER_DEADLINE, Obstacle.BEFORE_EARLIEST, Obstacle.CITIZEN_ABSENT})
"""What bears on the citizen and the day, whoever holds it."""


def _present(one: Appointment, holders: Sequence[int]) -> Target:
    return Target(one.day, one.start_tick, tuple(holders), one.room_id)


def _target_in(value: str) -> Target | None:
    return target_of(value)[0] if "." in value else None


def target_of(value: str) -> tuple[Target, frozenset[Obstacle]]:
    """A way's value read again; ValueError for what cannot be one."""
    day, tick, people, room, seen = value.split(".")
    known = {obstacle.value: obstacle for obstacle in Obstacle}
    target = Target(
        datetime.strptime(day, "%Y%m%d").date(),  # noqa: DTZ007 - a date
        int(tick) % 288,
        tuple(int(pk) for pk in people.split("-")),
        int(room) or None,
    )
    return target, frozenset(known[code] for code in seen.split("-") if code in known)


def _away(citizen: CitizenFacts, day: int) -> bool:
    """Whether the citizen has hindering absence then, or may not be called yet."""
    absent = any(begins <= day and (ends is None or day <= ends) for begins, ends in citizen.absences)
    return absent or bool(citizen.earliest and day < citizen.earliest)


def _candidates(
    team_id: int | None, holders: Iterable[Sequence[int]], leaving: Iterable[int | None], only_of: int | None
) -> dict[int, Counsellor]:
    """The counsellors of the team that can be summoned to, and those who hold these; nobody who is leaving."""
    present = [pk for of in holders for pk in of]
    able = Q(can_be_summoned=True, leaving_at=None) & (Q(teams=team_id) if team_id else Q())
    living = Counsellor.objects.living().filter(Q(pk__in=present) | able).exclude(pk__in=[pk for pk in leaving if pk])
    return {one.pk: one for one in (living.filter(user_id=only_of) if only_of else living).distinct()}


def _competent(required: Iterable[int | None]) -> dict[int, set[int]]:
    """Who has each of these competences."""
    wanted = [pk for pk in required if pk]
    found: dict[int, set[int]] = {}
    for pk, holder in Competence.objects.living().filter(pk__in=wanted).values_list("pk", "counsellors"):
        found.setdefault(pk, set()).add(holder)
    return found


def _rooms(team_id: int | None, lines: Sequence[Line], closed: Iterable[int | None]) -> dict[int, Room]:
    usable = Room.objects.usable().filter(teams=team_id) if team_id else Room.objects.usable()
    present = [line.appointment.room_id for line in lines if line.appointment.room_id]
    living = Room.objects.living().filter(Q(pk__in=present) | Q(pk__in=usable.values("pk")))
    return {room.pk: room for room in living.exclude(pk__in=[pk for pk in closed if pk])}
