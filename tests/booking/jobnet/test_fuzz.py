"""BorgerBookingService under schemathesis: calls made from its own OpenAPI document, right and wrong (GUARD-15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
import schemathesis
from django.conf import settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from planner.accounts.tenancy import acting_for
from planner.dfdg.jobnet.methods import routes
from planner.dfdg.jobnet.openapi import document
from tests import factories
from tests.booking.jobnet.service import Service, running
from tests.factories import make_citizen, make_cpr, make_offer

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = sum(len(verbs) for verbs in routes(settings.BORGERBOOKING_PATHS).values())
SHORT, LONG = 200, 10_000


@dataclass(frozen=True)
class Ground:
    """A service with an offer, a citizen and a booking, so that some calls get all the way."""

    service: Service
    offer_id: str
    booking_id: str
    cpr: str

    def led_home(self, case: Any) -> Any:
        """The same call about what there is."""
        found = {"offer_id": self.offer_id, "booking_id": self.booking_id}
        for name in found.keys() & dict(case.path_parameters or {}).keys():
            case.path_parameters[name] = found[name]
        case.headers["x-civilregistrationIdentifier"] = self.cpr
        if isinstance(case.body, dict):
            case.body |= {"moedetilbudId": self.offer_id, "jobcenterKode": "10300"}
        return case


@pytest.fixture
def ground(transactional_db: None) -> Iterator[Ground]:
    world, cpr, booking_id = factories.make_nordby(), make_cpr(8001), uuid4()
    with acting_for(world.jobcentre.pk, source="test"):
        make_citizen(world.jobcentre, cpr=cpr)
        offer = make_offer(world.team, world.anna, world.birk, now=datetime.now(UTC) - timedelta(days=1))
    with running(workers=1) as service:
        assert service.book(cpr, offer, service.starts(cpr, offer)[0], booking_id).status == 201
        yield Ground(service, str(offer.pk), str(booking_id), cpr)


def fuzz(ground: Ground, examples: int) -> Counter[int]:
    """So many calls, spread over the methods; how they were answered."""
    schema = schemathesis.openapi.from_dict(document(settings.BORGERBOOKING_PATHS))
    answers: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation = cast("Any", found).ok()
        right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

        @hypothesis_settings(
            max_examples=-(-examples // OPERATIONS),
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=st.one_of(right, right.map(ground.led_home), wrong),
            known=st.sampled_from(["token", "token", "token", "x", ""]),
        )
        def call(case: Any, known: str) -> None:
            token = {"": "", "x": "Bearer x", "token": f"Bearer {ground.service.token}"}[known]
            answer = case.call(base_url=ground.service.url, headers={"Authorization": token} if token else {})
            answers[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)
            if case.path == "/ping":
                return
            turned_away = {401, 414}  # the web server lets no address past that is too long for it
            assert answer.status_code in turned_away if known != "token" else answer.status_code != 401

        call()
    return answers


@pytest.mark.requirement("GUARD-15", "SYNC-15")
@pytest.mark.parametrize("examples", [SHORT, pytest.param(LONG, marks=pytest.mark.deep)])
def test_no_call_breaks_the_service_its_schema_or_its_door(ground: Ground, examples: int) -> None:
    answers = fuzz(ground, examples)
    print(f"GUARD-15 BorgerBookingService: {answers.total()} calls, by status {dict(sorted(answers.items()))}")
    assert answers.total() >= examples
    assert {200, 400, 401, 404} <= answers.keys()
