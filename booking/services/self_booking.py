"""What a citizen does themself: book, rebook, accept, cancel (SELF-01 to SELF-08). Each may be repeated without harm.

Who tells DFDG (SYNC-18): what came through Jobnet DFDG knows; what was done on «Min side» we tell, at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import StandardText
from booking.models import (
    Appointment,
    Citizen,
    Claim,
    OnlineOffer,
    Origin,
    PlacedBy,
    Summons,
)
from booking.queries.messages import loaded
from booking.queries.target import Target
from booking.rules import cancelling_right, rebooking_rights
from booking.services import bulk, locks, sending
from booking.services.entries import Entries, Places, claims
from booking.services.holding import (
    Choice,
    Picked,
    Wish,
    give_up_what_ran_out,
    in_time,
    kept_choice,
    let_go_of,
    lock_for,
    may_book,
    may_move,
    needed,
    own_hold,
    pick,
    placed,
)
from booking.services.meetings import Meeting
from booking.services.moving import places_at, stand
from booking.services.telling import tell
from booking.states import ACTIVE, SummonsStatus
from planner.accounts.models import Settings, User
from planner.bulk import insert_together, update_rows
from planner.ui.refusal import Refusal


def book(
    *,
    booking_id: UUID,
    citizen: Citizen,
    offer: OnlineOffer | None,
    choice: Choice,
    origin: str,
    by: User | None,
    language: str = "da",
    accepted_text: StandardText | None = None,
    is_new: bool = False,
    settings: Settings,
    now: datetime,
) -> Summons:
    """The same again gives the same summons; the same id with another time rebooks it.

    `is_new`: the caller has just seen that nothing has the id.
    """
    known = None if is_new else own_summons(booking_id, citizen)
    if known:
        return rebook(summons=known, choice=choice, origin=origin, by=by, settings=settings, now=now)
    wish = Wish(citizen, needed(offer), None, choice, settings, now)
    locked = lock_for(wish)
    wish = placed(wish, booking_id)
    give_up_what_ran_out(wish, locked)
    if known := _booked_meanwhile(wish, booking_id):
        return _rebook(replace(wish, offer=known.offer, standing=None), known, origin, by)
    hold = own_hold(booking_id, citizen) if wish.standing and wish.standing.is_chosen else None
    wish = kept_choice(may_book(wish), hold)
    picked = pick(wish)
    let_go_of(wish, picked)
    with in_time():
        if hold:
            hold.delete()
        summons = _place(booking_id, wish, picked, origin, by)
        summons.language = language
        if accepted_text:
            summons.accepted_text, summons.accepted_at = accepted_text, now
        _write(summons)
    _tell(summons, origin, settings, now)
    return summons


def rebook(
    *, summons: Summons, choice: Choice, origin: str, by: User | None, settings: Settings, now: datetime
) -> Summons:
    """The old time is given back when the new one is had, never before (SELF-05)."""
    wish = Wish(summons.citizen, summons.offer, summons, choice, settings, now)
    give_up_what_ran_out(wish, lock_for(wish))
    return _rebook(wish, summons, origin, by)


def accept(*, summons: Summons, text: StandardText | None, now: datetime) -> Summons:
    """The citizen has read and accepted; the first time counts."""
    locks.lock(jobcentre_id=summons.jobcentre_id, citizens=[summons.citizen_id])
    found = Summons.objects.get(pk=summons.pk)
    if found.status != SummonsStatus.SENT:
        raise Refusal(_("Aftalen er aflyst."), code="gone")
    if found.accepted_at is None:
        found.accepted_text, found.accepted_at = text, now
        found.version += 1
        found.save(update_fields=["accepted_text", "accepted_at", "version"])
    return found


def cancel(*, summons: Summons, reason: str, origin: str, by: User | None, now: datetime) -> Summons:
    """By the citizen's own rights: what they booked on an offer that accepts it, in time."""
    return sending.cancel_by_citizen(summons=summons, reason=reason, tells=origin != Origin.JOBNET, by=by, now=now)


def renew_rights(offer: OnlineOffer, *, settings: Settings, now: datetime) -> int:
    """After a new end date: until when what is booked on the offer may be rebooked, and to what date (slide 105).

    Those whose right to rebook ends on another day are told. How many rights changed.
    """
    booked = Summons.objects.filter(offer=offer, status=SummonsStatus.SENT, appointment__start_at__gt=now)
    citizens = set(booked.values_list("citizen_id", flat=True))
    many = len(citizens) > locks.MANY
    locks.lock(jobcentre_id=offer.jobcentre_id, exclusive=many, citizens=() if many else citizens)
    changed, told = [], []
    for summons in booked.filter(citizen__in=citizens).select_related("appointment", "offer").order_by("pk"):
        before = (summons.rebook_until, summons.rebook_to)
        summons.rebook_to = None
        rights = rebooking_rights(summons, settings=settings, today=timezone.localdate(now))
        summons.rebook_until, summons.rebook_to = rights
        if rights != before:
            changed.append(summons)
        if rights[0] != before[0]:
            told.append(summons)
    _save(changed, "rebook_until", "rebook_to")
    tell(told, settings=settings, now=now)
    return len(changed)


def own_summons(pk: UUID, citizen: Citizen) -> Summons | None:
    """The booking that has this id already; Refusal where it is somebody else's."""
    found = Summons.objects.select_related("citizen", "offer", "appointment").filter(pk=pk).first()
    if found and found.citizen_id != citizen.pk:
        raise Refusal(_("Aftalen er ikke borgerens."), code="not_yours")
    return found


def _booked_meanwhile(wish: Wish, booking_id: UUID) -> Summons | None:
    is_booked = wish.standing is not None and wish.standing.is_booked
    return own_summons(booking_id, wish.citizen) if is_booked else None


def _place(pk: UUID, wish: Wish, picked: Picked, origin: str, by: User | None) -> Summons:
    """The appointment with its frozen details and the citizen's place at it, sent as soon as they are written."""
    offer, settings, now = needed(wish.offer), wish.settings, wish.now
    counsellors = (picked.counsellor_id,) if picked.counsellor_id else ()
    places = Places(offer.team_id, counsellors, [picked.room_id] if picked.room_id else [])
    entries = Entries(offer, settings, places, placed_by=PlacedBy.CITIZEN, by=by, now=now, origin=Origin(origin))
    entries.add(Meeting(wish.choice.day, wish.choice.start_tick, counsellors, picked.room_id, ()))
    summons = Summons(
        pk=pk,
        jobcentre_id=offer.jobcentre_id,
        appointment=entries.meeting(),
        citizen=wish.citizen,
        status=SummonsStatus.SENT,
        origin=origin,
        offer=offer,
        deadline=picked.deadline,
        placement=_how_found(by),
        prepared_by=by,
        prepared_at=now,
        sent_at=now,
        sent_by=by,
    )
    _count_anew(summons, settings, now)
    return summons


def _write(summons: Summons) -> None:
    """Whole, with its appointment and the time that both take."""
    meeting, holders = summons.appointment, summons.appointment.holders.all()
    taken = claims(
        meeting.day,
        meeting.start_tick,
        meeting.duration or 0,
        meeting.reporting_time,
        counsellors=[holder.counsellor_id for holder in holders],
        room_id=meeting.room_id,
        citizen_id=summons.citizen_id,
        jobcentre_id=summons.jobcentre_id,
        appointment=meeting,
    )
    insert_together(meeting, *holders, *taken, summons, drawn=("number", sending.NUMBERS))


def _rebook(wish: Wish, known: Summons, origin: str, by: User | None) -> Summons:
    """Under the locks. Where it stands already nothing is changed."""
    summons = loaded(Summons.objects.filter(pk=known.pk)).get()
    hold = own_hold(summons.pk, wish.citizen)
    wish = replace(wish, moves=summons)
    if _stands_there(summons, wish.choice):
        return summons
    wish = kept_choice(may_move(wish, summons), hold)
    picked, left = pick(wish), summons.appointment_id
    let_go_of(wish, picked)
    with in_time():
        if hold:
            hold.delete()
        if picked.joins_id:
            _take_seat(summons, picked.joins_id, wish.now)
        else:
            _move(summons.appointment, wish, picked)
    summons.placement = _how_found(by)
    _count_anew(summons, wish.settings, wish.now)
    _save([summons], "placement", "rebook_until", "rebook_to", "cancel_until")
    if picked.joins_id:
        bulk.claim_seats([summons.pk])
    _tell(summons, origin, wish.settings, wish.now, left=[left])
    return summons


def _stands_there(summons: Summons, choice: Choice) -> bool:
    meeting = summons.appointment
    holders = {holder.counsellor_id for holder in meeting.holders.all()}
    same_time = (meeting.day, meeting.start_tick) == (choice.day, choice.start_tick)
    return summons.status == SummonsStatus.SENT and same_time and choice.counsellor_id in (None, *holders)


def _move(meeting: Appointment, wish: Wish, picked: Picked) -> None:
    """The meeting itself goes to the new time; it keeps its details (slide 105)."""
    counsellors = (picked.counsellor_id,) if picked.counsellor_id else ()
    target = Target(wish.choice.day, wish.choice.start_tick, counsellors, picked.room_id)
    meeting.placed_by = PlacedBy.CITIZEN
    coming = meeting.summonses.filter(status__in=ACTIVE).values_list("pk", flat=True)
    stand(meeting, target, places_at(meeting, target), coming)


def _take_seat(summons: Summons, meeting_id: UUID, now: datetime) -> None:
    """Another joint meeting's seat for this one; what nobody comes to any more ends as moved."""
    left = summons.appointment_id
    bulk.free_seats([summons.pk])
    summons.appointment = Appointment.objects.get(pk=meeting_id)
    Summons.objects.filter(pk=summons.pk).update(appointment=meeting_id)
    if not Summons.objects.filter(appointment=left, status__in=ACTIVE).exists():
        Claim.objects.filter(appointment=left).delete()
        Appointment.objects.filter(pk=left).update(
            cancelled_at=now, cancelled_reason=_("Flyttet til et andet møde."), version=F("version") + 1
        )


def _count_anew(summons: Summons, settings: Settings, now: datetime) -> None:
    """The rights from the present date (SELF-05)."""
    today = timezone.localdate(now)
    summons.rebook_until, summons.rebook_to = rebooking_rights(summons, settings=settings, today=today)
    summons.cancel_until = cancelling_right(summons, today=today)


def _save(rows: Sequence[Summons], *columns: str) -> None:
    for summons in rows:
        summons.version += 1
    update_rows(rows, *columns, "version")


def _tell(summons: Summons, origin: str, settings: Settings, now: datetime, *, left: Sequence[UUID] = ()) -> None:
    tell([summons], settings=settings, now=now, at_once=True, dfdg_knows=origin == Origin.JOBNET, left=left)


def _how_found(by: User | None) -> dict[str, object]:
    """The citizen chose it; `helped_by`: the employee at the keys ([Book for borgeren])."""
    return {"by_citizen": True} | ({"helped_by": by.pk} if by else {})
