"""What somebody had typed when their session ended, kept encrypted until the same person signs in again (SEC-03)."""

from __future__ import annotations

import json
from base64 import b85decode, b85encode
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from planner.accounts.vault import decrypt, encrypt

LONGEST = 500_000
_KEY = "kept"
_WHO = "planner_who"


@dataclass(frozen=True)
class Kept:
    """A form as it was posted: where to, and its fields in order."""

    path: str
    fields: list[tuple[str, str]]


def remember(response: HttpResponse, user_id: int) -> None:
    """Let this browser know, without saying so, who used it last."""
    response.set_cookie(_WHO, _mark(user_id), secure=settings.SECURE, httponly=True, samesite="Lax")


def keep(request: HttpRequest) -> None:
    """Keep the posted form, unless it brought files, is very long, or nobody is known to have filled it in."""
    if request.FILES or _WHO not in request.COOKIES:
        return
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    text = json.dumps({"path": request.get_full_path(), "who": request.COOKIES[_WHO], "fields": fields})
    if len(text) <= LONGEST:
        request.session[_KEY] = b85encode(encrypt(text)).decode()


def take(request: HttpRequest) -> Kept | None:
    """The form that this user had filled in, once; another user's is thrown away."""
    sealed = request.session.pop(_KEY, None)
    if sealed is None or request.user.pk is None:
        return None
    kept: dict[str, Any] = json.loads(decrypt(b85decode(sealed)))
    if kept["who"] != _mark(request.user.pk):
        return None
    return Kept(kept["path"], [(name, value) for name, value in kept["fields"]])


def is_kept(request: HttpRequest) -> bool:
    return _KEY in request.session


def _mark(user_id: int) -> str:
    return salted_hmac(_WHO, str(user_id)).hexdigest()
