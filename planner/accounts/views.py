"""Signing in and out, choosing a job centre, choosing a language."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from planner.accounts import kept
from planner.accounts.addresses import address_of
from planner.accounts.forms import SignInForm
from planner.accounts.middleware import memberships_of
from planner.accounts.models import User
from planner.accounts.roles import Role
from planner.accounts.services import TooManyTries
from planner.accounts.services import sign_in as check_password
from planner.ui.way_back import own_page

YEAR = 365 * 24 * 3600


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; then back to the page one came from."""
    after = _next(request)
    if request.method != "POST":
        return redirect(after) if request.user.is_authenticated else _sign_in_page(request, SignInForm(), after, 200)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, after, 422)
    try:
        user = check_password(request, **form.cleaned_data, address=address_of(request) or "", now=timezone.now())
    except TooManyTries as refused:
        again = timezone.localtime(refused.again_at).strftime("%H.%M")
        form.add_error(None, _("Der er prøvet for mange gange. Prøv igen kl. %(time)s.") % {"time": again})
        return _sign_in_page(request, form, after, 429)
    if user is None:
        form.add_error(None, _("Brugernavn eller adgangskode er forkert."))
        return _sign_in_page(request, form, after, 422)
    login(request, user)
    request.session["began"] = timezone.now().isoformat()
    response = redirect(_with_next("accounts:resume", after) if kept.is_kept(request) else after)
    kept.remember(response, user.pk)
    return _speaking(response, user.language)


@never_cache
@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """The form that was filled in when the session ended, to be sent once more by its user."""
    form = kept.take(request)
    if form is None:
        return redirect(_next(request))
    return render(request, "accounts/resume.html", {"form": form, "next": _next(request)})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("accounts:sign_in")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Which job centre to act for, where one belongs to several; the choice holds for the session."""
    if not isinstance(request.user, User):
        return redirect("accounts:sign_in")
    memberships = memberships_of(request.user.pk)
    if request.method != "POST":
        return render(request, "accounts/choose.html", {"memberships": memberships, "next": _next(request)})
    chosen = next((m for m in memberships if str(m.jobcentre_id) == request.POST.get("jobcentre")), None)
    if chosen is None:
        raise Http404
    request.session["jobcentre"] = chosen.jobcentre_id
    return redirect(_next(request))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Danish or English, kept on the user and in the browser (APP-05)."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise Http404
    if isinstance(request.user, User):
        request.user.language = wanted
        request.user.save(update_fields=["language"])
    return _speaking(redirect(_next(request)), wanted)


def _sign_in_page(request: HttpRequest, form: SignInForm, after: str, status: int) -> HttpResponse:
    context = {"form": form, "next": after, "sign_ins": _demo_sign_ins()}
    return render(request, "accounts/sign_in.html", context, status=status)


def _demo_sign_ins() -> list[dict[str, Any]]:
    """The demo's users, as `make run` wrote them down; nobody elsewhere."""
    ready = settings.DATA / "ready.json"
    if not (settings.EMBEDDED and ready.exists()):
        return []
    sign_ins: list[dict[str, Any]] = json.loads(ready.read_text()).get("sign_ins", [])
    names = {role.value: str(role.label) for role in Role}
    told = {one["username"]: ", ".join(names[role] for role in one["roles"]) for one in sign_ins}
    return [one | {"roles": f"{told[one['username']]}, {one['place']}"} for one in sign_ins]


def _next(request: HttpRequest) -> str:
    """The page to go to: one of ours, whatever was asked for."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return own_page(request, wanted) or resolve_url(settings.LOGIN_REDIRECT_URL)


def _with_next(url_name: str, after: str) -> str:
    return f"{resolve_url(url_name)}?{urlencode({'next': after})}"


def _speaking(response: HttpResponse, code: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
