"""A chosen time is held for ten minutes: renewed, replaced, forgotten (SYNC-16, SELF-08)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from admin_module.models import MeetingForm, RoomChoice
from booking.models import Citizen, Claim, Hold, Origin
from booking.services import holding, sending
from booking.services.moving import move
from planner.accounts.models import Settings
from planner.ui.refusal import Refusal
from tests.booking.offers import FRIDAY, book, choice, clocks, reserve, times, times_to_move_to
from tests.booking.stories import keep, meeting, sent, tick
from tests.factories import MONDAY, NOW, World, make_citizen, make_counsellor, make_offer, make_run

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def karen(nord: World) -> Citizen:
    return make_citizen(nord.jobcentre, "Karen Holst")


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code


@pytest.mark.requirement("SYNC-16", "SELF-08", "CONC-10")
def test_the_same_again_renews_and_another_time_replaces(nord: World, karen: Citizen) -> None:
    offer, booking_id = make_offer(nord.team, nord.anna), uuid4()
    reserve(offer, karen, choice("09:00"), booking_id=booking_id)
    again = reserve(offer, karen, choice("09:00"), booking_id=booking_id, now=NOW + timedelta(minutes=5))
    assert again.expires_at == NOW + timedelta(minutes=15)
    assert (Hold.objects.count(), Claim.objects.count()) == (1, 2)
    reserve(offer, karen, choice("10:00"), booking_id=booking_id)
    assert sorted(Claim.objects.values_list("start_tick", "ticks")) == [(120, 9), (120, 12)]


@pytest.mark.requirement("SYNC-16")
def test_a_citizen_has_one_reservation_of_an_offer(nord: World, karen: Citizen) -> None:
    offer, other = make_offer(nord.team, nord.anna), make_offer(nord.team, nord.birk, type_id=9)
    reserve(offer, karen, choice("09:00"))
    reserve(other, karen, choice("11:00"))
    reserve(offer, karen, choice("10:00"))
    held = Hold.objects.filter(held=True).order_by("start_tick")
    assert [(one.offer, one.start_tick) for one in held] == [(offer, 120), (other, 132)]
    assert Claim.objects.count() == 4


@pytest.mark.requirement("SYNC-16")
def test_ones_own_reservation_never_stands_in_ones_own_way(nord: World, karen: Citizen) -> None:
    offer = make_offer(nord.team, nord.anna, interval=15)
    reserve(offer, karen, choice("09:00"))
    assert "09:15" in clocks(times(offer, karen))
    assert "09:15" not in clocks(times(offer, make_citizen(nord.jobcentre)))
    assert book(offer, karen, choice("09:15")).appointment.start_tick == tick("09:15")
    assert Claim.objects.filter(hold__isnull=False).count() == 0


@pytest.mark.requirement("SYNC-16")
def test_what_ran_out_is_ignored_by_readers_at_once_and_deleted_by_whoever_writes_next(
    nord: World, karen: Citizen
) -> None:
    offer, other = make_offer(nord.team, nord.anna), make_citizen(nord.jobcentre)
    reserve(offer, karen, choice("09:00"))
    assert "09:00" not in clocks(times(offer, other, now=LATER - timedelta(seconds=1)))
    assert "09:00" in clocks(times(offer, other, now=LATER))
    assert Claim.objects.count() == 2
    book(offer, other, choice("09:00"), now=LATER)
    assert Claim.objects.filter(expires_at__isnull=False).count() == 1
    with pytest.raises(Refusal) as refused:
        book(offer, karen, choice("09:00"), booking_id=Hold.objects.get().pk, now=LATER)
    assert code_of(refused) == "taken"


@pytest.mark.requirement("SYNC-16", "TIME-08")
def test_staff_meet_a_live_reservation_and_not_one_that_ran_out(nord: World, karen: Citizen) -> None:
    going = sent(nord, clock="13:00")
    reserve(make_offer(nord.team, nord.anna), karen, choice("09:00"))
    assert keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="09:00")).summonses == ()
    to = {"day": MONDAY, "start_tick": tick("09:00"), "counsellor_ids": [nord.anna.pk], "room_id": None}
    with pytest.raises(Refusal) as refused:
        move(appointment=going.appointment, now=NOW, **to)  # type: ignore[arg-type]
    assert code_of(refused) == "counsellor_taken"
    assert move(appointment=going.appointment, now=LATER, warned=True, **to).moved  # type: ignore[arg-type]


@pytest.mark.requirement("SYNC-16", "APP-14")
def test_a_cancelled_conversation_comes_back_over_a_reservation_that_ran_out(nord: World, karen: Citizen) -> None:
    going = sent(nord, clock="09:00")
    sending.cancel(summons=going, reason="", by=nord.bo, now=NOW)
    reserve(make_offer(nord.team, nord.anna), karen, choice("09:00"))
    assert sending.restore(summonses=[going], now=NOW).summonses == ()
    assert [one.pk for one in sending.restore(summonses=[going], now=LATER).summonses] == [going.pk]


@pytest.mark.requirement("TIME-06", "SYNC-16")
def test_a_held_conversation_counts_its_length_against_the_budget_and_not_its_reporting_time(
    nord: World, karen: Citizen
) -> None:
    vera = make_counsellor(nord.team, "Vera Dam", hours=("08:00", "11:00"), max_share=50)
    offer = make_offer(nord.team, vera)
    reserve(offer, karen, choice("08:00"))
    assert clocks(times(offer, make_citizen(nord.jobcentre))) == ["09:00", "10:00"]


@pytest.mark.requirement("OFFER-09", "SYNC-15")
def test_an_intent_takes_no_time_and_the_booking_takes_exactly_its_counsellor(nord: World, karen: Citizen) -> None:
    offer = make_offer(nord.team, nord.anna, nord.birk)
    asked = {"citizen": karen, "offer": offer, "moves": None, "origin": Origin.JOBNET, "now": NOW}
    settings = Settings.objects.get()
    intent = holding.choose(booking_id=None, choice=choice("09:00"), settings=settings, **asked)  # type: ignore[arg-type]
    assert (intent.counsellor, intent.held, Claim.objects.count()) == (nord.anna, False, 0)
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, clock="11:00"))
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="09:00"))
    with pytest.raises(Refusal) as refused:
        reserve(offer, karen, choice("09:00"), booking_id=intent.pk)
    assert code_of(refused) == "taken"
    assert reserve(offer, karen, choice("09:00")).counsellor == nord.birk


@pytest.mark.requirement("SYNC-15", "GUARD-03")
def test_a_reservation_is_nobody_elses(nord: World, karen: Citizen) -> None:
    offer = make_offer(nord.team, nord.anna)
    hold = reserve(offer, karen, choice("09:00"))
    with pytest.raises(Refusal) as refused:
        book(offer, make_citizen(nord.jobcentre), choice("10:00"), booking_id=hold.pk)
    assert code_of(refused) == "not_yours"


@pytest.mark.requirement("OFFER-03", "OFFER-05", "OFFER-09")
def test_what_an_offer_does_not_show_cannot_be_taken(nord: World, karen: Citizen) -> None:
    offer = make_offer(nord.team, nord.anna)
    for wrong in (choice("09:15"), choice("07:00"), choice("09:00", day=FRIDAY + timedelta(weeks=20))):
        with pytest.raises(Refusal) as refused:
            reserve(offer, karen, wrong)
        assert code_of(refused) == "taken"
    offer.is_active = False
    offer.save()
    with pytest.raises(Refusal) as refused:
        reserve(offer, karen, choice("09:00"))
    assert code_of(refused) == "no_offer"
    with pytest.raises(Refusal, match="allerede en kommende samtale"):
        reserve(make_offer(nord.team, nord.birk), _engaged(nord), choice("09:00"))


def _engaged(nord: World) -> Citizen:
    citizen = make_citizen(nord.jobcentre)
    keep(nord, meeting(citizen, nord.anna, clock="15:00"))
    return citizen


@pytest.mark.requirement("SYNC-16", "OFFER-02")
def test_a_room_is_held_too(nord: World, karen: Citizen) -> None:
    offer = make_offer(nord.team, nord.anna, nord.birk, room_choice=RoomChoice.ONE, room=nord.room)
    reserve(offer, karen, choice("09:00"))
    assert "09:00" not in clocks(times(offer, make_citizen(nord.jobcentre)))


@pytest.mark.requirement("SYNC-16", "VARI-04", "SELF-05")
def test_a_reserved_seat_at_a_joint_meeting_counts_as_used(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, form=MeetingForm.JOINT, seats_by="number", seats_calling=1)
    full = sending.send(
        summonses=keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="09:00"), details=run).summonses,
        by=nord.bo,
        now=NOW,
    ).summonses[0]
    run.seats_calling = 2
    [one] = keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="11:00"), details=run).summonses
    [rival] = keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, clock="13:00"), details=run).summonses
    sending.send(summonses=[one, rival], by=nord.bo, now=NOW)
    assert [opening.seats_left for opening in times_to_move_to(full).starts] == [1, 1]
    reserve(None, full.citizen, choice("11:00"), moves=full)
    assert [opening.start_tick for opening in times_to_move_to(full).starts] == [tick("11:00"), tick("13:00")]
    assert times_to_move_to(rival).starts == ()
    assert [opening.start_tick for opening in times_to_move_to(rival, now=LATER).starts] == [tick("11:00")]
