"""«Ny aftale for én borger»: the three steps of a summons in one press; where one stops it opens (CAL-03)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Summons
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from planner.ui import formatting
from planner.ui.addresses import stamp
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from planner.ui.way_back import stood_on
from summons.forms.beginnings import filled_in
from summons.forms.frame import FrameForm
from summons.forms.one import MARKED, OneForm
from summons.models import Run
from summons.services import look_up, planning, sending
from summons.services.import_list import add_one
from summons.services.runs import save_frame


@permitted(Permission.SUMMON, transaction=False)
def one(request: StaffRequest) -> HttpResponse:
    """The dialog; [Indkald nu] keeps a run of one, looks the citizen up, finds the time and sends."""
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        more = "more" in request.POST
        form = OneForm(request.POST if request.method == "POST" else None, number_needed=not more)
        frame = _frame(request)
        if more and form.is_valid():
            return redirect("summons:frame", _kept(request, form, frame, step=1).pk)
        if request.method != "POST" or not form.is_valid() or not frame.is_valid():
            return _shown(request, form, frame)
        run = _kept(request, form, frame)
    return _called(request, run)


def _asked(request: StaffRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _frame(request: StaffRequest) -> FrameForm:
    """Step 1, filled in by what was marked and the template."""
    today, settings = timezone.localdate(), request.settings
    posted = filled_in(_asked(request), user_id=request.user.pk, settings=settings, today=today)
    return FrameForm(posted, initial={}, settings=settings, now=timezone.now(), citizens=1)


def _kept(request: StaffRequest, form: OneForm, frame: FrameForm, *, step: int = 2) -> Run:
    """A run with the citizen on its list; «Flere felter» opens step 1 of it, and so no number goes by an address."""
    run = save_frame(frame=frame.frame, run_id=None, version=None, step=step, by=request.user, now=frame.now)
    if cpr := form.cleaned_data["cpr"]:
        add_one(run_id=run.pk, cpr=cpr, now=frame.now)
    return run


def _called(request: StaffRequest, run: Run) -> HttpResponse:
    """Each step in its own transaction, as a caseworker would press them; the run stays where one stops."""
    place, user = request.jobcentre.pk, request.user.pk
    with acting_for(place, actor=user):
        job = look_up.start(run_id=run.pk, by=user, now=timezone.now())
    if job:
        look_up.work(place, run.pk, job, clock=timezone.now)
    try:
        with acting_for(place, actor=user):
            job = planning.start(run_id=run.pk, by=user, now=timezone.now())
        if job:
            planning.work(place, run.pk, job, clock=timezone.now)
    except Refusal:
        return _stopped(request, run.pk, "summons:citizens")
    with acting_for(place, actor=user):
        return _sent(request, run.pk)


def _sent(request: StaffRequest, run_id: UUID) -> HttpResponse:
    now = timezone.now()
    sent = sending.send_run(run_id=run_id, by=request.user, now=now)
    if not sent.summonses:
        return _stopped(request, run_id, "summons:plan")
    summons = Summons.objects.select_related("citizen", "appointment").get(pk=sent.summonses[0].pk)
    words = {"name": summons.citizen.full_name, "when": formatting.moment(summons.appointment.start_at)}
    undo = reverse("summons:plan_undo", args=[run_id, stamp(now)])
    notify(request, _("%(name)s indkaldes til %(when)s.") % words, undo_url=undo)
    return redirect(stood_on(request) or reverse("summons:plan", args=[run_id]))


def _stopped(request: StaffRequest, run_id: UUID, step: str) -> HttpResponseRedirect:
    """Nothing is sent; the page of the step that stopped says why."""
    notify(request, _("Borgeren er ikke indkaldt endnu. Her står hvorfor."), kind="warn")
    return redirect(step, run_id)


def _shown(request: StaffRequest, form: OneForm, frame: FrameForm) -> HttpResponse:
    """What the summons will be, and what step 1 lacks."""
    posted, asked = request.method == "POST", _asked(request)
    marked = [(name, asked[name]) for name in MARKED if asked.get(name)]
    frame.is_valid()
    lacking = [str(error) for errors in frame.errors.values() for error in errors]
    context: dict[str, Any] = {
        "form": form,
        "frame_now": frame.frame,
        "fixed_times": frame.frame.run.fixed_times,
        "marked": marked,
        "lacking": lacking,
        "current_tab": "booking:calendar",
    }
    return render(request, "summons/one.html", context, status=422 if posted else 200)
