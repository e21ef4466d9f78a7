"""What surrounds every answer: the request's id, 503 without a database, refusals as pages, fragments for htmx."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from planner.logs import request_id
from planner.ui import notices
from planner.ui.context import in_dialog
from planner.ui.refusal import Refusal
from planner.ui.views import unavailable

Respond = Callable[[HttpRequest], HttpResponse]
_FOREIGN_ID = re.compile(r"[A-Za-z0-9-]{8,46}")


class RequestIdMiddleware:
    """One id for a request, in its log lines, its jobs, its transaction and its answer's head (RUN-04)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        current = given if _FOREIGN_ID.fullmatch(given) else secrets.token_hex(8)
        token = request_id.set(current)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = current
            return response
        finally:
            request_id.reset(token)


class UnavailableMiddleware:
    """503 with Retry-After when a view loses the database; what fails outside views meets `views.server_error`."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return unavailable(request) if isinstance(exception, OperationalError | InterfaceError) else None


class FragmentMiddleware:
    """Makes an ordinary answer right for htmx: a redirect leaves the dialog, receipts come along out of band."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        htmx: Any = getattr(request, "htmx", None)
        if not htmx:
            return response
        if response.status_code in {301, 302, 303, 307} and (in_dialog(request) or _to_sign_in(response)):
            return _leaving(response)
        if _is_fragment(response) and notices.waiting(request):
            response.content += render_to_string("components/notices_swap.html", request=request).encode()
        return response


class RefusalMiddleware:
    """A refusal that a view did not show itself: a page, or for htmx a notice on the page one stands on (both 422)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if getattr(request, "htmx", None):
            response = render(request, "components/refusal.html", {"refusal": exception}, status=422)
            return reswap(retarget(response, "#dialog-refusal" if in_dialog(request) else "#notices"), "innerHTML")
        return render(request, "refusal.html", {"refusal": exception}, status=422)


def _to_sign_in(response: HttpResponse) -> bool:
    """The session has ended: the whole page goes to sign-in, not a corner of it."""
    return urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)


def _leaving(response: HttpResponse) -> HttpResponse:
    leaving = HttpResponseClientRedirect(response["Location"])
    leaving.cookies = response.cookies
    return leaving


def _is_fragment(response: HttpResponse) -> bool:
    """HTML that htmx swaps in, without a frame of its own that would show the receipts."""
    if response.streaming or response.status_code >= 300 or response.has_header("HX-Redirect"):
        return False
    return response.get("Content-Type", "").startswith("text/html") and b"<html" not in response.content[:500]
