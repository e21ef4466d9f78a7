"""«Sagsbehandlingssystemer»: who may hand over lists; each has a token that is shown once (SYNC-20)."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.notices import notify
from summons.forms.case_system import CaseSystemForm
from summons.models import CaseSystem, HandedList
from summons.services import handover

CHANGE = Permission.CONNECTIONS_CHANGE


@require_safe
@permitted(Permission.CONNECTIONS_SEE)
def case_systems(request: StaffRequest) -> HttpResponse:
    """Those that were ever let in, and when each last handed over a list that is still kept."""
    latest = HandedList.objects.values_list("case_system").annotate(at=Max("received_at"))
    heard = dict(latest.order_by())
    context = {
        "rows": [(system, heard.get(system.pk)) for system in CaseSystem.objects.order_by("name")],
        "door": request.build_absolute_uri(reverse("summons:handover")),
        "now": timezone.now(),
        "may_change": CHANGE in request.permissions,
    }
    return render(request, "summons/case_systems.html", context)


@permitted(CHANGE)
def add(request: StaffRequest) -> HttpResponse:
    """Lets one in, and shows its token."""
    form = CaseSystemForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        name = form.cleaned_data["name"]
        token = handover.register(jobcentre_id=request.jobcentre.pk, name=name, now=timezone.now())
        return _shown_once(request, name, token)
    return render(request, "summons/case_system.html", {"form": form}, status=422 if form.is_bound else 200)


@permitted(CHANGE)
def renew(request: StaffRequest, pk: int) -> HttpResponse:
    """Another token, where the old one is lost or known to others, or the system was stopped."""
    system = get_object_or_404(CaseSystem, pk=pk)
    if request.method == "POST":
        return _shown_once(request, system.name, handover.renew(system=system))
    words = {
        "heading": _("Ny nøgle til %s") % system.name,
        "sentence": _("Den gamle nøgle virker ikke længere, når den nye er lavet."),
        "losses": [_("%s kan ikke sende lister, før den nye nøgle er sat ind dér") % system.name],
        "button": _("Lav ny nøgle"),
    }
    return _asked(request, words)


@permitted(CHANGE)
def stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first (APP-08)."""
    system = get_object_or_404(CaseSystem, pk=pk)
    if request.method == "POST":
        handover.stop(system=system, now=timezone.now())
        notify(request, _("%s kan ikke længere sende lister.") % system.name)
        return redirect("summons:case_systems")
    words = {
        "heading": _("Luk for %s") % system.name,
        "sentence": _("%s kan ikke længere sende lister til Planner.") % system.name,
        "losses": [_("Lister, der er modtaget, kan stadig åbnes")],
        "button": _("Luk for systemet"),
    }
    return _asked(request, words)


def _asked(request: StaffRequest, words: dict[str, Any]) -> HttpResponse:
    return render(request, "confirm.html", {**words, "back": reverse("summons:case_systems"), "refusal": None})


def _shown_once(request: StaffRequest, name: str, token: str) -> HttpResponse:
    """The one answer that tells the token: it is kept as a hash, and stands in no address."""
    return render(request, "summons/case_system_token.html", {"name": name, "token": token})
