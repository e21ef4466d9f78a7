"""Whom the rules of an offer find, among those whom Planner knows: how many, a sample, how many see another offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from booking.models import Citizen, OnlineOffer
from booking.queries.offers import open_offers
from booking.queries.rule_words import Part, Rule, names_of, sentence
from booking.queries.target_group import NOBODY, GroupDraft, RuleDraft, can_be_rung, living, matching, matching_draft

SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Audience:
    """`sentence`: the rules in words; empty, and nobody counted, where there is no whole rule."""

    sentence: Sequence[Part] = ()
    count: int = 0
    elsewhere: int = 0
    sample: tuple[Citizen, ...] = ()

    @property
    def shown(self) -> int:
        """How many a sample has."""
        return min(self.count, SAMPLE)


def audience(
    operator: str,
    groups: Sequence[tuple[str, Sequence[Rule]]],
    *,
    offer: OnlineOffer,
    today: date,
    sampled: bool = False,
) -> Audience:
    """Of rules that may not be kept yet. Whoever shows the sample writes down that it was seen."""
    if not groups:
        return Audience()
    drafts = [GroupDraft(joined, tuple(RuleDraft(*rule) for rule in rules)) for joined, rules in groups]
    wanted = can_be_rung(offer) & matching_draft(operator, drafts, today=today, crowd=True)
    found = living(offer.jobcentre_id).filter(wanted)
    words = sentence(operator, groups, names_of(rule for _joined, rules in groups for rule in rules))
    elsewhere = found.filter(seen_by_others(offer.pk, today)).count()
    sample = found.select_related("contact_group").order_by("sort_key", "pk")[:SAMPLE] if sampled else ()
    return Audience(words, found.count(), elsewhere, tuple(sample))


def seen_by_others(offer_id: UUID, today: date) -> Q:
    """Who sees another offer too."""
    others = open_offers(today).exclude(pk=offer_id)
    return reduce(or_, (matching(one, today=today, crowd=True) for one in others), NOBODY)
