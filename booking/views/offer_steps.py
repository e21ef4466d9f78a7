"""«Opret online tilbud» and [Rediger online tilbud]: the three steps (OFFER-02 to 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from booking.forms.offer_beginnings import first_values, followed
from booking.forms.offer_frame import LENGTHS, OfferFrameForm
from booking.forms.offer_rules import RuleBuilder, WrittenRules
from booking.forms.offer_terms import OfferTermsForm
from booking.models import OnlineOffer
from booking.queries.offer_audience import audience
from booking.queries.offer_booked import booked, counts
from booking.queries.offer_prospect import prospect
from booking.queries.offer_receipt import receipt
from booking.queries.rule_words import Part, offer_sentence
from booking.services import offer_terms
from booking.services.self_booking import renew_rights
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.components import Step
from planner.ui.differences import Difference
from planner.ui.notices import notify

CHANGE, SEE = Permission.OFFERS_CHANGE, Permission.OFFERS_SEE


def living_offer(request: StaffRequest, pk: UUID) -> OnlineOffer:
    """An offer of ours that is not deleted; for a change locked, so that two savings stand in line."""
    rows = OnlineOffer.objects.living().select_related("template", "type", "team", "room", "variant", "competence")
    if request.method == "POST":
        rows = rows.select_for_update(of=("self",), no_key=True)
    found: OnlineOffer = get_object_or_404(rows, pk=pk)
    return found


# Step 1


@permitted(CHANGE)
def create(request: StaffRequest) -> HttpResponse:
    """Step 1 of a fresh offer."""
    return _frame(request, OnlineOffer(jobcentre=request.jobcentre))


@permitted(CHANGE)
def edit(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Step 1 of an offer that is kept; who has booked keeps what they booked."""
    return _frame(request, living_offer(request, pk))


def _frame(request: StaffRequest, offer: OnlineOffer) -> HttpResponse:
    fresh = offer._state.adding
    posted: QueryDict | None = request.POST if request.method == "POST" else None
    redrawn = posted is not None and (request.htmx or "refresh" in posted or "use_template" in posted)
    if posted is not None and redrawn:
        posted = followed(
            posted, "template" if "use_template" in posted else posted.get("changed", ""), request.settings
        )
    begun = first_values(user_id=request.user.pk, settings=request.settings) if fresh else None
    form = OfferFrameForm(posted, settings=request.settings, instance=offer, initial=begun)
    if redrawn:
        form.forgive()
    elif posted is not None and form.is_valid():
        return _frame_kept(request, form)
    return _frame_shown(request, offer, form, status=422 if form.is_bound and not redrawn else 200)


def _frame_kept(request: StaffRequest, form: OfferFrameForm) -> HttpResponse:
    kept = offer_terms.keep_frame(
        offer=form.offer(), counsellors=form.cleaned_data["counsellors"], by=request.user, now=timezone.now()
    )
    if "save" in request.POST and kept.published_at:
        notify(request, _("Tilbuddet «%s» er gemt.") % kept.title)
        return redirect("booking:offer_receipt", pk=kept.pk)
    return redirect("booking:offer_online", pk=kept.pk)


def _frame_shown(request: StaffRequest, offer: OnlineOffer, form: OfferFrameForm, *, status: int) -> HttpResponse:
    found, counsellors, rooms = form.as_it_stands
    context = _common(offer, 1) | {
        "form": form,
        "prospect": prospect(found, counsellors, rooms, settings=request.settings, now=timezone.now()),
        "stands": found,
        "lengths": LENGTHS,
    }
    return render(request, "booking/offer_edit.html", context, status=status)


# Step 2


@permitted(CHANGE)
def online(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Step 2: what citizens read, when they may book, and who they are."""
    offer = living_offer(request, pk)
    today = timezone.localdate()
    if request.method != "POST":
        form = OfferTermsForm(instance=offer, settings=request.settings, today=today)
        return _online_shown(request, offer, form, RuleBuilder(WrittenRules.kept(offer)))
    ends_on = offer.ends_on
    form = OfferTermsForm(request.POST, instance=offer, settings=request.settings, today=today)
    written = WrittenRules.posted(request.POST)
    if request.htmx or "rules" in request.POST:
        focus = written.press(request.POST.get("rules", ""))
        form.forgive()
        return _online_shown(request, offer, form, RuleBuilder(written, focus=focus))
    builder = RuleBuilder(written, checked=True)
    if not builder.is_valid() and builder.none:
        form.add_error(None, builder.none)
    if form.is_valid() and builder.is_valid():
        return _online_kept(request, form, builder, moved=offer.ends_on != ends_on)
    return _online_shown(request, offer, form, builder, status=422)


def _online_kept(request: StaffRequest, form: OfferTermsForm, builder: RuleBuilder, *, moved: bool) -> HttpResponse:
    now = timezone.now()
    first = form.instance.published_at is None
    kept = offer_terms.keep_terms(
        offer=form.save(commit=False), operator=builder.written.operator, groups=builder.rules, now=now
    )
    words = _("Tilbuddet «%s» er oprettet.") if first else _("Tilbuddet «%s» er gemt.")
    notify(request, words % kept.title)
    if moved and not first and (renewed := renew_rights(kept, settings=request.settings, now=now)):
        sentence = ngettext(
            "Fristen for ombooking er flyttet for %d, der har booket.",
            "Fristen for ombooking er flyttet for %d, der har booket.",
            renewed,
        )
        notify(request, sentence % renewed)
    return redirect("booking:offer_receipt", pk=kept.pk)


def _online_shown(
    request: StaffRequest, offer: OnlineOffer, form: OfferTermsForm, builder: RuleBuilder, *, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    people = audience(
        builder.written.operator,
        builder.rules,
        offer=offer,
        today=timezone.localdate(now),
        sampled=request.POST.get("rules") == "sample",
    )
    saw((one.pk for one in people.sample), purpose=Purpose.OFFER, now=now, request=request)
    context = _common(offer, 2) | {
        "form": form,
        "builder": builder,
        "audience": people,
        "sampled": request.POST.get("rules") == "sample",
        "differences": _both(offer, form, people.sentence),
    }
    return render(request, "booking/offer_online.html", context, status=status)


def _both(offer: OnlineOffer, form: OfferTermsForm, typed: Sequence[Part]) -> list[Difference]:
    """What two people have made of the same step, the rules too (APP-15)."""
    if not form.is_stale:
        return []
    rules = Difference(_("Regler"), _in_words(offer_sentence(offer)), _in_words(typed))
    return form.differences + ([rules] if rules.saved != rules.typed else [])


def _in_words(sentence: Sequence[Part]) -> str:
    return " ".join(str(part.words) for part in sentence)


# Step 3


@require_safe
@permitted(SEE, CHANGE)
def show_receipt(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Step 3: everything that was chosen, and what will not work."""
    offer = living_offer(request, pk)
    if offer.published_at is None:
        return redirect("booking:offer_online", pk=offer.pk)
    now = timezone.now()
    coming = booked(offer, now=now)
    context = _common(offer, 3) | {
        "receipt": receipt(offer, settings=request.settings, now=now),
        "booked": len(coming),
        "otherwise": counts(offer, coming),
        "may_change": CHANGE in request.permissions,
    }
    return render(request, "booking/offer_receipt.html", context)


def _common(offer: OnlineOffer, step: int) -> dict[str, Any]:
    return {"offer": offer, "fresh": offer._state.adding, "steps": _steps(offer, step), "current_tab": "booking:offers"}


def _steps(offer: OnlineOffer, step: int) -> list[Step]:
    labels = (_("Samtale"), _("Online tilbud"), _("Kvittering"))
    names = ("booking:offer_edit", "booking:offer_online", "booking:offer_receipt")
    reached = 0 if offer._state.adding else 3 if offer.published_at else 2
    return [
        Step(
            label,
            url=reverse(name, args=[offer.pk]) if number <= reached else "",
            done=number < step or number < reached,
            current=number == step,
        )
        for number, (label, name) in enumerate(zip(labels, names, strict=True), 1)
    ]
