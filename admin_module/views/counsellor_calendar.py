"""«Kalender» on a counsellor's card: where it is, whether it answers, and [Test forbindelse] (COUN-14)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from admin_module.forms.calendar import CalendarForm
from admin_module.models import CalendarConnection, Counsellor
from admin_module.services import calendars
from admin_module.views.rows import living
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from planner.ui.notices import notify

CHANGE = Permission.CONNECTIONS_CHANGE


@permitted(CHANGE)
def counsellor_calendar(request: StaffRequest, pk: int) -> HttpResponse:
    """The connection, and the form that makes or changes it."""
    found = living(request, Counsellor, pk)
    known = CalendarConnection.objects.filter(counsellor=found).first()
    fresh = CalendarConnection(jobcentre=request.jobcentre, counsellor=found)
    form = CalendarForm(request.POST or None, instance=known or fresh)
    if request.method == "POST" and form.is_valid():
        connection = form.save(commit=False)
        calendars.connect(connection=connection, password=form.cleaned_data["password"])
        notify(request, _("Kalenderen er gemt. Tryk «Test forbindelse» for at se, om den svarer."))
        return redirect("admin_module:counsellor_calendar", pk=pk)
    context = {"counsellor": found, "form": form, "connection": known, "now": timezone.now()}
    return render(request, "admin_module/counsellor_calendar.html", context, status=422 if form.is_bound else 200)


@require_POST
@permitted(CHANGE, transaction=False)
def calendar_test(request: StaffRequest, pk: int) -> HttpResponse:
    """[Test forbindelse]: asks the calendar itself; no transaction waits for it."""
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        connection = get_object_or_404(
            CalendarConnection.objects.filter(counsellor__retired_at=None).select_related("counsellor"), counsellor=pk
        )
    fault = calendars.probe(connection)
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        calendars.note_contact(connection_id=connection.pk, fault=fault, now=timezone.now())
    name = connection.counsellor.full_name
    if fault:
        notify(request, _("Kalenderen for %(name)s: %(fault)s") % {"name": name, "fault": fault}, kind="bad")
    else:
        notify(request, _("Kalenderen for %s svarer og lukker Planner ind.") % name)
    return redirect("admin_module:counsellor_calendar", pk=pk)


@permitted(CHANGE)
def calendar_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first, and says what stays (APP-08)."""
    found = living(request, Counsellor, pk)
    connection = get_object_or_404(CalendarConnection, counsellor=found)
    if request.method == "POST":
        calendars.disconnect(connection=connection)
        notify(request, _("Forbindelsen til kalenderen for %s er fjernet.") % found.full_name)
        return redirect("admin_module:counsellor_calendar", pk=pk)
    context = {
        "heading": _("Fjern forbindelsen"),
        "sentence": _("Planner skriver og læser ikke længere i kalenderen for %s.") % found.full_name,
        "losses": [
            _("Optagede tider derfra spærrer ikke længere efter højst fem minutter."),
            _("De aftaler, Planner har skrevet, bliver stående i kalenderen og rettes ikke mere."),
        ],
        "button": _("Fjern forbindelsen"),
        "back": reverse("admin_module:counsellor_calendar", args=[pk]),
    }
    return render(request, "confirm.html", context)
