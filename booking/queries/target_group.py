"""Whom an online offer is for (OFFER-05): its rules as one condition on citizens, to count them and to ask of one.

A fact that is not known makes a rule untrue, whichever way the rule is turned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import and_, or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from admin_module.models import ContactMode
from booking.models import Citizen, Condition, CprStatus, DueDate, OnlineOffer, Operator, RuleKind

Meaning = Callable[[Condition, str, date], Q]
"""What a condition and a criterion ask of a citizen on a day."""
NOBODY = Q(pk__in=[])
HEARD_OF = Q(fetched_at__isnull=False) | Q(contact_group__isnull=False)
"""Somebody has said what marks the citizen has, were it none."""
GONE = (CprStatus.DEAD, CprStatus.INACTIVE, CprStatus.ELSEWHERE)


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule, saved or not."""

    kind: str
    condition: str
    criterion: str


@dataclass(frozen=True, slots=True)
class GroupDraft:
    operator: str
    rules: tuple[RuleDraft, ...]


def matching(offer: OnlineOffer, *, today: date, crowd: bool = False) -> Q:
    """The condition on citizens that the offer's rules make; groups and rules are read, or were prefetched.

    `crowd`: it is asked of all citizens and not of one, so that what lies in other tables is read once and for all.
    """
    groups = [
        GroupDraft(
            group.operator, tuple(RuleDraft(rule.kind, rule.condition, rule.criterion) for rule in group.rules.all())
        )
        for group in offer.groups.all()
    ]
    return can_be_rung(offer) & matching_draft(offer.operator, groups, today=today, crowd=crowd)


def can_be_rung(offer: OnlineOffer) -> Q:
    """A telephone offer without a number of its own is for those whose number is known: the law demands it (SUM-21)."""
    needs_number = offer.mode == ContactMode.TELEPHONE and not offer.phone
    return ~Q(phone="") if needs_number else Q()


def matching_draft(operator: str, groups: Sequence[GroupDraft], *, today: date, crowd: bool = False) -> Q:
    """The same of rules that nobody has saved yet; without a single rule it is nobody."""
    rules = RULES | OF_CROWD if crowd else RULES
    conditions = [
        _joined(group.operator, [_rule(rule, today, rules) for rule in group.rules]) for group in groups if group.rules
    ]
    return _joined(operator, conditions) if conditions else NOBODY


def target_group(offer: OnlineOffer, *, today: date) -> QuerySet[Citizen]:
    """The citizens whom Planner knows that the offer is for."""
    return living(offer.jobcentre_id).filter(matching(offer, today=today, crowd=True))


def living(jobcentre_id: int) -> QuerySet[Citizen]:
    """The job centre's citizens who can be called to anything."""
    return Citizen.objects.filter(jobcentre=jobcentre_id).exclude(cpr_status__in=GONE)


def _joined(operator: str, conditions: Sequence[Q]) -> Q:
    return reduce(and_ if operator == Operator.ALL else or_, conditions)


def _rule(rule: RuleDraft, today: date, rules: Mapping[RuleKind, Meaning]) -> Q:
    """A criterion that cannot be read is true of nobody."""
    try:
        return rules[RuleKind(rule.kind)](Condition(rule.condition), rule.criterion, today)
    except (ValueError, OverflowError):
        return NOBODY


def _age(condition: Condition, criterion: str, today: date) -> Q:
    """Who is born on 29 February has their birthday on 1 March in other years."""
    age = int(criterion)
    at_least, at_most = Q(born_on__lte=_years_before(today, age)), Q(born_on__gt=_years_before(today, age + 1))
    return _compared(condition, at_least, at_most)


def _years_before(today: date, years: int) -> date:
    if (today.month, today.day) != (2, 29):
        return today.replace(year=today.year - years)
    return date(today.year - years, 3, 1) - timedelta(days=1)


def _unemployed_weeks(condition: Condition, criterion: str, today: date) -> Q:
    """Whole weeks since the first day."""
    weeks = int(criterion)
    at_least = Q(unemployed_from__lte=today - timedelta(weeks=weeks))
    at_most = Q(unemployed_from__gt=today - timedelta(weeks=weeks + 1), unemployed_from__lte=today)
    return _compared(condition, at_least, at_most)


def _compared(condition: Condition, at_least: Q, at_most: Q) -> Q:
    return {Condition.AT_LEAST: at_least, Condition.AT_MOST: at_most}.get(condition, at_least & at_most)


def _due_within(_condition: Condition, criterion: str, today: date) -> Q:
    """Also what is due already: that citizen needs the conversation most."""
    due = DueDate.objects.filter(citizen=OuterRef("pk"), due_on__lte=today + timedelta(days=int(criterion)))
    return Q(Exists(due))


def _due_among(_condition: Condition, criterion: str, today: date) -> Q:
    due = DueDate.objects.filter(due_on__lte=today + timedelta(days=int(criterion)))
    return Q(pk__in=due.values("citizen"))


def _person_group(condition: Condition, criterion: str, _today: date) -> Q:
    has = Q(person_groups__contains=[UUID(criterion)])
    return has if condition == Condition.HAS else HEARD_OF & ~has


def _same(column: str) -> Callable[[Condition, str, date], Q]:
    def rule(condition: Condition, criterion: str, _today: date) -> Q:
        same = Q(**{column: int(criterion)})
        return same if condition == Condition.IS else Q(**{f"{column}__isnull": False}) & ~same

    return rule


RULES: dict[RuleKind, Meaning] = {
    RuleKind.AGE: _age,
    RuleKind.CONTACT_GROUP: _same("contact_group"),
    RuleKind.PERSON_GROUP: _person_group,
    RuleKind.CASE_OWNER: _same("case_owner"),
    RuleKind.PERSON_CATEGORY: _same("person_category"),
    RuleKind.UNEMPLOYED_WEEKS: _unemployed_weeks,
    RuleKind.DUE_WITHIN_DAYS: _due_within,
}
OF_CROWD: dict[RuleKind, Meaning] = {RuleKind.DUE_WITHIN_DAYS: _due_among}
"""The same, where all citizens are asked at once."""
