"""The tabs of the header and the menu of the administration: shown where the page exists and the role may open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from planner.accounts.permissions import Permission
from planner.accounts.tenancy import acting_for, current
from planner.ui.refusal import Words

Count = Callable[[Any], int]


@dataclass(frozen=True, slots=True)
class Tab:
    """A page with a place in the navigation, for those with one of these permissions.

    Without a label it is called by the job centre's own word for itself (APP-12).
    """

    url_name: str
    label: Words | None
    any_of: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the administration's menu and its pages."""

    label: Words
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab as this person sees it; `count` is None where nothing is counted."""

    url_name: str
    label: Words
    url: str
    is_current: bool
    count: int | None


CALENDAR = (Permission.CALENDAR_ALL, Permission.CALENDAR_OWN, Permission.CALENDAR_FREE_BUSY)
ORGANISATION = (Permission.ORGANISATION_SEE, Permission.ORGANISATION_CHANGE)
CONNECTIONS = (Permission.CONNECTIONS_SEE, Permission.CONNECTIONS_CHANGE)

TABS = (
    Tab("booking:calendar", _("Kalender"), CALENDAR),
    Tab("summons:start", _("Indkald borgere"), (Permission.SUMMON,)),
    Tab("booking:offers", _("Online tilbud"), (Permission.OFFERS_SEE, Permission.OFFERS_CHANGE)),
    Tab("summons:pending", _("Afventerliste"), (Permission.SUMMON,)),
    Tab("summons:follow_up", _("Opfølgningsliste"), (Permission.SUMMON,)),
)
ADMINISTRATION = Tab(
    "admin_module:start", _("Administration"), (Permission.ORGANISATION_CHANGE, *CONNECTIONS, Permission.AUDIT_SEE)
)
SECTIONS = (
    Section(
        _("Organisation"),
        (
            Tab("admin_module:jobcentre", None, ORGANISATION),
            Tab("admin_module:teams", _("Teams"), ORGANISATION),
            Tab("admin_module:counsellors", _("Vejledere"), ORGANISATION),
            Tab("admin_module:rooms", _("Mødelokaler"), ORGANISATION),
            Tab("admin_module:closing_days", _("Lokale lukkedage"), ORGANISATION),
        ),
    ),
    Section(
        _("Samtaler"),
        (
            Tab("admin_module:types", _("Samtaletyper"), ORGANISATION),
            Tab("admin_module:variants", _("Samtaletypevarianter"), ORGANISATION),
            Tab("admin_module:templates", _("Indkaldelsesskabeloner"), ORGANISATION),
            Tab("admin_module:competences", _("Kompetencer"), ORGANISATION),
            Tab("admin_module:texts", _("Tekster og breve"), ORGANISATION),
        ),
    ),
    Section(
        _("System"),
        (
            Tab("admin_module:users", _("Brugere"), ORGANISATION),
            Tab("summons:case_systems", _("Sagsbehandlingssystemer"), CONNECTIONS),
            Tab("outbox:log", _("Systemlog"), CONNECTIONS),
            Tab("booking:differences", _("Afvigelser"), (Permission.SUMMON, *CONNECTIONS)),
            Tab("booking:faults", _("Fejl fra Jobnet"), CONNECTIONS),
            Tab("audit:log", _("Revisionsspor"), (Permission.AUDIT_SEE,)),
        ),
    ),
)

_counts: dict[str, Count] = {}


def count(url_name: str, counted: Count) -> None:
    """Show «(n)» beside a tab; `counted` is called with the request, acting for its job centre."""
    _counts[url_name] = counted


def address(url_name: str) -> str:
    """The address of a page, or "" where there is no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def tabs(request: HttpRequest) -> list[ShownTab]:
    """The header's tabs as this person sees them."""
    return _shown(request, TABS)


def administration(request: HttpRequest) -> ShownTab | None:
    """The link to the administration, for those who may open something there."""
    inside = any(tab.is_current for _label, found in sections(request) for tab in found)
    found = _shown(request, (ADMINISTRATION,))
    if not found:
        return None
    tab = found[0]
    return ShownTab(tab.url_name, tab.label, tab.url, tab.is_current or inside, tab.count)


def sections(request: HttpRequest) -> list[tuple[Words, list[ShownTab]]]:
    """The administration's menu as this person sees it, empty sections left out."""
    found = [(section.label, _shown(request, section.tabs)) for section in SECTIONS]
    return [(label, shown) for label, shown in found if shown]


def _shown(request: HttpRequest, candidates: tuple[Tab, ...]) -> list[ShownTab]:
    permissions: frozenset[Permission] = getattr(request, "permissions", frozenset())
    allowed = [tab for tab in candidates if not tab.any_of or permissions.intersection(tab.any_of)]
    found = [(tab, url) for tab in allowed if (url := address(tab.url_name))]
    under = [url for _tab, url in found if request.path == url or request.path.startswith(url.rstrip("/") + "/")]
    nearest = max(under, key=len, default=None)
    return [
        ShownTab(tab.url_name, _label(request, tab), url, url == nearest, _counted(request, tab.url_name))
        for tab, url in found
    ]


def _label(request: Any, tab: Tab) -> Words:
    return capfirst(request.jobcentre.word) if tab.label is None else tab.label


def _counted(request: Any, url_name: str) -> int | None:
    counted = _counts.get(url_name)
    if counted is None:
        return None
    if current().jobcentre_id is not None:
        return counted(request)
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        return counted(request)
