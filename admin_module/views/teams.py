"""«Teams»: the tree, each team's page with its tabs, and how it is moved and deleted (TEAM-01 to 08)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from admin_module.forms.reading import facts
from admin_module.forms.teams import INTERNAL, AttachForm, PlaceForm, TeamForm
from admin_module.models import Counsellor, Room, SummonsTemplate, Team
from admin_module.queries.team import Place, attached, place_of, team_tree
from admin_module.services import teams as service
from admin_module.views.retiring import ask_first
from admin_module.views.rows import living
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.addresses import read_id
from planner.ui.components import PageTab
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from planner.ui.sorting import Column

SEE, CHANGE = Permission.ORGANISATION_SEE, Permission.ORGANISATION_CHANGE
SEARCH = Filter("q", gettext_lazy("Søg"), kind=FilterKind.TEXT)
Attached = type[Counsellor] | type[Room]
NAMES: dict[Attached, str] = {Counsellor: "counsellors", Room: "rooms"}
COLUMNS: dict[Attached, tuple[Column, ...]] = {
    Counsellor: (
        Column("name", gettext_lazy("Navn"), ("sort_key", "pk"), filtered_by="q"),
        Column("initials", gettext_lazy("Initialer"), ("initials",)),
        Column("others", gettext_lazy("Andre teams")),
        Column("actions", gettext_lazy("Handlinger"), hidden=True),
    ),
    Room: (
        Column("name", gettext_lazy("Navn"), ("name_key", "pk"), filtered_by="q"),
        Column("capacity", gettext_lazy("Maks. kapacitet"), ("capacity",), numeric=True),
        Column("others", gettext_lazy("Andre teams")),
        Column("actions", gettext_lazy("Handlinger"), hidden=True),
    ),
}


@require_safe
@permitted(SEE)
def teams(request: StaffRequest) -> HttpResponse:
    """The tree; `on` is the team one stands at."""
    return _tree(request, read_id(request.GET.get("on", "")))


def _tree(request: StaffRequest, on: int | None, part: str = "") -> HttpResponse:
    state = ListState.read(request.GET, columns=(), sort="", filters=(SEARCH,))
    rows = team_tree(state.value("q"))
    context = {
        "rows": rows,
        "state": state,
        "on": on,
        "people": sum(row.counsellors for row in rows),
        "rooms": sum(row.rooms for row in rows),
        "may_change": CHANGE in request.permissions,
    }
    return render(request, f"admin_module/teams.html{part}", context)


@permitted(CHANGE)
def team_add(request: StaffRequest) -> HttpResponse:
    """«Team (nyt)»: below `parent`, or after the team one stood at (TEAM-02, TEAM-03)."""
    parent, after = _where(request)
    form = TeamForm(request.POST or None, instance=Team(jobcentre=request.jobcentre))
    if request.method == "POST" and form.is_valid():
        added = service.add(team=form.save(commit=False), parent_id=parent.pk, after_id=after.pk if after else None)
        notify(request, _("Teamet «%s» er oprettet. Nu kan vejledere og mødelokaler tilknyttes.") % added.name)
        return redirect("admin_module:team_counsellors", pk=added.pk)
    context = {"form": form, "parent": parent, "after": after, "back": _back((after or parent).pk)}
    return render(request, "admin_module/team_add.html", context, status=_status(form))


def _where(request: StaffRequest) -> tuple[Team, Team | None]:
    """The team that the new one lies below, and the one that it stands after."""
    rows = Team.objects.living().select_related("parent")
    if parent := read_id(request.GET.get("parent", "")):
        return get_object_or_404(rows, pk=parent), None
    if after := read_id(request.GET.get("after", "")):
        found = get_object_or_404(rows, pk=after)
        return (found.parent, found) if found.parent else (found, None)
    return get_object_or_404(rows, parent=None), None


@permitted(SEE)
def team(request: StaffRequest, pk: int) -> HttpResponse:
    """«Rediger team», the tab «Detaljer»."""
    found = living(request, Team, pk)
    if CHANGE not in request.permissions:
        return _read(request, found)
    form = TeamForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        notify(request, _("Teamet «%s» er gemt.") % saved.name)
        return redirect(_back(saved.pk))
    context = _page(found, "team") | {"form": form, "back": _back(pk)}
    return render(request, "admin_module/team.html", context, status=_status(form))


@require_safe
def _read(request: StaffRequest, found: Team) -> HttpResponse:
    context = _page(found, "team") | {"facts": facts(TeamForm(instance=found), without=INTERNAL)}
    return render(request, "admin_module/team.html", context)


@permitted(SEE)
def team_counsellors(request: StaffRequest, pk: int) -> HttpResponse:
    """The tab «Vejledere»."""
    return _attached(request, living(request, Team, pk), Counsellor)


@permitted(SEE)
def team_rooms(request: StaffRequest, pk: int) -> HttpResponse:
    """The tab «Mødelokaler»."""
    return _attached(request, living(request, Team, pk), Room)


def _attached(request: StaffRequest, found: Team, model: Attached) -> HttpResponse:
    if CHANGE not in request.permissions:
        return require_safe(_shown)(request, found, model)
    form = AttachForm(request.POST or None, team=found, model=model)
    if "remove" in request.POST:
        return _detached(request, found, model)
    if request.method == "POST" and form.is_valid():
        count = service.attach(team=found, name=NAMES[model], chosen=form.cleaned_data["chosen"])
        notify(request, ngettext("%d er tilknyttet.", "%d er tilknyttet.", count) % count)
        return redirect(f"admin_module:team_{NAMES[model]}", pk=found.pk)
    return _shown(request, found, model, form)


def _detached(request: StaffRequest, found: Team, model: Attached) -> HttpResponse:
    one: Any = get_object_or_404(model.objects.living(), pk=read_id(request.POST["remove"]), teams=found)
    try:
        service.detach(team=found, name=NAMES[model], one=one)
    except Refusal as refusal:
        return _shown(request, found, model, AttachForm(team=found, model=model), refusal)
    notify(request, _("%(name)s er fjernet fra teamet.") % {"name": one})
    return redirect(f"admin_module:team_{NAMES[model]}", pk=found.pk)


def _shown(
    request: StaffRequest,
    found: Team,
    model: Attached,
    form: AttachForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    state = ListState.read(request.GET, columns=COLUMNS[model], sort="name", filters=(SEARCH,))
    page = state.page_of(attached(found, model, state.value("q")))
    context = _page(found, f"team_{NAMES[model]}") | {"state": state, "page": page, "form": form, "refusal": refusal}
    return render(request, f"admin_module/team_{NAMES[model]}.html", context, status=422 if refusal else _status(form))


@permitted(CHANGE)
def team_move(request: StaffRequest, pk: int) -> HttpResponse:
    """«Flyt team»: one step, below another team, or by drag to a place; a drag gets the tree back."""
    found = living(request, Team, pk)
    form = PlaceForm(request.POST or None, team=found)
    if request.method == "POST" and _moved(request, found, form):
        return _tree(request, pk, "#tree") if request.htmx.target == "teams" else redirect(_back(pk))
    context = {"team": found, "form": form, "place": place_of(found), "back": _back(pk)}
    return render(request, "admin_module/team_move.html", context, status=_status(form))


def _moved(request: StaffRequest, found: Team, form: PlaceForm) -> bool:
    """Move as asked, with «Fortryd»; False where it is not said where to."""
    before, asked = place_of(found), request.POST if request.POST.get("index") else request.GET
    index, direction = read_id(asked.get("index", "")), request.POST.get("step", "")
    if direction in list(service.Direction):
        service.step(team=found, direction=service.Direction(direction))
    elif index is not None:
        service.move(team=found, parent_id=read_id(asked.get("parent", "")), index=index)
    elif form.is_valid():
        service.move(team=found, parent_id=form.cleaned_data["parent"], index=service.LAST)
    else:
        return False
    notify(request, _("Teamet «%s» er flyttet.") % found.name, undo_url=_undo(found, before))
    return True


def _undo(moved: Team, before: Place) -> str:
    return f"{reverse('admin_module:team_move', args=[moved.pk])}?parent={before.parent_id}&index={before.index}"


@permitted(CHANGE)
def team_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first, and says what is lost; or names every condition that stands in the way (TEAM-06, APP-08)."""
    found, now = living(request, Team, pk), timezone.now()
    refusal = service.why_not_delete(found, now=now)
    if request.method == "POST" and not refusal:
        service.retire(team=found, now=now)
        notify(request, _("Teamet «%s» er slettet.") % found.name)
        return redirect(_back(found.parent_id))
    context = {
        "heading": _("Slet «%s»") % found.name,
        "sentence": _("Teamet «%s» kan ikke længere vælges. Det, der er sket i teamet, kan stadig læses.") % found.name,
        "losses": _losses(found),
        "button": _("Slet teamet"),
        "back": _back(pk),
        "refusal": refusal,
    }
    return ask_first(request, found, context, now=now)


def _losses(found: Team) -> list[str]:
    templates = SummonsTemplate.objects.living().filter(team=found).count()
    words = ngettext("%d skabelon mister sit team", "%d skabeloner mister deres team", templates)
    return [words % templates] if templates else []


def _page(found: Team, current: str) -> dict[str, Any]:
    """What every tab of a team shows."""
    people, rooms = attached(found, Counsellor).count(), attached(found, Room).count()
    tabs = (
        ("team", _("Detaljer"), None),
        ("team_counsellors", _("Vejledere"), people),
        ("team_rooms", _("Mødelokaler"), rooms),
    )
    shown = [
        PageTab(label, reverse(f"admin_module:{name}", args=[found.pk]), name == current, count)
        for name, label, count in tabs
    ]
    add_below = f"{reverse('admin_module:team_add')}?parent={found.pk}"
    return {"team": found, "tabs_of_team": shown, "add_below": add_below}


def _back(pk: int | None) -> str:
    """The tree, with the team one comes from."""
    return f"{reverse('admin_module:teams')}?on={pk}"


def _status(form: Any) -> int:
    return 422 if form is not None and form.is_bound and form.errors else 200
