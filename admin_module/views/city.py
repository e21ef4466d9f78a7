"""The city of a postal code, while it is typed."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from admin_module.postal_codes import city_of
from planner.accounts.permissions import Permission, StaffRequest, permitted

NAME = re.compile(r"[\w-]*postal_code")
NO_CONTENT = 204


@require_safe
@permitted(Permission.ORGANISATION_CHANGE)
def city(request: StaffRequest) -> HttpResponse:
    """The city's field with the name in it; nothing for an unknown code, so that what is typed stays."""
    name = next((key for key in request.GET if NAME.fullmatch(key)), "")
    found = city_of(request.GET.get(name, ""))
    if not found:
        return HttpResponse(status=NO_CONTENT)
    return render(request, "admin_module/city.html", {"name": name.replace("postal_code", "city"), "city": found})
