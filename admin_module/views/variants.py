"""«Samtaletypevarianter»: local kinds of the national types, so that target groups do not rebook into each other's."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from admin_module.forms.reading import facts
from admin_module.forms.variants import VariantForm
from admin_module.models import ConversationVariant, SummonsTemplate
from admin_module.queries.conversation import type_choices
from admin_module.queries.conversation import variants as found_variants
from admin_module.queries.team import team_choices
from admin_module.services import variants as service
from admin_module.views.retiring import ask_first
from admin_module.views.rows import living
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column

SEE, CHANGE = Permission.ORGANISATION_SEE, Permission.ORGANISATION_CHANGE
COLUMNS = (
    Column("name", gettext_lazy("Navn"), ("name", "pk"), filtered_by="q"),
    Column("types", gettext_lazy("Samtaletyper"), filtered_by="type"),
    Column("teams", gettext_lazy("Teams"), filtered_by="team"),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)


@require_safe
@permitted(SEE)
def variants(request: StaffRequest) -> HttpResponse:
    """The variants, each with the types and teams that decide when it can be chosen (s80)."""
    filters = (
        Filter("q", gettext_lazy("Navn"), kind=FilterKind.TEXT),
        Filter("type", gettext_lazy("Samtaletype"), type_choices()),
        Filter("team", gettext_lazy("Team"), [(str(pk), label) for pk, label in team_choices()]),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="name", filters=filters)
    page = state.page_of(found_variants(**state.values))
    context = {"state": state, "page": page, "may_change": CHANGE in request.permissions}
    return render(request, "admin_module/variants.html", context)


@permitted(CHANGE)
def variant_add(request: StaffRequest) -> HttpResponse:
    """«Samtaletypevariant (ny)»."""
    return _edited(request, ConversationVariant(jobcentre=request.jobcentre))


@permitted(SEE)
def variant(request: StaffRequest, pk: int) -> HttpResponse:
    """A variant's page; to read only where one may not change."""
    found = living(request, ConversationVariant, pk)
    return _edited(request, found) if CHANGE in request.permissions else _read(request, found)


def _edited(request: StaffRequest, found: ConversationVariant) -> HttpResponse:
    form = VariantForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        notify(request, _("Samtaletypevarianten «%s» er gemt.") % saved.name)
        return redirect("admin_module:variants")
    status = 422 if form.is_bound else 200
    return render(request, "admin_module/variant.html", {"form": form, "variant": found}, status=status)


@require_safe
def _read(request: StaffRequest, found: ConversationVariant) -> HttpResponse:
    context = {"variant": found, "facts": facts(VariantForm(instance=found))}
    return render(request, "admin_module/variant.html", context)


@permitted(CHANGE)
def variant_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first, and says what is lost; or what stands in the way (APP-08, APP-15)."""
    found, now = living(request, ConversationVariant, pk), timezone.now()
    refusal = service.why_not_delete(found, now=now)
    if request.method == "POST" and not refusal:
        service.retire(variant=found, now=now)
        notify(request, _("Samtaletypevarianten «%s» er slettet.") % found.name)
        return redirect("admin_module:variants")
    context = {
        "heading": _("Slet «%s»") % found.name,
        "sentence": _("Varianten «%s» kan ikke længere vælges. Holdte samtaler viser den stadig.") % found.name,
        "losses": _losses(found),
        "button": _("Slet varianten"),
        "back": reverse("admin_module:variants"),
        "refusal": refusal,
    }
    return ask_first(request, found, context, now=now)


def _losses(found: ConversationVariant) -> list[str]:
    templates = SummonsTemplate.objects.living().filter(variant=found).count()
    words = ngettext("%d skabelon mister sin variant", "%d skabeloner mister deres variant", templates)
    return [words % templates] if templates else []
