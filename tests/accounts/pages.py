"""Pages for the tests of doors: one behind a permission, one with a form, beside the real ones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from admin_module.models import Team
from planner.accounts.models import Settings
from planner.accounts.permissions import Permission, StaffRequest, permitted


@permitted(Permission.SUMMON)
def summoning(request: StaffRequest) -> HttpResponse:
    return HttpResponse(f"{request.method} {request.POST.get('title', '')} {Settings.objects.get().jobcentre_id}")


@permitted(Permission.AUDIT_SEE)
def audit(_request: StaffRequest) -> HttpResponse:
    return HttpResponse("log")


@permitted(Permission.FRONT_PAGE)
def teams(_request: StaffRequest) -> HttpResponse:
    return HttpResponse("\n".join(Team.objects.values_list("name", flat=True)))


def whose(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username())


urlpatterns = [
    path("", include("planner.accounts.urls")),
    path("", include("planner.ui.urls")),
    path("", whose),
    path("summoning/", summoning),
    path("audit/", audit),
    path("teams/", teams),
]
