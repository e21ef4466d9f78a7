"""The rule builder of an online offer: groups of rules, each a kind, a condition and a criterion (OFFER-05, slide 99).

Posted as `operator`, `g0-operator`, `g0-r0-kind`, `g0-r0-condition`, `g0-r0-criterion`; `rules` says which button.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import ContactGroup, Counsellor, PersonGroup
from booking.models import CONDITIONS, OnlineOffer, Operator, RuleKind
from booking.queries.rule_words import Rule
from planner.accounts.models import JobcentreCode
from planner.ui.forms import draws_again

FIELD = re.compile(r"g(\d{1,3})-(?:operator|r(\d{1,3})-(kind|condition|criterion))")
NUMBERS: dict[RuleKind, tuple[int, int, Any, Any]] = {
    RuleKind.AGE: (0, 120, gettext_lazy("år"), gettext_lazy("Skriv en alder fra 0 til 120.")),
    RuleKind.UNEMPLOYED_WEEKS: (0, 999, gettext_lazy("uger"), gettext_lazy("Skriv et antal uger fra 0 til 999.")),
    RuleKind.DUE_WITHIN_DAYS: (0, 365, gettext_lazy("dage"), gettext_lazy("Skriv et antal dage fra 0 til 365.")),
}
"""Kinds whose criterion is a number: least, most, what it counts, and what is said of another."""
CATEGORY = (1, 99, "", gettext_lazy("Skriv personkategoriens nummer, for eksempel 4."))
LEVELS = {level: level.label for level in PersonGroup.Level}
"""The levels of marks in order, with their names."""
AGAIN, PEOPLE = "#offer-rules", "#offer-audience"
MOST_GROUPS, MOST_RULES = 20, 20


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as it is written, right or wrong."""

    kind: str = ""
    condition: str = ""
    criterion: str = ""


@dataclass(slots=True)
class WrittenGroup:
    operator: str = Operator.ALL
    rules: list[Written] = field(default_factory=lambda: [Written()])


@dataclass(slots=True)
class WrittenRules:
    """The whole builder as it is written; never without a group, nor a group without a row."""

    operator: str = Operator.ALL
    groups: list[WrittenGroup] = field(default_factory=lambda: [WrittenGroup()])

    @classmethod
    def posted(cls, posted: Mapping[str, str]) -> WrittenRules:
        """What was posted, numbered anew."""
        found: dict[int, dict[int, dict[str, str]]] = {}
        for match in filter(None, map(FIELD.fullmatch, posted)):
            rows = found.setdefault(int(match[1]), {})
            if match[2] is not None:
                rows.setdefault(int(match[2]), {})[match[3]] = posted[match[0]].strip()
        groups = [
            WrittenGroup(
                _operator(posted.get(f"g{number}-operator")),
                [Written(**rows[row]) for row in sorted(rows)] or [Written()],
            )
            for number, rows in sorted(found.items())
        ]
        return cls(_operator(posted.get("operator")), groups[:MOST_GROUPS] or [WrittenGroup()])

    @classmethod
    def kept(cls, offer: OnlineOffer) -> WrittenRules:
        """The rules of a kept offer."""
        groups = [
            WrittenGroup(
                group.operator, [Written(rule.kind, rule.condition, rule.criterion) for rule in group.rules.all()]
            )
            for group in offer.groups.prefetch_related("rules")
        ]
        return cls(offer.operator, groups or [WrittenGroup()])

    def press(self, button: str) -> str:
        """Add or remove as the button says; the name of the field that the focus goes to."""
        act, _dash, place = button.partition(":")
        group, _dash, row = place.partition("-")
        at, on = int(group) if group.isdecimal() else -1, int(row) if row.isdecimal() else -1
        if act == "group" and len(self.groups) < MOST_GROUPS:
            self.groups.append(WrittenGroup())
            return f"g{len(self.groups) - 1}-r0-kind"
        if not 0 <= at < len(self.groups):
            return ""
        rules = self.groups[at].rules
        if act == "rule" and len(rules) < MOST_RULES:
            rules.append(Written())
            return f"g{at}-r{len(rules) - 1}-kind"
        if act == "drop" and 0 <= on < len(rules):
            del rules[on]
            return self._filled_up(at, on)
        if act == "drop_group":
            rules.clear()
            return self._filled_up(at, 0)
        return ""

    def _filled_up(self, at: int, on: int) -> str:
        """Where the focus goes after something is gone."""
        if self.groups[at].rules:
            return f"g{at}-r{min(on, len(self.groups[at].rules) - 1)}-kind"
        del self.groups[at]
        self.groups = self.groups or [WrittenGroup()]
        return f"g{min(at, len(self.groups) - 1)}-r0-kind"


def _operator(written: str | None) -> str:
    return written if written in Operator.values else Operator.ALL.value


class Criteria:
    """What can be chosen: contact groups, marks of the levels that the job centre may see, its own counsellors."""

    def __init__(self) -> None:
        codes = list(JobcentreCode.objects.values_list("code", flat=True))
        seen = Q(level=PersonGroup.Level.STATE) | Q(jobcentre_codes__overlap=codes)
        marks = PersonGroup.objects.filter(seen, expired_at=None).order_by("name")
        by_level = sorted(marks, key=lambda mark: list(LEVELS).index(PersonGroup.Level(mark.level)))
        self.choices: dict[RuleKind, list[Any]] = {
            RuleKind.CONTACT_GROUP: list(ContactGroup.objects.filter(expired_at=None).values_list("pk", "name")),
            RuleKind.PERSON_GROUP: [
                (LEVELS[PersonGroup.Level(level)], [(str(mark.pk), mark.name) for mark in group])
                for level, group in groupby(by_level, key=lambda mark: mark.level)
            ],
            RuleKind.CASE_OWNER: list(Counsellor.objects.living().values_list("pk", "full_name")),
        }


class RuleForm(forms.Form):
    """One rule; condition and criterion are those of its kind."""

    kind = forms.ChoiceField(
        choices=[("", gettext_lazy("Vælg regel")), *RuleKind.choices],
        label=gettext_lazy("Regel"),
    )
    condition = forms.ChoiceField(label=gettext_lazy("Betingelse"))

    def __init__(self, written: Written, *, prefix: str, criteria: Criteria, checked: bool) -> None:
        kind = RuleKind(written.kind) if written.kind in RuleKind.values else None
        self.kind_chosen, self.unit = kind, NUMBERS[kind][2] if kind in NUMBERS else ""
        values = {"kind": written.kind, "condition": written.condition, "criterion": written.criterion}
        if kind and written.condition not in CONDITIONS[kind]:
            values["condition"] = CONDITIONS[kind][0].value
        named = {f"{prefix}-{name}": value for name, value in values.items()}
        super().__init__(named if checked and kind else None, initial=values, prefix=prefix)
        self.fields["criterion"] = _criterion(kind, criteria)
        if kind is None:
            del self.fields["condition"], self.fields["criterion"]
        else:
            allowed: Any = self.fields["condition"]
            allowed.choices = [(one.value, one.label) for one in CONDITIONS[kind]]
        self._draw_again()

    def _draw_again(self) -> None:
        self.fields["kind"].widget.attrs |= asking(AGAIN)
        for name in ("condition", "criterion"):
            if name in self.fields:
                typed = isinstance(self.fields[name].widget, forms.TextInput)
                self.fields[name].widget.attrs |= asking(PEOPLE, typed=typed)

    @property
    def rule(self) -> Rule:
        """Kind, condition and criterion as they are kept."""
        found = self.cleaned_data
        return str(found["kind"]), str(found["condition"]), str(found["criterion"])


def _criterion(kind: RuleKind | None, criteria: Criteria) -> forms.Field:
    if kind in criteria.choices:
        choices = criteria.choices[kind]
        missing = _("Vælg et kriterium.")
        gone = _("Det valgte kan ikke vælges længere. Vælg et andet.")
        messages = {"required": missing, "invalid_choice": gone}
        empty = [("", _("Vælg"))]
        return forms.ChoiceField(choices=[*empty, *choices], label=gettext_lazy("Kriterium"), error_messages=messages)
    least, most, _unit, sentence = NUMBERS.get(kind, CATEGORY) if kind else CATEGORY
    wrong = dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence)
    return forms.IntegerField(
        min_value=least,
        max_value=most,
        label=gettext_lazy("Kriterium"),
        error_messages=wrong,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


def asking(part: str, *, typed: bool = False) -> dict[str, str]:
    """The builder is drawn again with what is written, nothing added and nothing removed."""
    return draws_again(part, typed=typed, rules="refresh")


class OperatorForm(forms.Form):
    """«Alle» or «Enhver»."""

    operator = forms.ChoiceField(choices=Operator.choices)

    def __init__(self, operator: str, label: str, prefix: str | None = None) -> None:
        super().__init__(initial={"operator": operator}, prefix=prefix)
        self.fields["operator"].label = label
        self.fields["operator"].widget.attrs |= asking(PEOPLE) | {"class": "form-select w-s"}


@dataclass(frozen=True, slots=True)
class GroupForm:
    """A group of the builder, numbered from 1 for people."""

    number: int
    operator: forms.BoundField
    rules: Sequence[RuleForm]

    @property
    def index(self) -> int:
        return self.number - 1


class RuleBuilder:
    """All of it. `checked`: what is wrong is said; else it is only drawn."""

    def __init__(
        self, written: WrittenRules, *, checked: bool = False, focus: str = "", criteria: Criteria | None = None
    ) -> None:
        self.written, self._checked, self._criteria = written, checked, criteria or Criteria()
        self.operator = OperatorForm(written.operator, _("Grupperne forbindes med"))["operator"]
        self.groups = [self._group(number, group) for number, group in enumerate(written.groups, 1)]
        for form in self.forms:
            if form.add_prefix("kind") == focus:
                form.fields["kind"].widget.attrs["data-focus"] = "1"
        self.none = _("Tilføj mindst én regel. Uden regler er der ingen, der ser tilbuddet.") if self._is_empty else ""

    def _group(self, number: int, group: WrittenGroup) -> GroupForm:
        prefix = f"g{number - 1}"
        operator = OperatorForm(group.operator, _("Reglerne forbindes med"), prefix)["operator"]
        rules = [
            RuleForm(rule, prefix=f"{prefix}-r{place}", criteria=self._criteria, checked=self._checked)
            for place, rule in enumerate(group.rules)
        ]
        return GroupForm(number, operator, rules)

    @property
    def several(self) -> bool:
        return len(self.groups) > 1

    @property
    def forms(self) -> list[RuleForm]:
        return [form for group in self.groups for form in group.rules]

    @property
    def _is_empty(self) -> bool:
        return self._checked and not any(form.is_bound for form in self.forms)

    def is_valid(self) -> bool:
        """Every rule that is begun is right, and there is one."""
        return not self.none and not any(form.errors for form in self.forms)

    @property
    def rules(self) -> list[tuple[str, list[Rule]]]:
        """The groups with the rules that are right, as they are kept; empty lines are left out."""
        if not self._checked:
            return RuleBuilder(self.written, checked=True, criteria=self._criteria).rules
        found = [
            (group.operator, [form.rule for form in shown.rules if form.is_valid()])
            for group, shown in zip(self.written.groups, self.groups, strict=True)
        ]
        return [(operator, rules) for operator, rules in found if rules]
