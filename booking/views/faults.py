"""«Fejl fra Jobnet»: what DFDG and Jobnet report, listed until somebody has dealt with it (SELF-11)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking.models import ReportedFault
from booking.queries import faults as queries
from booking.services import faults
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.addresses import instant_of, stamp
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column
from planner.ui.way_back import came_from

COLUMNS = (
    Column("received", gettext_lazy("Modtaget"), ("received_at", "pk")),
    Column("source", gettext_lazy("Meldt af"), filtered_by="source"),
    Column("kind", gettext_lazy("Fejl"), filtered_by="kind"),
    Column("about", gettext_lazy("Vedrører")),
    Column("handled", gettext_lazy("Håndteret"), ("handled_at", "pk")),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)


@require_safe
@permitted(Permission.CONNECTIONS_SEE)
def faults_from_jobnet(request: StaffRequest) -> HttpResponse:
    """The newest first."""
    waiting = queries.waiting()
    filters = (
        Filter("open", gettext_lazy("Ikke håndteret"), kind=FilterKind.QUICK, count=waiting),
        Filter("source", gettext_lazy("Meldt af"), [(str(pk), words) for pk, words in ReportedFault.Source.choices]),
        Filter("kind", gettext_lazy("Fejl"), [(str(pk), words) for pk, words in ReportedFault.Kind.choices]),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="-received", filters=filters)
    found = queries.reported(
        kind=state.value("kind"), source=state.value("source"), still_open=bool(state.value("open"))
    )
    page = state.page_of(found)
    context = {
        "state": state,
        "page": page,
        "rows": queries.lines(page.rows),
        "waiting": waiting,
        "may_change": Permission.CONNECTIONS_CHANGE in request.permissions,
        "may_open": Permission.APPOINTMENTS_CHANGE in request.permissions,
    }
    return render(request, "booking/faults.html", context)


@require_POST
@permitted(Permission.CONNECTIONS_CHANGE)
def handle(request: StaffRequest, pk: int) -> HttpResponse:
    """[Markér som håndteret]."""
    fault, now = get_object_or_404(ReportedFault, pk=pk), timezone.now()
    if faults.handle(fault=fault, by=request.user, now=now):
        undo = reverse("booking:fault_reopen", args=[fault.pk, stamp(now)])
        notify(request, _("Fejlen er markeret som håndteret."), undo_url=undo)
    else:
        notify(request, _("Fejlen var allerede markeret som håndteret."))
    return redirect(came_from(request) or reverse("booking:faults"))


@require_POST
@permitted(Permission.CONNECTIONS_CHANGE)
def reopen(request: StaffRequest, pk: int, instant: int) -> HttpResponse:
    """«Fortryd»."""
    faults.reopen(fault=get_object_or_404(ReportedFault, pk=pk), handled_at=instant_of(instant))
    notify(request, _("Fejlen er ikke længere markeret som håndteret."))
    return redirect(came_from(request) or reverse("booking:faults"))
