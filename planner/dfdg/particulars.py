"""The particulars the law wants in every summons (`dfdg.md` 5.3), and which of them a message lacks."""

from collections.abc import Callable
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from planner.dfdg.codes import ContactModeCode, ConversationTypeCode, MeetingFormCode
from planner.dfdg.messages import SummonsMessage
from planner.dfdg.wire import DANISH_TIME, Field


class Particular(Enum):
    ID = "id"
    TIME = "time"
    FORM = "form"
    GROUP = "group"
    TYPE = "type"
    PLACE = "place"
    ADDRESS = "address"
    LINK = "link"
    PHONE = "phone"
    CONTACT = "contact"
    TITLE = "title"
    DESCRIPTION = "description"
    EMPLOYEE = "employee"
    REBOOKING = "rebooking"
    FUND_PARTICIPATION = "fund_participation"
    OTHER = "other"

    @property
    def label(self) -> str:
        return str(LABELS[self])


LABELS: dict[Particular, str | Promise] = {
    Particular.ID: _("samtalens nummer"),
    Particular.TIME: _("dato, start- og sluttidspunkt"),
    Particular.FORM: _("mødeform og afholdelsesform"),
    Particular.GROUP: _("fællesmødets nummer"),
    Particular.TYPE: _("samtaletype"),
    Particular.PLACE: _("sted"),
    Particular.ADDRESS: _("adresse"),
    Particular.LINK: _("link til det digitale møde"),
    Particular.PHONE: _("det telefonnummer, der ringes til"),
    Particular.CONTACT: _("hvordan borgeren kan kontakte jer"),
    Particular.TITLE: _("titel"),
    Particular.DESCRIPTION: _("beskrivelse"),
    Particular.EMPLOYEE: _("medarbejderens navn"),
    Particular.REBOOKING: _("til hvornår samtalen kan ombookes"),
    Particular.FUND_PARTICIPATION: _("om a-kassen deltager"),
    Particular.OTHER: _("andre oplysninger"),
}
PARTICULAR_OF: dict[str, Particular] = {
    Field.SUMMONS_ID: Particular.ID,
    Field.STARTS_AT: Particular.TIME,
    Field.ENDS_AT: Particular.TIME,
    Field.MEETING_FORM: Particular.FORM,
    Field.CONTACT_MODE: Particular.FORM,
    Field.GROUP_MEETING_ID: Particular.GROUP,
    Field.CONVERSATION_TYPE: Particular.TYPE,
    Field.PLACE: Particular.PLACE,
    Field.DIGITAL_LINK: Particular.LINK,
    Field.PHONE: Particular.PHONE,
    Field.CONTACT: Particular.CONTACT,
    Field.TITLE: Particular.TITLE,
    Field.DESCRIPTION: Particular.DESCRIPTION,
    Field.EMPLOYEE: Particular.EMPLOYEE,
    Field.REBOOKING_POSSIBLE: Particular.REBOOKING,
    Field.REBOOKING_UNTIL: Particular.REBOOKING,
}
"""Which particular a field on the wire is part of."""


def _has_place(message: SummonsMessage) -> bool:
    attended = message.contact_mode in (ContactModeCode.IN_PERSON, ContactModeCode.AT_WORK)
    place = message.place
    return not attended or bool(place and (place.description or place.address))


def _has_address(message: SummonsMessage) -> bool:
    place = message.place
    in_person = message.contact_mode == ContactModeCode.IN_PERSON
    return not in_person or bool(place and place.address and place.postal_code and place.city)


def _rebooking_is_told(message: SummonsMessage) -> bool:
    """A last day after the conversation itself tells nobody anything."""
    return (
        message.rebooking_until is None or message.rebooking_until <= message.starts_at.astimezone(DANISH_TIME).date()
    )


PRESENT: dict[Particular, Callable[[SummonsMessage], bool]] = {
    Particular.ID: lambda message: message.summons_id.int != 0,
    Particular.TIME: lambda message: message.ends_at is not None and message.ends_at > message.starts_at,
    Particular.FORM: lambda message: (
        message.meeting_form in tuple(MeetingFormCode) and message.contact_mode in tuple(ContactModeCode)
    ),
    Particular.GROUP: lambda message: (
        message.meeting_form != MeetingFormCode.JOINT or message.group_meeting_id is not None
    ),
    Particular.TYPE: lambda message: message.conversation_type > 0,
    Particular.PLACE: _has_place,
    Particular.ADDRESS: _has_address,
    Particular.LINK: lambda message: (
        message.contact_mode != ContactModeCode.DIGITAL_MEETING or bool(message.digital_link)
    ),
    Particular.PHONE: lambda message: message.contact_mode != ContactModeCode.TELEPHONE or bool(message.phone),
    Particular.CONTACT: lambda message: bool(message.contact and (message.contact.phone or message.contact.email)),
    Particular.TITLE: lambda message: bool(message.title.strip()),
    Particular.DESCRIPTION: lambda message: bool(message.description.strip()),
    Particular.EMPLOYEE: lambda message: bool(
        message.employee and message.employee.given_name and message.employee.family_name
    ),
    Particular.REBOOKING: _rebooking_is_told,
    Particular.FUND_PARTICIPATION: lambda message: (
        message.conversation_type != ConversationTypeCode.JOINT_JOB or message.fund_participation is not None
    ),
}


def missing(message: SummonsMessage) -> tuple[Particular, ...]:
    """What the message lacks, in the order of the law."""
    return tuple(particular for particular, present in PRESENT.items() if not present(message))
