"""«Mine aftaler»: what is coming, its details, its calendar file, and cancelling it (SELF-04, SELF-05)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from planner.calendars.ics import FILE_TYPE, calendar_file
from planner.dfdg.jobnet import wire
from planner.minside.client import NotFound, made
from planner.minside.forms import CancelForm
from planner.minside.session import Receipt, Visit
from planner.minside.shown import Meeting, deadline_of
from planner.minside.views.door import for_citizen, shown


def meeting_of(visit: Visit, pk: UUID) -> Meeting:
    """The citizen's own coming conversation; there is no way to another's."""
    found = (one for one in visit.service.bookings().bookings if one.booking_id == pk)
    details = next(found, None)
    if details is None:
        raise NotFound(_("Aftalen findes ikke længere. Den er måske holdt, flyttet eller aflyst."))
    return Meeting(details)


@require_safe
@for_citizen
def appointments(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The next one large, the others below."""
    answer = visit.service.bookings()
    coming = [Meeting(one) for one in sorted(answer.bookings, key=lambda one: one.starts_at)]
    context: dict[str, Any] = {
        "next": coming[0] if coming else None,
        "others": coming[1:],
        "deadline": deadline_of(answer),
    }
    return shown(request, visit, "appointments", **context)


@require_safe
@for_citizen
def appointment(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    return shown(request, visit, "appointment", meeting=meeting_of(visit, pk))


@require_safe
@for_citizen
def calendar(_request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """The conversation for the citizen's own calendar."""
    written = calendar_file(meeting_of(visit, pk).entry(), now=timezone.now())
    name = _("samtale") + ".ics"
    return HttpResponse(
        written,
        content_type=f"{FILE_TYPE}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_citizen
def cancel(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """Asked once more, with room for a reason."""
    meeting = meeting_of(visit, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if meeting.may_cancel and form.is_bound and form.is_valid():
        own = made(wire.OwnRequest, on_behalf_by=visit.staff_id)
        visit.service.cancel(pk, made(wire.CancellationRequest, reason=form.cleaned_data["reason"], own=own))
        visit.kept.receipt = Receipt(act="cancelled", details=meeting.details)
        return redirect("minside:receipt")
    return shown(request, visit, "cancel", status=422 if form.is_bound else 200, meeting=meeting, form=form)
