"""[Stop], [Genoptag], [Slet] of an online offer, and sending what was edited to who has booked it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from booking.queries.offer_booked import Subject, booked, counts
from booking.services import offer_terms
from booking.services.offer_telling import Told, send_to_booked
from booking.views.offer_steps import living_offer
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.notices import notify

CHANGE = Permission.OFFERS_CHANGE


@require_POST
@permitted(CHANGE)
def stop(request: StaffRequest, pk: UUID) -> HttpResponse:
    """No more bookings; who has booked may still rebook and cancel."""
    offer = offer_terms.stop(offer=living_offer(request, pk))
    sentence = _("Tilbuddet «%s» er stoppet. De, der har booket, kan stadig ombooke og melde afbud.")
    notify(request, sentence % offer.title, undo_url=reverse("booking:offer_resume", args=[pk]))
    return redirect("booking:offer", pk=pk)


@require_POST
@permitted(CHANGE)
def resume(request: StaffRequest, pk: UUID) -> HttpResponse:
    """It can be booked again."""
    offer = offer_terms.resume(offer=living_offer(request, pk))
    undo = reverse("booking:offer_stop", args=[pk])
    notify(request, _("Tilbuddet «%s» er aktivt igen.") % offer.title, undo_url=undo)
    return redirect("booking:offer", pk=pk)


@permitted(CHANGE)
def delete(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Asks first (APP-08); what was booked on it stays readable."""
    offer = living_offer(request, pk)
    now = timezone.now()
    name = offer.title or _("kladde %d") % offer.number
    if request.method == "POST":
        offer_terms.delete(offer=offer, now=now)
        notify(request, _("Tilbuddet «%s» er slettet.") % name)
        return redirect("booking:offers")
    context = {
        "heading": _("Slet «%s»") % name,
        "sentence": _("Tilbuddet «%s» forsvinder fra listen og kan ikke bookes igen.") % name,
        "losses": [_("Det, der er booket på det før, kan stadig ses.")] if offer.published_at else [],
        "button": _("Slet tilbuddet"),
        "back": reverse("booking:offer", args=[pk]),
        "refusal": offer_terms.why_not_delete(offer, now=now),
        "current_tab": "booking:offers",
    }
    return render(request, "confirm.html", context)


@permitted(CHANGE)
def tell(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Place, messages or description also to who has booked, after saying how many (slide 105)."""
    offer = living_offer(request, pk)
    now = timezone.now()
    coming = booked(offer, now=now)
    found = counts(offer, coming)
    chosen = [Subject(one) for one in request.POST.getlist("subject") if one in Subject.values]
    if request.method == "POST" and chosen:
        told = send_to_booked(offer=offer, subjects=chosen, settings=request.settings, now=now)
        _tell_of(request, told)
        return redirect("booking:offer_receipt", pk=pk)
    context = {"offer": offer, "booked": len(coming), "counts": found, "current_tab": "booking:offers"}
    context["nothing_chosen"] = request.method == "POST"
    return render(request, "booking/offer_tell.html", context, status=422 if request.method == "POST" else 200)


def _tell_of(request: StaffRequest, told: Told) -> None:
    count = len(told.summonses)
    words = ngettext("%d, der har booket, får det at vide.", "%d, der har booket, får det at vide.", count)
    notify(request, words % count, kind="ok" if count else "warn")
    saw((one.citizen_id for one, _why in told.refused), purpose=Purpose.OFFER, now=timezone.now(), request=request)
    for summons, refusal in told.refused[:5]:
        about = {"citizen": summons.citizen.full_name, "why": refusal.sentence}
        notify(request, _("%(citizen)s er ikke flyttet: %(why)s") % about, kind="bad")
