"""The program with two bare views beside it, for the floors V and B: what any view costs through the same server."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from planner.wsgi import application as application  # noqa: PLC0414 - what the web server calls

TABLE = """
CREATE TABLE bare_booking (id bigserial PRIMARY KEY, counsellor_id bigint NOT NULL, during tstzrange NOT NULL,
    EXCLUDE USING gist (counsellor_id WITH =, during WITH &&))
"""


def trivial(_request: HttpRequest) -> HttpResponse:
    """V."""
    return JsonResponse({"ok": True})


@csrf_exempt
def book(request: HttpRequest) -> HttpResponse:
    """B: one insert under the exclusion constraint, in a transaction."""
    asked = json.loads(request.body)
    start = datetime.fromisoformat(asked["start"])
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bare_booking (counsellor_id, during) VALUES (%s, tstzrange(%s, %s))",
                [asked["counsellor"], start, start + timedelta(hours=1)],
            )
    except IntegrityError:
        return JsonResponse({"taken": True}, status=409)
    return JsonResponse({"booked": True}, status=201)


settings.ROOT_URLCONF = __name__
urlpatterns = [path("bare/trivial", trivial), path("bare/book", book), path("", include("planner.urls"))]
