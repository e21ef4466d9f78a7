"""Reserved times: a list, making one from the calendar or the list, and ending one (CAL-09)."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from admin_module.models import Counsellor, ReservedTime, Team
from booking.forms.reserved import COUNSELLOR, TEAM, EndForm, ReservedForm
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui import formatting
from planner.ui.addresses import read_id
from planner.ui.notices import notify
from planner.ui.parsing import read_date, read_time
from planner.ui.refusal import Refusal
from planner.ui.way_back import came_from, stood_on

MAY = (Permission.ABSENCE_CHANGE, Permission.ABSENCE_OWN)


@permitted(*MAY)
def reserved(request: StaffRequest) -> HttpResponse:
    """What is reserved now and later: of teams, then of counsellors, in order of the week."""
    rows = _reachable(request).filter(Q(last_on=None) | Q(last_on__gte=timezone.localdate()))
    rows = rows.order_by("counsellor__sort_key", "team__name", "weekday", "start")
    return render(request, "booking/reserved.html", {"rows": rows, "current_tab": "booking:calendar"})


@permitted(*MAY)
def reserve(request: StaffRequest) -> HttpResponse:
    """«Reservér tid»: the calendar fills in whose time and when."""
    everybody = Permission.ABSENCE_CHANGE in request.permissions
    counsellors = Counsellor.objects.living()
    form = ReservedForm(
        request.POST if request.method == "POST" else None,
        initial=_first_values(request),
        counsellors=list(counsellors if everybody else counsellors.filter(user=request.user)),
        teams=list(Team.objects.living()) if everybody else [],
    )
    if request.method == "POST" and form.is_valid():
        row = form.row
        row.jobcentre = request.jobcentre
        row.save()
        said = _("Tiden er reserveret. Fordeling og online booking holder sig til den fra nu af.")
        notify(request, said, undo_url=_undo(row))
        return redirect(_came_from(request))
    context = {"form": form, "back": reverse("booking:reserved"), "current_tab": "booking:calendar"}
    return render(request, "booking/reserve.html", context, status=422 if request.method == "POST" else 200)


@permitted(*MAY)
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """The last day; what has not begun by then is gone."""
    row = _found(request, pk)
    today = timezone.localdate()
    form = EndForm(request.POST if request.method == "POST" else None, initial={"last_on": today}, today=today)
    if request.method == "POST" and form.is_valid():
        undo_url = _end(row, form.cleaned_data["last_on"])
        said = _("Reservationen slutter %s.") % formatting.day(form.cleaned_data["last_on"])
        notify(request, said if undo_url else _("Reservationen, der ikke var begyndt, er slettet."), undo_url=undo_url)
        return redirect(_came_from(request))
    context = {"form": form, "row": row, "back": reverse("booking:reserved"), "current_tab": "booking:calendar"}
    return render(request, "booking/reserved_end.html", context, status=422 if request.method == "POST" else 200)


def _end(row: ReservedTime, last_on: date) -> str:
    """Where «Fortryd» leads; nowhere from what is gone."""
    if last_on < row.first_on:
        row.delete()
        return ""
    before = row.last_on.isoformat() if row.last_on else ""
    _ending(row, last_on)
    return _undo(row, last_on=before)


def _ending(row: ReservedTime, last_on: date | None) -> None:
    row.last_on, row.version = last_on, row.version + 1
    row.save(update_fields=["last_on", "version"])


def _undo(row: ReservedTime, **before: str) -> str:
    return f"{reverse('booking:reserved_undo', args=[row.pk])}?{urlencode({'version': row.version, **before})}"


@require_POST
@permitted(*MAY)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """«Fortryd»: what was made is gone, what was ended runs as before; not once somebody has changed it since."""
    row = _found(request, pk)
    if read_id(request.GET.get("version", "")) != row.version:
        raise Refusal(_("Reservationen er ændret siden. Se den på listen, før du ændrer den."), code="stale")
    if "last_on" in request.GET:
        _ending(row, read_date(request.GET["last_on"], timezone.localdate()))
    else:
        row.delete()
    notify(request, _("Fortrudt."))
    return redirect(came_from(request) or reverse("booking:reserved"))


def _found(request: StaffRequest, pk: int) -> ReservedTime:
    row = get_object_or_404(_reserved(), pk=pk)
    if not _reachable(request).filter(pk=pk).exists():
        raise PermissionDenied
    return row


def _reserved() -> QuerySet[ReservedTime]:
    return ReservedTime.objects.select_related("counsellor", "team")


def _reachable(request: StaffRequest) -> QuerySet[ReservedTime]:
    """All of them, or only the own ones."""
    rows = _reserved()
    return rows if Permission.ABSENCE_CHANGE in request.permissions else rows.filter(counsellor__user=request.user)


def _first_values(request: StaffRequest) -> dict[str, Any]:
    """What the calendar knows: counsellor or team, day and times."""
    asked, today = request.GET, timezone.localdate()
    day = read_date(asked.get("day", ""), today) or today
    values: dict[str, Any] = {
        "weekday": day.weekday(),
        "start": read_time(asked.get("from", "")) or time(9),
        "end": read_time(asked.get("to", "")) or time(10),
        "purpose": ReservedTime.Purpose.SELF_BOOKING,
        "first_on": max(day, today),
    }
    for kind in (TEAM, COUNSELLOR):
        if pk := read_id(asked.get(kind, "")):
            values["owner"] = f"{kind}-{pk}"
    own = Counsellor.objects.living().filter(user=request.user).values_list("pk", flat=True)
    return {"owner": f"{COUNSELLOR}-{own[0]}"} | values if own else values


def _came_from(request: StaffRequest) -> str:
    return stood_on(request) or reverse("booking:reserved")
