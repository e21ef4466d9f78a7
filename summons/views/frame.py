"""Step 1, «Indkald borgere»: the frame, and beside it what it means."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import ConversationType
from booking.models import Citizen
from booking.queries.citizen import number_of
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.components import Step
from planner.ui.notices import notify
from summons.forms.beginnings import first_values, followed, values_of_run
from summons.forms.frame import LENGTHS, REDRAWN, FrameForm, differences
from summons.models import HandedList, Run
from summons.queries.citizens import lines_of
from summons.queries.due import citizens_without_time
from summons.queries.fixed_day import meaning
from summons.rules import why_not_change
from summons.services import look_up
from summons.services.handover import fetch_into
from summons.services.import_list import add_known, add_one
from summons.services.runs import Stale, save_frame
from summons.tasks import ask_for_look_up


@permitted(Permission.SUMMON)
def start(request: StaffRequest) -> HttpResponse:
    """Step 1 of a fresh run; the calendar, a citizen's page or a case system may have filled some of it in."""
    if request.method == "POST":
        return _posted(request, None)
    return _shown(request, None, _form(request, None, initial=_first_values(request)))


@permitted(Permission.SUMMON)
def frame(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Step 1 of a run that is kept."""
    run = get_object_or_404(Run.objects.select_related("type", "team", "saved_by"), pk=run_id)
    if request.method == "POST":
        return _posted(request, run)
    fresh = _first_values(request) | {"version": run.version, "name": run.name}
    return _shown(request, run, _form(request, run, initial=values_of_run(run) if _is_begun(run) else fresh))


def _is_begun(run: Run) -> bool:
    """Whether anybody has filled in step 1; a run that a case system began is empty."""
    return run.carried() != Run().carried()


def _first_values(request: StaffRequest) -> dict[str, Any]:
    return first_values(request.GET, user_id=request.user.pk, settings=request.settings, today=timezone.localdate())


def _posted(request: StaffRequest, run: Run | None) -> HttpResponse:
    if request.htmx or "refresh" in request.POST or "use_template" in request.POST:
        return _redrawn(request, run)
    form = _form(request, run, request.POST)
    if not form.is_valid() and not _may_be_half(request, run, form):
        return _shown(request, run, form, status=422)
    try:
        return _saved(request, run, form)
    except Stale as stale:
        return _told_of_both(request, stale)


def _may_be_half(request: StaffRequest, run: Run | None, form: FrameForm) -> bool:
    """A draft keeps what there is, until step 1 has been left once: the steps that follow stand on all of it."""
    early = run is None or run.step == 1
    return "save" in request.POST and early and not form.errors.keys() & {"version", "citizen", "handed"}


def _redrawn(request: StaffRequest, run: Run | None) -> HttpResponse:
    """What follows from a change: the right side, and the parts of the form that depend on what was changed."""
    changed = "template" if "use_template" in request.POST else request.POST.get("changed", "")
    posted = followed(request.POST, changed, settings=request.settings, today=timezone.localdate())
    form = _form(request, run, posted)
    if "checked" not in posted:
        form.forgive()
    if not request.htmx:
        return _shown(request, run, form)
    parts = [f"summons/frame_fields.html#{name}" for name in REDRAWN.get(changed, ())]
    return render(request, "summons/frame_redrawn.html", _context(request, run, form) | {"parts": parts})


def _told_of_both(request: StaffRequest, stale: Stale) -> HttpResponse:
    """Somebody saved it meanwhile: what they made of it beside what is typed, which the next saving keeps."""
    posted = request.POST.copy()
    posted["version"] = str(stale.saved.version)
    form = _form(request, stale.saved, posted)
    form.add_error(None, str(stale))
    both = differences(form, _form(request, stale.saved, initial=values_of_run(stale.saved)))
    return _shown(request, stale.saved, form, status=409, differences=both)


def _form(
    request: StaffRequest, run: Run | None, posted: QueryDict | None = None, *, initial: dict[str, Any] | None = None
) -> FrameForm:
    brought = initial or (posted.dict() if posted else {})
    return FrameForm(
        posted,
        initial=initial or {},
        settings=request.settings,
        now=timezone.now(),
        citizens=lines_of(run).filter(selected=True).count() if run else _number_brought(request, brought),
    )


def _number_brought(request: StaffRequest, values: dict[str, Any]) -> int:
    """How many citizens step 1 was opened with."""
    if values.get("citizen"):
        return 1
    if values.get("near"):
        return len(citizens_without_time(request.settings, timezone.localdate()))
    try:
        handed = HandedList.objects.filter(pk=UUID(str(values["handed"]))).first() if values.get("handed") else None
    except ValueError:
        raise Http404 from None
    return handed.rows if handed else 0


def _shown(request: StaffRequest, run: Run | None, form: FrameForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "summons/frame.html", _context(request, run, form) | more, status=status)


def _context(request: StaffRequest, run: Run | None, form: FrameForm) -> dict[str, Any]:
    found = form.frame
    return {
        "form": form,
        "run": run,
        "frame_now": found,
        "meaning": meaning(found, form.day, settings=request.settings, now=form.now),
        "lengths": LENGTHS,
        "joint_with_fund": found.run.type_id == ConversationType.JOINT_WITH_FUND,
        "why_not": why_not_change(run) if run else None,
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
    onward = "next" in request.POST
    kept = save_frame(
        frame=form.frame,
        run_id=run.pk if run else None,
        version=form.cleaned_data["version"],
        step=2 if onward else 1,
        by=request.user,
        now=form.now,
    )
    if run is None:
        _bring(request, kept, form)
    if onward:
        _look_up(request, kept, form)
        return redirect("summons:citizens", run_id=kept.pk)
    notify(request, " ".join([_("Kladden «%s» er gemt.") % kept.name, *_lacking(form)]))
    return redirect("summons:frame", run_id=kept.pk)


def _lacking(form: FrameForm) -> list[str]:
    """What a half draft lacks before step 2."""
    names = ", ".join(str(form.fields[name].label) for name in form.errors if name in form.fields)
    return [_("Før trin 2 mangler: %s.") % names] if names else []


def _bring(request: StaffRequest, run: Run, form: FrameForm) -> None:
    """The citizen, the list or those due soon, with whom step 1 was opened."""
    citizen, handed = form.cleaned_data["citizen"], form.cleaned_data["handed"]
    if citizen:
        add_one(run_id=run.pk, cpr=number_of(get_object_or_404(Citizen, pk=citizen).pk), now=form.now)
    if handed:
        kept = get_object_or_404(HandedList, pk=handed)
        fetch_into(list_id=kept.pk, run_id=run.pk, now=form.now, today=form.today)
    if form.cleaned_data["near"]:
        add_known(run_id=run.pk, citizens=citizens_without_time(request.settings, form.today), now=form.now)


def _look_up(request: StaffRequest, run: Run, form: FrameForm) -> None:
    """Those who wait on the list are looked up when step 1 is left."""
    job = look_up.start(run_id=run.pk, by=request.user.pk, now=form.now)
    if job:
        transaction.on_commit(partial(ask_for_look_up, request.jobcentre.pk, run.pk, job))
