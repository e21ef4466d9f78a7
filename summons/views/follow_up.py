"""«Opfølgningsliste»: what was sent, and how far it has come (FOLL-01 to FOLL-03)."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from admin_module.models import MyTeam, Team
from booking.models import Summons
from booking.services.reporting import report_again
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.outbox.services import give_up
from planner.ui.addresses import read_ids, read_uuids
from planner.ui.formatting import number
from planner.ui.notices import notify
from planner.ui.paging import SIZE, Page, pages_of
from planner.ui.refusal import Refusal
from planner.ui.way_back import named_back
from summons.forms.follow_up import OPENED, FollowUpFilters, GivingUp
from summons.queries.choices import my_teams
from summons.queries.details import summons_details
from summons.queries.follow_up import (
    COUNTED_AHEAD,
    Row,
    counted,
    has_sent_recently,
    in_turn,
    listed,
    rows,
    sent_summonses,
)


@require_safe
@permitted(Permission.SUMMON)
def follow_up(request: StaffRequest) -> HttpResponse:
    """The list as the address asks for it; without one, what this person most likely wants."""
    now = timezone.now()
    if not request.GET:
        return redirect(f"{request.path}?{urlencode(_opening(request.user.pk), doseq=True)}")
    filters = FollowUpFilters.read(request.GET, user_id=request.user.pk, now=now)
    page, more = _page(filters)
    saw((row.citizen_id for row in page.rows), purpose=Purpose.FOLLOW_UP, now=now, request=request)
    context = {
        "filters": filters,
        "state": filters.state,
        "page": page,
        "more": more,
        "under_way": any(row.under_way for row in page.rows),
        "my_teams": my_teams(request.user.pk),
    }
    return render(request, "summons/follow_up.html", context)


def _opening(user_id: int) -> dict[str, object]:
    """FOLL-01: one's own last seven days of sending, else «Mine teams»; `opened` lets a list be without filters."""
    if has_sent_recently(user_id, timezone.now()):
        return {OPENED: 1, "mine": "week"}
    return {OPENED: 1, "team": my_teams(user_id)}


def _page(filters: FollowUpFilters) -> tuple[Page[Row], bool]:
    """The rows of the page, and whether there are more than were counted."""
    state, until, found = filters.state, filters.state.number * SIZE, sent_summonses(filters.wanted)
    total = counted(found, until=until)
    number = min(max(1, state.number), pages_of(total))
    page = listed(found, state.order_by, page=slice((number - 1) * SIZE, number * SIZE))
    pks = in_turn(found, page) if page and state.sort.key == "time" else [one.pk for one in page]
    return Page(rows(pks, now=filters.wanted.now), number, total), total == until + COUNTED_AHEAD


@require_safe
@permitted(Permission.SUMMON)
def summons(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The details: beside the list where htmx asks, else a page of their own."""
    return _details(request, _found(pk))


def _found(pk: UUID) -> Summons:
    loaded = Summons.objects.select_related("citizen__contact_group", "appointment__room", "offer")
    return get_object_or_404(loaded, pk=pk)


def _details(request: StaffRequest, found: Summons) -> HttpResponse:
    now = timezone.now()
    saw([found.citizen_id], purpose=Purpose.FOLLOW_UP, now=now, request=request)
    context = {"details": summons_details(found, now=now), "current_tab": "summons:follow_up"}
    whole = not request.htmx or request.htmx.target == "dialog"
    return render(request, f"summons/summons_details.html{'' if whole else '#details'}", context)


@require_POST
@permitted(Permission.SUMMON)
def sync(request: StaffRequest) -> HttpResponse:
    """[Synk] for everything ticked."""
    chosen = Summons.objects.filter(pk__in=read_uuids(request.POST.getlist("selected"))).select_related("appointment")
    tried = report_again(jobcentre_id=request.jobcentre.pk, summonses=chosen, now=timezone.now())
    if not tried:
        raise Refusal(_("Vælg mindst én indkaldelse, der er sendt fra Planner."), code="nothing_chosen")
    sentence = ngettext("%(count)s indkaldelse sendes nu.", "%(count)s indkaldelser sendes nu.", tried)
    notify(request, sentence % {"count": number(tried)})
    return redirect(_back(request))


@require_POST
@permitted(Permission.SUMMON)
def sync_one(request: StaffRequest, pk: UUID) -> HttpResponse:
    """[Synk] in the details; of a joint meeting it covers all participants."""
    found = _found(pk)
    tried = report_again(jobcentre_id=request.jobcentre.pk, summonses=[found], now=timezone.now())
    if request.htmx:
        return _details(request, found)
    if tried:
        notify(request, _("Indkaldelsen sendes nu."))
    return redirect("summons:summons", pk=pk)


@permitted(Permission.SUMMON)
def give_up_one(request: StaffRequest, pk: UUID) -> HttpResponse:
    """[Opgiv]: asks why, in the dialog."""
    found = _found(pk)
    saw([found.citizen_id], purpose=Purpose.FOLLOW_UP, now=timezone.now(), request=request)
    details = summons_details(found, now=timezone.now())
    open_ones = [delivery for delivery in details.deliveries if delivery.can_give_up]
    form = GivingUp(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, reason = request.user.full_name, form.cleaned_data["reason"]
        given_up = give_up(
            message_ids=[delivery.message_id for delivery in open_ones], reason=reason, by=by, now=timezone.now()
        )
        notify(request, _("Opgivet.") if given_up else _("Der var intet at opgive."))
        return redirect("summons:summons", pk=pk)
    context = {"form": form, "details": details, "open_ones": open_ones, "back": reverse("summons:summons", args=[pk])}
    return render(request, "summons/give_up.html", context, status=422 if form.errors else 200)


@require_POST
@permitted(Permission.SUMMON)
def choose_my_teams(request: StaffRequest) -> HttpResponse:
    """«Mine teams»: the teams that are ticked now; the list opens on them when one has sent nothing lately."""
    chosen = Team.objects.living().filter(pk__in=read_ids(request.POST.getlist("team")))
    MyTeam.objects.filter(user=request.user).delete()
    MyTeam.objects.bulk_create(MyTeam(jobcentre=request.jobcentre, user=request.user, team=team) for team in chosen)
    notify(request, _("De valgte teams er gemt som dine."))
    return redirect(_back(request))


def _back(request: StaffRequest) -> str:
    """The list as it was, where the form says so."""
    return named_back(request) or reverse("summons:follow_up")
