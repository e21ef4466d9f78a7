"""Step 1, «Indkald borgere»: the frame, and beside it what it means."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import ConversationType, Distribution, RoomChoice, SummonsTemplate, Team
from booking.models import Citizen
from booking.queries.citizen import number_of
from booking.queries.facts import working_days_after
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.components import Step
from planner.ui.notices import notify
from planner.ui.parsing import read_date
from summons.forms.frame import (
    DEPENDED_ON,
    LENGTHS,
    FrameForm,
    clocks,
    initial_of_run,
    initial_of_template,
    is_standard,
    standard_text,
)
from summons.models import Run
from summons.queries.choices import my_teams
from summons.queries.citizens import lines_of
from summons.queries.frame import free_counsellors, meaning
from summons.services.handover import fetch_into
from summons.services.import_list import add_one
from summons.services.runs import Stale, save_frame


@permitted(Permission.SUMMON)
def start(request: StaffRequest) -> HttpResponse:
    """Step 1 of a fresh run; the calendar, a citizen's page or a case system may have filled some of it in."""
    return _frame(request, None, _first_values(request))


@permitted(Permission.SUMMON)
def frame(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Step 1 of a run that is kept."""
    run = get_object_or_404(Run.objects.select_related("type", "team", "saved_by"), pk=run_id)
    return _frame(request, run, initial_of_run(run))


def _frame(request: StaffRequest, run: Run | None, initial: dict[str, Any]) -> HttpResponse:
    if request.method != "POST":
        return _shown(request, run, _form(request, run, initial))
    if request.htmx or "refresh" in request.POST or "use_template" in request.POST:
        return _redrawn(request, run)
    form = _form(request, run, initial, bound=True)
    form.offer_start_times()
    if not form.is_valid():
        return _shown(request, run, form, status=422)
    try:
        return _saved(request, run, form)
    except Stale as stale:
        form.add_error(None, str(stale))
        form.data = request.POST | {"version": str(stale.saved.version)}
        return _shown(request, stale.saved, form, status=409)


def _form(request: StaffRequest, run: Run | None, initial: dict[str, Any], *, bound: bool = False) -> FrameForm:
    now = timezone.now()
    form = FrameForm(
        request.POST if bound else None,
        initial=initial,
        settings=request.settings,
        now=now,
        today=timezone.localdate(now),
        citizens=lines_of(run).filter(selected=True).count() if run else 0,
    )
    if not bound:
        form.offer_start_times()
    return form


def _redrawn(request: StaffRequest, run: Run | None) -> HttpResponse:
    """What follows from a change: the right side, and the form itself where other fields depend on what was changed."""
    changed = request.POST.get("changed", "")
    form = _form(request, run, {}, bound=True)
    if changed == "template" or "use_template" in request.POST:
        form = _form(request, run, _with_template(form))
    elif changed == "type":
        form = _form(request, run, _with_standard_text(form))
    else:
        form.offer_start_times()
        form.is_valid()
        form.errors.clear()
    if not request.htmx:
        return _shown(request, run, form)
    template = "summons/frame_redrawn.html" if changed in DEPENDED_ON else "summons/frame_meaning.html"
    return render(request, template, _context(request, run, form))


def _typed(form: FrameForm) -> dict[str, Any]:
    """What stands in the form, as it was typed."""
    return {
        name: form.fields[name].widget.value_from_datadict(form.data, form.files, name)
        for name in form.fields
        if name in form.data or name in {"counsellors", "fixed_times", "rebooking_allowed", "fund_participation"}
    }


def _with_template(form: FrameForm) -> dict[str, Any]:
    typed = _typed(form)
    chosen = typed.get("template") or ""
    template = SummonsTemplate.objects.living().filter(pk=chosen).first() if chosen.isdecimal() else None
    return typed | initial_of_template(template) if template else typed


def _with_standard_text(form: FrameForm) -> dict[str, Any]:
    typed = _typed(form)
    text = standard_text(typed.get("type") or "")
    if text and is_standard(typed.get("title", ""), typed.get("description", "").replace("\r\n", "\n")):
        typed |= {"title": text.title, "description": text.description}
    return typed


def _shown(request: StaffRequest, run: Run | None, form: FrameForm, status: int = 200) -> HttpResponse:
    return render(request, "summons/frame.html", _context(request, run, form), status=status)


def _context(request: StaffRequest, run: Run | None, form: FrameForm) -> dict[str, Any]:
    now = timezone.now()
    found = form.frame()
    fixed = found.run.distribution == Distribution.FIXED_TIME
    return {
        "form": form,
        "run": run,
        "meaning": meaning(found, settings=request.settings, now=now, today=timezone.localdate(now)),
        "frame_now": found,
        "fixed": fixed,
        "free": free_counsellors(found, settings=request.settings, now=now) if fixed and found.run.duration else [],
        "lengths": LENGTHS,
        "joint_with_fund": found.run.type_id == ConversationType.JOINT_WITH_FUND,
        "current_tab": "summons:start",
        "steps": _steps(run),
    }


def _steps(run: Run | None) -> list[Step]:
    citizens = reverse("summons:citizens", args=[run.pk]) if run and run.step > 1 else ""
    plan = reverse("summons:plan", args=[run.pk]) if run and run.planned_at else ""
    return [
        Step(_("Ramme"), current=True),
        Step(_("Borgere"), url=citizens, done=bool(run and run.planned_at)),
        Step(_("Opret indkaldelse"), url=plan),
    ]


def _saved(request: StaffRequest, run: Run | None, form: FrameForm) -> HttpResponse:
    on = "next" in request.POST
    now = timezone.now()
    found = form.cleaned_data
    kept = save_frame(
        frame=form.frame(),
        chosen=list(found["counsellors"]),
        fixed_times=clocks(found["fixed_times"]),
        run_id=run.pk if run else None,
        version=found["version"],
        step=2 if on else 1,
        by=request.user,
        now=now,
    )
    _bring(kept, form)
    if on:
        return redirect("summons:citizens", run_id=kept.pk)
    notify(request, _("Kladden «%s» er gemt.") % kept.name)
    return redirect("summons:frame", run_id=kept.pk)


def _bring(run: Run, form: FrameForm) -> None:
    """The citizen or the list that step 1 was opened with."""
    now = timezone.now()
    if citizen := form.cleaned_data["citizen"]:
        if not Citizen.objects.filter(pk=citizen).exists():
            raise Http404
        if not run.lines.exists():
            add_one(run_id=run.pk, cpr=number_of(citizen), now=now)
    if handed := form.cleaned_data["handed"]:
        fetch_into(list_id=handed, run_id=run.pk, now=now, today=timezone.localdate(now))


def _first_values(request: StaffRequest) -> dict[str, Any]:
    """Sensible beginnings, and what the address brings (CAL-03)."""
    now = timezone.now()
    today = timezone.localdate(now)
    settings = request.settings
    earliest = working_days_after(_days_later(today, settings.notice_days - 1), 1, settings.also_closed)
    team = next(iter(my_teams(request.user.pk)), None)
    values: dict[str, Any] = {
        "type": ConversationType.JOB_CONVERSATION,
        "form": "individual",
        "mode": "in_person",
        "team": team,
        "place": RoomChoice.NONE.value,
        "duration": 45,
        "reporting_time": 15,
        "distribution": Distribution.AUTOMATIC.value,
        "earliest_on": earliest,
        "rebooking_allowed": True,
        "rebooking_days": 1,
        "contact_phone": settings.contact_phone,
        "contact_email": settings.contact_email,
    }
    if text := standard_text(str(values["type"])):
        values |= {"title": text.title, "description": text.description}
    return values | _from_address(request, today)


def _days_later(today: Any, days: int) -> Any:
    return today.fromordinal(today.toordinal() + days)


def _from_address(request: HttpRequest, today: Any) -> dict[str, Any]:
    query = request.GET
    found: dict[str, Any] = {}
    if query.get("team", "").isdecimal():
        found["team"] = get_object_or_404(Team.objects.living(), pk=query["team"]).pk
    if query.get("counsellor", "").isdecimal():
        found["counsellors"] = [int(query["counsellor"])]
    if query.get("room", "").isdecimal():
        found["place"] = f"room-{int(query['room'])}"
    if query.get("duration", "").isdecimal():
        found["duration"] = int(query["duration"])
    found |= {name: query[key] for name, key in (("citizen", "citizen"), ("handed", "list")) if query.get(key)}
    on = read_date(query.get("date", ""), today)
    if on and on >= today and query.get("start"):
        found |= {"distribution": Distribution.FIXED_TIME.value, "fixed_on": on, "fixed_times": [query["start"]]}
    elif on and on > today:
        found["earliest_on"] = on
    return found
