"""«Systemlog»: every exchange with another system, when and how it ended; never whose (SYNC-09, LOG-02)."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.outbox import queries, services
from planner.outbox.models import CalledBy, Receiver
from planner.outbox.queries import OUTCOMES
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column

WEEK = 7
PERIODS = (
    ("1", gettext_lazy("seneste døgn")),
    ("31", gettext_lazy("seneste måned")),
    ("366", gettext_lazy("seneste år")),
)
COLUMNS = (
    Column("at", gettext_lazy("Tidspunkt"), ("at", "pk"), filtered_by="days"),
    Column("receiver", gettext_lazy("System"), filtered_by="receiver"),
    Column("message", gettext_lazy("Besked"), numeric=True),
    Column("attempt", gettext_lazy("Forsøg"), numeric=True),
    Column("outcome", gettext_lazy("Udfald"), filtered_by="outcome"),
    Column("text", gettext_lazy("Svar"), filtered_by="q"),
    Column("time", gettext_lazy("Varighed"), ("milliseconds",), numeric=True),
)


@require_safe
@permitted(Permission.CONNECTIONS_SEE)
def log(request: StaffRequest) -> HttpResponse:
    """The newest first; above them, how it goes with each receiver."""
    now = timezone.now()
    filters = (
        Filter("q", gettext_lazy("Søg i svar, kode og beskednummer"), kind=FilterKind.TEXT),
        Filter("days", gettext_lazy("Periode"), PERIODS),
        Filter("receiver", gettext_lazy("System"), [*Receiver.choices, *CalledBy.choices]),
        Filter("outcome", gettext_lazy("Udfald"), [(name, words) for name, (_look, words) in OUTCOMES.items()]),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="-at", filters=filters)
    since = now - timedelta(days=int(state.value("days") or WEEK))
    found = queries.exchanges(
        since=since, receiver=state.value("receiver"), outcome=state.value("outcome"), words=state.value("q")
    )
    page = state.page_of(found)
    context = {
        "state": state,
        "page": page,
        "rows": queries.logged(page.rows),
        "stops": queries.stops(),
        "waiting": queries.waiting(),
        "now": now,
        "may_change": Permission.CONNECTIONS_CHANGE in request.permissions,
    }
    return render(request, "outbox/log.html", context)


@require_POST
@permitted(Permission.CONNECTIONS_CHANGE)
def try_now(request: StaffRequest, receiver: str) -> HttpResponse:
    """[Prøv nu]: what waits for the receiver is tried now, a stopped one is probed."""
    if receiver not in Receiver.values:
        raise Http404
    wanted = Receiver(receiver)
    services.try_again(jobcentre_id=request.jobcentre.pk, receiver=wanted, now=timezone.now())
    notify(request, _("Planner prøver nu: %(receiver)s.") % {"receiver": wanted.label})
    return redirect("outbox:log")
