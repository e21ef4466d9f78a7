"""Everything about one citizen, for the page that answers the telephone (CIT-01): a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from booking.models import BookingDeadline, Citizen, CitizenAbsence, DueDate, Summons
from booking.states import SummonsStatus
from planner.accounts.models import User
from planner.accounts.vault import decrypt

PAST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class CitizenPage:
    """What stands on a citizen's page; `fulfilled_by`: the coming conversation that keeps the nearest deadline."""

    citizen: Citizen
    coming: list[Summons]
    past: list[Summons]
    deadlines: list[BookingDeadline]
    due_dates: list[DueDate]
    absences: list[CitizenAbsence]


def citizens_seen_by(user: User, *, all_of_them: bool) -> QuerySet[Citizen]:
    """All citizens, or those of the user's own conversations and caseload (SEC-02)."""
    if all_of_them:
        return Citizen.objects.all()
    own = Q(case_owner__user=user) | Q(summonses__appointment__counsellors__user=user)
    return Citizen.objects.filter(own).distinct()


def citizen_page(citizen: Citizen, *, today: date, now: datetime) -> CitizenPage:
    """The page of a citizen: what is coming first, then what was."""
    summonses = (
        Summons.objects.filter(citizen=citizen)
        .select_related("appointment__type", "appointment__variant", "appointment__room", "appointment__team")
        .prefetch_related("appointment__counsellors")
    )
    active = ~Q(status=SummonsStatus.CANCELLED)
    return CitizenPage(
        citizen=citizen,
        coming=list(summonses.filter(active, appointment__end_at__gt=now).order_by("appointment__start_at", "pk")),
        past=list(
            summonses.filter(~active | Q(appointment__end_at__lte=now)).order_by("-appointment__start_at", "pk")[
                :PAST_SHOWN
            ]
        ),
        deadlines=list(
            BookingDeadline.objects.filter(citizen=citizen, status=BookingDeadline.Status.ACTIVE)
            .select_related("type")
            .order_by("hold_by")
        ),
        due_dates=list(DueDate.objects.filter(citizen=citizen).order_by("due_on", "kind")),
        absences=list(CitizenAbsence.objects.filter(Q(last_on=None) | Q(last_on__gte=today), citizen=citizen)),
    )


def number_of(citizen_id: UUID) -> str:
    """The citizen's present CPR number; whoever asks has been written down."""
    citizen = Citizen.objects.get(pk=citizen_id)
    return decrypt(citizen.numbers.get(valid_to=None).encrypted)
