"""A case system beside the planner: makes, moves and cancels conversations at DFDG, sets frister and contact groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from planner.dfdg import wire
from planner.dfdg.codes import (
    ChangeKind,
    ContactModeCode,
    ConversationTypeCode,
    DeadlineStatus,
    EntityKind,
    MeetingFormCode,
    OrganisationType,
)
from planner.dfdg.messages import (
    BookingDeadline,
    Coded,
    ContactGroupPeriod,
    Employee,
    EmployeeName,
    Organisation,
    PersonFacts,
    Place,
    PushedMessage,
    SummonsMessage,
)
from planner.dfdg.simulator.directory import Directory
from planner.dfdg.simulator.store import Held, Store

SYSTEM = "case system"
OWNER_SYSTEM = 40
"""What it gives as the owner of its own conversations, so that nobody else changes them at DFDG."""


class CaseSystem:
    """Each method is one registration by a caseworker there."""

    def __init__(self, store: Store, directory: Directory, clock: Callable[[], datetime]) -> None:
        self._store, self._directory, self._clock = store, directory, clock

    def employees(self, jobcentre_code: str) -> list[Employee]:
        """Those who may hold a conversation there, by name."""
        everybody = self._directory.everybody()
        found = (one for one in everybody if one.jobcentre_code == jobcentre_code and one.identifier)
        return sorted(found, key=lambda one: one.full_name)

    def create(
        self,
        cpr: str,
        *,
        starts_at: datetime,
        minutes: int = 45,
        employee_id: str = "",
        conversation_type: int = ConversationTypeCode.OTHER,
        title: str = "Samtale i sagsbehandlingssystemet",
        group_meeting_id: UUID | None = None,
    ) -> UUID:
        """A conversation of its own; the id it got."""
        person = self._person(cpr)
        message = SummonsMessage(
            summons_id=uuid4(),
            cpr=cpr,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            conversation_type=conversation_type,
            meeting_form=MeetingFormCode.JOINT if group_meeting_id else MeetingFormCode.INDIVIDUAL,
            contact_mode=ContactModeCode.IN_PERSON,
            title=title,
            group_meeting_id=group_meeting_id,
            owner_system=OWNER_SYSTEM,
            place=self._place(person),
            employee=self._employee(person, employee_id),
        )
        self._write(message, ChangeKind.CREATED, person.jobcentre_code, SYSTEM)
        return message.summons_id

    def move(self, summons_id: UUID, *, starts_at: datetime, employee_id: str = "") -> None:
        """Its own or the planner's, to another time, and perhaps to somebody else."""
        held = self._changeable(summons_id)
        message = wire.summons_from(wire.Fields(held.body), cpr=held.cpr)
        length = (message.ends_at or message.starts_at + timedelta(minutes=30)) - message.starts_at
        employee = self._employee(self._person(held.cpr), employee_id) or message.employee
        moved = replace(message, starts_at=starts_at, ends_at=starts_at + length, employee=employee)
        self._write(moved, ChangeKind.UPDATED, held.jobcentre_code, held.system)

    def cancel(self, summons_id: UUID) -> None:
        held = self._changeable(summons_id)
        message = wire.summons_from(wire.Fields(held.body), cpr=held.cpr)
        self._write(message, ChangeKind.DELETED, held.jobcentre_code, held.system)

    def set_deadline(
        self,
        cpr: str,
        *,
        book_by: date,
        hold_by: date,
        deadline_id: UUID | None = None,
        conversation_type: int = ConversationTypeCode.JOB,
        status: int = DeadlineStatus.OPEN,
    ) -> UUID:
        """A frist, or a change of one; its id."""
        said = BookingDeadline(conversation_type=conversation_type, status=status, book_by=book_by, hold_by=hold_by)
        external_id = deadline_id or uuid4()
        change = ChangeKind.UPDATED if deadline_id else ChangeKind.CREATED
        self._push(cpr, EntityKind.DEADLINE, external_id, change, wire.deadline_body(said))
        return external_id

    def set_contact_group(self, cpr: str, group: Coded, *, starts_on: date) -> None:
        period = ContactGroupPeriod(code=group.code, name=group.name, starts_on=starts_on)
        self._directory.add_person(replace(self._person(cpr), contact_group=group))
        self._push(cpr, EntityKind.CONTACT_GROUP, uuid4(), ChangeKind.CREATED, wire.contact_group_body(period))

    def _push(
        self, cpr: str, entity: EntityKind, external_id: UUID, change: ChangeKind, body: dict[str, object]
    ) -> None:
        message = PushedMessage(
            entity=entity,
            external_id=external_id,
            version_id=uuid4(),
            change=change,
            cpr=cpr,
            registered_at=self._clock(),
            body=body,
        )
        self._store.write_push(message, jobcentre_code=self._person(cpr).jobcentre_code)

    def _write(self, message: SummonsMessage, change: ChangeKind, jobcentre_code: str, system: str) -> None:
        held = Held(
            summons_id=message.summons_id,
            cpr=message.cpr,
            jobcentre_code=jobcentre_code,
            system=system,
            body=wire.held_summons_body(message),
            deleted=change is ChangeKind.DELETED,
            changed_at=self._clock(),
        )
        organisation = Organisation(OrganisationType.JOBCENTRE, jobcentre_code)
        self._store.keep(held, change, organisation=organisation, request_id=f"kss {uuid4()}"[:46])

    def _changeable(self, summons_id: UUID) -> Held:
        held = self._store.held(summons_id)
        if held is None or held.deleted:
            raise ValueError("no such conversation")
        if wire.Fields(held.body).number(wire.Field.OWNER_SYSTEM) is not None and held.system != SYSTEM:
            raise ValueError("another system owns the conversation")
        return held

    def _person(self, cpr: str) -> PersonFacts:
        person = self._directory.person(cpr)
        if person is None:
            raise ValueError("no such person")
        return person

    def _place(self, person: PersonFacts) -> Place | None:
        for one in self._directory.population.jobcentres:
            if one.code == person.jobcentre_code:
                return Place(description=one.name, address=one.address, postal_code=one.postal_code, city=one.city)
        return None

    def _employee(self, person: PersonFacts, employee_id: str) -> EmployeeName | None:
        for one in self.employees(person.jobcentre_code):
            if one.identifier == employee_id:
                return EmployeeName(
                    given_name=one.given_name,
                    middle_name=one.middle_name,
                    family_name=one.family_name,
                    identifier=one.identifier,
                )
        return EmployeeName(given_name="", family_name="", identifier=employee_id) if employee_id else None
