"""Making and changing online offers (OFFER-02 to 11, slide 105): who is booked already keeps what they booked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.models import Counsellor, OnlineTerms, SummonsTemplate
from admin_module.queries.proposals import standard_text
from admin_module.services.links import relink
from admin_module.services.retiring import retire
from booking.models import OfferRule, OnlineOffer, RuleGroup, Summons
from booking.queries.rule_words import Rule
from booking.services import locks
from booking.services.sending import next_numbers
from booking.states import ACTIVE
from planner.accounts.models import User
from planner.ui.formatting import moment_year
from planner.ui.refusal import Link, Refusal

TEXTS = ("title", "title_en", "description", "description_en")
RIGHTS = ("cancellation_allowed", "cancellation_days", "rebooking_allowed", "rebooking_days")
TERMS = tuple(field.name for field in OnlineTerms._meta.local_fields)


def keep_frame(*, offer: OnlineOffer, counsellors: Iterable[Counsellor], by: User, now: datetime) -> OnlineOffer:
    """Keep step 1; a fresh offer gets its number, and what its template, else its type, says of step 2."""
    if offer._state.adding:
        offer.author, offer.created_at, offer.number = by, now, next(next_numbers(1))
        _fill_in(offer)
    elif not offer.published_at and _changes_template(offer):
        _fill_in(offer)
    offer.save()
    relink(owner=offer, name="counsellors", chosen=counsellors)
    return offer


def _changes_template(offer: OnlineOffer) -> bool:
    kept = OnlineOffer.objects.values_list("template_id", flat=True).get(pk=offer.pk)
    return offer.template_id is not None and offer.template_id != kept


def _fill_in(offer: OnlineOffer) -> None:
    """Step 2 as the template has it; an empty field of it says nothing (TMPL-03)."""
    if offer._state.adding:
        offer.rebooking_allowed = offer.cancellation_allowed = True
    given = _given(offer.template) if offer.template else {}
    texts = standard_text(offer.type_id) if not offer.title and "title" not in given else {}
    for name, value in (texts | given).items():
        setattr(offer, name, value)
    offer.is_active = False


def _given(template: SummonsTemplate) -> dict[str, Any]:
    found = {name: getattr(template, name) for name in (*TEXTS, *RIGHTS, *TERMS)}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def keep_terms(
    *, offer: OnlineOffer, operator: str, groups: Sequence[tuple[str, Sequence[Rule]]], now: datetime
) -> OnlineOffer:
    """Keep step 2 with its rules; from the first time on it can be seen by citizens, if it is active."""
    offer.operator = operator
    offer.published_at = offer.published_at or now
    offer.save()
    RuleGroup.objects.filter(offer=offer).delete()
    made = RuleGroup.objects.bulk_create(
        RuleGroup(jobcentre_id=offer.jobcentre_id, offer=offer, operator=joined, position=place)
        for place, (joined, _rules) in enumerate(groups)
    )
    OfferRule.objects.bulk_create(
        OfferRule(
            jobcentre_id=offer.jobcentre_id,
            group=group,
            kind=kind,
            condition=condition,
            criterion=criterion,
            position=place,
        )
        for group, (_joined, rules) in zip(made, groups, strict=True)
        for place, (kind, condition, criterion) in enumerate(rules)
    )
    return offer


def stop(*, offer: OnlineOffer) -> OnlineOffer:
    """[Stop]: no more bookings; who has booked may still rebook and cancel (OFFER-03)."""
    return _switch(offer, active=False)


def resume(*, offer: OnlineOffer) -> OnlineOffer:
    """[Genoptag]."""
    if offer.published_at is None:
        raise Refusal(_("Tilbuddet er en kladde. Gør trin 2 færdigt først."), code="draft")
    return _switch(offer, active=True)


def _switch(offer: OnlineOffer, *, active: bool) -> OnlineOffer:
    offer.is_active, offer.version = active, offer.version + 1
    offer.save(update_fields=["is_active", "version"])
    return offer


def why_not_delete(offer: OnlineOffer, *, now: datetime) -> Refusal | None:
    """Nothing with active bookings can be retired (APP-15)."""
    booked = Summons.objects.filter(offer=offer, status__in=ACTIVE, appointment__end_at__gt=now)
    first = booked.order_by("appointment__start_at").values_list("appointment__start_at", flat=True).first()
    if first is None:
        return None
    count = booked.count()
    words = ngettext("%(count)d aktiv aftale, %(at)s.", "%(count)d aktive aftaler, den første %(at)s.", count)
    link = Link(
        _("Vis dem"),
        reverse("booking:offer", args=[offer.pk]),
        about=words % {"count": count, "at": moment_year(first)},
    )
    return Refusal(
        _("Tilbuddet kan ikke slettes, før aftalerne er holdt eller aflyst. Det kan stoppes."),
        code="booked",
        links=(link,),
    )


def delete(*, offer: OnlineOffer, now: datetime) -> None:
    """Retire it; whoever books meanwhile is waited for, and counts."""
    locks.lock(jobcentre_id=offer.jobcentre_id, exclusive=True)
    if refusal := why_not_delete(offer, now=now):
        raise refusal
    offer.is_active = False
    offer.save(update_fields=["is_active"])
    retire(row=offer, now=now)
