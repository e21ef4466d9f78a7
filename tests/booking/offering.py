"""Offers for the tests: a published one that fits everybody of 18 years and more, unless said otherwise."""

from __future__ import annotations

import itertools
from datetime import timedelta

from django.utils import timezone

from admin_module.models import Counsellor, Team
from booking.models import OfferCounsellor, OfferRule, OnlineOffer, RuleGroup

_numbers = itertools.count(1042)
ADULTS = (("age", "at_least", "18"),)


def make_offer(
    team: Team,
    *counsellors: Counsellor,
    title: str = "Jobsamtale over 30",
    rules: tuple[tuple[str, str, str], ...] = ADULTS,
    **details: object,
) -> OnlineOffer:
    """An active offer of job conversations, 45 + 15 minutes, without an end."""
    now = timezone.now()
    values: dict[str, object] = {
        "type_id": 7,
        "duration": 45,
        "reporting_time": 15,
        "is_active": True,
        "created_at": now - timedelta(days=30),
        "published_at": now - timedelta(days=30),
        "description": "Vælg selv en tid.",
        "rebooking_allowed": True,
        "cancellation_allowed": True,
    }
    offer = OnlineOffer.objects.create(
        jobcentre=team.jobcentre, team=team, number=next(_numbers), title=title, **(values | details)
    )
    group = RuleGroup.objects.create(jobcentre=team.jobcentre, offer=offer)
    for place, (kind, condition, criterion) in enumerate(rules):
        OfferRule.objects.create(
            jobcentre=team.jobcentre,
            group=group,
            kind=kind,
            condition=condition,
            criterion=criterion,
            position=place,
        )
    for counsellor in counsellors:
        OfferCounsellor.objects.create(jobcentre=team.jobcentre, offer=offer, counsellor=counsellor)
    return offer
