"""Two administrators at once: an employee becomes one counsellor, and the later saving of a card is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from admin_module.models import Counsellor
from admin_module.queries.schedule import plans
from admin_module.services.counsellors import signed
from planner.accounts.models import User
from planner.accounts.tenancy import acting_for
from planner.dfdg.messages import Employee
from tests.concurrency.crowd import at_once
from tests.conftest import signed_in
from tests.factories import World

LIST = "/administration/counsellors/"
AT_ONCE = 4
DORTE = Employee(identifier="RID:7", id_kind="RID", given_name="Dorte", family_name="Dahl", email="dorte@example.dk")


def posting(user: User, address: str, values: dict[str, Any]) -> Callable[[], int]:
    client = signed_in(user)
    return lambda: int(client.post(address, values).status_code)


def card(world: World, **values: Any) -> dict[str, Any]:
    kept = {"teams": [world.team.pk], "valid_from": "1.1.2025", "cycle": "same"}
    return kept | {"max_conversation_share": "100", "automatic_share": "100"} | values


@pytest.mark.requirement("APP-15", "CONC-01", "COUN-02")
def test_an_employee_whom_several_make_a_counsellor_at_once_is_one(world: World) -> None:
    values = card(world, employee=signed(DORTE))
    outcomes = at_once(world, [posting(world.ada, f"{LIST}new/", values) for _ in range(AT_ONCE)])
    assert sorted(map(str, outcomes)) == ["302", *["422"] * (AT_ONCE - 1)]
    with acting_for(world.jobcentre.pk, source="test"):
        assert Counsellor.objects.filter(employee_id="RID:7").count() == 1


@pytest.mark.requirement("APP-15", "CONC-01")
def test_of_several_who_save_the_same_card_at_once_one_is_kept_and_the_others_are_told(world: World) -> None:
    cards = [
        card(world, version="1", base="2025-01-01", phone=f"7010120{number}", **{f"hours-0-{number}-from": "9"})
        | {f"hours-0-{number}-to": "15"}
        for number in range(AT_ONCE)
    ]
    address = f"{LIST}{world.anna.pk}/"
    outcomes = at_once(world, [posting(world.ada, address, values) for values in cards])
    assert sorted(map(str, outcomes)) == ["302", *["422"] * (AT_ONCE - 1)]
    with acting_for(world.jobcentre.pk, source="test"):
        kept = Counsellor.objects.get(pk=world.anna.pk)
        (plan,) = plans(kept)
    assert (kept.version, list(plan.weeks[0])) == (2, [int(kept.phone[-1])])
