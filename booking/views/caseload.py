"""A counsellor's fixed caseload, and handing it over (COUN-13)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from admin_module.models import Counsellor
from booking.forms.case_owner import HandOverForm
from booking.models import Citizen
from booking.queries.caseload import case_rows, caseload
from booking.services.citizens import give_back, give_to
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.addresses import instant_of, read_id, read_uuids, stamp
from planner.ui.filters import Filter, FilterKind
from planner.ui.formatting import number
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from planner.ui.sorting import Column
from planner.ui.way_back import came_from

COLUMNS = (
    Column("name", gettext_lazy("Navn"), ("sort_key", "pk"), filtered_by="q"),
    Column("group", gettext_lazy("Kontaktgruppe"), ("contact_group__name",)),
    Column("deadline", gettext_lazy("Nærmeste frist"), ("next_deadline",)),
    Column("coming", gettext_lazy("Kommende samtale"), ("coming_at",)),
    Column("source", gettext_lazy("Valgt af"), ("owner_set_at",)),
)
FILTERS = (Filter("q", gettext_lazy("Navn"), kind=FilterKind.TEXT),)
NAMED = 10
"""How many are named before a caseload is handed over."""


@require_safe
@permitted(Permission.CITIZEN_SEE, Permission.CITIZEN_SEE_OWN)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """The citizens of a counsellor; a counsellor sees only their own."""
    now = timezone.now()
    today = timezone.localdate(now)
    counsellor = _counsellor(request, pk)
    state = ListState.read(request.GET, columns=COLUMNS, sort="name", filters=FILTERS)
    page = state.page_of(caseload(counsellor, **state.values, today=today, now=now))
    saw((one.pk for one in page.rows), purpose=Purpose.CASELOAD, now=now, request=request)
    context = {
        "counsellor": counsellor,
        "state": state,
        "page": page,
        "rows": case_rows(page.rows, today=today),
        "may_hand_over": Permission.SUMMON in request.permissions,
        "current_tab": "booking:calendar",
    }
    return render(request, "booking/caseload.html", context)


@permitted(Permission.SUMMON)
def hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """«Overdrag til …»: the ticked ones, or by GET the whole caseload; asks to whom first."""
    counsellor = get_object_or_404(Counsellor, pk=pk)
    chosen = _chosen(request)
    theirs = Citizen.objects.filter(case_owner=counsellor).order_by("sort_key", "pk")
    rows = theirs if chosen is None else theirs.filter(pk__in=chosen)
    count, named = rows.count(), list(rows[:NAMED])
    saw((one.pk for one in named), purpose=Purpose.CASELOAD, now=timezone.now(), request=request)
    form = HandOverForm(request.POST if "sure" in request.POST else None, present=counsellor)
    if form.is_bound and form.is_valid():
        _hand_over(request, counsellor, form.owner, chosen)
        return redirect("booking:caseload", pk=counsellor.pk)
    context = {"counsellor": counsellor, "chosen": chosen, "count": count, "named": named, "form": form}
    context["more"] = count - len(named)
    return render(request, "booking/hand_over.html", context, status=422 if form.is_bound else 200)


@require_POST
@permitted(Permission.SUMMON)
def undo(request: StaffRequest, instant: int) -> HttpResponse:
    """«Fortryd»: those whom this person gave away then are where they were, but for those given on since."""
    at, before = instant_of(instant), request.GET.get("owner")
    owner = get_object_or_404(Counsellor, pk=read_id(before) or 0) if before else None
    place = request.jobcentre.pk
    count = give_back(jobcentre_id=place, owner=owner, by=request.user, at=at, now=timezone.now())
    if count:
        words = ngettext(
            "Fast vejleder er som før for %(count)s borger.", "Fast vejleder er som før for %(count)s borgere.", count
        )
        notify(request, words % {"count": number(count)})
    else:
        notify(request, _("Det kan ikke fortrydes længere: andre har valgt fast vejleder siden."), kind="warn")
    home = reverse("booking:caseload", args=[owner.pk]) if owner else "/"
    return redirect(came_from(request) or home)


def _counsellor(request: StaffRequest, pk: int) -> Counsellor:
    everybody = Permission.CITIZEN_SEE in request.permissions
    rows = Counsellor.objects.all() if everybody else Counsellor.objects.living().filter(user=request.user)
    found: Counsellor = get_object_or_404(rows, pk=pk)
    return found


def _chosen(request: StaffRequest) -> list[UUID] | None:
    """The ticked citizens; None = the whole caseload."""
    if request.method != "POST" or "everybody" in request.POST:
        return None
    chosen = read_uuids(request.POST.getlist("selected"))
    if not chosen:
        raise Refusal(_("Vælg mindst én borger på listen."), code="nothing_chosen")
    return chosen


def _hand_over(request: StaffRequest, present: Counsellor, owner: Counsellor, chosen: list[UUID] | None) -> None:
    now, place = timezone.now(), request.jobcentre.pk
    count = give_to(jobcentre_id=place, owner=owner, present=present.pk, citizens=chosen, by=request.user, now=now)
    if not count:
        raise Refusal(_("Ingen er overdraget: borgerne har imens fået en anden fast vejleder."), code="stale")
    words = ngettext("%(count)s borger er overdraget til %(to)s.", "%(count)s borgere er overdraget til %(to)s.", count)
    said = words % {"count": number(count), "to": owner.full_name}
    if left := len(chosen) - count if chosen else 0:
        others = ngettext("%s havde imens fået en anden.", "%s havde imens fået en anden.", left) % number(left)
        said = f"{said} {others}"
    notify(request, said, undo_url=f"{reverse('booking:case_owner_undo', args=[stamp(now)])}?owner={present.pk}")
