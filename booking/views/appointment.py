"""The appointment's dialog: all details, who takes part, what happened (CAL-05)."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from admin_module.models import Counsellor, CounsellorTeam
from booking.models import Appointment
from booking.queries.appointment import appointment_details, history, participants
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw


def _refuse_others(request: StaffRequest, appointment: Appointment) -> None:
    """A counsellor sees the appointments of the own teams only (SEC-02)."""
    if Permission.APPOINTMENTS_CHANGE in request.permissions:
        return
    own = CounsellorTeam.objects.filter(team__counsellorteam__counsellor__user=request.user).values("counsellor_id")
    if not Counsellor.objects.filter(pk__in=own, appointments=appointment).exists():
        raise PermissionDenied


@permitted(Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN)
def show(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One appointment, in the dialog or as a page."""
    appointment = get_object_or_404(appointment_details(), pk=pk)
    _refuse_others(request, appointment)
    summonses = list(participants(pk))
    saw((one.citizen_id for one in summonses), purpose=Purpose.APPOINTMENT, now=timezone.now(), request=request)
    context = {
        "appointment": appointment,
        "summonses": summonses,
        "history": history(appointment, summonses),
        "may_see_citizens": Permission.CITIZEN_SEE in request.permissions,
    }
    return render(request, "booking/appointment.html", context)
