"""Who the request is by: language, membership, job centre, settings; and the end of a session (GUARD-13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from planner.accounts.models import Membership, Settings
from planner.accounts.permissions import permissions_of
from planner.accounts.tenancy import acting_for

Respond = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Danish unless the person chose otherwise: by cookie, which signing in sets from the user's own choice."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


def memberships_of(user_id: int) -> list[Membership]:
    """The user's memberships at every job centre, by the job centre's name."""
    with transaction.atomic(), acting_for(None, actor=user_id):
        found = Membership.objects.filter(user_id=user_id).select_related("jobcentre")
        return sorted(found, key=lambda membership: membership.jobcentre.name)


class MembershipMiddleware:
    """The active membership of the session; roles are read anew at each request, so one taken away works at once."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.membership = request.jobcentre = request.settings = None
        request.permissions = frozenset()
        if request.user.is_authenticated:
            self._end_old_session(request)
        if request.user.is_authenticated:
            self._find_membership(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def _end_old_session(self, request: Any) -> None:
        began = request.session.get("began")
        longest = timedelta(hours=settings.SESSION_LONGEST_HOURS)
        if began is None:
            request.session["began"] = timezone.now().isoformat()
        elif timezone.now() - datetime.fromisoformat(began) > longest:
            logout(request)

    def _find_membership(self, request: Any) -> None:
        found = memberships_of(request.user.pk)
        chosen = [m for m in found if m.jobcentre_id == request.session.get("jobcentre")]
        membership = next(iter(chosen or (found if len(found) == 1 else [])), None)
        if membership is None:
            return
        request.membership, request.jobcentre = membership, membership.jobcentre
        request.permissions = permissions_of(membership.roles)
        with acting_for(membership.jobcentre_id, actor=request.user.pk):
            request.settings = Settings.objects.get()
