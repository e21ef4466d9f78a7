"""Our rows in the words of BorgerBookingService: offers, times, and the details of a booking (`dfdg.md` 1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import ContactMode, Counsellor, Details, MeetingForm, StandardText
from admin_module.services.connection import main_code
from booking.models import Appointment, BookingDeadline, Citizen, Summons
from booking.queries.messages import FORMS, MODES, message
from booking.queries.openings import Opening, Openings
from booking.queries.own_offers import OfferOnShow
from booking.rules import cancelling_right, rebooking_rights, why_not_cancel_self, why_not_rebook_self
from planner.accounts.models import Jobcentre, Settings
from planner.accounts.set_up import kept
from planner.dfdg.codes import ContactModeCode, OrganisationType
from planner.dfdg.jobnet import wire
from planner.dfdg.messages import Place, SummonsMessage
from planner.dfdg.wire import DANISH_TIME, PHONE_PATTERN, address_body, place_body

ANYBODY = "-"
"""Stands for the case worker where names are not shown."""

LONGEST_DESCRIPTION = 4000
OWN_MODES: dict[int, ContactMode] = {
    **{code: mode for mode, code in MODES.items()},
    ContactModeCode.DIGITAL: ContactMode.DIGITAL,
    ContactModeCode.VIDEO: ContactMode.DIGITAL,
}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What all answers of one call share; what only some of them tell is read when it is told. `own`: «Min side»."""

    settings: Settings
    own: bool
    now: datetime

    @cached_property
    def jobcentre(self) -> Jobcentre:
        return _jobcentre()

    @cached_property
    def code(self) -> str:
        return main_code()

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)


@kept
def own_settings() -> Settings:
    return Settings.objects.get()


@kept
def _jobcentre() -> Jobcentre:
    return Jobcentre.objects.get()


# Offers


def offers_answer(shown: Iterable[OfferOnShow], frame: Frame) -> wire.OffersAnswer:
    return wire.OffersAnswer(collection=wire.OfferCollection(offers=[_offer(one, frame) for one in shown]))


def _offer(shown: OfferOnShow, frame: Frame) -> wire.Offer:
    offer = shown.offer
    return wire.Offer(
        offer_id=offer.pk,
        conversation_type=offer.type_id or 0,
        meeting_form=FORMS[MeetingForm(offer.form)],
        contact_modes=_modes(offer),
        location=_location(offer),
        title=offer.title,
        description=offer.description[:LONGEST_DESCRIPTION] or None,
        minutes=offer.duration,
        own=_own_offer(shown) if frame.own else None,
    )


def _own_offer(shown: OfferOnShow) -> wire.OwnOffer:
    offer = shown.offer
    return wire.OwnOffer(
        number=offer.number,
        title_en=offer.title_en,
        description_en=offer.description_en,
        free_times=shown.free_times,
        first_at=shown.first.start_at if shown.first else None,
        shows_counsellor=bool(offer.shows_counsellor),
    )


def _modes(details: Details) -> wire.ContactModes:
    return wire.ContactModes(codes=[MODES[ContactMode(details.mode)]])


def _location(details: Details) -> wire.Location | None:
    """Where one comes: the room's address, else the team's."""
    if details.mode != ContactMode.IN_PERSON or details.team is None:
        return None
    there = details.room if details.room and details.room.address else details.team
    place = Place(address=there.address, postal_code=there.postal_code, city=there.city)
    name = details.room.name if details.room else details.team.name
    return wire.Location.model_validate(_filled(address_body(place)) | {"interviewLocationDescription": name})


def _filled(body: dict[str, object]) -> dict[str, object]:
    return {str(name): value for name, value in body.items() if value}


# Times


def times_answer(
    found: Openings, details: Details, *, between: tuple[datetime, datetime], frame: Frame
) -> wire.TimesAnswer:
    """The starts within the interval, its end left out, each with those who are free then."""
    starts = [(at, one) for one in found.starts if between[0] <= (at := one.start_at) < between[1]]
    numbers = {one.pk: number for number, one in enumerate(found.counsellors, 1)} if found.names_shown else {}
    seats = _seats(one for _at, one in starts)
    same = Same(details, _modes(details), numbers, frame.today)
    slots = [_slot(at, one, same, seats.get(one.appointment_id)) for at, one in starts]
    workers = [_worker(numbers[one.pk], one) for one in found.counsellors] if found.names_shown else []
    return wire.TimesAnswer(
        case_workers=workers or ([_anybody(frame)] if slots else []),
        collection=wire.TimeslotCollection(timeslots=slots),
        own=wire.OwnTimes(names_shown=found.names_shown, least=found.least, last=found.last) if frame.own else None,
    )


@dataclass(frozen=True, slots=True)
class Same:
    """What all times of an answer share."""

    details: Details
    modes: wire.ContactModes
    numbers: Mapping[int, int]
    today: date


def _slot(starts_at: datetime, opening: Opening, same: Same, most: int | None) -> wire.Timeslot:
    details, ahead = same.details, (opening.day - same.today).days
    known = [same.numbers[pk] for pk in opening.counsellor_ids if pk in same.numbers]
    return wire.Timeslot(
        starts_at=starts_at,
        contact_modes=same.modes,
        rebooking_possible=details.rebooking_allowed and ahead >= details.rebooking_days,
        cancellation_possible=details.cancellation_allowed and ahead >= details.cancellation_days,
        most_participants=most,
        seats_left=opening.seats_left,
        case_workers=wire.CaseWorkerIds(ids=known or [1]),
    )


def _seats(starts: Iterable[Opening]) -> dict[object, int | None]:
    """How many each joint meeting has room for."""
    meetings = {one.appointment_id for one in starts if one.appointment_id}
    rows = Appointment.objects.filter(pk__in=meetings) if meetings else ()
    return {one.pk: one.seats_calling and one.seats_calling + one.seats_rebooking for one in rows}


def _worker(local_id: int, counsellor: Counsellor) -> wire.CaseWorker:
    return wire.CaseWorker(
        local_id=local_id,
        supervisor=wire.Supervisor(
            given_name=counsellor.given_name,
            middle_name=counsellor.middle_name or None,
            family_name=counsellor.family_name,
            employee_id=counsellor.employee_id,
        ),
    )


def _anybody(frame: Frame) -> wire.CaseWorker:
    """The one that all times refer to where names are not shown."""
    supervisor = wire.Supervisor(given_name=_("Vejleder"), family_name=frame.jobcentre.name[:40], employee_id=ANYBODY)
    return wire.CaseWorker(local_id=1, supervisor=supervisor)


# Details of a booking


def details_of(
    summons: Summons, frame: Frame, *, counsellors: tuple[Counsellor, ...] | None = None, text: StandardText | None
) -> wire.Details:
    """Everything of a summons, or of one that a chosen time would become (then with its `counsellors`)."""
    said = message(summons, cpr="", settings=frame.settings, counsellors=counsellors)
    no_rebooking = why_not_rebook_self(summons, settings=frame.settings, now=frame.now)
    no_cancelling = why_not_cancel_self(summons, now=frame.now)
    until, to = rebooking_rights(summons, settings=frame.settings, today=frame.today)
    cancel_until = cancelling_right(summons, today=frame.today)
    own = wire.OwnDetails(
        offer_id=summons.offer_id,
        number=summons.number,
        title_en=summons.appointment.title_en,
        description_en=summons.appointment.description_en,
        message_to_citizen=summons.appointment.message_to_citizen,
        rights_and_duties=_rights(text),
        rebook_to=to,
        why_not_rebook=str(no_rebooking or ""),
        why_not_cancel=str(no_cancelling or ""),
    )
    return _details(
        said,
        frame,
        rebook_until=None if no_rebooking else until,
        cancel_until=None if no_cancelling else cancel_until,
        accepted=summons.accepted_at is not None,
        own=own if frame.own else None,
    )


def _details(
    said: SummonsMessage,
    frame: Frame,
    *,
    rebook_until: date | None,
    cancel_until: date | None,
    accepted: bool,
    own: wire.OwnDetails | None,
) -> wire.Details:
    authority = wire.Authority(code=frame.code, kind=OrganisationType.JOBCENTRE)
    phone = said.phone.replace(" ", "")
    return wire.Details(
        booking_id=said.summons_id,
        booking_identifier=said.summons_id,
        originator=wire.Originator(code=int(frame.code), kind=OrganisationType.JOBCENTRE),
        should_accept=said.acceptance_required,
        has_accepted=accepted,
        rebooking_possible=rebook_until is not None,
        rebooking_deadline=_end_of(rebook_until),
        cancellation_possible=cancel_until is not None,
        cancellation_deadline=_end_of(cancel_until),
        is_self_booked=said.self_booked,
        attendance_compulsory=said.attendance_required,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        conversation_type=said.conversation_type,
        meeting_form=said.meeting_form,
        contact_mode=said.contact_mode,
        group_meeting_id=said.group_meeting_id,
        owner_system=said.owner_system,
        may_rebook=rebook_until is not None,
        rebook_until=rebook_until,
        may_cancel=cancel_until is not None,
        cancel_until=cancel_until,
        self_booked=said.self_booked,
        meeting_starts_at=said.starts_at,
        meeting_ends_at=said.ends_at,
        minutes=round((said.ends_at - said.starts_at).total_seconds() / 60) if said.ends_at else None,
        type_code=said.conversation_type,
        form_code=said.meeting_form,
        mode_code=said.contact_mode,
        digital_link=said.digital_link or None,
        title=said.title,
        description=said.description[:LONGEST_DESCRIPTION] or None,
        attendance_required=said.attendance_required,
        acceptance_required=said.acceptance_required,
        accepted=accepted,
        place=wire.MeetingPlace.model_validate(_filled(place_body(said.place))) if said.place else None,
        phone=phone if PHONE_PATTERN.fullmatch(phone) else None,
        contact=_contact(said),
        employee=_employee(said),
        authority=authority,
        own=own,
    )


def _end_of(day: date | None) -> datetime | None:
    """A date counts until its last second (`dfdg.md` 5.2)."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=DANISH_TIME) if day else None


def _contact(said: SummonsMessage) -> wire.Contact | None:
    return wire.Contact(phone=said.contact.phone or None, email=said.contact.email or None) if said.contact else None


def _employee(said: SummonsMessage) -> wire.EmployeeName | None:
    if said.employee is None:
        return None
    return wire.EmployeeName(
        given_name=said.employee.given_name,
        middle_name=said.employee.middle_name or None,
        family_name=said.employee.family_name,
        employee_id=said.employee.identifier or None,
    )


def latest_texts(types: Iterable[int | None]) -> dict[int, StandardText]:
    """The edition that holds of each type's texts."""
    wanted = {code for code in types if code}
    return {code: text for code, text in _latest_texts().items() if code in wanted}


@kept
def _latest_texts() -> dict[int, StandardText]:
    rows = StandardText.objects.order_by("type_id", "-edition").distinct("type_id")
    return {row.type_id: row for row in rows}


def _rights(text: StandardText | None) -> wire.RightsAndDuties | None:
    if text is None or not text.rights_and_duties:
        return None
    return wire.RightsAndDuties(edition=text.edition, text=text.rights_and_duties, text_en=text.rights_and_duties_en)


# «Mine aftaler»


def bookings_answer(citizen: Citizen, coming: Sequence[Summons], frame: Frame) -> wire.BookingsAnswer:
    """The citizen's coming appointments, facts and deadlines (SYNC-18)."""
    texts = latest_texts(summons.appointment.type_id for summons in coming)
    deadlines = BookingDeadline.objects.filter(citizen=citizen, status=BookingDeadline.Status.ACTIVE)
    return wire.BookingsAnswer(
        citizen=wire.CitizenFacts(
            jobcentre_code=frame.code,
            contact_group=citizen.contact_group_id,
            person_category=citizen.person_category,
            person_groups=[wire.PersonGroup(group_id=one) for one in citizen.person_groups],
            full_name=citizen.full_name,
            email=citizen.email,
            phone=citizen.phone,
        ),
        bookings=[
            details_of(one, frame, text=one.accepted_text or texts.get(one.appointment.type_id or 0)) for one in coming
        ],
        deadlines=[
            wire.Deadline(conversation_type=one.type_id, status=one.status, book_by=one.book_by, hold_by=one.hold_by)
            for one in deadlines.order_by("hold_by")
        ],
    )


def counts_as_engaged(asked: wire.OffersRequest, *, now: datetime) -> set[int]:
    """The types of which DFDG knows a coming conversation that we may not know."""
    return {
        one.conversation_type
        for one in asked.bookings
        if one.conversation_type and one.starts_at and one.starts_at > now
    }
