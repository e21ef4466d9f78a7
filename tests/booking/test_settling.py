"""Many appointments settled together, and put back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import Model

from admin_module.models import Counsellor, MeetingForm
from booking.availability.obstacles import Obstacle
from booking.models import Appointment, AppointmentCounsellor, Discarded, PlacedBy, Summons
from booking.queries.target import Target
from booking.services import sending
from booking.services.absence import report_absence
from booking.services.retention import forget_evidence
from booking.services.settling import Choice, Settled, put_back, settle
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.outbox.models import Message
from planner.outbox.states import State
from summons.models import RunCitizen
from tests.booking.stories import keep, meeting, pending, sent, taken, tick
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_run

LATER = NOW + timedelta(minutes=5)


def to(summons: Summons, counsellor_id: int, clock: str = "09:00", *seen: Obstacle) -> Choice:
    target = Target(MONDAY, tick(clock), (counsellor_id,), None)
    return Choice(summons.appointment_id, _version(summons), target, frozenset(seen))


def off(summons: Summons) -> Choice:
    return Choice(summons.appointment_id, _version(summons), None)


def _version(summons: Summons) -> int:
    return Appointment.objects.get(pk=summons.appointment_id).version


def done(world: World, *choices: Choice) -> Settled:
    return settle(jobcentre_id=world.jobcentre.pk, choices=choices, reason="Sygdom", by=world.bo, now=LATER)


def sick(world: World) -> None:
    report_absence(
        counsellor=world.anna, kind="illness", start_at=at(MONDAY, "00:00"), end_at=at(MONDAY, "23:00"), now=NOW
    )


def stands(summons: Summons) -> tuple[str, list[int], str, str]:
    found = Summons.objects.select_related("appointment").get(pk=summons.pk)
    holders = list(found.appointment.counsellors.values_list("pk", flat=True))
    return f"{found.appointment.start_tick // 12}", holders, found.status, found.appointment.placed_by


@pytest.mark.requirement("ABS-03", "COUN-11")
def test_each_goes_its_own_way_in_one_transaction(nord: World) -> None:
    first, second, third = (sent(nord, clock=clock) for clock in ("09:00", "10:00", "11:00"))
    waits = pending(nord, clock="12:00")
    sick(nord)
    outcome = done(nord, to(first, nord.birk.pk), to(second, nord.birk.pk, "13:00"), off(third), off(waits))
    assert outcome.moved == [first.appointment_id, second.appointment_id]
    assert (outcome.cancelled, outcome.deleted) == ([third.appointment_id], [waits.appointment_id])
    assert outcome.refused == {}
    assert stands(second) == ("13", [nord.birk.pk], "sent", PlacedBy.STAFF)
    assert not Summons.objects.filter(pk=waits.pk).exists()
    open_ = Message.objects.filter(state=State.READY, not_before__gt=LATER)
    assert set(open_.values_list("subject_id", flat=True)) == {first.pk, second.pk, third.pk}


@pytest.mark.requirement("ABS-03")
def test_what_was_taken_stale_gone_or_not_said_comes_back_in_words_and_the_rest_is_done(nord: World) -> None:
    rows = [sent(nord, clock=clock) for clock in ("09:00", "10:00", "11:00", "12:00")]
    sick(nord)
    choices = [
        to(one, nord.birk.pk, clock) for one, clock in zip(rows, ("09:00", "10:00", "11:00", "17:00"), strict=True)
    ]
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, clock="09:00"))
    Appointment.objects.filter(pk=rows[1].appointment_id).update(version=9)
    nobody = Choice(UUID(int=7), 1, None)
    outcome = done(nord, *choices, nobody)
    assert outcome.moved == [rows[2].appointment_id]
    assert {pk: refusal.code for pk, refusal in outcome.refused.items()} == {
        rows[0].appointment_id: "counsellor_taken",
        rows[1].appointment_id: "stale",
        rows[3].appointment_id: "warned",
        nobody.appointment_id: "gone",
    }
    assert stands(rows[3])[1] == [nord.anna.pk]
    passed = done(nord, to(rows[3], nord.birk.pk, "17:00", Obstacle.OUTSIDE_HOURS))
    assert passed.moved == [rows[3].appointment_id]


@pytest.mark.requirement("ABS-03", "APP-14")
def test_undo_puts_everything_back_as_it_was_into_the_absence_too(nord: World) -> None:
    first, second = sent(nord), sent(nord, clock="10:00")
    before = {row.pk: (row.placement, row.rebook_until, row.rebook_to) for row in Summons.objects.all()}
    places = [stands(one) for one in (first, second)]
    Message.objects.update(state=State.DONE, done_at=NOW, attempts=1)
    sick(nord)
    done(nord, to(first, nord.birk.pk), off(second))
    back = put_back(jobcentre_id=nord.jobcentre.pk, settled_at=LATER, now=LATER + timedelta(seconds=3))
    assert (back.count, back.refusals) == (2, ())
    assert [stands(one) for one in (first, second)] == places
    assert {row.pk: (row.placement, row.rebook_until, row.rebook_to) for row in Summons.objects.all()} == before
    assert taken(first) == [("citizen", 108, 9), ("counsellor", 108, 12)]
    assert not Message.objects.exclude(state=State.DONE).exists()


@pytest.mark.requirement("APP-14")
def test_undo_leaves_the_first_message_waiting_where_that_had_not_left_either(nord: World) -> None:
    summons = sent(nord)
    sick(nord)
    done(nord, to(summons, nord.birk.pk))
    put_back(jobcentre_id=nord.jobcentre.pk, settled_at=LATER, now=LATER)
    [waiting] = Message.objects.filter(state=State.READY)
    assert waiting.subject_id == summons.pk


@pytest.mark.requirement("APP-14")
def test_what_was_sent_or_changed_meanwhile_is_not_put_back(nord: World) -> None:
    told, changed = sent(nord), sent(nord, clock="10:00")
    sick(nord)
    done(nord, to(told, nord.birk.pk), to(changed, nord.birk.pk, "10:00"))
    Message.objects.filter(subject_id=told.pk, state=State.READY).update(attempts=1)
    Appointment.objects.filter(pk=changed.appointment_id).update(version=9)
    back = put_back(jobcentre_id=nord.jobcentre.pk, settled_at=LATER, now=LATER)
    assert (back.count, {refusal.code for refusal in back.refusals}) == (0, {"under_way", "stale"})
    assert stands(told)[1] == [nord.birk.pk]


@pytest.mark.requirement("APP-14")
def test_a_second_undo_changes_nothing(nord: World) -> None:
    summons = sent(nord)
    sick(nord)
    done(nord, to(summons, nord.birk.pk))
    for count in (1, 0):
        assert put_back(jobcentre_id=nord.jobcentre.pk, settled_at=LATER, now=LATER).count == count


def rows_of(*models: type[Model]) -> list[list[dict[str, object]]]:
    return [list(model._default_manager.order_by("pk").values()) for model in models]


@pytest.mark.requirement("ABS-03", "APP-14")
def test_undo_brings_a_deleted_draft_back_as_it_was_to_its_run_too(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, nord.birk)
    run.save()
    waits = keep(
        nord,
        meeting(make_citizen(nord.jobcentre), nord.anna, nord.birk, room=nord.room, deadline=MONDAY),
        details=run,
    ).summonses[0]
    newer = pending(nord, clock="13:00", replaces=waits.pk)
    line = RunCitizen.objects.create(
        jobcentre=nord.jobcentre, run=run, line=1, encrypted=b"", digest=b"", summons=waits, citizen_id=waits.citizen_id
    )
    places = taken(waits)
    before = rows_of(Appointment, AppointmentCounsellor, Summons, RunCitizen)
    sick(nord)
    done(nord, off(waits))
    line.refresh_from_db()
    newer.refresh_from_db()
    assert (line.summons, newer.replaces, taken(waits)) == (None, None, [])
    back = put_back(jobcentre_id=nord.jobcentre.pk, settled_at=LATER, now=LATER + timedelta(minutes=9))
    assert (back.count, back.refusals) == (1, ())
    assert rows_of(Appointment, AppointmentCounsellor, Summons, RunCitizen) == before
    assert taken(waits) == places
    assert not Message.objects.exists()
    assert put_back(jobcentre_id=nord.jobcentre.pk, settled_at=LATER, now=LATER).count == 0


@pytest.mark.requirement("ABS-03", "APP-14", "CONC-01")
def test_a_deleted_draft_whose_time_was_taken_or_whose_citizen_got_another_stays_away_with_why(nord: World) -> None:
    lost, doubled, passed = (pending(nord, clock=clock) for clock in ("09:00", "10:00", "11:00"))
    done(nord, off(lost), off(doubled))
    settle(jobcentre_id=nord.jobcentre.pk, choices=[off(passed)], reason="", by=nord.bo, now=at(MONDAY, "07:00"))
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="09:00"))
    keep(nord, meeting(doubled.citizen, nord.birk, clock="10:00"))
    back = put_back(jobcentre_id=nord.jobcentre.pk, settled_at=LATER, now=LATER)
    assert (back.count, {one.code for one in back.refusals}) == (0, {"counsellor_in_one_place", "has_conversation"})
    late = put_back(jobcentre_id=nord.jobcentre.pk, settled_at=at(MONDAY, "07:00"), now=at(MONDAY, "11:00"))
    assert [one.code for one in late.refusals] == ["date_passed"]
    assert Summons.objects.count() == 2


@pytest.mark.requirement("ABS-03", "APP-14")
def test_a_meeting_where_only_some_had_been_told_stands_again_with_all_of_them(nord: World) -> None:
    details = make_run(nord.bo, nord.team, nord.anna)
    details.form, details.seats_calling = MeetingForm.JOINT, 2
    citizens = [make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)]
    told, waits = keep(nord, meeting(citizens, nord.anna), details=details).summonses
    sending.send(summonses=[told], by=nord.bo, now=NOW)
    places = taken(told)
    done(nord, off(told))
    assert not Summons.objects.filter(pk=waits.pk).exists()
    back = put_back(jobcentre_id=nord.jobcentre.pk, settled_at=LATER, now=LATER)
    assert (back.count, back.refusals) == (1, ())
    assert dict(Summons.objects.values_list("pk", "status")) == {told.pk: "sent", waits.pk: "pending"}
    assert taken(told) == places


@pytest.mark.requirement("APP-14")
def test_who_changes_only_their_own_brings_only_their_own_drafts_back(nord: World) -> None:
    own = pending(nord)
    [others] = keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk)).summonses
    done(nord, off(own), off(others))
    anna = Counsellor.objects.get(pk=nord.anna.pk).user_id
    assert put_back(jobcentre_id=nord.jobcentre.pk, settled_at=LATER, now=LATER, by=anna).count == 1
    assert list(Summons.objects.values_list("pk", flat=True)) == [own.pk]


@pytest.mark.requirement("GUARD-14")
def test_what_was_deleted_is_really_gone_a_day_later(nord: World) -> None:
    done(nord, off(pending(nord)))
    forget_evidence(before=NOW - timedelta(days=365), now=LATER + timedelta(hours=23))
    assert Discarded.objects.exists()
    forget_evidence(before=NOW - timedelta(days=365), now=LATER + timedelta(hours=25))
    assert not Discarded.objects.exists()


@pytest.mark.requirement("ABS-03")
def test_a_cancelled_one_keeps_its_reason(nord: World) -> None:
    summons = sent(nord)
    done(nord, off(summons))
    summons.refresh_from_db()
    assert (summons.status, summons.cancelled_reason) == (SummonsStatus.CANCELLED, "Sygdom")
    assert Settings.objects.get().sending_delay > 0
    assert sending.restore(summonses=[summons], now=LATER).summonses == (summons,)
