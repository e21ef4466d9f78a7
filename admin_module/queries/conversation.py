"""Types, variants, templates and standard texts as the administration lists them: one statement each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from admin_module.models import ConversationType, ConversationVariant, StandardText, SummonsTemplate
from admin_module.models import VariantTeam as TeamRow
from admin_module.models import VariantType as TypeRow
from planner.accounts.models import User
from planner.audit.models import Change

LATEST = StandardText.objects.filter(type=OuterRef("pk")).order_by("-edition")
"""The text of a type that holds."""


def type_choices() -> list[tuple[str, str]]:
    """The types in use, as choices of a filter."""
    return [(str(one.pk), one.name) for one in ConversationType.objects.filter(expired_at=None)]


def conversation_types(*, q: str = "", state: str = "") -> Any:
    """The national types, each with how many living variants it has and the edition of its text."""
    rows = ConversationType.objects.annotate(
        variant_count=Count("variants", filter=Q(variants__retired_at=None), distinct=True),
        edition=Subquery(LATEST.values("edition")[:1]),
    )
    rows = rows.filter(name__icontains=q) if q else rows
    return rows.filter(expired_at__isnull=state == "valid") if state else rows


def variants(*, q: str = "", type: str = "", team: str = "") -> Any:  # noqa: A002
    """The living variants, each with the names of its types and teams."""
    types = TypeRow.objects.filter(variant=OuterRef("pk")).order_by("type__name")
    teams = TeamRow.objects.filter(variant=OuterRef("pk"), team__retired_at=None).order_by("team__name")
    rows = ConversationVariant.objects.living().annotate(
        type_names=ArraySubquery(types.values("type__name")), team_names=ArraySubquery(teams.values("team__name"))
    )
    rows = rows.filter(name__icontains=q) if q else rows
    rows = rows.filter(types=int(type)) if type else rows
    return rows.filter(teams=int(team)) if team else rows


def templates(*, q: str = "", type: str = "", team: str = "", form: str = "") -> Any:  # noqa: A002
    """The living templates with type, variant, team and room; what of these is retired is shown as not given."""
    rows = SummonsTemplate.objects.living().select_related("type", "variant", "team", "room")
    rows = rows.filter(name__icontains=q) if q else rows
    rows = rows.filter(form=form) if form else rows
    rows = rows.filter(type=int(type)) if type else rows
    return rows.filter(team=int(team)) if team else rows


def texts(*, q: str = "", missing: bool = False) -> Any:
    """The types in use, each with its title in both languages and its edition; `missing`: those without a text."""
    rows = ConversationType.objects.filter(expired_at=None).annotate(
        edition=Subquery(LATEST.values("edition")[:1]),
        title=Subquery(LATEST.values("title")[:1]),
        title_en=Subquery(LATEST.values("title_en")[:1]),
    )
    rows = rows.filter(Q(name__icontains=q) | Q(title__icontains=q)) if q else rows
    return rows.filter(edition=None) if missing else rows


@dataclass(frozen=True, slots=True)
class Edition:
    """A text as it once held; when and by whom it was saved, as far as the audit still knows."""

    text: StandardText
    at: datetime | None
    by: str


def editions(code: int) -> list[Edition]:
    """The texts of a type, the latest first: three statements."""
    found: QuerySet[StandardText] = StandardText.objects.filter(type=code).order_by("-edition")
    rows = {str(text.pk): text for text in found}
    changes = Change.objects.filter(table=StandardText._meta.db_table, row__in=rows).order_by("-at")
    first = {row: (at, actor) for row, at, actor in changes.values_list("row", "at", "actor")}
    people = User.objects.filter(pk__in={actor for _at, actor in first.values() if actor})
    names = {user.pk: user.full_name for user in people}
    known = {row: (at, names.get(actor or 0, "")) for row, (at, actor) in first.items()}
    return [Edition(text, *known.get(row, (None, ""))) for row, text in rows.items()]
