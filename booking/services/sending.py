"""Sending what waits, taking it back while nothing has left, deleting, releasing, cancelling.

Every change of a summons's status stands here. What others must know goes to the outbox in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.availability.obstacles import Obstacle
from booking.models import Appointment, Claim, Origin, Summons
from booking.queries.facts import among
from booking.queries.messages import loaded, missing_particulars
from booking.rules import (
    obstacle_refusal,
    rebooking_rights,
    why_not_cancel,
    why_not_cancel_self,
    why_not_delete,
    why_not_restore,
    why_not_send,
    why_not_take_back,
)
from booking.services import bulk, locks
from booking.services.calendar_entries import tell_calendars
from booking.services.constraints import judged
from booking.services.reporting import KIND
from booking.services.telling import tell
from booking.states import ACTIVE, SummonsStatus
from planner.accounts.models import Settings, User
from planner.bulk import update_rows
from planner.outbox.models import Message
from planner.outbox.services import withdraw_unsent
from planner.outbox.states import State
from planner.prepared import rows_of
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Refused:
    summons: Summons
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Sent:
    summonses: tuple[Summons, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class TakenBack:
    summonses: tuple[Summons, ...]
    refused: tuple[Refused, ...]


def send(*, summonses: Iterable[Summons], by: User | None, now: datetime) -> Sent:
    """«Indkald nu»: the ones that may be sent get their number and rights and go out after the delay; the rest stay."""
    rows = _locked(summonses)
    settings = Settings.objects.get()
    going, refused = [], []
    for summons in rows:
        missing = missing_particulars(summons, settings=settings)
        if refusal := why_not_send(summons, now=now, missing=missing):
            refused.append(Refused(summons, refusal))
        else:
            going.append(summons)
    _mark_sent(going, settings, by, now)
    replaced = _replace([summons.replaces_id for summons in going if summons.replaces_id], by, now)
    tell([*replaced, *going], settings=settings, now=now)
    return Sent(tuple(going), tuple(refused))


def take_back(*, summonses: Iterable[Summons], now: datetime) -> TakenBack:
    """«Fortryd» after sending: pending again, and what was replaced is there again; only while nothing has left."""
    rows = _locked(summonses, taking_at=now)
    replaced = _replaced_by_sending(rows)
    told, cancelled = _told(rows), _cancel_unsent(replaced.values())
    pushed_aside = _pushed_aside(replaced.values())
    back, refused = [], []
    for summons in rows:
        old = replaced.get(summons.pk)
        under_way = summons.pk in told or (old is not None and old.pk not in cancelled)
        refusal = why_not_take_back(summons, under_way=under_way) or (_undo_cancel(old, now) if old else None)
        if refusal:
            refused.append(Refused(summons, refusal))
        else:
            back.append(summons)
    olds = [replaced[summons.pk] for summons in back if summons.pk in replaced]
    _withdraw([*back, *olds])
    tell([old for old in olds if old.pk in pushed_aside], settings=Settings.objects.get(), now=now)
    for summons in back:
        summons.status, summons.sent_at, summons.sent_by = SummonsStatus.PENDING, None, None
        summons.rebook_until = summons.rebook_to = None
    _save(back, "status", "sent_at", "sent_by_id", "rebook_until", "rebook_to")
    _tell_calendars([*back, *olds], now)
    return TakenBack(tuple(back), tuple(refused))


def delete_pending(*, summonses: Iterable[Summons]) -> int:
    """The rows are gone and their time is free; what is no longer pending is left alone. How many went."""
    return _delete([summons for summons in _locked(summonses) if why_not_delete(summons) is None])


def release_overdue(*, jobcentre_id: int, now: datetime) -> int:
    """Pending summonses whose day of release has come lose their time (PEND-03). How many."""
    overdue = Summons.objects.filter(
        jobcentre=jobcentre_id, status=SummonsStatus.PENDING, release_on__lte=timezone.localdate(now)
    )
    return delete_pending(summonses=overdue)


def cancel(*, summons: Summons, reason: str, by: User | None, now: datetime) -> Summons:
    """«Aflys»: the citizen's seat is free at once, and the counsellor and room when nobody is left (CAL-05)."""
    rows = _locked([summons])
    refusal = why_not_cancel(rows[0], now=now) if rows else Refusal(_("Indkaldelsen findes ikke længere."), code="gone")
    if refusal:
        raise refusal
    _cancel(rows, reason, by, now)
    tell(rows, settings=Settings.objects.get(), now=now)
    return rows[0]


def cancel_by_citizen(*, summons: Summons, reason: str, tells: bool, by: User | None, now: datetime) -> Summons:
    """The citizen's own cancelling, by their rights; repeated it changes nothing. `tells`: DFDG hears it from us."""
    rows = _locked([summons])
    if not rows:
        raise Refusal(_("Aftalen findes ikke længere."), code="gone")
    if rows[0].status == SummonsStatus.CANCELLED:
        return rows[0]
    if refusal := why_not_cancel_self(rows[0], now=now):
        raise refusal
    _cancel(rows, reason, by, now)
    tell(rows, settings=Settings.objects.get(), now=now, at_once=True, dfdg_knows=not tells)
    return rows[0]


def cancel_all(*, summonses: Iterable[Summons], reason: str, by: User | None, now: datetime) -> TakenBack:
    """[Aflys] for a selection: those that can be are cancelled; the rest stay, each with its reason."""
    going, refused = [], []
    for summons in _locked(summonses):
        if refusal := why_not_cancel(summons, now=now):
            refused.append(Refused(summons, refusal))
        else:
            going.append(summons)
    _cancel(going, reason, by, now)
    tell(going, settings=Settings.objects.get(), now=now)
    return TakenBack(tuple(going), tuple(refused))


def cancel_appointment(*, appointment: Appointment, reason: str, by: User | None, now: datetime) -> tuple[Summons, ...]:
    """The whole meeting: what was sent is cancelled, what waits is deleted. The cancelled summonses."""
    rows = _locked(appointment.summonses.filter(status__in=ACTIVE))
    sent = [summons for summons in rows if summons.status == SummonsStatus.SENT]
    for summons in sent:
        if refusal := why_not_cancel(summons, now=now):
            raise refusal
    _delete([summons for summons in rows if summons.status == SummonsStatus.PENDING])
    _cancel(sent, reason, by, now)
    tell(sent, settings=Settings.objects.get(), now=now)
    return tuple(sent)


def cancel_as_told(*, summons: Summons, reason: str, at: datetime) -> None:
    """Another system cancelled it then, and told whom it concerns (KSS-02). Its locks are held."""
    _cancel([summons], reason, None, at)


def stand_as_told(*, summons: Summons) -> None:
    """Another system lets it be held after all; whoever calls it takes the time. Its locks are held."""
    summons.status, summons.cancelled_at, summons.cancelled_by = SummonsStatus.SENT, None, None
    summons.cancelled_reason = ""
    _save([summons], "status", "cancelled_at", "cancelled_by_id", "cancelled_reason")


def go_to(*, summons: Summons, meeting: Appointment, at: datetime) -> None:
    """The citizen comes to another meeting than before; one left empty ends. The locks are held."""
    left = summons.appointment_id
    bulk.free_seats([summons.pk])
    summons.appointment = meeting
    _save([summons], "appointment_id")
    _end_empty({left}, _("Flyttet til et andet møde."), at)


def restore(*, summonses: Iterable[Summons], now: datetime) -> TakenBack:
    """«Fortryd» after cancelling, while nothing has left and the time is still free."""
    rows = _locked(summonses, taking_at=now)
    unsent, pushed_aside = _cancel_unsent(rows), _pushed_aside(rows)
    back, refused = [], []
    for summons in rows:
        refusal = why_not_restore(summons, now=now, under_way=summons.pk not in unsent) or _undo_cancel(summons, now)
        if refusal:
            refused.append(Refused(summons, refusal))
        else:
            back.append(summons)
    _withdraw(back)
    tell([summons for summons in back if summons.pk in pushed_aside], settings=Settings.objects.get(), now=now)
    _tell_calendars(back, now)
    return TakenBack(tuple(back), tuple(refused))


def _tell_calendars(undone: Sequence[Summons], now: datetime) -> None:
    """They were perhaps told sooner than DFDG: what is true again is said again."""
    if undone:
        meetings = {summons.appointment_id for summons in undone}
        tell_calendars(meetings, jobcentre_id=undone[0].jobcentre_id, not_before=now, now=now)


def _locked(summonses: Iterable[Summons], *, taking_at: datetime | None = None) -> list[Summons]:
    """The rows as they are under the locks of their citizens and meetings.

    `taking_at`: time will be taken again, so counsellors and rooms are locked too, and what ran out there is given up.
    """
    named = list(summonses)
    if not named:
        return []
    asked = [summons.pk for summons in named]
    jobcentre_id = named[0].jobcentre_id
    if len(asked) > locks.MANY:
        locks.lock(jobcentre_id=jobcentre_id, exclusive=True)
        if taking_at:
            bulk.free_expired(now=taking_at, everybody=True)
    else:
        replaced = [summons.replaces_id for summons in named if summons.replaces_id]
        _lock_each(jobcentre_id, [*asked, *replaced], taking_at=taking_at)
    summonses_now = {summons.pk: summons for summons in loaded(Summons.objects.filter(pk__in=among(asked)))}
    return [summonses_now[pk] for pk in asked if pk in summonses_now]


def _lock_each(jobcentre_id: int, asked: Sequence[UUID], *, taking_at: datetime | None) -> None:
    """The citizens and meetings of the summonses, with `taking_at` also who and what holds them."""
    rows = Summons.objects.filter(pk__in=asked).values_list(
        "citizen_id", "appointment_id", "appointment__holders__counsellor_id", "appointment__room_id"
    )
    citizens, appointments, holders, places = map(set, zip(*rows, strict=True)) if rows else ((), (), (), ())
    counsellors, rooms = ({pk for pk in ids if taking_at and pk} for ids in (holders, places))
    locks.lock(
        jobcentre_id=jobcentre_id,
        citizens=citizens,
        appointments=appointments,
        counsellors=counsellors,
        rooms=rooms,
    )
    if taking_at:
        bulk.free_expired(now=taking_at, citizens=citizens, counsellors=counsellors, rooms=rooms)


def _mark_sent(rows: Sequence[Summons], settings: Settings, by: User | None, now: datetime) -> None:
    numbers = next_numbers(sum(1 for summons in rows if summons.number is None))
    for summons in rows:
        summons.number = summons.number or next(numbers)
        summons.status, summons.sent_at, summons.sent_by = SummonsStatus.SENT, now, by
        summons.rebook_until, summons.rebook_to = rebooking_rights(
            summons, settings=settings, today=timezone.localdate(now)
        )
    _save(rows, "number", "status", "sent_at", "sent_by_id", "rebook_until", "rebook_to")


NUMBERS = "planner_number"
"""The one sequence of summonses and offers (SUM-20)."""


def next_numbers(count: int) -> Iterator[int]:
    """The next ones, never used again."""
    rows = rows_of("SELECT nextval(%s) FROM generate_series(1, %s)", [NUMBERS, count])
    return iter([number for (number,) in rows])


def _replace(ids: Sequence[UUID], by: User | None, now: datetime) -> list[Summons]:
    """What goes when the new ones are sent (SUM-23): the cancelled ones come back, those never sent are just gone."""
    olds = Summons.objects.filter(pk__in=ids, status__in=ACTIVE, attendance="", appointment__start_at__gt=now)
    rows = list(olds.exclude(origin=Origin.CASE_SYSTEM))
    _delete([summons for summons in rows if summons.status == SummonsStatus.PENDING])
    sent = [summons for summons in rows if summons.status == SummonsStatus.SENT]
    _cancel(sent, _("Erstattet af en ny indkaldelse."), by, now)
    return sent


def _replaced_by_sending(rows: Iterable[Summons]) -> dict[UUID, Summons]:
    """By the new summons: the one that was cancelled at the moment when it was sent."""
    sent_at = {summons.pk: summons.sent_at for summons in rows}
    found = Summons.objects.filter(replaced_by__in=among(sent_at), status=SummonsStatus.CANCELLED)
    olds = found.annotate(new=F("replaced_by")).order_by("pk")
    return {old.new: old for old in olds if old.cancelled_at == sent_at[old.new]}


def _cancel(rows: Sequence[Summons], reason: str, by: User | None, now: datetime) -> None:
    for summons in rows:
        summons.status, summons.cancelled_at, summons.cancelled_by = SummonsStatus.CANCELLED, now, by
        summons.cancelled_reason = reason
    _save(rows, "status", "cancelled_at", "cancelled_by_id", "cancelled_reason")
    bulk.free_seats(summons.pk for summons in rows)
    _end_empty({summons.appointment_id for summons in rows}, reason, now)


def _delete(rows: Sequence[Summons]) -> int:
    ids, meetings = [summons.pk for summons in rows], {summons.appointment_id for summons in rows}
    bulk.free_seats(ids)
    Summons.objects.filter(replaces__in=ids).update(replaces=None)
    Summons.objects.filter(pk__in=ids).delete()
    Appointment.objects.filter(pk__in=meetings, summonses=None).delete()
    return len(ids)


def _end_empty(meetings: Iterable[UUID], reason: str, now: datetime) -> None:
    """Meetings that nobody comes to any more give back their counsellors and rooms."""
    active = Summons.objects.filter(appointment=OuterRef("pk"), status__in=ACTIVE)
    empty = list(
        Appointment.objects.filter(~Exists(active), pk__in=meetings, cancelled_at=None).values_list("pk", flat=True)
    )
    Claim.objects.filter(appointment__in=empty).delete()
    Appointment.objects.filter(pk__in=empty).update(cancelled_at=now, cancelled_reason=reason, version=F("version") + 1)


def _undo_cancel(summons: Summons, now: datetime) -> Refusal | None:
    """Sent again and its time taken again, or why not."""
    meeting = Appointment.objects.filter(pk=summons.appointment_id, cancelled_at__isnull=False)
    try:
        with judged():
            if meeting.update(cancelled_at=None, cancelled_reason="", version=F("version") + 1):
                bulk.claim_meetings([summons.appointment_id])
            elif refusal := no_seat(summons.appointment, now=now):
                return refusal
            bulk.claim_seats([summons.pk])
    except Refusal as refusal:
        return refusal
    summons.status, summons.cancelled_at, summons.cancelled_by = SummonsStatus.SENT, None, None
    summons.cancelled_reason = ""
    _save([summons], "status", "cancelled_at", "cancelled_by_id", "cancelled_reason")
    return None


def no_seat(meeting: Appointment, *, wanted: int = 1, now: datetime) -> Refusal | None:
    """Whether somebody else got the seats wanted at a joint meeting meanwhile, or is about to."""
    used = Summons.objects.filter(appointment=meeting, status__in=ACTIVE).count()
    used += meeting.holds.filter(held=True, expires_at__gt=now).count()
    if meeting.seats_calling is not None and used + wanted > meeting.seats_calling + meeting.seats_rebooking:
        return obstacle_refusal([Obstacle.SEATS_TAKEN])
    return None


def _save(rows: Sequence[Summons], *columns: str) -> None:
    for summons in rows:
        summons.version += 1
    update_rows(rows, *columns, "version")


def _told(rows: Iterable[Summons]) -> set[UUID]:
    """Those of which something has left, or may have."""
    tried = Message.objects.filter(kind=KIND, subject_id__in=[summons.pk for summons in rows], attempts__gt=0)
    return set(tried.values_list("subject_id", flat=True))


def _cancel_unsent(rows: Iterable[Summons]) -> set[UUID]:
    """Those whose cancelling waits untried."""
    moments = {summons.pk: summons.cancelled_at for summons in rows}
    waiting = Message.objects.filter(kind=KIND, subject_id__in=moments, state=State.READY, attempts=0)
    return {pk for pk, created_at in waiting.values_list("subject_id", "created_at") if created_at == moments[pk]}


def _pushed_aside(rows: Iterable[Summons]) -> set[UUID]:
    """Those of which something still unsent gave way to the cancelling: it is to be said again."""
    moments = {summons.pk: summons.cancelled_at for summons in rows}
    gone = Message.objects.filter(kind=KIND, subject_id__in=moments, state=State.SUPERSEDED)
    return {pk for pk, changed_at in gone.values_list("subject_id", "changed_at") if changed_at == moments[pk]}


def _withdraw(rows: Sequence[Summons]) -> None:
    """Nothing of these will leave; Refusal, and all is undone, where one left this very moment."""
    wanted = {summons.pk for summons in rows}
    if withdraw_unsent(kind=KIND, subject_ids=wanted) != wanted:
        raise Refusal(_("Nogle af indkaldelserne er netop sendt. Prøv igen."), code="under_way")
