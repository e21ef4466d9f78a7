"""The rules of an offer as a sentence: «Borgere, hvor alle gælder: alder ≥ 30 og …» (OFFER-05, OFFER-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from admin_module.models import ContactGroup, Counsellor, PersonGroup
from booking.models.offer import Condition, OnlineOffer, Operator, RuleKind
from planner.ui.addresses import read_ids, read_uuids
from planner.ui.refusal import Words

WORDS: dict[RuleKind, dict[Condition, Words]] = {
    RuleKind.AGE: {
        Condition.AT_LEAST: gettext_lazy("alder ≥ %(name)s"),
        Condition.AT_MOST: gettext_lazy("alder ≤ %(name)s"),
        Condition.EQUAL: gettext_lazy("alder = %(name)s"),
    },
    RuleKind.CONTACT_GROUP: {
        Condition.IS: gettext_lazy("kontaktgruppe er %(name)s"),
        Condition.IS_NOT: gettext_lazy("kontaktgruppe er ikke %(name)s"),
    },
    RuleKind.PERSON_GROUP: {
        Condition.HAS: gettext_lazy("har persongruppemarkeringen %(name)s"),
        Condition.HAS_NOT: gettext_lazy("har ikke persongruppemarkeringen %(name)s"),
    },
    RuleKind.CASE_OWNER: {
        Condition.IS: gettext_lazy("fast vejleder er %(name)s"),
        Condition.IS_NOT: gettext_lazy("fast vejleder er ikke %(name)s"),
    },
    RuleKind.PERSON_CATEGORY: {
        Condition.IS: gettext_lazy("personkategori er %(name)s"),
        Condition.IS_NOT: gettext_lazy("personkategori er ikke %(name)s"),
    },
    RuleKind.UNEMPLOYED_WEEKS: {
        Condition.AT_LEAST: gettext_lazy("ledig i mindst %(name)s"),
        Condition.AT_MOST: gettext_lazy("ledig i højst %(name)s"),
        Condition.EQUAL: gettext_lazy("ledig i netop %(name)s"),
    },
    RuleKind.DUE_WITHIN_DAYS: {Condition.AT_MOST: gettext_lazy("falddato inden %(name)s")},
}
Rule = tuple[str, str, str]
"""Kind, condition and criterion, as `OfferRule` has them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the sentence; `strong` where it is what was chosen."""

    words: Words
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What the criteria are called, by kind and criterion."""

    known: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, kind: str, criterion: str) -> str:
        return self.known.get((kind, criterion), criterion)


def names_of(rules: Iterable[Rule]) -> Names:
    """The names of what these rules ask for: at most three statements."""
    wanted: dict[str, set[str]] = {}
    for kind, _condition, criterion in rules:
        wanted.setdefault(kind, set()).add(criterion)
    groups = read_ids(wanted.get(RuleKind.CONTACT_GROUP, ()))
    marks = read_uuids(wanted.get(RuleKind.PERSON_GROUP, ()))
    owners = read_ids(wanted.get(RuleKind.CASE_OWNER, ()))
    found: dict[tuple[str, str], str] = {}
    if groups:
        named = ContactGroup.objects.filter(pk__in=groups).values_list("pk", "name")
        found |= {(RuleKind.CONTACT_GROUP, str(pk)): name[:1].lower() + name[1:] for pk, name in named}
    if marks:
        marked = PersonGroup.objects.filter(pk__in=marks).values_list("pk", "name")
        found |= {(RuleKind.PERSON_GROUP, str(pk)): f"«{name}»" for pk, name in marked}
    if owners:
        people = Counsellor.objects.filter(pk__in=owners).values_list("pk", "full_name")
        found |= {(RuleKind.CASE_OWNER, str(pk)): name for pk, name in people}
    return Names(found)


def rule_words(rule: Rule, names: Names) -> str:
    """«alder ≥ 30», «kontaktgruppe er dagpengemodtager», «falddato inden 28 dage»."""
    kind, condition, criterion = rule
    words = WORDS[RuleKind(kind)][Condition(condition)]
    return str(words) % {"name": _counted(kind, criterion) or names.of(kind, _plain(kind, criterion))}


def _counted(kind: str, criterion: str) -> str:
    """«6 uger», «1 dag»"""
    number = int(criterion) if criterion.isdecimal() else 0
    if kind == RuleKind.UNEMPLOYED_WEEKS:
        return ngettext("%s uge", "%s uger", number) % number
    return ngettext("%s dag", "%s dage", number) % number if kind == RuleKind.DUE_WITHIN_DAYS else ""


def _plain(kind: str, criterion: str) -> str:
    """A UUID as the database writes it, whatever it was typed as."""
    try:
        return str(UUID(criterion)) if kind == RuleKind.PERSON_GROUP else criterion
    except ValueError:
        return criterion


def sentence(operator: str, groups: Sequence[tuple[str, Sequence[Rule]]], names: Names) -> list[Part]:
    """The whole, in pieces to be drawn one after another; empty where there is no rule."""
    filled = [(joined, rules) for joined, rules in groups if rules]
    if not filled:
        return []
    whole = filled[0][0] if len(filled) == 1 else operator
    parts = [Part(_("Borgere, hvor")), Part(_operator(whole), strong=True), Part(_holds(whole))]
    between = _("og") if whole == Operator.ALL else _("eller")
    for place, (joined, rules) in enumerate(filled):
        parts += [Part(between)] if place else []
        parts += _group(joined, rules, names, whole)
    return parts


def _operator(operator: str) -> str:
    return _("alle") if operator == Operator.ALL else _("enhver")


def _holds(operator: str) -> str:
    return _("gælder:") if operator == Operator.ALL else _("af disse gælder:")


def _group(joined: str, rules: Sequence[Rule], names: Names, whole: str) -> list[Part]:
    """A group's rules; of its own operator where that is another than the whole's."""
    own = len(rules) > 1 and joined != whole
    between = _("og") if (joined if own else whole) == Operator.ALL else _("eller")
    parts = [Part(_operator(joined), strong=True), Part(_("af:"))] if own else []
    for place, rule in enumerate(rules):
        parts += [Part(between)] if place else []
        parts.append(Part(rule_words(rule, names), strong=True))
    return parts


def rules_of(offer: OnlineOffer) -> list[tuple[str, list[Rule]]]:
    """The groups of a saved offer; two statements unless they are prefetched."""
    return [
        (group.operator, [(rule.kind, rule.condition, rule.criterion) for rule in group.rules.all()])
        for group in offer.groups.all()
    ]


def offer_sentence(offer: OnlineOffer) -> list[Part]:
    """The sentence of a saved offer."""
    groups = rules_of(offer)
    return sentence(offer.operator, groups, names_of(rule for _joined, rules in groups for rule in rules))
