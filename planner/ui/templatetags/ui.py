"""Tags and filters of every template: words, icons, states, forms, lists, menus. Markup is in templates/components/."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms import BaseForm, BaseFormSet, BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from planner.ui import formatting
from planner.ui.components import Option, PageTab, Step
from planner.ui.filters import NOT_A_CPR
from planner.ui.forms import Combobox, DateInput, MultiCombobox, TimeInput
from planner.ui.listing import ListState
from planner.ui.paging import Page
from planner.ui.refusal import Refusal, Words

register = template.Library()

# Words

for written in (
    formatting.short_day,
    formatting.day,
    formatting.day_year,
    formatting.date_year,
    formatting.long_date,
    formatting.long_day,
    formatting.long_day_year,
    formatting.weekday,
    formatting.short_weekday,
    formatting.short_month,
    formatting.clock,
    formatting.at_clock,
    formatting.moment,
    formatting.moment_year,
    formatting.week,
    formatting.week_number,
    formatting.number,
    formatting.hours,
    formatting.cpr_mask,
    formatting.initials,
    formatting.starts_with_capital,
):
    register.filter(written.__name__, written)

register.simple_tag(formatting.period, name="period")
register.simple_tag(formatting.clocks, name="clocks")
register.simple_tag(formatting.days, name="days")
register.simple_tag(formatting.weeks, name="weeks")
register.simple_tag(formatting.recent, name="recent")

# Places in the calendar (static/css/calendar-places.css)


@register.filter
def at_class(value: datetime | time) -> str:
    """«at-0930»: the row at which something starts, on the wall clock here."""
    hour, minute = formatting.clock(value).replace(":", ".").split(".")
    return f"at-{int(hour):02}{int(minute) // 5 * 5:02}"


@register.filter
def for_class(minutes: int) -> str:
    """«for-45»: how many rows it takes, at least one."""
    return f"for-{max(5, -(-minutes // 5) * 5)}"


# Icons and states

STATUS_ICONS = {"ok": "check", "warn": "time", "bad": "error", "off": "minus", "wait": "hourglass"}
NOTE_ICONS = {"": "info", "ok": "success", "warn": "warning", "bad": "error"}
RECEIVER_ICONS = {"ok": "check", "wait": "hourglass", "bad": "close", "off": "minus"}


@lru_cache(maxsize=1024)
def icon_svg(name: str, tone: str = "") -> SafeString:
    """An icon of the sprite, as decoration."""
    return format_html(
        '<svg class="icon-svg{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {tone}" if tone else "",
        static("vendor/dkfds/img/all-svg-icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, tone: str = "") -> SafeString:
    """{% icon "search" %}, {% icon "warning" "warn" %}: decoration; the words stand beside it or in aria-label."""
    return icon_svg(name, tone)


@register.simple_tag
def status(kind: str, words: Words, icon: str = "") -> SafeString:
    """{% status "ok" "Sendt" %}: a state in shape and word."""
    tone = "warn" if kind == "wait" else kind
    return format_html(
        '<span class="pl-st pl-st--{}">{}{}</span>', tone, icon_svg(icon or STATUS_ICONS.get(kind, "info")), words
    )


@register.simple_tag
def pill(words: Words, tone: str = "") -> SafeString:
    """{% pill "Selvbooket" %}: a quiet word in a pill."""
    return format_html('<span class="pl-pill{}">{}</span>', f" pl-pill--{tone}" if tone else "", words)


@register.simple_tag
def receiver(kind: str, words: Words) -> SafeString:
    """{% receiver "bad" "Kalender: fejl, prøver igen 10.50" %}: a receiver's state; words on hover and read out."""
    return format_html(
        '<span class="pl-rcv pl-rcv--{}" title="{}">{}<span class="sr-only">{}</span></span>',
        kind,
        words,
        icon_svg(RECEIVER_ICONS[kind]),
        words,
    )


@register.simple_tag
def bar(label: Words, total: float, **parts: float) -> SafeString:
    """{% bar "30 af 36 booket" total=36 b=9 a=21 %}: parts of a whole, in the given order; the label says the same."""
    start, drawn = 0.0, []
    for tone, value in parts.items():
        share = 100 * value / total if total else 0
        drawn.append((tone, f"{start:.1f}", f"{share:.1f}"))
        start += share
    rects = format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="100%"/>', drawn)
    return format_html(
        '<svg class="pl-bar" role="img" aria-label="{}"><rect class="t" width="100%" height="100%"/>{}</svg>',
        label,
        rects,
    )


# Blocks


@register.simple_block_tag
def note(content: str, tone: str = "", title: Words = "") -> SafeString:
    """{% note "warn" "Titel" %}…{% endnote %}: something to know, in the flow of the page."""
    return _rendered("note", tone=tone, title=title, content=content, icon=NOTE_ICONS[tone])


@register.simple_block_tag
def foot(content: str) -> SafeString:
    """{% foot %}…{% endfoot %}: the bar at the foot; last in a form or in the content."""
    return format_html('<div class="pl-foot">{}</div>', content)


@register.simple_block_tag
def menu(content: str, label: Words, words: Words = "", icon: str = "more-horiz") -> SafeString:
    """{% menu "Handlinger for Dagpenge" %}{% menu_link … %}{% endmenu %}: a «⋯» menu; with `words` a wider button."""
    return _rendered("menu", label=label, content=content, words=words, icon=icon)


@register.simple_tag
def menu_link(url: str, words: Words, icon: str = "", dialog: bool = False, key: str = "") -> SafeString:
    """One page in a menu; `dialog=True` opens it in the dialog, `key` is the letter that chooses it."""
    return _rendered("menu_link", url=url, words=words, icon=icon, dialog=dialog, key=key)


@register.simple_tag(takes_context=True)
def menu_post(context: Any, url: str, words: Words, icon: str = "", *, name: str = "", value: Any = "") -> SafeString:
    """One act in a menu, by POST."""
    token = context.get("csrf_token", "")
    return _rendered("menu_post", url=url, words=words, icon=icon, name=name, value=value, csrf_token=token)


@register.simple_tag(takes_context=True)
def post_button(
    context: Any,
    url: str,
    words: Words,
    icon: str = "",
    *,
    kind: str = "secondary",
    small: bool = False,
    name: str = "",
    value: Any = "",
    about: Words = "",
) -> SafeString:
    """A form of one button: an act by POST; `about` says to screen readers what it is about."""
    return _rendered(
        "post_button",
        url=url,
        words=words,
        icon=icon,
        kind=kind,
        small=small,
        name=name,
        value=value,
        about=about,
        csrf_token=context.get("csrf_token", ""),
    )


@register.simple_tag
def empty(sentence: Words, url: str = "", label: Words = "", icon: str = "search") -> SafeString:
    """{% empty "Ingen lokaler endnu." url=url label="Opret mødelokale" %}: an empty list says what to press."""
    return _rendered("empty", sentence=sentence, url=url, label=label, icon=icon)


@register.simple_tag
def refusal(refused: Refusal | None) -> SafeString:
    """{% refusal refusal %}: why not, and the ways out; nothing where there is none."""
    return _rendered("refusal", refusal=refused) if refused else SafeString("")


@register.simple_tag
def steps(steps: Iterable[Step]) -> SafeString:
    """{% steps steps %}: where one is in a flow."""
    return _rendered("steps", steps=steps)


@register.simple_tag
def page_tabs(tabs: Iterable[PageTab], label: Words) -> SafeString:
    """{% page_tabs tabs "Medarbejderkort" %}: the page's own tabs, as links."""
    return _rendered("page_tabs", tabs=tabs, label=label)


@register.simple_tag
def progress_bar(finished: int, total: int, url: str = "", label: Words = "", seconds: int = 1) -> SafeString:
    """{% progress_bar finished=231 total=387 url=url label="Fordeler tider" %}: asks `url` for its next self."""
    return _rendered("progress", finished=finished, total=total, url=url, label=label, seconds=seconds)


# Forms


@register.simple_tag
def field(
    bound: BoundField, cols: int = 0, *, suffix: Words = "", narrow: bool = False, hint: Words = "", must: bool = True
) -> SafeString:
    """{% field form.title cols=3 %}: label, «skal udfyldes», field, hint and error; `cols` of six in a pl-fg."""
    widget = bound.field.widget
    shape = _shape(widget)
    style = {"check": "pl-c", "choices": "pl-c", "select": "form-select", "file": "pl-file"}.get(shape, "form-input")
    widget.attrs["class"] = f"{widget.attrs.get('class', '')} {style}{' w-xs pl-num' if narrow else ''}".strip()
    if narrow:
        widget.attrs.setdefault("inputmode", "numeric")
    return _rendered(
        "field",
        field=bound,
        shape=shape,
        cols=cols,
        suffix=suffix,
        hint=hint or bound.help_text,
        must=must and bound.field.required,
        picks_date=isinstance(widget, DateInput | forms.DateInput),
        combobox=isinstance(widget, Combobox | MultiCombobox),
        url=str(getattr(widget, "url", "")),
    )


@register.simple_tag
def fields(form: BaseForm, cols: int = 0) -> SafeString:
    """{% fields form %}: every field of a form, in its order; hidden ones too."""
    hidden = (str(bound) for bound in form.hidden_fields())
    return mark_safe("".join([*hidden, *(field(bound, cols) for bound in form.visible_fields())]))  # noqa: S308


CHECKED = mark_safe(" checked")
TICK = (
    '<label class="pl-in-{}"><input class="pl-c" type="checkbox" id="{}-{}" name="{}" value="{}" data-path="{}"{}>'
    " <span>{}</span></label>"
)


@register.simple_tag
def ticks(tree: Iterable[Any], bound: BoundField, ticked: Container[str]) -> SafeString:
    """{% ticks tree field ticked %}: a box for each line of a tree; by one loop in Python, for there are hundreds."""
    name, own_id = bound.html_name, bound.auto_id
    lines = (
        (one.depth, own_id, one.key, name, one.key, one.trail, CHECKED if one.key in ticked else "", one.name)
        for one in tree
    )
    return format_html_join("", TICK, lines)


@register.simple_tag
def error_summary(*forms_and_sets: BaseForm | BaseFormSet[Any] | list[BaseForm] | None) -> SafeString:
    """{% error_summary form %}: what is wrong, each a link to its field; takes the focus. Nothing where all is well."""
    found = [error for item in forms_and_sets if item is not None for error in _errors(item)]
    return _rendered("error_summary", errors=found) if found else SafeString("")


def _shape(widget: Any) -> str:
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "time" if isinstance(widget, TimeInput) else "input"


def _errors(item: BaseForm | BaseFormSet[Any] | list[BaseForm]) -> list[tuple[str, Words, str]]:
    """(id of the field or "", label, message) of everything wrong."""
    if isinstance(item, list):
        return [error for form in item for error in _errors(form)]
    if isinstance(item, BaseFormSet):
        whole = [("", "", str(message)) for message in item.non_form_errors()]
        return whole + [error for form in item.forms for error in _errors(form)]
    whole = [("", "", str(message)) for message in item.non_field_errors()]
    shown = [bound for bound in item if bound.errors]
    return whole + [
        (bound.auto_id, bound.label, str(message)) for bound in shown for message in bound.errors if bound.auto_id
    ]


# Lists


@register.simple_tag
def list_head(state: ListState, select: Words = "", form: str = "list-filters") -> SafeString:
    """{% list_head state select="Vælg alle" %}: titles to sort by, and under them the filters of their columns."""
    known = {wanted.key: wanted for wanted in state.filters}
    headings = [
        {
            "column": column,
            "url": state.sorted_by(column.key) if column.order_by else "",
            "sorted": ("descending" if state.sort.descending else "ascending") if column.key == state.sort.key else "",
            "filter": known.get(column.filtered_by),
            "value": state.value(column.filtered_by),
        }
        for column in state.columns
    ]
    filtered = any(heading["filter"] for heading in headings)
    return _rendered("list_head", state=state, headings=headings, select=select, form=form, filtered=filtered)


@register.simple_tag
def filter_form(state: ListState, form: str = "list-filters", list: str = "", hidden: bool = False) -> SafeString:  # noqa: A002
    """{% filter_form state %}: the form behind the filters; those without a column are its fields.

    Where the list lies in a form of its own, put this outside with `list` = the id of the list.
    """
    in_columns = {column.filtered_by for column in state.columns}
    quick = [wanted for wanted in state.filters if wanted.kind.value == "quick" and state.value(wanted.key)]
    own = [wanted for wanted in state.filters if wanted.key not in in_columns and wanted.kind.value != "quick"]
    shown = [{"filter": wanted, "chosen": state.all(wanted.key), "value": state.value(wanted.key)} for wanted in own]
    return _rendered("filter_form", state=state, form=form, list=list, shown=[] if hidden else shown, quick=quick)


@register.simple_tag
def no_cpr() -> SafeString:
    """{% no_cpr %} in a text filter: the browser keeps a CPR number out of the address, and says why (APP-10)."""
    told = _("Et CPR-nummer må ikke stå i adressen. Søg efter det i feltet øverst.")
    return format_html(' pattern="{}" title="{}"', NOT_A_CPR, told)


@register.simple_tag
def filter_chips(state: ListState) -> SafeString:
    """{% filter_chips state %}: the filters that are on, each a link that takes it off."""
    return _rendered("filter_chips", state=state)


@register.simple_tag
def quick_filters(state: ListState) -> SafeString:
    """{% quick_filters state %}: the filters that are buttons with a count."""
    shown = [
        {"filter": wanted, "on": bool(state.value(wanted.key)), "url": state.toggled(wanted.key)}
        for wanted in state.filters
        if wanted.kind.value == "quick"
    ]
    return _rendered("quick_filters", shown=shown)


@register.simple_tag
def pager(page: Page[Any], state: ListState) -> SafeString:
    """{% pager page state %}: «1–50 af 400» and the pages, every link with the whole state."""
    links = [(number, state.at_page(number) if number else "") for number in page.numbers]
    return _rendered(
        "pager",
        page=page,
        links=links,
        previous=state.at_page(page.previous) if page.previous else "",
        next=state.at_page(page.next) if page.next else "",
    )


@register.simple_tag
def select_cell(value: Any, words: Words, checked: bool = False, name: str = "selected") -> SafeString:
    """{% select_cell row.pk row.name %}: the row's tick box."""
    return _rendered("select_cell", value=value, words=words, checked=checked, name=name)


@register.simple_tag
def options(rows: Iterable[Option]) -> SafeString:
    """{% options rows %}: what a combobox suggests."""
    return _rendered("options", rows=rows)


@register.filter
def as_date(value: datetime) -> date:
    """The local date of an instant."""
    return formatting._as_date(value)


def _rendered(component: str, **context: Any) -> SafeString:
    return render_to_string(f"components/{component}.html", context)
