"""Which summonses want a letter, and what stands in it (LET-01, LET-03)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import override

from admin_module.models import ContactMode, LetterTemplate, StandardText
from booking.models import Appointment, Channel, Letter, LetterKind, Origin, PlacedBy, Printing, Summons
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.letters.paper import Sheet
from planner.letters.wording import STANDARD, Wording, filled, paragraphs
from planner.ui.formatting import at_clock, clocks, date_year, long_day_year, recent

COUNTED = Letter.objects.filter(printing__undone_at=None)
"""The letters that citizens have, as far as we know."""


def with_letters(found: QuerySet[Summons], *, now: datetime) -> Any:
    """Each with `told` and `told_at`: what its latest letter is and says, and `owed`: the letter it wants, or nothing.

    None is owed of what was held, was booked or cancelled by the citizen, or gave way to another summons with a letter.
    A citizen who was told of another time or place is told anew; who comes is no reason.
    """
    latest = COUNTED.filter(summons=OuterRef("pk")).order_by("-printing__asked_at", "-pk")
    rows = found.annotate(
        told=Subquery(latest.values("kind")[:1]),
        told_at=Subquery(latest.values("start_at")[:1]),
        told_address=Subquery(latest.values("address")[:1]),
        told_room=Coalesce(Subquery(latest.values("room_id")[:1]), 0, output_field=BigIntegerField()),
        stands_in=Coalesce("appointment__room_id", 0, output_field=BigIntegerField()),
    )
    by_letter = Q(channel=Channel.LETTER, origin=Origin.PLANNER, appointment__start_at__gt=now)
    stands = by_letter & Q(status=SummonsStatus.SENT) & ~Q(appointment__placed_by=PlacedBy.CITIZEN)
    known = Q(told_at=F("appointment__start_at"), told_address=F("appointment__address"), told_room=F("stands_in"))
    known &= ~Q(told=LetterKind.CANCELLED)
    before = COUNTED.filter(summons=OuterRef("replaces"))
    instead = Summons.objects.filter(replaces=OuterRef("pk"), status=SummonsStatus.SENT, channel=Channel.LETTER)
    gone = by_letter & Q(status=SummonsStatus.CANCELLED, cancelled_by__isnull=False)
    gone &= Q(told__in=(LetterKind.SUMMONS, LetterKind.CHANGED))
    owed = Case(
        When(gone & ~Exists(instead), then=Value(LetterKind.CANCELLED.value)),
        When(stands & Q(told=None) & ~Exists(before), then=Value(LetterKind.SUMMONS.value)),
        When(stands & (Q(told=None) | ~known), then=Value(LetterKind.CHANGED.value)),
        default=Value(""),
        output_field=CharField(),
    )
    return rows.annotate(owed=owed)


def unprinted(*, now: datetime) -> QuerySet[Summons]:
    """«Breve, der ikke er udskrevet»."""
    wanted: QuerySet[Summons] = with_letters(Summons.objects.filter(channel=Channel.LETTER), now=now).exclude(owed="")
    return wanted


class Due(NamedTuple):
    """The letter that a summons wants, or nothing; the latest that the citizen has, and the time it says."""

    owed: str
    told: str | None
    told_at: datetime | None


def letters_due(pks: Collection[UUID], *, now: datetime) -> dict[UUID, Due]:
    """Of each summons: one statement."""
    rows = with_letters(Summons.objects.filter(pk__in=pks), now=now)
    return {pk: Due(*due) for pk, *due in rows.values_list("pk", "owed", "told", "told_at")}


def printed() -> QuerySet[Summons]:
    """Those of which the citizen has a letter, the right one or an older one."""
    return Summons.objects.filter(pk__in=COUNTED.values("summons"))


def printings() -> QuerySet[Printing]:
    """Each with the number of its letters, and whether its PDF is still there."""
    rows = Printing.objects.select_related("asked_by", "undone_by").defer("encrypted")
    return rows.annotate(count=Count("letters"), has_paper=Q(encrypted__isnull=False))


@dataclass(frozen=True, slots=True)
class LetterState:
    """How far the letter of a summons is: `look` as a receiver's icon has it."""

    look: str
    words: str

    @property
    def short(self) -> str:
        """«Brev: ikke udskrevet»"""
        return _("Brev: %s") % self.words


def letter_states(pks: Collection[UUID], *, now: datetime) -> dict[UUID, LetterState]:
    """Of those that go by letter: one statement."""
    asked = COUNTED.filter(summons=OuterRef("pk")).order_by("-printing__asked_at", "-pk")
    rows = with_letters(Summons.objects.filter(pk__in=pks, channel=Channel.LETTER), now=now)
    rows = rows.annotate(asked_at=Subquery(asked.values("printing__asked_at")[:1]))
    found = rows.values_list("pk", "owed", "told", "asked_at")
    states = {pk: _state(owed, told, asked_at, now) for pk, owed, told, asked_at in found}
    return {pk: state for pk, state in states.items() if state is not None}


def _state(owed: str, told: str | None, asked_at: datetime | None, now: datetime) -> LetterState | None:
    if owed:
        return LetterState("wait", _("nyt brev er ikke udskrevet") if told else _("ikke udskrevet"))
    return LetterState("ok", _("udskrevet %s") % recent(asked_at, now)) if asked_at else None


def sheets_of(printing: Printing) -> list[Sheet]:
    """The letters of a printing as they are laid on paper, in order: a fixed number of statements.

    They are in Danish, whatever the language of the screen.
    """
    letters = list(
        printing.letters.select_related(
            "summons__citizen", "summons__appointment__type", "summons__appointment__team", "room"
        )
        .prefetch_related("summons__appointment__counsellors")
        .order_by("line")
    )
    types = {letter.summons.appointment.type_id for letter in letters}
    paper = _Paper(
        settings=Settings.objects.select_related("jobcentre").get(),
        asked_at=printing.asked_at,
        templates={one.type_id: one for one in LetterTemplate.objects.filter(type__in=types).order_by("edition")},
        texts={one.type_id: one for one in StandardText.objects.filter(type__in=types).order_by("edition")},
        before=_before(letters, printing),
    )
    with override("da"):
        return [paper.sheet(letter) for letter in letters]


def _before(letters: Iterable[Letter], printing: Printing) -> dict[UUID, datetime]:
    """The time that the citizen was told of last, by the summons."""
    summonses = [letter.summons for letter in letters if letter.kind == LetterKind.CHANGED]
    named = {one.pk for one in summonses} | {one.replaces_id for one in summonses if one.replaces_id}
    told = COUNTED.filter(summons__in=named, printing__asked_at__lt=printing.asked_at).order_by("printing__asked_at")
    times = dict(told.values_list("summons_id", "start_at"))
    found = {one.pk: times.get(one.pk) or times.get(one.replaces_id or one.pk) for one in summonses}
    return {pk: start_at for pk, start_at in found.items() if start_at}


@dataclass(frozen=True, slots=True)
class _Paper:
    """What all letters of a printing share."""

    settings: Settings
    asked_at: datetime
    templates: Mapping[int | None, LetterTemplate]
    texts: Mapping[int | None, StandardText]
    before: Mapping[UUID, datetime]

    def sheet(self, letter: Letter) -> Sheet:
        summons, wording = letter.summons, self._wording(letter)
        citizen, values = summons.citizen, self._values(letter)
        to = (citizen.full_name, citizen.address, f"{citizen.postal_code} {citizen.city}".strip())
        number = _("Indkaldelse nr. %s") % summons.number
        sender = (self.sender, *self._contact(summons.appointment), "", date_year(self.asked_at), number)
        heading = filled(wording.heading, values) or str(LetterKind(letter.kind).label)
        return Sheet("\n".join(filter(None, to)), "\n".join(sender), heading, paragraphs(filled(wording.body, values)))

    @property
    def sender(self) -> str:
        return self.settings.sender or self.settings.jobcentre.name

    def _wording(self, letter: Letter) -> Wording:
        template = self.templates.get(letter.summons.appointment.type_id)
        return template.wording(letter.kind) if template else STANDARD[letter.kind]

    def _contact(self, meeting: Appointment) -> list[str]:
        team, own = meeting.team, self.settings
        phone = meeting.contact_phone or (team.contact_phone if team else "") or own.contact_phone
        email = meeting.contact_email or (team.contact_email if team else "") or own.contact_email
        return [words for words in (_("Telefon %s") % phone if phone else "", email) if words]

    def _values(self, letter: Letter) -> dict[str, str]:
        summons, meeting = letter.summons, letter.summons.appointment
        text, before = self.texts.get(meeting.type_id), self.before.get(summons.pk)
        moved = before if before != letter.start_at else None
        end_at = letter.start_at + (meeting.end_at - meeting.start_at)
        return {
            "citizen": summons.citizen.full_name,
            "address": summons.citizen.whole_address,
            "conversation": meeting.title or (meeting.type.name if meeting.type else ""),
            "date": long_day_year(letter.start_at),
            "time": _("kl. %s") % clocks(letter.start_at, end_at),
            "place": _place(letter, meeting),
            "counsellor": meeting.held_by,
            "description": meeting.description,
            "message": meeting.message_to_citizen,
            "rights_and_duties": text.rights_and_duties if text else "",
            "time_before": f"{long_day_year(moved)} {at_clock(moved)}" if moved else "",
            "reason": summons.cancelled_reason if letter.kind == LetterKind.CANCELLED else "",
            "contact": ", ".join(self._contact(meeting)),
            "sender": self.sender,
        }


def _place(letter: Letter, meeting: Appointment) -> str:
    """Where one goes, or how one is reached."""
    phone = meeting.phone or letter.summons.citizen.phone
    if meeting.mode == ContactMode.TELEPHONE:
        return _("vi ringer til dig på telefon %s") % phone if phone else _("vi ringer til dig")
    if meeting.mode == ContactMode.DIGITAL:
        return meeting.digital_link
    return ", ".join(filter(None, (meeting.whole_address, letter.room.name if letter.room else "")))
