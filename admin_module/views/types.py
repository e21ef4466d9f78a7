"""«Samtaletyper»: the national types from DFDG; nothing can be changed here (TYPE-01)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from admin_module.queries.conversation import conversation_types
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.sorting import Column

COLUMNS = (
    Column("name", gettext_lazy("Navn"), ("name", "pk"), filtered_by="q"),
    Column("code", gettext_lazy("Kode i DFDG"), ("code",), numeric=True),
    Column("state", gettext_lazy("Gyldighed"), ("expired_at",), filtered_by="state"),
    Column("locked", gettext_lazy("Oprettet af")),
    Column("variants", gettext_lazy("Varianter"), ("variant_count",), numeric=True),
    Column("text", gettext_lazy("Standardtekst"), ("edition",)),
)
STATES = (("valid", gettext_lazy("Gyldig")), ("expired", gettext_lazy("Udløbet")))


@require_safe
@permitted(Permission.ORGANISATION_SEE)
def types(request: StaffRequest) -> HttpResponse:
    """The locked list."""
    filters = (
        Filter("q", gettext_lazy("Navn"), kind=FilterKind.TEXT),
        Filter("state", gettext_lazy("Gyldighed"), STATES),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="name", filters=filters)
    page = state.page_of(conversation_types(**state.values))
    context = {
        "state": state,
        "page": page,
        "may_change": Permission.ORGANISATION_CHANGE in request.permissions,
    }
    return render(request, "admin_module/types.html", context)
