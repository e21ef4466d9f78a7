"""Everything about one appointment, for its dialog (CAL-05)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import QuerySet

from admin_module.models import Counsellor, CounsellorTeam
from booking.models import Appointment, Summons
from booking.states import ACTIVE
from planner.accounts.models import Settings, User
from planner.accounts.permissions import Permission


def appointment_details() -> QuerySet[Appointment]:
    """Appointments with all that a dialog shows of them but the participants."""
    return Appointment.objects.select_related("type", "variant", "team", "room").prefetch_related("counsellors")


def reaches(appointment: Appointment, user: User, permissions: Collection[Permission], *, own: bool = False) -> bool:
    """Whether this person may see it, or with `own` change it: a counsellor those of the own teams, or the own ones."""
    if Permission.APPOINTMENTS_CHANGE in permissions:
        return True
    mine = Counsellor.objects.filter(user=user)
    members = CounsellorTeam.objects.filter(team__counsellorteam__counsellor__user=user)
    reached = mine if own else Counsellor.objects.filter(pk__in=members.values("counsellor_id"))
    return bool(reached.filter(appointments=appointment).exists())


def seats_of(appointments: Iterable[Appointment]) -> defaultdict[UUID, list[Summons]]:
    """Who comes to each, by name; one statement."""
    seats: defaultdict[UUID, list[Summons]] = defaultdict(list)
    active = Summons.objects.filter(appointment__in=list(appointments), status__in=ACTIVE)
    for seat in active.select_related("citizen").order_by("citizen__sort_key"):
        seats[seat.appointment_id].append(seat)
    return seats


def participants(appointment_id: UUID) -> QuerySet[Summons]:
    """The summonses of an appointment by name, cancelled ones last."""
    return (
        Summons.objects.filter(appointment=appointment_id)
        .select_related("appointment", "citizen", "prepared_by", "sent_by")
        .order_by("cancelled_at", "citizen__sort_key", "pk")
    )


def case_link(summons: Summons, settings: Settings) -> str:
    """The citizen's case in the case system, by the id that DFDG gives both; "" where the job centre names no page."""
    address = settings.case_link.replace("{summons}", str(summons.pk))
    return address if address.startswith(("https://", "http://")) else ""


def free_seats(appointment: Appointment) -> int | None:
    """The seats for calling that are left at a joint meeting; None: no limit."""
    if appointment.seats_calling is None:
        return None
    return max(0, appointment.seats_calling - appointment.summonses.filter(status__in=ACTIVE).count())
