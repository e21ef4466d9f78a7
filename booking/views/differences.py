"""«Afvigelser»: what another system held otherwise than Planner, until it is right or somebody has seen it."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.models import Difference
from booking.queries import differences as queries
from booking.services import differences
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.outbox.models import Receiver
from planner.ui.addresses import instant_of, read_ids, stamp
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column
from planner.ui.way_back import came_from

COLUMNS = (
    Column("found", gettext_lazy("Fundet"), ("found_at", "pk")),
    Column("receiver", gettext_lazy("System"), filtered_by="receiver"),
    Column("about", gettext_lazy("Vedrører")),
    Column("what", gettext_lazy("Afvigelse")),
    Column("done", gettext_lazy("Hvad er gjort")),
    Column("settled", gettext_lazy("Set"), ("settled_at", "pk")),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)
RECEIVERS = [(choice.value, choice.label) for choice in (Receiver.DFDG, Receiver.CALENDAR)]
EVERYBODYS = frozenset({Permission.SUMMON, Permission.CONNECTIONS_CHANGE})


@require_safe
@permitted(Permission.SUMMON, Permission.CONNECTIONS_SEE)
def show(request: StaffRequest) -> HttpResponse:
    """The newest first; they name no citizen."""
    now, open_now = timezone.now(), queries.unsettled()
    filters = (
        Filter("open", gettext_lazy("Ikke set"), kind=FilterKind.QUICK, count=open_now.all),
        Filter("receiver", gettext_lazy("System"), RECEIVERS),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="-found", filters=filters)
    page = state.page_of(queries.differences(receiver=state.value("receiver"), still_open=bool(state.value("open"))))
    latest = [(comparison, queries.is_late(comparison, now=now)) for comparison in queries.latest()]
    context = {
        "now": now,
        "state": state,
        "page": page,
        "rows": queries.lines(page.rows),
        "comparisons": latest,
        "may_settle": bool(EVERYBODYS & request.permissions),
        "may_send": Permission.SUMMON in request.permissions,
        "may_open": Permission.APPOINTMENTS_CHANGE in request.permissions,
    }
    return render(request, "booking/differences.html", context)


@require_POST
@permitted(Permission.SUMMON, Permission.CONNECTIONS_CHANGE, Permission.CALENDAR_OWN)
def settle(request: StaffRequest) -> HttpResponse:
    """[Set] of those that are named; a counsellor settles what concerns their own calendar."""
    named = read_ids(request.POST.getlist("difference"))
    theirs = Q(counsellor__user=request.user, receiver=Receiver.CALENDAR)
    mine = theirs | ~queries.NOTICES if EVERYBODYS & request.permissions else theirs
    found = Difference.objects.filter(mine, pk__in=named)
    now = timezone.now()
    settled = differences.settle(differences=found.values_list("pk", flat=True), by=request.user, now=now)
    if settled:
        words = ngettext("%d afvigelse er markeret som set.", "%d afvigelser er markeret som set.", settled) % settled
        notify(request, words, undo_url=reverse("booking:differences_reopen", args=[stamp(now)]))
    else:
        notify(request, _("Ingen af dem var åbne længere."))
    return _back(request)


@require_POST
@permitted(Permission.SUMMON, Permission.CONNECTIONS_CHANGE, Permission.CALENDAR_OWN)
def reopen(request: StaffRequest, instant: int) -> HttpResponse:
    """«Fortryd»: only what one has settled oneself."""
    differences.reopen(settled_at=instant_of(instant), by=request.user)
    notify(request, _("Afvigelserne er ikke længere markeret som set."))
    return _back(request)


@require_POST
@permitted(Permission.SUMMON)
def send(request: StaffRequest, pk: int) -> HttpResponse:
    """[Send vores igen]: what we hold replaces what DFDG holds."""
    found = get_object_or_404(Difference.objects.select_related("summons__appointment"), pk=pk)
    differences.send_ours(difference=found, now=timezone.now())
    notify(request, _("Planners udgave er sendt igen. Den erstatter den, der står hos Jobnet (DFDG)."))
    return _back(request)


def _back(request: StaffRequest) -> HttpResponse:
    return redirect(came_from(request) or reverse("summons:front"))
