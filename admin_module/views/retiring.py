"""The page that asks before something is deleted, or lists what stands in the way (COUN-11, ROOM-05, APP-08)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render

from admin_module.services.asking import Listing, what_is_booked
from planner.accounts.permissions import Permission, StaffRequest
from planner.audit.purposes import Purpose
from planner.audit.services import saw


def ask_first(request: StaffRequest, subject: Model, context: dict[str, Any], *, now: datetime) -> HttpResponse:
    """`context` is that of confirm.html."""
    listings = _booked(request, subject, now) if context["refusal"] else []
    status = 422 if request.method == "POST" else 200
    return render(request, "admin_module/retire.html", {**context, "listings": listings}, status=status)


def _booked(request: StaffRequest, subject: Model, now: datetime) -> list[Listing]:
    """An administrator who is no caseworker sees times and no persons."""
    named = Permission.APPOINTMENTS_CHANGE in request.permissions
    listings = what_is_booked(subject, now=now, named=named)
    people = (citizen for listing in listings for line in listing.lines for citizen in line.citizen_ids)
    saw(people, purpose=Purpose.APPOINTMENT, now=now, request=request)
    return listings
