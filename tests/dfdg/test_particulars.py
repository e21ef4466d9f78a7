from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from planner.dfdg.client import Client
from planner.dfdg.errors import Incomplete
from planner.dfdg.messages import Caller, Contact, EmployeeName, Place
from planner.dfdg.particulars import Particular, missing
from tests.dfdg.said import complete, in_days
from tests.dfdg.simulator import RunningSimulator

CPR = "0101801234"


@pytest.mark.requirement("SYNC-11")
def test_a_summons_with_every_particular_lacks_nothing() -> None:
    assert missing(complete(CPR)) == ()


@pytest.mark.requirement("SYNC-11")
@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"summons_id": UUID(int=0)}, {Particular.ID}),
        ({"ends_at": None}, {Particular.TIME}),
        ({"ends_at": in_days(14)}, {Particular.TIME}),
        ({"contact_mode": 99}, {Particular.FORM}),
        ({"meeting_form": 9}, {Particular.FORM}),
        ({"meeting_form": 2}, {Particular.GROUP}),
        ({"conversation_type": 0}, {Particular.TYPE}),
        ({"place": None}, {Particular.PLACE, Particular.ADDRESS}),
        ({"place": Place(description="Lokale 2")}, {Particular.ADDRESS}),
        ({"place": Place(address="Havnegade 4", city="Fjordby")}, {Particular.ADDRESS}),
        ({"contact_mode": 6, "place": None}, {Particular.PLACE}),
        ({"contact_mode": 8, "place": None}, {Particular.LINK}),
        ({"contact_mode": 2, "place": None}, {Particular.PHONE}),
        ({"contact": None}, {Particular.CONTACT}),
        ({"contact": Contact()}, {Particular.CONTACT}),
        ({"title": "  "}, {Particular.TITLE}),
        ({"description": ""}, {Particular.DESCRIPTION}),
        ({"employee": None}, {Particular.EMPLOYEE}),
        ({"employee": EmployeeName(given_name="Winnie", family_name="")}, {Particular.EMPLOYEE}),
        ({"rebooking_until": in_days(15).date()}, {Particular.REBOOKING}),
        ({"conversation_type": 17}, {Particular.FUND_PARTICIPATION}),
    ],
)
def test_each_particular_that_lacks_is_named(changes: dict[str, object], lacking: set[Particular]) -> None:
    assert set(missing(complete(CPR, **changes))) == lacking


@pytest.mark.requirement("SYNC-11")
@pytest.mark.parametrize(
    "changes",
    [
        {"contact_mode": 8, "place": None, "digital_link": "https://moede.example/1"},
        {"contact_mode": 2, "place": None, "phone": "20103040"},
        {"contact_mode": 3, "place": None},
        {"conversation_type": 17, "fund_participation": False},
        {"meeting_form": 2, "group_meeting_id": uuid4()},
        {"rebooking_until": None},
    ],
)
def test_only_what_the_form_of_the_conversation_needs_is_asked_for(changes: dict[str, object]) -> None:
    assert missing(complete(CPR, **changes)) == ()


@pytest.mark.requirement("SYNC-11")
def test_an_incomplete_summons_is_refused_before_any_call_and_the_sentence_names_what_lacks(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    person = simulator.population.people[0]
    message = replace(complete(person.cpr), contact_mode=8, place=None, contact=None)
    with pytest.raises(Incomplete) as refusal:
        client.create(message, caller=caller, request_id=str(uuid4()))
    assert refusal.value.missing == (Particular.LINK, Particular.CONTACT)
    assert refusal.value.sentence == (
        "Indkaldelsen er ikke sendt, fordi der mangler: link til det digitale møde, hvordan borgeren kan kontakte jer."
    )
    assert simulator.calls() == []


def test_the_last_day_of_rebooking_may_be_the_day_itself_in_danish_time() -> None:
    late = in_days(14, "00:30")
    assert missing(complete(CPR, starts_at=late, rebooking_until=late.date())) == ()
    assert missing(complete(CPR, starts_at=late, rebooking_until=late.date() + timedelta(days=1))) != ()
