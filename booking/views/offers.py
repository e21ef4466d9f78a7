"""«Online tilbud»: the list at the left, the chosen offer at the right with an address for each tab (OFFER-01)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from booking.models import OnlineOffer
from booking.queries import offers as listed
from booking.queries.offer_citizens import target_counts, unbooked
from booking.queries.offer_history import offer_history
from booking.queries.offer_statistics import PERIODS, offer_use, offers_use, period, summoned_since
from booking.queries.offer_weeks import WEEKS, offer_weeks, takes_bookings
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.timeline.holidays import working_days_after
from planner.ui.addresses import read_id
from planner.ui.components import PageTab
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.parsing import read_date
from planner.ui.sorting import Column

SEARCH = Filter("find", _("Navn eller nummer"), kind=FilterKind.TEXT)
SHOW = Filter("show", _("Vis"), choices=[(key, words) for key, (_stages, words) in listed.SHOWN.items()])
ORDER = (Column("order", _("Orden"), ("rank", "by_title", "number")),)
BESIDE = ("q", "state", "near", "citizen", "sort", "page", "weeks", "from")
"""What a tab's own list has in the address, kept while one searches among the offers."""
TABS = (
    ("offer", _("Overblik")),
    ("offer_enrolled", _("Tilmeldte borgere")),
    ("offer_not_booked", _("Ikke booket")),
    ("offer_preview", _("Som borgeren ser det")),
    ("offer_statistics", _("Statistik")),
    ("offer_history", _("Historik")),
)
WITH_CITIZENS = {"offer_enrolled", "offer_not_booked", "offer_preview"}
Context = dict[str, Any]


@require_safe
@permitted(Permission.OFFERS_SEE, Permission.OFFERS_CHANGE)
def offers(request: StaffRequest) -> HttpResponse:
    """The first offer of the list; where there is none, what to do."""
    state = list_state(request)
    rows = listed.offers(**_asked(state), today=timezone.localdate())
    first = rows.order_by(*state.order_by).first()
    if first is not None:
        return redirect(f"{reverse('booking:offer', args=[first.pk])}{_here(state)}")
    return render(request, "booking/offers.html", _list(request, None))


@require_safe
@permitted(Permission.OFFERS_SEE, Permission.OFFERS_CHANGE)
def overview(request: StaffRequest, pk: UUID) -> HttpResponse:
    """«Overblik»: the details, whom it is for, and what can be booked per counsellor and week (OFFER-07)."""
    offer, now = offer_of(pk), timezone.now()
    today = timezone.localdate(now)
    first = _first_week(request, today)
    near = working_days_after(today, request.settings.near_days, tuple(request.settings.also_closed))
    context = {
        "weeks": offer_weeks(offer, first=first, settings=request.settings, now=now),
        "group": target_counts(offer, near=near, today=today, now=now),
        "earlier": _from_week(request, first - timedelta(weeks=WEEKS)),
        "later": _from_week(request, first + timedelta(weeks=WEEKS)),
        "this_week": first <= today < first + timedelta(weeks=1),
        "takes_bookings": takes_bookings(offer, now=now),
    }
    return shown(request, offer, "booking/offer.html", context)


@require_safe
@permitted(Permission.OFFERS_SEE, Permission.OFFERS_CHANGE)
def history(request: StaffRequest, pk: UUID) -> HttpResponse:
    """«Historik»: who changed what."""
    offer = offer_of(pk)
    context = {"history": offer_history(offer), "now": timezone.now()}
    return shown(request, offer, "booking/offer_history.html", context)


@require_safe
@permitted(Permission.OFFERS_SEE, Permission.OFFERS_CHANGE)
def statistics(request: StaffRequest, pk: UUID) -> HttpResponse:
    """«Statistik» of one offer: bookings per week and per counsellor, beside what we summoned ourselves."""
    offer, weeks, today = offer_of(pk), _weeks(request), timezone.localdate()
    use = offer_use(offer, since=period(weeks, today), today=today)
    return shown(request, offer, "booking/offer_statistics.html", {"use": use, **_periods(weeks)})


@require_safe
@permitted(Permission.OFFERS_SEE, Permission.OFFERS_CHANGE)
def statistics_of_all(request: StaffRequest) -> HttpResponse:
    """Every offer's bookings in one table."""
    weeks = _weeks(request)
    since = period(weeks, timezone.localdate())
    rows, whole = offers_use(since=since)
    context = {"rows": rows, "whole": whole, "since": since, "summoned": summoned_since(since), **_periods(weeks)}
    return render(request, "booking/offers_statistics.html", context)


def offer_of(pk: UUID) -> OnlineOffer:
    """The offer with all that its page shows; also one that is deleted can be read."""
    return get_object_or_404(listed.loaded(timezone.localdate()), pk=pk)


def shown(
    request: StaffRequest, offer: OnlineOffer, template: str, context: Context, *, status: int = 200
) -> HttpResponse:
    """A tab of the offer, with the list beside it."""
    frame = _list(request, offer) | {
        "facts": listed.offer_facts(offer, request.settings),
        "offer": offer,
        "offer_tabs": _tabs(request, offer),
        "may_change": Permission.OFFERS_CHANGE in request.permissions,
        "may_summon": Permission.SUMMON in request.permissions,
        "may_see_citizens": Permission.CITIZEN_SEE in request.permissions,
    }
    return render(request, template, frame | context, status=status)


def list_state(request: StaffRequest) -> ListState:
    """What the list of offers shows; its names in the address are its own, so that a tab's list can stand beside it."""
    query = request.GET.copy()
    if "q" in query:
        query.setlist("q", list(SEARCH.accepted(query.getlist("q"))) or [""])
    return ListState.read(query, columns=ORDER, sort="order", filters=(SEARCH, SHOW), kept=BESIDE, page_key="at")


def _asked(state: ListState) -> dict[str, str]:
    return {"q": state.value("find"), "state": state.value("show")}


def _here(state: ListState) -> str:
    """The list as it is narrowed, for the addresses of the offers on it."""
    parts = [(key, state.value(key)) for key in ("find", "show") if state.value(key)]
    parts += [("at", str(state.number))] if state.number > 1 else []
    return f"?{urlencode(parts)}" if parts else ""


def _list(request: StaffRequest, offer: OnlineOffer | None) -> Context:
    today, state = timezone.localdate(), list_state(request)
    page = state.page_of(listed.offers(**_asked(state), today=today))
    return {
        "offers_state": state,
        "offers_page": page,
        "offers_previous": state.at_page(page.previous) if page.previous else "",
        "offers_next": state.at_page(page.next) if page.next else "",
        "lines": listed.offer_lines(page.rows, today=today),
        "counts": listed.counts(today),
        "here": _here(state),
        "chosen": offer,
        "show_choices": SHOW.choices,
        "current_tab": "booking:offers",
        "may_create": Permission.OFFERS_CHANGE in request.permissions,
    }


def _tabs(request: StaffRequest, offer: OnlineOffer) -> list[PageTab]:
    """Tabs with citizens are for those who may see them."""
    now, here = timezone.now(), _here(list_state(request))
    counted: dict[str, int] = {}
    if Permission.CITIZEN_SEE in request.permissions:
        left = unbooked(offer, today=timezone.localdate(now), now=now)
        counted = {"offer_enrolled": listed.booked_on([offer.pk]).get(offer.pk, 0), "offer_not_booked": left.count()}
    shown = [(name, label) for name, label in TABS if counted or name not in WITH_CITIZENS]
    urls = [(name, label, reverse(f"booking:{name}", args=[offer.pk])) for name, label in shown]
    return [PageTab(label, url + here, url == request.path, counted.get(name)) for name, label, url in urls]


def _first_week(request: StaffRequest, today: date) -> date:
    """The Monday that the address asks for, within two years; else this week's."""
    asked = read_date(request.GET.get("from", ""), today) or today
    asked = asked if abs((asked - today).days) < 730 else today
    return asked - timedelta(days=asked.weekday())


def _from_week(request: StaffRequest, monday: date) -> str:
    here = _here(list_state(request))
    return f"{here or '?'}{'&' if here else ''}from={monday.isoformat()}"


def _weeks(request: StaffRequest) -> int:
    asked = read_id(request.GET.get("weeks", "")) or 0
    return asked if asked in PERIODS else 12


def _periods(weeks: int) -> Context:
    return {"periods": [(one, one == weeks) for one in PERIODS], "weeks": weeks}
