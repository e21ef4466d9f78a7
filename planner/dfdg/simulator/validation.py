"""What DFDG refuses in a summons, as far as it is published (`dfdg.md` 2.3, 2.6, 2.9)."""

from collections.abc import Iterator
from datetime import date, datetime

from planner.dfdg.codes import ContactModeCode, ConversationTypeCode, ErrorCode, MeetingFormCode, UserType
from planner.dfdg.messages import Caller, Complaint
from planner.dfdg.wire import DANISH_TIME, PHONE_PATTERN, POSTAL_CODE_PATTERN, Field, Fields, Unreadable

SELF_BOOKED_BY_CITIZEN = (
    "When SelfBooked is true, UserIdentifier has to be citizen's CPR and UserType has to be 1 - Citizen"
)
ONE_AT_A_TIME = (ConversationTypeCode.JOB, ConversationTypeCode.FOLLOW_UP)
LONGEST = {
    Field.TITLE: 100,
    Field.DESCRIPTION: 4000,
}
LONGEST_OF_EMPLOYEE = {
    Field.GIVEN_NAME: 50,
    Field.MIDDLE_NAME: 40,
    Field.FAMILY_NAME: 40,
    Field.EMPLOYEE_ID: 255,
}


class NotAccepted(Exception):
    """A call that is refused with these complaints."""

    def __init__(self, status: int, *complaints: Complaint) -> None:
        super().__init__(status)
        self.status = status
        self.complaints = complaints


def invalid(field: Field, text: str) -> Complaint:
    return Complaint(ErrorCode.VALIDATION, text, field)


def complaints_about(fields: Fields, *, caller: Caller, cpr: str, today: date) -> tuple[Complaint, ...]:
    try:
        return (
            *_about_time(fields, today),
            *_about_codes(fields),
            *_about_deadlines(fields),
            *_about_words(fields),
            *_about_place(fields),
            *_about_booker(fields, caller, cpr),
        )
    except Unreadable as fault:
        return (Complaint(ErrorCode.VALIDATION, f"{fault.name} mangler eller kan ikke læses", fault.name),)


def _about_time(fields: Fields, today: date) -> Iterator[Complaint]:
    starts_at, ends_at = fields.instant(Field.STARTS_AT), fields.instant(Field.ENDS_AT)
    if starts_at is None:
        yield invalid(Field.STARTS_AT, "MoedeStarttidspunkt mangler")
        return
    if starts_at.astimezone(DANISH_TIME).date() < today:
        yield Complaint(ErrorCode.START_BEFORE_TODAY, "MoedeStarttidspunkt ligger før dags dato", Field.STARTS_AT)
    if ends_at and ends_at < starts_at:
        text = "MoedeSluttidspunkt ligger før MoedeStarttidspunkt"
        yield Complaint(ErrorCode.END_BEFORE_START, text, Field.ENDS_AT)
    if ends_at and _minutes_differ(fields, starts_at, ends_at):
        yield invalid(Field.MINUTES, "Varighed passer ikke med MoedeSluttidspunkt")


def _minutes_differ(fields: Fields, starts_at: datetime, ends_at: datetime) -> bool:
    minutes = fields.number(Field.MINUTES)
    return minutes is not None and minutes * 60 != (ends_at - starts_at).total_seconds()


def _about_codes(fields: Fields) -> Iterator[Complaint]:
    if fields.number(Field.CONVERSATION_TYPE) not in tuple(ConversationTypeCode):
        yield Complaint(ErrorCode.CONVERSATION_TYPE_INVALID, "SamtaleType er ugyldig", Field.CONVERSATION_TYPE)
    if fields.number(Field.CONTACT_MODE) not in tuple(ContactModeCode):
        yield Complaint(ErrorCode.CONTACT_MODE_INVALID, "SamtaleformType er ugyldig", Field.CONTACT_MODE)
    if fields.number(Field.MEETING_FORM) not in tuple(MeetingFormCode):
        yield Complaint(ErrorCode.MEETING_FORM_INVALID, "MoedeGruppeType er ugyldig", Field.MEETING_FORM)
    if fields.number(Field.MEETING_FORM) == MeetingFormCode.JOINT and fields.uuid(Field.GROUP_MEETING_ID) is None:
        yield invalid(Field.GROUP_MEETING_ID, "Gruppemøde-id skal angives for fælles møder")


def _about_deadlines(fields: Fields) -> Iterator[Complaint]:
    rebooking, rebooking_until = fields.truth(Field.REBOOKING_POSSIBLE), fields.day(Field.REBOOKING_UNTIL)
    cancellation, cancellation_until = fields.truth(Field.CANCELLATION_POSSIBLE), fields.day(Field.CANCELLATION_UNTIL)
    if rebooking is None:
        yield invalid(Field.REBOOKING_POSSIBLE, "OmbookingMulig mangler")
    if cancellation is None:
        yield invalid(Field.CANCELLATION_POSSIBLE, "AflysningMulig mangler")
    if rebooking and rebooking_until is None:
        text = "OmbookingFrist mangler, selv om ombooking er mulig"
        yield Complaint(ErrorCode.REBOOKING_DEADLINE_MISSING, text, Field.REBOOKING_UNTIL)
    if not rebooking and rebooking_until:
        text = "OmbookingFrist er angivet, selv om ombooking ikke er mulig"
        yield Complaint(ErrorCode.REBOOKING_DEADLINE_FORBIDDEN, text, Field.REBOOKING_UNTIL)
    if not cancellation and cancellation_until:
        text = "Aflysningsfrist er angivet, selv om aflysning ikke er mulig"
        yield Complaint(ErrorCode.CANCELLATION_DEADLINE_FORBIDDEN, text, Field.CANCELLATION_UNTIL)


def _about_words(fields: Fields) -> Iterator[Complaint]:
    if not fields.text(Field.TITLE):
        yield invalid(Field.TITLE, "Mødetitel mangler")
    for name in (Field.ATTENDANCE_REQUIRED, Field.ACCEPTANCE_REQUIRED):
        if fields.truth(name) is None:
            yield invalid(name, f"{name} mangler")
    yield from _too_long(fields, LONGEST)
    employee = fields.part(Field.EMPLOYEE)
    if employee:
        yield from _too_long(employee, LONGEST_OF_EMPLOYEE)
        if not (employee.text(Field.GIVEN_NAME) and employee.text(Field.FAMILY_NAME)):
            yield invalid(Field.EMPLOYEE, "Sagsbehandlerens navn mangler")


def _too_long(fields: Fields, longest: dict[Field, int]) -> Iterator[Complaint]:
    for name, length in longest.items():
        if len(fields.text(name)) > length:
            yield invalid(name, f"{name} er længere end {length} tegn")


def _about_place(fields: Fields) -> Iterator[Complaint]:
    mode, place, phone = fields.number(Field.CONTACT_MODE), fields.part(Field.PLACE), fields.text(Field.PHONE)
    if mode == ContactModeCode.DIGITAL_MEETING and not fields.text(Field.DIGITAL_LINK):
        yield invalid(Field.DIGITAL_LINK, "DigitaltMoedelink skal angives for digitale møder")
    if mode == ContactModeCode.TELEPHONE and not phone:
        yield invalid(Field.PHONE, "Telefonnummer skal angives for telefonsamtaler")
    if phone and not PHONE_PATTERN.fullmatch(phone):
        yield invalid(Field.PHONE, "Telefonnummer er ugyldigt")
    if mode == ContactModeCode.IN_PERSON and not (place and place.text(Field.STREET)):
        yield invalid(Field.PLACE, "Adresse skal angives ved personligt fremmøde")
    postal_code = place.text(Field.POSTAL_CODE) if place else ""
    if postal_code and not POSTAL_CODE_PATTERN.fullmatch(postal_code):
        yield invalid(Field.POSTAL_CODE, "Postnummer er ugyldigt")


def _about_booker(fields: Fields, caller: Caller, cpr: str) -> Iterator[Complaint]:
    by_citizen = caller.user_type is UserType.CITIZEN and caller.identifier == cpr
    if fields.truth(Field.SELF_BOOKED) and not by_citizen:
        yield invalid(Field.SELF_BOOKED, SELF_BOOKED_BY_CITIZEN)
