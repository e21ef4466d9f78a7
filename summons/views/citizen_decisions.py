"""What is decided in step 2 about citizens of a list: deadlines, earliest dates, who is called and instead of what."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.addresses import read_id, read_ids
from planner.ui.formatting import date_year, number
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from summons.forms.citizens import BY_DUE_DATE, ONE_DATE, DeadlineForm, EarliestForm, LineForm
from summons.models import Run, RunCitizen
from summons.queries import citizens as queries
from summons.queries.citizen_list import narrowed, state_of
from summons.queries.problem import last_day
from summons.rules import why_not_change
from summons.services import citizens as decisions
from summons.services import deadlines as rules_of_deadlines
from summons.views.citizens import back, found, page

# Deadlines and earliest dates


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.SUMMON)
def deadlines(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """«Frist for afholdelse»: what a rule would change, and then the change."""
    run, now = found(run_id), timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    form = DeadlineForm(given if "way" in given else None, run=run, initial={"way": ONE_DATE})
    today = timezone.localdate(now)
    if request.method == "POST" and form.is_valid():
        changed = rules_of_deadlines.apply(run_id=run_id, rule=form.rule, now=now, today=today)
        notify(
            request,
            ngettext("Fristen er ændret for %s borger.", "Fristen er ændret for %s borgere.", changed)
            % number(changed),
        )
        return back(request, run_id)
    context = {
        "run": run,
        "form": form,
        "by_due_date": given.get("way") == BY_DUE_DATE,
        "preview": rules_of_deadlines.preview(run, form.rule, today=today)
        if form.is_bound and form.is_valid()
        else None,
        "back": given.get("back", ""),
        "current_tab": "summons:start",
    }
    part = "#preview" if request.htmx and request.htmx.target == "deadline-preview" else ""
    refused = form.is_bound and not form.is_valid() and not part
    return render(request, f"summons/citizens_deadlines.html{part}", context, status=422 if refused else 200)


@require_POST
@permitted(Permission.SUMMON)
def earliest(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """«Tidligste dato» for all."""
    run, form = found(run_id), EarliestForm(request.POST)
    if not form.is_valid():
        return page(request, run, status=422, earliest=form)
    own = decisions.set_earliest_of_all(run_id=run_id, earliest_on=form.cleaned_data["earliest_on"], now=timezone.now())
    sentence = _("Tidligste dato er ændret for alle.")
    also = (
        ngettext("%s borger havde sin egen dato.", "%s borgere havde deres egen dato.", own) % number(own)
        if own
        else ""
    )
    notify(request, f"{sentence} {also}".strip())
    return back(request, run_id)


@require_POST
@permitted(Permission.SUMMON)
def past_absence(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """«Sæt 5. dec.» for one line, or [Ret alle]."""
    run, line = found(run_id), read_id(request.POST.get("line", ""))
    last = last_day(run, request.settings, timezone.now())
    stepped = decisions.step_past_absence(
        run_id=run_id, line_ids=[line] if line else None, hindering=request.settings.hindering_absences, last=last
    )
    _tell_hindered(request, stepped, last)
    if request.htmx and line:
        return changed_row(request, run, line)
    moved = stepped.moved
    words = ngettext("Tidligste dato er rykket for %s borger.", "Tidligste dato er rykket for %s borgere.", moved)
    notify(request, words % number(moved))
    return back(request, run_id)


def _tell_hindered(request: StaffRequest, stepped: decisions.Stepped, last: date) -> None:
    """Whom the later date does not help."""
    told = []
    if late := stepped.past_deadline:
        words = ngettext(
            "%s borger har nu tidligste dato efter sin frist.",
            "%s borgere har nu tidligste dato efter deres frist.",
            late,
        )
        told.append(words % number(late))
    if beyond := stepped.past_search:
        words = ngettext(
            "%(count)s borger kan tidligst komme efter %(last)s, den sidste dag, der søges.",
            "%(count)s borgere kan tidligst komme efter %(last)s, den sidste dag, der søges.",
            beyond,
        )
        told.append(words % {"count": number(beyond), "last": date_year(last)})
    if endless := stepped.endless:
        words = ngettext("%s borger er fraværende uden slutdato.", "%s borgere er fraværende uden slutdato.", endless)
        told.append(words % number(endless))
    if told:
        notify(request, " ".join(told), kind="warn")


# Who is called


@require_POST
@permitted(Permission.SUMMON)
def select(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The ticks: one by htmx, all that the filters leave, or a page as a plain form (which may lead on to step 3)."""
    run = found(run_id)
    if request.htmx and (line := read_id(request.POST.get("line", ""))):
        return _tick(request, run, line)
    if wanted := request.POST.get("everything"):
        return _tick_all(request, run, selected=wanted == "1" or (wanted == "as_ticked" and "all_on" in request.POST))
    shown = set(read_ids(request.POST.getlist("shown")))
    chosen = set(read_ids(request.POST.getlist("selected")))
    if shown and why_not_change(run) is None:
        left_out = decisions.select_shown(run_id=run_id, shown=shown, chosen=chosen, now=timezone.now())
        _tell_left_out(request, left_out)
    if request.POST.get("then") == "plan":
        response = redirect(reverse("summons:plan", args=[run_id]))
        response.status_code = 307
        return response
    return back(request, run_id)


def _tick(request: StaffRequest, run: Run, line_id: int) -> HttpResponse:
    ticked = str(line_id) in request.POST.getlist("selected")
    _line(run, line_id)
    try:
        decisions.select(run_id=run.pk, line_id=line_id, selected=ticked, now=timezone.now())
    except Refusal as refusal:
        if refusal.code != "has-conversation":
            raise
        response = _ask_to_replace(request, run, line_id, frame="dialog.html", with_row=True)
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
        return response
    return changed_row(request, run, line_id)


def _tick_all(request: StaffRequest, run: Run, *, selected: bool) -> HttpResponse:
    now, hindering = timezone.now(), request.settings.hindering_absences
    counts = queries.counts(run, hindering=hindering, now=now)
    state = state_of(QueryDict(request.POST.get("back", "")), run, counts)
    lines = narrowed(queries.lines_of(run), run, state, hindering=hindering, now=now)
    _changed, left_out = decisions.select_all(run_id=run.pk, lines=lines, selected=selected, now=now)
    _tell_left_out(request, left_out)
    return back(request, run.pk)


def _tell_left_out(request: StaffRequest, left_out: int) -> None:
    if left_out:
        words = ngettext(
            "%s borger har allerede en kommende samtale og er ikke valgt.",
            "%s borgere har allerede en kommende samtale og er ikke valgt.",
            left_out,
        )
        notify(request, words % number(left_out), kind="warn")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.SUMMON)
def replace(request: StaffRequest, run_id: UUID, line_id: int) -> HttpResponse:
    """Whether the coming conversation is to be replaced (SUM-23)."""
    run = found(run_id)
    _line(run, line_id)
    if request.method == "POST":
        decisions.replace(run_id=run_id, line_id=line_id, now=timezone.now())
        return back(request, run_id)
    return _ask_to_replace(request, run, line_id)


def _ask_to_replace(request: StaffRequest, run: Run, line_id: int, **context: Any) -> HttpResponse:
    line, now = _line(run, line_id), timezone.now()
    row = _row(request, run, line)
    asked = {
        "run": run,
        "row": row,
        "refusal": decisions.why_not_replace(run, line, now),
        "back": request.GET.urlencode() or request.POST.get("back", ""),
        "current_tab": "summons:start",
    }
    return render(request, "summons/citizens_replace.html", asked | _row_context(request, run) | context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.SUMMON)
def line(request: StaffRequest, run_id: UUID, line_id: int) -> HttpResponse:
    """One citizen's earliest date, deadline and channel."""
    run = found(run_id)
    row = _row(request, run, _line(run, line_id))
    now_is = {"earliest_on": row.earliest_on, "deadline": row.deadline, "letter": row.letter}
    form = LineForm(request.POST or None, initial=now_is)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        decisions.set_earliest(run_id=run_id, line_id=line_id, earliest_on=asked["earliest_on"])
        rules_of_deadlines.set_one(run_id=run_id, line_id=line_id, deadline=asked["deadline"])
        decisions.set_channel(run_id=run_id, line_id=line_id, letter=asked["letter"])
        return back(request, run_id)
    context = {"run": run, "row": row, "form": form, "now": timezone.now(), "current_tab": "summons:start"}
    context["back"] = request.GET.urlencode() or request.POST.get("back", "")
    return render(request, "summons/citizens_line.html", context, status=422 if form.is_bound else 200)


@require_POST
@permitted(Permission.SUMMON)
def remove(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """[Fjern]: one, or all who cannot be called."""
    run = found(run_id)
    barred = queries.lines_of(run).exclude(reason="").values_list("pk", flat=True)
    chosen = list(barred) if "barred" in request.POST else read_ids(request.POST.getlist("line"))
    gone = decisions.remove(run_id=run.pk, line_ids=chosen)
    notify(
        request, ngettext("%s borger er fjernet fra listen.", "%s borgere er fjernet fra listen.", gone) % number(gone)
    )
    return back(request, run_id)


def changed_row(request: StaffRequest, run: Run, line_id: int) -> HttpResponse:
    """The row after a change, with the foot out of band."""
    context = {"row": _row(request, run, _line(run, line_id)), "run": run, "query": request.POST.get("back", "")}
    return render(request, "summons/citizens.html#changed", context | _row_context(request, run))


def _row_context(request: StaffRequest, run: Run) -> dict[str, Any]:
    hindering = request.settings.hindering_absences
    counts = queries.counts(run, hindering=hindering, now=timezone.now(), with_rivals=False)
    return {"counts": counts, "query": request.POST.get("back", "")}


def _line(run: Run, line_id: int) -> RunCitizen:
    return get_object_or_404(queries.lines_of(run).select_related("citizen__contact_group"), pk=line_id)


def _row(request: StaffRequest, run: Run, line: RunCitizen) -> queries.CitizenRow:
    now, hindering = timezone.now(), request.settings.hindering_absences
    if line.citizen_id:
        saw([line.citizen_id], purpose=Purpose.RUN, now=now, request=request)
    return queries.rows([line], run, hindering=hindering, now=now)[0]
