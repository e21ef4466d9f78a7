"""«Vejledere»: the list, deleting one, and copying one's times to others (COUN-01, COUN-07, s66)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from admin_module.forms.counsellors import CopyForm
from admin_module.models import Counsellor, Schedule, TemplateCounsellor
from admin_module.queries import counsellor as queries
from admin_module.queries.schedule import Plan, pictures, plan_on, plans
from admin_module.queries.team import team_choices
from admin_module.services import counsellors as service
from admin_module.services.asking import what_is_lost
from admin_module.services.schedules import copy_plan, remove_plan, why_not_remove
from admin_module.views.hits import to_what_is_hit
from admin_module.views.retiring import ask_first
from admin_module.views.rows import living
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.filters import Filter, FilterKind
from planner.ui.formatting import date_year
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.parsing import read_date
from planner.ui.sorting import Column

SEE, CHANGE = Permission.ORGANISATION_SEE, Permission.ORGANISATION_CHANGE
COLUMNS = (
    Column("name", gettext_lazy("Navn"), ("sort_key", "pk"), filtered_by="q"),
    Column("initials", gettext_lazy("Initialer"), ("initials", "sort_key")),
    Column("email", gettext_lazy("E-mail og arbejdstelefon"), ("email",)),
    Column("teams", gettext_lazy("Team"), filtered_by="team"),
    Column("competences", gettext_lazy("Kompetencer"), filtered_by="competence"),
    Column("use", gettext_lazy("Kan tilknyttes indkaldelser"), ("can_be_summoned", "sort_key"), filtered_by="use"),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)


@require_safe
@permitted(SEE)
def counsellors(request: StaffRequest) -> HttpResponse:
    """The counsellors of the job centre."""
    missing = queries.without_hours()
    filters = (
        Filter("q", gettext_lazy("Navn eller e-mail"), kind=FilterKind.TEXT),
        Filter("team", gettext_lazy("Team"), [(str(pk), label) for pk, label in team_choices()]),
        Filter("competence", gettext_lazy("Kompetencer"), queries.competence_choices()),
        Filter(
            "use",
            gettext_lazy("Kan tilknyttes indkaldelser"),
            [("yes", gettext_lazy("Ja")), ("no", gettext_lazy("Nej"))],
        ),
        Filter("no_hours", gettext_lazy("Uden arbejdstid"), kind=FilterKind.QUICK, count=missing),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="name", filters=filters)
    page = state.page_of(queries.counsellors(**state.values))
    context = {"state": state, "page": page, "may_change": CHANGE in request.permissions, "without_hours": missing}
    return render(request, "admin_module/counsellors.html", context)


@permitted(CHANGE)
def counsellor_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first, and says what is lost; or what stands in the way (s66, APP-08)."""
    found, now = living(request, Counsellor, pk), timezone.now()
    refusal = service.why_not_delete(found, now=now)
    if request.method == "POST" and not refusal:
        service.retire(counsellor=found, now=now)
        notify(request, _("%s er slettet.") % found.full_name)
        return redirect("admin_module:counsellors")
    context = {
        "heading": _("Slet %s") % found.full_name,
        "sentence": _("%s kan ikke længere vælges. Holdte samtaler viser stadig navnet.") % found.full_name,
        "losses": _losses(found),
        "button": _("Slet vejlederen"),
        "back": reverse("admin_module:counsellors"),
        "refusal": refusal,
    }
    return ask_first(request, found, context, now=now)


def _losses(found: Counsellor) -> list[str]:
    count = TemplateCounsellor.objects.filter(counsellor=found, template__retired_at=None).count()
    words = ngettext("%d skabelon mister vejlederen", "%d skabeloner mister vejlederen", count)
    return [*([words % count] if count else []), *what_is_lost(found)]


@permitted(CHANGE)
def counsellor_copy(request: StaffRequest, pk: int) -> HttpResponse:
    """«Kopier til flere vejledere»: hours, breaks and shares as they are saved."""
    found, today = living(request, Counsellor, pk), timezone.localdate()
    plan = _plan(found, request.GET.get("from", ""))
    if plan is None:
        notify(request, _("Gem arbejdstiden, før den kopieres."), kind="warn")
        return redirect("admin_module:counsellor", pk=pk)
    form = CopyForm(request.POST or None, source=found, initial={"valid_from": today})
    if request.method == "POST" and form.is_valid():
        to, valid_from = list(form.cleaned_data["counsellors"]), form.cleaned_data["valid_from"]
        copy_plan(plan=plan, to=to, valid_from=valid_from)
        words = ngettext(
            "%(count)d vejleder har tiderne fra %(on)s.", "%(count)d vejledere har tiderne fra %(on)s.", len(to)
        )
        notify(request, words % {"count": len(to), "on": date_year(valid_from)})
        return to_what_is_hit(request, to) or redirect("admin_module:counsellors")
    context = {"counsellor": found, "form": form, "plan": plan, "pictures": pictures(plan)}
    return render(request, "admin_module/counsellor_copy.html", context, status=422 if form.is_bound else 200)


def _plan(found: Counsellor, asked: str) -> Plan | None:
    today = timezone.localdate()
    return plan_on(plans(found), read_date(asked, today) or today)


@permitted(CHANGE)
def schedule_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Takes the times from one date away, so that those before hold on."""
    schedule = get_object_or_404(Schedule.objects.filter(counsellor__retired_at=None), pk=pk)
    found = living(request, Counsellor, schedule.counsellor_id)
    kept, on = plans(found), date_year(schedule.valid_from)
    refusal = why_not_remove(kept)
    if request.method == "POST" and not refusal:
        remove_plan(counsellor=found, found=kept, valid_from=schedule.valid_from)
        notify(request, _("Tiderne fra %s er slettet.") % on)
        return to_what_is_hit(request, [found]) or redirect("admin_module:counsellor", pk=found.pk)
    context = {
        "heading": _("Slet tiderne fra %s") % on,
        "sentence": _("De tider, der gjaldt før %s, gælder videre. Det, der er booket, bliver stående.") % on,
        "button": _("Slet tiderne"),
        "back": reverse("admin_module:counsellor", args=[found.pk]),
        "refusal": refusal,
    }
    return render(request, "confirm.html", context, status=422 if request.method == "POST" else 200)
