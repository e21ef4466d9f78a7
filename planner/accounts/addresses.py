"""Where a request comes from."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The browser's address: the one that our own balancer saw, or the connection's; None where that is no address."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY and (forwarded := request.headers.get("X-Forwarded-For", "")):
        seen = forwarded.rpartition(",")[2]
    try:
        return str(ip_address(seen.strip()))
    except ValueError:
        return None
