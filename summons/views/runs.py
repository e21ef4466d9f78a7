"""«Kladder»: the runs that are not sent, own first (SUM-01)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.states import SummonsStatus
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.notices import notify
from summons.models import Run
from summons.queries.front import drafts
from summons.rules import why_not_delete
from summons.services.runs import delete_run

MOST = 200
"""Drafts are gone after some days, so that no job centre comes near it."""


@permitted(Permission.SUMMON)
def runs(request: StaffRequest) -> HttpResponse:
    """All drafts of the job centre; any caseworker may go on with one."""
    found = drafts(request.user.pk, kept_days=request.settings.lists_days, most=MOST)
    return render(request, "summons/runs.html", {"drafts": found, "now": timezone.now()})


@permitted(Permission.SUMMON)
def delete(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Asks first, and says what goes (APP-08)."""
    run = get_object_or_404(Run, pk=run_id)
    if request.method == "POST":
        freed = delete_run(run_id=run_id)
        freed_words = ngettext("%d tid er fri igen.", "%d tider er fri igen.", freed) % freed if freed else ""
        notify(request, f"{_('Kladden er slettet.')} {freed_words}".strip())
        return redirect("summons:runs")
    context = {
        "heading": _("Slet kladde"),
        "sentence": _("Kladden «%s» slettes for alle. Indkaldelser, der er sendt, bliver.") % run.name,
        "losses": _losses(run),
        "button": _("Slet kladden"),
        "back": reverse("summons:runs"),
        "refusal": why_not_delete(run),
    }
    return render(request, "confirm.html", context)


def _losses(run: Run) -> list[str]:
    citizens = run.lines.count()
    held = run.lines.filter(summons__status=SummonsStatus.PENDING).count()
    losses = [ngettext("Listen med %d borger", "Listen med %d borgere", citizens) % citizens] if citizens else []
    if held:
        losses.append(ngettext("%d tid, der er holdt", "%d tider, der er holdt", held) % held)
    return losses
