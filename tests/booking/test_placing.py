"""Keeping meetings: what is kept, what comes back and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from admin_module.models import Absence, ContactMode, ConversationType, MeetingForm, SeatsBy
from booking.models import Appointment, AppointmentCounsellor, Channel, Citizen, Claim, PlacedBy, Summons
from booking.services import sending
from booking.services.placing import Kept, prepare
from summons.models import Run
from tests.booking.stories import keep, meeting, pending, taken
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_counsellor, make_run

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


def codes(kept: Kept) -> list[str]:
    return [refusal.code for refusal in kept.refusals]


@pytest.mark.requirement("SUM-16", "TIME-04", "PEND-03")
def test_a_pending_summons_takes_the_time_of_counsellor_room_and_citizen(nord: World) -> None:
    citizen = make_citizen(nord.jobcentre)
    seat = {"deadline": date(2026, 12, 4), "channel": Channel.LETTER, "placement": {"outcome": "earliest"}}
    kept = keep(nord, meeting(citizen, nord.anna, room=nord.room, **seat))  # type: ignore[arg-type]
    [summons] = kept.summonses
    stored = Summons.objects.select_related("appointment").get()
    assert (stored.pk, stored.citizen_id, stored.status, stored.number) == (summons.pk, citizen.pk, "pending", None)
    assert (stored.deadline, stored.channel, stored.placement) == (date(2026, 12, 4), "letter", {"outcome": "earliest"})
    assert (stored.prepared_by_id, stored.prepared_at, stored.release_on) == (nord.bo.pk, NOW, MONDAY)
    assert (stored.appointment.start_at, stored.appointment.end_at) == (at(MONDAY, "09:00"), at(MONDAY, "09:45"))
    assert AppointmentCounsellor.objects.get().counsellor_id == nord.anna.pk
    assert taken(stored) == [("citizen", 108, 9), ("counsellor", 108, 12), ("room", 108, 9)]
    assert Claim.objects.get(counsellor=nord.anna).during.upper == at(MONDAY, "10:00")


def test_the_details_are_copied_and_stay_when_the_run_changes(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, title="Jobsamtale", message_to_counsellor="Tag cv med.")
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna), details=run)
    run.title = "Noget andet"
    run.save()
    kept = Appointment.objects.get()
    assert (kept.title, kept.message_to_counsellor, kept.type_id) == ("Jobsamtale", "Tag cv med.", 7)
    assert (kept.duration, kept.reporting_time, kept.placed_by) == (45, 15, PlacedBy.AUTOMATIC)


@pytest.mark.requirement("SUM-04", "SUM-21", "ROOM-03", "TEAM-07")
def test_the_address_is_the_rooms_else_the_office_else_the_teams(nord: World) -> None:
    nord.room.address, nord.room.postal_code, nord.room.city = "Nygade 1", "9990", "Nordby"
    nord.room.save()
    nord.birk.address, nord.birk.postal_code, nord.birk.city = "Gaden 2", "9990", "Nordby"
    nord.birk.save()
    four = [make_citizen(nord.jobcentre) for _ in range(4)]
    keep(
        nord,
        meeting(four[0], nord.anna, room=nord.room, clock="09:00"),
        meeting(four[1], nord.anna, room=nord.rooms[1], clock="10:00"),
        meeting(four[2], nord.birk, clock="11:00"),
        meeting(four[3], nord.anna, clock="12:00"),
    )
    assert list(Appointment.objects.order_by("start_at").values_list("address", flat=True)) == [
        "Nygade 1",
        "Havnegade 4",
        "Gaden 2",
        "Havnegade 4",
    ]


def test_a_conversation_by_telephone_has_no_address(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, mode=ContactMode.TELEPHONE)
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna), details=run)
    assert Appointment.objects.get().whole_address == ""


@pytest.mark.requirement("SUM-21")
def test_the_citizens_contact_is_the_runs_else_the_teams_else_the_job_centres(nord: World) -> None:
    def contact(**details: object) -> tuple[str, str]:
        run = make_run(nord.bo, nord.team, nord.anna, **({"contact_phone": ""} | details))  # type: ignore[arg-type]
        [summons] = keep(nord, meeting(make_citizen(nord.jobcentre), make_counsellor(nord.team)), details=run).summonses
        return summons.appointment.contact_phone, summons.appointment.contact_email

    assert contact(contact_email="run@nordby.dk") == ("", "run@nordby.dk")
    assert contact() == ("70101010", "kontakt@nordby.dk")
    nord.team.contact_phone = "70202020"
    nord.team.save()
    assert contact() == ("70202020", "")


@pytest.mark.requirement("DIST-16", "SUM-19", "TIME-08")
def test_what_was_taken_meanwhile_comes_back_and_the_rest_is_kept(nord: World) -> None:
    pending(nord, clock="09:00")
    late, fine = make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)
    mine, other = meeting(late, nord.anna, clock="09:30"), meeting(fine, nord.anna, clock="10:00")
    kept = keep(nord, mine, other)
    assert [summons.citizen_id for summons in kept.summonses] == [fine.pk]
    assert kept.taken == (mine,)
    assert codes(kept) == ["counsellor_taken"]
    assert str(kept.refusals[0]) == "Vejlederen er optaget på det tidspunkt."
    assert not Summons.objects.filter(citizen=late).exists()
    assert Appointment.objects.count() == 2


@pytest.mark.requirement("TIME-08")
def test_a_room_and_a_citizen_are_in_one_place_too(nord: World) -> None:
    citizen = make_citizen(nord.jobcentre)
    keep(nord, meeting(citizen, nord.anna, room=nord.room), details=_other_type(nord))
    in_room = keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, room=nord.room, clock="09:40"))
    of_citizen = keep(nord, meeting(citizen, nord.birk, clock="09:40"))
    free_again = keep(nord, meeting(citizen, nord.birk, room=nord.room, clock="09:45"))
    assert (codes(in_room), codes(of_citizen), codes(free_again)) == (["room_taken"], ["citizen_taken"], [])


@pytest.mark.requirement("DIST-16")
def test_two_meetings_of_one_plan_are_seen_by_each_other(nord: World) -> None:
    first, second = make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)
    kept = keep(nord, meeting(first, nord.anna), meeting(second, nord.anna, clock="09:55"))
    assert [summons.citizen_id for summons in kept.summonses] == [first.pk]
    assert codes(kept) == ["counsellor_taken"]


@pytest.mark.requirement("TIME-03", "ABS-02")
def test_an_absence_reported_meanwhile_sends_the_meeting_back(nord: World) -> None:
    Absence.objects.create(
        jobcentre=nord.jobcentre,
        counsellor=nord.anna,
        kind=Absence.Kind.ILLNESS,
        start_at=at(MONDAY, "00:00"),
        end_at=at(TUESDAY, "00:00"),
    )
    assert codes(keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna))) == ["counsellor_absent"]


@pytest.mark.requirement("TIME-06", "TIME-07")
def test_automatic_placing_keeps_both_budgets_and_staff_may_pass_them(nord: World) -> None:
    vera = make_counsellor(nord.team, "Vera Vad", hours=("08:00", "12:00"), max_share=75, automatic_share=50)
    clocks = ("08:00", "09:00", "10:00", "11:00")
    meetings = [meeting(make_citizen(nord.jobcentre), vera, clock=clock) for clock in clocks]
    kept = keep(nord, *meetings[:3])
    assert (len(kept.summonses), codes(kept)) == (2, ["automatic_budget"])  # 240 x 75 % x 50 % = 90 minutes
    assert codes(keep(nord, meetings[2], placed_by=PlacedBy.CITIZEN)) == []
    assert codes(keep(nord, meetings[3], placed_by=PlacedBy.CITIZEN)) == []  # 180 minutes
    beside = meeting(make_citizen(nord.jobcentre), vera, clock="12:00")
    assert codes(keep(nord, beside, placed_by=PlacedBy.CITIZEN)) == ["outside_hours"]
    assert codes(keep(nord, beside, placed_by=PlacedBy.STAFF)) == []


@pytest.mark.requirement("TIME-09")
def test_staff_by_hand_pass_what_only_warns_and_not_what_is_refused(nord: World) -> None:
    early = meeting(make_citizen(nord.jobcentre), nord.anna, clock="07:00")
    assert codes(keep(nord, early)) == ["outside_hours"]
    assert codes(keep(nord, early, placed_by=PlacedBy.STAFF)) == []
    christmas = meeting(make_citizen(nord.jobcentre), nord.anna, day=date(2026, 12, 25))
    assert codes(keep(nord, christmas, placed_by=PlacedBy.STAFF)) == ["public_holiday"]


def test_a_time_that_has_passed_is_not_kept(nord: World) -> None:
    kept = keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna), now=at(MONDAY, "09:00"))
    assert codes(kept) == ["past"]


@pytest.mark.requirement("APP-15")
def test_a_counsellor_retired_meanwhile_gets_nothing_more(nord: World) -> None:
    nord.anna.retired_at = NOW
    nord.anna.save()
    assert codes(keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna))) == ["gone"]


@pytest.mark.requirement("SUM-23")
def test_a_second_conversation_of_the_type_is_refused_unless_it_replaces_the_first(nord: World) -> None:
    first = pending(nord)
    citizen = first.citizen
    again = meeting(citizen, nord.anna, day=TUESDAY)
    assert codes(keep(nord, again)) == ["has_conversation"]
    follow_up = make_run(nord.bo, nord.team, nord.anna, type_id=ConversationType.FOLLOW_UP)
    assert codes(keep(nord, again, details=follow_up)) == ["has_conversation"]
    assert codes(keep(nord, again, details=_other_type(nord))) == []
    replacing = meeting(citizen, nord.anna, day=TUESDAY, clock="13:00", replaces=first.pk)
    assert codes(keep(nord, replacing)) == []
    assert codes(keep(nord, replacing)) == ["counsellor_taken"]


@pytest.mark.requirement("DIST-10", "SUM-03")
def test_a_joint_meeting_gets_its_seats_from_room_or_number_and_fills_only_those_for_calling(nord: World) -> None:
    hall = nord.rooms[1]
    by_room = _joint(nord, seats_by=SeatsBy.ROOM)
    citizens = [make_citizen(nord.jobcentre) for _ in range(14)]
    kept = keep(nord, meeting(citizens, nord.anna, nord.birk, room=hall), details=by_room)
    appointment = Appointment.objects.get()
    assert (appointment.seats_calling, appointment.seats_rebooking) == (12, 2)
    assert (len(kept.summonses), codes(kept)) == (12, ["seats_taken", "seats_taken"])
    assert [one.seats[0].citizen_id for one in kept.taken] == [citizen.pk for citizen in citizens[12:]]
    assert len(taken(kept.summonses[0])) == 2 + 1 + 12
    by_number = _joint(nord, seats_by=SeatsBy.NUMBER, seats_calling=1, seats_rebooking=3)
    more = keep(nord, meeting(citizens[12:], nord.anna, clock="12:00"), details=by_number)
    assert (len(more.summonses), codes(more)) == (1, ["seats_taken"])


@pytest.mark.requirement("SUM-03", "CAL-03")
def test_further_citizens_join_the_same_meeting_and_a_citizen_may_take_a_seat_for_rebooking(nord: World) -> None:
    joint = _joint(nord, seats_by=SeatsBy.NUMBER, seats_calling=2, seats_rebooking=1)
    four = [make_citizen(nord.jobcentre) for _ in range(4)]
    [first] = keep(nord, meeting(four[:1], nord.anna), details=joint).summonses

    def join(citizen: Citizen, placed_by: PlacedBy) -> Kept:
        joining = meeting([citizen], nord.anna, appointment_id=first.appointment_id)
        return keep(nord, joining, details=joint, placed_by=placed_by)

    assert codes(join(four[1], PlacedBy.AUTOMATIC)) == []
    assert codes(join(four[2], PlacedBy.AUTOMATIC)) == ["seats_taken"]
    assert codes(join(four[2], PlacedBy.CITIZEN)) == []
    assert codes(join(four[3], PlacedBy.CITIZEN)) == ["seats_taken"]
    assert codes(join(four[3], PlacedBy.STAFF)) == []
    assert Appointment.objects.get().summonses.count() == 4
    assert taken(first).count(("citizen", 108, 9)) == 4


def test_nobody_joins_a_meeting_that_is_cancelled(nord: World) -> None:
    joint = _joint(nord)
    [first] = keep(nord, meeting([make_citizen(nord.jobcentre)], nord.anna), details=joint).summonses
    sending.delete_pending(summonses=[first])
    joining = meeting([make_citizen(nord.jobcentre)], nord.anna, appointment_id=first.appointment_id)
    assert codes(keep(nord, joining, details=joint)) == ["gone"]


def test_of_a_joint_meeting_only_the_citizen_who_cannot_come_is_sent_back(nord: World) -> None:
    busy, free = make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)
    keep(nord, meeting(busy, nord.birk), details=_other_type(nord))
    kept = keep(nord, meeting([busy, free], nord.anna), details=_joint(nord))
    assert [summons.citizen_id for summons in kept.summonses] == [free.pk]
    assert [seat.citizen_id for one in kept.taken for seat in one.seats] == [busy.pk]


def test_a_joint_meeting_that_nobody_can_come_to_is_not_made(nord: World) -> None:
    busy = make_citizen(nord.jobcentre)
    keep(nord, meeting(busy, nord.birk), details=_other_type(nord))
    keep(nord, meeting([busy], nord.anna), details=_joint(nord))
    assert Appointment.objects.filter(form=MeetingForm.JOINT).count() == 0
    assert not Claim.objects.filter(counsellor=nord.anna).exists()


@pytest.mark.requirement("SELF-08")
def test_an_expired_hold_is_not_in_the_way_and_goes_when_the_next_one_writes(nord: World) -> None:
    hold = Claim.objects.create(
        jobcentre=nord.jobcentre,
        counsellor=nord.anna,
        during=(at(MONDAY, "09:00"), at(MONDAY, "10:00")),
        day=MONDAY,
        start_tick=108,
        ticks=12,
        expires_at=NOW + timedelta(minutes=10),
    )
    wanted = meeting(make_citizen(nord.jobcentre), nord.anna)
    assert codes(keep(nord, wanted)) == ["counsellor_taken"]
    assert codes(keep(nord, wanted, now=NOW + timedelta(minutes=10))) == []
    assert not Claim.objects.filter(pk=hold.pk).exists()


@pytest.mark.requirement("TIME-01")
def test_the_instants_are_right_on_both_sides_of_a_clock_change(nord: World) -> None:
    friday, monday = date(2027, 3, 26 - 7), date(2027, 4, 5)
    first, second = make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)
    keep(nord, meeting(first, nord.anna, day=friday), meeting(second, nord.anna, day=monday))
    assert list(Appointment.objects.order_by("day").values_list("start_at", flat=True)) == [
        at(friday, "09:00"),
        at(monday, "09:00"),
    ]


def test_the_number_of_statements_does_not_grow_with_the_plan(
    nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    days = [MONDAY + timedelta(days=day) for day in (0, 1, 2, 3, 4)]
    clocks = ("08:00", "09:00", "10:00", "11:00", "12:00")
    many = [meeting(make_citizen(nord.jobcentre), nord.anna, day=day, clock=clock) for day in days for clock in clocks]
    with django_assert_max_num_queries(32):
        kept = prepare(
            jobcentre_id=nord.jobcentre.pk,
            details=run,
            meetings=many,
            placed_by=PlacedBy.AUTOMATIC,
            by=nord.bo,
            now=NOW,
        )
    assert len(kept.summonses) == 25


def _other_type(world: World) -> Run:
    return make_run(world.bo, world.team, world.anna, type_id=9)


def _joint(world: World, **details: object) -> Run:
    return make_run(world.bo, world.team, world.anna, type_id=9, form=MeetingForm.JOINT, **details)  # type: ignore[arg-type]
