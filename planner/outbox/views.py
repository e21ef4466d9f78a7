"""«Systemlog»: every exchange with another system, when and how it ended; never whose (SYNC-09, LOG-02)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.outbox import queries
from planner.outbox.models import CalledBy, Receiver
from planner.outbox.queries import OUTCOMES
from planner.ui.filters import Filter
from planner.ui.listing import ListState
from planner.ui.sorting import Column

WEEK = 7
PERIODS = (("1", _("seneste døgn")), ("31", _("seneste måned")), ("366", _("seneste år")))
COLUMNS = (
    Column("at", _("Tidspunkt"), ("at", "pk"), filtered_by="days"),
    Column("receiver", _("System"), filtered_by="receiver"),
    Column("message", _("Besked"), numeric=True),
    Column("attempt", _("Forsøg"), numeric=True),
    Column("outcome", _("Udfald"), filtered_by="outcome"),
    Column("text", _("Svar")),
    Column("time", _("Varighed"), ("milliseconds",), numeric=True),
)


@require_safe
@permitted(Permission.CONNECTIONS_SEE)
def log(request: StaffRequest) -> HttpResponse:
    """The newest first; above them, how it goes with each receiver."""
    now = timezone.now()
    filters = (
        Filter("days", _("Periode"), PERIODS),
        Filter("receiver", _("System"), [*Receiver.choices, *CalledBy.choices]),
        Filter("outcome", _("Udfald"), [(name, words) for name, (_look, words) in OUTCOMES.items()]),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="-at", filters=filters)
    since = now - timedelta(days=int(state.value("days") or WEEK))
    found = queries.exchanges(since=since, receiver=state.value("receiver"), outcome=state.value("outcome"))
    page = state.page_of(found)
    context = {
        "state": state,
        "page": page,
        "rows": queries.logged(page.rows),
        "stops": queries.stops(),
        "waiting": queries.waiting(),
        "now": now,
    }
    return render(request, "outbox/log.html", context)
