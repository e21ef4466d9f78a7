"""The lines of the tree of teams: one loop in Python, for lookups in a template cost more than the rest (SPEED-13)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from admin_module.queries.team import TeamRow
from planner.ui.templatetags.ui import icon

register = template.Library()

LINE = (
    '<li data-team="{}" data-name="{}"><div class="r{}"{}>{}<span class="nm">{}<a href="{}{}/" id="team-{}"{}>{}</a>'
    '</span><span class="pl-num">{}<span class="sr-only"> {}</span></span><span class="pl-num">{}'
    '<span class="sr-only"> {}</span></span><span class="pl-sub pl-small pl-clip-1">{}</span>{}</div><ul>{}'
)
GRIP = '<a class="pl-grip" href="{}{}/move/" data-dialog aria-label="{} {}">{}</a>'
FOLD = '<button class="pl-tog" type="button" aria-expanded="true" aria-label="{} {}">{}</button>'
ACTS = '<a class="pl-btn-i pl-btn-i--s" href="{}{}/" data-acts aria-label="{} {}">{}</a>'
NOTHING, NO_GRIP, NO_FOLD = SafeString(""), mark_safe("<span></span>"), mark_safe('<span class="pl-tog"></span>')
MENU, FOCUS = mark_safe(" data-context-menu"), mark_safe(" data-focus")


@register.simple_tag
def team_lines(rows: Iterable[TeamRow], on: int | None, may_change: bool) -> SafeString:
    """{% team_lines rows on may_change %}: each team with what it has, a handle and a «⋯»; `on` has the focus."""
    base, people, rooms = reverse("admin_module:teams"), _("vejledere"), _("lokaler")
    move, acts, below = _("Flyt"), _("Handlinger for"), _("Underteams af")
    grip, more, chevron = icon("drag-pan"), icon("more-horiz"), icon("chevron-down")

    def line(row: TeamRow) -> tuple[Any, ...]:
        stands = row.pk == on
        handle = format_html(GRIP, base, row.pk, move, row.name, grip) if row.parent else NO_GRIP
        fold = format_html(FOLD, below, row.name, chevron) if row.has_children else NO_FOLD
        menu = format_html(ACTS, base, row.pk, acts, row.name, more) if may_change else NOTHING
        begins = (row.pk, row.name, " on" if stands else "", MENU if may_change else "", handle if may_change else "")
        named = (fold, base, row.pk, row.pk, FOCUS if stands else "", row.name)
        return (*begins, *named, row.counsellors, people, row.rooms, rooms, row.address, menu, row.ends)

    return format_html_join("", LINE, map(line, rows))
