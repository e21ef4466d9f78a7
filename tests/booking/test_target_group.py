"""Whom an offer is for: each kind of rule, groups of rules, and what is not known (OFFER-05)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from booking.models import Citizen, Condition, CprStatus, DueDate, OnlineOffer, Operator, RuleGroup, RuleKind
from booking.queries import own_offers
from booking.queries.offer_audience import audience
from booking.queries.own_offers import fitting_offers
from booking.queries.target_group import GroupDraft, RuleDraft, matching_draft, target_group
from booking.services import heard
from booking.services.citizens import is_fresh
from planner.accounts.vault import decrypt
from planner.dfdg.jobnet.wire import OffersRequest
from tests.factories import NOW, World, add_rule, make_citizen, make_offer

pytestmark = pytest.mark.requirement("OFFER-05")
TODAY = NOW.date()
MARK, OTHER = uuid4(), uuid4()


def citizen(nord: World, **facts: object) -> Citizen:
    made = make_citizen(nord.jobcentre)
    for name, value in ({"born_on": date(1990, 1, 1)} | facts).items():
        setattr(made, name, value)
    made.save()
    return made


def nobody(_jobcentre_id: int, _citizen_id: UUID) -> None:
    """Nobody is asked to look up whom we know."""
    pytest.fail("a look-up was asked for")


def fits(kind: RuleKind, condition: Condition, criterion: object, one: Citizen, today: date = TODAY) -> bool:
    rule = GroupDraft(Operator.ALL, (RuleDraft(kind, condition, str(criterion)),))
    return Citizen.objects.filter(matching_draft(Operator.ALL, [rule], today=today), pk=one.pk).exists()


@pytest.mark.parametrize(
    ("born_on", "today", "age"),
    [
        (date(1996, 11, 23), date(2026, 11, 23), 30),
        (date(1996, 11, 24), date(2026, 11, 23), 29),
        (date(2000, 2, 29), date(2027, 2, 28), 26),
        (date(2000, 2, 29), date(2027, 3, 1), 27),
        (date(2000, 2, 29), date(2028, 2, 29), 28),
        (date(2001, 3, 1), date(2028, 2, 29), 26),
        (date(2001, 2, 28), date(2028, 2, 29), 27),
    ],
)
def test_age_counts_whole_years(nord: World, born_on: date, today: date, age: int) -> None:
    one = citizen(nord, born_on=born_on)
    at_least = [fits(RuleKind.AGE, Condition.AT_LEAST, years, one, today) for years in (age, age + 1)]
    at_most = [fits(RuleKind.AGE, Condition.AT_MOST, years, one, today) for years in (age, age - 1)]
    equal = [fits(RuleKind.AGE, Condition.EQUAL, years, one, today) for years in (age, age - 1, age + 1)]
    assert (at_least, at_most, equal) == ([True, False], [True, False], [True, False, False])


def test_weeks_of_unemployment_count_whole_weeks(nord: World) -> None:
    one = citizen(nord, unemployed_from=TODAY - timedelta(days=27))
    weeks = RuleKind.UNEMPLOYED_WEEKS
    assert [fits(weeks, Condition.EQUAL, count, one) for count in (2, 3, 4)] == [False, True, False]
    assert [fits(weeks, Condition.AT_LEAST, count, one) for count in (3, 4)] == [True, False]
    assert [fits(weeks, Condition.AT_MOST, count, one) for count in (3, 2)] == [True, False]


@pytest.mark.parametrize(
    ("kind", "turned", "known", "criterion"),
    [
        (RuleKind.CONTACT_GROUP, (Condition.IS, Condition.IS_NOT), {"contact_group_id": 1}, 1),
        (RuleKind.PERSON_CATEGORY, (Condition.IS, Condition.IS_NOT), {"person_category": 4}, 4),
        (RuleKind.PERSON_GROUP, (Condition.HAS, Condition.HAS_NOT), {"person_groups": [OTHER, MARK]}, MARK),
    ],
)
def test_is_and_is_not_are_opposites_of_what_is_known(
    nord: World, kind: RuleKind, turned: tuple[Condition, Condition], known: dict[str, object], criterion: object
) -> None:
    yes, no = turned
    another = uuid4() if kind == RuleKind.PERSON_GROUP else 9
    one = citizen(nord, **known)
    assert [fits(kind, yes, wanted, one) for wanted in (criterion, another)] == [True, False]
    assert [fits(kind, no, wanted, one) for wanted in (criterion, another)] == [False, True]


@pytest.mark.parametrize(
    ("kind", "conditions", "criterion"),
    [
        (RuleKind.CONTACT_GROUP, (Condition.IS, Condition.IS_NOT), 1),
        (RuleKind.PERSON_CATEGORY, (Condition.IS, Condition.IS_NOT), 1),
        (RuleKind.CASE_OWNER, (Condition.IS, Condition.IS_NOT), 1),
        (RuleKind.PERSON_GROUP, (Condition.HAS, Condition.HAS_NOT), MARK),
        (RuleKind.UNEMPLOYED_WEEKS, (Condition.AT_LEAST, Condition.AT_MOST), 0),
        (RuleKind.DUE_WITHIN_DAYS, (Condition.AT_MOST,), 30),
    ],
)
def test_a_fact_that_is_not_known_makes_a_rule_untrue_either_way(
    nord: World, kind: RuleKind, conditions: tuple[Condition, ...], criterion: object
) -> None:
    nobody = citizen(nord, contact_group=None, fetched_at=None)
    assert [fits(kind, condition, criterion, nobody) for condition in conditions] == [False] * len(conditions)


def test_the_case_owner_is_one_of_ours(nord: World) -> None:
    one = citizen(nord, case_owner=nord.anna)
    assert fits(RuleKind.CASE_OWNER, Condition.IS, nord.anna.pk, one)
    assert fits(RuleKind.CASE_OWNER, Condition.IS_NOT, nord.birk.pk, one)


def test_due_within_so_many_days_is_also_what_is_due_already(nord: World) -> None:
    one = citizen(nord)
    due = DueDate.objects.create(
        jobcentre=nord.jobcentre, citizen=one, kind="Jobsamtale", due_on=TODAY + timedelta(days=14), fetched_at=NOW
    )
    assert [fits(RuleKind.DUE_WITHIN_DAYS, Condition.AT_MOST, days, one) for days in (13, 14)] == [False, True]
    due.due_on = TODAY - timedelta(days=3)
    due.save()
    assert fits(RuleKind.DUE_WITHIN_DAYS, Condition.AT_MOST, 0, one)


def test_groups_and_rules_are_joined_by_all_or_any(nord: World) -> None:
    """(30 years or more, and category 4), or the mark."""
    by_age, by_mark = citizen(nord, person_category=4), citizen(nord, born_on=date(2005, 1, 1), person_groups=[MARK])
    neither = citizen(nord, person_category=5)
    offer = make_offer(nord.team, nord.anna, operator=Operator.ANY)
    add_rule(offer, RuleKind.PERSON_CATEGORY, Condition.IS, 4)
    group = RuleGroup.objects.create(jobcentre=nord.jobcentre, offer=offer, position=1, operator=Operator.ANY)
    for mark in (OTHER, MARK):
        group.rules.create(
            jobcentre=nord.jobcentre, kind=RuleKind.PERSON_GROUP, condition=Condition.HAS, criterion=str(mark)
        )
    assert set(target_group(offer, today=TODAY)) == {by_age, by_mark}
    for one, count in ((by_age, 1), (by_mark, 1), (neither, 0)):
        assert len(fitting_offers(one, now=NOW)) == count


@pytest.mark.requirement("SUM-21")
def test_an_offer_by_telephone_without_a_number_is_for_those_whose_own_is_known(nord: World) -> None:
    known, unknown = citizen(nord, phone="20304050"), citizen(nord, phone="")
    offer = make_offer(nord.team, nord.anna, mode="telephone")
    add_rule(offer, RuleKind.AGE, Condition.AT_LEAST, 18)
    rules = [(Operator.ALL, [(RuleKind.AGE, Condition.AT_LEAST, "18")])]
    for number, seen_by in (("", {known}), ("70203040", {known, unknown})):
        offer.phone = number
        offer.save()
        assert set(target_group(offer, today=TODAY)) == seen_by
        assert audience(Operator.ALL, rules, offer=offer, today=TODAY).count == len(seen_by)
        assert {one for one in (known, unknown) if fitting_offers(one, now=NOW)} == seen_by
        assert {one for one in (known, unknown) if own_offers.fits(offer, one, now=NOW)} == seen_by


@pytest.mark.parametrize("criterion", ["", "tredive", "99999", "1e3"])
def test_a_criterion_that_cannot_be_read_is_true_of_nobody(nord: World, criterion: str) -> None:
    assert not fits(RuleKind.AGE, Condition.AT_LEAST, criterion, citizen(nord))


def test_an_offer_without_rules_and_a_citizen_who_is_dead_match_nothing(nord: World) -> None:
    citizen(nord, cpr_status=CprStatus.DEAD)
    offer = make_offer(nord.team, nord.anna)
    assert list(target_group(offer, today=TODAY)) == []
    bare = OnlineOffer.objects.create(jobcentre=nord.jobcentre, number=1, created_at=NOW)
    citizen(nord)
    assert list(target_group(bare, today=TODAY)) == []


@pytest.mark.requirement("SYNC-15", "CIT-02")
def test_what_jobnet_says_of_a_citizen_makes_rules_true_and_is_no_look_up(nord: World) -> None:
    one = citizen(nord, contact_group=None, contact_group_from=TODAY, fetched_at=None, phone="20304050")
    asked = OffersRequest.model_validate(
        {
            "jobcentre_code": "10300",
            "contact_group": 3,
            "person_category": {"code": 4},
            "person_groups": [{"group_id": MARK}],
        }
    )
    one = heard.hear(jobcentre_id=nord.jobcentre.pk, cpr=decrypt(one.numbers.get().encrypted), asked=asked, ask=nobody)
    assert fits(RuleKind.CONTACT_GROUP, Condition.IS, 3, one)
    assert fits(RuleKind.PERSON_GROUP, Condition.HAS_NOT, OTHER, one)
    one.refresh_from_db()
    assert (one.person_category, one.person_groups, one.phone) == (4, [MARK], "20304050")
    assert one.contact_group_from is None, "another group, and nobody said since when"
    assert not is_fresh(one, now=NOW)
