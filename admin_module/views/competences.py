"""«Kompetencer»: a language, a consultant: made, renamed and deleted (COMP-01)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from admin_module.forms.competences import CompetenceForm
from admin_module.models import Competence, SummonsTemplate
from admin_module.queries.room import competences as found_competences
from admin_module.services import competences as service
from admin_module.views.rows import living
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column

CHANGE = Permission.ORGANISATION_CHANGE
COLUMNS = (
    Column("name", gettext_lazy("Navn"), ("name_key", "pk"), filtered_by="q"),
    Column("holders", gettext_lazy("Vejledere"), ("holders",), numeric=True),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)


@require_safe
@permitted(Permission.ORGANISATION_SEE)
def competences(request: StaffRequest) -> HttpResponse:
    """The competences of the job centre, and how many counsellors have each."""
    filters = (Filter("q", gettext_lazy("Navn"), kind=FilterKind.TEXT),)
    state = ListState.read(request.GET, columns=COLUMNS, sort="name", filters=filters)
    page = state.page_of(found_competences(**state.values))
    context = {"state": state, "page": page, "may_change": CHANGE in request.permissions}
    return render(request, "admin_module/competences.html", context)


@permitted(CHANGE)
def competence_add(request: StaffRequest) -> HttpResponse:
    """«Kompetence (ny)»."""
    return _edited(request, Competence(jobcentre=request.jobcentre))


@permitted(CHANGE)
def competence(request: StaffRequest, pk: int) -> HttpResponse:
    """Renaming."""
    return _edited(request, living(request, Competence, pk))


def _edited(request: StaffRequest, found: Competence) -> HttpResponse:
    form = CompetenceForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        notify(request, _("Kompetencen «%s» er gemt.") % saved.name)
        return redirect("admin_module:competences")
    status = 422 if form.is_bound else 200
    return render(request, "admin_module/competence.html", {"form": form, "competence": found}, status=status)


@permitted(CHANGE)
def competence_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first, and says from how many counsellors it goes; or what stands in the way (APP-08, APP-15)."""
    found, now = living(request, Competence, pk), timezone.now()
    refusal = service.why_not_delete(found, now=now)
    if request.method == "POST" and not refusal:
        service.retire(competence=found, now=now)
        notify(request, _("Kompetencen «%s» er slettet.") % found.name)
        return redirect("admin_module:competences")
    context = {
        "heading": _("Slet «%s»") % found.name,
        "sentence": _("Kompetencen «%s» kan ikke længere vælges.") % found.name,
        "losses": _losses(found),
        "button": _("Slet kompetencen"),
        "back": reverse("admin_module:competences"),
        "refusal": refusal,
    }
    return render(request, "confirm.html", context, status=422 if request.method == "POST" else 200)


def _losses(found: Competence) -> list[str]:
    holders = found.counsellors.filter(retired_at=None).count()
    words = ngettext("%d vejleder mister kompetencen", "%d vejledere mister kompetencen", holders)
    requiring = SummonsTemplate.objects.living().filter(competence=found).count()
    demanded = ngettext("%d skabelon kræver den ikke længere", "%d skabeloner kræver den ikke længere", requiring)
    return [line % count for line, count in ((words, holders), (demanded, requiring)) if count]
