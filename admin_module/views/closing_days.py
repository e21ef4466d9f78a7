"""«Lokale lukkedage»: the year's closing days with the public holidays beside them (CLOS-01)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from admin_module.forms.closing_day import ClosingDayForm
from admin_module.models import ClosingDay
from admin_module.queries import closing_days as queries
from admin_module.queries.team_ticks import teams_to_tick
from admin_module.views.hits import to_what_is_hit
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui import formatting
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column

FIRST_YEAR, LAST_YEAR = 2000, 2100
COLUMNS = (
    Column("days", gettext_lazy("Dage"), ("first_on", "last_on", "pk")),
    Column("name", gettext_lazy("Navn"), ("name", "first_on", "pk"), filtered_by="q"),
    Column("team", gettext_lazy("Gælder for"), filtered_by="team"),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)


@require_safe
@permitted(Permission.ORGANISATION_SEE)
def closing_days(request: StaffRequest) -> HttpResponse:
    """One year at a time."""
    this_year = timezone.localdate().year
    year = _year(request.GET.get("year", ""), this_year)
    teams = [(str(team.pk), "– " * team.depth + team.name) for team in teams_to_tick()]
    state = ListState.read(
        request.GET,
        columns=COLUMNS,
        sort="days",
        filters=(
            Filter("q", _("Navn"), kind=FilterKind.TEXT),
            Filter("team", _("Gælder for"), choices=teams),
        ),
        kept=("year",) if year != this_year else (),
    )
    context = {
        "state": state,
        "page": state.page_of(queries.closing_days(year=year, **state.values)),
        "holidays": queries.holidays_of(year, request.settings.also_closed),
        "year": year,
        "today": timezone.localdate(),
        "may_change": Permission.ORGANISATION_CHANGE in request.permissions,
    }
    return render(request, "admin_module/closing_days.html", context)


def _year(asked: str, this_year: int) -> int:
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else this_year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


@permitted(Permission.ORGANISATION_CHANGE)
def add(request: StaffRequest) -> HttpResponse:
    """«Lukkedag (ny)»."""
    return _edited(request, ClosingDay(jobcentre=request.jobcentre))


@permitted(Permission.ORGANISATION_CHANGE)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """One closing day or range."""
    found = ClosingDay.objects.select_for_update() if request.method == "POST" else ClosingDay.objects
    return _edited(request, get_object_or_404(found, pk=pk))


def _edited(request: StaffRequest, closing_day: ClosingDay) -> HttpResponse:
    known = closing_day.pk is not None
    form = ClosingDayForm(request.POST if request.method == "POST" else None, instance=closing_day)
    if form.is_valid():
        saved = form.save()
        notify(request, _("Lukkedagen er gemt.") if known else _("Lukkedagen er oprettet."))
        settle = to_what_is_hit(request, [saved])
        return settle or redirect(f"{reverse('admin_module:closing_days')}?year={saved.first_on.year}")
    context = {"form": form, "closing_day": closing_day if known else None}
    return render(request, "admin_module/closing_day.html", context, status=422 if form.errors else 200)


@permitted(Permission.ORGANISATION_CHANGE)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first (APP-08)."""
    closing_day = get_object_or_404(ClosingDay, pk=pk)
    if request.method == "POST":
        closing_day.delete()
        notify(request, _("Lukkedagen er slettet."))
        return redirect(f"{reverse('admin_module:closing_days')}?year={closing_day.first_on.year}")
    number = (closing_day.last_on - closing_day.first_on).days + 1
    days = formatting.days(closing_day.first_on, closing_day.last_on)
    context = {
        "heading": _("Slet lukkedag"),
        "sentence": _("«%s» slettes. Der kan igen indkaldes og bookes på de dage.") % closing_day.name,
        "losses": [
            ngettext("%(n)d lukket dag: %(days)s", "%(n)d lukkede dage: %(days)s", number)
            % {"n": number, "days": f"{days} {closing_day.last_on.year}"}
        ],
        "button": _("Slet lukkedagen"),
        "back": reverse("admin_module:closing_days"),
        "refusal": None,
    }
    return render(request, "confirm.html", context)
