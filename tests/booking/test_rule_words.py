"""The rules of an offer read as a sentence."""

from __future__ import annotations

from uuid import UUID

import pytest

from admin_module.models import ContactGroup, PersonGroup
from booking.models import CONDITIONS, Condition, Operator, RuleKind
from booking.queries.rule_words import Rule, names_of, rule_words, sentence
from tests.factories import World

pytestmark = pytest.mark.requirement("OFFER-05", "OFFER-07")
AGE: Rule = ("age", "at_least", "30")
WEEKS: Rule = ("unemployed_weeks", "at_least", "6")
DUE: Rule = ("due_within_days", "at_most", "28")
GROUP: Rule = ("contact_group", "is", "1")


def said(operator: str, *groups: tuple[str, list[Rule]]) -> str:
    names = names_of(rule for _joined, rules in groups for rule in rules)
    return " ".join(f"[{part.words}]" if part.strong else str(part.words) for part in sentence(operator, groups, names))


def test_it_reads_as_in_the_mock(nord: World) -> None:
    ContactGroup.objects.get_or_create(code=1, defaults={"name": "Dagpengemodtager"})
    assert said(Operator.ALL, (Operator.ALL, [AGE, GROUP]), (Operator.ANY, [WEEKS, DUE])) == (
        "Borgere, hvor [alle] gælder: [alder ≥ 30] og [kontaktgruppe er dagpengemodtager] og "
        "[enhver] af: [ledig i mindst 6 uger] eller [falddato inden 28 dage]"
    )


def test_one_group_has_the_operator_of_the_whole(nord: World) -> None:
    assert said(Operator.ALL, (Operator.ANY, [AGE, WEEKS])) == (
        "Borgere, hvor [enhver] af disse gælder: [alder ≥ 30] eller [ledig i mindst 6 uger]"
    )
    assert said(Operator.ANY, (Operator.ALL, [AGE, WEEKS]), (Operator.ALL, [DUE])) == (
        "Borgere, hvor [enhver] af disse gælder: [alle] af: [alder ≥ 30] og [ledig i mindst 6 uger] eller "
        "[falddato inden 28 dage]"
    )
    assert said(Operator.ALL, (Operator.ALL, [])) == ""


def test_a_mark_and_a_counsellor_stand_with_their_names(nord: World) -> None:
    mark = PersonGroup.objects.create(id=UUID(int=7), name="Virksomhedsrettet", level="jobcentre")
    rules: list[Rule] = [
        ("person_group", "has_not", str(mark.pk).upper()),
        ("case_owner", "is_not", str(nord.anna.pk)),
        ("contact_group", "is_not", "99"),
    ]
    names = names_of(rules)
    assert [rule_words(rule, names) for rule in rules] == [
        "har ikke persongruppemarkeringen «Virksomhedsrettet»",
        "fast vejleder er ikke Anna Agger",
        "kontaktgruppe er ikke 99",
    ]


@pytest.mark.parametrize(
    ("kind", "condition"), [(kind, condition) for kind, known in CONDITIONS.items() for condition in known]
)
def test_every_kind_and_condition_has_words(nord: World, kind: RuleKind, condition: Condition) -> None:
    assert "12" in rule_words((kind, condition, "12"), names_of([]))
