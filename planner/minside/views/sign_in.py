"""In and out. MitID comes with OpenID Connect; until then only test citizens, where a setting allows it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from planner.minside.client import CitizenUnknown, ServiceFault
from planner.minside.entrance import enter, test_citizens
from planner.minside.forms import NumberForm
from planner.minside.session import Visit, visit_of
from planner.minside.views.door import for_citizen


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """«Min side» begins with what is coming."""
    return redirect("minside:appointments" if visit_of(request) else "minside:sign_in")


@never_cache
@sensitive_post_parameters("cpr")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One of the test citizens, or a number; elsewhere the page says that it is not open yet."""
    if not settings.MINSIDE_TEST_SIGN_IN:
        return render(request, "minside/closed.html", {"sender": _("Min side")})
    form = NumberForm(request.POST if request.method == "POST" else None)
    chosen = _chosen(request.POST.get("citizen", ""))
    if request.method == "POST" and (chosen or form.is_valid()):
        response = redirect("minside:appointments")
        try:
            enter(request, response, cpr=chosen or form.cleaned_data["cpr"])
        except CitizenUnknown:
            form.add_error(None, _("Vi kender ikke det nummer. Ring til din kommune."))
        except ServiceFault as fault:
            form.add_error(None, fault.sentence)
        else:
            rotate_token(request)
            return response
    context = {"form": form, "people": test_citizens(), "sender": _("Min side"), "ended": "ended" in request.GET}
    return render(request, "minside/sign_in.html", context, status=422 if form.is_bound else 200)


def _chosen(position: str) -> str:
    """The number of the test citizen at that place of the list."""
    people = test_citizens()
    return people[int(position)].cpr if position.isdecimal() and int(position) < len(people) else ""


@require_POST
@for_citizen
def sign_out(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """End the session; staff go back to the citizen's page."""
    staff = visit.citizen.staff
    response = redirect(staff.back if staff else "minside:sign_in")
    visit.end(response)
    return response
