import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from planner.dfdg import wire
from planner.dfdg.client import Client
from planner.dfdg.errors import Refused
from planner.dfdg.messages import Caller, CprStatus
from planner.dfdg.simulator.exchange import Request, Response
from planner.dfdg.simulator.server import Simulator
from tests.dfdg.said import complete, in_days
from tests.dfdg.simulator import RunningSimulator

NAMES = wire.HeaderNames()
ROOT = Path(__file__).parents[2]


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(clock: Clock) -> Iterator[Simulator]:
    """Without sockets, with its own clock."""
    simulator = Simulator(clock=clock)
    yield simulator
    simulator.store.close()


@pytest.fixture
def cpr(platform: Simulator) -> str:
    return platform.directory.population.people[0].cpr


class Sender:
    """Says anything, right or wrong, as the caseworker."""

    def __init__(self, platform: Simulator, caller: Caller, cpr: str) -> None:
        self.platform, self.caller, self.cpr = platform, caller, cpr

    def send(
        self, method: str, path: str, body: object = None, *, request_id: str | None = None, **changes: str | None
    ) -> Response:
        said = wire.headers(self.caller, names=NAMES, request_id=request_id or str(uuid4()), cpr=self.cpr)
        headers = {name.lower(): value for name, value in said.items()}
        for name, value in changes.items():
            headers[name.replace("_", "-").lower()] = value or ""
        headers = {name: value for name, value in headers.items() if value}
        return self.platform.answer(Request(method=method, path=path, headers=headers, body=json.dumps(body).encode()))

    def create(self, body: dict[str, Any] | None = None, **particulars: Any) -> Response:
        path = f"/v1/Indkaldelse/{particulars.pop('summons_id', uuid4())}"
        return self.send("POST", path, body or right(), **particulars)


def right(**changes: Any) -> dict[str, Any]:
    """A body that is accepted; a change to None takes the field away."""
    body = {**wire.summons_body(complete("")), **changes}
    return {name: value for name, value in body.items() if value is not None}


def codes(response: Response) -> list[int | None]:
    return [complaint.code for complaint in wire.complaints_from(json.loads(response.body))]


@pytest.fixture
def sender(platform: Simulator, caller: Caller, cpr: str) -> Sender:
    return Sender(platform, caller, cpr)


@pytest.mark.requirement("SYNC-10")
def test_a_request_id_is_remembered_for_seven_days(sender: Sender, clock: Clock) -> None:
    summons_id = uuid4()
    assert sender.create(summons_id=summons_id, request_id="5c7e").status == 201
    assert sender.create(summons_id=summons_id, request_id="5c7e").status == 412
    clock.now += timedelta(days=6, hours=23)
    assert sender.send("GET", "/ping", request_id="5c7e").status == 412
    clock.now += timedelta(hours=2)
    assert sender.send("GET", "/ping", request_id="5c7e").status == 200


def test_a_refused_request_id_is_spent_too(sender: Sender) -> None:
    assert sender.create(right(moedetitel=None), request_id="5c7e").status == 400
    assert sender.create(request_id="5c7e").status == 412


@pytest.mark.parametrize(("length", "status"), [(46, 200), (47, 400)])
def test_a_request_id_has_at_most_46_characters(sender: Sender, length: int, status: int) -> None:
    assert sender.send("GET", "/ping", request_id="a" * length).status == status


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"x_activeOrganisation": None}, 8232),
        ({"x_requestUserMetadata": None}, 8233),
        ({"x_requestUserMetadata": "not base64"}, 8234),
        ({"x_activeOrganisation": "{"}, 8234),
        ({"x_activeOrganisation": '{"organisationTypeIdentifier":99,"organisationCode":"1"}'}, 8173),
        ({"x_requestId": None}, 99000),
        ({"x_civilregistrationIdentifier": "3113801234"}, 1001),
        ({"x_civilregistrationIdentifier": "0101011111"}, 1010),
    ],
)
def test_headers_are_demanded(sender: Sender, headers: dict[str, str | None], code: int) -> None:
    response = sender.send("POST", f"/v1/Indkaldelse/{uuid4()}", right(), request_id=None, **headers)
    assert (response.status, codes(response)) == (400, [code])


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"samtaleformType": 9}, [90000]),
        ({"samtaleformType": None}, [90000]),
        ({"samtaleType": 3}, [90001]),
        ({"moedeStarttidspunkt": "2020-01-01T10:00:00+01:00", "moedeSluttidspunkt": None}, [90002]),
        ({"moedeSluttidspunkt": wire.instant(in_days(13))}, [90004]),
        ({"moedeGruppeType": 3}, [90005]),
        ({"ombookingMulig": False}, [90009]),
        ({"ombookingFrist": None}, [90010]),
        ({"aflysningsfrist": "2026-01-01"}, [90014]),
        ({"samtaleformType": 8}, [99000]),
        ({"samtaleformType": 2}, [99000]),
        ({"telefonnummer": "tyve"}, [99000]),
        ({"moedested": None}, [99000]),
        ({"moedeGruppeType": 2}, [99000]),
        ({"moedetitel": None}, [99000]),
        ({"moedetitel": "x" * 101}, [99000]),
        ({"moedebeskrivelse": "x" * 4001}, [99000]),
        ({"ombookingMulig": None, "ombookingFrist": None}, [99000]),
        ({"aflysningMulig": None}, [99000]),
        ({"obligatoriskFremmoede": None}, [99000]),
        ({"borgerSkalAcceptere": "ja"}, [99000]),
        ({"varighed": 30}, [99000]),
        ({"selvbooket": True}, [99000]),
        ({"moedeStarttidspunkt": None}, [99000]),
        ({"sagsbehandler": {"fornavn": "x" * 51, "efternavn": "Holm"}}, [99000]),
        ({"samtaleType": 3, "moedeGruppeType": 3}, [90001, 90005]),
    ],
)
def test_a_body_is_validated_as_published(sender: Sender, changes: dict[str, Any], expected: list[int]) -> None:
    response = sender.create(right(**changes))
    assert (response.status, codes(response)) == (400, expected)
    assert sender.platform.store.versions() == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"varighed": 45},
        {"samtaleformType": 8, "digitaltMoedelink": "https://moede.example/1", "moedested": None},
        {"moedeGruppeType": 2, "gruppemoedeId": str(uuid4())},
        {"aflysningMulig": True},
        {"ukendt": {"a": 1}},
    ],
)
def test_a_right_body_is_accepted(sender: Sender, changes: dict[str, Any]) -> None:
    assert sender.create(right(**changes)).status == 201


def test_names_are_read_without_regard_to_case(sender: Sender) -> None:
    shouted = {name.upper(): value for name, value in right().items()}
    assert sender.send("POST", f"/V1/indkaldelse/{uuid4()}", shouted).status == 201


def test_a_body_that_is_no_json_is_refused(sender: Sender) -> None:
    assert codes(sender.send("POST", f"/v1/Indkaldelse/{uuid4()}", "{")) == [99000]


@pytest.mark.parametrize(
    ("status", "code"), [(CprStatus.DEAD, 4405), (CprStatus.INACTIVE, 4367), (CprStatus.MOVED_AWAY, None)]
)
def test_the_dead_and_the_lost_are_refused_and_the_departed_are_not(
    sender: Sender, status: CprStatus, code: int | None
) -> None:
    people = sender.platform.directory.population.people
    sender.cpr = next(person.cpr for person in people if person.cpr_status is status)
    response = sender.create()
    assert response.status == 201 if code is None else codes(response) == [code]


def test_another_job_centres_citizen_is_refused(sender: Sender) -> None:
    sender.cpr = sender.platform.directory.population.of("10200")[0].cpr
    response = sender.create()
    assert (response.status, codes(response)) == (403, [4575])


def test_unknown_and_deleted_summonses_are_unknown(sender: Sender) -> None:
    path = f"/v1/Indkaldelse/{uuid4()}"
    sender.send("POST", path, right())
    sender.send("DELETE", path)
    for method, address in (("PUT", path), ("DELETE", path), ("GET", path), ("PUT", f"/v1/Indkaldelse/{uuid4()}")):
        response = sender.send(method, address, right())
        assert (response.status, codes(response)) == (404, [90036])


def test_an_id_that_is_taken_is_not_created_again(sender: Sender) -> None:
    path = f"/v1/Indkaldelse/{uuid4()}"
    sender.send("POST", path, right())
    assert sender.send("POST", path, right()).status == 409


def test_another_citizens_number_does_not_open_a_summons(sender: Sender) -> None:
    path = f"/v1/Indkaldelse/{uuid4()}"
    sender.send("POST", path, right())
    sender.cpr = sender.platform.directory.population.people[1].cpr
    assert codes(sender.send("GET", path)) == [8107]


def test_what_a_system_owns_only_that_system_changes(sender: Sender) -> None:
    path = f"/v1/Indkaldelse/{uuid4()}"
    assert sender.send("POST", path, right(ejersystem=7), x_sim_system="opera").status == 201
    assert codes(sender.send("PUT", path, right(ejersystem=7))) == [4575]
    assert codes(sender.send("DELETE", path)) == [4575]
    assert sender.send("DELETE", path, x_sim_system="opera").status == 204


def test_what_no_system_owns_any_system_of_the_authority_changes(sender: Sender) -> None:
    path = f"/v1/Indkaldelse/{uuid4()}"
    sender.send("POST", path, right(), x_sim_system="opera")
    assert sender.send("PUT", path, right()).status == 200


def test_a_second_coming_job_or_follow_up_conversation_is_refused_until_the_rule_is_switched_off(
    sender: Sender,
) -> None:
    sender.create()
    assert codes(sender.create(right(samtaleType=4))) == [90008]
    assert sender.create(right(samtaleType=10)).status == 201
    sender.platform.service.rules.single_conversation = False
    assert sender.create(right(samtaleType=4)).status == 201


def test_a_past_or_deleted_conversation_does_not_stand_in_the_way(sender: Sender, clock: Clock) -> None:
    path = f"/v1/Indkaldelse/{uuid4()}"
    sender.send("POST", path, right())
    sender.send("DELETE", path)
    assert sender.create().status == 201
    clock.now += timedelta(days=15)
    later = complete("", starts_at=in_days(30))
    assert sender.create(wire.summons_body(later)).status == 201


@pytest.mark.parametrize("spelling", ["/v1/indkaldelse/{}/historik", "/v1/Indkaldelse/historik/{}"])
def test_history_has_a_row_for_every_change(sender: Sender, spelling: str) -> None:
    summons_id = uuid4()
    path = f"/v1/Indkaldelse/{summons_id}"
    for method in ("POST", "PUT", "DELETE"):
        sender.send(method, path, right())
    rows = json.loads(sender.send("GET", spelling.format(summons_id)).body)
    assert [(row["aendringstype"], row["erAktuel"], row["erSlettet"]) for row in rows] == [
        (1, False, False),
        (2, False, False),
        (3, False, True),
    ]
    assert rows[0]["registrerendeMyndighed"] == {"organisationTypeIdentifier": 8, "organisationCode": "10100"}
    assert len(json.loads(sender.send("GET", "/v1/indkaldelse/historik").body)) == 3


def test_unknown_addresses_are_not_found(sender: Sender) -> None:
    assert sender.send("GET", "/v1/Indkaldelse/not-a-uuid").status == 404
    assert sender.send("PATCH", "/v1/Indkaldelse").status == 404
    assert sender.send("GET", "/sim/nothing").status == 404


def test_due_dates_follow_the_calendar_of_a_simulator_that_runs_for_weeks(
    platform: Simulator, clock: Clock, cpr: str
) -> None:
    person = platform.directory.person(cpr)
    clock.now += timedelta(days=21)
    moved = platform.directory.person(cpr)
    assert person is not None
    assert moved is not None
    assert moved.due_dates[0].due_on == person.due_dates[0].due_on + timedelta(days=21)


def test_a_fault_can_strike_one_citizen_a_number_of_times(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    first, second = simulator.population.people[:2]
    simulator.fail("refuse", code=90036, cpr=first.cpr, operation="write", times=2)
    outcomes = [_refused(client, caller, cpr) for cpr in (first.cpr, second.cpr, first.cpr, first.cpr)]
    assert outcomes == [True, False, True, False]


def test_a_fault_can_strike_each_third_call(client: Client, caller: Caller, simulator: RunningSimulator) -> None:
    simulator.fail("refuse", code=90036, operation="write", every=3, times=2)
    outcomes = [_refused(client, caller, person.cpr) for person in simulator.population.people[:9]]
    assert [place for place, refused in enumerate(outcomes, start=1) if refused] == [3, 6]


def _refused(client: Client, caller: Caller, cpr: str) -> bool:
    try:
        client.create(complete(cpr), caller=caller, request_id=str(uuid4()))
    except Refused:
        return True
    return False


def test_the_page_shows_what_came_without_whole_cpr_numbers(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    cpr = simulator.population.people[0].cpr
    client.create(complete(cpr, title="<b>Jobsamtale</b>"), caller=caller, request_id=str(uuid4()))
    simulator.fail("status", status=503, cpr=cpr, retry_after=7)
    answer = httpx2.get(f"{simulator.url}/")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "&lt;b&gt;Jobsamtale&lt;/b&gt;" in answer.text
    assert f"{cpr[:6]}-••••" in answer.text
    assert "Retry-After 7" in answer.text
    assert cpr not in answer.text
    assert httpx2.get(f"{simulator.url}/sim/page.css").status_code == 200


def test_the_pages_forms_switch_faults_and_lead_back(simulator: RunningSimulator) -> None:
    with httpx2.Client(base_url=simulator.url) as browser:
        form = {"kind": "status", "status": "503", "operation": "", "retry_after": "", "times": "", "cpr": ""}
        assert browser.post("/sim/faults", data=form).headers["Location"] == "/"
        assert [fault["status"] for fault in browser.get("/sim/faults").json()] == [503]
        browser.post("/sim/faults/clear", data={"confirm": "1"})
        assert browser.get("/sim/faults").json() == []
        browser.post("/sim/rules", data={"confirm": "1"})
        assert "checked" not in browser.get("/").text
        assert browser.post("/sim/faults", json={"kind": "nonsense"}).status_code == 400


def test_counts_and_planted_differences_are_told(client: Client, caller: Caller, simulator: RunningSimulator) -> None:
    message = complete(simulator.population.people[0].cpr)
    simulator.plant(message, jobcentre_code="10100")
    simulator.plant(replace(message, title="En anden titel"), jobcentre_code="10100")
    held = client.read(message.summons_id, cpr=message.cpr, caller=caller)
    assert held is not None
    assert held.title == "En anden titel"
    simulator.unplant(message.summons_id)
    assert client.read(message.summons_id, cpr=message.cpr, caller=caller) is None
    counts = httpx2.get(f"{simulator.url}/sim/counts").json()
    assert counts == {"summonses": 0, "deleted": 1, "effects": 3, "calls": 2}


def started(state: Path) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "manage.py", "simulator", "--port", "0", "--state", str(state)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    return process, process.stdout.readline().split()[-1]


@pytest.mark.deep
@pytest.mark.requirement("SYNC-10")
def test_a_state_file_outlives_a_killed_simulator_and_nothing_it_prints_has_a_cpr_number(
    tmp_path: Path, caller: Caller, simulator: RunningSimulator
) -> None:
    message = complete(simulator.population.people[0].cpr)
    same_id = str(uuid4())
    process, url = started(tmp_path / "state.sqlite3")
    with Client(simulator.config(base_url=url)) as client:
        client.create(message, caller=caller, request_id=same_id)
    process.kill()
    printed = process.communicate()[0]
    process, url = started(tmp_path / "state.sqlite3")
    with Client(simulator.config(base_url=url)) as client:
        assert client.read(message.summons_id, cpr=message.cpr, caller=caller) is not None
        assert len(client.history(message.summons_id, cpr=message.cpr, caller=caller)) == 1
    process.send_signal(signal.SIGTERM)
    printed += process.communicate(timeout=10)[0]
    assert process.returncode == 0
    assert message.cpr not in printed
