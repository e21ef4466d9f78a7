"""After an offer is edited: its place, messages or description also to who has booked it, never time or rights
(OFFER-08, slide 105).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from booking.availability.obstacles import Who, refusals
from booking.models import Appointment, Claim, OnlineOffer, Summons
from booking.queries.offer_booked import Subject, booked, differs, room_wanted
from booking.queries.target import Target, obstacles_at
from booking.rules import obstacle_refusal
from booking.services import bulk, locks
from booking.services.constraints import judged
from booking.services.entries import Places
from booking.services.telling import tell
from planner.accounts.models import Settings
from planner.ui.refusal import Refusal

TEXTS = {
    Subject.MESSAGE: ("message_to_citizen", "message_to_counsellor"),
    Subject.DESCRIPTION: ("title", "title_en", "description", "description_en"),
    Subject.PLACE: ("phone", "digital_link", "contact_phone", "contact_email"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Who has it now, and those whose room is taken at their time."""

    summonses: Sequence[Summons]
    refused: Sequence[tuple[Summons, Refusal]]


def send_to_booked(*, offer: OnlineOffer, subjects: Collection[Subject], settings: Settings, now: datetime) -> Told:
    """Copy these of the offer onto what is booked and coming; a room that is taken leaves that one as it was."""
    locks.lock(jobcentre_id=offer.jobcentre_id, exclusive=True)
    told: list[Summons] = []
    refused: list[tuple[Summons, Refusal]] = []
    for summons in booked(offer, now=now):
        wanted = [one for one in subjects if differs(offer, summons.appointment, one)]
        try:
            with transaction.atomic():
                _copy(offer, summons, wanted, settings, now)
        except Refusal as refusal:
            refused.append((summons, refusal))
        else:
            told += [summons] if wanted else []
    tell(told, settings=settings, now=now)
    return Told(told, refused)


def _copy(
    offer: OnlineOffer, summons: Summons, subjects: Collection[Subject], settings: Settings, now: datetime
) -> None:
    meeting = summons.appointment
    for subject in subjects:
        for name in TEXTS[subject]:
            setattr(meeting, name, getattr(offer, name))
    if Subject.PLACE in subjects:
        _place(offer, summons, settings, now)
    if subjects:
        meeting.version += 1
        meeting.save()


def _place(offer: OnlineOffer, summons: Summons, settings: Settings, now: datetime) -> None:
    """Another room only where it is free at that time."""
    meeting, room_id = summons.appointment, room_wanted(offer, summons.appointment)
    holders = tuple(sorted(one.counsellor_id for one in meeting.holders.all()))
    if room_id != meeting.room_id:
        target = Target(meeting.day, meeting.start_tick, holders, room_id)
        if room_id and (refusal := _why_not(meeting, target, summons, settings, now)):
            raise refusal
        meeting.room_id, meeting.room_choice = room_id, offer.room_choice
        _claim_again(meeting, summons)
    places = Places(meeting.team_id, holders, [room_id] if room_id else [])
    for name, value in places.of(meeting.mode, holders, room_id).items():
        setattr(meeting, name, value)


def _why_not(
    meeting: Appointment, target: Target, summons: Summons, settings: Settings, now: datetime
) -> Refusal | None:
    return obstacle_refusal(refusals(obstacles_at(meeting, target, [summons], settings=settings, now=now), Who.STAFF))


def _claim_again(meeting: Appointment, summons: Summons) -> None:
    with judged():
        Claim.objects.filter(appointment=meeting).delete()
        Appointment.objects.filter(pk=meeting.pk).update(room_id=meeting.room_id)
        bulk.claim_meetings([meeting.pk])
        bulk.claim_seats([summons.pk])
