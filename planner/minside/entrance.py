"""Ways in: as a test citizen where a setting allows it, and as staff who book for a citizen (CIT-01).

OpenID Connect (a MitID broker) will be one more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from planner.accounts.tenancy import acting_for
from planner.dfdg.jobnet.wire import CitizenFacts
from planner.minside.client import CitizenUnknown, Service, service_address
from planner.minside.places import Place, place_of, places
from planner.minside.session import Citizen, Staff, begin


@dataclass(frozen=True, slots=True)
class TestCitizen:
    """An invented citizen of the demo."""

    name: str
    cpr: str = field(repr=False)


def test_citizens() -> list[TestCitizen]:
    """Those whom `make run` wrote down; nobody elsewhere."""
    ready = settings.DATA / "ready.json"
    if not (settings.MINSIDE_TEST_SIGN_IN and ready.exists()):
        return []
    known = json.loads(ready.read_text()).get("test_citizens", [])
    return [TestCitizen(one["name"], one["cpr"]) for one in known]


def enter(request: HttpRequest, response: HttpResponse, *, cpr: str) -> None:
    """Let the citizen in at the job centre that knows the number; raises CitizenUnknown where none does."""
    refused = CitizenUnknown("")
    for place in places():
        service = Service(base_url=service_address(request), cpr=cpr, code=place.code)
        try:
            facts = service.bookings().citizen
        except CitizenUnknown as fault:
            refused = fault
            continue
        begin(request, response, _citizen(place, facts, cpr=cpr))
        return
    raise refused


def enter_for(request: HttpRequest, response: HttpResponse, *, cpr: str, staff: Staff) -> None:
    """Let a member of staff in on behalf of a citizen of their own job centre."""
    jobcentre, chosen = request.jobcentre, request.settings  # type: ignore[attr-defined]
    with acting_for(jobcentre.pk, source="minside"):
        place = place_of(jobcentre, chosen)
    facts = Service(base_url=service_address(request), cpr=cpr, code=place.code).bookings().citizen
    begin(request, response, _citizen(place, facts, cpr=cpr, staff=staff))


def _citizen(place: Place, facts: CitizenFacts, *, cpr: str, staff: Staff | None = None) -> Citizen:
    return Citizen(
        cpr=cpr,
        name=facts.full_name,
        jobcentre=place.name,
        code=place.code,
        phone=place.phone,
        email=facts.email,
        gets_mail=place.mails and bool(facts.email),
        staff=staff,
    )
