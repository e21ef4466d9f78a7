"""Everything about one citizen, for the page that answers the telephone (CIT-01): a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from booking.models import (
    BookingDeadline,
    Citizen,
    CitizenAbsence,
    DueDate,
    Letter,
    Mail,
    Origin,
    Outage,
    Summons,
    Visit,
)
from booking.queries.history import HistoryLine, history
from booking.states import SummonsStatus
from planner.accounts.models import User
from planner.accounts.vault import decrypt
from planner.outbox.models import Message
from planner.outbox.states import State
from planner.ui import formatting

SHORT, LONG = 8, 200
"""How much of the past is shown, and when all of it is asked for."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline with the coming conversation that keeps it."""

    row: BookingDeadline
    kept_by: Summons | None


@dataclass(frozen=True, slots=True)
class Away:
    """An absence with the number of coming conversations that lie in it."""

    row: CitizenAbsence
    conversations: int


@dataclass(frozen=True, slots=True)
class Told:
    """One message about a conversation, and how far it has come; `kind` as a status tag has it, `mail` if it is one."""

    message: Message
    about: Summons | None
    kind: str
    mail: Mail | None = None

    @property
    def at(self) -> datetime:
        return self.message.done_at or self.message.created_at


@dataclass(frozen=True, slots=True)
class CitizenPage:
    """What stands on a citizen's page; `elsewhere`: what is coming and kept in a case system.

    `outages`: when nobody could book at all, the newest first.
    """

    citizen: Citizen
    coming: list[Summons]
    elsewhere: list[Summons]
    past: list[Summons]
    past_count: int
    deadlines: list[Deadline]
    due_dates: list[DueDate]
    absences: list[Away]
    letters: list[Letter]
    told: list[Told]
    history: list[HistoryLine]
    visits: list[Shown]
    outages: list[Outage]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the citizen was shown at a visit (SELF-10); `offers`: number, title, free times and the first of them."""

    at: datetime
    where: str
    offers: list[tuple[int, str, int, datetime | None]]


def citizens_seen_by(user: User, *, all_of_them: bool) -> QuerySet[Citizen]:
    """All citizens, or those of the user's own conversations and caseload (SEC-02)."""
    if all_of_them:
        return Citizen.objects.all()
    own = Q(case_owner__user=user) | Q(summonses__appointment__counsellors__user=user)
    return Citizen.objects.filter(own).distinct()


def citizen_page(citizen: Citizen, *, today: date, now: datetime, everything: bool = False) -> CitizenPage:
    """The page of a citizen: what is coming first, then what was."""
    summonses = list(
        Summons.objects.filter(citizen=citizen)
        .select_related("appointment__type", "appointment__variant", "appointment__room", "appointment__team")
        .prefetch_related("appointment__counsellors")
        .order_by("-appointment__start_at", "pk")[:LONG]
    )
    ahead = [one for one in reversed(summonses) if _ahead(one, now)]
    past = [one for one in summonses if not _ahead(one, now)]
    most = LONG if everything else SHORT
    return CitizenPage(
        citizen=citizen,
        coming=[one for one in ahead if one.appointment.origin != Origin.CASE_SYSTEM],
        elsewhere=[one for one in ahead if one.appointment.origin == Origin.CASE_SYSTEM],
        past=past[:most],
        past_count=len(past),
        deadlines=_deadlines(citizen, ahead),
        due_dates=list(DueDate.objects.filter(citizen=citizen).order_by("due_on", "kind")),
        absences=_absences(citizen, ahead, today),
        letters=_letters(summonses, most),
        told=_told(summonses, most),
        history=history(
            {citizen.pk: "", **{pk: _called(one) for one in summonses for pk in (one.pk, one.appointment_id)}},
            most=most,
        ),
        visits=_visits(citizen, most),
        outages=list(Outage.objects.order_by("-began_at")[:most]),
    )


def _visits(citizen: Citizen, most: int) -> list[Shown]:
    """The newest first."""
    return [
        Shown(visit.at, visit.get_origin_display(), [_offered(one) for one in visit.offers])
        for visit in Visit.objects.filter(citizen=citizen).order_by("-at", "-pk")[:most]
    ]


def _offered(kept: dict[str, Any]) -> tuple[int, str, int, datetime | None]:
    first = datetime.fromisoformat(kept["first"]) if kept.get("first") else None
    return kept["number"], kept["title"], kept["free_times"], first


def _called(summons: Summons) -> str:
    """«Jobsamtale tir. 1. dec.»"""
    return f"{summons.appointment.type.name} {formatting.day(summons.appointment.day)}"


def _ahead(summons: Summons, now: datetime) -> bool:
    return summons.status != SummonsStatus.CANCELLED and summons.appointment.end_at > now


def _deadlines(citizen: Citizen, ahead: Sequence[Summons]) -> list[Deadline]:
    rows = BookingDeadline.objects.filter(citizen=citizen, status=BookingDeadline.Status.ACTIVE)
    return [Deadline(row, _keeping(row, ahead)) for row in rows.select_related("type").order_by("hold_by")]


def _keeping(deadline: BookingDeadline, ahead: Iterable[Summons]) -> Summons | None:
    """The first conversation of the type that the citizen has been told of and that is held in time."""
    in_time = (
        one
        for one in ahead
        if one.status == SummonsStatus.SENT
        and one.appointment.type_id == deadline.type_id
        and one.appointment.day <= deadline.hold_by
    )
    return next(in_time, None)


def _absences(citizen: Citizen, ahead: Sequence[Summons], today: date) -> list[Away]:
    rows = CitizenAbsence.objects.filter(Q(last_on=None) | Q(last_on__gte=today), citizen=citizen)
    return [Away(row, sum(_within(row, one.appointment.day) for one in ahead)) for row in rows]


def _within(absence: CitizenAbsence, day: date) -> bool:
    return absence.first_on <= day and (absence.last_on is None or day <= absence.last_on)


KINDS = {State.DONE: "ok", State.NEEDS_HELP: "bad", State.GIVEN_UP: "off"}


def _letters(summonses: Iterable[Summons], most: int) -> list[Letter]:
    """What was printed and not undone, the newest first."""
    found = Letter.objects.filter(summons__in=list(summonses), printing__undone_at=None)
    return list(found.select_related("printing").order_by("-printing__asked_at", "-pk")[:most])


def _told(summonses: Iterable[Summons], most: int) -> list[Told]:
    about = {one.pk: one for one in summonses}
    mails = {mail.pk: mail for mail in Mail.objects.filter(summons__in=about)}
    messages = Message.objects.filter(subject_id__in=[*about, *mails]).exclude(state=State.SUPERSEDED)
    newest = messages.order_by(F("done_at").desc(nulls_first=True), "-created_at", "-pk")[:most]
    return [_told_of(one, about, mails.get(one.subject_id)) for one in newest]


def _told_of(message: Message, about: Mapping[UUID, Summons], mail: Mail | None) -> Told:
    summons = about.get(mail.summons_id if mail else message.subject_id)
    return Told(message, summons, KINDS.get(State(message.state), "wait"), mail)


def number_of(citizen_id: UUID) -> str:
    """The citizen's present CPR number; whoever asks has been written down."""
    citizen = Citizen.objects.get(pk=citizen_id)
    return decrypt(citizen.numbers.get(valid_to=None).encrypted)
