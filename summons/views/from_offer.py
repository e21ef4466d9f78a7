"""[Indkald dem] of an online offer: the list becomes a run, and one stands in its step 2 (OFFER-07)."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from booking.models import OnlineOffer
from booking.queries.offer_citizens import in_turn, unbooked
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.addresses import read_uuids
from summons.forms.beginnings import proposed_date
from summons.queries.due import last_near_day
from summons.services.from_offer import run_of_offer
from summons.tasks import ask_for_look_up


@require_POST
@permitted(Permission.SUMMON)
def from_offer(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Those ticked, or `everybody` whom the list lets through; only who still has not booked."""
    now = timezone.now()
    offer = get_object_or_404(OnlineOffer.objects.select_related("team"), pk=pk)
    run, job = run_of_offer(
        offer=offer,
        citizens=_wanted(request, offer),
        earliest_on=proposed_date(request.settings, timezone.localdate(now)),
        by=request.user,
        settings=request.settings,
        now=now,
    )
    if job:
        transaction.on_commit(partial(ask_for_look_up, request.jobcentre.pk, run.pk, job))
    return redirect("summons:citizens", run_id=run.pk)


def _wanted(request: StaffRequest, offer: OnlineOffer) -> list[UUID]:
    """The nearest deadline first."""
    now = timezone.now()
    today = timezone.localdate(now)
    near = last_near_day(request.settings, today) if "near" in request.POST else None
    found = unbooked(offer, q=request.POST.get("q", "")[:100], near=near, today=today, now=now)
    if "everybody" not in request.POST:
        found = found.filter(pk__in=read_uuids(request.POST.getlist("selected")))
    return in_turn(found)
