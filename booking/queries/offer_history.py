"""Who changed what of an offer, in words, from the audit's rows: at most six statements (OFFER-08)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import Counsellor
from booking.models import OfferCounsellor, OfferRule, OnlineOffer, RuleGroup
from booking.queries.history import HistoryLine
from planner.accounts.models import User
from planner.audit.models import Change
from planner.ui.formatting import clock, date_year
from planner.ui.refusal import Words

OFFERS, COUNSELLORS = OnlineOffer._meta.db_table, OfferCounsellor._meta.db_table
GROUPS, RULES = RuleGroup._meta.db_table, OfferRule._meta.db_table
UNTOLD = {"id", "jobcentre_id", "version", "created_at", "author_id", "published_at", "is_active", "retired_at"}
"""Columns without a line of their own."""
NAMED: dict[str, Words] = {
    "operator": gettext_lazy("Regler"),
    "template_id": gettext_lazy("Skabelon"),
}


@dataclass(frozen=True, slots=True)
class Doing:
    """What one person did of the offer in one go."""

    changes: tuple[Change, ...]

    def rows(self, table: str) -> list[Change]:
        return [change for change in self.changes if change.table == table]


def offer_history(offer: OnlineOffer, *, most: int = 100) -> list[HistoryLine]:
    """Newest first, with who did it; nobody: Planner itself."""
    changes = list(_changes(offer).order_by("-at", "-pk")[: most * 20])
    doings = [Doing(tuple(group)) for _key, group in groupby(changes, key=_together)]
    people = _people(changes)
    users = {user.pk: user.full_name for user in User.objects.filter(pk__in={one.actor for one in changes})}
    lines = []
    for doing in doings[:most]:
        first = doing.changes[0]
        words = [*_of_offer(doing), *_of_counsellors(doing, people), *_of_rules(doing)]
        if words:
            lines.append(HistoryLine(first.at, ". ".join(words), users.get(first.actor or 0, "Planner"), ""))
    return lines


def _together(change: Change) -> tuple[object, ...]:
    """One request is one doing; without a request one second of one person is."""
    return change.actor, change.request_id or change.at.replace(microsecond=0)


def _changes(offer: OnlineOffer) -> models.QuerySet[Change]:
    """The rows about the offer itself, its counsellors, and every group and rule it ever had."""
    made = Change.objects.filter(action=Change.Action.INSERT)
    groups = list(made.filter(table=GROUPS, after__offer_id=str(offer.pk)).values_list("row", flat=True))
    rules = list(made.filter(table=RULES, after__group_id__in=list(map(int, groups))).values_list("row", flat=True))
    holders = list(made.filter(table=COUNSELLORS, after__offer_id=str(offer.pk)).values_list("row", flat=True))
    return Change.objects.filter(
        Q(table=OFFERS, row=str(offer.pk))
        | Q(table=COUNSELLORS, row__in=holders)
        | Q(table=GROUPS, row__in=groups)
        | Q(table=RULES, row__in=rules)
    )


def _of_offer(doing: Doing) -> Iterator[str]:
    for change in reversed(doing.rows(OFFERS)):
        before, after = change.before or {}, change.after or {}
        if change.action == Change.Action.INSERT:
            yield _("Oprettet")
            continue
        yield from _turns(before, after)
        if told := [_changed(name, before[name], after[name]) for name in after if name not in UNTOLD]:
            yield _("Ændret: %s") % "; ".join(dict.fromkeys(told))


def _turns(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What makes it begin and end."""
    if after.get("published_at") and not before.get("published_at"):
        yield _("Kladden er gjort færdig")
    if "is_active" in after:
        yield _("Sat til aktiv") if after["is_active"] else _("Stoppet")
    if after.get("retired_at"):
        yield _("Slettet")


def _changed(name: str, before: Any, after: Any) -> str:
    """«slutdato fra 1. dec. 2026 til 5. dec. 2026»; long texts and other rows by their name alone."""
    field = next((one for one in OnlineOffer._meta.concrete_fields if one.column == name), None)
    if field is None:
        return name
    label = NAMED.get(name, field.verbose_name)
    words = str(label)
    written = _writer(field)
    if written is None:
        return words
    return _("%(name)s fra %(before)s til %(after)s") % {
        "name": words,
        "before": written(before),
        "after": written(after),
    }


Writer = Callable[[Any], str]
WRITERS: tuple[tuple[type[models.Field[Any, Any]], Writer], ...] = (
    (models.BooleanField, lambda value: _("ja") if value else _("nej")),
    (models.DateField, lambda value: date_year(date.fromisoformat(value[:10]))),
    (models.TimeField, lambda value: clock(time.fromisoformat(value))),
    (models.IntegerField, str),
    (models.CharField, lambda value: f"«{value}»"),
)
"""How a value is written, by the kind of its column; of other rows and long texts only the name is told."""


def _writer(field: models.Field[Any, Any]) -> Writer | None:
    if field.is_relation:
        return None
    if field.choices:
        named = {str(value): str(label) for value, label in field.flatchoices}
        return lambda value: f"«{named.get(str(value), value)}»" if value not in (None, "") else _("intet")
    written = next((write for kind, write in WRITERS if isinstance(field, kind)), None)
    return written and (lambda value: written(value) if value not in (None, "") else _("intet"))


def _people(changes: Iterable[Change]) -> dict[int, str]:
    rows = [change.after or change.before or {} for change in changes if change.table == COUNSELLORS]
    wanted = {row["counsellor_id"] for row in rows if "counsellor_id" in row}
    return dict(Counsellor.objects.filter(pk__in=wanted).values_list("pk", "full_name")) if wanted else {}


def _of_counsellors(doing: Doing, people: dict[int, str]) -> Iterator[str]:
    """Nothing where those who went are those who came."""
    came = {
        (change.after or {}).get("counsellor_id") for change in doing.rows(COUNSELLORS) if change.action == "INSERT"
    }
    went = {
        (change.before or {}).get("counsellor_id") for change in doing.rows(COUNSELLORS) if change.action == "DELETE"
    }
    for words, those in ((_("Vejledere tilføjet: %s"), came - went), (_("Vejledere fjernet: %s"), went - came)):
        if names := sorted(people.get(pk, "?") for pk in those if pk):
            yield words % ", ".join(names)


def _of_rules(doing: Doing) -> Iterator[str]:
    """Rules are kept by making them anew: a line only where something of them became another."""
    rows = [*doing.rows(GROUPS), *doing.rows(RULES)]
    came = sorted(_rule(change.after) for change in rows if change.action == Change.Action.INSERT)
    went = sorted(_rule(change.before) for change in rows if change.action == Change.Action.DELETE)
    edited = any(change.action == Change.Action.UPDATE for change in rows)
    if came != went or edited:
        yield _("Regler ændret") if went or edited else _("Regler valgt")


def _rule(row: dict[str, Any] | None) -> tuple[str, ...]:
    kept = ("operator", "kind", "condition", "criterion", "position")
    return tuple(str((row or {}).get(name, "")) for name in kept)
