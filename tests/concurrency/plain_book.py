"""The appointment book as plain as it can be said: who is where, in sets of five minutes. It knows nothing of ours.

Days are counted from the first Monday, times are minutes of the clock, counsellors and citizens are 0, 1, 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

TODAY = -7
ALWAYS = -1000
HARD = {"counsellor_taken", "room_taken", "citizen_taken", "counsellor_absent", "closing_day"}
"""What holds staff back; of the rest they are warned, and citizens and the distribution are held back by it too."""


def minutes(start: int, end: int) -> set[int]:
    return set(range(start, end, 5))


@dataclass
class Kind:
    """What is booked: on the offer (one a citizen), or by a summons (one a citizen)."""

    length: int
    reporting: int
    on_offer: bool


@dataclass
class Conversation:
    kind: Kind
    citizen: int
    counsellor: int
    day: int
    start: int
    room: bool
    status: str
    automatic: bool = False
    passed_hours: bool = False
    """Somebody read that it lies outside the hours, and put it there."""

    @property
    def active(self) -> bool:
        return self.status != "cancelled"

    @property
    def talk(self) -> set[int]:
        return minutes(self.start, self.start + self.kind.length)

    @property
    def block(self) -> set[int]:
        return minutes(self.start, self.start + self.kind.length + self.kind.reporting)


@dataclass
class Hours:
    start: int
    end: int
    share: int
    automatic_share: int


@dataclass
class Book:
    hours: list[dict[int, Hours]]
    """Of each counsellor, by the day from which they hold."""
    absences: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Counsellor, day, from, to."""
    closed: list[int] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    offer_ends: int | None = None
    conversations: list[Conversation] = field(default_factory=list)

    def active(self) -> list[Conversation]:
        return [one for one in self.conversations if one.active]

    def plan(self, counsellor: int, day: int) -> Hours:
        plans = self.hours[counsellor]
        return plans[max(begins for begins in plans if begins <= day)]

    def works(self, counsellor: int, day: int) -> set[int]:
        plan = self.plan(counsellor, day)
        return minutes(plan.start, plan.end)

    def away(self, counsellor: int, day: int) -> set[int]:
        found: set[int] = set()
        for who, when, start, end in self.absences:
            if (who, when) == (counsellor, day):
                found |= minutes(start, end)
        return found

    def budgets(self, counsellor: int, day: int) -> tuple[int, int]:
        """Minutes of conversation that the day may hold, and those of them for the distribution."""
        open_time = set() if day in self.closed else self.works(counsellor, day) - self.away(counsellor, day)
        plan = self.plan(counsellor, day)
        whole = 5 * len(open_time) * plan.share // 100
        return whole, whole * plan.automatic_share // 100

    def booked(self, counsellor: int, day: int, but: Conversation) -> tuple[int, int]:
        """The same of what is booked."""
        there = [one for one in self.active() if one is not but and (one.counsellor, one.day) == (counsellor, day)]
        whole = sum(one.kind.length for one in there)
        return whole, sum(one.kind.length for one in there if one.automatic)

    def obstacles(self, wish: Conversation, moved: Conversation | None = None) -> set[str]:
        """What stands in the way; `moved`: the conversation that goes there."""
        but = moved or wish
        others = [one for one in self.active() if one is not but and one.day == wish.day]
        found = set()
        if any(one.counsellor == wish.counsellor and one.block & wish.block for one in others):
            found.add("counsellor_taken")
        if wish.room and any(one.room and one.talk & wish.talk for one in others):
            found.add("room_taken")
        if any(one.citizen == wish.citizen and one.talk & wish.talk for one in others):
            found.add("citizen_taken")
        if wish.block & self.away(wish.counsellor, wish.day):
            found.add("counsellor_absent")
        if wish.day in self.closed:
            found.add("closing_day")
        if not wish.block <= self.works(wish.counsellor, wish.day):
            found.add("outside_hours")
        left = zip(self.budgets(wish.counsellor, wish.day), self.booked(wish.counsellor, wish.day, but), strict=True)
        for name, (budget, booked) in zip(("conversation_budget", "automatic_budget"), left, strict=True):
            if booked + wish.kind.length > budget:
                found.add(name)
        return found

    def free_for(self, wish: Conversation, among: Iterable[int], moved: Conversation | None = None) -> list[int]:
        """The counsellors with whom the citizen can have the time."""
        there = (one for one in among if one not in self.gone)
        return [one for one in there if self.obstacles(replace(wish, counsellor=one), moved) <= {"automatic_budget"}]

    def best(self, free: list[int], wish: Conversation, moved: Conversation | None = None) -> int:
        """Who has booked the least share of that day's budget, else the first by name."""

        def share(counsellor: int) -> Fraction:
            booked, _automatic = self.booked(counsellor, wish.day, moved or wish)
            budget, _automatic = self.budgets(counsellor, wish.day)
            return Fraction(booked, max(budget, 1))

        return min(free, key=lambda counsellor: (share(counsellor), counsellor))

    def offer_is_over(self) -> bool:
        return self.offer_ends is not None and self.offer_ends < TODAY

    def after_the_end(self, day: int) -> bool:
        return self.offer_ends is not None and day > self.offer_ends

    def has_one(self, citizen: int, *, on_offer: bool) -> bool:
        return any(one.citizen == citizen and one.kind.on_offer == on_offer for one in self.active())

    def may_delete(self, counsellor: int) -> bool:
        return self.offer_is_over() and all(one.counsellor != counsellor for one in self.active())

    def rebook_until(self, one: Conversation) -> int | None:
        """Until which day the citizen may rebook: the day before, and not after the offer's end."""
        until = one.day - 1
        if one.kind.on_offer and self.offer_ends is not None:
            until = min(until, self.offer_ends)
        return until if one.status == "sent" and until >= TODAY else None

    def hits(self, one: Conversation) -> set[str]:
        """Why it cannot be held as things are."""
        found = set()
        if one.block & self.away(one.counsellor, one.day):
            found.add("absence")
        if one.day in self.closed:
            found.add("closing_day")
        if not one.passed_hours and not one.block <= self.works(one.counsellor, one.day):
            found.add("outside_hours")
        return found
