"""The search box of the header: a POST, so that no number ever stands in an address (APP-10, APP-11)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from booking.cpr import masked
from booking.queries.citizen import citizens_seen_by
from booking.queries.search import found
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw


@permitted(Permission.CITIZEN_SEE, Permission.CITIZEN_SEE_OWN)
def search(request: StaffRequest) -> HttpResponse:
    """What the text finds; the one citizen with a number is opened at once."""
    text = request.POST.get("q", "").replace("\0", "")[:100]
    everybody = Permission.CITIZEN_SEE in request.permissions
    result = found(text, citizens_seen_by(request.user, all_of_them=everybody))
    seen = [citizen.pk for citizen in result.citizens] + [summons.citizen_id for summons in result.summonses]
    saw(seen, purpose=Purpose.SEARCH, now=timezone.now(), request=request)
    if result.exact:
        return redirect("booking:citizen", pk=result.exact.pk)
    return render(request, "booking/search.html", {"found": result, "text": masked(text)})
