from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from planner.dfdg.client import Client
from planner.dfdg.codes import ErrorCode
from planner.dfdg.errors import DfdgError, Duplicate, LockedOut, Refused, Transient
from planner.dfdg.messages import Caller, SummonsMessage
from planner.dfdg.report import report, withdraw
from planner.dfdg.simulator.population import FJORDBY
from tests.dfdg.said import complete
from tests.dfdg.simulator import RunningSimulator


@pytest.fixture
def message(simulator: RunningSimulator) -> SummonsMessage:
    return complete(simulator.population.people[0].cpr)


def request_id() -> str:
    return str(uuid4())


def later(message: SummonsMessage) -> SummonsMessage:
    shift = timedelta(days=7)
    assert message.ends_at is not None
    return replace(message, starts_at=message.starts_at + shift, ends_at=message.ends_at + shift)


def held(simulator: RunningSimulator) -> list[tuple[UUID, str]]:
    return [(row.summons_id, row.message.title) for row in simulator.summonses() if not row.deleted]


@pytest.mark.requirement("SYNC-10")
def test_a_summons_is_created_moved_and_withdrawn(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    report(client, message, known=False, caller=caller, request_id=request_id())
    report(client, later(message), known=True, caller=caller, request_id=request_id())
    assert simulator.summonses()[0].message.starts_at == later(message).starts_at
    withdraw(client, message.summons_id, cpr=message.cpr, caller=caller, request_id=request_id())
    assert [effect.change for effect in simulator.effects()] == ["created", "updated", "deleted"]
    assert held(simulator) == []


@pytest.mark.requirement("SYNC-10")
def test_a_create_that_arrived_before_the_line_broke_is_done_at_the_second_try(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    simulator.fail("drop_after", operation="create", times=1)
    same_id = request_id()
    with pytest.raises(Transient):
        report(client, message, known=False, caller=caller, request_id=same_id)
    report(client, message, known=False, caller=caller, request_id=same_id)
    assert [effect.change for effect in simulator.effects()] == ["created"]
    assert [call["status"] for call in simulator.calls("create")] == [201, 412]


@pytest.mark.requirement("SYNC-10")
def test_a_move_that_arrived_before_the_line_broke_is_done_at_the_second_try(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    report(client, message, known=False, caller=caller, request_id=request_id())
    simulator.fail("drop_after", operation="update", times=1)
    same_id = request_id()
    with pytest.raises(Transient):
        report(client, later(message), known=True, caller=caller, request_id=same_id)
    report(client, later(message), known=True, caller=caller, request_id=same_id)
    assert [effect.change for effect in simulator.effects()] == ["created", "updated"]


@pytest.mark.requirement("SYNC-10")
def test_a_cancellation_that_arrived_before_the_line_broke_is_done_at_the_second_try(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    report(client, message, known=False, caller=caller, request_id=request_id())
    simulator.fail("drop_after", operation="delete", times=1)
    same_id = request_id()
    with pytest.raises(Transient):
        withdraw(client, message.summons_id, cpr=message.cpr, caller=caller, request_id=same_id)
    withdraw(client, message.summons_id, cpr=message.cpr, caller=caller, request_id=same_id)
    assert [effect.change for effect in simulator.effects()] == ["created", "deleted"]


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize("what", ["create", "update", "delete"])
def test_a_412_that_is_not_true_asks_for_a_new_request_id(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage, what: str
) -> None:
    if what != "create":
        report(client, message, known=False, caller=caller, request_id=request_id())
    simulator.fail("duplicate", operation=what, times=1)
    with pytest.raises(Duplicate):
        _say(client, caller, message, what)
    _say(client, caller, message, what)
    expected = [] if what == "delete" else [message.summons_id]
    assert [summons_id for summons_id, _ in held(simulator)] == expected


def _say(client: Client, caller: Caller, message: SummonsMessage, what: str, *, again: str = "") -> None:
    with_id = again or request_id()
    if what == "delete":
        withdraw(client, message.summons_id, cpr=message.cpr, caller=caller, request_id=with_id)
    else:
        said = later(message) if what == "update" else message
        report(client, said, known=what == "update", caller=caller, request_id=with_id)


FAULTS: dict[str, tuple[dict[str, Any], type[DfdgError] | None]] = {
    "500": ({"kind": "status", "status": 500}, Transient),
    "503": ({"kind": "status", "status": 503, "retry_after": 1}, Transient),
    "404": ({"kind": "status", "status": 404}, Refused),
    "403": ({"kind": "status", "status": 403}, LockedOut),
    "400": ({"kind": "refuse", "code": 99000}, Refused),
    "timeout before effect": ({"kind": "drop_before", "seconds": 0.4}, Transient),
    "timeout after effect": ({"kind": "drop_after", "seconds": 0.4}, Transient),
    "slow": ({"kind": "delay", "seconds": 0.1}, None),
    "broken body": ({"kind": "malformed"}, None),
    "reset": ({"kind": "reset"}, Transient),
    "duplicate": ({"kind": "duplicate"}, Duplicate),
}


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize("what", ["create", "update", "delete"])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_outcome_and_the_next_try_ends_right_with_one_effect(
    caller: Caller, simulator: RunningSimulator, message: SummonsMessage, fault: str, what: str
) -> None:
    switch, outcome = FAULTS[fault]
    said = later(message) if what == "update" else message
    patient, hasty = simulator.config(), simulator.config(timeout=0.3)
    with Client(patient) as client, Client(hasty if fault.startswith("timeout") else patient) as first_client:
        if what != "create":
            report(client, message, known=False, caller=caller, request_id=request_id())
        before = len(simulator.effects())
        simulator.fail(**switch, operation=what, times=1)
        same_id = request_id()
        if outcome is not None:
            with pytest.raises(DfdgError) as met:
                _say(first_client, caller, message, what, again=same_id)
            assert type(met.value) is outcome
        _say(client, caller, message, what, again=request_id() if outcome is Duplicate else same_id)
    assert len(simulator.effects()) == before + 1
    assert [row.message.starts_at for row in simulator.summonses() if not row.deleted] == (
        [] if what == "delete" else [said.starts_at]
    )


@pytest.mark.requirement("SYNC-10")
def test_a_wrong_belief_about_what_dfdg_knows_heals_itself(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    report(client, message, known=True, caller=caller, request_id=request_id())
    report(client, later(message), known=False, caller=caller, request_id=request_id())
    assert [effect.change for effect in simulator.effects()] == ["created", "updated"]
    assert simulator.summonses()[0].message.starts_at == later(message).starts_at


@pytest.mark.requirement("SYNC-10")
def test_what_is_there_already_as_we_want_it_is_done(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    simulator.plant(message, jobcentre_code=FJORDBY)
    report(client, message, known=False, caller=caller, request_id=request_id())
    assert [effect.change for effect in simulator.effects()] == ["created"]


@pytest.mark.requirement("SYNC-10")
def test_withdrawing_what_dfdg_never_had_is_done(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    withdraw(client, message.summons_id, cpr=message.cpr, caller=caller, request_id=request_id())
    assert simulator.effects() == []


@pytest.mark.requirement("SYNC-10")
def test_a_second_coming_job_conversation_is_refused_in_danish(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    report(client, message, known=False, caller=caller, request_id=request_id())
    with pytest.raises(Refused, match="allerede en kommende jobsamtale eller opfølgningssamtale") as refusal:
        report(client, complete(message.cpr), known=False, caller=caller, request_id=request_id())
    assert refusal.value.has_code(ErrorCode.SECOND_CONVERSATION)


@pytest.mark.requirement("SYNC-10")
def test_what_a_citizen_booked_is_told_with_the_citizen_behind_it(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    booked = replace(message, self_booked=True)
    with pytest.raises(Refused, match="UserType has to be 1"):
        report(client, booked, known=False, caller=caller, request_id=request_id())
    citizen = Caller.citizen(
        jobcentre_code=FJORDBY, full_name="Peter Madsen", cpr=message.cpr, registered_at=caller.registered_at
    )
    report(client, booked, known=False, caller=citizen, request_id=request_id())
    assert simulator.summonses()[0].message.self_booked
    assert message.cpr not in repr(citizen)


@pytest.mark.requirement("SYNC-10")
def test_that_the_unemployment_fund_stays_away_is_told_once(
    client: Client, caller: Caller, simulator: RunningSimulator, message: SummonsMessage
) -> None:
    joint = replace(message, conversation_type=17, fund_participation=False)
    simulator.fail("drop_after", operation="participation", times=1)
    same_id = request_id()
    with pytest.raises(Transient):
        report(client, joint, known=False, caller=caller, request_id=same_id)
    report(client, joint, known=False, caller=caller, request_id=same_id)
    assert [choice["indkaldelseIdentifier"] for choice in simulator.choices()] == [str(message.summons_id)]
    assert simulator.choices()[0]["deltagelsesvalgType"] == 1
