"""Step 2 of a summons, «Vælg borgere»: the list of a run, what puts citizens on it, and what is decided about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.components import PageTab, Step
from planner.ui.filters import Filter
from planner.ui.formatting import number
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.paging import Page
from planner.ui.refusal import Refusal, Words
from planner.ui.sorting import Column
from summons.forms.citizens import AddCitizenForm, EarliestForm, FileForm, PasteForm, kind_choices
from summons.models import RejectedRow, Run
from summons.queries import citizens as queries
from summons.queries.citizen_list import counted, narrowed, own_keys, state_of
from summons.queries.handover import waiting_lists
from summons.rules import why_not_change
from summons.services import look_up
from summons.services.import_list import Imported, add_one, forget_rejected, import_table
from summons.spreadsheets.export import workbook
from summons.spreadsheets.rows import Row
from summons.spreadsheets.table import table_of
from summons.spreadsheets.text import read_csv, read_pasted
from summons.spreadsheets.xlsx import read_xlsx
from summons.states import RunState
from summons.tasks import ask_for_look_up

PROBLEMS_SHOWN = 20
WAYS: dict[str, Words] = {
    "one": gettext_lazy("Tilføj enkeltvis"),
    "paste": gettext_lazy("Indsæt data"),
    "file": gettext_lazy("Indlæs fil"),
    "system": gettext_lazy("Fra sagsbehandlingssystem"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def found(run_id: UUID) -> Run:
    return get_object_or_404(Run.objects.select_related("type", "team"), pk=run_id)


@require_safe
@permitted(Permission.SUMMON)
def citizens(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The page."""
    return page(request, found(run_id))


def page(request: StaffRequest, run: Run, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The whole of step 2; `forms` are those that were filled in wrongly."""
    counts = queries.counts(run, hindering=request.settings.hindering_absences, now=timezone.now())
    way = _way(request, forms, counts)
    context = {
        "run": run,
        "counts": counts,
        "steps": steps(run),
        "way": way,
        "ways": [PageTab(label, f"?way={key}", key == way) for key, label in WAYS.items()],
        "lists": waiting_lists() if way == "system" else [],
        "why_not": why_not_change(run),
        "looking_up": run.state == RunState.LOOKING_UP,
        "query": request.GET.urlencode(),
        "current_tab": "summons:start",
    }
    parts = _list(request, run, counts) | _told(run, counts) | _empty_forms(request, run)
    return render(request, "summons/citizens.html", context | parts | forms, status=status)


def _list(request: StaffRequest, run: Run, counts: queries.Counts) -> dict[str, Any]:
    """The table as the address asks for it."""
    state = state_of(request.GET, run, counts)
    own = [wanted for wanted in state.filters if wanted.key in own_keys(run)]
    with_extra = bool(run.columns) and state.kept.get("extra") == "1"
    return {
        "state": state,
        "page": _shown(request, run, state, counts),
        "headings": headings(state),
        "width": len(state.columns),
        "with_extra": with_extra,
        "own_filters": [{"filter": wanted, "value": state.value(wanted.key)} for wanted in own],
        "own_open": with_extra or any(state.value(wanted.key) for wanted in own),
        "filtered": any(state.chosen),
    }


def _told(run: Run, counts: queries.Counts) -> dict[str, Any]:
    """What an import could not use, and who cannot be called."""
    counted = queries.problem_counts(run)
    return {
        "problems": queries.problems(run, limit=PROBLEMS_SHOWN),
        "problem_counts": counted,
        "problem_total": sum(counted.values()),
        "used": run.lines.count() if counted[RejectedRow.Kind.REFUSED] else 0,
        "barred": queries.barred(run) if counts.barred else [],
    }


def _empty_forms(request: StaffRequest, run: Run) -> dict[str, Any]:
    return {
        "addition": AddCitizenForm(),
        "paste": PasteForm(initial={"table": _problem_text(run) if "again" in request.GET else ""}),
        "upload": FileForm(),
        "earliest": EarliestForm(initial={"earliest_on": run.earliest_on}),
        "kinds": kind_choices(run),
    }


def _shown(request: StaffRequest, run: Run, state: ListState, counts: queries.Counts) -> Page[queries.CitizenRow]:
    """The rows of the asked page; that they were seen is written down."""
    now, hindering = timezone.now(), request.settings.hindering_absences
    lines = narrowed(queries.lines_of(run), run, state, hindering=hindering, now=now)
    asked = state.page_of(lines.values_list("pk", flat=True), total=counted(state, counts))
    shown = queries.loaded(asked.rows)
    saw((line.citizen_id for line in shown if line.citizen_id), purpose=Purpose.RUN, now=now, request=request)
    return Page(queries.rows(shown, run, hindering=hindering, now=now), asked.number, asked.total)


def _way(request: StaffRequest, forms: dict[str, Any], counts: queries.Counts) -> str:
    wanted = {"addition": "one", "paste": "paste", "upload": "file"}
    if wrong := next((wanted[name] for name in forms if name in wanted), ""):
        return wrong
    asked = request.GET.get("way", "")
    return asked if asked in WAYS else "" if counts.total else "paste"


def _problem_text(run: Run) -> str:
    """The lines that can be put right, as they came, under the headings that they came with."""
    kept = [one.cells for one in queries.problems(run) if one.cells and one.kind == RejectedRow.Kind.REFUSED]
    headings = run.facets.get("headings") or []
    return "\n".join("\t".join(cells) for cells in ([headings, *kept] if headings else kept))


def steps(run: Run) -> list[Step]:
    """Where one is; going back loses nothing."""
    return [
        Step(_("Ramme"), reverse("summons:frame", args=[run.pk]), done=True),
        Step(_("Borgere"), current=True),
        Step(_("Opret indkaldelse"), reverse("summons:plan", args=[run.pk]) if run.state == RunState.PLANNED else ""),
    ]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's title as it is shown: a link to sort by, and its filter."""

    column: Column
    url: str
    sorted: str
    filter: Filter | None
    value: str


def headings(state: ListState) -> list[Heading]:
    known = {wanted.key: wanted for wanted in state.filters}
    direction = "descending" if state.sort.descending else "ascending"
    return [
        Heading(
            column,
            state.sorted_by(column.key),
            direction if column.key == state.sort.key else "",
            known.get(column.filtered_by),
            state.value(column.filtered_by),
        )
        for column in state.columns
    ]


def back(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """To the list as it was: filters, order and page."""
    query = QueryDict(request.POST.get("back", "")).copy()
    for gone in ("way", "again"):
        query.pop(gone, None)
    url = reverse("summons:citizens", args=[run_id])
    return redirect(f"{url}?{query.urlencode()}" if query else url)


# Citizens onto the list


@require_POST
@permitted(Permission.SUMMON, transaction=False)
def add(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """«Tilføj borger»"""
    form = AddCitizenForm(request.POST)
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        run = found(run_id)
        if form.is_valid():
            try:
                add_one(run_id=run_id, cpr=form.cleaned_data["cpr"], now=timezone.now())
            except Refusal as refusal:
                form.add_error("cpr", str(refusal.sentence))
        if not form.is_valid():
            return page(request, run, status=422, addition=form)
        job = look_up.start(run_id=run_id, by=request.user.pk, now=timezone.now())
    start_look_up(request, run_id, job)
    return redirect(f"{reverse('summons:citizens', args=[run_id])}?way=one")


@require_POST
@permitted(Permission.SUMMON, transaction=False)
def paste(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """[Generer tabel]"""
    form = PasteForm(request.POST)
    return _bring(request, run_id, form, "table", lambda: read_pasted(form.cleaned_data["table"]))


@require_POST
@permitted(Permission.SUMMON, transaction=False)
def file(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """«Indlæs fil»: read before any transaction begins."""
    form = FileForm(request.POST, request.FILES)
    return _bring(request, run_id, form, "file", lambda: _read(form.cleaned_data["file"]))


def _read(upload: UploadedFile[bytes]) -> list[Row]:
    content = upload.read()
    return read_xlsx(content) if str(upload.name).lower().endswith(".xlsx") else read_csv(content)


def _bring(
    request: StaffRequest, run_id: UUID, form: PasteForm | FileForm, name: str, read: Callable[[], list[Row]]
) -> HttpResponse:
    """Read, add what can be used, look up; a list that cannot be read is shown again with why."""
    table = None
    if form.is_valid():
        try:
            table = table_of(read())
        except Refusal as refusal:
            form.add_error(name, str(refusal.sentence))
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        run, now = found(run_id), timezone.now()
        if table is None:
            return page(request, run, status=422, **{"upload" if name == "file" else "paste": form})
        upload = form.cleaned_data.get("file")
        outcome = import_table(
            run_id=run_id, table=table, file_name=upload.name if upload else "", now=now, today=timezone.localdate(now)
        )
        job = look_up.start(run_id=run_id, by=request.user.pk, now=now)
    start_look_up(request, run_id, job)
    notify(request, told(outcome), kind="warn" if outcome.refused else "ok")
    return redirect("summons:citizens", run_id)


def told(outcome: Imported) -> str:
    """How the import went, in one sentence or more."""
    added = ngettext("%s borger er tilføjet.", "%s borgere er tilføjet.", outcome.added) % number(outcome.added)
    parts = [added]
    if outcome.refused:
        words = ngettext("%s linje kunne ikke bruges.", "%s linjer kunne ikke bruges.", outcome.refused)
        parts.append(words % number(outcome.refused))
    if outcome.duplicates:
        words = ngettext("%s gentagelse tæller én gang.", "%s gentagelser tæller én gang.", outcome.duplicates)
        parts.append(words % number(outcome.duplicates))
    return " ".join(parts)


def start_look_up(request: StaffRequest, run_id: UUID, job: UUID | None) -> None:
    """A few at once, many by a worker. Outside any transaction."""
    if job is None:
        return
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        few = Run.objects.get(pk=run_id).total <= look_up.INLINE
    if few:
        look_up.work(request.jobcentre.pk, run_id, job, clock=timezone.now)
    else:
        ask_for_look_up(request.jobcentre.pk, run_id, job)


@require_POST
@permitted(Permission.SUMMON, transaction=False)
def retry(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """[Prøv igen]: those whom DFDG was silent about."""
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        found(run_id)
        job = look_up.start(run_id=run_id, by=request.user.pk, again=True, now=timezone.now())
    start_look_up(request, run_id, job)
    return back(request, run_id)


@require_safe
@permitted(Permission.SUMMON)
def progress(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The bar as it goes; when the look-up is over the page comes anew."""
    run = found(run_id)
    response = render(request, "summons/citizens.html#progress", {"run": run})
    if run.state != RunState.LOOKING_UP:
        response["HX-Redirect"] = reverse("summons:citizens", args=[run_id])
    return response


@require_safe
@permitted(Permission.SUMMON)
def problems(_request: StaffRequest, run_id: UUID) -> HttpResponse:
    """«Hent listen»: what could not be used, as a spreadsheet."""
    run = found(run_id)
    content = workbook(
        (_("Linje"), _("Værdi"), _("Hvorfor"), _("Hele linjen")),
        [(one.line, one.value, one.reason, *one.cells) for one in queries.problems(run)],
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="linjer-der-ikke-kunne-bruges.xlsx"'
    return response


@require_POST
@permitted(Permission.SUMMON)
def forget_problems(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Close the box."""
    found(run_id)
    forget_rejected(run_id=run_id)
    return back(request, run_id)
