"""«Mødelokaler»: the list, and a room's page with its two tabs (ROOM-01 to 04)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from admin_module.forms.reading import facts
from admin_module.forms.rooms import INTERNAL, RoomForm
from admin_module.models import Room, SummonsTemplate
from admin_module.queries.room import rooms as found_rooms
from admin_module.queries.team import team_choices
from admin_module.services import rooms as service
from admin_module.views.retiring import ask_first
from admin_module.views.rows import living
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column

SEE, CHANGE = Permission.ORGANISATION_SEE, Permission.ORGANISATION_CHANGE
COLUMNS = (
    Column("name", gettext_lazy("Navn"), ("name_key", "pk"), filtered_by="q"),
    Column("capacity", gettext_lazy("Maks. kapacitet"), ("capacity",), numeric=True),
    Column("overbooking", gettext_lazy("Overbooking"), ("overbooking",), numeric=True),
    Column("address", gettext_lazy("Adresse"), ("address",)),
    Column("teams", gettext_lazy("Team"), filtered_by="team"),
    Column("use", gettext_lazy("Kan tilknyttes samtaler"), ("can_be_used",), filtered_by="use"),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)
IN_USE = (("yes", gettext_lazy("Ja")), ("no", gettext_lazy("Nej")))


@require_safe
@permitted(SEE)
def rooms(request: StaffRequest) -> HttpResponse:
    """The rooms of the job centre."""
    filters = (
        Filter("q", gettext_lazy("Navn"), kind=FilterKind.TEXT),
        Filter("team", gettext_lazy("Team"), [(str(pk), label) for pk, label in team_choices()]),
        Filter(
            "use", gettext_lazy("Kan tilknyttes samtaler"), [("yes", gettext_lazy("Ja")), ("no", gettext_lazy("Nej"))]
        ),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="name", filters=filters)
    page = state.page_of(found_rooms(**state.values))
    context = {"state": state, "page": page, "may_change": CHANGE in request.permissions}
    return render(request, "admin_module/rooms.html", context)


@permitted(CHANGE)
def room_add(request: StaffRequest) -> HttpResponse:
    """«Mødelokale (nyt)»."""
    return _edited(request, Room(jobcentre=request.jobcentre))


@permitted(SEE)
def room(request: StaffRequest, pk: int) -> HttpResponse:
    """A room's page; to read only where one may not change."""
    found = living(request, Room, pk)
    return _edited(request, found) if CHANGE in request.permissions else _read(request, found)


def _edited(request: StaffRequest, found: Room) -> HttpResponse:
    form = RoomForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        notify(request, _("Mødelokalet «%s» er gemt.") % saved.name)
        return redirect("admin_module:rooms")
    status = 422 if form.is_bound else 200
    return render(request, "admin_module/room.html", {"form": form, "room": found}, status=status)


@require_safe
def _read(request: StaffRequest, found: Room) -> HttpResponse:
    context = {"room": found, "facts": facts(RoomForm(instance=found), without=INTERNAL)}
    return render(request, "admin_module/room.html", context)


@permitted(CHANGE)
def room_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first, and says what is lost; or what stands in the way (s76, APP-08)."""
    found, now = living(request, Room, pk), timezone.now()
    refusal = service.why_not_delete(found, now=now)
    if request.method == "POST" and not refusal:
        service.retire(room=found, now=now)
        notify(request, _("Mødelokalet «%s» er slettet.") % found.name)
        return redirect("admin_module:rooms")
    context = {
        "heading": _("Slet «%s»") % found.name,
        "sentence": _("Mødelokalet «%s» kan ikke længere vælges. Holdte samtaler viser det stadig.") % found.name,
        "losses": _losses(found),
        "button": _("Slet mødelokalet"),
        "back": reverse("admin_module:rooms"),
        "refusal": refusal,
    }
    return ask_first(request, found, context, now=now)


def _losses(found: Room) -> list[str]:
    templates = SummonsTemplate.objects.living().filter(room=found).count()
    words = ngettext("%d skabelon mister sit mødelokale", "%d skabeloner mister deres mødelokale", templates)
    return [words % templates] if templates else []
