"""BorgerBookingService's JSON as models with our names: their names stand here and nowhere else (`dfdg.md` 1).

Names are read without regard to case and written in camelCase. What is our own lies under the one name `planner`; only
«Min side» says it and hears it. A model that is made is a model that keeps to its schema: a missing or wrong field
raises `ValidationError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from planner.dfdg.codes import ContactModeCode, ErrorCode
from planner.dfdg.wire import DANISH_TIME, PHONE_PATTERN

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200


class Operation(StrEnum):
    """The methods by our names; the addresses of each stand in the settings."""

    OFFERS = "offers"
    TIMES = "times"
    DETAILS = "details"
    RESERVE = "reserve"
    BOOK = "book"
    REBOOK = "rebook"
    ACCEPT = "accept"
    CANCEL = "cancel"
    FAULT = "fault"
    BOOKINGS = "bookings"


THEIR_NAMES: Mapping[Operation, str] = {
    Operation.OFFERS: "GetSelvbookingMoedetilbud",
    Operation.TIMES: "GetSelvbookingMoedetider",
    Operation.DETAILS: "GetBookingdetaljer",
    Operation.RESERVE: "CreateMoedetidReservation",
    Operation.BOOK: "CreateBooking",
    Operation.REBOOK: "RescheduleBooking",
    Operation.ACCEPT: "AcceptBooking",
    Operation.CANCEL: "CancelBooking",
    Operation.FAULT: "CreateFejlmelding",
    Operation.BOOKINGS: "GetBookinger",
}


# Kinds of values


def _danish(value: datetime) -> datetime:
    """One without an offset is Danish time; what no calendar of ours reaches is refused."""
    if not EARLIEST_YEAR < value.year < LATEST_YEAR:
        raise ValueError("out of range")
    return value.replace(tzinfo=DANISH_TIME) if value.tzinfo is None else value.astimezone(DANISH_TIME)


def _storable(value: str) -> str:
    if "\0" in value:
        raise ValueError("holds a character that cannot be kept")
    return value


def _spelled(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


def _instant_only(value: object) -> object:
    """Seconds since 1970 are no dateTime of theirs."""
    if (isinstance(value, str) and "T" in value.upper()) or isinstance(value, datetime):
        return value
    raise ValueError("no dateTime")


Instant = Annotated[
    datetime,
    BeforeValidator(_instant_only, json_schema_input_type=datetime),
    AfterValidator(_danish),
    PlainSerializer(_spelled, when_used="json"),
]
Text = Annotated[str, AfterValidator(_storable)]
Title = Annotated[Text, StringConstraints(min_length=1, max_length=100)]
Description = Annotated[Text, StringConstraints(max_length=4000)]
Phone = Annotated[str, StringConstraints(pattern=rf"^{PHONE_PATTERN.pattern}$")]
Code = Annotated[int, Field(ge=1, le=32767)]
Minutes = Annotated[int, Field(ge=1, le=1440)]
JobcentreCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
EmployeeId = Annotated[Text, StringConstraints(min_length=1, max_length=255)]


class Part(BaseModel):
    """A JSON object of theirs. `also` are other published names of a field."""

    model_config = ConfigDict(
        validate_by_name=True, validate_by_alias=True, serialize_by_alias=True, extra="ignore", frozen=True
    )
    also: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _in_any_case(cls, value: Any) -> Any:
        if not isinstance(value, dict) or value.keys() <= _names(cls):
            return value
        known = _spellings(cls)
        return {known.get(str(name).lower(), name): inner for name, inner in value.items()}

    def body(self) -> dict[str, Any]:
        """As JSON; an optional field that says nothing is left out."""
        return self.model_dump(mode="json", exclude_none=True)


@cache
def _names(model: type[Part]) -> frozenset[str]:
    """Our names; asked of pydantic for each of thousands of parts they cost more than the rest."""
    return frozenset(model.model_fields)


@cache
def _spellings(model: type[Part]) -> Mapping[str, str]:
    """Their names in small letters, and how they are spelled."""
    spelled = {name: field.alias or name for name, field in model.model_fields.items()}
    known = {alias.lower(): alias for alias in spelled.values()}
    return known | {theirs.lower(): spelled[name] for theirs, name in model.also.items() if name in spelled}


# What is asked


class PersonCategory(Part):
    code: Code = Field(alias="personkategoriType")
    since: Instant | None = Field(default=None, alias="haendelsesdato")


class PersonGroup(Part):
    group_id: UUID = Field(alias="id")


class KnownBooking(Part):
    """A booking that DFDG tells of; only what we read."""

    booking_id: UUID | None = Field(default=None, alias="bookingIdentifier")
    starts_at: Instant | None = Field(default=None, alias="bookingStartTime")
    conversation_type: Code | None = Field(default=None, alias="interviewTypeIdentifier")


class OffersRequest(Part):
    """Method 1: facts of the citizen, to be matched with the rules of each offer."""

    jobcentre_code: JobcentreCode = Field(alias="jobcenterKode")
    contact_group: Code = Field(alias="kontaktgruppeType")
    person_category: PersonCategory | None = Field(default=None, alias="personkategori")
    person_groups: Annotated[list[PersonGroup], Field(max_length=200)] = Field(
        default=[], alias="persongruppeProjekter"
    )
    bookings: Annotated[list[KnownBooking], Field(max_length=200)] = Field(default=[], alias="bookinger")


class TimesRequest(Part):
    """Method 2. With `booking_id` the times to which that booking can be moved."""

    first_at: Instant = Field(alias="intervalStart")
    last_at: Instant = Field(alias="intervalSlut")
    employee_id: EmployeeId | None = Field(default=None, alias="sagsbehandlerId")
    booking_id: UUID | None = Field(default=None, alias="indkaldelseId")

    also = {
        "BookingOptionIntervalStartTime": "first_at",
        "BookingOptionIntervalEndTime": "last_at",
        "CaseWorkerIdentifier": "employee_id",
        "BookingIdentifier": "booking_id",
    }

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_at <= self.first_at:
            raise ValueError("interval ends before it begins")
        return self


CHOSEN = {
    "BookingStartTime": "starts_at",
    "CaseWorkerIdentifier": "employee_id",
    "InterviewContactTypeIdentifier": "contact_mode",
    "InterviewOptionID": "offer_id",
    "BookingIdentifier": "booking_id",
}


class DetailsRequest(Part):
    """Method 3: the details of a chosen time."""

    starts_at: Instant = Field(alias="starttidspunkt")
    employee_id: EmployeeId | None = Field(default=None, alias="sagsbehandlerId")
    contact_mode: Code = Field(alias="samtaleformType")
    booking_id: UUID | None = Field(default=None, alias="indkaldelseId")

    also = CHOSEN


class OwnRequest(Part):
    """Ours: how and for whom «Min side» books."""

    language: Literal["da", "en"] = Field(default="da", alias="sprog")
    accepted_edition: Annotated[int, Field(ge=1, le=32767)] | None = Field(default=None, alias="accepteretUdgave")
    on_behalf_by: Annotated[int, Field(ge=1, le=2**62)] | None = Field(default=None, alias="bookesAf")


class ReservationRequest(Part):
    """Method 4."""

    offer_id: UUID | None = Field(default=None, alias="moedetilbudId")
    starts_at: Instant = Field(alias="starttidspunkt")
    employee_id: EmployeeId | None = Field(default=None, alias="sagsbehandlerId")
    contact_mode: Code = Field(alias="samtaleformType")

    also = CHOSEN


class BookingRequest(ReservationRequest):
    """Method 5."""

    own: OwnRequest = Field(default_factory=OwnRequest, alias="planner")

    also = CHOSEN


class RebookingRequest(Part):
    """Method 6."""

    starts_at: Instant = Field(alias="starttidspunkt")
    employee_id: EmployeeId | None = Field(default=None, alias="sagsbehandlerId")
    contact_mode: Code | None = Field(default=None, alias="samtaleformType")
    offer_id: UUID | None = Field(default=None, alias="moedetilbudId")
    own: OwnRequest = Field(default_factory=OwnRequest, alias="planner")

    also = CHOSEN


class AcceptanceRequest(Part):
    """Method 7 says nothing; «Min side» says which edition was accepted."""

    own: OwnRequest = Field(default_factory=OwnRequest, alias="planner")


class CancellationRequest(Part):
    """Method 8."""

    reason: Annotated[Text, StringConstraints(max_length=500)] = Field(default="", alias="aarsag")
    own: OwnRequest = Field(default_factory=OwnRequest, alias="planner")


class FaultRequest(Part):
    """Method 9. Which codes and origins are allowed is judged afterwards: each has its own error."""

    offer_id: UUID | None = Field(default=None, alias="moedetilbudId")
    booking_id: UUID | None = Field(default=None, alias="indkaldelseId")
    kind: int = Field(alias="fejlkode")
    text: Annotated[Text, StringConstraints(max_length=500)] = Field(default="", alias="fejltekst")
    source: int = Field(alias="fejlOphav")
    happened_at: Instant = Field(alias="fejlTidspunkt")

    also = {"MoedeId": "booking_id"}


class BookingsRequest(Part):
    """Ours: nothing but the citizen in the header."""


# What is answered


class ContactModes(Part):
    codes: Annotated[list[Code], Field(min_length=1)] = Field(alias="samtaleformType")


class Location(Part):
    """2.3's place, with the description that method 1 knows it by."""

    description: Text | None = Field(default=None, alias="interviewLocationDescription")
    street: Text | None = Field(default=None, alias="vejnavn")
    house_number: Text | None = Field(default=None, alias="husnummer")
    floor: Text | None = Field(default=None, alias="etage")
    door: Text | None = Field(default=None, alias="doer")
    postal_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = Field(
        default=None, alias="postnummer"
    )
    city: Text | None = Field(default=None, alias="postdistrikt")


class OwnOffer(Part):
    """Ours: what «Min side» shows of an offer besides."""

    number: int | None = Field(default=None, alias="nummer")
    title_en: Text = Field(default="", alias="titelEngelsk")
    description_en: Text = Field(default="", alias="beskrivelseEngelsk")
    free_times: Annotated[int, Field(ge=0)] = Field(alias="ledigeTider")
    first_at: Instant | None = Field(default=None, alias="foersteTid")
    shows_counsellor: bool = Field(alias="viserVejleder")


class Offer(Part):
    offer_id: UUID = Field(alias="moedetilbudId")
    conversation_type: Code = Field(alias="samtaleType")
    meeting_form: Code = Field(alias="moedeGruppeType")
    contact_modes: ContactModes = Field(alias="samtaleformer")
    location: Location | None = Field(default=None, alias="moedested")
    title: Title = Field(alias="titel")
    description: Description | None = Field(default=None, alias="beskrivelse")
    minutes: Minutes | None = Field(default=None, alias="varighed")
    own: OwnOffer | None = Field(default=None, alias="planner")


class OfferCollection(Part):
    offers: list[Offer] = Field(default=[], alias="moedetilbud")


class OffersAnswer(Part):
    """Method 1."""

    collection: OfferCollection = Field(default_factory=OfferCollection, alias="moedetilbudSamling")


class Supervisor(Part):
    given_name: Annotated[Text, StringConstraints(min_length=1, max_length=50)] = Field(alias="caseWorkerGivenName")
    middle_name: Annotated[Text, StringConstraints(min_length=1, max_length=40)] | None = Field(
        default=None, alias="middleName"
    )
    family_name: Annotated[Text, StringConstraints(min_length=1, max_length=40)] = Field(alias="surname")
    employee_id: EmployeeId = Field(alias="caseWorkerIdentifier")

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.middle_name, self.family_name)))


class CaseWorker(Part):
    """`local_id` means something inside this answer only."""

    local_id: Annotated[int, Field(ge=1)] = Field(alias="id")
    supervisor: Supervisor


class CaseWorkerIds(Part):
    ids: Annotated[list[int], Field(min_length=1)] = Field(alias="caseWorkerID")


class Timeslot(Part):
    starts_at: Instant = Field(alias="startTime")
    contact_modes: ContactModes = Field(alias="samtaleformer")
    rebooking_possible: bool = Field(alias="rebookingPossible")
    cancellation_possible: bool = Field(alias="cancellationPossible")
    most_participants: Annotated[int, Field(ge=1)] | None = Field(default=None, alias="maksimaltMoededeltagerantal")
    seats_left: Annotated[int, Field(ge=0)] | None = Field(default=None, alias="availableNoOfSeats")
    case_workers: CaseWorkerIds = Field(alias="caseWorkerIDCollection")


class TimeslotCollection(Part):
    timeslots: list[Timeslot] = Field(default=[], alias="bookingTimeslot")


class OwnTimes(Part):
    """Ours: whether names may be shown and chosen among, and between which days anything could be booked."""

    names_shown: bool = Field(alias="viserVejleder")
    least: date = Field(alias="tidligst")
    last: date = Field(alias="senest")


class TimesAnswer(Part):
    """Method 2. One time slot is one start, with everybody who is free then."""

    case_workers: list[CaseWorker] = Field(default=[], alias="caseWorkerToBookCollection")
    collection: TimeslotCollection = Field(default_factory=TimeslotCollection, alias="bookingTimeslotCollection")
    own: OwnTimes | None = Field(default=None, alias="planner")

    @model_validator(mode="after")
    def _refers_to_itself(self) -> Self:
        known = {worker.local_id for worker in self.case_workers}
        if any(set(slot.case_workers.ids) - known for slot in self.collection.timeslots):
            raise ValueError("a time refers to a case worker that is not in the answer")
        return self


class Authority(Part):
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")] = Field(alias="organisationCode")
    kind: Annotated[int, Field(ge=1, le=100)] = Field(alias="organisationTypeIdentifier")


class Originator(Part):
    """As `Authority`, but the code is a number (1.11)."""

    code: Annotated[int, Field(ge=0, lt=100_000_000)] = Field(alias="organisationCode")
    kind: Annotated[int, Field(ge=1, le=100)] = Field(alias="organisationTypeIdentifier")


class MeetingPlace(Location):
    """2.3: as in method 1, under the name of its own."""

    description: Text | None = Field(default=None, alias="beskrivelse")


class Contact(Part):
    phone: Text | None = Field(default=None, alias="telefon")
    email: Text | None = Field(default=None, alias="email")


class EmployeeName(Part):
    given_name: Annotated[Text, StringConstraints(min_length=1, max_length=50)] = Field(alias="fornavn")
    middle_name: Annotated[Text, StringConstraints(min_length=1, max_length=40)] | None = Field(
        default=None, alias="mellemnavn"
    )
    family_name: Annotated[Text, StringConstraints(min_length=1, max_length=40)] = Field(alias="efternavn")
    employee_id: EmployeeId | None = Field(default=None, alias="sagsbehandlerId")

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.middle_name, self.family_name)))


class RightsAndDuties(Part):
    """Ours: the text that a citizen accepts, and its edition."""

    edition: Annotated[int, Field(ge=1)] = Field(alias="udgave")
    text: Text = Field(alias="tekst")
    text_en: Text = Field(default="", alias="tekstEngelsk")


class OwnDetails(Part):
    """Ours: what «Min side» shows besides. The sentences say why something cannot be done, in the caller's language."""

    offer_id: UUID | None = Field(default=None, alias="moedetilbudId")
    number: int | None = Field(default=None, alias="nummer")
    title_en: Text = Field(default="", alias="titelEngelsk")
    description_en: Text = Field(default="", alias="beskrivelseEngelsk")
    message_to_citizen: Text = Field(default="", alias="beskedTilBorgeren")
    rights_and_duties: RightsAndDuties | None = Field(default=None, alias="rettighederOgPligter")
    rebook_to: date | None = Field(default=None, alias="ombookesSenestTil")
    why_not_rebook: Text = Field(default="", alias="hvorforIkkeOmbooke")
    why_not_cancel: Text = Field(default="", alias="hvorforIkkeAflyse")


class Details(Part):
    """Methods 3, 5 and 6: everything of 1.11 and of 2.3. DFDG builds its summons from it."""

    # 1.11
    booking_id: UUID = Field(alias="indkaldelseId")
    booking_identifier: UUID = Field(alias="bookingIdentifier")
    originator: Originator = Field(alias="bookingOriginator")
    should_accept: bool = Field(alias="citizenShouldAcceptBooking")
    has_accepted: bool = Field(alias="acceptedBooking")
    rebooking_possible: bool = Field(alias="reBookingPossible")
    rebooking_deadline: Instant | None = Field(default=None, alias="reBookingDeadline")
    cancellation_possible: bool = Field(alias="cancellationPossible")
    cancellation_deadline: Instant | None = Field(default=None, alias="cancellationDeadline")
    is_self_booked: bool = Field(alias="selfBooked")
    attendance_compulsory: bool = Field(alias="compulsoryAttendance")
    starts_at: Instant = Field(alias="bookingStartTime")
    ends_at: Instant | None = Field(default=None, alias="bookingEndTime")
    conversation_type: Code = Field(alias="interviewTypeIdentifier")
    meeting_form: Code = Field(alias="interviewFormTypeIdentifier")
    contact_mode: Code = Field(alias="interviewContactTypeIdentifier")
    # 2.3, as CreateIndkaldelse has it
    group_meeting_id: UUID | None = Field(default=None, alias="gruppemoedeId")
    owner_system: int | None = Field(default=None, alias="ejersystem")
    may_rebook: bool = Field(alias="ombookingMulig")
    rebook_until: date | None = Field(default=None, alias="ombookingFrist")
    may_cancel: bool = Field(alias="aflysningMulig")
    cancel_until: date | None = Field(default=None, alias="aflysningsfrist")
    self_booked: bool = Field(alias="selvbooket")
    meeting_starts_at: Instant = Field(alias="moedeStarttidspunkt")
    meeting_ends_at: Instant | None = Field(default=None, alias="moedeSluttidspunkt")
    minutes: Minutes | None = Field(default=None, alias="varighed")
    type_code: Code = Field(alias="samtaleType")
    form_code: Code = Field(alias="moedeGruppeType")
    mode_code: Code = Field(alias="samtaleformType")
    digital_link: Text | None = Field(default=None, alias="digitaltMoedelink")
    title: Title = Field(alias="moedetitel")
    description: Description | None = Field(default=None, alias="moedebeskrivelse")
    attendance_required: bool = Field(alias="obligatoriskFremmoede")
    acceptance_required: bool = Field(alias="borgerSkalAcceptere")
    accepted: bool | None = Field(default=None, alias="accepteret")
    place: MeetingPlace | None = Field(default=None, alias="moedested")
    phone: Phone | None = Field(default=None, alias="telefonnummer")
    contact: Contact | None = Field(default=None, alias="kontaktmulighed")
    employee: EmployeeName | None = Field(default=None, alias="sagsbehandler")
    authority: Authority | None = Field(default=None, alias="myndighed")
    own: OwnDetails | None = Field(default=None, alias="planner")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        """What DFDG would refuse when it builds its summons (2.3, 2.9) never leaves."""
        if self.may_rebook != (self.rebook_until is not None):
            raise ValueError("rebooking and its last day do not fit")
        if self.cancel_until is not None and not self.may_cancel:
            raise ValueError("a last day of cancelling what cannot be cancelled")
        if self.mode_code == ContactModeCode.DIGITAL_MEETING and not self.digital_link:
            raise ValueError("a digital meeting without a link")
        if self.ends_at is not None and self.ends_at < self.starts_at:
            raise ValueError("ends before it starts")
        return self


class ReservationAnswer(Part):
    """Method 4."""

    expires_at: Instant | None = Field(default=None, alias="reservationUdloeber")


class CitizenFacts(Part):
    """Ours: what method 1 wants to know, as we know it."""

    jobcentre_code: JobcentreCode = Field(alias="jobcenterKode")
    contact_group: Code | None = Field(default=None, alias="kontaktgruppeType")
    person_category: Code | None = Field(default=None, alias="personkategoriType")
    person_groups: list[PersonGroup] = Field(default=[], alias="persongruppeProjekter")
    full_name: Text = Field(default="", alias="navn")
    email: Text = Field(default="", alias="email")
    phone: Text = Field(default="", alias="telefon")


class Deadline(Part):
    conversation_type: Code = Field(alias="samtaleType")
    status: Code = Field(alias="friststatusType")
    book_by: date = Field(alias="fristdato")
    hold_by: date = Field(alias="sidsteAfholdelsesdato")


class BookingsAnswer(Part):
    """Ours (SYNC-18): the citizen's coming appointments, facts and deadlines."""

    citizen: CitizenFacts = Field(alias="borger")
    bookings: list[Details] = Field(default=[], alias="bookinger")
    deadlines: list[Deadline] = Field(default=[], alias="frister")


class Complaint(Part):
    code: int = Field(alias="kode")
    text: Text = Field(alias="tekst")
    field: Text | None = Field(default=None, alias="felt")


class ErrorAnswer(Part):
    """A.7."""

    complaints: Annotated[list[Complaint], Field(min_length=1)] = Field(alias="fejl")
    request_id: Text | None = Field(default=None, alias="requestId")

    def has(self, code: ErrorCode) -> bool:
        return any(complaint.code == code for complaint in self.complaints)


# Parameters in the address line


def from_query(parameters: Mapping[str, list[str]]) -> dict[str, Any]:
    """The query string as the body it stands for: «personkategori.personkategoriType», «persongruppeProjekter»."""
    body: dict[str, Any] = {}
    for name, values in parameters.items():
        outer, _, inner = name.partition(".")
        if outer.lower().startswith("persongruppeprojekter"):
            rows = body.setdefault("persongruppeProjekter", [])
            rows.extend({"id": one} for value in values for one in value.split(",") if one)
        elif inner:
            body.setdefault(outer.lower(), {})[inner] = values[-1]
        else:
            body[outer.lower()] = values[-1]
    return body
