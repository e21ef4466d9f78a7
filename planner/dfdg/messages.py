"""What is said to and heard from DFDG, in our own words: frozen values that `wire` turns into their JSON and back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from planner.dfdg.codes import ChangeKind, OrganisationType, UserType


@dataclass(frozen=True, slots=True)
class Organisation:
    kind: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """On whose behalf a call is made: the authority, and the person or job behind it (`dfdg.md` A.2, A.3)."""

    organisation: Organisation
    full_name: str
    identifier: str = field(repr=False)
    registered_at: datetime
    user_type: UserType = UserType.CASEWORKER
    email: str = ""

    @classmethod
    def caseworker(
        cls, *, jobcentre_code: str, full_name: str, identifier: str, registered_at: datetime, email: str = ""
    ) -> Self:
        return cls(
            organisation=Organisation(OrganisationType.JOBCENTRE, jobcentre_code),
            full_name=full_name,
            identifier=identifier,
            registered_at=registered_at,
            email=email,
        )

    @classmethod
    def system(cls, *, jobcentre_code: str, job: str, registered_at: datetime) -> Self:
        return cls(
            organisation=Organisation(OrganisationType.JOBCENTRE, jobcentre_code),
            full_name=f"Planner {job}",
            identifier=f"Planner/{job}",
            registered_at=registered_at,
            user_type=UserType.SYSTEM,
        )

    @classmethod
    def citizen(cls, *, jobcentre_code: str, full_name: str, cpr: str, registered_at: datetime) -> Self:
        """The citizen who booked by themselves (`dfdg.md` 2.6)."""
        return cls(
            organisation=Organisation(OrganisationType.JOBCENTRE, jobcentre_code),
            full_name=full_name,
            identifier=cpr,
            registered_at=registered_at,
            user_type=UserType.CITIZEN,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where; `address` is one line («Havnegade 4, 2. tv»), split for DFDG in `wire` alone."""

    description: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the citizen reaches the authority."""

    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeName:
    given_name: str
    middle_name: str = ""
    family_name: str
    identifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummonsMessage:
    """One citizen's summons with every particular of `dfdg.md` 2.3 and 5.3.

    `rebooking_until` and `cancellation_until` are the last day it is possible; None means it is not possible.
    `fund_participation` is asked of a joint job conversation (type 17) only; False tells DFDG that the fund stays away.
    """

    summons_id: UUID
    cpr: str = field(repr=False)
    starts_at: datetime
    ends_at: datetime | None
    conversation_type: int
    meeting_form: int
    contact_mode: int
    title: str
    description: str = ""
    group_meeting_id: UUID | None = None
    owner_system: int | None = None
    rebooking_until: date | None = None
    cancellation_until: date | None = None
    self_booked: bool = False
    attendance_required: bool = True
    acceptance_required: bool = False
    accepted: bool | None = None
    digital_link: str = ""
    place: Place | None = None
    phone: str = ""
    contact: Contact | None = None
    employee: EmployeeName | None = None
    authority: Organisation | None = None
    fund_participation: bool | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """One reason DFDG gives for a refusal; the text never holds a whole CPR number."""

    code: int | None
    text: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One version of a summons as DFDG keeps it."""

    version_id: UUID
    change: ChangeKind
    registered_at: datetime
    registered_by: Organisation
    current: bool
    deleted: bool
    summons: SummonsMessage


class CprStatus(StrEnum):
    ACTIVE = "active"
    DEAD = "dead"
    MOVED_AWAY = "moved_away"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Coded:
    """A value of a national code list with its name."""

    code: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Both days belong to the absence; None means no known end."""

    kind: Coded
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """`kind` is the name of the column it stands in, «Falduge jobsamtale» for instance."""

    kind: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingDeadline:
    """A DFDG «frist»: the last day to book, and the last day the conversation may be held."""

    conversation_type: int
    status: int
    book_by: date
    hold_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What DFDG says of one citizen. `cpr_status_name` is DFDG's word («Udrejst»)."""

    cpr: str = field(repr=False)
    given_name: str
    middle_name: str = ""
    family_name: str
    address: str = ""
    postal_code: str = ""
    city: str = ""
    address_protected: bool = False
    email: str = ""
    phone: str = ""
    cpr_status: CprStatus = CprStatus.ACTIVE
    cpr_status_name: str = ""
    jobcentre_code: str = ""
    contact_group: Coded | None = None
    person_category: int | None = None
    person_groups: tuple[UUID, ...] = ()
    activation_type: str = ""
    unemployed_since: date | None = None
    absences: tuple[Absence, ...] = ()
    due_dates: tuple[DueDate, ...] = ()
    deadlines: tuple[BookingDeadline, ...] = ()
    digital_exempt: bool = False
    case_owner: str = ""

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.given_name, self.middle_name, self.family_name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """An employee as the platform knows them; without a certificate they cannot become a counsellor (COUN-02)."""

    identifier: str
    id_kind: str
    given_name: str
    middle_name: str = ""
    family_name: str
    email: str = ""
    jobcentre_code: str = ""
    has_certificate: bool = True

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.given_name, self.middle_name, self.family_name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRow:
    """One value of a code list; it is never deleted, only expired."""

    code: int
    name: str
    valid_from: date | None = None
    valid_until: date | None = None


class GroupLevel(StrEnum):
    STATE = "state"
    REGION = "region"
    JOBCENTRE = "jobcentre"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonGroupRow:
    """A project mark; levels region and job centre name the job centres that see it."""

    group_id: UUID
    name: str
    level: GroupLevel
    jobcentre_codes: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedMessage:
    """One change at DFDG, as it is pushed (`dfdg.md` 3.1).

    `entity`: what it is about, an EntityKind or a number that we do not know. `registered_at`: when DFDG wrote the
    change down; None where it does not say. `body`: their JSON of it, empty where only the id came.
    """

    entity: int
    external_id: UUID
    version_id: UUID
    change: ChangeKind
    cpr: str = field(repr=False)
    registered_at: datetime | None
    body: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactGroupPeriod:
    """The kind of benefit that a citizen receives, from a day on; None means no known end."""

    code: int
    name: str
    starts_on: date
    ends_on: date | None = None
