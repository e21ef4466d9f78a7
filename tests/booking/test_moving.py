"""Moving a meeting by hand: where to it may go, what is asked, and what follows it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from admin_module.models import Absence, ClosingDay, Counsellor, MeetingForm, Room, SeatsBy
from booking.availability.obstacles import Obstacle
from booking.models import Appointment, Origin, PlacedBy, Summons
from booking.services import sending
from booking.services.moving import Moved, move
from planner.outbox.models import Message
from planner.ui.refusal import Refusal
from tests.booking.stories import keep, meeting, pending, sent, taken, tick
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_run, make_summons

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


def moved(
    summons: Summons,
    *counsellors: Counsellor,
    day: date = TUESDAY,
    clock: str = "10:00",
    room: Room | None = None,
    warned: bool = False,
    version: int | None = None,
) -> Moved:
    return move(
        appointment=Appointment.objects.get(pk=summons.appointment_id),
        day=day,
        start_tick=tick(clock),
        counsellor_ids=[counsellor.pk for counsellor in counsellors],
        room_id=room.pk if room else None,
        now=NOW,
        warned=warned,
        version=version,
    )


def refused(summons: Summons, *counsellors: Counsellor, **where: object) -> str:
    with pytest.raises(Refusal) as refusal:
        moved(summons, *counsellors, **where)  # type: ignore[arg-type]
    return refusal.value.code


@pytest.mark.requirement("CAL-04", "SELF-05")
def test_a_moved_meeting_takes_its_new_time_and_everybody_is_told(nord: World) -> None:
    summons = sent(nord)
    outcome = moved(summons, nord.birk, room=nord.room)
    assert (outcome.moved, outcome.warnings) == (True, ())
    meeting_now = Appointment.objects.get()
    assert (meeting_now.start_at, meeting_now.end_at) == (at(TUESDAY, "10:00"), at(TUESDAY, "10:45"))
    assert (meeting_now.placed_by, meeting_now.room_id, meeting_now.version) == (PlacedBy.STAFF, nord.room.pk, 2)
    assert list(meeting_now.counsellors.all()) == [nord.birk]
    assert taken(summons) == [("citizen", 120, 9), ("counsellor", 120, 12), ("room", 120, 9)]
    summons.refresh_from_db()
    assert summons.rebook_until == MONDAY
    assert summons.placement == {"by_hand": True, "passed": []}
    assert Message.objects.filter(subject_id=summons.pk).count() == 2
    assert pending(nord, clock="09:00").status == "pending"


@pytest.mark.requirement("SUM-16")
def test_a_pending_meeting_moves_without_a_word_to_anybody(nord: World) -> None:
    summons = pending(nord)
    moved(summons, nord.anna)
    assert Message.objects.count() == 0
    summons.refresh_from_db()
    assert (summons.rebook_until, summons.appointment.day) == (None, TUESDAY)


def test_moving_to_where_it_stands_does_nothing(nord: World) -> None:
    summons = sent(nord)
    outcome = moved(summons, nord.anna, day=MONDAY, clock="09:00")
    assert (outcome.moved, outcome.warnings, Message.objects.count()) == (False, (), 1)


def test_a_meeting_may_move_into_part_of_its_own_time(nord: World) -> None:
    assert moved(sent(nord), nord.anna, day=MONDAY, clock="09:20").moved


@pytest.mark.requirement("TIME-08", "TIME-09")
def test_staff_too_are_refused_what_planner_made(nord: World) -> None:
    other = make_citizen(nord.jobcentre)
    keep(nord, meeting(other, nord.birk, room=nord.room, day=TUESDAY, clock="10:00"))
    summons = pending(nord)
    assert refused(summons, nord.birk, clock="10:30") == "counsellor_taken"
    assert refused(summons, nord.anna, clock="10:30", room=nord.room) == "room_taken"
    own = make_run(nord.bo, nord.team, type_id=9)
    keep(nord, meeting(summons.citizen, nord.birk, day=TUESDAY, clock="13:00"), details=own)
    assert refused(summons, nord.anna, clock="13:00") == "citizen_taken"


@pytest.mark.requirement("TIME-09", "CLOS-01", "ABS-02")
def test_absence_closing_days_and_holidays_are_changed_first(nord: World) -> None:
    summons = pending(nord)
    ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Kursus", first_on=TUESDAY, last_on=TUESDAY)
    Absence.objects.create(
        jobcentre=nord.jobcentre,
        counsellor=nord.birk,
        kind=Absence.Kind.COURSE,
        start_at=at(MONDAY, "12:00"),
        end_at=at(MONDAY, "16:00"),
    )
    assert refused(summons, nord.anna, day=TUESDAY) == "closing_day"
    assert refused(summons, nord.anna, day=date(2026, 12, 25)) == "public_holiday"
    assert refused(summons, nord.birk, day=MONDAY, clock="11:30") == "counsellor_absent"


@pytest.mark.requirement("TIME-09", "CAL-04")
def test_what_only_warns_is_asked_and_kept_in_the_history_when_passed(nord: World) -> None:
    summons = pending(nord, deadline=MONDAY)
    outcome = moved(summons, nord.anna, clock="15:30")
    assert (outcome.moved, outcome.warnings) == (False, (Obstacle.OUTSIDE_HOURS, Obstacle.AFTER_DEADLINE))
    assert Appointment.objects.get().day == MONDAY
    assert moved(summons, nord.anna, clock="15:30", warned=True).moved
    summons.refresh_from_db()
    assert summons.placement["passed"] == ["outside_hours", "after_deadline"]
    assert summons.appointment.day == TUESDAY


@pytest.mark.requirement("TIME-06", "TIME-09")
def test_the_budget_warns_and_does_not_count_the_meeting_itself(nord: World) -> None:
    nord.anna.schedules.update(max_conversation_share=10)  # 48 of 480 minutes
    summons = pending(nord)
    assert moved(summons, nord.anna, day=MONDAY, clock="13:00").moved
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, day=TUESDAY, clock="08:00"))
    assert moved(summons, nord.anna).warnings == (Obstacle.CONVERSATION_BUDGET,)


@pytest.mark.requirement("SUM-07")
def test_without_a_deadline_moving_does_not_lengthen_the_right_to_rebook(nord: World) -> None:
    summons = sent(nord)
    moved(summons, nord.anna, day=MONDAY + timedelta(weeks=6))
    summons.refresh_from_db()
    assert (summons.rebook_to, summons.rebook_until) == (date(2026, 12, 28), date(2026, 12, 28))


@pytest.mark.requirement("SUM-03", "CAL-04")
def test_a_joint_meeting_moves_with_everybody_and_takes_the_seats_of_its_new_room(nord: World) -> None:
    joint = make_run(nord.bo, nord.team, type_id=9, form=MeetingForm.JOINT, seats_by=SeatsBy.ROOM)
    three = [make_citizen(nord.jobcentre) for _ in range(3)]
    rows = keep(nord, meeting(three, nord.anna, nord.birk, room=nord.rooms[1]), details=joint).summonses
    sending.send(summonses=rows[:2], by=nord.bo, now=NOW)
    outcome = moved(rows[0], nord.anna, nord.birk, room=nord.room)
    assert (outcome.moved, outcome.warnings) == (False, (Obstacle.SEATS_TAKEN,))
    assert moved(rows[0], nord.anna, room=nord.room, warned=True).moved
    stored = Appointment.objects.get()
    assert (stored.seats_calling, stored.seats_rebooking) == (2, 0)
    assert list(stored.counsellors.all()) == [nord.anna]
    assert taken(rows[0]) == [("citizen", 120, 9)] * 3 + [("counsellor", 120, 12), ("room", 120, 9)]
    assert Message.objects.count() == 4


def test_a_stale_drag_is_refused(nord: World) -> None:
    summons = pending(nord)
    moved(summons, nord.anna, version=1)
    assert refused(summons, nord.anna, clock="13:00", version=1) == "stale"


@pytest.mark.requirement("KSS-02")
def test_what_cannot_be_moved_says_why(nord: World) -> None:
    elsewhere = make_summons(make_citizen(nord.jobcentre), nord.birk, nord.team, origin=Origin.CASE_SYSTEM)
    Appointment.objects.filter(pk=elsewhere.appointment_id).update(origin=Origin.CASE_SYSTEM)
    assert refused(elsewhere, nord.birk) == "case_system"
    cancelled = sent(nord)
    sending.cancel(summons=cancelled, reason="", by=nord.bo, now=NOW)
    assert refused(cancelled, nord.anna) == "cancelled"
    waiting = pending(nord, clock="13:00")
    assert refused(waiting, nord.anna, day=NOW.date(), clock="08:00") == "past"
    assert refused(waiting) == "gone"
