"""What anybody may read of BorgerBookingService: that it answers, and its OpenAPI document."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from planner.dfdg.jobnet.openapi import document


@never_cache
@require_safe
def ping(_request: HttpRequest) -> JsonResponse:
    """No I/O."""
    return JsonResponse({"ping": "ok"})


@require_safe
def openapi(_request: HttpRequest) -> JsonResponse:
    """Made from the models that read and write the messages."""
    return JsonResponse(document(settings.BORGERBOOKING_PATHS), json_dumps_params={"ensure_ascii": False})
