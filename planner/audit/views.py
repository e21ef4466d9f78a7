"""«Revisionsspor»: who looked up or changed whose data, for auditors (LOG-01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit import queries
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.audit.subjects import directory
from planner.audit.words import TABLES
from planner.ui.components import PageTab
from planner.ui.filters import Filter
from planner.ui.listing import ListState
from planner.ui.paging import Page
from planner.ui.refusal import Refusal
from planner.ui.sorting import Column

WEEK, MONTH, YEAR = 7, 31, 366
PERIODS = (
    ("1", gettext_lazy("seneste døgn")),
    (str(MONTH), gettext_lazy("seneste måned")),
    (str(YEAR), gettext_lazy("seneste år")),
)
COLUMNS = (
    Column("at", gettext_lazy("Tidspunkt"), ("at", "pk"), filtered_by="days"),
    Column("user", gettext_lazy("Hvem"), filtered_by="user"),
    Column("what", gettext_lazy("Hvad"), filtered_by="what"),
    Column("detail", gettext_lazy("Felter")),
    Column("where", gettext_lazy("Hvorfra")),
)


@require_safe
@permitted(Permission.AUDIT_SEE)
def looks(request: StaffRequest) -> HttpResponse:
    """Who looked at citizens."""
    state = _state(request, [(value, str(label)) for value, label in Purpose.choices])
    days = int(state.value("days") or WEEK)
    found = queries.looks(user=state.value("user"), purpose=state.value("what"), days=days, now=timezone.now())
    return _listed(request, state, state.page_of(found), "audit:log")


@require_safe
@permitted(Permission.AUDIT_SEE)
def changes(request: StaffRequest) -> HttpResponse:
    """What was made, changed or deleted."""
    state = _state(request, sorted(((table, str(words)) for table, words in TABLES.items()), key=lambda one: one[1]))
    days = int(state.value("days") or WEEK)
    found = queries.changes(user=state.value("user"), table=state.value("what"), days=days, now=timezone.now())
    return _listed(request, state, state.page_of(found), "audit:changes")


@require_POST
@permitted(Permission.AUDIT_SEE)
def find(request: StaffRequest) -> HttpResponse:
    """From a CPR number to the citizen's own log; the number stands in no address."""
    citizen_id = directory().by_number(request.POST.get("cpr", "")[:40])
    if citizen_id is None:
        raise Refusal(_("Ingen borger i Planner har det personnummer."), code="unknown_number")
    return redirect("audit:citizen", pk=citizen_id)


@require_safe
@permitted(Permission.AUDIT_SEE)
def citizen(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Everybody who looked at the citizen or changed something about them in the last year."""
    subject, now = directory().about(pk), timezone.now()
    if subject is None:
        raise Http404
    entries = queries.report(pk, rows=subject.rows, first=now - timedelta(days=YEAR), last=now)
    saw([pk], purpose=Purpose.AUDIT, now=now, request=request)
    context = {"subject": subject, "entries": entries, "now": now, "current_tab": "audit:log"}
    return render(request, "audit/citizen.html", context)


def _state(request: StaffRequest, kinds: list[tuple[str, str]]) -> ListState:
    filters = (
        Filter("days", _("Periode"), PERIODS),
        Filter("user", _("Hvem"), queries.users()),
        Filter("what", _("Hvad"), kinds),
    )
    return ListState.read(request.GET, columns=COLUMNS, sort="-at", filters=filters)


def _listed(request: StaffRequest, state: ListState, page: Page[Any], url_name: str) -> HttpResponse:
    tabs = [
        PageTab(_("Opslag"), reverse("audit:log"), current=url_name == "audit:log"),
        PageTab(_("Ændringer"), reverse("audit:changes"), current=url_name == "audit:changes"),
    ]
    shown = Page(queries.told(page.rows), page.number, page.total)
    context = {"state": state, "page": shown, "page_tabs": tabs, "current_tab": "audit:log"}
    return render(request, "audit/log.html", context)
