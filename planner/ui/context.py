"""What every template knows: which frame it stands in, the navigation, and the receipts that wait."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from planner.ui import navigation, notices

DIALOG = "dialog"


def in_dialog(request: HttpRequest) -> bool:
    """Whether htmx asks for the page to put it in the page's one dialog."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and htmx.target == DIALOG


def frame_of(request: HttpRequest) -> str:
    """The frame of a page that may also open in the dialog; without JavaScript the administration keeps its menu."""
    if in_dialog(request):
        return "dialog.html"
    administration = navigation.address("admin_module:start")
    inside = administration and request.path.startswith(administration)
    return "administration.html" if inside else "base.html"


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's own context; what costs a query is a callable, asked only by the frame that shows it."""
    return {
        "LANGUAGE_CODE": get_language(),
        "frame": partial(frame_of, request),
        "tabs": partial(navigation.tabs, request),
        "administration": partial(navigation.administration, request),
        "sections": partial(navigation.sections, request),
        "notices": partial(notices.shown, request),
    }
