"""Where somebody came from, as a request says it: an address that is not one of our own pages is none."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_page(request: HttpRequest, address: str) -> str:
    """The address, where it is one of ours; else empty."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else ""


def came_from(request: HttpRequest) -> str:
    """The page whose form or button was pressed."""
    return own_page(request, request.headers.get("Referer", ""))


def stood_on(request: HttpRequest) -> str:
    """The page that the dialog stands on."""
    return own_page(request, request.headers.get("HX-Current-URL", ""))


def named_back(request: HttpRequest) -> str:
    """The page that the form itself names."""
    return own_page(request, request.POST.get("back", ""))
