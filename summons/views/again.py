"""«Indkald igen» and [Ombook] for a selection: a planned run for confirmation (ATT-03, FOLL-04, FOLL-05)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.addresses import read_uuids
from planner.ui.way_back import came_from, named_back
from summons.forms.again import AgainForm
from summons.forms.beginnings import proposed_date
from summons.queries.again import Again, to_summon_again
from summons.services import planning
from summons.services.again import summon_again, why_not_together
from summons.tasks import ask_for_planning


@permitted(Permission.SUMMON, transaction=False)
def again(request: StaffRequest) -> HttpResponse:
    """Who, and within which deadline; a POST that is `sure` plans, and leads to step 3 where it is confirmed."""
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        asked = read_uuids([*request.GET.getlist("selected"), *request.POST.getlist("selected")])
        lines = to_summon_again(asked, now=timezone.now())
        if "sure" not in request.POST and "rebook" in request.POST and _alone(lines):
            return redirect("summons:rebook", lines[0].summons.pk)
        form = _form(request)
        if why_not_together(lines) or "sure" not in request.POST or not form.is_valid():
            return _asked(request, lines, form)
        run, job = summon_again(
            lines=lines, earliest_on=form.cleaned_data["earliest_on"], by=request.user, now=timezone.now()
        )
        few = len(lines) <= planning.INLINE
    return _planned(request.jobcentre.pk, run.pk, job, few=few)


def _alone(lines: list[Again]) -> bool:
    """One citizen's conversation to come has a page of times of its own."""
    return len(lines) == 1 and lines[0].coming


def _form(request: StaffRequest) -> AgainForm:
    today = timezone.localdate()
    posted = request.POST if "sure" in request.POST else None
    return AgainForm(data=posted, today=today, proposed=proposed_date(request.settings, today))


def _asked(request: StaffRequest, lines: list[Again], form: AgainForm) -> HttpResponse:
    saw((one.citizen.pk for one in lines), purpose=Purpose.FOLLOW_UP, now=timezone.now(), request=request)
    refusal = why_not_together(lines)
    context: dict[str, Any] = {
        "lines": lines,
        "form": form,
        "refusal": refusal,
        "coming": sum(1 for line in lines if line.coming),
        "back": _back(request),
        "current_tab": "summons:follow_up",
    }
    wrong = refusal is not None or form.is_bound
    return render(request, "summons/again.html", context, status=422 if wrong else 200)


def _back(request: StaffRequest) -> str:
    return named_back(request) or came_from(request) or reverse("summons:follow_up")


def _planned(jobcentre_id: int, run_id: UUID, job: UUID | None, *, few: bool) -> HttpResponse:
    if job and few:
        planning.work(jobcentre_id, run_id, job, clock=timezone.now)
    elif job:
        ask_for_planning(jobcentre_id, run_id, job)
    return redirect("summons:plan", run_id)
