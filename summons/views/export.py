"""The follow-up list as a spreadsheet: what is ticked, or all that the filters let through (FOLL-04)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.models import Summons
from booking.states import SummonsStatus
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.addresses import read_uuids
from planner.ui.formatting import clock, date_year, number
from planner.ui.refusal import Refusal
from summons.forms.follow_up import FollowUpFilters
from summons.queries.follow_up import Row, listed, rows, sent_summonses
from summons.spreadsheets.export import Cell, workbook

MOST = 20_000
CHUNK = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
@permitted(Permission.SUMMON)
def export(request: StaffRequest) -> HttpResponse:
    """The columns of the list, and no personal number; everybody in it is written down as looked at."""
    now = timezone.now()
    pks = _wanted(request, now)
    if not pks:
        raise Refusal(_("Der er ingen indkaldelser at eksportere."), code="nothing_chosen")
    if len(pks) > MOST:
        raise Refusal(_("Listen er for lang til ét regneark: højst %s linjer.") % number(MOST), code="too-many")
    content = workbook([str(title) for title in headings()], _lines(request, pks, now))
    name = content_disposition_header(True, f"{_('opfølgning')}-{timezone.localdate(now):%Y-%m-%d}.xlsx")
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})


def headings() -> Sequence[object]:
    """The titles of the columns."""
    return (
        _("Nr."),
        _("Dato"),
        _("Tid"),
        _("Borger"),
        _("Type"),
        _("Variant"),
        _("Team"),
        _("Vejledere"),
        _("Lokale"),
        _("Status"),
        _("Selvbooket"),
        _("Jobnet og kalender"),
    )


def _wanted(request: StaffRequest, now: datetime) -> list[UUID]:
    """What is ticked in order of time; with nothing ticked the list as it stands in the address."""
    sent = Summons.objects.exclude(status=SummonsStatus.PENDING)
    if chosen := read_uuids(request.POST.getlist("selected")):
        found = sent.filter(pk__in=chosen).order_by("appointment__start_at", "pk")
        return list(found.values_list("pk", flat=True))
    query = QueryDict(urlsplit(request.POST.get("back", "")).query)
    filters = FollowUpFilters.read(query, user_id=request.user.pk, now=now)
    order = filters.state.order_by
    return [one.pk for one in listed(sent_summonses(filters.wanted), order, page=slice(0, MOST + 1))]


def _lines(request: StaffRequest, pks: Sequence[UUID], now: datetime) -> Iterator[Sequence[Cell]]:
    for start in range(0, len(pks), CHUNK):
        some = rows(pks[start : start + CHUNK], now=now)
        saw((row.citizen_id for row in some), purpose=Purpose.EXPORT, now=now, request=request)
        yield from map(_line, some)


def _line(row: Row) -> Sequence[Cell]:
    return (
        row.number or "",
        date_year(row.start_at),
        clock(row.start_at),
        row.citizen,
        row.type,
        row.variant,
        row.team,
        row.counsellor_names,
        row.room,
        str(row.status[1]),
        _("ja") if row.self_booked else "",
        ", ".join(str(delivery.short) for delivery in row.deliveries),
    )
