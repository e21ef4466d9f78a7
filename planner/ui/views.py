"""The pages of errors that must work without database and session (404, 403, 400: Django's own, with our templates)."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = 10


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the fault is that the database is gone (also in middleware, outside any view)."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def unavailable(_request: HttpRequest) -> HttpResponse:
    """503: come back in a moment."""
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: the page was open too long, or cookies are off."""
    del reason
    return HttpResponse(render_to_string("403_csrf.html"), status=403)
