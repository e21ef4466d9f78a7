"""What each role may do (SEC-02): one table, kept here, printed to docs/roles.md, and asked by every view."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from planner.accounts import kept
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for
from planner.ui.way_back import came_from, stood_on

if TYPE_CHECKING:
    from planner.accounts.models import Jobcentre, Membership, Settings, User

P = ParamSpec("P")


class Permission(Enum):
    """One thing that a role may do; the value is how docs/roles.md says it."""

    FRONT_PAGE = _("forsiden")
    ORGANISATION_SEE = _("organisation og indstillinger: se")
    ORGANISATION_SEE_OWN = _("organisation og indstillinger: se egne team")
    ORGANISATION_CHANGE = _("organisation og indstillinger: ændre")
    OFFERS_SEE = _("online tilbud: se")
    OFFERS_CHANGE = _("online tilbud: ændre")
    SUMMON = _("indkaldelser, afventerliste, opfølgningsliste, breve og [Synk]: ændre")
    APPOINTMENTS_COUNT = _("aftaler: antal og tider, ingen personer")
    APPOINTMENTS_CHANGE = _("aftaler: ændre")
    APPOINTMENTS_OWN = _("aftaler: egne: se, flytte, aflyse, fremmøde")
    CALENDAR_FREE_BUSY = _("kalender: ledig og optaget")
    CALENDAR_ALL = _("kalender: alle")
    CALENDAR_OWN = _("kalender: egen og egne team")
    ABSENCE_CHANGE = _("fravær: ændre")
    ABSENCE_OWN = _("fravær: eget")
    CITIZEN_SEE = _("borgerens side, opslag og eksport: ja")
    CITIZEN_SEE_OWN = _("borgerens side, opslag og eksport: borgere i egne samtaler og egen sagsstamme, uden eksport")
    STATISTICS = _("statistik: ja")
    STATISTICS_OWN = _("statistik: egen")
    CONNECTIONS_SEE = _("forbindelser, Systemlog og Fejl fra Jobnet: se")
    CONNECTIONS_CHANGE = _("forbindelser, Systemlog og Fejl fra Jobnet: ændre")
    AUDIT_SEE = _("Revisionsspor: se")


ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.FRONT_PAGE,
            Permission.ORGANISATION_SEE,
            Permission.ORGANISATION_CHANGE,
            Permission.OFFERS_SEE,
            Permission.APPOINTMENTS_COUNT,
            Permission.CALENDAR_FREE_BUSY,
            Permission.ABSENCE_CHANGE,
            Permission.STATISTICS,
            Permission.CONNECTIONS_SEE,
            Permission.CONNECTIONS_CHANGE,
        }
    ),
    Role.CASEWORKER: frozenset(
        {
            Permission.FRONT_PAGE,
            Permission.ORGANISATION_SEE,
            Permission.OFFERS_SEE,
            Permission.OFFERS_CHANGE,
            Permission.SUMMON,
            Permission.APPOINTMENTS_CHANGE,
            Permission.CALENDAR_ALL,
            Permission.ABSENCE_CHANGE,
            Permission.CITIZEN_SEE,
            Permission.STATISTICS,
        }
    ),
    Role.COUNSELLOR: frozenset(
        {
            Permission.FRONT_PAGE,
            Permission.ORGANISATION_SEE_OWN,
            Permission.OFFERS_SEE,
            Permission.APPOINTMENTS_OWN,
            Permission.CALENDAR_OWN,
            Permission.ABSENCE_OWN,
            Permission.CITIZEN_SEE_OWN,
            Permission.STATISTICS_OWN,
        }
    ),
    Role.AUDITOR: frozenset(
        {Permission.FRONT_PAGE, Permission.STATISTICS, Permission.CONNECTIONS_SEE, Permission.AUDIT_SEE}
    ),
}


def permissions_of(roles: list[str]) -> frozenset[Permission]:
    """Everything that somebody with these roles may do."""
    return frozenset().union(*(ALLOWED[Role(role)] for role in roles))


class StaffRequest(HttpRequest):
    """A request by a signed-in user with an active membership."""

    user: User
    membership: Membership
    jobcentre: Jobcentre
    settings: Settings
    permissions: frozenset[Permission]
    htmx: Any


def to_sign_in(request: Any) -> HttpResponse:
    """To the sign-in page, and afterwards back: to this page, or for a form or a fragment to the page it stands on."""
    back = request.get_full_path()
    if request.method == "POST":
        kept.keep(request)
    if request.method != "GET" or request.htmx:
        back = _page_of(request) or back
    answer = redirect_to_login(back)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def _page_of(request: Any) -> str:
    """The path of our page that the browser stands on; empty where it does not say."""
    page = stood_on(request) or came_from(request)
    return urlsplit(page)._replace(scheme="", netloc="").geturl()


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponse]


def permitted(
    *any_of: Permission, transaction: bool = True
) -> Callable[[StaffView[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """The door of every staff page: signed in, a job centre chosen, one of these permissions; else sign-in or 403.

    The view runs in one transaction that acts for the job centre. With `transaction=False` it opens `acting_for`
    itself, in pieces, because it calls another system in between.
    """

    def door(view: StaffView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @functools.wraps(view)
        def entered(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if request.membership is None:
                return redirect("accounts:choose")
            if not request.permissions.intersection(any_of):
                raise PermissionDenied
            if not transaction:
                return view(request, *args, **kwargs)
            with acting_for(request.jobcentre.pk, actor=request.user.pk):
                return view(request, *args, **kwargs)

        entered.permissions = any_of  # type: ignore[attr-defined]
        return entered

    return door
