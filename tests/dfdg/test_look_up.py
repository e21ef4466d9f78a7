import time
from dataclasses import replace

import pytest

from planner.dfdg.client import Client
from planner.dfdg.codes import ErrorCode
from planner.dfdg.errors import LockedOut, Refused, Transient
from planner.dfdg.messages import Caller, CprStatus
from planner.dfdg.simulator.population import SKOVBY
from planner.dfdg.wire import CodeList
from tests.dfdg.simulator import RunningSimulator


@pytest.mark.requirement("SYNC-13")
def test_five_hundred_citizens_are_looked_up_within_five_seconds_in_the_order_given(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    own = [person for person in simulator.population.people if person.jobcentre_code != SKOVBY]
    asked = (own * 2)[:500]
    started = time.perf_counter()
    answers = client.people([person.cpr for person in asked], caller=caller)
    assert time.perf_counter() - started < 5
    assert [answer.facts for answer in answers] == asked


@pytest.mark.requirement("SYNC-13")
def test_the_caseworker_stands_behind_every_look_up(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    client.people([person.cpr for person in simulator.population.people[:3]], caller=caller)
    assert [call["user_name"] for call in simulator.calls("person")] == ["Bo Ærøskøbing-Ågård"] * 3


@pytest.mark.requirement("SYNC-13")
def test_dead_lost_and_departed_citizens_are_told_apart(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    special = [person for person in simulator.population.people if person.cpr_status is not CprStatus.ACTIVE]
    answers = client.people([person.cpr for person in special], caller=caller)
    assert [(answer.facts.cpr_status, answer.facts.cpr_status_name) for answer in answers if answer.facts] == [
        (CprStatus.DEAD, "Død"),
        (CprStatus.INACTIVE, "Forsvundet"),
        (CprStatus.MOVED_AWAY, "Udrejst"),
        (CprStatus.MOVED_AWAY, "Udrejst"),
    ]


@pytest.mark.requirement("SYNC-13")
def test_of_another_job_centres_citizen_only_which_it_is_comes_back(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    stranger = simulator.population.of(SKOVBY)[0]
    facts = client.person(stranger.cpr, caller=caller)
    assert (facts.jobcentre_code, facts.full_name, facts.address, facts.contact_group) == (SKOVBY, "", "", None)


@pytest.mark.requirement("SYNC-13")
def test_one_unknown_number_leaves_the_others_alone(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    known = simulator.population.people[0]
    unknown, answered = client.people(["0101011111", known.cpr], caller=caller)
    assert isinstance(unknown.fault, Refused)
    assert unknown.fault.has_code(ErrorCode.CPR_UNKNOWN)
    assert answered.facts == known


@pytest.mark.requirement("SYNC-13")
def test_one_citizen_dfdg_does_not_answer_for_leaves_the_others_alone(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    first, second = simulator.population.people[:2]
    simulator.fail("status", status=503, cpr=first.cpr)
    unanswered, answered = client.people([first.cpr, second.cpr], caller=caller)
    assert isinstance(unanswered.fault, Transient)
    assert answered.facts == second


@pytest.mark.requirement("SYNC-13")
def test_a_silent_dfdg_is_not_asked_four_hundred_times(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    simulator.fail("off")
    answers = client.people([person.cpr for person in simulator.population.people], caller=caller)
    assert all(isinstance(answer.fault, Transient) and answer.facts is None for answer in answers)
    assert len(answers) == len(simulator.population.people)
    assert len(simulator.calls("person")) < 30


@pytest.mark.requirement("SYNC-13")
def test_a_fault_now_and_then_does_not_stop_the_others(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    people = simulator.population.of(SKOVBY)
    fjord = [person for person in simulator.population.people if person not in people][:100]
    for person in fjord[::10]:
        simulator.fail("status", status=503, cpr=person.cpr)
    answers = client.people([person.cpr for person in fjord], caller=caller)
    assert [answer.facts is None for answer in answers] == [place % 10 == 0 for place in range(100)]


@pytest.mark.requirement("SYNC-13")
def test_a_locked_door_is_not_tried_for_everybody(client: Client, caller: Caller, simulator: RunningSimulator) -> None:
    simulator.fail("status", status=401)
    answers = client.people([person.cpr for person in simulator.population.people], caller=caller)
    assert all(isinstance(answer.fault, LockedOut) for answer in answers)
    assert len(simulator.calls("person")) < 30


def test_nobody_is_looked_up_when_nobody_is_asked_for(client: Client, caller: Caller) -> None:
    assert client.people([], caller=caller) == ()


@pytest.mark.requirement("SYNC-13")
def test_a_person_added_by_hand_is_found(client: Client, caller: Caller, simulator: RunningSimulator) -> None:
    person = replace(simulator.population.people[0], cpr="0202802222", given_name="Ny")
    simulator.add_person(person)
    assert client.person("0202802222", caller=caller) == person


def test_reference_rows_come_with_their_validity(client: Client, caller: Caller) -> None:
    types = {row.code: row for row in client.reference(CodeList.CONVERSATION_TYPES, caller=caller)}
    assert types[7].name == "Jobsamtale"
    assert types[7].valid_until is None
    assert types[19].valid_until is not None
    names = {row.name for row in client.reference(CodeList.ABSENCE_TYPES, caller=caller)}
    assert {"Ferie", "Sygdom", "Barsel"} <= names
    groups = {row.name for row in client.reference(CodeList.CONTACT_GROUPS, caller=caller)}
    assert "Dagpengemodtager" in groups


def test_person_groups_come_with_their_level(client: Client, caller: Caller, simulator: RunningSimulator) -> None:
    assert client.person_groups(caller=caller) == simulator.population.person_groups
    assert {row.level for row in client.person_groups(caller=caller)} == {"state", "region", "jobcentre"}
