"""A counsellor's absence: reported, listed, changed and removed (ABS-01, ABS-04)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from admin_module.models import Absence, Counsellor
from booking.queries.hits import Scope, Why, hits, hits_elsewhere
from booking.services.absence import Reported, change_absence, remove_absence, report_absence
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.addresses import read_id
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from planner.ui.sorting import Column
from summons.forms.absence import AbsenceForm, initial_from, initial_of
from summons.queries.affected import coming_absences

COLUMNS = (
    Column("counsellor", gettext_lazy("Vejleder"), ("counsellor__sort_key", "start_at", "pk")),
    Column("start", gettext_lazy("Fra"), ("start_at", "pk")),
    Column("end", gettext_lazy("Til"), ("end_at", "pk")),
    Column("kind", gettext_lazy("Årsag")),
    Column("hit", gettext_lazy("Ramte aftaler"), numeric=True),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)
MAY = (Permission.ABSENCE_CHANGE, Permission.ABSENCE_OWN)


def _counsellors(request: StaffRequest) -> QuerySet[Counsellor]:
    """Whose absence this person may report."""
    living: QuerySet[Counsellor] = Counsellor.objects.living()
    return living if Permission.ABSENCE_CHANGE in request.permissions else living.filter(user=request.user)


def _sees_kind(request: StaffRequest, counsellor: Counsellor | None = None) -> bool:
    """Administrators, and the counsellor."""
    own = counsellor is not None and counsellor.user_id == request.user.pk
    return own or Permission.ORGANISATION_CHANGE in request.permissions


@permitted(*MAY)
def report(request: StaffRequest) -> HttpResponse:
    """«Meld vejleder fraværende», with what the calendar or the card knows filled in."""
    counsellors, now = _counsellors(request), timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = AbsenceForm(posted, initial=_initial(request), counsellors=counsellors)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            reported = report_absence(
                counsellor=get_object_or_404(counsellors, pk=asked["counsellor"]),
                kind=asked["kind"],
                start_at=asked["start_at"],
                end_at=asked["end_at"],
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return _told(request, reported, _("%(name)s er meldt fraværende."), new=True)
    context = {"form": form, "back": _list_of(read_id(request.GET.get("counsellor", "")))}
    return render(request, "summons/absence_form.html", context, status=422 if form.errors else 200)


def _initial(request: StaffRequest) -> dict[str, Any]:
    """A counsellor who reports for nobody else is chosen already."""
    initial = initial_of(request.GET, timezone.localdate())
    if Permission.ABSENCE_CHANGE not in request.permissions:
        initial["counsellor"] = _counsellors(request).values_list("pk", flat=True).first()
    return initial


def _told(request: StaffRequest, reported: Reported, sentence: str, *, new: bool = False) -> HttpResponse:
    """What it hit is settled next; where it hit nothing one is back at the list."""
    absence, count = reported.absence, len(reported.hit)
    words = sentence % {"name": absence.counsellor.full_name}
    hit = ngettext("%(count)d aftale er ramt.", "%(count)d aftaler er ramt.", count) % {"count": count}
    undo = reverse("summons:absence_remove", args=[absence.pk]) if new else ""
    scope = Scope(counsellors=(absence.counsellor_id,))
    elsewhere = hits_elsewhere(scope, settings=request.settings, now=timezone.now())
    theirs = any(one.subject == absence.pk for one in elsewhere if one.why is Why.ABSENCE)
    if not count:
        hit = "" if theirs else _("Ingen aftaler er ramt.")
    notify(request, f"{words} {hit}".strip(), undo_url=undo)
    if count or theirs:
        return redirect(f"{reverse('summons:absence')}?absence={absence.pk}")
    return redirect(_list_of(absence.counsellor_id))


def _list_of(counsellor_id: int | None) -> str:
    query = f"?{urlencode({'counsellor': counsellor_id})}" if counsellor_id else ""
    return reverse("summons:absences") + query


@require_safe
@permitted(*MAY)
def absences(request: StaffRequest) -> HttpResponse:
    """The coming absences, of one counsellor or of all."""
    now, counsellors = timezone.now(), _counsellors(request)
    pk = read_id(request.GET.get("counsellor", ""))
    one = get_object_or_404(counsellors, pk=pk) if pk else None
    rows = Absence.objects.filter(end_at__gt=now, counsellor__in=[one] if one else counsellors)
    state = ListState.read(request.GET, columns=COLUMNS, sort="start", kept=("counsellor",))
    page = state.page_of(rows.select_related("counsellor"))
    scope = Scope(counsellors=tuple({row.counsellor_id for row in page.rows}))
    context = {
        "current_tab": "booking:calendar",
        "one": one,
        "state": state,
        "page": page,
        "lines": coming_absences(
            page.rows,
            sees_kind=_sees_kind(request),
            user_id=request.user.pk,
            hit=hits(scope, settings=request.settings, now=now),
        ),
    }
    return render(request, "summons/absences.html", context)


def _found(request: StaffRequest, pk: int) -> Absence:
    absence = get_object_or_404(Absence.objects.select_related("counsellor"), pk=pk)
    own = absence.counsellor.user_id == request.user.pk
    if not own and Permission.ABSENCE_CHANGE not in request.permissions:
        raise PermissionDenied
    return absence


@permitted(*MAY)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Shorter, longer or of another kind (ABS-04)."""
    absence, now = _found(request, pk), timezone.now()
    posted = request.POST if request.method == "POST" else None
    sees = _sees_kind(request, absence.counsellor)
    form = AbsenceForm(posted, initial=initial_from(absence), absence=absence, sees_kind=sees)
    if form.is_valid():
        try:
            return _told(request, _changed(absence, form, now), _("Fraværet for %(name)s er ændret."))
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
    context = {"form": form, "absence": absence, "back": _list_of(absence.counsellor_id)}
    return render(request, "summons/absence_form.html", context, status=422 if form.errors else 200)


def _changed(absence: Absence, form: AbsenceForm, now: datetime) -> Reported:
    asked = form.cleaned_data
    return change_absence(
        absence=absence,
        kind=asked.get("kind", absence.kind),
        start_at=asked["start_at"],
        end_at=asked["end_at"],
        version=asked["version"] or 0,
        now=now,
    )


@permitted(*MAY)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first; the time is free again at once (ABS-04). «Fortryd» of the receipt comes straight here."""
    absence = _found(request, pk)
    if request.method == "POST":
        remove_absence(absence=absence)
        name = absence.counsellor.full_name
        notify(request, _("Fraværet for %(name)s er fjernet. Tiden er ledig igen.") % {"name": name})
        return redirect(_list_of(absence.counsellor_id))
    context: dict[str, Any] = {
        "heading": _("Fjern fraværet for %(name)s?") % {"name": absence.counsellor.full_name},
        "sentence": _("Tiden bliver ledig igen med det samme. Aftaler, der er flyttet, bliver, hvor de er."),
        "losses": [],
        "button": _("Fjern fraværet"),
        "back": _list_of(absence.counsellor_id),
        "refusal": None,
    }
    return render(request, "confirm.html", context)
