"""A time that a citizen has chosen and not yet confirmed: picked, held, renewed, replaced (SELF-08, SYNC-16).

Locks first and looks after. Who holds the conversation is chosen under the lock, never before (OFFER-09).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.translation import gettext as _

from admin_module.models import MeetingForm
from booking.models import Citizen, Claim, Hold, OnlineOffer, Summons
from booking.queries.joining import same_kind
from booking.queries.messages import loaded
from booking.queries.offer_terms import (
    Terms,
    deadline_of,
    rooms_for,
    terms_of_move,
    terms_of_offer,
    who_gives_times,
)
from booking.queries.openings import Opening, Walk, openings_for_rebooking, whose
from booking.queries.own_offers import offer_with_rules
from booking.queries.standing import Standing, standing_of
from booking.rules import conversations_like, has_conversation, why_not_book, why_not_rebook_self
from booking.services import bulk, locks
from booking.services.constraints import judged
from booking.services.entries import claims, when
from planner.accounts.models import Settings
from planner.prepared import rows_of
from planner.ui.refusal import Refusal

EXCLUSIONS = ("counsellor_in_one_place", "room_in_one_use", "citizen_in_one_place")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the citizen chose; without a counsellor, whoever is best then."""

    day: date
    start_tick: int
    counsellor_id: int | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """What the choice comes to: a counsellor and perhaps a room, or a seat at a joint meeting."""

    counsellor_id: int | None
    room_id: int | None
    joins_id: UUID | None
    duration: int
    reporting_time: int
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants which time of what. `moves`: the summons that goes there."""

    citizen: Citizen
    offer: OnlineOffer | None
    moves: Summons | None
    choice: Choice
    settings: Settings
    now: datetime
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """Everybody who could be chosen, and what is left behind."""

    counsellors: set[int]
    rooms: set[int]
    appointments: set[UUID]


def choose(
    *,
    booking_id: UUID | None,
    citizen: Citizen,
    offer: OnlineOffer | None,
    moves: Summons | None,
    choice: Choice,
    origin: str,
    settings: Settings,
    now: datetime,
) -> Hold:
    """An intent: with whom and where it would be; it takes no time. A reservation of the same time stays one."""
    wish = Wish(citizen, offer, moves, choice, settings, now)
    locks.lock(jobcentre_id=citizen.jobcentre_id, citizens=[citizen.pk])
    known = own_hold(booking_id, citizen)
    wish = kept_choice(looked_at_again(wish, booking_id), known)
    if known and known.held and known.expires_at > now and _is_at(known, wish.choice):
        return known
    return _write(known or _fresh(booking_id, wish), wish, pick(wish), origin, held=False)


def reserve(
    *,
    booking_id: UUID,
    citizen: Citizen,
    offer: OnlineOffer | None,
    moves: Summons | None,
    choice: Choice,
    origin: str,
    settings: Settings,
    now: datetime,
) -> Hold:
    """Keep the time from all others for some minutes; repeated it is renewed, with another time it is replaced."""
    wish = Wish(citizen, offer, moves, choice, settings, now)
    locked = lock_for(wish)
    known = own_hold(booking_id, citizen)
    wish = kept_choice(looked_at_again(wish, booking_id), known)
    give_up_what_ran_out(wish, locked)
    picked = pick(wish)
    let_go_of(wish, picked)
    if known:
        Claim.objects.filter(hold=known).delete()
    with in_time():
        hold = _write(known or _fresh(booking_id, wish), wish, picked, origin, held=True)
        Claim.objects.bulk_create(_claims(hold, picked))
    return hold


def why_gone(
    *, booking_id: UUID, citizen: Citizen, offer: OnlineOffer, choice: Choice, now: datetime
) -> Refusal | None:
    """Before any lock: who asks for a time that others are seen to have is told so, and waits for nobody (CONC-01).

    Nothing is written. Who gets no refusal may still be too late: that is seen under the lock.
    """
    counsellors = {choice.counsellor_id} if choice.counsellor_id else {one.pk for one in who_gives_times(offer, None)}
    [start_at, _end_at] = when(choice.day.toordinal(), choice.start_tick, 0).values()
    [(is_gone,)] = rows_of(GONE, [booking_id, list(counsellors), start_at])
    return taken() if is_gone and standing_of(citizen, offer, booking_id, now=now).fits else None


GONE = """
SELECT NOT EXISTS (SELECT FROM booking_summons WHERE id = %s)
   AND NOT EXISTS (SELECT FROM unnest(%s::bigint[]) AS one (id)
                   WHERE NOT EXISTS (SELECT FROM booking_claim claim WHERE claim.counsellor_id = one.id AND claim.firm
                                     AND claim.during @> %s::timestamptz AND claim.expires_at IS NULL))
"""


def lock_for(wish: Wish) -> Locked:
    """Before anything is looked at that counts."""
    found = _candidates(wish)
    locks.lock(
        jobcentre_id=wish.citizen.jobcentre_id,
        citizens=[wish.citizen.pk],
        counsellors=found.counsellors,
        rooms=found.rooms,
        appointments=found.appointments,
    )
    return found


def give_up_what_ran_out(wish: Wish, locked: Locked) -> None:
    """Of those who are locked; where it is known that nothing ran out there is nothing to do."""
    if wish.standing is None or wish.standing.something_ran_out:
        citizens = [wish.citizen.pk]
        bulk.free_expired(now=wish.now, citizens=citizens, counsellors=locked.counsellors, rooms=locked.rooms)


def _candidates(wish: Wish) -> Locked:
    moves, only = wish.moves, wish.choice.counsellor_id
    if moves and moves.appointment.form == MeetingForm.JOINT:
        there = same_kind(moves.appointment, now=wish.now).filter(day=wish.choice.day)
        return Locked(set(), set(), {moves.appointment_id, *there.values_list("pk", flat=True)})
    counsellors = {only} if only else {one.pk for one in who_gives_times(wish.offer, moves)}
    details = moves.appointment if moves else needed(wish.offer)
    rooms = {room.pk for room in rooms_for(details) or ()}
    if moves is None:
        return Locked(counsellors, rooms, set())
    counsellors |= {holder.counsellor_id for holder in moves.appointment.holders.all()}
    present = {moves.appointment.room_id} if moves.appointment.room_id else set()
    return Locked(counsellors, rooms | present, {moves.appointment_id})


def _terms(wish: Wish) -> Terms:
    if wish.moves:
        return terms_of_move(wish.moves, settings=wish.settings, now=wish.now)
    offer = needed(wish.offer)
    deadline = wish.standing.deadline if wish.standing else deadline_of(wish.citizen.pk, offer.type_id)
    return terms_of_offer(offer, deadline=deadline, settings=wish.settings, now=wish.now)


def needed(offer: OnlineOffer | None) -> OnlineOffer:
    """Who moves nothing books on an offer."""
    if offer is None:
        raise Refusal(_("Tilbuddet findes ikke."), code="no_offer")
    return offer


def looked_at_again(wish: Wish, booking_id: UUID | None) -> Wish:
    """The offer or the summons as it is under the lock, and that the citizen may have what they ask for."""
    if wish.moves:
        moves = loaded(Summons.objects.filter(pk=wish.moves.pk)).first()
        if moves is None or moves.citizen_id != wish.citizen.pk:
            raise Refusal(_("Aftalen er ikke borgerens."), code="not_yours")
        return may_move(wish, moves)
    return may_book(placed(wish, booking_id))


def placed(wish: Wish, booking_id: UUID | None) -> Wish:
    """The offer as it is now, and how the citizen stands to it."""
    offer = needed(offer_with_rules(needed(wish.offer).pk))
    return replace(wish, offer=offer, standing=standing_of(wish.citizen, offer, booking_id, now=wish.now))


def may_book(wish: Wish) -> Wish:
    """The offer takes bookings, is for the citizen, and they have no other coming conversation like it."""
    offer, standing = needed(wish.offer), wish.standing
    if refusal := why_not_book(offer, now=wish.now):
        raise refusal
    if standing is None or not standing.fits:
        raise Refusal(_("Borgeren er ikke i tilbuddets målgruppe."), code="no_target")
    if standing.coming & conversations_like(offer.type_id):
        raise Refusal(has_conversation().sentence, code="no_offer")
    return _in_its_mode(wish, offer.mode)


def may_move(wish: Wish, moves: Summons) -> Wish:
    """The summons as it is under the lock may be moved by the citizen."""
    if refusal := why_not_rebook_self(moves, settings=wish.settings, now=wish.now):
        raise refusal
    return _in_its_mode(replace(wish, moves=moves), moves.appointment.mode)


def _in_its_mode(wish: Wish, mode: str) -> Wish:
    if wish.choice.mode not in ("", mode):
        raise Refusal(_("Samtalen holdes ikke på den måde."), code="not_allowed")
    return replace(wish, choice=replace(wish.choice, mode=mode))


def own_hold(booking_id: UUID | None, citizen: Citizen) -> Hold | None:
    """What this id chose or reserved before; Refusal where it is somebody else's."""
    known = Hold.objects.filter(pk=booking_id).first() if booking_id else None
    if known and known.citizen_id != citizen.pk:
        raise Refusal(_("Reservationen er ikke borgerens."), code="not_yours")
    return known


def kept_choice(wish: Wish, known: Hold | None) -> Wish:
    """Exactly the counsellor who was named before at that time, while it holds."""
    if known is None or known.expires_at <= wish.now or not _is_at(known, wish.choice):
        return wish
    return replace(wish, choice=replace(wish.choice, counsellor_id=known.counsellor_id))


def _is_at(hold: Hold, choice: Choice) -> bool:
    same_time = (hold.day, hold.start_tick) == (choice.day, choice.start_tick)
    return same_time and choice.counsellor_id in (None, hold.counsellor_id)


def pick(wish: Wish) -> Picked:
    """With whom and where, as the calendars stand now; Refusal where the time is gone."""
    if wish.moves and wish.moves.appointment.form == MeetingForm.JOINT:
        return _seat(wish, wish.moves)
    terms, choice = whose(_terms(wish), wish.citizen, wish.settings, wish.now), wish.choice
    walk = Walk(
        terms,
        wish.citizen,
        first=choice.day,
        last=choice.day,
        only=choice.counsellor_id,
        settings=wish.settings,
        now=wish.now,
    )
    opening = next((one for one in walk.openings() if one.start_tick == choice.start_tick), None)
    if opening is None:
        raise taken()
    return Picked(
        counsellor_id=_best(opening, walk, wish.citizen),
        room_id=walk.room_at(choice.day, choice.start_tick),
        joins_id=None,
        duration=terms.duration,
        reporting_time=terms.reporting_time,
        deadline=terms.deadline,
    )


def taken() -> Refusal:
    """The citizen is too late, and is told at once (SELF-06)."""
    return Refusal(_("Tiden er ikke længere ledig. Vælg en anden tid."), code="taken")


@contextmanager
def in_time() -> Iterator[None]:
    """The database's own word that the time is taken, in the citizen's words; it ends the call."""
    try:
        with judged(ends_all=True):
            yield
    except Refusal as refusal:
        raise taken() if refusal.code in EXCLUSIONS else refusal from refusal


def _best(opening: Opening, walk: Walk, citizen: Citizen) -> int:
    """The case owner, else the least booked share of that day's budget, else the first by the Danish alphabet."""
    if citizen.case_owner_id in opening.counsellor_ids:
        return citizen.case_owner_id
    return min(opening.counsellor_ids, key=lambda pk: walk.share_booked(pk, opening.day))


def _seat(wish: Wish, moves: Summons) -> Picked:
    day, tick = wish.choice.day, wish.choice.start_tick
    found = openings_for_rebooking(moves, first=day, last=day, settings=wish.settings, now=wish.now)
    there = [one for one in found.starts if one.start_tick == tick]
    if not there:
        raise taken()
    meant = [one for one in there if wish.choice.counsellor_id in (None, *one.counsellor_ids)]
    if not meant:
        raise taken()
    return Picked(None, None, meant[0].appointment_id, moves.appointment.duration or 0, 0)


def let_go_of(wish: Wish, picked: Picked) -> None:
    """The citizen's other reservations of the same offer or summons, and those at the same time."""
    if wish.standing and not wish.standing.holds:
        return
    times = when(wish.choice.day.toordinal(), wish.choice.start_tick, picked.duration)
    same = Q(offer=wish.offer, moves=None) if wish.moves is None else Q(moves=wish.moves)
    during = Q(claims__citizen=wish.citizen, claims__during__overlap=DateTimeTZRange(*times.values()))
    others = list(
        Hold.objects.filter(same | during, citizen=wish.citizen, held=True).values_list("pk", flat=True).distinct()
    )
    Claim.objects.filter(hold__in=others).delete()
    Hold.objects.filter(pk__in=others).update(held=False, expires_at=wish.now)


def _fresh(booking_id: UUID | None, wish: Wish) -> Hold:
    citizen = wish.citizen
    return Hold(pk=booking_id or uuid4(), jobcentre_id=citizen.jobcentre_id, citizen_id=citizen.pk, created_at=wish.now)


def _write(hold: Hold, wish: Wish, picked: Picked, origin: str, *, held: bool) -> Hold:
    hold.offer, hold.moves, hold.joins_id = wish.offer, wish.moves, picked.joins_id
    hold.counsellor_id, hold.room_id, hold.mode = picked.counsellor_id, picked.room_id, wish.choice.mode
    hold.day, hold.start_tick, hold.origin = wish.choice.day, wish.choice.start_tick, origin
    hold.held, hold.expires_at = held, wish.now + timedelta(minutes=wish.settings.hold_minutes)
    hold.save()
    return hold


def _claims(hold: Hold, picked: Picked) -> list[Claim]:
    """As an appointment takes them, until the hold runs out."""
    return claims(
        hold.day,
        hold.start_tick,
        picked.duration,
        picked.reporting_time,
        counsellors=[picked.counsellor_id] if picked.counsellor_id else [],
        room_id=picked.room_id,
        citizen_id=hold.citizen_id,
        jobcentre_id=hold.jobcentre_id,
        hold=hold,
        expires_at=hold.expires_at,
    )
