"""What [Flyt] offers and says before a meeting is moved: with whom, where, and what stands in the way (CAL-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from admin_module.models import Counsellor, Room
from booking.availability.obstacles import Obstacle, Who, refusals, warnings
from booking.models import Appointment, Summons
from booking.queries.target import Target, obstacles_at, why_not_target
from booking.rules import obstacle_refusal
from planner.accounts.models import Settings
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What TIME-09 says of a target, to staff."""

    refusal: Refusal | None = None
    warnings: tuple[Obstacle, ...] = ()


def verdict(
    meeting: Appointment, target: Target, seats: Sequence[Summons], *, settings: Settings, now: datetime
) -> Verdict:
    """Nothing is written; where it stands already nothing stands in the way."""
    if target == present(meeting):
        return Verdict()
    if refusal := why_not_target(target, now):
        return Verdict(refusal)
    found = obstacles_at(meeting, target, seats, settings=settings, now=now)
    return Verdict(obstacle_refusal(refusals(found, Who.STAFF)), warnings(found, Who.STAFF))


def present(meeting: Appointment) -> Target:
    """Where it stands now."""
    holders = tuple(sorted(holder.pk for holder in meeting.counsellors.all()))
    return Target(meeting.day, meeting.start_tick, holders, meeting.room_id)


def choosable(meeting: Appointment, *, only_of: int | None = None) -> list[Counsellor]:
    """The living counsellors of the team, and whoever holds it now. `only_of`: the user who may move to nobody else."""
    holders = [holder.pk for holder in meeting.counsellors.all()]
    team = Q(teams=meeting.team_id) if meeting.team_id else Q()
    living = Counsellor.objects.living().filter(Q(pk__in=holders) | team).distinct()
    return list(living.filter(Q(user_id=only_of) | Q(pk__in=holders)) if only_of else living)


def rooms_for(meeting: Appointment) -> list[Room]:
    """The team's rooms that can be used, and the one where it is held now."""
    usable = Room.objects.usable().filter(teams=meeting.team_id) if meeting.team_id else Room.objects.usable()
    return list(Room.objects.living().filter(Q(pk__in=usable.values("pk")) | Q(pk=meeting.room_id)))
