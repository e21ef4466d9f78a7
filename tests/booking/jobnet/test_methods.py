"""Each method of BorgerBookingService as Jobnet calls it: what it answers, and why not (`dfdg.md` 1)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
import time_machine

from booking.models import Citizen, CprStatus, OnlineOffer, Origin, PlacedBy, ReportedFault, Summons, Visit
from booking.services import bulk, holding
from booking.services.locks import Kind
from booking.states import SummonsStatus
from planner.accounts.vault import decrypt
from planner.dfdg.jobnet import wire
from planner.outbox.models import Exchange
from tests.booking.jobnet.calling import Caller, starts
from tests.booking.jobnet.conftest import CPR, OTHER_CPR
from tests.booking.test_locks import held
from tests.factories import MONDAY, NOW, World, at, make_offer, make_summons

pytestmark = pytest.mark.requirement("SYNC-15")


# 1


def test_an_offer_that_fits_is_told_with_type_form_mode_place_and_length(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    heard = jobnet.offers(CPR)
    [found] = heard.body["moedetilbudSamling"]["moedetilbud"]
    assert heard.status == 200
    assert found == {
        "moedetilbudId": str(offer.pk),
        "samtaleType": 7,
        "moedeGruppeType": 1,
        "samtaleformer": {"samtaleformType": [1]},
        "moedested": {
            "interviewLocationDescription": "Nord",
            "vejnavn": "Havnegade",
            "husnummer": "4",
            "postnummer": "9990",
            "postdistrikt": "Nordby",
        },
        "titel": "Jobsamtale",
        "beskrivelse": "Vi taler om din jobsøgning.",
        "varighed": 45,
    }


def test_the_same_is_asked_in_the_address_line_and_in_any_case(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    query = "?JOBCENTERKODE=10300&kontaktGruppeType=1&personkategori.personkategoriType=4"
    assert jobnet.ask("GET", f"/moedetilbud{query}", CPR).status == 200
    said = {"JobcenterKode": "10300", "KONTAKTGRUPPETYPE": 1, "ukendt": {"felt": 1}}
    assert jobnet.ask("POST", "/MOEDETILBUD", CPR, said).status == 200


def test_where_nothing_can_be_booked_the_answer_is_4770_and_the_visit_is_kept(
    jobnet: Caller, nord: World, peter: Citizen
) -> None:
    heard = jobnet.offers(CPR)
    assert (heard.status, heard.codes) == (409, [4770])
    assert Visit.objects.get().free_times == 0


def test_an_unknown_citizen_becomes_a_row_with_what_the_request_says(
    jobnet: Caller, nord: World, offer: OnlineOffer
) -> None:
    group = uuid4()
    facts = {
        "personkategori": {"personkategoriType": 5, "haendelsesdato": NOW},
        "persongruppeProjekter": [{"id": group}],
    }
    assert jobnet.offers(CPR, kontaktgruppeType=12, **facts).status == 200
    citizen = Citizen.objects.get()
    assert (citizen.full_name.strip(), citizen.contact_group_id, citizen.person_category) == ("", 12, 5)
    assert citizen.person_groups == [group]


def test_a_type_of_which_jobnet_knows_a_coming_conversation_is_not_offered(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    coming = {"bookingIdentifier": uuid4(), "bookingStartTime": NOW + timedelta(days=9), "interviewTypeIdentifier": 7}
    assert jobnet.offers(CPR, bookinger=[coming]).codes == [4770]


def test_an_unknown_job_centre_is_a_wrong_request(jobnet: Caller, peter: Citizen) -> None:
    heard = jobnet.offers(CPR, jobcenterKode="99999")
    assert (heard.status, heard.codes) == (400, [99000])


# 2


@pytest.mark.requirement("CIT-04", "SYNC-15")
def test_whom_jobnet_asks_for_here_belongs_here_again(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    Citizen.objects.update(cpr_status=CprStatus.ELSEWHERE)
    assert jobnet.offers(CPR).status == 200
    peter.refresh_from_db()
    assert peter.cpr_status == CprStatus.ACTIVE


def test_times_are_told_each_once_with_all_who_are_free(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    offer.shows_counsellor = True
    offer.save()
    heard = jobnet.times(CPR, offer.pk)
    answer = wire.TimesAnswer.model_validate(heard.body)
    assert starts(heard) == [f"{hour:02}:00" for hour in range(8, 16)]
    assert [one.supervisor.full_name for one in answer.case_workers] == ["Anna Agger", "Birk Bisgaard"]
    assert answer.collection.timeslots[0].case_workers.ids == [1, 2]
    assert answer.collection.timeslots[0].rebooking_possible


def test_one_case_worker_may_be_asked_for(jobnet: Caller, nord: World, offer: OnlineOffer, peter: Citizen) -> None:
    make_summons(peter, nord.anna, nord.team, clock="09:00", day=MONDAY + timedelta(days=1))
    only = jobnet.times(CPR, offer.pk, sagsbehandlerId=nord.birk.employee_id)
    nobody = jobnet.times(CPR, offer.pk, sagsbehandlerId="CVR:1-UUID:nobody")
    assert len(starts(only)) == 8
    assert (nobody.status, starts(nobody)) == (200, [])


def test_where_names_are_not_shown_every_time_refers_to_one_without_a_name(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    answer = wire.TimesAnswer.model_validate(jobnet.times(CPR, offer.pk).body)
    assert [one.supervisor.full_name for one in answer.case_workers] == ["Vejleder Jobcenter Nordby"]
    assert {tuple(slot.case_workers.ids) for slot in answer.collection.timeslots} == {(1,)}


def test_an_interval_without_free_times_is_no_error(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    sunday = MONDAY - timedelta(days=1)
    heard = jobnet.times(CPR, offer.pk, first=at(sunday, "00:00"), last=at(sunday, "23:00"))
    assert (heard.status, starts(heard)) == (200, [])


def test_an_interval_that_ends_before_it_begins_is_a_wrong_request(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    heard = jobnet.times(CPR, offer.pk, first=at(MONDAY, "10:00"), last=at(MONDAY, "10:00"))
    assert (heard.status, heard.codes) == (400, [99000])


def test_an_unknown_offer_is_404_and_so_is_one_that_is_not_for_the_citizen(
    jobnet: Caller, nord: World, peter: Citizen
) -> None:
    for_the_old = make_offer(nord.team, nord.anna)
    for_the_old.groups.get().rules.update(criterion="99")
    draft = make_offer(nord.team, nord.anna, published_at=None)
    answers = [jobnet.times(CPR, pk) for pk in (uuid4(), for_the_old.pk, draft.pk)]
    assert {(heard.status, *heard.codes, heard.texts) for heard in answers} == {
        (404, 99000, "Mødetilbuddet kendes ikke.")
    }


# 3


def test_details_carry_everything_and_take_no_time(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    heard = jobnet.details(CPR, offer.pk)
    details = wire.Details.model_validate(heard.body)
    assert heard.status == 200
    assert (details.starts_at, details.ends_at) == (at(MONDAY, "09:00"), at(MONDAY, "09:45"))
    assert (details.title, details.minutes, details.self_booked) == ("Jobsamtale", 45, True)
    assert details.employee is not None
    assert details.employee.full_name in ("Anna Agger", "Birk Bisgaard")
    assert details.place is not None
    assert (details.place.street, details.place.house_number) == ("Havnegade", "4")
    assert details.rebook_until == MONDAY - timedelta(days=1)
    assert details.rebooking_deadline == at(MONDAY - timedelta(days=1), "23:59:59")
    assert "planner" not in heard.body
    assert len(starts(jobnet.times(CPR, offer.pk))) == 8


def test_details_keep_the_id_that_dfdg_gives_and_choose_the_same_counsellor_again(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    booking_id = uuid4()
    first = jobnet.details(CPR, offer.pk, indkaldelseId=booking_id)
    again = jobnet.details(CPR, offer.pk, indkaldelseId=booking_id)
    assert first.body["indkaldelseId"] == str(booking_id) == first.body["bookingIdentifier"]
    assert first.body == again.body


def test_details_of_a_time_that_is_gone_or_never_was_are_4770(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen, other: Citizen
) -> None:
    for _ in range(2):
        assert jobnet.book(OTHER_CPR, offer, "09:00").status in (201, 409)
    assert jobnet.details(CPR, offer.pk, "07:00").codes == [4770]
    assert jobnet.details(CPR, offer.pk, "09:02").codes == [4770]


def test_a_mode_that_the_offer_does_not_have_is_refused(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    assert jobnet.details(CPR, offer.pk, samtaleformType=2).status == 409
    assert jobnet.details(CPR, offer.pk, samtaleformType=77).status == 400


# 4 and 5


@pytest.mark.requirement("SYNC-16", "SELF-08")
def test_a_reserved_time_is_gone_for_others_until_it_runs_out(
    jobnet: Caller, nord: World, peter: Citizen, other: Citizen
) -> None:
    offer, booking_id = make_offer(nord.team, nord.anna), uuid4()
    heard = jobnet.reserve(CPR, offer, booking_id=booking_id)
    assert heard.body == {"reservationUdloeber": "2026-11-23T09:10:00+01:00"}
    assert "09:00" not in starts(jobnet.times(OTHER_CPR, offer.pk))
    assert jobnet.reserve(OTHER_CPR, offer, booking_id=uuid4()).codes == [4770]
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert "09:00" in starts(jobnet.times(OTHER_CPR, offer.pk))


@pytest.mark.requirement("SYNC-16")
def test_a_reservation_that_ran_out_can_be_booked_while_the_time_is_free(
    jobnet: Caller, nord: World, peter: Citizen, other: Citizen
) -> None:
    offer, mine, theirs = make_offer(nord.team, nord.anna), uuid4(), uuid4()
    jobnet.reserve(CPR, offer, booking_id=mine)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert jobnet.book(CPR, offer, booking_id=mine).status == 201
        assert jobnet.book(OTHER_CPR, offer, booking_id=theirs).codes == [4770]
        assert jobnet.book(OTHER_CPR, offer, "10:00", booking_id=mine).codes == [8107]


@pytest.mark.requirement("SYNC-18")
def test_a_booking_is_written_as_the_citizens_own_with_its_origin(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    heard = jobnet.book(CPR, offer)
    summons = Summons.objects.get()
    assert heard.status == 201
    assert heard.body["indkaldelseId"] == str(summons.pk)
    assert (summons.origin, summons.status, summons.offer) == (Origin.JOBNET, SummonsStatus.SENT, offer)
    assert summons.appointment.placed_by == PlacedBy.CITIZEN
    assert heard.body["selvbooket"] is heard.body["selfBooked"] is True


@pytest.mark.requirement("CONC-10")
def test_the_same_booking_said_again_answers_the_same(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    booking_id = uuid4()
    first, again = (jobnet.book(CPR, offer, booking_id=booking_id) for _ in range(2))
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert Summons.objects.count() == 1


def test_the_same_id_with_another_time_is_a_rebooking(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    booking_id = uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    heard = jobnet.book(CPR, offer, "11:00", booking_id=booking_id)
    assert (heard.status, heard.body["bookingStartTime"]) == (200, "2026-11-30T11:00:00+01:00")
    assert Summons.objects.get().pk == booking_id


@pytest.mark.requirement("CONC-01", "SELF-06")
def test_who_asks_for_a_time_that_is_seen_to_be_gone_waits_for_nobody(
    jobnet: Caller, nord: World, peter: Citizen, other: Citizen
) -> None:
    """Somebody else is just booking with the counsellor, and holds the lock as long as they like."""
    offer, of_both = make_offer(nord.team, nord.anna), make_offer(nord.team, nord.anna, nord.birk)
    bulk.claim_meetings([make_summons(peter, nord.anna, nord.team).appointment_id])
    with held(Kind.COUNSELLOR, nord.anna.pk):
        assert jobnet.book(OTHER_CPR, offer).codes == [4770]
        assert jobnet.book(OTHER_CPR, offer, "09:30").codes == [4770]
        assert jobnet.book(OTHER_CPR, of_both, sagsbehandlerId=nord.birk.employee_id).status == 201
    assert list(Exchange.objects.order_by("pk").values_list("code", flat=True)) == ["4770", "4770", ""]


@pytest.mark.requirement("SELF-06")
def test_who_is_not_meant_hears_nothing_of_a_time_that_is_gone(
    jobnet: Caller, nord: World, peter: Citizen, other: Citizen
) -> None:
    for_the_old = make_offer(nord.team, nord.anna)
    for_the_old.groups.get().rules.update(criterion="99")
    bulk.claim_meetings([make_summons(peter, nord.anna, nord.team).appointment_id])
    assert jobnet.book(OTHER_CPR, for_the_old).status == 404


@pytest.mark.requirement("CONC-10")
def test_one_s_own_booking_is_not_seen_as_somebody_else_s(nord: World, jobnet: Caller, peter: Citizen) -> None:
    """The same call twice at once: the second finds the first's booking, not a time that is gone."""
    offer, booking_id = make_offer(nord.team, nord.anna), uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    ask = partial(holding.why_gone, citizen=peter, offer=offer, choice=holding.Choice(MONDAY, 9 * 12), now=NOW)
    assert ask(booking_id=booking_id) is None
    assert ask(booking_id=uuid4())


def test_a_citizen_nobody_knows_books_nothing(jobnet: Caller, offer: OnlineOffer) -> None:
    assert jobnet.book(CPR, offer).codes == [1010]


# 6, 7, 8


@pytest.mark.requirement("SELF-05")
def test_rebooking_keeps_the_id_and_gives_the_old_time_back(
    jobnet: Caller, nord: World, peter: Citizen, other: Citizen
) -> None:
    offer, booking_id = make_offer(nord.team, nord.anna), uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    shown = jobnet.times(CPR, offer.pk, indkaldelseId=booking_id)
    assert "09:00" not in starts(shown)
    heard = jobnet.rebook(CPR, booking_id, "11:00")
    assert (heard.status, heard.body["indkaldelseId"]) == (200, str(booking_id))
    assert "09:00" in starts(jobnet.times(OTHER_CPR, offer.pk))
    assert "11:00" not in starts(jobnet.times(OTHER_CPR, offer.pk))


@pytest.mark.requirement("SELF-05")
def test_the_three_calls_with_a_bookings_own_id_rebook_it(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    booking_id = uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    assert jobnet.details(CPR, offer.pk, "13:00", indkaldelseId=booking_id).body["indkaldelseId"] == str(booking_id)
    assert jobnet.reserve(CPR, offer, "13:00", booking_id=booking_id).status == 200
    assert Summons.objects.get().appointment.start_at == at(MONDAY, "09:00")
    assert jobnet.book(CPR, offer, "13:00", booking_id=booking_id).status == 200
    assert Summons.objects.get().appointment.start_at == at(MONDAY, "13:00")


@pytest.mark.requirement("SELF-05")
def test_after_the_deadline_rebooking_and_cancelling_are_refused_with_the_reason(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    booking_id = uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    with time_machine.travel(at(MONDAY, "07:00"), tick=False):
        answers = [jobnet.rebook(CPR, booking_id, "11:00"), jobnet.cancel(CPR, booking_id)]
    assert [(heard.status, heard.codes) for heard in answers] == [(409, [99000]), (409, [99000])]
    assert "29. nov. 2026" in answers[0].texts


def test_rebooking_to_a_time_that_is_taken_leaves_the_old_one(
    jobnet: Caller, nord: World, peter: Citizen, other: Citizen
) -> None:
    offer, booking_id = make_offer(nord.team, nord.anna), uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    jobnet.book(OTHER_CPR, offer, "11:00")
    assert jobnet.rebook(CPR, booking_id, "11:00").codes == [4770]
    assert Summons.objects.get(pk=booking_id).appointment.start_at == at(MONDAY, "09:00")


def test_accepting_is_kept_and_may_be_said_twice(jobnet: Caller, nord: World, peter: Citizen) -> None:
    summons = make_summons(peter, nord.anna, nord.team)
    assert [jobnet.accept(CPR, summons.pk).status for _ in range(2)] == [204, 204]
    summons.refresh_from_db()
    assert summons.accepted_at == NOW


@pytest.mark.requirement("SELF-05")
def test_cancelling_frees_the_time_and_may_be_said_twice(
    jobnet: Caller, nord: World, peter: Citizen, other: Citizen
) -> None:
    offer, booking_id = make_offer(nord.team, nord.anna), uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    assert [jobnet.cancel(CPR, booking_id).status, jobnet.cancel(CPR, booking_id).status] == [204, 204]
    assert Summons.objects.get().cancelled_reason == "Ferie"
    assert "09:00" in starts(jobnet.times(OTHER_CPR, offer.pk))


def test_delete_cancels_too(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    booking_id = uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    assert jobnet.ask("DELETE", f"/Booking/{booking_id}", CPR).status == 204
    assert Summons.objects.get().status == SummonsStatus.CANCELLED


def test_what_was_summoned_is_not_cancelled_by_the_citizen(jobnet: Caller, nord: World, peter: Citizen) -> None:
    summons = make_summons(peter, nord.anna, nord.team)
    heard = jobnet.cancel(CPR, summons.pk)
    assert (heard.status, heard.codes) == (409, [99000])


def test_another_citizens_booking_is_8107_and_an_unknown_one_404(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen, other: Citizen
) -> None:
    booking_id = uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    theirs = [
        jobnet.rebook(OTHER_CPR, booking_id, "11:00"),
        jobnet.accept(OTHER_CPR, booking_id),
        jobnet.cancel(OTHER_CPR, booking_id),
        jobnet.reserve(OTHER_CPR, offer, booking_id=booking_id),
        jobnet.details(OTHER_CPR, offer.pk, indkaldelseId=booking_id),
        jobnet.fault(OTHER_CPR, indkaldelseId=booking_id),
    ]
    assert {(heard.status, *heard.codes) for heard in theirs} == {(400, 8107)}
    unknown = [jobnet.rebook(CPR, uuid4(), "11:00"), jobnet.accept(CPR, uuid4()), jobnet.cancel(CPR, uuid4())]
    assert {(heard.status, *heard.codes) for heard in unknown} == {(404, 99000)}


# 9


@pytest.mark.requirement("SELF-11")
def test_a_fault_is_kept_encrypted_once_and_linked(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    booking_id = uuid4()
    jobnet.book(CPR, offer, booking_id=booking_id)
    said = {"moedetilbudId": offer.pk, "indkaldelseId": booking_id, "fejltekst": "Jeg kan ikke se mødet."}
    assert [jobnet.fault(CPR, **said).status for _ in range(2)] == [204, 204]
    fault = ReportedFault.objects.get()
    assert (fault.offer, fault.summons_id, fault.source) == (offer, booking_id, ReportedFault.Source.JOBNET)
    assert fault.encrypted is not None
    assert decrypt(fault.encrypted) == "Jeg kan ikke se mødet."


@pytest.mark.requirement("SELF-11")
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"fejlOphav": 31}, 400, 99101),
        ({"moedetilbudId": UUID(int=1)}, 404, 99102),
        ({"indkaldelseId": UUID(int=1)}, 404, 99103),
        ({"fejlkode": 4}, 400, 99104),
        ({"fejltekst": "x" * 501}, 400, 99000),
    ],
)
def test_a_fault_that_cannot_be_is_refused_by_its_own_code(
    jobnet: Caller, peter: Citizen, changes: dict[str, object], status: int, code: int
) -> None:
    heard = jobnet.fault(CPR, **changes)
    assert (heard.status, heard.codes) == (status, [code])
    assert not ReportedFault.objects.exists()


@pytest.mark.requirement("SELF-11")
def test_a_fault_of_a_citizen_whom_this_planner_does_not_know_is_1010(jobnet: Caller, nord: World) -> None:
    assert jobnet.fault(CPR).codes == [1010]
