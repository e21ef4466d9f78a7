"""DFDG's names and ours: paths, headers, fields. Their words stand here and nowhere else, so a correction is one line.

What `dfdg.md` marks as assumed is assumed here too. Their names are read without regard to case.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from planner.dfdg import address
from planner.dfdg.codes import ChangeKind, EntityKind, ParticipationChoice, UserType
from planner.dfdg.messages import (
    Absence,
    BookingDeadline,
    Caller,
    Coded,
    Complaint,
    Contact,
    ContactGroupPeriod,
    CprStatus,
    DueDate,
    Employee,
    EmployeeName,
    GroupLevel,
    HistoryRow,
    Organisation,
    PersonFacts,
    PersonGroupRow,
    Place,
    PushedMessage,
    ReferenceRow,
    SummonsMessage,
)

DANISH_TIME = ZoneInfo("Europe/Copenhagen")
LONGEST_REQUEST_ID = 46

Json = dict[str, Any]
T = TypeVar("T")


class Unreadable(ValueError):
    """A field that is missing or of the wrong kind; says which, never what it held."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


# Paths and headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    summons: str = "/v1/Indkaldelse/{summons_id}"
    summonses: str = "/v1/Indkaldelse"
    history: str = "/v1/indkaldelse/{summons_id}/historik"
    history_spelled_otherwise: str = "/v1/Indkaldelse/historik/{summons_id}"
    histories: str = "/v1/indkaldelse/historik"
    participation: str = "/v1/Indkaldelse/deltagelsesvalg"
    person: str = "/v1/Person/Status"
    employees: str = "/v1/Medarbejder"
    code_list: str = "/v1/Kodeliste/{name}"
    person_groups: str = "/v1/PersongruppeProjekt"
    ping: str = "/ping"


class HeaderEncoding(StrEnum):
    JSON = "json"
    BASE64 = "base64"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderNames:
    citizen: str = "x-civilregistrationIdentifier"
    request_id: str = "x-requestId"
    organisation: str = "x-activeOrganisation"
    user: str = "x-requestUserMetadata"
    simulated_system: str = "x-sim-system"
    organisation_encoding: HeaderEncoding = HeaderEncoding.JSON
    user_encoding: HeaderEncoding = HeaderEncoding.BASE64


class CodeList(StrEnum):
    CONVERSATION_TYPES = "SamtaleType"
    CONTACT_GROUPS = "KontaktgruppeType"
    ABSENCE_TYPES = "FravaerType"
    PERSON_CATEGORIES = "PersonkategoriType"


class Query(StrEnum):
    NAME = "navn"
    EMAIL = "email"


class Field(StrEnum):
    """Our name of a field, and theirs."""

    # summons (2.3)
    SUMMONS_ID = "indkaldelseIdentifier"
    GROUP_MEETING_ID = "gruppemoedeId"
    OWNER_SYSTEM = "ejersystem"
    REBOOKING_POSSIBLE = "ombookingMulig"
    REBOOKING_UNTIL = "ombookingFrist"
    CANCELLATION_POSSIBLE = "aflysningMulig"
    CANCELLATION_UNTIL = "aflysningsfrist"
    SELF_BOOKED = "selvbooket"
    STARTS_AT = "moedeStarttidspunkt"
    ENDS_AT = "moedeSluttidspunkt"
    MINUTES = "varighed"
    CONVERSATION_TYPE = "samtaleType"
    MEETING_FORM = "moedeGruppeType"
    CONTACT_MODE = "samtaleformType"
    DIGITAL_LINK = "digitaltMoedelink"
    TITLE = "moedetitel"
    DESCRIPTION = "moedebeskrivelse"
    ATTENDANCE_REQUIRED = "obligatoriskFremmoede"
    ACCEPTANCE_REQUIRED = "borgerSkalAcceptere"
    ACCEPTED = "accepteret"
    PLACE = "moedested"
    PHONE = "telefonnummer"
    CONTACT = "kontaktmulighed"
    EMPLOYEE = "sagsbehandler"
    AUTHORITY = "myndighed"
    # place, contact, names
    PLACE_DESCRIPTION = "beskrivelse"
    STREET = "vejnavn"
    HOUSE_NUMBER = "husnummer"
    FLOOR = "etage"
    DOOR = "doer"
    POSTAL_CODE = "postnummer"
    CITY = "postdistrikt"
    CONTACT_PHONE = "telefon"
    EMAIL = "email"
    GIVEN_NAME = "fornavn"
    MIDDLE_NAME = "mellemnavn"
    FAMILY_NAME = "efternavn"
    EMPLOYEE_ID = "sagsbehandlerId"
    # organisation and user (A.2, A.3)
    ORGANISATION_KIND = "organisationTypeIdentifier"
    ORGANISATION_CODE = "organisationCode"
    USER = "requestUserStructure"
    USER_NAME = "userFullName"
    USER_TYPE = "requestUserTypeIdentifier"
    USER_ID = "userIdentifier"
    USER_EMAIL = "userEmail"
    USER_ORGANISATION = "requestOrganisationStructure"
    REGISTERED_AT = "registrationDateTime"
    # participation and history
    PARTICIPATION = "deltagelsesvalgType"
    CHANGED_AT = "registreringstidspunkt"
    VERSION_ID = "versionIdentifier"
    CHANGE = "aendringstype"
    CURRENT = "erAktuel"
    DELETED = "erSlettet"
    REGISTERED_BY = "registrerendeMyndighed"
    SUMMONS = "indkaldelse"
    # pushed messages (3.1)
    ENTITY = "entitetId"
    EXTERNAL_ID = "eksternIdentifier"
    IDENTIFICATION_KIND = "identifikationstypeId"
    IDENTIFICATION = "identifikation"
    PUSHED_AT = "registreringDatoTid"
    PUSHED_SUMMONS = "indkaldelseshaendelse"
    PUSHED_DEADLINE = "frist"
    PUSHED_CONTACT_GROUP = "kontaktgruppe"
    STARTS_ON = "starttidspunkt"
    ENDS_ON = "sluttidspunkt"
    # person
    ADDRESS = "adresse"
    ADDRESS_PROTECTED = "adressebeskyttelse"
    CPR_STATUS = "cprStatus"
    JOBCENTRE_CODE = "jobcenterKode"
    CONTACT_GROUP = "kontaktgruppeType"
    PERSON_CATEGORY = "personkategoriType"
    PERSON_GROUPS = "persongruppeProjekter"
    ACTIVATION_TYPE = "aktiveringstype"
    UNEMPLOYED_SINCE = "ledigSiden"
    ABSENCES = "fravaer"
    ABSENCE_TYPE = "fravaerType"
    FROM = "startDato"
    UNTIL = "slutDato"
    DUE_DATES = "falddatoer"
    DUE_DATE_KIND = "falddatoArt"
    DUE_ON = "falddato"
    DEADLINES = "frister"
    DEADLINE_STATUS = "friststatusType"
    BOOK_BY = "fristdato"
    HOLD_BY = "sidsteAfholdelsesdato"
    DIGITAL_EXEMPT = "fritagetForDigitalPost"
    # employee, code list, person group
    EMPLOYEE_ID_KIND = "idType"
    CERTIFICATE = "medarbejdercertifikat"
    CODE = "kode"
    NAME = "navn"
    VALID_FROM = "gyldigFra"
    VALID_UNTIL = "gyldigTil"
    ID = "id"
    LEVEL = "niveau"
    JOBCENTRES = "jobcentre"
    # errors (A.7)
    COMPLAINTS = "fejl"
    COMPLAINT_TEXT = "tekst"
    COMPLAINT_FIELD = "felt"
    REQUEST_ID = "requestId"


CODE_NAMES = ("kode", "code", "errorcode", "fejlkode")
CPR_PATTERN = re.compile(
    r"(((0[1-9]|[12]\d|3[01])(01|03|05|07|08|10|12)|(0[1-9]|[12]\d|30)(04|06|09|11)|(0[1-9]|[12]\d)02)\d{6})|0{10}"
)
PHONE_PATTERN = re.compile(r"\+?[0-9]{3,20}")
POSTAL_CODE_PATTERN = re.compile(r"[0-9]{4}")
TEXT_NAMES = ("tekst", "message", "title", "detail")
CPR_IN_TEXT = re.compile(r"\b(\d{6})-?\d{4}\b")

STATUS_CODES = {CprStatus.ACTIVE: 1, CprStatus.INACTIVE: 70, CprStatus.MOVED_AWAY: 80, CprStatus.DEAD: 90}
ACTIVE_STATUS_CODES = (1, 3, 5, 7)
LEVEL_NUMBERS = {GroupLevel.STATE: 1, GroupLevel.REGION: 2, GroupLevel.JOBCENTRE: 3}


class Fields:
    """One JSON object of theirs, read by our names, without regard to the case of theirs."""

    def __init__(self, body: object, name: str = "") -> None:
        if not isinstance(body, Mapping):
            raise Unreadable(name)
        self._values = {str(key).lower(): value for key, value in body.items()}

    def raw(self, name: str) -> Any:
        return self._values.get(name.lower())

    def all(self) -> Json:
        """The object itself, its names in lower case."""
        return dict(self._values)

    def text(self, name: str) -> str:
        value = self.raw(name)
        if value is None:
            return ""
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            return str(value)
        raise Unreadable(name)

    def number(self, name: str) -> int | None:
        value = self.raw(name)
        if isinstance(value, str) and value.isdigit():
            return int(value)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise Unreadable(name)

    def truth(self, name: str) -> bool | None:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        raise Unreadable(name)

    def instant(self, name: str) -> datetime | None:
        """An instant; one without an offset is Danish time."""
        value = self._parsed(name, datetime.fromisoformat)
        return value.replace(tzinfo=DANISH_TIME) if value and value.tzinfo is None else value

    def day(self, name: str) -> date | None:
        """A date; an instant stands for its Danish day."""
        if len(self.text(name)) > len("2026-11-23"):
            value = self.instant(name)
            return value.astimezone(DANISH_TIME).date() if value else None
        return self._parsed(name, date.fromisoformat)

    def uuid(self, name: str) -> UUID | None:
        return self._parsed(name, UUID)

    def part(self, name: str) -> "Fields | None":
        value = self.raw(name)
        return None if value is None else Fields(value, name)

    def rows(self, name: str) -> list["Fields"]:
        return [Fields(row, name) for row in self.items(name)]

    def items(self, name: str) -> list[Any]:
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Unreadable(name)
        return value

    def _parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        value = self.text(name)
        if not value:
            return None
        try:
            return parse(value)
        except ValueError:
            raise Unreadable(name) from None


def needed(value: T | None, name: str) -> T:
    if value is None:
        raise Unreadable(name)
    return value


def without_empty(body: Json) -> Json:
    """An optional field that says nothing is left out."""
    return {str(name): value for name, value in body.items() if value not in (None, "", [])}


def instant(value: datetime | None) -> str | None:
    return value.astimezone(DANISH_TIME).isoformat(timespec="seconds") if value else None


def exact_instant(value: datetime | None) -> str | None:
    """To the microsecond: of two changes in one second the later is known."""
    return value.astimezone(DANISH_TIME).isoformat() if value else None


def day(value: date | None) -> str | None:
    if isinstance(value, datetime):
        value = value.astimezone(DANISH_TIME).date()
    return value.isoformat() if value else None


# Headers


def headers(caller: Caller, *, names: HeaderNames, request_id: str, cpr: str = "") -> dict[str, str]:
    """The headers of A.4; the citizen's number is only ever here."""
    sent = {
        names.request_id: request_id,
        names.organisation: encoded(organisation_body(caller.organisation), names.organisation_encoding),
        names.user: encoded(user_body(caller), names.user_encoding),
    }
    return {**sent, names.citizen: cpr} if cpr else sent


def encoded(body: Json, encoding: HeaderEncoding) -> str:
    if encoding is HeaderEncoding.JSON:
        return json.dumps(body, separators=(",", ":"))
    return base64.b64encode(json.dumps(body, ensure_ascii=False).encode()).decode("ascii")


def decoded(value: str, encoding: HeaderEncoding) -> Fields:
    try:
        text = value if encoding is HeaderEncoding.JSON else base64.b64decode(value, validate=True).decode()
        return Fields(json.loads(text))
    except (ValueError, binascii.Error):
        raise Unreadable(encoding) from None


def organisation_body(organisation: Organisation) -> Json:
    return {Field.ORGANISATION_KIND: int(organisation.kind), Field.ORGANISATION_CODE: organisation.code}


def organisation_from(fields: Fields) -> Organisation:
    return Organisation(
        needed(fields.number(Field.ORGANISATION_KIND), Field.ORGANISATION_KIND), fields.text(Field.ORGANISATION_CODE)
    )


def user_body(caller: Caller) -> Json:
    user: Json = {
        Field.USER_NAME: caller.full_name[:140],
        Field.USER_TYPE: int(caller.user_type),
        Field.USER_ID: caller.identifier[:255],
        Field.USER_EMAIL: caller.email,
    }
    return {
        Field.USER: without_empty(user),
        Field.USER_ORGANISATION: organisation_body(caller.organisation),
        Field.REGISTERED_AT: instant(caller.registered_at),
    }


def caller_from(organisation: Fields, metadata: Fields) -> Caller:
    user = needed(metadata.part(Field.USER), Field.USER)
    kind = needed(user.number(Field.USER_TYPE), Field.USER_TYPE)
    if kind not in tuple(UserType):
        raise Unreadable(Field.USER_TYPE)
    return Caller(
        organisation=organisation_from(organisation),
        full_name=user.text(Field.USER_NAME),
        identifier=user.text(Field.USER_ID),
        registered_at=needed(metadata.instant(Field.REGISTERED_AT), Field.REGISTERED_AT),
        user_type=UserType(kind),
        email=user.text(Field.USER_EMAIL),
    )


# Summons


def summons_body(message: SummonsMessage) -> Json:
    """The body of create and update (2.3); a participation choice is a message of its own."""
    body: Json = {
        Field.GROUP_MEETING_ID: str(message.group_meeting_id) if message.group_meeting_id else None,
        Field.OWNER_SYSTEM: message.owner_system,
        Field.REBOOKING_POSSIBLE: message.rebooking_until is not None,
        Field.REBOOKING_UNTIL: day(message.rebooking_until),
        Field.CANCELLATION_POSSIBLE: message.cancellation_until is not None,
        Field.CANCELLATION_UNTIL: day(message.cancellation_until),
        Field.SELF_BOOKED: message.self_booked,
        Field.STARTS_AT: instant(message.starts_at),
        Field.ENDS_AT: instant(message.ends_at),
        Field.CONVERSATION_TYPE: int(message.conversation_type),
        Field.MEETING_FORM: int(message.meeting_form),
        Field.CONTACT_MODE: int(message.contact_mode),
        Field.DIGITAL_LINK: message.digital_link,
        Field.TITLE: message.title,
        Field.DESCRIPTION: message.description,
        Field.ATTENDANCE_REQUIRED: message.attendance_required,
        Field.ACCEPTANCE_REQUIRED: message.acceptance_required,
        Field.ACCEPTED: message.accepted,
        Field.PLACE: place_body(message.place) if message.place else None,
        Field.PHONE: message.phone.replace(" ", ""),
        Field.CONTACT: contact_body(message.contact) if message.contact else None,
        Field.EMPLOYEE: employee_name_body(message.employee) if message.employee else None,
        Field.AUTHORITY: organisation_body(message.authority) if message.authority else None,
    }
    return without_empty(body)


def summons_from(fields: Fields, *, cpr: str, summons_id: UUID | None = None) -> SummonsMessage:
    starts_at = needed(fields.instant(Field.STARTS_AT), Field.STARTS_AT)
    place, contact = fields.part(Field.PLACE), fields.part(Field.CONTACT)
    employee, authority = fields.part(Field.EMPLOYEE), fields.part(Field.AUTHORITY)
    return SummonsMessage(
        summons_id=summons_id or needed(fields.uuid(Field.SUMMONS_ID), Field.SUMMONS_ID),
        cpr=cpr,
        starts_at=starts_at,
        ends_at=_ends_at(fields, starts_at),
        conversation_type=needed(fields.number(Field.CONVERSATION_TYPE), Field.CONVERSATION_TYPE),
        meeting_form=needed(fields.number(Field.MEETING_FORM), Field.MEETING_FORM),
        contact_mode=needed(fields.number(Field.CONTACT_MODE), Field.CONTACT_MODE),
        title=fields.text(Field.TITLE),
        description=fields.text(Field.DESCRIPTION),
        group_meeting_id=fields.uuid(Field.GROUP_MEETING_ID),
        owner_system=fields.number(Field.OWNER_SYSTEM),
        rebooking_until=_last_day(fields, Field.REBOOKING_POSSIBLE, Field.REBOOKING_UNTIL, starts_at),
        cancellation_until=_last_day(fields, Field.CANCELLATION_POSSIBLE, Field.CANCELLATION_UNTIL, starts_at),
        self_booked=bool(fields.truth(Field.SELF_BOOKED)),
        attendance_required=fields.truth(Field.ATTENDANCE_REQUIRED) is not False,
        acceptance_required=bool(fields.truth(Field.ACCEPTANCE_REQUIRED)),
        accepted=fields.truth(Field.ACCEPTED),
        digital_link=fields.text(Field.DIGITAL_LINK),
        place=place_from(place) if place else None,
        phone=fields.text(Field.PHONE),
        contact=Contact(phone=contact.text(Field.CONTACT_PHONE), email=contact.text(Field.EMAIL)) if contact else None,
        employee=employee_name_from(employee) if employee else None,
        authority=organisation_from(authority) if authority else None,
    )


def _ends_at(fields: Fields, starts_at: datetime) -> datetime | None:
    minutes = fields.number(Field.MINUTES)
    return fields.instant(Field.ENDS_AT) or (starts_at + timedelta(minutes=minutes) if minutes else None)


def _last_day(fields: Fields, possible: str, until: str, starts_at: datetime) -> date | None:
    if not fields.truth(possible):
        return None
    return fields.day(until) or starts_at.astimezone(DANISH_TIME).date()


def place_body(place: Place) -> Json:
    return without_empty({Field.PLACE_DESCRIPTION: place.description, **address_body(place)})


def address_body(place: Place) -> Json:
    parts = address.split(place.address)
    return {
        Field.STREET: parts.street,
        Field.HOUSE_NUMBER: parts.number,
        Field.FLOOR: parts.floor,
        Field.DOOR: parts.door,
        Field.POSTAL_CODE: place.postal_code,
        Field.CITY: place.city,
    }


def place_from(fields: Fields) -> Place:
    parts = address.AddressParts(
        fields.text(Field.STREET),
        fields.text(Field.HOUSE_NUMBER),
        fields.text(Field.FLOOR),
        fields.text(Field.DOOR),
    )
    return Place(
        description=fields.text(Field.PLACE_DESCRIPTION),
        address=address.join(parts),
        postal_code=fields.text(Field.POSTAL_CODE),
        city=fields.text(Field.CITY),
    )


def contact_body(contact: Contact) -> Json:
    return without_empty({Field.CONTACT_PHONE: contact.phone.replace(" ", ""), Field.EMAIL: contact.email})


def employee_name_body(name: EmployeeName) -> Json:
    return without_empty({**_name_parts(name), Field.EMPLOYEE_ID: name.identifier})


def employee_name_from(fields: Fields) -> EmployeeName:
    return EmployeeName(
        given_name=fields.text(Field.GIVEN_NAME),
        middle_name=fields.text(Field.MIDDLE_NAME),
        family_name=fields.text(Field.FAMILY_NAME),
        identifier=fields.text(Field.EMPLOYEE_ID),
    )


def _name_parts(person: EmployeeName | Employee | PersonFacts) -> Json:
    return {
        Field.GIVEN_NAME: person.given_name,
        Field.MIDDLE_NAME: person.middle_name,
        Field.FAMILY_NAME: person.family_name,
    }


def held_summons_body(message: SummonsMessage) -> Json:
    """A summons as DFDG gives it back: what was sent, and its id."""
    return {Field.SUMMONS_ID: str(message.summons_id), **summons_body(message)}


def participation_body(summons_id: UUID, choice: ParticipationChoice, changed_at: datetime) -> Json:
    return {
        Field.PARTICIPATION: int(choice),
        Field.SUMMONS_ID: str(summons_id),
        Field.CHANGED_AT: instant(changed_at),
    }


def history_body(row: HistoryRow) -> Json:
    return {
        Field.VERSION_ID: str(row.version_id),
        Field.CHANGE: int(row.change),
        Field.CHANGED_AT: exact_instant(row.registered_at),
        Field.CURRENT: row.current,
        Field.DELETED: row.deleted,
        Field.REGISTERED_BY: organisation_body(row.registered_by),
        Field.SUMMONS: held_summons_body(row.summons),
    }


def history_from(fields: Fields, *, cpr: str) -> HistoryRow:
    return HistoryRow(
        version_id=needed(fields.uuid(Field.VERSION_ID), Field.VERSION_ID),
        change=ChangeKind(needed(fields.number(Field.CHANGE), Field.CHANGE)),
        registered_at=needed(fields.instant(Field.CHANGED_AT), Field.CHANGED_AT),
        registered_by=organisation_from(needed(fields.part(Field.REGISTERED_BY), Field.REGISTERED_BY)),
        current=bool(fields.truth(Field.CURRENT)),
        deleted=bool(fields.truth(Field.DELETED)),
        summons=summons_from(needed(fields.part(Field.SUMMONS), Field.SUMMONS), cpr=cpr),
    )


# Person


def person_body(person: PersonFacts) -> Json:
    place = Place(address=person.address, postal_code=person.postal_code, city=person.city)
    body = {
        **_name_parts(person),
        Field.ADDRESS: without_empty(address_body(place)) or None,
        Field.ADDRESS_PROTECTED: person.address_protected,
        Field.EMAIL: person.email,
        Field.PHONE: person.phone,
        Field.CPR_STATUS: {Field.CODE: STATUS_CODES[person.cpr_status], Field.NAME: person.cpr_status_name},
        Field.JOBCENTRE_CODE: person.jobcentre_code,
        Field.CONTACT_GROUP: coded_body(person.contact_group) if person.contact_group else None,
        Field.PERSON_CATEGORY: person.person_category,
        Field.PERSON_GROUPS: [{Field.ID: str(group)} for group in person.person_groups],
        Field.ACTIVATION_TYPE: person.activation_type,
        Field.UNEMPLOYED_SINCE: day(person.unemployed_since),
        Field.ABSENCES: [absence_body(absence) for absence in person.absences],
        Field.DUE_DATES: [{Field.DUE_DATE_KIND: due.kind, Field.DUE_ON: day(due.due_on)} for due in person.due_dates],
        Field.DEADLINES: [deadline_body(deadline) for deadline in person.deadlines],
        Field.DIGITAL_EXEMPT: person.digital_exempt,
        Field.EMPLOYEE_ID: person.case_owner,
    }
    return without_empty(body)


def person_from(fields: Fields, *, cpr: str) -> PersonFacts:
    place = fields.part(Field.ADDRESS)
    home = place_from(place) if place else Place()
    status = fields.part(Field.CPR_STATUS)
    group = fields.part(Field.CONTACT_GROUP)
    groups = fields.rows(Field.PERSON_GROUPS)
    return PersonFacts(
        cpr=cpr,
        given_name=fields.text(Field.GIVEN_NAME),
        middle_name=fields.text(Field.MIDDLE_NAME),
        family_name=fields.text(Field.FAMILY_NAME),
        address=home.address,
        postal_code=home.postal_code,
        city=home.city,
        address_protected=bool(fields.truth(Field.ADDRESS_PROTECTED)),
        email=fields.text(Field.EMAIL),
        phone=fields.text(Field.PHONE),
        cpr_status=cpr_status_from(status),
        cpr_status_name=status.text(Field.NAME) if status else "",
        jobcentre_code=fields.text(Field.JOBCENTRE_CODE),
        contact_group=coded_from(group) if group else None,
        person_category=fields.number(Field.PERSON_CATEGORY),
        person_groups=tuple(needed(row.uuid(Field.ID), Field.PERSON_GROUPS) for row in groups),
        activation_type=fields.text(Field.ACTIVATION_TYPE),
        unemployed_since=fields.day(Field.UNEMPLOYED_SINCE),
        absences=tuple(absence_from(row) for row in fields.rows(Field.ABSENCES)),
        due_dates=tuple(due_date_from(row) for row in fields.rows(Field.DUE_DATES)),
        deadlines=tuple(deadline_from(row) for row in fields.rows(Field.DEADLINES)),
        digital_exempt=bool(fields.truth(Field.DIGITAL_EXEMPT)),
        case_owner=fields.text(Field.EMPLOYEE_ID),
    )


def cpr_status_from(fields: Fields | None) -> CprStatus:
    """The CPR register's status codes: 80 is «Udrejst», 90 dead; what is neither living here nor those is inactive."""
    code = fields.number(Field.CODE) if fields else None
    if code is None or code in ACTIVE_STATUS_CODES:
        return CprStatus.ACTIVE
    return {80: CprStatus.MOVED_AWAY, 90: CprStatus.DEAD}.get(code, CprStatus.INACTIVE)


def coded_body(value: Coded) -> Json:
    return {Field.CODE: int(value.code), Field.NAME: value.name}


def coded_from(fields: Fields) -> Coded:
    return Coded(needed(fields.number(Field.CODE), Field.CODE), fields.text(Field.NAME))


def absence_body(absence: Absence) -> Json:
    return without_empty(
        {
            Field.ABSENCE_TYPE: coded_body(absence.kind),
            Field.FROM: day(absence.starts_on),
            Field.UNTIL: day(absence.ends_on),
        }
    )


def absence_from(fields: Fields) -> Absence:
    return Absence(
        kind=coded_from(needed(fields.part(Field.ABSENCE_TYPE), Field.ABSENCE_TYPE)),
        starts_on=needed(fields.day(Field.FROM), Field.FROM),
        ends_on=fields.day(Field.UNTIL),
    )


def due_date_from(fields: Fields) -> DueDate:
    return DueDate(kind=fields.text(Field.DUE_DATE_KIND), due_on=needed(fields.day(Field.DUE_ON), Field.DUE_ON))


def deadline_body(deadline: BookingDeadline) -> Json:
    return {
        Field.DEADLINE_STATUS: int(deadline.status),
        Field.CONVERSATION_TYPE: int(deadline.conversation_type),
        Field.BOOK_BY: day(deadline.book_by),
        Field.HOLD_BY: day(deadline.hold_by),
    }


def deadline_from(fields: Fields) -> BookingDeadline:
    return BookingDeadline(
        conversation_type=needed(fields.number(Field.CONVERSATION_TYPE), Field.CONVERSATION_TYPE),
        status=needed(fields.number(Field.DEADLINE_STATUS), Field.DEADLINE_STATUS),
        book_by=needed(fields.day(Field.BOOK_BY), Field.BOOK_BY),
        hold_by=needed(fields.day(Field.HOLD_BY), Field.HOLD_BY),
    )


# Employees and reference rows


def employee_body(employee: Employee) -> Json:
    return without_empty(
        {
            **_name_parts(employee),
            Field.EMPLOYEE_ID: employee.identifier,
            Field.EMPLOYEE_ID_KIND: str(employee.id_kind),
            Field.EMAIL: employee.email,
            Field.JOBCENTRE_CODE: employee.jobcentre_code,
            Field.CERTIFICATE: employee.has_certificate,
        }
    )


def employee_from(fields: Fields) -> Employee:
    return Employee(
        identifier=fields.text(Field.EMPLOYEE_ID),
        id_kind=fields.text(Field.EMPLOYEE_ID_KIND),
        given_name=fields.text(Field.GIVEN_NAME),
        middle_name=fields.text(Field.MIDDLE_NAME),
        family_name=fields.text(Field.FAMILY_NAME),
        email=fields.text(Field.EMAIL),
        jobcentre_code=fields.text(Field.JOBCENTRE_CODE),
        has_certificate=bool(fields.truth(Field.CERTIFICATE)),
    )


def reference_body(row: ReferenceRow) -> Json:
    return without_empty(
        {
            Field.CODE: int(row.code),
            Field.NAME: row.name,
            Field.VALID_FROM: day(row.valid_from),
            Field.VALID_UNTIL: day(row.valid_until),
        }
    )


def reference_from(fields: Fields) -> ReferenceRow:
    return ReferenceRow(
        code=needed(fields.number(Field.CODE), Field.CODE),
        name=fields.text(Field.NAME),
        valid_from=fields.day(Field.VALID_FROM),
        valid_until=fields.day(Field.VALID_UNTIL),
    )


def person_group_body(row: PersonGroupRow) -> Json:
    return without_empty(
        {
            Field.ID: str(row.group_id),
            Field.NAME: row.name,
            Field.LEVEL: LEVEL_NUMBERS[row.level],
            Field.JOBCENTRES: list(row.jobcentre_codes),
            Field.FROM: day(row.starts_on),
            Field.UNTIL: day(row.ends_on),
        }
    )


def person_group_from(fields: Fields) -> PersonGroupRow:
    levels = {number: level for level, number in LEVEL_NUMBERS.items()}
    number = needed(fields.number(Field.LEVEL), Field.LEVEL)
    return PersonGroupRow(
        group_id=needed(fields.uuid(Field.ID), Field.ID),
        name=fields.text(Field.NAME),
        level=needed(levels.get(number), Field.LEVEL),
        jobcentre_codes=tuple(str(code) for code in fields.items(Field.JOBCENTRES)),
        starts_on=fields.day(Field.FROM),
        ends_on=fields.day(Field.UNTIL),
    )


# Pushed messages

IDENTIFIED_BY_CPR = 1
PUSHED_BODIES: dict[int, Field] = {
    EntityKind.SUMMONS: Field.PUSHED_SUMMONS,
    EntityKind.DEADLINE: Field.PUSHED_DEADLINE,
    EntityKind.CONTACT_GROUP: Field.PUSHED_CONTACT_GROUP,
}


def pushed_body(message: PushedMessage) -> Json:
    """The envelope with what is in it."""
    body: Json = {
        Field.ENTITY: int(message.entity),
        Field.EXTERNAL_ID: str(message.external_id),
        Field.VERSION_ID: str(message.version_id),
        Field.IDENTIFICATION_KIND: IDENTIFIED_BY_CPR,
        Field.IDENTIFICATION: message.cpr,
        Field.CHANGE: int(message.change),
        Field.PUSHED_AT: exact_instant(message.registered_at),
    }
    if message.body and (name := PUSHED_BODIES.get(message.entity)):
        body[name] = message.body
    return without_empty(body)


def pushed_from(fields: Fields) -> PushedMessage:
    """An envelope in whatever case; what it is about may lie in a part of its own, or flat beside the rest."""
    entity = _entity(needed(fields.number(Field.ENTITY), Field.ENTITY))
    if fields.number(Field.IDENTIFICATION_KIND) not in (None, IDENTIFIED_BY_CPR):
        raise Unreadable(Field.IDENTIFICATION_KIND)
    cpr = fields.text(Field.IDENTIFICATION).replace("-", "")
    if not (cpr.isascii() and CPR_PATTERN.fullmatch(cpr)):
        raise Unreadable(Field.IDENTIFICATION)
    change = needed(fields.number(Field.CHANGE), Field.CHANGE)
    if change not in tuple(ChangeKind):
        raise Unreadable(Field.CHANGE)
    return PushedMessage(
        entity=entity,
        external_id=needed(fields.uuid(Field.EXTERNAL_ID), Field.EXTERNAL_ID),
        version_id=needed(fields.uuid(Field.VERSION_ID), Field.VERSION_ID),
        change=ChangeKind(change),
        cpr=cpr,
        registered_at=fields.instant(Field.PUSHED_AT),
        body=_inside(fields, entity),
    )


def _entity(number: int) -> int:
    """The published page prints some ids with digits before them that it masks."""
    return next((int(kind) for kind in EntityKind if str(number).endswith(str(int(kind)))), number)


def _inside(fields: Fields, entity: int) -> Json:
    name = PUSHED_BODIES.get(entity)
    inside = fields.part(name) if name else None
    return (inside or fields).all()


def contact_group_body(group: ContactGroupPeriod) -> Json:
    return without_empty(
        {
            Field.CONTACT_GROUP: coded_body(Coded(group.code, group.name)),
            Field.STARTS_ON: day(group.starts_on),
            Field.ENDS_ON: day(group.ends_on),
        }
    )


def contact_group_from(fields: Fields) -> ContactGroupPeriod:
    """The code stands alone, or with its name."""
    said = fields.raw(Field.CONTACT_GROUP)
    group = coded_from(Fields(said)) if isinstance(said, Mapping) else None
    return ContactGroupPeriod(
        code=group.code if group else needed(fields.number(Field.CONTACT_GROUP), Field.CONTACT_GROUP),
        name=group.name if group else "",
        starts_on=needed(fields.day(Field.STARTS_ON), Field.STARTS_ON),
        ends_on=fields.day(Field.ENDS_ON),
    )


# Errors


def error_body(complaints: Iterable[Complaint], *, request_id: str) -> Json:
    rows = [
        without_empty({Field.CODE: row.code, Field.COMPLAINT_TEXT: row.text, Field.COMPLAINT_FIELD: row.field})
        for row in complaints
    ]
    return {Field.COMPLAINTS: rows, Field.REQUEST_ID: request_id}


def complaints_from(body: object) -> tuple[Complaint, ...]:
    """Every code and text found anywhere in an error body, whatever its shape (A.7); CPR numbers are masked."""
    found = [_complaint(Fields(node)) for node in _objects(body)]
    coded = tuple(complaint for complaint in found if complaint.code is not None)
    return coded or tuple(complaint for complaint in found if complaint.text)[:1]


def _complaint(fields: Fields) -> Complaint:
    code = next((int(text) for name in CODE_NAMES if (text := str(fields.raw(name))).isdigit()), None)
    text = next((value for name in TEXT_NAMES if isinstance(value := fields.raw(name), str) and value), "")
    field = fields.raw(Field.COMPLAINT_FIELD)
    return Complaint(code, CPR_IN_TEXT.sub(r"\1-••••", text), field if isinstance(field, str) else "")


def _objects(body: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(body, Mapping):
        yield body
        body = list(body.values())
    if isinstance(body, list):
        for item in body:
            yield from _objects(item)
