"""The door of every page but sign-in, and the frame they are shown in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from planner.minside.client import NotFound, ServiceFault, Unavailable
from planner.minside.session import COOKIE, Visit, visit_of

P = ParamSpec("P")
CitizenView = Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]
STATUS: dict[type[ServiceFault], int] = {NotFound: 404, Unavailable: 503}


def for_citizen(view: CitizenView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A citizen's session, or the way to it. A fault of the service is a page; no answer is kept anywhere."""

    @functools.wraps(view)
    def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        visit = visit_of(request)
        if visit is None:
            ended = "?ended" if COOKIE in request.COOKIES else ""
            return redirect(f"{reverse('minside:sign_in')}{ended}")
        try:
            response = view(request, visit, *args, **kwargs)
        except ServiceFault as fault:
            response = shown(request, visit, "fault", status=STATUS.get(type(fault), 409), fault=fault)
        if COOKIE not in response.cookies:
            visit.save(response)
        response["Cache-Control"] = "no-store, private"
        return response

    return door


def shown(request: HttpRequest, visit: Visit, name: str, /, status: int = 200, **context: Any) -> HttpResponse:
    """A page of «Min side» with what its frame needs."""
    citizen = visit.citizen
    frame = {"citizen": citizen, "sender": citizen.jobcentre, "phone": citizen.phone}
    return render(request, f"minside/{name}.html", frame | context, status=status)
