"""Who is let in to BorgerBookingService, what of whom they may ask, and what is written down of it."""

from __future__ import annotations

import json
import logging
from ipaddress import ip_network
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings as ProjectSettings

from booking.models import Citizen, OnlineOffer, Origin, Summons
from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import acting_for
from planner.audit.models import Change
from planner.dfdg.codes import OrganisationType
from planner.dfdg.messages import Organisation
from planner.dfdg.wire import HeaderEncoding, encoded, organisation_body
from planner.outbox.models import Exchange, Message
from tests.booking.jobnet.calling import Caller
from tests.booking.jobnet.conftest import CPR, OTHER_CPR
from tests.factories import NOW, World, make_citizen, make_offer

pytestmark = pytest.mark.requirement("SYNC-15")

THUMBPRINT = "ab" * 32
HEADER = "X-Client-Certificate-SHA256"


def behind_our_proxy(settings: ProjectSettings) -> None:
    settings.BEHIND_PROXY = True
    settings.BORGERBOOKING_CERTIFICATES = frozenset({THUMBPRINT})


def organisation(code: str) -> str:
    return encoded(organisation_body(Organisation(OrganisationType.JOBCENTRE, code)), HeaderEncoding.JSON)


# The door


@pytest.mark.requirement("GUARD-15")
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer æøå"}])
def test_nobody_comes_in_without_certificate_or_token(nord: World, headers: dict[str, str]) -> None:
    stranger = Caller(headers)
    answers = [
        stranger.offers(CPR),
        stranger.ask("GET", f"/Moedetilbud/{uuid4()}/Moedetider", CPR),
        stranger.ask("PUT", f"/Booking/{uuid4()}", CPR),
        stranger.ask("GET", "/Booking", CPR),
        stranger.fault(CPR),
    ]
    assert {(heard.status, *heard.codes) for heard in answers} == {(401, 1101)}


def test_without_a_token_set_an_empty_one_opens_nothing(nord: World, settings: ProjectSettings) -> None:
    settings.BORGERBOOKING_TOKEN = ""
    assert Caller({"Authorization": "Bearer "}).offers(CPR).status == 401


def test_dfdgs_certificate_is_known_by_the_thumbprint_that_our_proxy_saw(
    offer: OnlineOffer, peter: Citizen, settings: ProjectSettings
) -> None:
    behind_our_proxy(settings)
    with_colons = ":".join(["AB"] * 32)
    assert [Caller({HEADER: one}).offers(CPR).status for one in (THUMBPRINT, with_colons)] == [200, 200]
    assert [Caller({HEADER: one}).offers(CPR).status for one in ("cd" * 32, "", THUMBPRINT * 2)] == [401, 401, 401]


def test_without_a_proxy_of_ours_the_header_says_nothing(
    offer: OnlineOffer, peter: Citizen, settings: ProjectSettings
) -> None:
    behind_our_proxy(settings)
    settings.BEHIND_PROXY = False
    assert Caller({HEADER: THUMBPRINT}).offers(CPR).status == 401


def test_an_address_that_is_not_on_the_list_is_kept_out(
    jobnet: Caller, min_side: Caller, offer: OnlineOffer, peter: Citizen, settings: ProjectSettings
) -> None:
    settings.BORGERBOOKING_ADDRESSES = [ip_network("10.2.0.0/16")]
    assert (jobnet.offers(CPR).status, min_side.offers(CPR).status) == (401, 200)
    settings.BORGERBOOKING_ADDRESSES = [ip_network("127.0.0.0/8")]
    assert jobnet.offers(CPR).status == 200


def test_an_unknown_verb_says_which_there_are(jobnet: Caller) -> None:
    answer = jobnet.browser.patch(f"/v1/BorgerBooking/Booking/{uuid4()}", headers=jobnet.headers)
    assert (answer.status_code, answer["Allow"]) == (405, "DELETE, POST, PUT")


def test_an_unknown_address_of_the_service_is_told_as_a_fault_not_as_a_page(jobnet: Caller) -> None:
    assert jobnet.ask("GET", "/Moedetilbud/x/Moedetider", CPR).codes == [99000]
    assert jobnet.ask("GET", "/Andet", CPR).status == 404


def test_ping_and_the_description_are_open(client: Client) -> None:
    assert client.get("/ping").json() == {"ping": "ok"}
    described = client.get("/v1/BorgerBooking/openapi.json").json()
    assert described["openapi"].startswith("3.")
    assert described["paths"]["/v1/BorgerBooking/Booking"]["get"]["x-own"] is True
    assert described["components"]["schemas"]["OwnDetails"]["x-own"] is True


# What is wrong with a call


@pytest.mark.parametrize(
    ("body", "code"),
    [("{", 99000), ("[]", 99000), ('{"kontaktgruppeType": NaN}', 99000), ("[" * 100_000, 99000), ('"x"', 99000)],
)
def test_what_is_no_json_object_is_a_wrong_request(jobnet: Caller, body: str, code: int) -> None:
    heard = jobnet.ask("POST", "/Moedetilbud", CPR, body)
    assert (heard.status, heard.codes) == (400, [code])


def test_each_wrong_field_is_named_and_what_stood_there_is_not(jobnet: Caller, peter: Citizen) -> None:
    heard = jobnet.ask("POST", "/Moedetilbud", CPR, {"kontaktgruppeType": "hemmelig"}, x_requestId="5c7e")
    assert {row["felt"]: row["tekst"] for row in heard.body["fejl"]} == {
        "jobcenterKode": "«jobcenterKode» mangler.",
        "kontaktgruppeType": "«kontaktgruppeType» er ikke gyldig.",
    }
    assert heard.body["requestId"] == "5c7e"
    assert "hemmelig" not in json.dumps(heard.body)


@pytest.mark.parametrize("cpr", ["", "12058812", "3102881234", "120588-1234", "abcdefghij"])
def test_a_number_that_is_none_is_1001(jobnet: Caller, cpr: str) -> None:
    assert jobnet.offers(cpr).codes == [1001]


def test_too_long_a_request_id_and_an_unreadable_organisation_are_wrong(jobnet: Caller, peter: Citizen) -> None:
    assert jobnet.ask("POST", "/Moedetilbud", CPR, {}, x_requestId="x" * 47).codes == [99000]
    for unreadable in ("{", "[]", '{"organisationCode": "10300"}', "[" * 5000):
        assert jobnet.ask("GET", "/Booking", CPR, x_activeOrganisation=unreadable).codes == [8234]


def test_too_large_a_body_is_413(jobnet: Caller) -> None:
    assert jobnet.ask("POST", "/Moedetilbud", CPR, {"x": "y" * 300_000}).status == 413


# Whose it is


@pytest.mark.requirement("SEC-01")
def test_a_citizen_of_another_job_centre_meets_nothing_of_this_one(
    jobnet: Caller, nord: World, offer: OnlineOffer, peter: Citizen, skovby: tuple[Jobcentre, User]
) -> None:
    other = skovby[0]
    with acting_for(other.pk, source="test"):
        make_citizen(other, "Fie Skov", cpr=OTHER_CPR)
    assert jobnet.offers(OTHER_CPR, jobcenterKode="10400").codes == [4770]
    assert jobnet.times(OTHER_CPR, offer.pk).codes == [1010]
    assert jobnet.book(OTHER_CPR, offer).codes == [1010]
    own = jobnet.book(CPR, offer).body["indkaldelseId"]
    assert jobnet.ask("DELETE", f"/Booking/{own}", OTHER_CPR).codes == [1010]
    heard = jobnet.ask("POST", f"/Booking/{own}/action/accepter", CPR, x_activeOrganisation=organisation("10400"))
    assert (heard.status, heard.codes) == (403, [4575])


@pytest.mark.requirement("SEC-01")
def test_the_id_of_another_job_centres_booking_is_8107(
    jobnet: Caller, nord: World, offer: OnlineOffer, peter: Citizen, skovby: tuple[Jobcentre, User]
) -> None:
    other, booking_id = skovby[0], uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    with acting_for(other.pk, source="test"):
        foreign = OnlineOffer.objects.create(
            jobcentre=other, number=900, title="Møde", created_at=NOW, published_at=NOW
        )
    assert jobnet.reserve(OTHER_CPR, foreign, booking_id=booking_id).codes == [8107]


# «Min side»


@pytest.mark.requirement("SYNC-18")
def test_min_side_books_as_itself_and_we_tell_dfdg(min_side: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    heard = min_side.book(CPR, offer, planner={"sprog": "en"})
    summons = Summons.objects.get()
    assert heard.status == 201
    assert (summons.origin, summons.language) == (Origin.OWN, "en")
    assert Message.objects.get().subject_id == summons.pk


@pytest.mark.requirement("SYNC-18")
def test_what_is_ours_is_neither_heard_from_jobnet_nor_told_to_it(
    jobnet: Caller, nord: World, offer: OnlineOffer, peter: Citizen
) -> None:
    heard = jobnet.book(CPR, offer, planner={"sprog": "en", "bookesAf": nord.bo.pk, "accepteretUdgave": 77})
    summons = Summons.objects.get()
    assert (summons.language, summons.sent_by, summons.accepted_text) == ("da", None, None)
    assert "planner" not in heard.body
    assert not Message.objects.exists()
    assert jobnet.ask("GET", "/Booking", CPR).codes == [1013]


@pytest.mark.requirement("SYNC-18", "SELF-04", "SELF-09")
def test_min_side_hears_what_is_booked_with_facts_and_why_not(
    min_side: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    offer.cancellation_allowed = False
    offer.save()
    booked = min_side.book(CPR, offer).body["indkaldelseId"]
    heard = min_side.ask("GET", "/Booking", CPR, x_activeOrganisation=organisation("10300"))
    [one] = heard.body["bookinger"]
    assert one["indkaldelseId"] == booked
    assert one["planner"]["titelEngelsk"] == "Job conversation"
    assert one["planner"]["moedetilbudId"] == str(offer.pk)
    assert one["planner"]["hvorforIkkeOmbooke"] == ""
    assert one["planner"]["hvorforIkkeAflyse"]
    assert heard.body["borger"]["navn"] == "Peter Krogh"
    assert heard.body["borger"]["kontaktgruppeType"] == 1


@pytest.mark.requirement("SYNC-18", "SELF-10")
def test_min_side_is_also_told_of_offers_without_free_times(min_side: Caller, nord: World, peter: Citizen) -> None:
    make_offer(nord.team, ends_on=NOW.date())
    heard = min_side.offers(CPR)
    [one] = heard.body["moedetilbudSamling"]["moedetilbud"]
    assert one["planner"]["ledigeTider"] == 0
    assert min_side.offers(CPR, x=1).status == 200


@pytest.mark.requirement("CIT-01")
def test_an_employee_books_for_the_citizen_by_the_citizens_rules_and_stands_for_it(
    min_side: Caller, nord: World, offer: OnlineOffer, peter: Citizen, skovby: tuple[Jobcentre, User]
) -> None:
    assert min_side.book(CPR, offer, planner={"bookesAf": skovby[1].pk}).codes == [1013]
    assert min_side.book(CPR, offer, planner={"bookesAf": nord.bo.pk}).status == 201
    assert Summons.objects.get().sent_by == nord.bo


# What is written down


@pytest.mark.requirement("SYNC-09", "LOG-02")
def test_each_call_stands_in_systemlog_with_method_outcome_and_time(
    jobnet: Caller, min_side: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    jobnet.ask("POST", "/Moedetilbud", CPR, {"jobcenterKode": "10300", "kontaktgruppeType": 1}, x_requestId="5c7e")
    jobnet.book(CPR, offer, "07:00")
    min_side.times(CPR, offer.pk)
    rows = [(row.receiver, row.kind, row.outcome, row.code, row.text) for row in Exchange.objects.order_by("pk")]
    assert rows == [
        ("jobnet", "offers", "answered", "", "GetSelvbookingMoedetilbud · 5c7e"),
        ("jobnet", "book", "refused", "4770", "CreateBooking"),
        ("minside", "times", "answered", "", "GetSelvbookingMoedetider"),
    ]


@pytest.mark.requirement("LOG-01", "SYNC-15")
def test_the_trail_tells_citizens_on_jobnet_citizens_here_and_staff_apart(
    jobnet: Caller, min_side: Caller, nord: World, offer: OnlineOffer
) -> None:
    numbers = ("1205881234", "0103751233", "0506821239")
    first, second, third = (make_citizen(nord.jobcentre, cpr=cpr) for cpr in numbers)
    jobnet.book(numbers[0], offer, "09:00")
    min_side.book(numbers[1], offer, "11:00")
    min_side.book(numbers[2], offer, "13:00", planner={"bookesAf": nord.bo.pk})
    made = Change.objects.filter(table="booking_summons", action=Change.Action.INSERT).order_by("pk")
    assert [(row.source, row.actor) for row in made] == [
        ("jobnet", None),
        ("minside", None),
        ("minside_staff", nord.bo.pk),
    ]
    assert all(citizen.summonses.exists() for citizen in (first, second, third))


@pytest.mark.requirement("SEC-04", "GUARD-11")
def test_no_number_stands_in_an_address_or_a_log(
    jobnet: Caller,
    offer: OnlineOffer,
    peter: Citizen,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    jobnet.offers(CPR)
    jobnet.times(CPR, offer.pk)
    booked = jobnet.book(CPR, offer).body["indkaldelseId"]
    jobnet.ask("DELETE", f"/Booking/{booked}", CPR)
    jobnet.fault(CPR, fejltekst="x")
    Caller({}).offers(CPR)
    assert "jobnet_call" in caplog.text
    assert CPR not in caplog.text + "".join(capsys.readouterr())
    assert not any(CPR in f"{row.text}{row.code}{row.kind}" for row in Exchange.objects.all())


def test_where_nothing_can_be_booked_an_empty_list_may_be_chosen_instead(
    jobnet: Caller, peter: Citizen, settings: ProjectSettings
) -> None:
    settings.BORGERBOOKING_EMPTY_LIST = True
    heard = jobnet.offers(CPR)
    assert (heard.status, heard.body) == (200, {"moedetilbudSamling": {"moedetilbud": []}})
