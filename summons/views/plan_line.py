"""[Åbn] on step 3: change one citizen's time, counsellor, room, deadline or channel."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.rules import OBSTACLES
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from summons.forms.plan import PlaceForm
from summons.models import Run, RunCitizen
from summons.queries.problem import first_day, rooms_of
from summons.queries.times import possible_times
from summons.services.by_hand import Unpassed, Wanted, place_by_hand
from summons.views.citizens import found


@permitted(Permission.SUMMON)
def line(request: StaffRequest, run_id: UUID, line_id: int) -> HttpResponse:
    """The dialog; «show» in a POST only asks for the times of what now stands in the fields."""
    run = found(run_id)
    one = get_object_or_404(run.lines.select_related("citizen", "summons__appointment"), pk=line_id)
    url = reverse("summons:plan_line", args=[run_id, line_id])
    asking = request.method == "POST"
    form = PlaceForm(request.POST if asking else None, initial=_initial(run, one), run=run, line=one, url=url)
    _offer(request, run, one, form)
    if not asking or "show" in request.POST:
        return _shown(request, run, one, form)
    if form.is_valid():
        try:
            _keep(request, run, one, form)
        except Unpassed as unpassed:
            warnings = [OBSTACLES[obstacle] for obstacle in unpassed.warnings]
            return _shown(request, run, one, form, warnings=warnings, status=422)
        except Refusal as refusal:
            form.add_error("start", str(refusal.sentence))
        else:
            notify(request, _("Indkaldelsen er ændret."))
            return redirect("summons:plan", run_id)
    return _shown(request, run, one, form, status=422)


def _initial(run: Run, one: RunCitizen) -> dict[str, Any]:
    if one.summons is None:
        wanted = max(one.earliest_on or first_day(run, timezone.now()), first_day(run, timezone.now()))
        room = next(iter(rooms_of(run)), None)
        return {"day": wanted, "room": room, "deadline": one.deadline, "channel": one.channel}
    meeting = one.summons.appointment
    return {
        "counsellor": meeting.holders.values_list("counsellor_id", flat=True).first(),
        "room": meeting.room_id,
        "day": meeting.day,
        "start": meeting.start_tick,
        "deadline": one.summons.deadline,
        "channel": one.summons.channel,
    }


def _offer(request: StaffRequest, run: Run, one: RunCitizen, form: PlaceForm) -> None:
    """Only possible times can be chosen."""
    place = form.place()
    now, settings = timezone.now(), request.settings
    deadline = form.wanted_deadline()
    form.offer(possible_times(run, one, place, deadline=deadline, settings=settings, now=now) if place else [])


def _keep(request: StaffRequest, run: Run, one: RunCitizen, form: PlaceForm) -> None:
    asked, place = form.cleaned_data, form.place()
    if place is None:
        raise Refusal(_("Vælg vejleder og dato."), code="no-place")
    wanted = Wanted(place, asked["start"], asked["deadline"], asked["channel"], asked["warned"])
    place_by_hand(run_id=run.pk, line_id=one.pk, wanted=wanted, by=request.user, now=timezone.now())


def _shown(
    request: StaffRequest, run: Run, one: RunCitizen, form: PlaceForm, *, warnings: Any = (), status: int = 200
) -> HttpResponse:
    if one.citizen_id:
        saw([one.citizen_id], purpose=Purpose.PLAN, now=timezone.now(), request=request)
    others = one.summons.appointment.summonses.exclude(pk=one.summons_id).count() if one.summons else 0
    context = {"run": run, "line": one, "form": form, "warnings": warnings, "others": others}
    context["current_tab"] = "summons:start"
    return render(request, "summons/plan_line.html", context, status=status)
