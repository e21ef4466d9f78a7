"""The tabs of an offer with citizens in them: who has booked, who has not, and whom it is for (OFFER-07)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking.cpr import CprNumber, parse
from booking.models import Citizen, OnlineOffer
from booking.queries.offer_citizens import STATES, bookings, enrolled_rows, unbooked, with_number
from booking.queries.target_group import target_group
from booking.views.offers import offer_of, shown
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.timeline.holidays import working_days_after
from planner.ui.addresses import read_uuids
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column

BOOKED = (
    Column("citizen", gettext_lazy("Borger"), ("citizen__sort_key",)),
    Column("time", gettext_lazy("Dato og tid"), ("appointment__start_at",)),
    Column("counsellor", gettext_lazy("Vejleder")),
    Column("booked", gettext_lazy("Booket"), ("sent_at",)),
    Column("state", gettext_lazy("Status")),
)
LEFT = (
    Column("name", gettext_lazy("Borger"), ("sort_key",), filtered_by="q"),
    Column("group", gettext_lazy("Kontaktgruppe"), ("contact_group__name", "sort_key")),
    Column("deadline", gettext_lazy("Nærmeste frist"), ("next_deadline", "sort_key")),
)
NAME = Filter("q", gettext_lazy("Navn"), kind=FilterKind.TEXT)
BESIDE = ("find", "show", "at")
"""What the list of offers has in the address."""
SAMPLE = 20


@require_safe
@permitted(Permission.CITIZEN_SEE)
def enrolled(request: StaffRequest, pk: UUID) -> HttpResponse:
    """«Tilmeldte borgere»: by name, state, or the one whose number was searched for."""
    offer, now = offer_of(pk), timezone.now()
    one = _named(request, offer)
    filters = (NAME, Filter("state", gettext_lazy("Status"), STATES), _only(one))
    state = ListState.read(request.GET, columns=BOOKED, sort="-time", filters=filters, kept=BESIDE)
    rows = bookings(offer, q=state.value("q"), state=state.value("state"), citizen=one.pk if one else None, now=now)
    page = state.page_of(rows)
    saw((row.citizen_id for row in page.rows), purpose=Purpose.OFFER, now=now, request=request)
    context = {"state": state, "page": page, "rows": enrolled_rows(page.rows, now=now), "states": STATES}
    return shown(request, offer, "booking/offer_enrolled.html", context)


@require_POST
@permitted(Permission.CITIZEN_SEE)
def find(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A name, or a CPR number, which never stands in an address: has this citizen booked? (slide 103)"""
    offer, text = offer_of(pk), request.POST.get("q", "")[:100].strip()
    page, number = reverse("booking:offer_enrolled", args=[pk]), parse(text)
    if not isinstance(number, CprNumber):
        return redirect(f"{page}?{urlencode({'q': ' '.join(NAME.accepted([text]))})}")
    citizen = with_number(number)
    if citizen is None:
        notify(request, _("Planner kender ingen borger med det CPR-nummer."), kind="warn")
        return redirect(page)
    saw([citizen.pk], purpose=Purpose.OFFER, now=timezone.now(), request=request)
    if offer.summonses.filter(citizen=citizen).exists():
        return redirect(f"{page}?citizen={citizen.pk}")
    fits = target_group(offer, today=timezone.localdate()).filter(pk=citizen.pk).exists()
    words = _("%s har ikke booket, men er i målgruppen.") if fits else _("%s har ikke booket og er ikke i målgruppen.")
    notify(request, words % citizen.full_name, kind="warn")
    return redirect(page)


@require_safe
@permitted(Permission.CITIZEN_SEE)
def not_booked(request: StaffRequest, pk: UUID) -> HttpResponse:
    """«Ikke booket»: of the target group, the nearest deadline first."""
    offer, now = offer_of(pk), timezone.now()
    today = timezone.localdate(now)
    near = Filter("near", gettext_lazy("Frist snart"), kind=FilterKind.QUICK)
    state = ListState.read(request.GET, columns=LEFT, sort="deadline", filters=(NAME, near), kept=BESIDE)
    due = near_day(request, today) if state.value("near") else None
    page = state.page_of(unbooked(offer, q=state.value("q"), near=due, today=today, now=now))
    saw((row.pk for row in page.rows), purpose=Purpose.OFFER, now=now, request=request)
    return shown(request, offer, "booking/offer_not_booked.html", {"state": state, "page": page, "today": today})


@require_safe
@permitted(Permission.CITIZEN_SEE)
def sample(request: StaffRequest, pk: UUID) -> HttpResponse:
    """«Vis 20»: some of the target group, by name."""
    offer, now = offer_of(pk), timezone.now()
    group = target_group(offer, today=timezone.localdate(now)).select_related("contact_group")
    total, some = group.count(), list(group.order_by("sort_key", "pk")[:SAMPLE])
    saw((one.pk for one in some), purpose=Purpose.OFFER, now=now, request=request)
    context = {"offer": offer, "citizens": some, "total": total, "current_tab": "booking:offers"}
    return render(request, "booking/offer_sample.html", context)


def near_day(request: StaffRequest, today: date) -> date:
    """The last of the working days that count as near (APP-04)."""
    return working_days_after(today, request.settings.near_days, tuple(request.settings.also_closed))


def _named(request: StaffRequest, offer: OnlineOffer) -> Citizen | None:
    """The one citizen of the offer that the address names."""
    asked = read_uuids(request.GET.getlist("citizen"))
    return Citizen.objects.filter(pk__in=asked[:1], summonses__offer=offer).first() if asked else None


def _only(citizen: Citizen | None) -> Filter:
    chosen = [(str(citizen.pk), citizen.full_name)] if citizen else []
    return Filter("citizen", gettext_lazy("Borger"), chosen or [("", "")])
