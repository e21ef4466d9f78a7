"""«Indkaldelsesskabeloner»: pre-filled details of summonses, used by step 1 at once (TMPL-01, TMPL-03)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from admin_module.forms.reading import facts
from admin_module.forms.templates import TemplateForm
from admin_module.models import ConversationType, MeetingForm, SummonsTemplate
from admin_module.queries.conversation import templates as found_templates
from admin_module.queries.conversation import type_choices
from admin_module.queries.team import team_choices
from admin_module.services.retiring import retire
from admin_module.views.rows import living
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column

SEE, CHANGE = Permission.ORGANISATION_SEE, Permission.ORGANISATION_CHANGE
COLUMNS = (
    Column("name", gettext_lazy("Navn"), ("name", "pk"), filtered_by="q"),
    Column("type", gettext_lazy("Samtaletype"), ("type__name",), filtered_by="type"),
    Column("form", gettext_lazy("Mødeform"), ("form",), filtered_by="form"),
    Column("team", gettext_lazy("Team"), ("team__name",), filtered_by="team"),
    Column("duration", gettext_lazy("Minutter"), ("duration",), numeric=True),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)
LENGTHS = (15, 20, 30, 45, 60, 90, 120)


@require_safe
@permitted(SEE)
def templates(request: StaffRequest) -> HttpResponse:
    """The templates, each with what tells it apart."""
    filters = (
        Filter("q", gettext_lazy("Navn"), kind=FilterKind.TEXT),
        Filter("type", gettext_lazy("Samtaletype"), type_choices()),
        Filter("form", gettext_lazy("Mødeform"), MeetingForm.choices),
        Filter("team", gettext_lazy("Team"), [(str(pk), label) for pk, label in team_choices()]),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="name", filters=filters)
    page = state.page_of(found_templates(**state.values))
    context = {"state": state, "page": page, "may_change": CHANGE in request.permissions}
    return render(request, "admin_module/templates.html", context)


@permitted(CHANGE)
def template_add(request: StaffRequest) -> HttpResponse:
    """«Indkaldelsesskabelon (ny)»."""
    return _edited(request, SummonsTemplate(jobcentre=request.jobcentre))


@permitted(SEE)
def template(request: StaffRequest, pk: int) -> HttpResponse:
    """A template's page; to read only where one may not change."""
    found = living(request, SummonsTemplate, pk)
    return _edited(request, found) if CHANGE in request.permissions else _read(request, found)


def _edited(request: StaffRequest, found: SummonsTemplate) -> HttpResponse:
    form = TemplateForm(request.POST or None, instance=found)
    if "refresh" in request.POST:
        form.forgive()
        return _shown(request, found, form)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        notify(request, _("Skabelonen «%s» er gemt.") % saved.name)
        return redirect("admin_module:templates")
    return _shown(request, found, form, status=422 if form.is_bound else 200)


def _shown(request: StaffRequest, found: SummonsTemplate, form: TemplateForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "template": found,
        "lengths": LENGTHS,
        "with_fund": form.chosen("type") == str(ConversationType.JOINT_WITH_FUND),
    }
    shown = {name: form.chosen(name) for name in ("form", "mode", "seats_by")}
    return render(request, "admin_module/template.html", context | {"chosen": shown}, status=status)


@require_safe
def _read(request: StaffRequest, found: SummonsTemplate) -> HttpResponse:
    context = {"template": found, "facts": facts(TemplateForm(instance=found))}
    return render(request, "admin_module/template.html", context)


@permitted(CHANGE)
def template_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first (APP-08); what was made with it stays as it is."""
    found = living(request, SummonsTemplate, pk)
    if request.method == "POST":
        retire(row=found, now=timezone.now())
        notify(request, _("Skabelonen «%s» er slettet.") % found.name)
        return redirect("admin_module:templates")
    sentence = _("Skabelonen «%s» kan ikke længere vælges. Kladder og indkaldelser, der er lavet med den, ændres ikke.")
    context = {
        "heading": _("Slet «%s»") % found.name,
        "sentence": sentence % found.name,
        "button": _("Slet skabelonen"),
        "back": reverse("admin_module:templates"),
        "refusal": None,
    }
    return render(request, "confirm.html", context)
