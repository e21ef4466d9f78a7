"""What the pages show of the service's answers: conversations, offers and times, in the citizen's language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planner.calendars.ics import Entry
from planner.dfdg.address import AddressParts, join
from planner.dfdg.codes import ContactModeCode
from planner.dfdg.jobnet import wire

NOON = 12
DIGITAL = (ContactModeCode.DIGITAL, ContactModeCode.VIDEO, ContactModeCode.DIGITAL_MEETING)
DEFAULT_LENGTH = timedelta(hours=1)
ACTIVE_DEADLINE = 1


def in_language(danish: str, english: str) -> str:
    """The English words where the citizen reads English and there are any."""
    return english if english and get_language() == "en" else danish


@dataclass(frozen=True, slots=True)
class Meeting:
    """One conversation, as a citizen reads it."""

    details: wire.Details

    @property
    def pk(self) -> UUID:
        return self.details.booking_id

    @property
    def title(self) -> str:
        return in_language(self.details.title, self.details.own.title_en if self.details.own else "")

    @property
    def description(self) -> str:
        english = self.details.own.description_en if self.details.own else ""
        danish = (self.details.description or "").removesuffix(self.message).rstrip()
        return in_language(danish, english)

    @property
    def message(self) -> str:
        return self.details.own.message_to_citizen if self.details.own else ""

    @property
    def starts_at(self) -> datetime:
        return self.details.starts_at

    @property
    def ends_at(self) -> datetime:
        if self.details.ends_at:
            return self.details.ends_at
        length = timedelta(minutes=self.details.minutes) if self.details.minutes else DEFAULT_LENGTH
        return self.details.starts_at + length

    @property
    def who(self) -> str:
        return self.details.employee.full_name if self.details.employee else ""

    @property
    def is_by_telephone(self) -> bool:
        return self.details.mode_code == ContactModeCode.TELEPHONE

    @property
    def is_digital(self) -> bool:
        return self.details.mode_code in DIGITAL

    @property
    def place(self) -> str:
        """«Havnegade 4, 9990 Nordby, Lokale 2»"""
        place = self.details.place
        if place is None or self.is_by_telephone or self.is_digital:
            return ""
        parts = AddressParts(place.street or "", place.house_number or "", place.floor or "", place.door or "")
        city = " ".join(filter(None, (place.postal_code, place.city)))
        return ", ".join(filter(None, (join(parts), city, place.description)))

    @property
    def contact_phone(self) -> str:
        return (self.details.contact.phone if self.details.contact else None) or ""

    @property
    def contact_email(self) -> str:
        return (self.details.contact.email if self.details.contact else None) or ""

    @property
    def why_not_rebook(self) -> str:
        return self.details.own.why_not_rebook if self.details.own else ""

    @property
    def why_not_cancel(self) -> str:
        return self.details.own.why_not_cancel if self.details.own else ""

    @property
    def may_rebook(self) -> bool:
        return self.details.may_rebook and not self.why_not_rebook

    @property
    def may_cancel(self) -> bool:
        return self.details.may_cancel and not self.why_not_cancel

    @property
    def change_until(self) -> date | None:
        """The one day that both rights end on; None where they differ or there is none."""
        rebook = self.details.rebook_until if self.may_rebook else None
        cancel = self.details.cancel_until if self.may_cancel else None
        return rebook if rebook == cancel else None

    @property
    def rights(self) -> str:
        """«Rettigheder og pligter»; empty where the job centre has none for it."""
        text = self.details.own.rights_and_duties if self.details.own else None
        return in_language(text.text, text.text_en) if text else ""

    def entry(self) -> Entry:
        """As the citizen's own calendar keeps it."""
        where = self.place or (self.details.phone or "" if self.is_by_telephone else "")
        return Entry(
            entry_id=self.pk,
            title=self.title,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            place=where,
            description="\n\n".join(filter(None, (self.description, self.message))),
            link=self.details.digital_link or "" if self.is_digital else "",
        )


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One offer on «Book et møde»."""

    offer: wire.Offer

    @property
    def title(self) -> str:
        return in_language(self.offer.title, self.offer.own.title_en if self.offer.own else "")

    @property
    def description(self) -> str:
        english = self.offer.own.description_en if self.offer.own else ""
        return in_language(self.offer.description or "", english)

    @property
    def has_times(self) -> bool:
        return self.offer.own is None or self.offer.own.free_times > 0

    @property
    def first_at(self) -> datetime | None:
        return self.offer.own.first_at if self.offer.own else None


@dataclass(frozen=True, slots=True)
class Counsellor:
    """A counsellor who has free times. `mark` names them in an address without saying who they are."""

    name: str
    employee_id: str

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.employee_id.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Start:
    """A time that can be chosen, and with whom."""

    at: datetime
    mode: int
    counsellors: tuple[Counsellor, ...]
    seats: int | None

    @property
    def value(self) -> str:
        return f"{self.at.isoformat()}/{self.mode}"


@dataclass(frozen=True, slots=True)
class PartOfDay:
    name: str
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    parts: tuple[PartOfDay, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday, and the nearest ones on each side that have free times."""

    monday: date
    days: tuple[Day, ...]
    before: date | None
    after: date | None

    @property
    def last(self) -> date:
        return max([self.monday + timedelta(days=4), *(one.day for one in self.days)])


@dataclass(frozen=True, slots=True)
class Times:
    """All free times of an offer, or those to which a booking can be moved."""

    starts: tuple[Start, ...]
    counsellors: tuple[Counsellor, ...]
    names_shown: bool
    last: date | None

    def of(self, mark: str) -> tuple[Start, ...]:
        """Those of one counsellor; of everybody without a mark."""
        if not mark:
            return self.starts
        return tuple(one for one in self.starts if any(who.mark == mark for who in one.counsellors))

    def counsellor(self, mark: str) -> Counsellor | None:
        return next((one for one in self.counsellors if one.mark == mark), None)

    def at(self, value: str) -> Start | None:
        return next((one for one in self.starts if one.value == value), None)


def times_of(answer: wire.TimesAnswer) -> Times:
    names = {
        one.local_id: Counsellor(one.supervisor.full_name, one.supervisor.employee_id) for one in answer.case_workers
    }
    starts = tuple(
        Start(
            timezone.localtime(slot.starts_at),
            slot.contact_modes.codes[0],
            tuple(names[one] for one in slot.case_workers.ids),
            slot.seats_left,
        )
        for slot in sorted(answer.collection.timeslots, key=lambda slot: slot.starts_at)
    )
    own = answer.own
    counsellors = tuple(sorted(set(names.values()), key=lambda one: one.name))
    return Times(starts, counsellors, bool(own and own.names_shown), own.last if own else None)


def week_of(starts: Sequence[Start], wanted: date | None) -> Week | None:
    """The week asked for, or the first that has free times; None where there are none."""
    mondays = sorted({_monday(one.at.date()) for one in starts})
    if not mondays:
        return None
    monday = _monday(wanted) if wanted else mondays[0]
    monday = min(max(monday, mondays[0]), mondays[-1])
    return Week(
        monday,
        tuple(_days(one for one in starts if _monday(one.at.date()) == monday)),
        max((one for one in mondays if one < monday), default=None),
        min((one for one in mondays if one > monday), default=None),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(starts: Iterable[Start]) -> Iterator[Day]:
    for day, of_day in groupby(starts, key=lambda one: one.at.date()):
        parts = groupby(of_day, key=lambda one: one.at.hour < NOON)
        named = (PartOfDay(_("Formiddag") if early else _("Eftermiddag"), tuple(part)) for early, part in parts)
        yield Day(day, tuple(named))


def deadline_of(answer: wire.BookingsAnswer, conversation_type: int | None = None) -> date | None:
    """The nearest active deadline of that type (of any without one) that no coming conversation keeps."""
    active = [one for one in answer.deadlines if one.status == ACTIVE_DEADLINE]
    of_type = [one for one in active if conversation_type in (None, one.conversation_type)]
    return min((one.hold_by for one in of_type if not _kept(answer, one)), default=None)


def _kept(answer: wire.BookingsAnswer, deadline: wire.Deadline) -> bool:
    return any(
        one.conversation_type == deadline.conversation_type
        and timezone.localtime(one.starts_at).date() <= deadline.hold_by
        for one in answer.bookings
    )


def masked_email(email: str) -> str:
    """«p•••@example.dk»"""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}" if domain else ""
