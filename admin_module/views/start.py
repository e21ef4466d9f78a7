"""The administration's first page: the four steps of setting up, until all is there (APP-13, slide 44)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from admin_module.queries.setup import Setup, setup
from admin_module.services import reference
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.dfdg.errors import DfdgError
from planner.ui import navigation
from planner.ui.notices import notify
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One of the four: why it is there, what is there already, and where it is done."""

    title: str
    why: str
    number: int
    words: str
    page: str
    url: str


@require_safe
@permitted(
    Permission.ORGANISATION_SEE,
    Permission.ORGANISATION_CHANGE,
    Permission.CONNECTIONS_SEE,
    Permission.CONNECTIONS_CHANGE,
    Permission.AUDIT_SEE,
)
def start(request: StaffRequest) -> HttpResponse:
    """What is missing, for those who can add it; else the page that is used the most."""
    found = setup() if Permission.ORGANISATION_CHANGE in request.permissions else None
    if found and not found.is_complete:
        steps = _steps(found)
        context = {"setup": found, "steps": steps, "next_step": next((one for one in steps if not one.number), None)}
        return render(request, "admin_module/start.html", context)
    tabs = [tab for _label, shown in navigation.sections(request) for tab in shown]
    counsellors = next((tab for tab in tabs if tab.url_name == "admin_module:counsellors"), tabs[0])
    return redirect(counsellors.url)


@permitted(Permission.ORGANISATION_CHANGE, transaction=False)
def fetch_reference(request: StaffRequest) -> HttpResponse:
    """The national lists at once: a fresh installation need not wait for the night (SYNC-12)."""
    if request.method == "POST":
        try:
            reference.refresh(now=timezone.now())
        except DfdgError as fault:
            raise Refusal(str(fault), code="dfdg") from fault
        notify(request, _("Samtaletyper og de øvrige nationale lister er hentet."))
    return redirect("admin_module:start")


def _steps(found: Setup) -> list[SetupStep]:
    return [
        SetupStep(
            _("Oprettelse af team"),
            _("Vejledere og mødelokaler hører til et team, så begynd her."),
            found.teams,
            ngettext("%d team", "%d teams", found.teams) % found.teams,
            _("Teams"),
            navigation.address("admin_module:teams"),
        ),
        SetupStep(
            _("Oprettelse af vejledere"),
            _("Hent dem fra DFDG, og giv dem arbejdstid: uden arbejdstid er der ingen ledige tider."),
            found.counsellors,
            ngettext("%d vejleder", "%d vejledere", found.counsellors) % found.counsellors,
            _("Vejledere"),
            navigation.address("admin_module:counsellors"),
        ),
        SetupStep(
            _("Oprettelse af mødelokale"),
            _("Til fællesmøder, og til samtaler, der ikke holdes på vejlederens kontor."),
            found.rooms,
            ngettext("%d mødelokale", "%d mødelokaler", found.rooms) % found.rooms,
            _("Mødelokaler"),
            navigation.address("admin_module:rooms"),
        ),
        SetupStep(
            _("Oprettelse af samtaletypevariant"),
            _("Så borgere kun ombooker til møder for deres egen målgruppe."),
            found.variants,
            ngettext("%d variant", "%d varianter", found.variants) % found.variants,
            _("Samtaletypevarianter"),
            navigation.address("admin_module:variants"),
        ),
    ]
