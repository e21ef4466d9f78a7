import json
import re
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer as WebServer
from werkzeug import Response

from planner.dfdg.client import Client, Config
from planner.dfdg.codes import ErrorCode
from planner.dfdg.errors import TEXTS, DfdgError, Duplicate, LockedOut, Refused, Transient
from planner.dfdg.messages import Caller
from planner.dfdg.simulator.population import SKOVBY
from planner.dfdg.wire import CodeList, HeaderNames, Paths
from tests.dfdg.said import complete
from tests.dfdg.simulator import RunningSimulator

CPR = "0101801234"


@pytest.fixture
def there(httpserver: WebServer) -> Iterator[Client]:
    """A client of a server that answers what the test tells it."""
    with Client(Config(base_url=httpserver.url_for(""), timeout=5.0)) as client:
        yield client


def create(client: Client, caller: Caller) -> None:
    client.create(complete(CPR), caller=caller, request_id=str(uuid4()))


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_counts_whatever_its_body_says(
    there: Client, caller: Caller, httpserver: WebServer, status: int
) -> None:
    httpserver.expect_request(re.compile("/v1/Indkaldelse/.*")).respond_with_data("<broken", status=status)
    create(there, caller)


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Refused),
        (404, Refused),
        (409, Refused),
        (422, Refused),
        (301, Refused),
        (401, LockedOut),
        (403, LockedOut),
        (408, Transient),
        (412, Duplicate),
        (429, Transient),
        (500, Transient),
        (503, Transient),
    ],
)
def test_each_status_has_its_outcome(
    client: Client, caller: Caller, simulator: RunningSimulator, status: int, outcome: type[DfdgError]
) -> None:
    simulator.fail("status", status=status)
    with pytest.raises(DfdgError) as fault:
        create(client, caller)
    assert type(fault.value) is outcome
    assert simulator.effects() == []


@pytest.mark.requirement("SYNC-10")
def test_a_403_about_one_citizen_is_a_refusal_and_not_a_lock_out(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    stranger = simulator.population.of(SKOVBY)[0].cpr
    with pytest.raises(Refused) as refusal:
        client.create(complete(stranger), caller=caller, request_id=str(uuid4()))
    assert refusal.value.status == 403
    assert refusal.value.has_code(ErrorCode.NOT_AUTHORISED_FOR_CITIZEN)


@pytest.mark.requirement("SYNC-10")
def test_a_lock_out_says_why(client: Client, caller: Caller, simulator: RunningSimulator) -> None:
    simulator.fail("refuse", code=ErrorCode.INSUFFICIENT_PERMISSIONS)
    with pytest.raises(LockedOut, match="ikke rettigheder nok"):
        create(client, caller)


@pytest.mark.requirement("SYNC-10")
def test_retry_after_is_read_in_seconds(client: Client, caller: Caller, simulator: RunningSimulator) -> None:
    simulator.fail("status", status=503, retry_after=17)
    with pytest.raises(Transient) as fault:
        create(client, caller)
    assert fault.value.retry_after == timedelta(seconds=17)


@pytest.mark.parametrize(("ahead", "wait"), [(timedelta(minutes=5), 300), (timedelta(hours=-1), 0)])
def test_retry_after_as_an_instant_is_measured_by_the_answers_own_clock(
    there: Client, caller: Caller, httpserver: WebServer, ahead: timedelta, wait: int
) -> None:
    headers = {"Retry-After": format_datetime(datetime.now(UTC) + ahead, usegmt=True)}
    httpserver.expect_request("/ping").respond_with_response(Response(status=429, headers=headers))
    with pytest.raises(Transient) as fault:
        there.ping(caller=caller)
    assert fault.value.retry_after is not None
    assert fault.value.retry_after.total_seconds() == pytest.approx(wait, abs=3)


def test_retry_after_in_words_says_nothing(there: Client, caller: Caller, httpserver: WebServer) -> None:
    httpserver.expect_request("/ping").respond_with_response(Response(status=503, headers={"Retry-After": "snart"}))
    with pytest.raises(Transient) as fault:
        there.ping(caller=caller)
    assert fault.value.retry_after is None


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("drop_before", "Der er ingen forbindelse til DFDG."),
        ("drop_after", "Der er ingen forbindelse til DFDG."),
        ("reset", "Der er ingen forbindelse til DFDG."),
        ("off", "Der er ingen forbindelse til DFDG."),
    ],
)
def test_a_broken_connection_may_pass(
    client: Client, caller: Caller, simulator: RunningSimulator, kind: str, sentence: str
) -> None:
    simulator.fail(kind)
    with pytest.raises(Transient) as fault:
        client.ping(caller=caller)
    assert fault.value.sentence == sentence


@pytest.mark.requirement("SYNC-10")
def test_a_slow_answer_may_pass(simulator: RunningSimulator, caller: Caller) -> None:
    simulator.fail("delay", seconds=0.6)
    with Client(simulator.config(timeout=0.2)) as client, pytest.raises(Transient, match="i tide"):
        client.ping(caller=caller)


@pytest.mark.requirement("SYNC-10")
def test_an_answer_to_a_question_that_cannot_be_read_may_pass(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    simulator.fail("malformed")
    with pytest.raises(Transient, match="kunne ikke læses"):
        client.reference(CodeList.CONVERSATION_TYPES, caller=caller)


def test_nobody_there_may_pass(caller: Caller) -> None:
    with Client(Config(base_url="http://127.0.0.1:9", timeout=0.5)) as client, pytest.raises(Transient):
        client.ping(caller=caller)


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_published_code_has_a_danish_sentence(code: ErrorCode) -> None:
    assert str(TEXTS[code]).endswith(".")


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            {"fejl": [{"kode": 90002, "tekst": "MoedeStarttidspunkt er før dags dato"}]},
            "Samtalen ligger før i dag. (90002)",
        ),
        (
            {"fejl": [{"kode": 90004, "tekst": "x"}, {"kode": 90010, "tekst": "y"}]},
            "Samtalen slutter, før den begynder. (90004) Fristen for ombooking mangler. (90010)",
        ),
        (
            {"fejl": [{"kode": 90017, "tekst": "Noget helt særligt"}]},
            "DFDG svarede: «Noget helt særligt» (90017)",
        ),
        (
            {"fejl": [{"kode": 99000, "tekst": "Titel mangler"}]},
            "DFDG kunne ikke godkende oplysningerne: «Titel mangler» (99000)",
        ),
        (
            {"fejl": [{"kode": 90018, "tekst": "Om 010180-1234"}]},
            "DFDG svarede: «Om 010180-••••» (90018)",
        ),
        ({"fejl": [{"kode": 90019}]}, "DFDG svarede: uden forklaring (90019)"),
        ({"title": "Bad Request"}, "DFDG svarede: «Bad Request»"),
        (None, "DFDG afviste kaldet uden forklaring (400)."),
    ],
)
def test_a_refusal_is_told_in_danish_and_an_unknown_code_word_for_word(
    there: Client, caller: Caller, httpserver: WebServer, body: object, sentence: str
) -> None:
    httpserver.expect_request("/ping").respond_with_data(json.dumps(body), status=400)
    with pytest.raises(Refused) as refusal:
        there.ping(caller=caller)
    assert refusal.value.sentence == sentence


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize(
    "code",
    [
        ErrorCode.START_BEFORE_TODAY,
        ErrorCode.END_BEFORE_START,
        ErrorCode.REBOOKING_DEADLINE_FORBIDDEN,
        ErrorCode.REBOOKING_DEADLINE_MISSING,
        ErrorCode.CANCELLATION_DEADLINE_FORBIDDEN,
        ErrorCode.SUMMONS_UNKNOWN,
    ],
)
def test_each_code_of_the_acceptance_list_is_shown_in_danish(
    client: Client, caller: Caller, simulator: RunningSimulator, code: ErrorCode
) -> None:
    simulator.fail("refuse", code=code)
    with pytest.raises(Refused) as refusal:
        client.ping(caller=caller)
    assert refusal.value.sentence == f"{TEXTS[code]} ({int(code)})"


@pytest.mark.requirement("SYNC-10")
def test_no_cpr_number_stands_in_any_address_or_text(
    client: Client, caller: Caller, simulator: RunningSimulator
) -> None:
    person = simulator.population.people[0]
    message = complete(person.cpr)
    client.create(message, caller=caller, request_id=str(uuid4()))
    client.update(message, caller=caller, request_id=str(uuid4()))
    client.read(message.summons_id, cpr=person.cpr, caller=caller)
    client.summonses(cpr=person.cpr, caller=caller)
    client.history(message.summons_id, cpr=person.cpr, caller=caller)
    client.person(person.cpr, caller=caller)
    client.delete(message.summons_id, cpr=person.cpr, caller=caller, request_id=str(uuid4()))
    calls = simulator.calls()
    assert len(calls) == 7
    assert all(call["cpr"] == person.cpr for call in calls)
    assert not any(person.cpr in call["path"] for call in calls)
    assert person.cpr not in repr((message, client.people([person.cpr], caller=caller)))


@pytest.mark.requirement("SYNC-10")
def test_paths_and_header_names_can_be_set(httpserver: WebServer, caller: Caller) -> None:
    config = Config(
        base_url=httpserver.url_for(""), paths=Paths(ping="/levende"), headers=HeaderNames(request_id="x-kald")
    )
    httpserver.expect_request("/levende").respond_with_data("")
    with Client(config) as client:
        client.ping(caller=caller)
    assert httpserver.log[0][0].headers["x-kald"]


@pytest.mark.requirement("SYNC-10")
def test_history_and_all_summonses_are_read(client: Client, caller: Caller, simulator: RunningSimulator) -> None:
    cpr = simulator.population.people[0].cpr
    first = complete(cpr)
    client.create(first, caller=caller, request_id=str(uuid4()))
    assert client.summonses(cpr=cpr, caller=caller) == (client.read(first.summons_id, cpr=cpr, caller=caller),)
    client.delete(first.summons_id, cpr=cpr, caller=caller, request_id=str(uuid4()))
    rows = client.history(first.summons_id, cpr=cpr, caller=caller)
    assert [(row.change.name, row.current, row.deleted) for row in rows] == [
        ("CREATED", False, False),
        ("DELETED", False, True),
    ]
    assert client.summonses(cpr=cpr, caller=caller) == ()


class Silent(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing."""


def signed_by_itself(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return signed_by_itself(tmp_path)


@pytest.fixture
def guarded(certificate: Path) -> Iterator[str]:
    """A server that lets in nobody without the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    server = HTTPServer(("127.0.0.1", 0), Silent)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.requirement("SYNC-10")
def test_our_client_certificate_opens_the_door(guarded: str, certificate: Path, caller: Caller) -> None:
    with Client(Config(base_url=guarded, trusted=certificate, certificate=certificate)) as client:
        client.ping(caller=caller)


@pytest.mark.requirement("SYNC-10")
def test_no_client_certificate_locks_us_out(guarded: str, certificate: Path, caller: Caller) -> None:
    with Client(Config(base_url=guarded, trusted=certificate)) as client, pytest.raises(LockedOut):
        client.ping(caller=caller)


@pytest.mark.requirement("SYNC-10")
def test_a_server_that_nobody_vouches_for_locks_us_out(guarded: str, certificate: Path, caller: Caller) -> None:
    with Client(Config(base_url=guarded, certificate=certificate)) as client, pytest.raises(LockedOut):
        client.ping(caller=caller)
