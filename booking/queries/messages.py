"""A summons as DFDG is told of it: our rows in the words of `planner.dfdg.messages`."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from django.db.models import QuerySet

from admin_module.models import ContactMode, ConversationType, Counsellor, MeetingForm
from booking.models import Appointment, Origin, Summons
from planner.accounts.models import Settings
from planner.dfdg.codes import ContactModeCode, MeetingFormCode
from planner.dfdg.messages import Contact, EmployeeName, Place, SummonsMessage
from planner.dfdg.particulars import Particular, missing

MODES = {
    ContactMode.IN_PERSON: ContactModeCode.IN_PERSON,
    ContactMode.TELEPHONE: ContactModeCode.TELEPHONE,
    ContactMode.LETTER: ContactModeCode.LETTER,
    ContactMode.DIGITAL: ContactModeCode.DIGITAL_MEETING,
    ContactMode.OTHER: ContactModeCode.OTHER,
    ContactMode.AT_WORK: ContactModeCode.AT_WORK,
}
FORMS = {MeetingForm.INDIVIDUAL: MeetingFormCode.INDIVIDUAL, MeetingForm.JOINT: MeetingFormCode.JOINT}


def loaded(summonses: QuerySet[Summons]) -> QuerySet[Summons]:
    """With everything that a message needs, in a fixed number of statements."""
    return summonses.select_related("citizen", "offer", "appointment__room").prefetch_related(
        "appointment__holders__counsellor"
    )


def message(
    summons: Summons, *, cpr: str, settings: Settings, counsellors: Sequence[Counsellor] | None = None
) -> SummonsMessage:
    """What is true of a loaded summons now; the message to the citizen stands below the description (SUM-08).

    `counsellors`: who would hold one that is nowhere written yet.
    """
    meeting, joint = summons.appointment, summons.appointment.form == MeetingForm.JOINT
    return SummonsMessage(
        summons_id=summons.pk,
        cpr=cpr,
        starts_at=meeting.start_at,
        ends_at=meeting.end_at,
        conversation_type=meeting.type_id or 0,
        meeting_form=FORMS[MeetingForm(meeting.form)],
        contact_mode=MODES[ContactMode(meeting.mode)],
        title=meeting.title,
        description="\n\n".join(filter(None, (meeting.description, meeting.message_to_citizen))),
        group_meeting_id=meeting.pk if joint else None,
        owner_system=int(settings.owner_system) if settings.owner_system.isdigit() else None,
        rebooking_until=summons.rebook_until,
        cancellation_until=summons.cancel_until,
        self_booked=summons.origin in (Origin.JOBNET, Origin.OWN),
        digital_link=meeting.digital_link,
        place=_place(meeting),
        phone=(meeting.phone or summons.citizen.phone) if meeting.mode == ContactMode.TELEPHONE else "",
        contact=_contact(meeting, settings),
        employee=_employee(meeting, counsellors),
        fund_participation=(
            meeting.fund_participation if meeting.type_id == ConversationType.JOINT_WITH_FUND else None
        ),
    )


def missing_particulars(summons: Summons, *, settings: Settings) -> tuple[Particular, ...]:
    """What the law wants and this loaded summons lacks (SUM-21, `dfdg.md` 5.3)."""
    return missing(message(summons, cpr="", settings=settings))


def _place(meeting: Appointment) -> Place | None:
    if meeting.mode not in (ContactMode.IN_PERSON, ContactMode.AT_WORK):
        return None
    return Place(
        description=meeting.room.name if meeting.room else "",
        address=meeting.address,
        postal_code=meeting.postal_code,
        city=meeting.city,
    )


def _contact(meeting: Appointment, settings: Settings) -> Contact:
    if meeting.contact_phone or meeting.contact_email:
        return Contact(phone=meeting.contact_phone, email=meeting.contact_email)
    return Contact(phone=settings.contact_phone, email=settings.contact_email)


def _employee(meeting: Appointment, counsellors: Sequence[Counsellor] | None) -> EmployeeName | None:
    """Who is named on the summons: of several the first by name."""
    holders = [holder.counsellor for holder in meeting.holders.all()] if counsellors is None else counsellors
    if not holders:
        return None
    first: Counsellor = min(holders, key=attrgetter("sort_key", "pk"))
    return EmployeeName(
        given_name=first.given_name,
        middle_name=first.middle_name,
        family_name=first.family_name,
        identifier=first.employee_id,
    )
