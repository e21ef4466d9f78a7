import base64
import json
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from planner.dfdg import wire
from planner.dfdg.messages import Caller, Complaint, CprStatus, Organisation, Place, SummonsMessage
from planner.dfdg.simulator.population import population
from tests.dfdg.said import complete

CPR = "0101801234"
CALLER = Caller.caseworker(
    jobcentre_code="10100",
    full_name="Åse Ærø Møller",
    identifier="CVR:12345678-UUID:1",
    email="aase@fjordby.example",
    registered_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
)


@pytest.mark.requirement("SYNC-10")
def test_a_summons_is_written_in_the_published_names() -> None:
    message = SummonsMessage(
        summons_id=uuid4(),
        cpr=CPR,
        starts_at=datetime(2026, 3, 11, 9, 0, tzinfo=UTC),
        ends_at=datetime(2026, 3, 11, 9, 45, tzinfo=UTC),
        conversation_type=7,
        meeting_form=1,
        contact_mode=8,
        title="Jobsamtale",
        digital_link="https://moede.example/1",
        rebooking_until=date(2026, 3, 9),
        place=Place(address="Havnegade 4, 2. tv", postal_code="5999", city="Fjordby"),
    )
    assert wire.summons_body(message) == {
        "ombookingMulig": True,
        "ombookingFrist": "2026-03-09",
        "aflysningMulig": False,
        "selvbooket": False,
        "moedeStarttidspunkt": "2026-03-11T10:00:00+01:00",
        "moedeSluttidspunkt": "2026-03-11T10:45:00+01:00",
        "samtaleType": 7,
        "moedeGruppeType": 1,
        "samtaleformType": 8,
        "digitaltMoedelink": "https://moede.example/1",
        "moedetitel": "Jobsamtale",
        "obligatoriskFremmoede": True,
        "borgerSkalAcceptere": False,
        "moedested": {
            "vejnavn": "Havnegade",
            "husnummer": "4",
            "etage": "2",
            "doer": "tv",
            "postnummer": "5999",
            "postdistrikt": "Fjordby",
        },
    }


def test_what_is_written_is_read_back_the_same() -> None:
    message = complete(
        CPR,
        group_meeting_id=uuid4(),
        owner_system=7,
        cancellation_until=date(2026, 3, 1),
        acceptance_required=True,
        accepted=False,
        digital_link="https://moede.example/1",
        phone="+4570101214",
        authority=Organisation(8, "10100"),
    )
    body = json.loads(json.dumps(wire.held_summons_body(message)))
    read = wire.summons_from(wire.Fields(body), cpr=CPR)
    assert wire.held_summons_body(read) == wire.held_summons_body(message)
    assert (read.starts_at, read.place, read.employee) == (message.starts_at, message.place, message.employee)


def test_a_deadline_given_as_an_instant_is_sent_as_its_danish_day() -> None:
    message = complete(CPR, rebooking_until=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert wire.summons_body(message)["ombookingFrist"] == "2026-07-02"


def test_names_are_read_without_regard_to_case_and_times_without_offset_as_danish() -> None:
    body = {
        "MoedeStarttidspunkt": "2026-07-01T10:00:00",
        "Varighed": 45,
        "SAMTALETYPE": 19,
        "moedegruppetype": "1",
        "SamtaleformType": 1,
        "OmbookingMulig": True,
        "OmbookingFrist": "2026-06-30T00:00:00",
        "Ukendt": {"a": 1},
    }
    read = wire.summons_from(wire.Fields(body), cpr=CPR, summons_id=UUID(int=1))
    assert read.starts_at == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    assert read.ends_at == datetime(2026, 7, 1, 8, 45, tzinfo=UTC)
    assert (read.conversation_type, read.rebooking_until) == (19, date(2026, 6, 30))


@pytest.mark.parametrize(
    "body", [{}, {"moedeStarttidspunkt": "i morgen"}, {"moedeStarttidspunkt": ["2026-07-01"]}, [], None]
)
def test_a_body_that_cannot_be_read_says_so(body: object) -> None:
    with pytest.raises(wire.Unreadable):
        wire.summons_from(wire.Fields(body), cpr=CPR, summons_id=UUID(int=1))


@pytest.mark.requirement("SYNC-10")
def test_the_headers_carry_organisation_user_citizen_and_request() -> None:
    sent = wire.headers(CALLER, names=wire.HeaderNames(), request_id="5c7e", cpr=CPR)
    assert sent["x-civilregistrationIdentifier"] == CPR
    assert sent["x-requestId"] == "5c7e"
    assert json.loads(sent["x-activeOrganisation"]) == {
        "organisationTypeIdentifier": 8,
        "organisationCode": "10100",
    }
    assert json.loads(base64.b64decode(sent["x-requestUserMetadata"])) == {
        "requestUserStructure": {
            "userFullName": "Åse Ærø Møller",
            "requestUserTypeIdentifier": 2,
            "userIdentifier": "CVR:12345678-UUID:1",
            "userEmail": "aase@fjordby.example",
        },
        "requestOrganisationStructure": {"organisationTypeIdentifier": 8, "organisationCode": "10100"},
        "registrationDateTime": "2026-03-02T10:00:00+01:00",
    }


@pytest.mark.requirement("SYNC-10")
@pytest.mark.parametrize("encoding", list(wire.HeaderEncoding))
def test_danish_letters_survive_every_header_encoding_as_plain_ascii(encoding: wire.HeaderEncoding) -> None:
    names = wire.HeaderNames(user="x-bruger", user_encoding=encoding, organisation_encoding=encoding)
    sent = wire.headers(CALLER, names=names, request_id="1")
    assert all(value.isascii() for value in sent.values())
    read = wire.caller_from(
        wire.decoded(sent["x-activeOrganisation"], encoding), wire.decoded(sent["x-bruger"], encoding)
    )
    assert read == CALLER


@pytest.mark.parametrize(
    ("body", "complaints"),
    [
        (
            {"fejl": [{"kode": 90004, "tekst": "Slut før start", "felt": "moedeSluttidspunkt"}, {"kode": 90010}]},
            (Complaint(90004, "Slut før start", "moedeSluttidspunkt"), Complaint(90010)),
        ),
        ({"errorCode": "4405", "Message": "dead"}, (Complaint(4405, "dead"),)),
        ({"fault": {"detail": {"code": 1010}}}, (Complaint(1010),)),
        ({"title": "Bad Request"}, (Complaint(None, "Bad Request"),)),
        ({"tekst": "Borger 010180-1234 og 0101801234"}, (Complaint(None, "Borger 010180-•••• og 010180-••••"),)),
        ([], ()),
        ("<html>", ()),
        (None, ()),
    ],
)
def test_complaints_are_found_in_an_error_body_of_any_shape(body: object, complaints: tuple[Complaint, ...]) -> None:
    assert wire.complaints_from(body) == complaints


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (1, CprStatus.ACTIVE),
        (5, CprStatus.ACTIVE),
        (80, CprStatus.MOVED_AWAY),
        (90, CprStatus.DEAD),
        (20, CprStatus.INACTIVE),
        (70, CprStatus.INACTIVE),
    ],
)
def test_the_status_codes_of_the_cpr_register_are_told_apart(code: int, status: CprStatus) -> None:
    assert wire.cpr_status_from(wire.Fields({"kode": code})) is status


def test_everybody_of_the_demo_is_written_and_read_back_the_same() -> None:
    for person in population(date(2026, 11, 23)).people:
        body = json.loads(json.dumps(wire.person_body(person)))
        assert wire.person_from(wire.Fields(body), cpr=person.cpr) == person


@pytest.mark.parametrize("number", ["0101801234", "3112991234", "2902001234", "0000000000"])
def test_the_published_pattern_takes_real_days(number: str) -> None:
    assert wire.CPR_PATTERN.fullmatch(number)


@pytest.mark.parametrize("number", ["3113991234", "3102991234", "7101801234", "010180123", "010180-1234", ""])
def test_the_published_pattern_refuses_other_days(number: str) -> None:
    assert not wire.CPR_PATTERN.fullmatch(number)
