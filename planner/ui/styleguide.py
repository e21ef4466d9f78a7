"""Every component with example content, for whoever builds a page and for the accessibility test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST

from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.components import Option, PageTab, Step
from planner.ui.filters import Filter, FilterKind
from planner.ui.forms import Combobox, DateField, MultiCombobox, TimeField
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.refusal import Link, Refusal
from planner.ui.sorting import Column

START = datetime(2026, 12, 1, 8, 30, tzinfo=ZoneInfo("Europe/Copenhagen"))
NAMES = ("Marianne Poulsen", "Thomas Knudsen", "Nadia Aagaard", "Thi Christensen", "Camilla Juhl Møller", "Åge Nowak")
COUNSELLORS = ("Winnie Jensen", "Louise Ketager", "Lotte Berg", "Mikkel Dahl", "Søren Friis", "Åse Holm")
EXAMPLES = 400
COLUMNS = (
    Column("number", "Nr.", ("number",), numeric=True),
    Column("time", "Dato og tid", ("time",)),
    Column("citizen", "Borger", ("citizen",), filtered_by="q"),
    Column("counsellor", "Vejleder", ("counsellor",), filtered_by="counsellor"),
    Column("status", "Status"),
    Column("receivers", "Modtagere: Jobnet og kalender", hidden=True),
    Column("acts", "Handlinger", hidden=True),
)


@dataclass(frozen=True, slots=True)
class Row:
    """An invented summons."""

    pk: int
    time: datetime
    citizen: str
    counsellor: str
    kind: str


class ExampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Titel", max_length=60, help_text="Ses af borgeren")
    description = forms.CharField(label="Beskrivelse", widget=forms.Textarea, required=False)
    mode = forms.ChoiceField(label="Afholdelsesform", choices=[("1", "Personligt fremmøde"), ("2", "Telefonisk")])
    earliest = DateField(label="Tidligste dato")
    start = TimeField(label="Starttidspunkt", required=False)
    duration = forms.IntegerField(label="Varighed", initial=45)
    distribution = forms.ChoiceField(
        label="Fordeling",
        choices=[("1", "Fordel samtaler automatisk"), ("2", "Angiv fast tidspunkt")],
        widget=forms.RadioSelect,
    )
    rebooking = forms.BooleanField(label="Borgeren kan ombooke", required=False)
    room = forms.ChoiceField(label="Mødelokale", choices=[("", "")] + [(str(n), f"Lokale {n}") for n in range(1, 30)])
    counsellors = forms.MultipleChoiceField(
        label="Vejledere",
        required=False,
        choices=list(enumerate(COUNSELLORS)),
        widget=MultiCombobox(),
    )
    citizen = forms.ChoiceField(label="Borger", required=False, widget=Combobox(url=reverse_lazy("ui:options")))
    room.widget = Combobox(choices=room.choices)


def rows() -> list[Row]:
    """The invented summonses."""
    kinds = ("ok", "ok", "ok", "wait", "ok", "bad")
    return [
        Row(
            pk=48211 + n,
            time=START + timedelta(days=n // 20, minutes=30 * (n % 12)),
            citizen=NAMES[n % 6],
            counsellor=COUNSELLORS[n % 5],
            kind=kinds[n % 6],
        )
        for n in range(EXAMPLES)
    ]


@permitted(Permission.FRONT_PAGE)
def components(request: StaffRequest) -> HttpResponse:
    """The components, and a list that sorts, filters and pages."""
    quick = Filter("unsent", "Ikke sendt", kind=FilterKind.QUICK, count=66)
    found = [(name, name) for name in COUNSELLORS]
    filters = (quick, Filter("counsellor", "Vejleder", found), Filter("q", "Borger", kind=FilterKind.TEXT))
    state = ListState.read(request.GET, columns=COLUMNS, sort="time", filters=filters)
    shown = [row for row in rows() if _matches(row, state)]
    context = {
        "state": state,
        "page": state.page_of(shown),
        "form": ExampleForm(initial={"earliest": date(2026, 12, 1), "start": time(9, 30), "counsellors": ["0", "2"]}),
        "steps": [
            Step("Ramme", "#", done=True),
            Step("Borgere", current=True),
            Step("Opret indkaldelse"),
        ],
        "page_tabs": [PageTab("Overblik", "?", current=True), PageTab("Tilmeldte borgere", "?tab=2", count=1086)],
        "refused": Refusal(
            "Teamet kan ikke slettes nu.",
            links=[
                Link("Flyt dem", "#", "2 underteams: Uddannelseshjælp, Mentorer."),
                Link("Fjern dem", "#", "2 vejledere er tilknyttet."),
            ],
        ),
        "start": START,
        "end": START + timedelta(minutes=45),
        "today": START.date(),
        "last": START.date() + timedelta(days=3),
    }
    return render(request, "ui/components.html", context)


def _matches(row: Row, state: ListState) -> bool:
    wanted = state.values
    by_counsellor = not wanted["counsellor"] or row.counsellor == wanted["counsellor"]
    return by_counsellor and wanted["q"].lower() in row.citizen.lower() and (not wanted["unsent"] or row.kind == "bad")


@permitted(Permission.FRONT_PAGE)
def calendar(request: StaffRequest) -> HttpResponse:
    """The classes of the calendar."""
    return render(request, "ui/calendar.html", {"start": START})


@permitted(Permission.FRONT_PAGE)
def citizen(request: StaffRequest) -> HttpResponse:
    """The frame and the classes of «Min side»."""
    return render(request, "ui/me.html", {"start": START})


@permitted(Permission.FRONT_PAGE)
def example_form(request: StaffRequest) -> HttpResponse:
    """A form, as a page or in the dialog."""
    form = ExampleForm(request.POST or None, prefix="example")
    if form.is_valid():
        notify(request, "Rammen er gemt.", undo_url=reverse("ui:act"))
        return redirect("ui:components")
    return render(request, "ui/form.html", {"form": form}, status=422 if form.is_bound else 200)


@permitted(Permission.FRONT_PAGE)
def example_confirm(request: StaffRequest) -> HttpResponse:
    """The question before something is lost."""
    if request.method == "POST":
        notify(request, "Lokalet er slettet.")
        return redirect("ui:components")
    context = {
        "heading": "Slet «Lokale 3»?",
        "sentence": "Lokalet kan ikke vælges mere. Det står stadig på gamle samtaler.",
        "losses": ["2 skabeloner mister deres lokale"],
        "button": "Slet lokalet",
        "back": reverse("ui:components"),
    }
    return render(request, "confirm.html", context)


@permitted(Permission.FRONT_PAGE)
def example_detail(request: StaffRequest, number: int) -> HttpResponse:
    """What stands beside the list."""
    row = next((row for row in rows() if row.pk == number), None)
    return render(request, "ui/detail.html", {"row": row})


@permitted(Permission.FRONT_PAGE)
def example_options(request: StaffRequest) -> HttpResponse:
    """What a combobox that asks the server gets."""
    words = request.GET.get("q", "").lower()
    found = [Option(str(n), name, "Dagpengemodtager") for n, name in enumerate(NAMES) if words in name.lower()]
    return render(request, "components/options.html", {"rows": found})


@permitted(Permission.FRONT_PAGE)
def example_progress(request: StaffRequest) -> HttpResponse:
    """The next picture of a long job."""
    return render(request, "ui/progress.html", {"finished": 387, "total": 387}, status=286)


@require_POST
@permitted(Permission.FRONT_PAGE)
def example_act(request: StaffRequest) -> HttpResponse:
    """An act with its receipt."""
    notify(request, "Aftalen er aflyst.", undo_url=reverse("ui:act"))
    return redirect("ui:components")


@permitted(Permission.FRONT_PAGE)
def example_refusal(_request: HttpRequest) -> HttpResponse:
    """An act that is refused."""
    raise Refusal("Tiden er optaget.", code="taken", links=[Link("Se ledige tider", reverse("ui:components"))])
