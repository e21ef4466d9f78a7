"""Conversations that another system made, moved or cancelled, as DFDG pushes them (SYNC-17, KSS-02).

What comes from outside is a fact: it is written down where it stands, also where it collides (TIME-08), and takes its
time as a fact does, not firm. A conversation of ours is moved, renamed and cancelled so; one of a case system is kept
as it is told, with all its particulars, and changed nowhere else. DFDG told the citizen; only the counsellors' own
calendars are told by us.

An echo of our own doing changes nothing: it says what is so already, or it is older than what we did since.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import ContactMode, ConversationType, Counsellor, MeetingForm, SeatsBy
from booking.models import Appointment, Citizen, Claim, Origin, PlacedBy, Summons
from booking.queries import jobcentres
from booking.queries.messages import FORMS, MODES
from booking.rules import rebooking_rights
from booking.services import locks, sending
from booking.services.calendar_entries import tell_calendars
from booking.services.citizens import citizens_by_cpr, make_bare
from booking.services.heard import FROM_PUSH
from booking.services.moving import hold
from booking.services.reporting import KIND
from booking.states import ACTIVE, SummonsStatus
from planner.accounts.models import Settings
from planner.dfdg.codes import ChangeKind, ContactModeCode
from planner.dfdg.messages import SummonsMessage
from planner.dfdg.wire import Fields, summons_from
from planner.inbox.readers import CannotUse, News
from planner.outbox.models import Receiver
from planner.outbox.queries import is_under_way, told_from
from planner.timeline.clock import place_of, taken
from planner.timeline.ticks import MINUTES_PER_TICK, date_of

Ask = Callable[[int, UUID], None]
UNTOLD_LENGTH = timedelta(minutes=30)
"""How long a conversation is thought to last where nobody says."""

THEIR_MODES: dict[int, ContactMode] = {int(code): mode for mode, code in MODES.items()} | {
    ContactModeCode.DIGITAL: ContactMode.DIGITAL,
    ContactModeCode.VIDEO: ContactMode.DIGITAL,
}
THEIR_FORMS: dict[int, MeetingForm] = {int(code): form for form, code in FORMS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When it is held and by whom, as we are told, and until when the citizen may change it.

    `counsellors` is empty where we know none of them.
    """

    start_at: datetime
    end_at: datetime
    counsellors: tuple[int, ...]
    group: UUID | None
    rebook_until: date | None
    cancel_until: date | None


def read_summons(news: News, *, ask: Ask) -> bool:
    """Whether anything changed. `ask`: lets a citizen whom nobody knew be looked up."""
    found = Summons.objects.filter(pk=news.message.external_id).select_related("appointment").first()
    gone = news.message.change is ChangeKind.DELETED
    if found is None:
        return False if gone else _make(news, ask)
    told = None if gone else _told(_said(news))
    summons = _locked(found, told)
    if _citizen_of(news) != summons.citizen_id:
        raise CannotUse(_("Samtalen hører til en anden borger i Planner."))
    if summons.status == SummonsStatus.PENDING or _ours_is_newer(summons, news.registered_at):
        return False
    before = summons.appointment_id
    changed = _cancel(summons, news) if told is None else _stand(summons, told, news)
    if changed:
        meetings = {before, summons.appointment_id}
        tell_calendars(meetings, jobcentre_id=news.jobcentre_id, not_before=news.now, now=news.now)
    return changed


def _said(news: News) -> SummonsMessage:
    message = news.message
    return summons_from(Fields(message.body), cpr=message.cpr, summons_id=message.external_id)


def _told(said: SummonsMessage) -> Told:
    end_at = said.ends_at if said.ends_at and said.ends_at > said.starts_at else said.starts_at + UNTOLD_LENGTH
    named = said.employee.identifier if said.employee else ""
    holders = Counsellor.objects.living().filter(employee_id=named) if named else Counsellor.objects.none()
    return Told(
        start_at=said.starts_at,
        end_at=end_at,
        counsellors=tuple(holders.order_by("pk").values_list("pk", flat=True)),
        group=said.group_meeting_id if THEIR_FORMS.get(said.meeting_form) == MeetingForm.JOINT else None,
        rebook_until=said.rebooking_until,
        cancel_until=said.cancellation_until,
    )


# Whether it counts


def _locked(found: Summons, told: Told | None) -> Summons:
    """The summons as it is under the locks of everybody whom it concerns."""
    holders = set(found.appointment.holders.values_list("counsellor_id", flat=True))
    room = found.appointment.room_id
    locks.lock(
        jobcentre_id=found.jobcentre_id,
        citizens=[found.citizen_id],
        counsellors={*holders, *(told.counsellors if told else ())},
        rooms=[room] if room else [],
        appointments={found.appointment_id, *([told.group] if told and told.group else [])},
    )
    return Summons.objects.select_related("appointment", "offer").get(pk=found.pk)


def _citizen_of(news: News) -> UUID | None:
    citizen = citizens_by_cpr([news.message.cpr]).get(news.message.cpr)
    return citizen.pk if citizen else None


def _refuse_registered(summons: Summons) -> None:
    if summons.attendance:
        raise CannotUse(_("Fremmødet er registreret i Planner, så ændringen er ikke overtaget."))


def _ours_is_newer(summons: Summons, registered_at: datetime) -> bool:
    """Whether we changed it since: DFDG holds ours now, or will in a moment."""
    if is_under_way(Receiver.DFDG, KIND, summons.pk):
        return True
    ours = (
        told_from(Receiver.DFDG, KIND, summons.pk),
        summons.sent_at,
        summons.cancelled_at,
        summons.appointment.created_at,
    )
    return any(moment is not None and registered_at < moment for moment in ours)


# What becomes of it


def _cancel(summons: Summons, news: News) -> bool:
    if summons.status == SummonsStatus.CANCELLED:
        return False
    _refuse_registered(summons)
    at = min(news.registered_at, news.now)
    sending.cancel_as_told(summons=summons, reason=_("Sket i sagsbehandlingssystemet."), at=at)
    return True


def _stand(summons: Summons, told: Told, news: News) -> bool:
    """It is held as told, whatever stands there already."""
    returned = summons.status == SummonsStatus.CANCELLED
    moved = not _is_as_told(summons.appointment, told)
    if returned or moved:
        _refuse_registered(summons)
    if returned:
        sending.stand_as_told(summons=summons)
    if moved:
        _seat(summons, told, news)
    particulars = _take_particulars(summons.appointment, news)
    if returned or moved:
        _take_seat(summons)
        _renew(summons, told, news.now)
    return returned or moved or particulars


def _is_as_told(meeting: Appointment, told: Told) -> bool:
    """A counsellor whom we do not know does not change who holds it here."""
    if meeting.cancelled_at or (meeting.start_at, meeting.end_at) != (told.start_at, told.end_at):
        return False
    holders = set(meeting.holders.values_list("counsellor_id", flat=True))
    return not told.counsellors or set(told.counsellors) <= holders


def _seat(summons: Summons, told: Told, news: News) -> None:
    """Move the meeting; where others come to it, or come to the same one elsewhere, the citizen goes to that."""
    left = summons.appointment
    meeting = _meeting_of_group(told)
    others = left.summonses.filter(status__in=ACTIVE).exclude(pk=summons.pk).exists()
    if meeting is None and (others or told.group):
        meeting = _apart(left, told, news)
    if meeting is None:
        _move(left, told)
        return
    sending.go_to(summons=summons, meeting=meeting, at=min(news.registered_at, news.now))


def _meeting_of_group(told: Told) -> Appointment | None:
    """The joint meeting that it names, where it is one of ours and held then."""
    if told.group is None:
        return None
    found = Appointment.objects.filter(pk=told.group, cancelled_at=None).first()
    return found if found and _is_as_told(found, told) else None


def _apart(left: Appointment, told: Told, news: News) -> Appointment:
    """A meeting like the one that is left, at the time told; the same for everybody who is sent there."""
    pk = _id_of(told, left.pk, news)
    if known := _held_again(pk):
        return known
    meeting = Appointment.objects.get(pk=left.pk)
    meeting.pk, meeting.cancelled_at, meeting.cancelled_reason, meeting.version = pk, None, "", 1
    meeting.created_at = min(news.registered_at, news.now)
    meeting._state.adding = True
    _place(meeting, told)
    meeting.save(force_insert=True)
    hold(meeting, _holders(left, told))
    return meeting


def _id_of(told: Told, otherwise: UUID, news: News) -> UUID:
    """The same for all who are told of the same joint meeting, or where there is none, of the other id."""
    return uuid5(told.group or otherwise, f"{news.jobcentre_id} {told.start_at.timestamp()}")


def _held_again(pk: UUID) -> Appointment | None:
    """The meeting, where it was made before."""
    known = Appointment.objects.filter(pk=pk).first()
    if known is not None:
        known.cancelled_at, known.cancelled_reason = None, ""
        known.save(update_fields=["cancelled_at", "cancelled_reason"])
    return known


def _move(meeting: Appointment, told: Told) -> None:
    _place(meeting, told)
    meeting.cancelled_at, meeting.cancelled_reason = None, ""
    meeting.version += 1
    meeting.save()
    hold(meeting, _holders(meeting, told))


def _holders(before: Appointment, told: Told) -> list[int]:
    """Who is told of, where that is not one of several who hold it anyhow."""
    present = list(before.holders.values_list("counsellor_id", flat=True))
    return present if set(told.counsellors) <= set(present) else list(told.counsellors)


def _place(meeting: Appointment, told: Told) -> None:
    day, minute = place_of(told.start_at)
    meeting.start_at, meeting.end_at = told.start_at, told.end_at
    meeting.day, meeting.start_tick = date_of(day), minute // MINUTES_PER_TICK
    meeting.duration = max(1, round((told.end_at - told.start_at).total_seconds() / 60))
    meeting.placed_by = PlacedBy.OUTSIDE


def _take_seat(summons: Summons) -> None:
    """The citizen's time; where the meeting itself was placed outside, everything that it takes."""
    meeting = summons.appointment
    if meeting.placed_by == PlacedBy.OUTSIDE:
        _take_time(meeting)
        return
    Claim.objects.filter(appointment=meeting, citizen=summons.citizen_id).delete()
    _claim(meeting, meeting.end_at, citizen_id=summons.citizen_id).save()


def _take_time(meeting: Appointment) -> None:
    """As a fact: not firm, so that it may collide, and widened to whole ticks."""
    Claim.objects.filter(appointment=meeting).delete()
    until = meeting.end_at + timedelta(minutes=meeting.reporting_time)
    holders = meeting.holders.values_list("counsellor_id", flat=True)
    citizens = meeting.summonses.filter(status__in=ACTIVE).values_list("citizen_id", flat=True)
    claims = [_claim(meeting, until, counsellor_id=pk) for pk in holders]
    claims += [_claim(meeting, meeting.end_at, citizen_id=pk) for pk in citizens]
    if meeting.room_id:
        claims.append(_claim(meeting, meeting.end_at, room_id=meeting.room_id))
    Claim.objects.bulk_create(claims)


def _claim(meeting: Appointment, until: datetime, **whose: Any) -> Claim:
    first, *rest = taken(meeting.start_at, until)
    return Claim(
        jobcentre_id=meeting.jobcentre_id,
        appointment=meeting,
        during=(meeting.start_at, until),
        day=date_of(first.day),
        start_tick=first.start,
        ticks=first.ticks + sum(one.ticks for one in rest),
        firm=False,
        **whose,
    )


def _renew(summons: Summons, told: Told, now: datetime) -> None:
    """Rights are those that Jobnet now shows; what was passed at the old time counts no more."""
    summons.refresh_from_db()
    summons.placement = {name: value for name, value in summons.placement.items() if name != "passed"}
    if summons.origin != Origin.CASE_SYSTEM:
        today = timezone.localdate(now)
        settings = Settings.objects.get()
        _until, summons.rebook_to = rebooking_rights(summons, settings=settings, today=today)
        summons.rebook_until, summons.cancel_until = told.rebook_until, told.cancel_until
    summons.version += 1
    summons.save(update_fields=["placement", "rebook_until", "rebook_to", "cancel_until", "version"])


# Made in a case system


def _make(news: News, ask: Ask) -> bool:
    """A conversation that we did not know."""
    if jobcentres.of_booking(news.message.external_id) not in (None, news.jobcentre_id):
        raise CannotUse(_("Samtalen hører til en anden myndighed i Planner."))
    said = _said(news)
    told, citizen = _told(said), _citizen(news, ask)
    locks.lock(
        jobcentre_id=news.jobcentre_id,
        citizens=[citizen.pk],
        counsellors=told.counsellors,
        appointments=[told.group] if told.group else [],
    )
    meeting = _meeting_of_group(told) or _made_there(told, said, news)
    summons = Summons.objects.create(
        id=news.message.external_id,
        jobcentre_id=news.jobcentre_id,
        appointment=meeting,
        citizen=citizen,
        status=SummonsStatus.SENT,
        origin=Origin.CASE_SYSTEM,
        prepared_at=min(news.registered_at, news.now),
    )
    _take_seat(summons)
    return True


def _citizen(news: News, ask: Ask) -> Citizen:
    cpr = news.message.cpr
    known = citizens_by_cpr([cpr]).get(cpr)
    if known is not None:
        return known
    try:
        made = make_bare(jobcentre_id=news.jobcentre_id, cprs=[cpr])[cpr]
    except ValueError:
        raise CannotUse(_("Personnummeret i beskeden har ingen fødselsdato.")) from None
    made.source = FROM_PUSH
    made.save(update_fields=["source"])
    transaction.on_commit(partial(ask, news.jobcentre_id, made.pk), robust=True)
    return made


def _made_there(told: Told, said: SummonsMessage, news: News) -> Appointment:
    """The meeting in the case system; others at the same joint one are seated there."""
    pk = _id_of(told, said.summons_id, news)
    if known := _held_again(pk):
        return known
    meeting = Appointment(
        id=pk,
        jobcentre_id=news.jobcentre_id,
        origin=Origin.CASE_SYSTEM,
        created_at=min(news.registered_at, news.now),
        **_particulars(said),
    )
    _place(meeting, told)
    meeting.save(force_insert=True)
    hold(meeting, told.counsellors)
    return meeting


def _take_particulars(meeting: Appointment, news: News) -> bool:
    """Whether any of them changed; of ours only the title is taken over, where it is one citizen's."""
    said = _said(news)
    if meeting.origin == Origin.CASE_SYSTEM:
        found = _particulars(said)
    else:
        found = {"title": _fits("title", said.title)} if said.title and meeting.form != MeetingForm.JOINT else {}
    changed = {name: value for name, value in found.items() if getattr(meeting, name) != value}
    if changed:
        Appointment.objects.filter(pk=meeting.pk).update(**changed, version=meeting.version + 1)
    return bool(changed)


def _particulars(said: SummonsMessage) -> dict[str, Any]:
    """Type, form, place and words as told, no longer than a column holds."""
    kind, _made = ConversationType.objects.get_or_create(
        code=said.conversation_type, defaults={"name": _("Samtaletype %s") % said.conversation_type}
    )
    place, contact = said.place, said.contact
    texts = {
        "title": said.title or kind.name,
        "description": said.description,
        "phone": said.phone,
        "digital_link": said.digital_link,
        "contact_phone": contact.phone if contact else "",
        "contact_email": contact.email if contact else "",
        "address": place.address if place else "",
        "postal_code": place.postal_code if place else "",
        "city": place.city if place else "",
    }
    form = THEIR_FORMS.get(said.meeting_form, MeetingForm.INDIVIDUAL)
    return {
        "type_id": kind.pk,
        "form": form,
        "mode": THEIR_MODES.get(said.contact_mode, ContactMode.OTHER),
        "seats_by": SeatsBy.ALL if form == MeetingForm.JOINT else "",
        "seats_calling": None if form == MeetingForm.JOINT else 1,
        **{name: _fits(name, text) for name, text in texts.items()},
    }


def _fits(name: str, text: str) -> str:
    longest: int = getattr(Appointment._meta.get_field(name), "max_length")  # noqa: B009 - every such column has one
    return text[:longest]
