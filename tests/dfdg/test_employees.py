import pytest

from planner.dfdg.client import Client
from planner.dfdg.employees import EmployeeSource, FromDfdg, FromList
from planner.dfdg.messages import Caller
from planner.dfdg.simulator.population import FJORDBY, SKOVBY
from planner.dfdg.wire import Unreadable
from tests.dfdg.simulator import RunningSimulator

LIST = (
    "\ufefffornavn;mellemnavn;efternavn;email;sagsbehandlerId;idType\n"
    "Åse;Lund;Holm;aase.holm@fjordby.example;RID:1;RID\n"
    "Søren;;Friis;soeren.friis@fjordby.example;RID:2;\n"
)


@pytest.fixture
def dfdg(client: Client, caller: Caller) -> EmployeeSource:
    return FromDfdg(client, caller)


@pytest.mark.requirement("SYNC-14")
@pytest.mark.parametrize(
    "asked",
    [
        {"name": "winnie jensen"},
        {"name": "JENSEN  Winnie"},
        {"email": "Winnie.Jensen@fjordby.example"},
        {"name": "win", "email": "winnie.jensen@fjordby.example"},
    ],
)
def test_an_employee_is_found_by_name_and_by_email(
    dfdg: EmployeeSource, simulator: RunningSimulator, asked: dict[str, str]
) -> None:
    assert dfdg.find(**asked) == (simulator.population.counsellors(FJORDBY)[0],)


@pytest.mark.requirement("SYNC-14")
@pytest.mark.parametrize(
    "asked", [{}, {"name": "Ulla Brandt"}, {"name": "winnie", "email": "lotte.berg@fjordby.example"}]
)
def test_nobody_is_found_by_nothing_nor_from_another_job_centre(dfdg: EmployeeSource, asked: dict[str, str]) -> None:
    assert dfdg.find(**asked) == ()


@pytest.mark.requirement("SYNC-14")
def test_an_employee_without_a_certificate_is_told_as_such(dfdg: EmployeeSource) -> None:
    (found,) = dfdg.find(name="Naja Petersen")
    assert (found.has_certificate, found.identifier) == (False, "")


@pytest.mark.requirement("SYNC-14")
def test_danish_letters_survive_the_question(dfdg: EmployeeSource) -> None:
    assert [employee.full_name for employee in dfdg.find(name="åse")] == ["Åse Holm"]


@pytest.mark.requirement("SYNC-14")
def test_a_list_is_a_source_like_the_platform() -> None:
    source: EmployeeSource = FromList.read(LIST)
    (found,) = source.find(name="holm åse")
    assert (found.full_name, found.identifier, found.id_kind) == ("Åse Lund Holm", "RID:1", "RID")
    assert source.find(email="soeren.friis@fjordby.example")[0].identifier == "RID:2"
    assert source.find(name="Winnie") == ()


@pytest.mark.requirement("SYNC-14")
def test_a_list_that_lacks_a_column_says_which() -> None:
    with pytest.raises(Unreadable, match="sagsbehandlerId"):
        FromList.read("fornavn;efternavn\nÅse;Holm\n")


def test_each_job_centre_has_its_own(simulator: RunningSimulator) -> None:
    assert len(simulator.population.counsellors(SKOVBY)) == 4
