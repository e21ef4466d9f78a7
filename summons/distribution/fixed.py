"""Rounds at times that a person has chosen (DIST-13); who is held back by what is TIME-09, by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from booking.availability.facts import Block, CitizenFacts, CounsellorFacts, RoomFacts, Taken
from booking.availability.obstacles import Obstacle, Who, refusals, warnings
from booking.availability.why_not import Wish, why_not
from planner.timeline.ticks import ticks_of
from summons.distribution.calendars import chosen_counsellors, chosen_rooms
from summons.distribution.joint import seats_for_calling
from summons.distribution.plan import Outcome, Placement, Reason, Unplaced
from summons.distribution.problem import FixedTime, Form, Problem
from summons.distribution.waiting import in_order

TOLD_ONLY = frozenset({Obstacle.CONVERSATION_BUDGET, Obstacle.AFTER_DEADLINE})
"""Warnings that do not keep anybody from being free or from coming."""

OF_CITIZEN = frozenset({Obstacle.CITIZEN_TAKEN, Obstacle.COLLISION, Obstacle.CITIZEN_ABSENT, Obstacle.BEFORE_EARLIEST})
"""What may keep a citizen from coming (DIST-11)."""


class Rounds:
    """The rounds of a run in order of time; what one takes is taken in the next."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.request = problem.request
        self.counsellors = chosen_counsellors(problem)
        self.rooms = chosen_rooms(problem)
        self.queue = in_order(problem.citizens)
        self.could_come: set[object] = set()
        self.placements: list[Placement] = []

    def hold_all(self) -> tuple[list[Placement], list[Unplaced]]:
        for time in sorted(set(self.request.fixed_times)):
            if self.request.form is Form.JOINT:
                self._hold_meeting(time)
            else:
                self._hold_conversations(time)
        return self.placements, [Unplaced(citizen.id, self._reason(citizen)) for citizen in self.queue]

    def _reason(self, citizen: CitizenFacts) -> Reason:
        return Reason.NO_PLACE_LEFT if citizen.id in self.could_come else Reason.CITIZEN_UNAVAILABLE

    def _hold_conversations(self, time: FixedTime) -> None:
        free = [one for one in self.counsellors if self._usable(self._obstacles(time, counsellors=[one]))]
        rooms = self._free_rooms(time)
        places = min(len(free), len(rooms)) if self.rooms else len(free)
        coming = self._coming(time)[:places]
        for citizen, counsellor, room in self._pair(coming, free, rooms):
            self._place(time, citizen, [counsellor], room)
            self._take(time, [counsellor], room)
        self._leave(coming)

    def _pair(
        self, coming: Sequence[CitizenFacts], free: Sequence[CounsellorFacts], rooms: Sequence[RoomFacts]
    ) -> list[tuple[CitizenFacts, CounsellorFacts, RoomFacts | None]]:
        """Each citizen to their preferred counsellor if that one is free, the rest to the rest by the alphabet."""
        left = {counsellor.id: counsellor for counsellor in free}
        kept = {
            citizen.id: left.pop(citizen.preferred)
            for citizen in coming
            if citizen.preferred is not None and citizen.preferred in left
        }
        rest = iter(left.values())
        return [
            (citizen, kept.get(citizen.id) or next(rest), rooms[number] if self.rooms else None)
            for number, citizen in enumerate(coming)
        ]

    def _hold_meeting(self, time: FixedTime) -> None:
        coming = self._coming(time)[: seats_for_calling(self.problem)]
        rooms = self._free_rooms(time)
        told = self._obstacles(time, counsellors=self.counsellors)
        if not coming or not self._usable(told) or (self.rooms and not rooms):
            return
        room = rooms[0] if rooms else None
        for citizen in coming:
            self._place(time, citizen, self.counsellors, room)
        self._take(time, self.counsellors, room)
        self._leave(coming)

    def _place(
        self, time: FixedTime, citizen: CitizenFacts, counsellors: Sequence[CounsellorFacts], room: RoomFacts | None
    ) -> None:
        chosen = tuple(counsellor.id for counsellor in counsellors)
        kept = self.request.form is Form.INDIVIDUAL and citizen.preferred in chosen
        late = citizen.deadline is not None and time.day > citizen.deadline
        on_time = Outcome.PREFERRED if kept else Outcome.EARLIEST
        found = self._obstacles(time, counsellors=counsellors, room=room, citizen=citizen)
        self.placements.append(
            Placement(
                citizen.id,
                time.day,
                time.start,
                self.request.duration,
                chosen,
                room.id if room else None,
                Outcome.AFTER_DEADLINE if late else on_time,
                warnings=warnings(found, Who.STAFF),
            )
        )

    def _coming(self, time: FixedTime) -> list[CitizenFacts]:
        coming = [
            one for one in self.queue if self._usable(OF_CITIZEN.intersection(self._obstacles(time, citizen=one)))
        ]
        self.could_come.update(citizen.id for citizen in coming)
        return coming

    def _free_rooms(self, time: FixedTime) -> list[RoomFacts]:
        return [room for room in self.rooms if self._usable(self._obstacles(time, room=room))]

    def _usable(self, found: Iterable[Obstacle]) -> bool:
        found = tuple(found)
        held_back = refusals(found, Who.STAFF)
        told = set(warnings(found, Who.STAFF)) - TOLD_ONLY
        return not held_back and (self.request.pass_warnings or not told)

    def _obstacles(
        self,
        time: FixedTime,
        *,
        counsellors: Sequence[CounsellorFacts] = (),
        room: RoomFacts | None = None,
        citizen: CitizenFacts | None = None,
    ) -> tuple[Obstacle, ...]:
        wish = Wish(time.day, time.start, self.request.duration, self.request.reporting_time)
        citizens = [citizen] if citizen else []
        return why_not(wish, counsellors, self.problem.closures, room=room, citizens=citizens)

    def _take(self, time: FixedTime, counsellors: Sequence[CounsellorFacts], room: RoomFacts | None) -> None:
        duration = self.request.duration
        taken = Taken(time.day, time.start, ticks_of(duration + self.request.reporting_time), duration)
        chosen = {counsellor.id for counsellor in counsellors}
        self.counsellors = [
            replace(one, taken=(*one.taken, taken)) if one.id in chosen else one for one in self.counsellors
        ]
        block = Block(time.day, time.start, ticks_of(duration))
        self.rooms = [
            replace(one, taken=(*one.taken, block)) if room and one.id == room.id else one for one in self.rooms
        ]

    def _leave(self, placed: Iterable[CitizenFacts]) -> None:
        gone = {citizen.id for citizen in placed}
        self.queue = [citizen for citizen in self.queue if citizen.id not in gone]
